"""An article and a part of it to mark -> what its page shows, block by block.

Pure, and not yet HTML: templates write the tags and escape everything between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from chatbot.types import Article, Block, BlockKind


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is marked, or is not."""

    text: str
    marked: bool = False
    first: bool = False
    """Whether it is the first marked one: the one a link leads to."""


@dataclass(frozen=True, slots=True)
class Part:
    """A block as pieces; joined, they are the block's text."""

    block: Block
    pieces: tuple[Piece, ...]


def parts(article: Article, start: int, end: int) -> list[tuple[BlockKind, list[Part]]]:
    """Return the article's blocks with `text[start:end]` marked, neighbours of a kind together.

    A first heading that only repeats the title is left out. An empty range marks nothing.
    """
    blocks = list(article.blocks)
    if blocks and blocks[0].kind == "heading" and _title(article, blocks[0]):
        del blocks[0]
    found: list[Part] = []
    anchored = False
    for block in blocks:
        pieces = tuple(mark(article.text, block.start, block.end, start, end, anchored))
        anchored = anchored or any(piece.marked for piece in pieces)
        found.append(Part(block, pieces))
    return [(kind, list(group)) for kind, group in groupby(found, lambda part: part.block.kind)]


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


def _title(article: Article, block: Block) -> bool:
    return article.text[block.start : block.end].split() == article.title.split()
