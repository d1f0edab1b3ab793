"""Stores many texts in one block of bytes, which may be a file that is mapped into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

REMEMBERED = 5_000
"""At most this many keys are cached, with their numbers."""
LONGEST = 64
"""Longer keys are not cached, since visitors may type anything."""


def encoded(text: str) -> bytes:
    """Return `text` in UTF-8; half a surrogate pair, which a file's name may have, is kept.

    Texts in this form sort by code points.
    """
    return text.encode("utf-8", "surrogatepass")


def decoded(raw: bytes) -> str:
    """Return the text that `encoded` turned into `raw`."""
    return raw.decode("utf-8", "surrogatepass")


class Strings(Sequence[str]):
    """Texts that are decoded when they are needed."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        """Take all encoded texts, and where each ends in `data`, shape (texts,)."""
        self.data, self.ends = data, ends
        # Memoryviews, since single numbers are read faster from them than from numpy arrays.
        self._data, self._ends = data.data, ends.data

    @classmethod
    def of(cls, raws: Sequence[bytes]) -> Strings:
        """Return the strings with these bytes, in the same order."""
        ends = np.cumsum(np.fromiter(map(len, raws), np.int64, len(raws)), dtype=np.int64)
        return cls(np.frombuffer(b"".join(raws), np.uint8), ends)

    def __reduce__(self) -> tuple[type[Strings], tuple[NDArray[np.uint8], NDArray[np.int64]]]:
        """Return how to create a copy in another process."""
        return type(self), (self.data, self.ends)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._ends)

    def raw(self, number: int) -> bytes:
        """Return the bytes of the text at `number`, from 0."""
        start = self._ends[number - 1] if number else 0
        return bytes(self._data[start : self._ends[number]])

    def raws(self) -> list[bytes]:
        """Return the bytes of all texts."""
        data = self.data.tobytes()
        return [data[start:end] for start, end in pairwise([0, *self.ends.tolist()])]

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        """Return the text at `number`."""
        if isinstance(number, slice):
            return [self[i] for i in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        return decoded(self.raw(number % len(self)))


class Keys(Strings):
    """Different texts in sorted order, for binary search."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        super().__init__(data, ends)
        self._find = lru_cache(REMEMBERED)(self._look_up)

    @classmethod
    def of(cls, raws: Iterable[bytes]) -> Keys:
        """Return the keys with these bytes, given in any order."""
        strings = Strings.of(sorted(set(raws)))
        return cls(strings.data, strings.ends)

    def find(self, key: str) -> int:
        """Return the number of `key`; -1 if it is not there."""
        return self._find(key) if len(key) <= LONGEST else self._look_up(key)

    def beginning(self, prefix: str) -> range:
        """Return the numbers of the keys that begin with `prefix`."""
        raw = encoded(prefix)
        first = self._place(raw)
        # The byte 0xff does not occur in UTF-8.
        return range(first, self._place(raw + b"\xff", first))

    def _look_up(self, key: str) -> int:
        raw = encoded(key)
        place = self._place(raw)
        return place if place < len(self) and self.raw(place) == raw else -1

    def _place(self, raw: bytes, low: int = 0) -> int:
        """Return how many keys come before `raw`."""
        high = len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < raw:
                low = middle + 1
            else:
                high = middle
        return low


def iterate(strings: Strings, numbers: range) -> Iterator[str]:
    """Yield the texts at consecutive `numbers`, faster than one by one."""
    if not numbers:
        return
    ends = strings.ends[numbers.start : numbers.stop].tolist()
    start = int(strings.ends[numbers.start - 1]) if numbers.start else 0
    data = strings.data[start : ends[-1]].tobytes()
    for first, last in pairwise([start, *ends]):
        yield decoded(data[first - start : last - start])
