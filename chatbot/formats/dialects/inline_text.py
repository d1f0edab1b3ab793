"""Finds the plain text of a parsed block, and cuts its tokens at offsets in that text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

_BREAKS = ("softbreak", "hardbreak")


@dataclass(slots=True)
class PlacedToken:
    """A token, and its range in the block's text; the range of a tag is empty."""

    token: Token
    start: int
    end: int


def pieces(children: Iterable[Token]) -> list[PlacedToken]:
    """Return the tokens with their ranges in the block's text."""
    found: list[PlacedToken] = []
    at = 0
    for child in children:
        length = len(_text(child))
        found.append(PlacedToken(child, at, at + length))
        at += length
    return found


def text(children: Iterable[Token]) -> str:
    """Return the text of all tokens together."""
    return "".join(map(_text, children))


def cut_at(found: Sequence[PlacedToken], points: Iterable[int]) -> list[PlacedToken]:
    """Return the pieces, cut so that each of `points` is between two of them."""
    cuts = sorted(set(points))
    done: list[PlacedToken] = []
    for piece in found:
        start = piece.start
        number = bisect_left(cuts, start + 1)
        while number < len(cuts) and cuts[number] < piece.end:
            done.append(_part(piece, start, cuts[number]))
            start = cuts[number]
            number += 1
        done.append(_part(piece, start, piece.end) if start > piece.start else piece)
    return done


def _part(piece: PlacedToken, start: int, end: int) -> PlacedToken:
    content = piece.token.content[start - piece.start : end - piece.start]
    return PlacedToken(piece.token.copy(content=content), start, end)


def _text(token: Token) -> str:
    if token.type in _BREAKS:
        return "\n"
    return token.content if token.type in ("text", "code_inline") else ""
