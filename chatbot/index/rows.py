"""Stores the keys of each article (terms, names, facts) as rows of numbers.

If an article has changed, the rows of all others are copied from the earlier index. The result is
the same, byte for byte, as if all articles had been analysed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress

import numpy as np
from numpy.typing import NDArray

from chatbot.index.strings import Keys, encoded

KeyCounts = Sequence[Mapping[str, int]]
"""For each passage of one article, how often each key occurs."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The keys of passages, ordered by article, passage and key."""

    keys: Keys
    """The keys; each occurs in at least one row."""
    ends: NDArray[np.int64]
    """Where the rows of each article end, shape (articles,)."""
    key: NDArray[np.int32]
    """The number of the key, shape (rows,)."""
    place: NDArray[np.int32]
    """The number of the passage in its article, shape (rows,)."""
    count: NDArray[np.int32]
    """How often the key occurs there, shape (rows,)."""

    def passages(self, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of each row's passage among those of all articles.

        `starts` is the number of each article's first passage, shape (articles,).
        """
        first = np.repeat(starts, np.diff(self.ends, prepend=0))
        return (first + self.place).astype(np.int64)


def rows_of(articles: Sequence[KeyCounts]) -> Rows:
    """Return the rows of analysed articles."""
    runs = [counts for article in articles for counts in article]
    keys = sorted(set(chain.from_iterable(runs)))
    number = {key: i for i, key in enumerate(keys)}
    sizes = np.fromiter(map(len, runs), np.int64, len(runs))
    total = int(sizes.sum())
    key = np.fromiter(map(number.__getitem__, chain.from_iterable(runs)), np.int64, total)
    count = np.fromiter(chain.from_iterable(run.values() for run in runs), np.int32, total)
    places = [place for article in articles for place in range(len(article))]
    # One number for each row; sorting by it gives the order that is needed.
    order = np.argsort(np.repeat(np.arange(len(runs)), sizes) * max(len(keys), 1) + key)
    place = np.repeat(np.array(places, np.int32), sizes)
    each = np.array([sum(map(len, article)) for article in articles], np.int64)
    return Rows(
        Keys.of(map(encoded, keys)),
        np.cumsum(each, dtype=np.int64),
        key[order].astype(np.int32),
        place[order],
        count[order],
    )


def selected(parts: Sequence[Rows], order: Sequence[tuple[int, int]]) -> Rows:
    """Return the rows of articles, each given by its part and its number in that part."""
    raws = [part.keys.raws() for part in parts]
    merged = list(dict.fromkeys(sorted(raw for each in raws for raw in each)))
    number = {raw: i for i, raw in enumerate(merged)}
    renumbered = [np.array([number[raw] for raw in each], np.int32) for each in raws]
    key = np.concatenate([new[part.key] for new, part in zip(renumbered, parts, strict=True)])
    taken, ends = _taken(parts, order)
    key = key[taken]
    used = np.bincount(key, minlength=len(merged)) > 0
    new = (np.cumsum(used) - 1).astype(np.int32)
    return Rows(
        Keys.of(compress(merged, used.tolist())),
        ends,
        new[key],
        np.concatenate([part.place for part in parts])[taken],
        np.concatenate([part.count for part in parts])[taken],
    )


def _taken(
    parts: Sequence[Rows], order: Sequence[tuple[int, int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of the rows, counted over all parts, and where each article's rows end."""
    first = np.cumsum([0, *(len(part.key) for part in parts)])
    starts = [np.append(0, part.ends) for part in parts]
    begin = np.array([first[p] + starts[p][article] for p, article in order], np.int64)
    size = np.array([starts[p][a + 1] - starts[p][a] for p, a in order], np.int64)
    ends = np.cumsum(size, dtype=np.int64)
    return np.repeat(begin - (ends - size), size) + np.arange(int(size.sum())), ends
