"""How the articles write their words: in lower case or with a capital, and how often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable

from chatbot.language.text import fold

LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
"""A word of letters, as a pattern."""
# Words with a capital inside a sentence, where it is the word's own.
_INSIDE = re.compile(r"(?<=[\w,;] )[^\W\d_a-z][^\W\d_]*(?:['’][^\W\d_]+)*")


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word of `texts` occurs, as it is written.

    A word that begins a sentence keeps its capital only if it has one inside a sentence too.
    """
    anywhere, inside = written(texts)
    return as_written(anywhere.items(), inside)


def written(texts: Iterable[str]) -> tuple[Counter[str], set[str]]:
    """Return how often each word of `texts` occurs, and those with a capital inside a sentence.

    At the start of a sentence, the capital may not belong to the word.
    """
    anywhere: Counter[str] = Counter()
    inside: set[str] = set()
    for text in texts:
        anywhere.update(LETTERS.findall(text))
        inside.update(_INSIDE.findall(text))
    return anywhere, inside


def as_written(anywhere: Iterable[tuple[str, int]], inside: Container[str]) -> Counter[str]:
    """Return the vocabulary, as `vocabulary` does, from what `written` returns."""
    counts: Counter[str] = Counter()
    for word, count in anywhere:
        counts[word if word[0].islower() or word in inside else fold(word)] += count
    return counts
