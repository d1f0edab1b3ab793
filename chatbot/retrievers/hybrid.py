"""Searches by words and by meaning: BM25, and the similarity of question and passage vectors.

A passage that shares no word with the question can be a hit. A passage with its rare words, such as
a name or an error code, comes before passages that are only about the same thing. Until the
passages are encoded, words alone decide, so a service with many articles can answer at once.
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
from chatbot.retrievers.weight import boosted
from chatbot.types import Hit, Passage, Question

SENSE = 1.0
"""The weight of the nearest meaning; having all of the question's words has weight 1.

It is a compromise, measured with `training/learn_hybrid.py`: 0.5 to 1 is best for encyclopedias, 1
to 3 for help pages.
"""
GOING_ON = 0.25
"""A factor for the weight of meaning if the question continues a conversation.

The question's own words then say little; words from the conversation say what it is about. On every
third turn of CANARD's dialogues, 0.06 to 0.25 were equally good and 1 was worse by a point.
"""
TOLD = 6
"""This many of the topic's terms (those of highest weight) are encoded with such a question."""
APART = 0.1
"""If the highest cosine is this far above the usual one, the nearest passage stands out clearly."""
FULL = 2.2
"""The highest BM25 score of a word, divided by its idf: k1 + 1."""


class HybridRetriever(Bm25Retriever):
    """Finds passages by the words they share with the question, and by their meaning."""

    by_sense = True

    def __init__(
        self,
        passages: Sequence[Passage],
        settings: config.RetrieverSettings,
        synonyms: config.SynonymSettings | None,
        encoder: Encoder,
        words: Words | None = None,
    ) -> None:
        super().__init__(passages, settings, synonyms, words)
        self._encoder = encoder
        self._nearest: Nearest | None = None

    def encode(
        self, vectors: Vectors, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Encode the passages whose vectors are not known; from then on, also search by meaning.

        Other threads may search meanwhile, by words alone. `on_progress` is called as in
        `Vectors.of`.
        """
        self._nearest = Nearest(vectors.of(self._passages, on_progress, self._words.senses))

    def search(self, question: Question, limit: int) -> list[Hit]:
        """Return at most `limit` hits, best first; equals are in the order of the corpus."""
        if not self._nearest:
            return super().search(question, limit)
        match, near, cosines = self.compared(question)
        of_page = self.preference.nearness(question.article)
        factors = self._factors * self.tongues.factors(question.text)
        sense = SENSE * (GOING_ON if question.topic else 1.0)
        together = boosted(match + sense * near, factors)
        together = lifted(together, as_good(match, of_page))
        together = lifted(together, self.with_codes(question.text))
        # Scaled back to the word score, since readers judge by how well the words match.
        together *= max(float(match.max()), 1e-6) * self._total(question) / together.max()
        together = prefer(together, of_page)
        return [
            Hit(self._passages[i], float(together[i]), float(cosines[i]), float(of_page[i]))
            for i in best(together, limit)
        ]

    def compared(
        self, question: Question
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]]:
        """Return how each passage compares with the question: three arrays, shape (passages,) each.

        They are the share of the question's weight that its words have, 0 to 1; its `nearness`; and
        its cosine. Call this only after `encode`.
        """
        assert self._nearest is not None
        cosines = self._nearest.cosines(self._encoder.question(_with_topic(question)))
        return self.ranked(question) / self._total(question), nearness(cosines), cosines

    def _total(self, question: Question) -> float:
        """Return approximately the BM25 score of a passage that has all of the question's words."""
        weights = self.weights(question)
        return FULL * (sum(weight * self.idf(term) for term, weight in weights.items()) or 1.0)


def _with_topic(question: Question) -> str:
    """Return the question as understood, with the topic's terms of the highest weights."""
    carried = (word for word, _ in question.context)
    topic = sorted(question.topic, key=lambda told: -told[1])[:TOLD]
    return " ".join((question.understood, *carried, *(term for term, _ in topic)))


def nearness(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how near each passage is, shape (passages,): 1 for the nearest, 0 for the usual one.

    The encoder and the question influence the height of cosines more than their order. If all
    passages are about equally near, as with a few passages on one subject, meaning says little: all
    get values close to 1.
    """
    highest = float(cosines.max())
    ahead = highest - float(cosines.mean(dtype=np.float64))
    return 1 - (highest - cosines.astype(np.float64)) / max(ahead, APART)
