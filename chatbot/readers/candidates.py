"""What readers have in common: sentences with features and a score, and the end of the road."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from chatbot.readers import features
from chatbot.readers.features import Features
from chatbot.readers.quotes import quote
from chatbot.types import Answer, Explanation, Hit, Question

Weights = dict[str, Features]
"""The linear models of a reader: part ("sentence", "confidence", "highlight") -> name -> weight."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: `hit.passage.sentences[index]`."""

    hit: Hit
    index: int
    features: Features
    score: float
    mark: tuple[int, int] | None = None
    """`(start, end)` in the article of its short answer, where the reader found one."""

    @property
    def span(self) -> tuple[int, int]:
        """`(start, end)` of the sentence in the article."""
        return self.hit.passage.sentences[self.index]

    @property
    def text(self) -> str:
        """The sentence."""
        start, end = self.span
        return self.hit.passage.text[start - self.hit.passage.start : end - self.hit.passage.start]


def conclude(
    question: Question,
    best: Candidate,
    confidence: float,
    threshold: float,
    mark: tuple[int, int] | None,
) -> Answer:
    """Return the answer that quotes `best` with `mark` highlighted; abstained below `threshold`."""
    if confidence < threshold:
        return Answer(question, "abstained", confidence=confidence, reason="low_confidence")
    return Answer(
        question,
        "answered",
        quote=quote(best.hit.passage, best.index, mark),
        confidence=confidence,
        citations=(best.hit.passage,),
    )


def explain(ranked: Sequence[Candidate], weights: Features) -> list[Explanation]:
    """Return each candidate with what its features added to its score."""
    return [
        Explanation(
            hit=candidate.hit,
            start=candidate.span[0],
            end=candidate.span[1],
            text=candidate.text,
            score=candidate.score,
            features=features.weighted(candidate.features, weights),
        )
        for candidate in ranked
    ]


def learnt(reader: str) -> Weights:
    """Return the learnt weights of `reader`, from the file of its name."""
    content = files("chatbot.readers").joinpath(f"{reader}.json").read_text(encoding="utf-8")
    models: dict[str, Any] = json.loads(content)
    return {part: dict(models[part]) for part in ("sentence", "confidence", "highlight")}
