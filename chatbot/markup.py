"""The parts of an article, some of it to be marked -> what a page or a terminal shows.

Neighbours become what they are together: items a list, rows a table. Pure, and not yet HTML:
templates write the tags and escape everything between them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from chatbot.types import CELLS, TABLE, Article, BlockKind, Part


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is marked, or is not."""

    text: str
    marked: bool = False
    first: bool = False
    """Whether it is the first marked one: the one a link leads to."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that is a link, or is none."""

    pieces: tuple[Piece, ...]
    url: str | None = None


Line = tuple[Run, ...]
"""Runs; joined, they are the text of a block or of a cell."""


@dataclass(frozen=True, slots=True)
class Text:
    """What stands by itself."""

    kind: BlockKind
    line: Line
    level: int = 0
    """Of a heading: 1 to 6. Otherwise 0."""


@dataclass(frozen=True, slots=True)
class Item:
    """What stands behind one mark of a list."""

    line: Line
    number: int | None
    inside: tuple[Node, ...]
    """What lies in it below its own text: further lists, code."""


@dataclass(frozen=True, slots=True)
class List:
    """Items, all of them with a number or none."""

    items: tuple[Item, ...]
    numbered: bool
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below what their columns are called."""

    header: tuple[Line, ...]
    """A cell each; empty where the columns have no names."""
    rows: tuple[tuple[Line, ...], ...]
    kind: Literal["table"] = "table"


Node = Text | List | Table


def nodes(
    article: Article, parts: Sequence[Part], start: int = 0, end: int = 0
) -> tuple[Node, ...]:
    """Return what the parts of `article` are together, with `text[start:end]` marked.

    An empty range marks nothing.
    """
    return _Marker(article.text, start, end).nodes(parts)


def without_title(article: Article, parts: Sequence[Part]) -> Sequence[Part]:
    """Return the parts of `article` without a first heading that only repeats its title."""
    first = parts[0] if parts else None
    if first and first.kind == "heading":
        heading = article.text[first.start : first.end]
        return parts[1:] if heading.split() == article.title.split() else parts
    return parts


PAGE_LENGTH, PAGE_BLOCKS = 50_000, 500
"""Characters and blocks of a page: of an article of megabytes only a part is rendered at once."""


def pages(article: Article) -> list[tuple[int, int]]:
    """Return `(start, end)` of each page of an article, offsets in its text, in order.

    A block is never parted, so that one longer than a page is one by itself.
    """
    starts = [0]
    number = 0
    for block in article.blocks:
        is_full = number >= PAGE_BLOCKS or block.end - starts[-1] > PAGE_LENGTH
        if is_full and number:
            starts.append(block.start)
            number = 0
        number += 1
    return list(pairwise([*starts, len(article.text)]))


def page_of(pages: Sequence[tuple[int, int]], start: int) -> int:
    """Return on which of `pages`, from 1 on, the character at `start` stands."""
    return bisect_right(pages, start, key=lambda page: page[0])


def mark(
    text: str, start: int, end: int, mark_start: int, mark_end: int, anchored: bool = False
) -> Iterator[Piece]:
    """Yield `text[start:end]` as pieces, what lies in `mark_start` to `mark_end` marked.

    Unless `anchored`, the marked piece is the first.
    """
    left = min(max(mark_start, start), end)
    right = max(min(mark_end, end), left)
    if left == right:
        left = right = end
    if start < left:
        yield Piece(text[start:left])
    if left < right:
        yield Piece(text[left:right], marked=True, first=not anchored)
    if right < end:
        yield Piece(text[right:end])


@dataclass(slots=True)
class _Marker:
    text: str
    start: int
    end: int
    anchored: bool = False
    """Whether something was marked already."""

    def nodes(self, parts: Sequence[Part]) -> tuple[Node, ...]:
        found: list[Node] = []
        at = 0
        while at < len(parts):
            part = parts[at]
            if part.kind == "item":
                after = _behind(parts, at)
                inside = parts[at + 1 : after]
                item = Item(self._line(part, part.start, part.end), part.number, self.nodes(inside))
                found.append(List((item,), numbered=part.number is not None))
            elif part.kind in TABLE:
                after = at + 1
                while after < len(parts) and parts[after].kind == "row":
                    after += 1
                found += self._tables(parts[at:after])
            else:
                after = at + 1
                line = self._line(part, part.start, part.end)
                found.append(Text(part.kind, line, part.level))
            at = after
        return tuple(_joined(found))

    def _tables(self, rows: Sequence[Part]) -> Iterator[Table]:
        """Yield a table for each run of rows whose columns have the same names."""
        for columns, run in groupby(rows, key=lambda row: row.columns):
            cells = [(row, tuple(self._cells(row))) for row in run]
            named = bool(cells) and cells[0][0].kind == "header"
            # What the columns are called may stand above of what is shown: that is not marked.
            header = cells[0][1] if named else tuple((Run((Piece(name),)),) for name in columns)
            yield Table(header, tuple(row for _, row in cells[named:]))

    def _cells(self, row: Part) -> Iterator[Line]:
        start = row.start
        for cell in self.text[row.start : row.end].split(CELLS):
            yield self._line(row, start, start + len(cell))
            start += len(cell) + len(CELLS)

    def _line(self, part: Part, start: int, end: int) -> Line:
        """Return `text[start:end]`, which lies in `part`, as runs."""
        runs = []
        at = start
        number = bisect_right(part.links, start, key=lambda link: link.end)
        while number < len(part.links) and part.links[number].start < end:
            link = part.links[number]
            left, right = max(link.start, at), min(link.end, end)
            runs += [self._run(at, left), self._run(left, right, link.url)]
            at, number = right, number + 1
        runs.append(self._run(at, end))
        return tuple(run for run in runs if run.pieces)

    def _run(self, start: int, end: int, url: str | None = None) -> Run:
        pieces = tuple(mark(self.text, start, end, self.start, self.end, self.anchored))
        self.anchored = self.anchored or any(piece.marked for piece in pieces)
        return Run(pieces, url)


def _behind(parts: Sequence[Part], item: int) -> int:
    """Return where the first part stands that does not lie within the item at `item`."""
    depth = parts[item].depth
    after = item + 1
    while after < len(parts) and parts[after].depth > depth:
        after += 1
    return after


def _joined(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield the nodes, neighbouring lists of a kind as one."""

    def kind(node: Node) -> tuple[str, bool]:
        return node.kind, isinstance(node, List) and node.numbered

    for (name, numbered), run in groupby(nodes, key=kind):
        if name == "list":
            lists = (node for node in run if isinstance(node, List))
            yield List(tuple(item for found in lists for item in found.items), numbered)
        else:
            yield from run
