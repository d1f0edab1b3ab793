"""The nearest of many vectors are found exactly, or by a graph that misses very few."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.encoder.nearest import Nearest

WIDTH, VECTORS = 64, 3_000


def unit(rows: int, seed: int) -> NDArray[np.float32]:
    """Return unit vectors, shape (rows, WIDTH)."""
    made = np.random.default_rng(seed).normal(size=(rows, WIDTH)).astype(np.float32)
    unit: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def graph() -> Nearest:
    """Return vectors that are searched with a graph."""
    pytest.importorskip("usearch", reason="the extra `large` is not installed")
    return Nearest(unit(VECTORS, 1), exact=100)


def test_few_are_compared_exactly() -> None:
    """The cosine of each vector is its product with the other."""
    vectors, question = unit(50, 1), unit(1, 2)[0]
    assert (Nearest(vectors).cosines(question) == vectors @ question).all()


def test_a_graph_finds_the_nearest(graph: Nearest) -> None:
    """At least 99 % of the ten nearest are found, with their exact cosines."""
    vectors = unit(VECTORS, 1)
    found = 0
    for question in unit(50, 2):
        cosines, exact = graph.cosines(question), vectors @ question
        best = np.argsort(-exact)[:10]
        there = set(np.argsort(-cosines)[:10]) & set(best)
        found += len(there)
        assert all(cosines[i] == pytest.approx(exact[i], abs=1e-5) for i in there)
    assert found >= 495


def test_what_a_graph_does_not_find_counts_as_the_farthest_found(graph: Nearest) -> None:
    """Vectors that the graph does not find get the cosine of the farthest one found."""
    question = unit(1, 3)[0]
    cosines = graph.cosines(question)
    assert cosines.shape == (VECTORS,)
    assert (cosines == cosines.min()).sum() > VECTORS // 2


def test_the_same_vectors_give_the_same_graph(graph: Nearest) -> None:
    """A graph that is built again finds the same vectors."""
    again, question = Nearest(unit(VECTORS, 1), exact=100), unit(1, 4)[0]
    assert (again.cosines(question) == graph.cosines(question)).all()
