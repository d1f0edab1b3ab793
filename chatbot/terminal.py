"""Formats what the commands print: answers, passages and explanations as text for people."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

import click

from chatbot import markup
from chatbot.language import text
from chatbot.markup import List, Node, RichText, Table, TextRun
from chatbot.types import Answer, Article, Explanation, Part, Passage, Quote

Parts = Callable[[Article, int, int], Sequence[Part]]
"""Returns the parts of a range of an article."""

WIDTH = 100
"""Lines are shortened to this many characters."""

SHARES = 5
"""This many features of a sentence are printed: those that count most."""


def count(number: int, noun: str) -> str:
    """Return "1 article", "2 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plain(words: str) -> str:
    """Return `words` on one line, without control characters.

    Each is replaced by one character, so that offsets stay right.
    """
    return "".join(
        " " if sign.isspace() else "\N{REPLACEMENT CHARACTER}" if _gives_orders(sign) else sign
        for sign in words
    )


def answer(said: Answer, articles: Mapping[str, Article], parts: Parts) -> str:
    """Return the quote with the short answer in bold, and its source; else the nearest passages.

    If the quote is likely wrong, the text begins with that. Answers of other articles come last.
    `parts` returns the parts of a range of an article.
    """
    if said.quote:
        quoted = [(said.quote, said.citations[0]), *((a.quote, a.passage) for a in said.also)]
        shown: list[str] = []
        for quote, cited in quoted:
            article = articles[quote.article]
            shown += ["", "Also in:", ""] if shown else []
            shown += [*_quote(article, quote, parts), "", *_source(article, quote, cited)]
        return "\n".join(["This may not answer it:", "", *shown] if said.is_unsure else shown)
    lines = [said.message]
    if said.unknown_words:
        lines.append(f"In no article: {plain(', '.join(said.unknown_words))}")
    if said.related:
        lines += ["", "Nearest:", *(f"  {passage(near)}" for near in said.related)]
    return "\n".join(lines)


def passage(shown: Passage) -> str:
    """Return the place, length, heading and first words of a passage, on one line."""
    heading = f"{shown.heading}: " if shown.heading else ""
    words = count(len(shown.text.split()), "word")
    line = f"{shown.article} {shown.start}-{shown.end}, {words}: {heading}{shown.text}"
    return textwrap.shorten(plain(line), WIDTH, placeholder=" …")


def sentences(shown: Passage) -> str:
    """Return the sentences of a passage, one per line, each after its offsets."""
    return "\n".join(
        f"  {start}-{end}: {plain(shown.between(start, end))}" for start, end in shown.sentences
    )


def explanation(
    place: int, considered: Sequence[Explanation], asked: Iterable[str], source: str
) -> str:
    """Return why the sentence at `place` of `considered` (from 0) is not ranked higher.

    That is: its text, the terms that it shares with those `asked`, what counted most for and
    against it, and what it lacks most compared with the first sentence.
    """
    this, first = considered[place], considered[0]
    near = this.hit.passage
    own = set(text.terms(this.text))
    around = set(text.terms(" ".join((near.title, near.heading or "", near.text)))) - own
    lines = [
        f"{place + 1}. {plain(this.text)}",
        f"   {source} {this.start}-{this.end}",
        f"   words in it: {_listed(term for term in asked if term in own)}; "
        f"around it: {_listed(term for term in asked if term in around)}",
        f"   score {this.score:.2f} ({_shares(this.features)}); passage {this.hit.score:.2f}",
    ]
    if this is not first:
        names = dict.fromkeys([*first.features, *this.features])
        lacks = {n: this.features.get(n, 0.0) - first.features.get(n, 0.0) for n in names}
        lines.append(f"   compared with 1: {this.score - first.score:.2f} ({_shares(lacks)})")
    return "\n".join(lines)


def _quote(article: Article, quote: Quote, parts: Parts) -> list[str]:
    """Return the lines of a quote: lists with their marks, code indented, tables in columns."""
    marked = quote.highlight
    span = (marked.start, marked.end) if marked else (0, 0)
    return list(_lines(markup.nodes(article, parts(article, quote.start, quote.end), *span)))


def _lines(nodes: Iterable[Node], indent: str = "") -> Iterator[str]:
    for number, node in enumerate(nodes):
        if number and not isinstance(node, List):
            yield ""
        if isinstance(node, List):
            for item in node.items:
                sign = "-" if item.number is None else f"{item.number}."
                yield f"{indent}{sign} {_line(item.line)}"
                yield from _lines(item.inside, indent + " " * (len(sign) + 1))
        elif isinstance(node, Table):
            yield from (indent + row for row in _table(node))
        elif node.kind == "code":
            yield from (f"{indent}    {row}" for row in _code(node.line))
        else:
            yield indent + _line(node.line)


def _line(line: RichText) -> str:
    return "".join(map(_run, line))


def _run(run: TextRun) -> str:
    """Return a run with the short answer in bold, and each link followed by its address."""
    words = [(plain(piece.text), piece.marked) for piece in run.pieces]
    shown = "".join(click.style(text, bold=True) if marked else text for text, marked in words)
    address = plain(run.url or "").removeprefix("mailto:").removeprefix("tel:")
    return shown if not address or address in click.unstyle(shown) else f"{shown} ({address})"


def _code(line: RichText) -> list[str]:
    """Return the lines of code with their indentation; links are shown as text only."""
    pieces = [piece for run in line for piece in run.pieces]
    rows = [
        "".join(click.style(plain(row), bold=True) if piece.marked and row else plain(row))
        + ("\n" if number < piece.text.count("\n") else "")
        for piece in pieces
        for number, row in enumerate(piece.text.expandtabs(4).split("\n"))
    ]
    return "".join(rows).split("\n")


def _table(table: Table) -> Iterator[str]:
    """Yield a table's rows, each cell below the name of its column."""
    header = [click.style(_line(cell), dim=True) for cell in table.header]
    rows = [*([header] if header else []), *([_line(cell) for cell in row] for row in table.rows)]
    widths = [max(map(_width, column)) for column in zip_longest(*rows, fillvalue="")]
    for row in rows:
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)
        )
        yield "  ".join(cells).rstrip()


def _width(cell: str) -> int:
    """Return how many columns a cell takes in a terminal."""
    signs = click.unstyle(cell)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in signs)
    return len(signs) + wide - sum(map(bool, map(unicodedata.combining, signs)))


def _source(article: Article, quote: Quote, cited: Passage) -> list[str]:
    published = article.published and article.published.isoformat()
    about = [part for part in (article.title, cited.heading, published) if part]
    place = f"{article.source}, characters {quote.start} to {quote.end}"
    return [f"  {plain(line)}" for line in (", ".join(about), article.url, place) if line]


def _shares(features: Mapping[str, float]) -> str:
    """Return the features that count most, with their signs, the largest first."""
    most = sorted(features.items(), key=lambda share: -abs(share[1]))[:SHARES]
    return ", ".join(f"{name} {share:+.2f}" for name, share in most if abs(share) >= 0.005)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"


def _gives_orders(sign: str) -> bool:
    """Return whether a character is a control character or half a surrogate pair."""
    return unicodedata.category(sign) in ("Cc", "Cs")
