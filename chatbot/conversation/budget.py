"""Limits how much work one request may cause, in steps rather than seconds.

A request with a long history of misspelt words must not delay other visitors. The steps are: words
compared with the vocabulary, terms looked up in the index, and passages read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from chatbot.conversation.protocols import Names, Statistics
from chatbot.types import Turn

MAX_TURNS = 20
"""At most this many earlier turns are used."""
MAX_BYTES = 8_192
"""Their questions, answers and short answers have at most this many UTF-8 bytes together."""

CORRECTIONS = 50
"""At most this many different words are spell-checked; the others stay as they were typed."""
SEARCHES = 2_000
"""At most this many terms are looked up in the index; repetitions count."""
PASSAGES = 60
"""At most this many passages are read, for questions of ordinary length; repetitions count."""
ORDINARY = 20
"""For each further 20 words of a question, every passage counts once more."""


class Exhausted(Exception):
    """The budget is spent, so the history cannot be used."""


@dataclass(slots=True)
class Budget:
    """The work that one request has caused so far."""

    corrected: dict[tuple[str, str, bool], str | None] = field(default_factory=dict)
    """What was compared with the vocabulary -> its correction; None if no word was near."""
    searched: int = 0
    """The number of terms looked up in the index."""
    read: int = 0
    """The number of passages read."""
    is_last: bool = False
    """Whether nothing is refused any more: the visitor's own words are always searched and read."""

    @property
    def may_correct(self) -> bool:
        """Whether one more word may be compared with the vocabulary."""
        return len(self.corrected) < CORRECTIONS

    def search(self, terms: int) -> None:
        """Count the terms of a search; a search without terms counts as one.

        Raises:
            Exhausted: there are too many.
        """
        self.searched += max(1, terms)
        if self.searched > SEARCHES and not self.is_last:
            raise Exhausted

    def read_passages(self, number: int, words: int) -> None:
        """Count passages that will be read for a question with this number of words.

        Raises:
            Exhausted: there are too many.
        """
        self.read += number * (1 + words // ORDINARY)
        if self.read > PASSAGES and not self.is_last:
            raise Exhausted


class Counted:
    """An index that counts searches in a budget."""

    def __init__(self, index: Statistics, budget: Budget) -> None:
        self._index = index
        self._budget = budget
        self.idf = index.idf
        self.knows = index.knows

    @property
    def naming(self) -> Names:
        """What the articles show about names."""
        return self._index.naming

    def standing(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the score of each article, as the index does.

        Raises:
            Exhausted: there were too many terms.
        """
        self._budget.search(len(weights))
        return self._index.standing(weights)


def recent(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the last turns of `history` within `MAX_TURNS` and `MAX_BYTES`.

    If the last turn alone is too long, it is returned without its answer.
    """
    turns: list[Turn] = []
    room = MAX_BYTES
    for turn in reversed(history[-MAX_TURNS:]):
        if not turns and _size(turn) > room:
            turn = replace(turn, answer="", highlight=None)
        room -= _size(turn)
        if room < 0:
            break
        turns.append(turn)
    return tuple(reversed(turns))


def _size(turn: Turn) -> int:
    """Return how many bytes a turn has in UTF-8."""
    parts = (turn.question, turn.answer or "", turn.highlight or "")
    return sum(len(part.encode("utf-8", "surrogatepass")) for part in parts)
