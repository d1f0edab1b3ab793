"""BM25 by rank-bm25, made safe for small corpora and fast for large ones.

rank-bm25 counts what BM25 is made of: how often each term comes in each passage, and how long
these are. Its `get_scores` walks every passage for every word; here the same numbers are laid out
once as postings (term -> passages and weights), and a search adds up only the columns of the
question. Scores are the same, bit for bit, as those of `get_scores`; a test holds the two side by
side.
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
"""Power of a term's rarity in English at large, by which its idf is multiplied."""


class PositiveOkapi(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no type hints
    """Okapi BM25 whose idf stays above 0 however small the corpus.

    idf = ln(1 + (N - n + 0.5) / (n + 0.5)), as in Lucene's BM25Similarity; the Okapi idf of
    rank-bm25 is 0 or less for a word that half of the passages have. It is multiplied by what
    `telling` says of the term.
    """

    def __init__(
        self, corpus: Sequence[Sequence[str]], telling: Callable[[str], float], k1: float, b: float
    ) -> None:
        self._telling = telling
        super().__init__(corpus, k1=k1, b=b)

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, n in nd.items():
            self.idf[term] = idf(n, self.corpus_size) * self._telling(term)


def counted(passages: Sequence[Sequence[str]]) -> tuple[list[dict[str, int]], list[int]]:
    """Return how often each term comes in each passage, and how many terms each has."""
    okapi = PositiveOkapi(passages, lambda term: 1.0, k1=1.0, b=0.0)
    return okapi.doc_freqs, okapi.doc_len


def idf(n: int, size: int) -> float:
    """Return the inverse frequency of a term that `n` of `size` passages have: above 0."""
    return math.log(1 + (size - n + 0.5) / (n + 0.5))


def telling(is_english: bool) -> Callable[[str], float]:
    """Return what says how much a term tells, 0 to 1, for what it is in English at large."""
    return (lambda term: rarity(term) ** OF_ENGLISH) if is_english else (lambda term: 1.0)


def idfs(rows: Rows, size: int, is_english: bool) -> NDArray[np.float64]:
    """Return the idf of each key of `rows`, terms of `size` passages, shape (keys,).

    A term that comes 0 times in a passage is one that this is only found by besides. Where no
    passage has it as a word, those count that are found by it.
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
    settings: config.Retriever,
) -> NDArray[np.float64]:
    """Return what each row adds to the score of its passage, shape (rows,).

    `idf` is that of each key, `passages` the number of each row's passage, `lengths` how many terms
    each passage has. A term that a passage is only found by counts as if it came once, and makes
    the passage no longer: that a name has a hyphen says nothing of the other words.
    """
    if not len(rows.key):
        return np.zeros(0)
    k1, b = settings.k1, settings.b
    counts, of_terms = rows.count.astype(float), idf[rows.key]
    mean = int(lengths.sum()) / len(lengths) or 1.0
    # The formula of BM25Okapi.get_scores, in its order of operations, so that not even the last
    # bit differs.
    weighed = (
        of_terms * (counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths[passages] / mean)))
        if k1
        else of_terms
    )
    return np.where(counts > 0, weighed, of_terms)
