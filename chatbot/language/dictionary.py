"""Knows English words, from the list of 82,765 words in the package symspellpy."""

from __future__ import annotations

import importlib.resources
from collections import defaultdict
from collections.abc import Collection
from functools import cache


def is_english_word(word: str) -> bool:
    """Return whether `word` (folded, see `text.fold`) is an English word."""
    return f" {word} " in _groups().get((word[0], len(word)), "")


def english_words(initial: str, length: int) -> Collection[str]:
    """Return the English words that begin with the letter `initial` and have `length` letters."""
    return _groups().get((initial, length), "").split()


@cache
def _groups() -> dict[tuple[str, int], str]:
    """Return the English words by first letter and length, each with a space on both sides.

    One text for each group needs a tenth of the memory of a set of words.
    """
    listed = importlib.resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    groups: defaultdict[tuple[str, int], bytearray] = defaultdict(bytearray)
    with listed.open(encoding="utf-8-sig") as lines:
        for line in lines:
            word = line.split(" ", 1)[0]
            groups[word[0], len(word)] += f" {word} ".encode()
    return {key: words.decode() for key, words in groups.items()}
