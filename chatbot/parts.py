"""Divides a range of an article into parts: its blocks, each with its links.

Quotes and the pages of articles are both made of these parts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace

from chatbot.types import CELLS, TABLE, Article, Block, Link, Part

DEEPEST = 8
"""Items are nested at most this deep; a deeper item is shown beside the item around it."""

Address = Callable[[Article, str], str | None]
"""Returns where a link of an article leads; None for nowhere."""


def parts(article: Article, start: int, end: int, address: Address) -> tuple[Part, ...]:
    """Return the parts of `article.text[start:end]`, in order.

    Links that lead nowhere are left out.
    """
    found: list[Part] = []
    header: tuple[str, ...] = ()
    first = bisect_right(article.blocks, start, key=lambda block: block.end)
    for number in range(_table(article, first), len(article.blocks)):
        block = article.blocks[number]
        if block.start >= end:
            break
        if block.kind == "header":
            header = tuple(article.text[block.start : block.end].split(CELLS))
        elif block.kind != "row":
            header = ()
        left, right = max(block.start, start), min(block.end, end)
        if number < first or not article.text[left:right].strip():
            continue
        part = _part(article, block, left, right, header, address)
        if block.goes_on:
            before = found[-1] if found else None
            if before and before.kind == "item" and before.depth == part.depth:
                joined = (*before.links, *part.links)
                found[-1] = replace(before, end=part.end, links=joined)
                continue
            part = replace(part, kind="paragraph", depth=min(part.depth + 1, DEEPEST))
        found.append(part)
    return tuple(found)


def _table(article: Article, first: int) -> int:
    """Return the first block of the table that has block `first` as a row; else `first`."""
    at = first
    while 0 < at < len(article.blocks) and article.blocks[at].kind == "row":
        if article.blocks[at - 1].kind not in TABLE:
            break
        at -= 1
    return at


def _part(
    article: Article,
    block: Block,
    start: int,
    end: int,
    header: tuple[str, ...],
    address: Address,
) -> Part:
    columns: tuple[str, ...] = ()
    if block.kind in TABLE and (start, end) == (block.start, block.end) and len(header) > 1:
        cells = article.text[start:end].split(CELLS)
        columns = header if len(cells) == len(header) else ()
    return Part(
        kind=block.kind,
        start=start,
        end=end,
        level=block.level,
        number=block.number,
        depth=min(block.depth, DEEPEST),
        columns=columns,
        links=tuple(_links(article, start, end, address)),
    )


def _links(article: Article, start: int, end: int, address: Address) -> Iterator[Link]:
    first = bisect_right(article.links, start, key=lambda link: link.end)
    for number in range(first, len(article.links)):
        link = article.links[number]
        if link.start >= end:
            break
        left, right = max(link.start, start), min(link.end, end)
        url = address(article, link.url) if article.text[left:right].strip() else None
        if url:
            yield Link(left, right, url)
