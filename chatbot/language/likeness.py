"""Finds words of similar meaning, also from the owner's groups of synonyms.

`likeness.npz`, made by `training/likeness.py`, has a vector for each of about 20,000 common English
terms. The cosine of two vectors says how similar the terms are: "cost" is similar to "price" and
"budget", and "composed" to "composition", although their stems differ. A similar word is only a
likely replacement, so it counts less.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from chatbot.language.text import terms

LEAST = 0.5
"""Terms with a lower cosine are not similar. The value was chosen on development questions."""
OWN = 0.5
"""The similarity of two words in one of the owner's groups."""
REMEMBERED = 5_000
"""The results of at most this many terms are kept."""


class Likeness:
    """Finds the terms of a corpus that are similar to a term."""

    def __init__(
        self, vocabulary: Iterable[str], groups: Iterable[Iterable[str]] = (), english: bool = True
    ) -> None:
        self._own: dict[str, set[str]] = {}
        for group in groups:
            members = {term for word in group for term in terms(word)}
            for term in members:
                self._own.setdefault(term, set()).update(members - {term})
        known, self._vectors = shipped() if english else ({}, np.zeros((0, 1), np.float32))
        self._row = known
        self._terms = [term for term in vocabulary if term in known]
        self._theirs = self._vectors[[known[term] for term in self._terms]]
        self._found: dict[str, Mapping[str, float]] = {}

    def of(self, term: str) -> Mapping[str, float]:
        """Return the terms of the corpus that are similar to `term`, the most similar first.

        The numbers are similarities, above 0 and at most 1; 1 means the same.
        """
        if term not in self._row and term not in self._own:
            return {}
        found = self._found.get(term)  # one look-up, since another thread may clear the cache
        if found is None:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            found = self._found[term] = self._look_up(term)
        return found

    def _look_up(self, term: str) -> Mapping[str, float]:
        alike = dict.fromkeys(self._own.get(term, ()), OWN)
        if term in self._row and self._terms:
            cosines = self._theirs @ self._vectors[self._row[term]]
            for i in np.flatnonzero(cosines > LEAST):
                other = self._terms[i]
                alike[other] = max(float(cosines[i] - LEAST) / (1 - LEAST), alike.get(other, 0.0))
        alike.pop(term, None)
        return dict(sorted(alike.items(), key=lambda pair: (-pair[1], pair[0])))


@cache
def shipped() -> tuple[dict[str, int], NDArray[np.float32]]:
    """Return each term's row, and the shipped vectors of length 1, shape (terms, 64)."""
    content = files("chatbot.language").joinpath("likeness.npz").read_bytes()
    with np.load(io.BytesIO(content)) as stored:
        known = bytes(stored["terms"]).decode("ascii").split("\n")
        vectors = stored["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {term: row for row, term in enumerate(known)}, vectors
