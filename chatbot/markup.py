"""Turns the parts of an article, with a mark in them, into lists, tables and texts for display.

Neighbouring items become a list, and neighbouring rows a table. The result is not HTML: templates
write the tags and escape all text between them.
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
    """A piece of text that is either marked or not."""

    text: str
    marked: bool = False
    first: bool = False
    """Whether it is the first marked piece, to which links lead."""


@dataclass(frozen=True, slots=True)
class TextRun:
    """A piece of text that is either a link or not."""

    pieces: tuple[Piece, ...]
    url: str | None = None


RichText = tuple[TextRun, ...]
"""The runs of a block or of a cell; joined, they are its text."""


@dataclass(frozen=True, slots=True)
class Text:
    """A block that is not in a list or table."""

    kind: BlockKind
    line: RichText
    level: int = 0
    """For a heading 1 to 6, otherwise 0."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list."""

    line: RichText
    number: int | None
    inside: tuple[Node, ...]
    """The nodes below its own text: further lists, code."""


@dataclass(frozen=True, slots=True)
class List:
    """Items; all of them have a number, or none has."""

    items: tuple[Item, ...]
    numbered: bool
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below the names of their columns."""

    header: tuple[RichText, ...]
    """One cell for each column; empty if the columns have no names."""
    rows: tuple[tuple[RichText, ...], ...]
    kind: Literal["table"] = "table"


Node = Text | List | Table


def nodes(
    article: Article, parts: Sequence[Part], start: int = 0, end: int = 0
) -> tuple[Node, ...]:
    """Return the lists, tables and texts that the parts form, with `text[start:end]` marked.

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
"""The most characters and blocks on a page; a long article is divided into pages."""


def pages(article: Article) -> list[tuple[int, int]]:
    """Return `(start, end)` of each page of an article, offsets in its text, in order.

    A block is never divided: a block longer than a page becomes a page of its own.
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
    """Return which of `pages`, counted from 1, has the character at `start`."""
    return bisect_right(pages, start, key=lambda page: page[0])


def mark(
    text: str, start: int, end: int, mark_start: int, mark_end: int, anchored: bool = False
) -> Iterator[Piece]:
    """Yield `text[start:end]` as pieces; text from `mark_start` to `mark_end` is marked.

    Unless `anchored`, the marked piece is the first marked one of the page.
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
            # If the header is above the range that is shown, it is not marked.
            header = cells[0][1] if named else tuple((TextRun((Piece(name),)),) for name in columns)
            yield Table(header, tuple(row for _, row in cells[named:]))

    def _cells(self, row: Part) -> Iterator[RichText]:
        start = row.start
        for cell in self.text[row.start : row.end].split(CELLS):
            yield self._line(row, start, start + len(cell))
            start += len(cell) + len(CELLS)

    def _line(self, part: Part, start: int, end: int) -> RichText:
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

    def _run(self, start: int, end: int, url: str | None = None) -> TextRun:
        pieces = tuple(mark(self.text, start, end, self.start, self.end, self.anchored))
        self.anchored = self.anchored or any(piece.marked for piece in pieces)
        return TextRun(pieces, url)


def _behind(parts: Sequence[Part], item: int) -> int:
    """Return the number of the first part after `item` that is not inside it."""
    depth = parts[item].depth
    after = item + 1
    while after < len(parts) and parts[after].depth > depth:
        after += 1
    return after


def _joined(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield the nodes; neighbouring lists of the same kind become one."""

    def kind(node: Node) -> tuple[str, bool]:
        return node.kind, isinstance(node, List) and node.numbered

    for (name, numbered), run in groupby(nodes, key=kind):
        if name == "list":
            lists = (node for node in run if isinstance(node, List))
            yield List(tuple(item for found in lists for item in found.items), numbered)
        else:
            yield from run
