"""What readers have in common: sentences with features and a score, and the end of the road."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from chatbot.language import kinds
from chatbot.language.text import split
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


@dataclass(frozen=True, slots=True)
class Headed:
    """A heading that has what was asked for, to be quoted with the sentence below it."""

    start: int
    """Where it starts in the article."""
    mark: tuple[int, int]
    """`(start, end)` in the article of what was asked for."""


NEAR = 1.0
"""How much higher a sentence of the page itself is ranked, in logarithms of odds."""
ALIKE = 0.75
"""Two sentences that share so many of their words say the same of two things, or versions."""


def preferred(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return `candidates`, the likeliest first, and of those about as likely the nearest.

    One that says almost the same as the best, and answers as much of the question, always goes
    before it if it is nearer to the page the visitor reads.
    """
    ranked = sorted(
        candidates, key=lambda candidate: -(candidate.score + NEAR * candidate.hit.near)
    )
    if not ranked:
        return ranked
    twins = [candidate for candidate in ranked[1:] if _is_nearer_twin(candidate, ranked[0])]
    if twins:
        nearest = max(twins, key=lambda candidate: candidate.hit.near)
        ranked.remove(nearest)
        ranked.insert(0, nearest)
    return ranked


def _is_nearer_twin(candidate: Candidate, best: Candidate) -> bool:
    """Tell whether `candidate` says what `best` does, of something nearer."""
    if candidate.hit.near <= best.hit.near:
        return False
    covered, missing = "passage coverage", features.CODE_MISSING
    is_as_good = (
        candidate.features[covered] >= best.features[covered]
        and candidate.features[missing] >= best.features[missing]
    )
    return is_as_good and _alike(candidate.text, best.text) >= ALIKE


def _alike(one: str, other: str) -> float:
    """Return how many of the words of two sentences are the same, 0 to 1 (Dice)."""
    words, others = (Counter(word.term for word in split(sentence)) for sentence in (one, other))
    return 2 * (words & others).total() / ((words + others).total() or 1)


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
    headed: Headed | None = None,
) -> Answer:
    """Return the answer that quotes the first of `ranked` with `mark` highlighted.

    If it is `headed` by what was asked for, that is quoted too, and marked. It is abstained where
    `confidence` is below `threshold`.
    """
    best = ranked[0]
    if confidence < threshold:
        return Answer(question, "abstained", confidence=confidence, reason="low_confidence")
    also = beside(ranked)
    is_how = kinds.asked(question.reading) == "manner"
    passage, beside_it = best.hit.passage, also.index if also else None
    if headed:
        quoted = quote(passage, best.index, headed.mark, beside_it, is_how, headed.start)
    else:
        quoted = quote(passage, best.index, mark, beside_it, is_how)
    return Answer(question, "answered", quote=quoted, confidence=confidence, citations=(passage,))


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
