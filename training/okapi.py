"""Searches the passages of the training files by BM25."""

import math
import re
from collections import Counter, defaultdict

import numpy as np


def words(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return re.findall(r"\w+", text.lower())


class BM25:
    """Okapi BM25 with Lucene's positive idf, as postings: word -> passage numbers and weights.

    Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", k1 = 1.2, b = 0.75.
    """

    def __init__(self, texts: list[str], k1: float = 1.2, b: float = 0.75) -> None:
        counts = [Counter(words(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        norm = k1 * (1 - b + b * lengths / lengths.mean())
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, count in enumerate(counts):
            for word, n in count.items():
                postings[word].append((number, n))
        self.size = len(texts)
        self.postings: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for word, pairs in postings.items():
            numbers, n = np.array(pairs, dtype=np.int64).T
            idf = math.log(1 + (self.size - len(pairs) + 0.5) / (len(pairs) + 0.5))
            self.postings[word] = numbers, idf * n * (k1 + 1) / (n + norm[numbers])

    def scores(self, question: str) -> np.ndarray:
        """Return how well each passage matches, shape [passages]."""
        scores = np.zeros(self.size, dtype=np.float32)
        for word in set(words(question)):
            if word in self.postings:
                numbers, weights = self.postings[word]
                scores[numbers] += weights
        return scores
