"""Counts the words of the articles as they are written, in lower case or with a capital."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable

from chatbot.language.text import fold

LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
"""A pattern for a word of letters."""
# Words with a capital inside a sentence; at its start, every word has one.
_INSIDE = re.compile(r"(?<=[\w,;] )[^\W\d_a-z][^\W\d_]*(?:['’][^\W\d_]+)*")


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word of `texts` occurs, as it is written.

    The first word of a sentence keeps its capital only if it also has one inside a sentence.
    """
    anywhere, inside = written(texts)
    return as_written(anywhere.items(), inside)


def written(texts: Iterable[str]) -> tuple[Counter[str], set[str]]:
    """Return how often each word of `texts` occurs, and which have a capital inside a sentence.

    The capital at the start of a sentence shows nothing about the word.
    """
    anywhere: Counter[str] = Counter()
    inside: set[str] = set()
    for text in texts:
        anywhere.update(LETTERS.findall(text))
        inside.update(_INSIDE.findall(text))
    return anywhere, inside


def as_written(anywhere: Iterable[tuple[str, int]], inside: Container[str]) -> Counter[str]:
    """Return the result of `vocabulary` from the two results of `written`."""
    counts: Counter[str] = Counter()
    for word, count in anywhere:
        counts[word if word[0].islower() or word in inside else fold(word)] += count
    return counts
