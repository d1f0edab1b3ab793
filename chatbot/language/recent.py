"""Remembers the last results of a function of a text, in limited memory.

`functools.lru_cache` limits only the number of results. Visitors may type long texts of many words,
so this cache limits the number of parts in the results too.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Element = TypeVar("Element")

_PER_PART = 20
"""This many characters of a text need about as much memory as one part of its result."""


class Recent(Generic[Element]):
    """Calls a function of a text and remembers its last results; thread-safe."""

    def __init__(self, make: Callable[[str], tuple[Element, ...]], most: int, longest: int) -> None:
        """Take the function, the most parts to remember, and the longest text, in characters."""
        self._make = make
        self._longest = longest
        self._kept: OrderedDict[str, tuple[Element, ...]] = OrderedDict()
        self._lock = threading.Lock()
        self.left = most
        """How many more parts may be remembered."""

    def __call__(self, text: str) -> tuple[Element, ...]:
        """Return the function's result for `text`."""
        with self._lock:
            found = self._kept.get(text)
            if found is not None:
                self._kept.move_to_end(text)
                return found
        made = self._make(text)
        if len(text) <= self._longest:
            with self._lock:
                self._keep(text, made)
        return made

    def _keep(self, text: str, made: tuple[Element, ...]) -> None:
        if text in self._kept:  # another thread has added it
            return
        self._kept[text] = made
        self.left -= _parts(text, made)
        while self.left < 0:
            self.left += _parts(*self._kept.popitem(last=False))


def _parts(text: str, made: tuple[object, ...]) -> int:
    return 1 + len(made) + len(text) // _PER_PART
