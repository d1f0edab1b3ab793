"""The reader with a network that this project trained (`training/`).

The network reads the likeliest passages, one by one. Linear models, kept in `neural.json`, combine
its scores with the features of the sentence reader.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from chatbot import config
from chatbot.readers import features, headings
from chatbot.readers.candidates import Candidate, Weights, conclude, explain, learnt, preferred
from chatbot.readers.features import Features, Wanted
from chatbot.readers.network import Network, shipped_network
from chatbot.readers.quotes import quote
from chatbot.readers.sentence import NO_FIGURE, SentenceReader, likelihood, sureness
from chatbot.readers.spans import marking, short_answer
from chatbot.retrievers import Retriever
from chatbot.types import Also, Answer, Explanation, Hit, Question

LEAST_PASSAGES = 3
"""At least this many of the best passages are read, unless `MAX_TOKENS` is reached."""
MAX_PASSAGES = 8
CLOSE = 0.6
"""Further passages are read if their score is at least this share of the best one's."""
MAX_TOKENS = 1_600
"""At most this many tokens are read; the best passage is always read whole.

This limits the time: one core reads 180 tokens in 12 ms. The limit is in tokens rather than
seconds, so that a question has the same answer on every machine.
"""
CONFIDENCE = ("span", "passage subject", "sense")
"""The features for the confidence: few, so that they work for other articles.

Shared words hardly count: a question about an article's subject shares its words even if the
article does not answer it.
"""
ALSO = 0.7
"""A sentence of another article is also cited if it is at least this likely to answer.

For the network, an answer in it must also be likelier than no answer.
"""
DOUBTS = {features.CODE_MISSING: 0.15, NO_FIGURE: 0.25}
"""Features that make a sentence doubtful, whatever the network says.

The likelihood is multiplied by the value. The sentence reader has more such features. They do not
help here, where meaning is a feature: on three sites they rejected two right answers and no further
wrong one.
"""
FAIR = 0.75
"""A medium cosine: the passage may answer the question, or only have the same subject."""


class NeuralReader:
    """Chooses passage, sentence and short answer by a network and by features."""

    name = "neural"
    hits = 10

    def __init__(
        self,
        retriever: Retriever,
        settings: config.ReaderSettings,
        weights: Weights | None = None,
        network: Network | None = None,
    ) -> None:
        self._retriever = retriever
        self._settings = settings
        self._sentence = SentenceReader(retriever, settings)
        self._weights = weights or learnt("neural")
        self._order = self._weights["sentence"] | features.RULES
        self._network = network or shipped_network()
        self._pool = ThreadPoolExecutor(min(MAX_PASSAGES, os.cpu_count() or 1))

    def read(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Return the answer from the hits; it abstains if no sentence is likely enough."""
        if not hits:
            return Answer(question, "abstained", reason="no_match")
        wanted = self.wanted(question)
        ranked = self.rank(question, wanted, hits)
        if not ranked:
            return Answer(question, "abstained", reason="no_match")
        best = ranked[0]
        seen = self.sureness(wanted, ranked)
        confidence = likelihood(best, seen, self._weights["confidence"], DOUBTS)
        mark = None
        short = short_answer(wanted, best, self._weights["short answer"])
        if short:
            likely = features.logistic(marking(ranked, short), self._weights["highlight"])
            mark = short.span if likely >= self._settings.highlight_threshold else None
        headed = headings.short_answer(wanted, best)
        answer = conclude(question, ranked, confidence, self._settings.threshold, mark, headed)
        return replace(answer, also=tuple(self._also(wanted, ranked))) if answer.quote else answer

    def explain(self, question: Question, hits: Sequence[Hit], limit: int) -> list[Explanation]:
        """Return the best `limit` sentences read, with each feature's share of the score."""
        ranked = self.rank(question, self.wanted(question), hits)
        return explain(ranked[:limit], self._order)

    def wanted(self, question: Question) -> Wanted:
        """Return the analysed question."""
        return self._sentence.wanted(question)

    def rank(self, question: Question, wanted: Wanted, hits: Sequence[Hit]) -> list[Candidate]:
        """Return the sentences of the passages read, likeliest first."""
        return self._ranked(question, wanted, hits, self._order)

    def _ranked(
        self, question: Question, wanted: Wanted, hits: Sequence[Hit], order: Features
    ) -> list[Candidate]:
        """Return the sentences that the small network read, ordered by the weights `order`."""
        worth = self._worth_reading(hits)
        ranked = self._sentence.rank(wanted, worth)
        read = self._pool.map(
            lambda passage: self._network.read(question.understood, passage),
            [hit.passage for hit in worth],
        )
        scores = dict(zip(worth, read, strict=True))
        candidates = []
        for candidate in ranked:
            found = scores[candidate.hit][candidate.index] if candidate.hit in scores else None
            if found:
                seen = candidate.features | {
                    "sentence reader": candidate.score / 10,
                    "span": found.odds / 10,
                }
                candidates.append(weighed(candidate, seen, found.spans, order))
        return preferred(candidates)

    def _worth_reading(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits to read: the best ones and those not far behind, within `MAX_TOKENS`.

        The retriever orders the hits; the network decides which one answers.
        """
        worth: list[Hit] = []
        tokens = 0
        for hit in hits[:MAX_PASSAGES]:
            tokens += self._network.length(hit.passage)
            is_close = len(worth) < LEAST_PASSAGES or hit.score >= CLOSE * hits[0].score
            if worth and (tokens > MAX_TOKENS or not is_close):
                break
            worth.append(hit)
        return worth

    def sureness(self, wanted: Wanted, ranked: Sequence[Candidate]) -> Features:
        """Return the features for the confidence in the best candidate."""
        seen = ranked[0].features | sureness(self._retriever, wanted, ranked)
        sense = ranked[0].hit.sense
        seen["sense"] = 0.0 if sense is None else 10 * (sense - FAIR)
        return {name: seen[name] for name in CONFIDENCE}

    def _also(self, wanted: Wanted, ranked: Sequence[Candidate]) -> Iterator[Also]:
        """Yield quotations from other articles that are also likely to answer the question."""
        least = max(self._settings.threshold, ALSO)
        told = {ranked[0].hit.passage.article: ranked[0].text}
        for candidate in ranked[1:]:
            passage = candidate.hit.passage
            if passage.article in told or candidate.features["span"] <= 0:
                continue
            seen = self.sureness(wanted, [candidate])
            confidence = likelihood(candidate, seen, self._weights["confidence"], DOUBTS)
            if confidence >= least and candidate.text not in told.values():
                told[passage.article] = candidate.text
                yield Also(quote(passage, candidate.index), passage, confidence)


def weighed(
    candidate: Candidate,
    seen: Features,
    spans: Mapping[tuple[int, int], float],
    order: Features,
) -> Candidate:
    """Return `candidate` with the features `seen` and their score by the weights `order`."""
    score = sum(features.weighted(seen, order).values())
    return replace(candidate, features=seen, score=score, spans=spans)
