"""Estimates how likely it is that one word is a misspelling of another.

A slip is one typing error. The method is optimal string alignment, with a cost for each kind of
slip (the kinds of Damerau 1964). Frequent kinds cost less; an average slip costs about 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

TRANSPOSED = 0.6
DOUBLED = 0.5
NEIGHBOUR = 0.7
LEFT_OUT = 0.75
VOWEL = 0.85
PUT_IN = 0.9
OTHER = 1.3
FIRST = 0.4
"""The additional cost if the first letter differs, since that is seldom mistyped."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")


def within(typed: str, words: Iterable[str], most: int) -> list[tuple[int, str]]:
    """Return `(slips, word)` for the `words` at most `most` slips from `typed`, fewest first."""
    # Imported here, since most questions have no misspelt words and do not need it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near = process.extract(typed, list(words), scorer=OSA.distance, score_cutoff=most, limit=None)
    return [(int(distance), word) for word, distance, _ in near]


def cost(typed: str, meant: str) -> float:
    """Return the cost of typing `typed` for `meant`: 0 if they are equal, about 1 for each slip."""
    rows = [[0.0] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    for i in range(len(typed) + 1):
        for j in range(len(meant) + 1):
            ways = []
            if i:
                ways.append(rows[i - 1][j] + _single(typed, i - 1, PUT_IN))
            if j:
                ways.append(rows[i][j - 1] + _single(meant, j - 1, LEFT_OUT))
            if i and j:
                ways.append(rows[i - 1][j - 1] + _swapped(typed[i - 1], meant[j - 1]))
            if i > 1 and j > 1 and typed[i - 2 : i] == meant[j - 1] + meant[j - 2]:
                ways.append(rows[i - 2][j - 2] + TRANSPOSED)
            rows[i][j] = min(ways, default=0.0)
    return rows[-1][-1] + FIRST * (typed[:1] != meant[:1])


def _single(word: str, at: int, price: float) -> float:
    """Return the cost of a letter that only `word` has: `price`, or less for a double letter."""
    return DOUBLED if at and word[at] == word[at - 1] else price


def _swapped(typed: str, meant: str) -> float:
    """Return the cost of typing one letter for another."""
    if typed == meant:
        return 0.0
    if typed in _neighbours().get(meant, ""):
        return NEIGHBOUR
    return VOWEL if typed in _VOWELS and meant in _VOWELS else OTHER


@cache
def _neighbours() -> dict[str, str]:
    """Return, for each letter, those beside, above and below it on a QWERTY keyboard."""
    # Each row lies a little further to the right than the one above.
    at = {sign: (x + y * 0.4, y) for y, row in enumerate(_ROWS) for x, sign in enumerate(row)}
    return {
        sign: "".join(
            other
            for other, (across, down) in at.items()
            if other != sign and abs(across - x) <= 1 and abs(down - y) <= 1
        )
        for sign, (x, y) in at.items()
    }
