"""What one request may cost at most, counted in steps, not in seconds.

A history may be long, and each of its words misspelt; whoever sends one must not hold up the
others. What the steps are is chosen so that none takes longer than the corpus makes it: a word
compared with the vocabulary, a term looked up in the index, a passage read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from chatbot.conversation.protocols import Index, Names
from chatbot.types import Turn

MAX_TURNS = 20
"""So many turns are looked back."""
MAX_BYTES = 8_192
"""So long, in UTF-8, may they be together: their questions, answers and short answers."""

CORRECTIONS = 50
"""So many distinct words are compared with the vocabulary; more stay as they are typed."""
SEARCHES = 2_000
"""So many terms are looked up in the index, each as often as it is asked for."""
PASSAGES = 60
"""So many passages are read, each as often as it is read, for a question of ordinary length."""
ORDINARY = 20
"""A question of so many words more is as much work to read for as two."""


class Exhausted(Exception):
    """The budget is spent: what was asked before cannot be heeded."""


@dataclass(slots=True)
class Budget:
    """What one request has cost so far."""

    corrected: dict[tuple[str, str, bool], str | None] = field(default_factory=dict)
    """What was compared with the vocabulary, and what was found to be meant."""
    searched: int = 0
    """Terms looked up in the index."""
    read: int = 0
    """Passages read."""
    is_last: bool = False
    """Whether it only counts: the visitor's own words are always searched and read."""

    @property
    def may_correct(self) -> bool:
        """Whether one more word may be compared with the vocabulary."""
        return len(self.corrected) < CORRECTIONS

    def search(self, terms: int) -> None:
        """Count the terms of a search; one without terms walks the passages all the same.

        Raises:
            Exhausted: that is too many.
        """
        self.searched += max(1, terms)
        if self.searched > SEARCHES and not self.is_last:
            raise Exhausted

    def read_passages(self, number: int, words: int) -> None:
        """Count passages that are about to be read for a question of so many words.

        Raises:
            Exhausted: that is too many.
        """
        self.read += number * (1 + words // ORDINARY)
        if self.read > PASSAGES and not self.is_last:
            raise Exhausted


class Counted:
    """An index whose searches are counted."""

    def __init__(self, index: Index, budget: Budget) -> None:
        self._index = index
        self._budget = budget
        self.idf = index.idf
        self.knows = index.knows

    @property
    def naming(self) -> Names:
        """What the articles tell of names."""
        return self._index.naming

    def standing(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return how well each article does, as the index says.

        Raises:
            Exhausted: too much was searched.
        """
        self._budget.search(len(weights))
        return self._index.standing(weights)


def recent(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the last turns of `history` as far as there is room; the oldest go unread.

    An answer too long by itself counts as not known, so that the question it answers is read.
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
