"""The reader without a model: weighs what can be seen of each sentence.

Three linear models, learnt by `training/learn_sentence.py` and kept in `sentence.json`: one orders
the sentences of all hits, one says how likely the best of them answers, one marks the short answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from chatbot import config, features, highlights
from chatbot.features import Features, Wanted
from chatbot.quotes import quote
from chatbot.retrievers import Retriever
from chatbot.types import Answer, Explanation, Hit, Question


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: `hit.passage.sentences[index]`."""

    hit: Hit
    index: int
    features: Features
    score: float

    @property
    def text(self) -> str:
        """The sentence."""
        start, end = self.hit.passage.sentences[self.index]
        return self.hit.passage.text[start - self.hit.passage.start : end - self.hit.passage.start]


class SentenceReader:
    """Chooses the sentence by features and learnt weights; milliseconds, no extra packages."""

    name = "sentence"
    hits = 10

    def __init__(self, retriever: Retriever, settings: config.Reader) -> None:
        self._retriever = retriever
        self._settings = settings
        self._weights = learnt()

    def read(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Return the answer that the hits give; abstained where no sentence is likely enough."""
        if not hits:
            return Answer(question, "abstained", reason="no_match")
        wanted = self.wanted(question)
        ranked = self.rank(wanted, hits)
        best = ranked[0]
        confidence = features.logistic(
            sureness(self._retriever, wanted, ranked), self._weights["confidence"]
        )
        if confidence < self._settings.threshold:
            return Answer(question, "abstained", confidence=confidence, reason="low_confidence")
        span = highlights.find(wanted, best.text, self._weights["highlight"])
        marked = None
        if span and span.probability >= self._settings.highlight_threshold:
            offset = best.hit.passage.sentences[best.index][0]
            marked = (offset + span.start, offset + span.end)
        return Answer(
            question,
            "answered",
            quote=quote(best.hit.passage, best.index, marked),
            confidence=confidence,
            citations=(best.hit.passage,),
        )

    def explain(self, question: Question, hits: Sequence[Hit], limit: int) -> list[Explanation]:
        """Return the best `limit` sentences of the hits with each feature's share of the score."""
        ranked = self.rank(self.wanted(question), hits)[:limit]
        return [
            Explanation(
                hit=candidate.hit,
                start=candidate.hit.passage.sentences[candidate.index][0],
                end=candidate.hit.passage.sentences[candidate.index][1],
                text=candidate.text,
                score=candidate.score,
                features=features.weighted(candidate.features, self._weights["sentence"]),
            )
            for candidate in ranked
        ]

    def wanted(self, question: Question) -> Wanted:
        """Return the question analysed for reading."""
        weights = self._retriever.weights(question)
        return features.analyse(question, weights, self._retriever.idf)

    def rank(self, wanted: Wanted, hits: Sequence[Hit]) -> list[Candidate]:
        """Return every sentence of the hits, the likeliest first, equals in their order."""
        best = hits[0].score if hits else 0.0
        candidates = []
        for hit in hits:
            shared = features.of_passage(wanted, hit.passage, hit.score, best)
            for index, own in enumerate(features.of_sentences(wanted, hit.passage)):
                seen = shared | own
                score = sum(features.weighted(seen, self._weights["sentence"]).values())
                candidates.append(Candidate(hit, index, seen, score))
        return sorted(candidates, key=lambda candidate: -candidate.score)


def sureness(retriever: Retriever, wanted: Wanted, ranked: Sequence[Candidate]) -> Features:
    """Return what tells whether the best candidate answers at all, for the confidence."""
    best = ranked[0]
    seen = best.features
    own_total = sum(wanted.weights[term] for term in wanted.own if term in wanted.weights) or 1.0
    unknown = sum(
        wanted.weights[t] for t in wanted.own if t in wanted.weights and not retriever.knows(t)
    )
    elsewhere = next((c for c in ranked if c.hit.passage != best.hit.passage), None)
    return {
        "score": best.score / 10,
        "coverage": seen["coverage"],
        "passage coverage": seen["passage coverage"],
        "covered squared": seen["passage coverage"] ** 2,
        "alike": seen["alike"],
        "names": seen["names"],
        "passage names": seen["passage names"],
        "pairs": seen["pairs"],
        "nearness": seen["nearness"],
        "kind missing": seen["kind missing"],
        "missed": seen["missed"],
        "unknown": unknown / own_total,
        "margin": (best.score - elsewhere.score) / 10 if elsewhere else 0.5,
        "match": best.hit.score / (wanted.total * 2.2),
        "short question": 1 / (1 + len(wanted.order)),
    }


def learnt() -> dict[str, dict[str, float]]:
    """Return the learnt weights: of sentences, of the confidence, of highlights, each by name."""
    content: dict[str, Any] = json.loads(
        files("chatbot.readers").joinpath("sentence.json").read_text(encoding="utf-8")
    )
    return {part: dict(content[part]) for part in ("sentence", "confidence", "highlight")}
