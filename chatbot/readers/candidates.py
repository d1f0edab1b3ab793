"""What readers have in common: sentences with features and a score, and the end of the road."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from chatbot.language import kinds
from chatbot.readers import features
from chatbot.readers.features import Features
from chatbot.readers.quotes import quote
from chatbot.types import Answer, Explanation, Hit, Question

Weights = dict[str, Features]
"""The linear models of a reader: part ("sentence", "confidence", ...) -> name -> weight."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: `hit.passage.sentences[index]`."""

    hit: Hit
    index: int
    features: Features
    score: float
    spans: Mapping[tuple[int, int], float] = field(default_factory=dict)
    """What may be its short answer, `(start, end)` in the article, where the reader has a network.

    To each the logarithm of its probability among all spans of the sentence.
    """

    @property
    def span(self) -> tuple[int, int]:
        """`(start, end)` of the sentence in the article."""
        return self.hit.passage.sentences[self.index]

    @property
    def text(self) -> str:
        """The sentence."""
        start, end = self.span
        return self.hit.passage.text[start - self.hit.passage.start : end - self.hit.passage.start]


BESIDE = 1.0
"""A sentence next to the best is quoted along with it if it is scored less than this lower.

Scores are logarithms of odds: such a one is more than a third as likely to be what answers.
"""


def conclude(
    question: Question,
    ranked: Sequence[Candidate],
    confidence: float,
    threshold: float,
    mark: tuple[int, int] | None,
) -> Answer:
    """Return the answer that quotes the first of `ranked` with `mark` highlighted.

    It is abstained where `confidence` is below `threshold`.
    """
    best = ranked[0]
    if confidence < threshold:
        return Answer(question, "abstained", confidence=confidence, reason="low_confidence")
    also = beside(ranked)
    is_how = kinds.asked(question.reading) == "manner"
    return Answer(
        question,
        "answered",
        quote=quote(best.hit.passage, best.index, mark, also.index if also else None, is_how),
        confidence=confidence,
        citations=(best.hit.passage,),
    )


def beside(ranked: Sequence[Candidate]) -> Candidate | None:
    """Return the sentence next to the best one, in the same paragraph, that is hardly less likely.

    Of two such the likelier; None where there is none.
    """
    best = ranked[0]
    for candidate in ranked[1:]:
        if candidate.score <= best.score - BESIDE:
            break
        if candidate.hit is best.hit and abs(candidate.index - best.index) == 1:
            (_, end), (start, _) = sorted((best.span, candidate.span))
            passage = best.hit.passage
            if not passage.text[end - passage.start : start - passage.start].strip(" "):
                return candidate
    return None


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
    return {part: dict(weights) for part, weights in models.items()}
