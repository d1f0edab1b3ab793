"""Words and sense together: BM25, and how near question and passage lie to each other.

A passage that shares no word with the question can be a hit; one that has its rare words, a name
or an error code, is ahead of those that are only about the same. Until the passages are encoded
words alone decide, so that a service with many articles answers from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot import config
from chatbot.encoder import Encoder
from chatbot.encoder.nearest import Nearest
from chatbot.encoder.vectors import Vectors
from chatbot.index.words import Words
from chatbot.retrievers.bm25 import Bm25Retriever, best
from chatbot.retrievers.preference import as_good, lifted, prefer
from chatbot.retrievers.weight import weighted
from chatbot.types import Hit, Passage, Question

SENSE = 1.0
"""What being the nearest in sense counts beside having all of the question's words.

Set between what most questions of encyclopedias are found with (0.5 to 1) and those of help pages
(1 to 3), by `training/learn_hybrid.py`.
"""
GOING_ON = 0.25
"""What sense counts of that where the question goes on with a conversation.

Its own words say little then, and what they are about is told by the words carried over. On every
third turn of CANARD's dialogues 0.06 to 0.25 did as well, 1 worse by a point.
"""
TOLD = 6
"""So many terms of the conversation's topic are read with such a question, the weightiest."""
APART = 0.1
"""How far ahead of most the nearest passage's cosine is where one tells more than the others."""
FULL = 2.2
"""What BM25 scores a word at most, by its idf: k1 + 1."""


class HybridRetriever(Bm25Retriever):
    """Finds passages by the words they share with the question, and by their sense."""

    by_sense = True

    def __init__(
        self,
        passages: Sequence[Passage],
        settings: config.Retriever,
        synonyms: config.Synonyms | None,
        encoder: Encoder,
        words: Words | None = None,
    ) -> None:
        super().__init__(passages, settings, synonyms, words)
        self._encoder = encoder
        self._nearest: Nearest | None = None

    def encode(
        self, vectors: Vectors, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Find by sense as well from now on; passages whose vectors are not known are encoded.

        Searches go on meanwhile, by words alone. `on_progress` is called as `Vectors.of` does.
        """
        self._nearest = Nearest(vectors.of(self._passages, on_progress, self._words.senses))

    def search(self, question: Question, limit: int) -> list[Hit]:
        """Return at most `limit` hits, best first, equals in the order of the corpus."""
        if not self._nearest:
            return super().search(question, limit)
        match, near, cosines = self.compared(question)
        of_page = self.preference.nearness(question.article)
        factors = self._factors * self.tongues.factors(question.text)
        sense = SENSE * (GOING_ON if question.topic else 1.0)
        together = weighted(match + sense * near, factors)
        together = lifted(together, as_good(match, of_page))
        together = lifted(together, self.with_codes(question.text))
        # As high as before: how well the words match tells readers more than how it compares.
        together *= max(float(match.max()), 1e-6) * self._total(question) / together.max()
        together = prefer(together, of_page)
        return [
            Hit(self._passages[i], float(together[i]), float(cosines[i]), float(of_page[i]))
            for i in best(together, limit)
        ]

    def compared(
        self, question: Question
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]]:
        """Return how each passage compares with the question, shape (passages,) each.

        How much of the question's weight it has in words, 0 to 1; its `nearness`; its cosine.
        Only once it is encoded.
        """
        assert self._nearest is not None
        cosines = self._nearest.cosines(self._encoder.question(_with_topic(question)))
        return self.ranked(question) / self._total(question), nearness(cosines), cosines

    def _total(self, question: Question) -> float:
        """Return BM25's score of a passage that has all of the question's words, about."""
        weights = self.weights(question)
        return FULL * (sum(weight * self.idf(term) for term, weight in weights.items()) or 1.0)


def _with_topic(question: Question) -> str:
    """Return a question as it is understood, with what the conversation is about."""
    carried = (word for word, _ in question.context)
    topic = sorted(question.topic, key=lambda told: -told[1])[:TOLD]
    return " ".join((question.reading, *carried, *(term for term, _ in topic)))


def nearness(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how near each passage is, shape (passages,): 1 the nearest, 0 one as near as most.

    How high cosines are depends on the encoder and the question; how they compare, less. Where all
    are about as near, as in a corpus of a few passages on one thing, little tells them apart.
    """
    highest = float(cosines.max())
    ahead = highest - float(cosines.mean(dtype=np.float64))
    return 1 - (highest - cosines.astype(np.float64)) / max(ahead, APART)
