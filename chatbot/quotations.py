"""Prepares a quotation for clients: its text, its place and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, Field

from chatbot.types import BlockKind, Part, Quote

PartKind = Literal["paragraph", "item", "row", "code", "heading"]
_KINDS: Mapping[BlockKind, PartKind] = MappingProxyType(
    {
        "paragraph": "paragraph",
        "dateline": "paragraph",
        "item": "item",
        "row": "row",
        "header": "row",
        "code": "code",
        "heading": "heading",
    }
)


def documented(description: str, example: object, **rules: Any) -> Any:
    """Return a field of a model; each has a description and an example."""
    return Field(description=description, examples=[example], **rules)


class HighlightBody(BaseModel):
    """The short answer inside the quotation."""

    text: str = documented("The short answer, word for word.", "$6 million")
    start: int = documented("Where it starts in the article, in Unicode code points.", 436)
    end: int = documented("Where it ends, exclusive.", 446)


class LinkBody(BaseModel):
    """A part of the quotation that is a link."""

    start: int = documented("Where it starts in the article, in Unicode code points.", 440)
    end: int = documented("Where it ends, exclusive.", 444)
    url: str = documented(
        "Where it leads: an absolute address (http, https, mailto or tel).",
        "https://example.org/form.pdf",
    )


class PartBody(BaseModel):
    """A paragraph, a list item, a table row or another block, as far as it is quoted."""

    kind: PartKind = documented("What it is.", "item")
    start: int = documented("Where it starts in the article, in Unicode code points.", 412)
    end: int = documented("Where it ends, exclusive.", 463)
    number: int | None = documented("The number of an item in a numbered list; else null.", 2)
    depth: int = documented(
        "How many list items it is inside, not counting itself: a list in a list has depth 1.",
        0,
        ge=0,
    )
    columns: list[str] = documented(
        'For a row, "Small | $3", the names of its columns; empty if the table has no header. '
        "Cells are separated by a bar between spaces.",
        [],
    )
    links: list[LinkBody] = documented("The links in it, in order.", [])


class QuoteBody(BaseModel):
    """Whole sentences of one article, word for word."""

    text: str = documented("The sentences.", "The film was made on a modest budget of $6 million.")
    article: str = documented("The article's id.", "anora")
    start: int = documented("Where they start in the article, in Unicode code points.", 412)
    end: int = documented("Where they end, exclusive.", 463)
    highlight: HighlightBody | None = documented(
        "The short answer in them; null if the reader is not sure of one.",
        {"text": "$6 million", "start": 452, "end": 462},
    )
    columns: list[str] = documented(
        'If it is a row of a table, "Small | $3", the names of its columns; empty if the table has '
        "no header.",
        [],
    )
    parts: list[PartBody] = documented(
        "The parts of the quotation, in order. Between them is only white space and, in plain "
        "text, the marks of items.",
        [
            {
                "kind": "paragraph",
                "start": 412,
                "end": 463,
                "number": None,
                "depth": 0,
                "columns": [],
                "links": [],
            }
        ],
    )


def quote_body(quote: Quote, parts: Sequence[Part], service: str) -> QuoteBody:
    """Return `quote`, which consists of `parts`, in the form that clients receive.

    `service` is the address of the service; it ends with a slash.
    """
    mark = quote.highlight
    return QuoteBody(
        text=quote.text,
        article=quote.article,
        start=quote.start,
        end=quote.end,
        highlight=HighlightBody(text=mark.text, start=mark.start, end=mark.end) if mark else None,
        columns=list(quote.columns),
        parts=[_part_body(part, service) for part in parts],
    )


def _part_body(part: Part, service: str) -> PartBody:
    return PartBody(
        kind=_KINDS[part.kind],
        start=part.start,
        end=part.end,
        number=part.number,
        depth=part.depth,
        columns=list(part.columns),
        links=[
            LinkBody(start=link.start, end=link.end, url=_absolute(link.url, service))
            for link in part.links
        ],
    )


def _absolute(url: str, service: str) -> str:
    """Return `url` as an absolute address; that of an article's page is relative to the service."""
    return service + url[1:] if url.startswith("/") else url
