"""Computes BM25 with rank-bm25, correctly for small corpora and fast for large ones.

The package rank-bm25 counts what BM25 needs: how often each term occurs in each passage, and how
long passages are. But its `get_scores` goes through every passage for every word. Here, the scores
are computed once as postings (term -> passages and weights), and a search adds up only those of the
question's terms. They are the same as those of `get_scores`, bit for bit; a test compares them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from chatbot import config
from chatbot.index.rows import Rows
from chatbot.language.rarity import rarity

OF_ENGLISH = 0.4
"""A term's idf is multiplied by its rarity in general English, to this power."""


class PositiveOkapi(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no type hints
    """Okapi BM25 whose idf is above 0 even in a small corpus.

    idf = ln(1 + (N - n + 0.5) / (n + 0.5)), as in Lucene's BM25Similarity; the Okapi idf of
    rank-bm25 is 0 or less for a word that half of the passages have. The idf is multiplied by
    `telling(term)`.
    """

    def __init__(
        self, corpus: Sequence[Sequence[str]], telling: Callable[[str], float], k1: float, b: float
    ) -> None:
        self._telling = telling
        super().__init__(corpus, k1=k1, b=b)

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, n in nd.items():
            self.idf[term] = idf(n, self.corpus_size) * self._telling(term)


def term_frequencies(passages: Sequence[Sequence[str]]) -> tuple[list[dict[str, int]], list[int]]:
    """Return how often each term occurs in each passage, and how many terms each one has."""
    okapi = PositiveOkapi(passages, lambda term: 1.0, k1=1.0, b=0.0)
    return okapi.doc_freqs, okapi.doc_len


def idf(n: int, size: int) -> float:
    """Return the inverse document frequency of a term in `n` of `size` passages: above 0."""
    return math.log(1 + (size - n + 0.5) / (n + 0.5))


def telling(is_english: bool) -> Callable[[str], float]:
    """Return a function from a term to a factor for its idf, 0 to 1, by its rarity in English.

    If the corpus is not in English, the factor is always 1.
    """
    return (lambda term: rarity(term) ** OF_ENGLISH) if is_english else (lambda term: 1.0)


def idfs(rows: Rows, size: int, is_english: bool) -> NDArray[np.float64]:
    """Return the idf of each key of `rows`, terms of `size` passages, shape (keys,).

    If a term occurs 0 times in a passage, the term finds the passage, but its text does not have
    the term (see `Analysis.terms`). Such passages count only if no passage has the term in its
    text.
    """
    found = np.bincount(rows.key, minlength=len(rows.keys))
    having = np.bincount(rows.key[rows.count > 0], minlength=len(rows.keys))
    tells = telling(is_english)
    numbers = np.where(having > 0, having, found).tolist()
    terms = zip(rows.keys, numbers, strict=True)
    return np.fromiter((idf(n, size) * tells(term) for term, n in terms), float, len(numbers))


def weights(
    rows: Rows,
    idf: NDArray[np.float64],
    passages: NDArray[np.int64],
    lengths: NDArray[np.int64],
    settings: config.RetrieverSettings,
) -> NDArray[np.float64]:
    """Return what each row adds to the score of its passage, shape (rows,).

    `idf` is the idf of each key, `passages` the number of each row's passage, `lengths` the number
    of terms of each passage. A term that occurs 0 times counts as one occurrence, but does not make
    the passage longer: another spelling of a name must not change the scores of other words.
    """
    if not len(rows.key):
        return np.zeros(0)
    k1, b = settings.k1, settings.b
    counts, of_terms = rows.count.astype(float), idf[rows.key]
    mean = int(lengths.sum()) / len(lengths) or 1.0
    # The formula of BM25Okapi.get_scores with the same order of operations, so that every bit is
    # the same.
    weighed = (
        of_terms * (counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths[passages] / mean)))
        if k1
        else of_terms
    )
    return np.where(counts > 0, weighed, of_terms)
