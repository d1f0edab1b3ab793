"""Knows English words, from the list of 82,765 words in the package symspellpy."""

from __future__ import annotations

import importlib.resources
from collections.abc import Collection
from functools import cache


def is_english_word(word: str) -> bool:
    """Return whether `word` (folded, see `text.fold`) is an English word."""
    return word in english_words(word[0], len(word))


def english_words(initial: str, length: int) -> Collection[str]:
    """Return the English words that begin with the letter `initial` and have `length` letters."""
    return _groups().get((initial, length), frozenset())


@cache
def _groups() -> dict[tuple[str, int], frozenset[str]]:
    """Return the English words by first letter and length."""
    package = importlib.resources.files("symspellpy")
    listed = package.joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    groups: dict[tuple[str, int], set[str]] = {}
    for line in listed.splitlines():
        word = line.split(" ", 1)[0]
        groups.setdefault((word[0], len(word)), set()).add(word)
    return {key: frozenset(words) for key, words in groups.items()}
