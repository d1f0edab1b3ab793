"""Prefers passages on or near the visitor's page among about equally good ones.

On the page about Kiel, "When does the shop open?" means the shop in Kiel, but "When does the shop
in Ulm open?" does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WORTH = 0.1
"""How much the score of a passage on the page itself is raised: 0.1 is 10 %."""
OUTDATED = 0.1
"""How much nearness a file of the oldest version loses, compared with the newest.

The page's own folder adds more, so a visitor on the old version gets answers from it.
"""
_VERSION = re.compile(r"\d+(?:\.\d+)*")

Folders = tuple[str, ...]


class Preference:
    """Says how near passages are to a page: 1 is the page itself, 0 is not near at all.

    Nearness depends on the folders that two files share; deeper folders count more. Of files that
    differ only in the version or year in a folder's name, the newest is nearest.
    """

    def __init__(self, passages: Sequence[tuple[str, str]]) -> None:
        """Take the id and the file of each passage's article."""
        sources = dict(passages)
        self._number = {article: i for i, article in enumerate(sources)}
        self._of = np.array([self._number[article] for article, _ in passages], np.int64)
        folders = [_folders(source) for source in sources.values()]
        self._folders = list(dict.fromkeys(folders))
        number = {folder: i for i, folder in enumerate(self._folders)}
        self._in = np.array([number[folder] for folder in folders], np.int64)
        self._outdated = _outdated(list(sources.values()))

    def nearness(self, article: str | None) -> NDArray[np.float64]:
        """Return how near each passage is to the page of `article`, shape (passages,).

        If there is no article with that id, only the age of versions counts.
        """
        near = -OUTDATED * self._outdated
        own = self._number.get(article or "")
        if own is not None:
            page = self._folders[self._in[own]]
            shared = np.array([_shared(page, folders) for folders in self._folders])
            near += shared[self._in] / (len(page) + 1)
            near[own] = 1.0
        return near[self._of]


def prefer(scores: NDArray[np.float64], nearness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `scores`, higher for nearer passages, scaled so that the best score does not change.

    Readers use the height of a score, and not only the order, to judge how well a passage matches.
    """
    preferred = scores * (1 + WORTH * nearness * (scores > 0))
    highest = preferred.max(initial=0.0)
    return preferred * (scores[preferred.argmax()] / highest) if highest > 0 else preferred


def lifted(scores: NDArray[np.float64], ahead: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return `scores` with the passages in `ahead` raised above all others, in unchanged order."""
    if not ahead.any() or ahead.all():
        return scores
    raised = max(0.0, float(scores[~ahead].max() - scores[ahead].min()) + 1e-6)
    return scores + raised * ahead


def as_good(match: NDArray[np.float64], nearness: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which passages near the page match about as well as the best, shape (passages,).

    `match` is how well their words match. Meaning does not count here: if two passages say the same
    about two things, their meanings differ by the names of the things, which are not in the
    question.
    """
    is_best = match * (1 + WORTH * nearness) >= match.max(initial=0.0)
    found: NDArray[np.bool_] = (match > 0) & (nearness > 0) & is_best
    return found


def _folders(source: str) -> Folders:
    return tuple(source.split("/")[:-1])


def _shared(one: Folders, other: Folders) -> int:
    """Return how many folders two files share, counted from the outermost."""
    apart = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(apart, min(len(one), len(other)))


def _outdated(sources: Sequence[str]) -> NDArray[np.float64]:
    """Return the age of each file's version among all its versions: 0 the newest, 1 the oldest."""
    versions: dict[str, set[tuple[int, ...]]] = {}
    named = [_version(source) for source in sources]
    for path, version in named:
        versions.setdefault(path, set()).add(version)
    ranks = {path: sorted(found, reverse=True) for path, found in versions.items()}
    return np.array(
        [ranks[path].index(version) / max(len(ranks[path]) - 1, 1) for path, version in named]
    )


def _version(source: str) -> tuple[str, tuple[int, ...]]:
    """Return a file's path without the numbers in its folders' names, and those numbers."""
    folder, slash, name = source.rpartition("/")
    numbers = tuple(int(part) for found in _VERSION.findall(folder) for part in found.split("."))
    return _VERSION.sub("#", folder) + slash + name, numbers
