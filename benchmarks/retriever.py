"""Measures how long a search takes, compared with `get_scores` of the library rank-bm25.

    python benchmarks/retriever.py [SIZE ...]

Passages have 60 random words, questions five; the frequencies of words follow Zipf's law. Both get
the same words and must return the same ten best scores.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from chatbot.config import RetrieverSettings, SynonymSettings
from chatbot.index.okapi import PositiveOkapi
from chatbot.language import text
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Passage, Question

WORDS = 20_000
QUESTIONS = 30


def milliseconds(run: Callable[[Question], object], questions: list[Question]) -> float:
    """Return the median time of a question, in milliseconds."""
    times = []
    for question in questions:
        start = time.perf_counter()
        run(question)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main(sizes: list[int]) -> None:
    """Print a line for each size."""
    rng = random.Random(1)
    words = [f"w{number}" for number in range(WORDS)]
    shares = [1 / (rank + 10) for rank in range(WORDS)]
    print("passages  get_scores  ours       times faster")
    for size in sizes:
        texts = [" ".join(rng.choices(words, shares, k=60)) for _ in range(size)]
        passages = [Passage("a", "", None, t, 0, ((0, len(t)),)) for t in texts]
        retriever = Bm25Retriever(passages, RetrieverSettings(), SynonymSettings(english=False))
        okapi = PositiveOkapi([text.terms(t) for t in texts], lambda term: 1.0, k1=1.2, b=0.75)
        questions = [Question(" ".join(rng.choices(words, shares, k=5))) for _ in range(QUESTIONS)]

        def theirs(question: Question, okapi: PositiveOkapi = okapi) -> list[float]:
            scores = okapi.get_scores(list(dict.fromkeys(text.terms(question.text))))
            best = scores[np.argpartition(-scores, 10)[:10]]
            return sorted(best[best > 0], reverse=True)

        def ours(question: Question, retriever: Bm25Retriever = retriever) -> list[float]:
            return [hit.score for hit in retriever.search(question, 10)]

        for question in questions[:3]:
            assert np.array_equal(theirs(question), ours(question))
        slow, fast = milliseconds(theirs, questions), milliseconds(ours, questions)
        print(f"{size:8,}  {slow:7.2f} ms  {fast:5.2f} ms  {slow / fast:10.0f}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100, 10_000, 100_000])
