"""Finds the vectors nearest to a given one: exactly, or approximately if there are very many.

Up to `EXACT` vectors are all multiplied with the question's vector, which is fast enough. For more,
a graph of neighbours (HNSW, Malkov & Yashunin 2018, by usearch, values in 8 bits) finds the nearest
without comparing the others. These get the cosine of the farthest one found. One thread builds the
graph, so that it is the same each time.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXACT = 50_000
"""Up to this many vectors, all are compared."""
FOUND = 1_000
"""The number of nearest vectors to find in the graph."""


class Nearest:
    """Vectors of length 1, shape (vectors, width), to be compared with others."""

    def __init__(self, vectors: NDArray[np.float32], exact: int = EXACT) -> None:
        self._vectors = vectors
        self._graph: Any = None
        if len(vectors) > exact and find_spec("usearch"):
            from usearch.index import Index

            self._graph = Index(
                ndim=vectors.shape[1], metric="cos", dtype="i8",
                connectivity=32, expansion_add=128, expansion_search=FOUND,
            )  # fmt: skip
            self._graph.add(np.arange(len(vectors)), vectors, threads=1)

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return len(self._vectors)

    def cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of every vector with `vector`, shape (vectors,)."""
        if self._graph is None:
            product: NDArray[np.float32] = self._vectors @ vector
            return product
        near = np.sort(self._graph.search(vector, FOUND, threads=1).keys.astype(np.int64))
        exactly = self._vectors[near] @ vector
        cosines = np.full(len(self._vectors), exactly.min(), np.float32)
        cosines[near] = exactly
        return cosines
