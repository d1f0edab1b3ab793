"""Finds the plain text of a parsed block, and cuts its tokens at offsets in that text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

_BREAKS = ("softbreak", "hardbreak")


@dataclass(slots=True)
class Piece:
    """A token, and its range in the block's text; the range of a tag is empty."""

    token: Token
    start: int
    end: int


def pieces(children: Iterable[Token]) -> list[Piece]:
    """Return the tokens with their ranges in the block's text."""
    found: list[Piece] = []
    at = 0
    for child in children:
        length = len(_text(child))
        found.append(Piece(child, at, at + length))
        at += length
    return found


def text(children: Iterable[Token]) -> str:
    """Return the text of all tokens together."""
    return "".join(map(_text, children))


def split(found: Sequence[Piece], points: Iterable[int]) -> list[Piece]:
    """Return the pieces, cut so that each of `points` is between two of them."""
    cuts = sorted(set(points))
    done: list[Piece] = []
    for piece in found:
        start = piece.start
        number = bisect_left(cuts, start + 1)
        while number < len(cuts) and cuts[number] < piece.end:
            done.append(_part(piece, start, cuts[number]))
            start = cuts[number]
            number += 1
        done.append(_part(piece, start, piece.end) if start > piece.start else piece)
    return done


def _part(piece: Piece, start: int, end: int) -> Piece:
    content = piece.token.content[start - piece.start : end - piece.start]
    return Piece(piece.token.copy(content=content), start, end)


def _text(token: Token) -> str:
    if token.type in _BREAKS:
        return "\n"
    return token.content if token.type in ("text", "code_inline") else ""
