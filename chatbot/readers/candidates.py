"""What all readers share: candidate sentences with their scores, and how an answer is made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from chatbot.language import kinds, overlap
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
    """Possible short answers, `(start, end)` in the article; empty for a reader without a network.

    The value is the logarithm of the span's probability among all spans of the sentence.
    """

    @property
    def span(self) -> tuple[int, int]:
        """`(start, end)` of the sentence in the article."""
        return self.hit.passage.sentences[self.index]

    @property
    def text(self) -> str:
        """The sentence."""
        return self.hit.passage.between(*self.span)


@dataclass(frozen=True, slots=True)
class Headed:
    """A heading that contains the short answer; it is quoted with the sentence below it."""

    start: int
    """Where the heading starts in the article."""
    mark: tuple[int, int]
    """`(start, end)` of the short answer in the article."""


NEAR = 1.0
"""How much is added to the score of a sentence on the visitor's page, in log odds."""
ALIKE = 0.75
"""Two sentences that share at least this part of their words are twins.

They say the same about two things, or about two versions of one thing.
"""


def preferred(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return `candidates`, likeliest first; among about equally likely ones, the nearest first.

    "Near" means near the page that the visitor reads. A twin of the best candidate (`ALIKE`) that
    covers as much of the question always comes first if it is nearer.
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
    """Return whether `candidate` is a twin of `best` and is nearer to the visitor's page."""
    if candidate.hit.near <= best.hit.near:
        return False
    covered, missing = "passage coverage", features.CODE_MISSING
    is_as_good = (
        candidate.features[covered] >= best.features[covered]
        and candidate.features[missing] >= best.features[missing]
    )
    if not is_as_good:
        return False
    words, others = ([word.term for word in split(each.text)] for each in (candidate, best))
    return overlap.dice(words, others) >= ALIKE


BESIDE = 1.0
"""A sentence next to the best one is also quoted if its score is lower by less than this.

Scores are log odds, so the odds of such a sentence are more than a third of the best one's.
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

    If `headed` is given, that heading is also quoted and contains the mark. The answer abstains if
    `confidence` is below `threshold`.
    """
    best = ranked[0]
    if confidence < threshold:
        return Answer(question, "abstained", confidence=confidence, reason="low_confidence")
    also = beside(ranked)
    is_how = kinds.asked(question.understood) == "manner"
    passage, beside_it = best.hit.passage, also.index if also else None
    if headed:
        quoted = quote(passage, best.index, headed.mark, beside_it, is_how, headed.start)
    else:
        quoted = quote(passage, best.index, mark, beside_it, is_how)
    return Answer(question, "answered", quote=quoted, confidence=confidence, citations=(passage,))


def beside(ranked: Sequence[Candidate]) -> Candidate | None:
    """Return the sentence next to the best one, in its paragraph, if it is about as likely.

    If there are two, return the likelier one; if there is none, None. After a single word, such as
    "Yes.", return the next sentence in any case: the word alone says too little.
    """
    best = ranked[0]
    is_word = len(best.text.split()) == 1
    sides = (1,) if is_word else (1, -1)
    for candidate in ranked[1:]:
        if candidate.score <= best.score - BESIDE and not is_word:
            break
        if candidate.hit is best.hit and candidate.index - best.index in sides:
            (_, end), (start, _) = sorted((best.span, candidate.span))
            if not best.hit.passage.between(end, start).strip(" "):
                return candidate
    return None


def explain(ranked: Sequence[Candidate], weights: Features) -> list[Explanation]:
    """Return each candidate with what its features add to its score."""
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
    """Return the learnt weights of `reader`, read from `<reader>.json`."""
    content = files("chatbot.readers").joinpath(f"{reader}.json").read_text(encoding="utf-8")
    models: dict[str, Any] = json.loads(content)
    return {part: dict(weights) for part, weights in models.items()}
