"""Keeps the last turns of conversations in memory, for when the store is too slow."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from chatbot.store.turns import KeptTurn
from chatbot.types import Turn

MAX_BYTES = 8_000_000
"""The limit for all remembered conversations together; the oldest are forgotten first."""
FORGOTTEN = 10_000
"""The ids of this many deleted conversations are remembered."""


class Latest:
    """The newest turns of the newest conversations, in limited memory; thread-safe."""

    def __init__(self, turns: int, max_bytes: int = MAX_BYTES) -> None:
        self._turns = turns
        self._room = max_bytes
        self._kept: OrderedDict[str, tuple[tuple[Turn, ...], datetime]] = OrderedDict()
        self._forgotten: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, turn: KeptTurn) -> datetime | None:
        """Remember a turn; return when it was asked, or None if its conversation was deleted.

        The time is always later than that of the turn before, even if the clock was set back, since
        a conversation is read in the order of its times.
        """
        with self._lock:
            if turn.conversation in self._forgotten:
                return None
            before, last = self._take(turn.conversation)
            asked = turn.asked
            if last and asked <= last:
                asked = last + timedelta(microseconds=1)
            added = Turn(turn.question, turn.quote, turn.highlight)
            turns = (*before, added)[-self._turns :]
            self._kept[turn.conversation] = turns, asked
            self._room -= _size(turns)
            while self._room < 0 and self._kept:
                self._take(next(iter(self._kept)))
            return asked

    def of(self, conversation: str) -> tuple[Turn, ...]:
        """Return the remembered last turns of a conversation, oldest first."""
        with self._lock:
            return self._kept.get(conversation, ((), None))[0]

    def drop(self, conversation: str) -> None:
        """Stop remembering a conversation."""
        with self._lock:
            self._take(conversation)

    def forget(self, conversation: str) -> None:
        """Forget a conversation and any turn of it that still arrives."""
        with self._lock:
            self._take(conversation)
            self._forgotten[conversation] = None
            if len(self._forgotten) > FORGOTTEN:
                self._forgotten.popitem(last=False)

    def _take(self, conversation: str) -> tuple[tuple[Turn, ...], datetime | None]:
        turns, asked = self._kept.pop(conversation, ((), None))
        self._room += _size(turns)
        return turns, asked


def _size(turns: tuple[Turn, ...]) -> int:
    """Return roughly how many bytes the turns take, at four bytes a character."""
    return sum(
        400 + 4 * (len(turn.question) + len(turn.answer or "") + len(turn.highlight or ""))
        for turn in turns
    )
