"""The reader with a second, larger network, which reads the likeliest passages again.

The small network of `neural` reads every passage that may answer. The large one (twelve layers,
width 768) reads the few passages that the small one ranks first. It decides on the passage, the
sentence and the short answer, or on no answer. It comes in a separate package, `article-chat-deep`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import article_chat_deep

from chatbot import config
from chatbot.readers.candidates import Candidate, Weights, learnt, preferred
from chatbot.readers.features import RULES, Wanted
from chatbot.readers.network import Network
from chatbot.readers.neural import NeuralReader, weighed
from chatbot.retrievers import Retriever
from chatbot.types import Hit, Question

AGAIN = 3
"""At most this many passages are read again; each takes about 70 ms on one core."""
MAX_TOKENS_AGAIN = 600
"""At most this many tokens are read again; the best passage is always read whole."""


class DeepReader(NeuralReader):
    """Reads like the neural reader, then reads the likeliest passages with the large network."""

    name = "deep"

    def __init__(
        self, retriever: Retriever, settings: config.ReaderSettings, weights: Weights | None = None
    ) -> None:
        super().__init__(retriever, settings)
        self._first_order = self._order
        self._weights = weights or learnt("deep")
        self._order = self._weights["sentence"] | RULES
        self._large = large_network()

    def rank(self, question: Question, wanted: Wanted, hits: Sequence[Hit]) -> list[Candidate]:
        """Return the sentences of the passages that were read twice, likeliest first."""
        first = self._ranked(question, wanted, hits, self._first_order)
        again = self._worth_reading_again(first)
        read = self._pool.map(
            lambda passage: self._large.read(question.understood, passage),
            [hit.passage for hit in again],
        )
        scores = dict(zip(again, read, strict=True))
        candidates = []
        for candidate in first:
            found = scores[candidate.hit][candidate.index] if candidate.hit in scores else None
            if found:
                both = (candidate.features["span"] + found.odds / 10) / 2
                seen = candidate.features | {"span": both}
                candidates.append(weighed(candidate, seen, found.spans, self._order))
        return preferred(candidates)

    def _worth_reading_again(self, ranked: Sequence[Candidate]) -> list[Hit]:
        """Return the hits with the likeliest sentences, each once."""
        worth: list[Hit] = []
        tokens = 0
        for hit in dict.fromkeys(candidate.hit for candidate in ranked):
            tokens += self._large.length(hit.passage)
            if worth and (tokens > MAX_TOKENS_AGAIN or len(worth) == AGAIN):
                break
            worth.append(hit)
        return worth


@cache
def large_network() -> Network:
    """Return the network of `article-chat-deep`, loaded once."""
    return Network(article_chat_deep.FOLDER)
