"""Finds the short answer in a sentence: candidates by their form, the best by weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chatbot.language import kinds, text
from chatbot.language.words import A_AN_THE, BE, PLACE_PREPOSITIONS
from chatbot.readers import features
from chatbot.readers.features import Features, Wanted

Span = tuple[int, int]

# The weights were learnt with these words.
_PREPOSITIONS = PLACE_PREPOSITIONS | {"into"}
_EQUALS = BE | {"be", "as"}


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A part of the sentence, `sentence[start:end]`, that may be the short answer."""

    start: int
    end: int
    features: Features
    probability: float = 0.0


def find(wanted: Wanted, sentence: str, weights: Features) -> AnswerSpan | None:
    """Return the likeliest short answer in `sentence` with its probability; None if there is none.

    The probabilities of all candidates and of "none of them" (which has score 0) add up to 1.
    """
    found = likely(candidates(wanted, sentence), weights, none=weights.get("none", 0.0))
    return max(found, key=lambda candidate: candidate.probability, default=None)


def likely(
    found: Sequence[AnswerSpan], weights: Features, none: float = -math.inf
) -> list[AnswerSpan]:
    """Return the candidates with their probabilities.

    With the probability of "none of them", they add up to 1. `none` is the score of "none of them".
    By default, one of the candidates is certainly right.
    """
    scores = [sum(features.weighted(seen.features, weights).values()) for seen in found]
    highest = max([*scores, none])
    likelihoods = [math.exp(score - highest) for score in scores]
    total = sum(likelihoods) + math.exp(none - highest)
    return [
        replace(seen, probability=likelihood / total)
        for seen, likelihood in zip(found, likelihoods, strict=True)
    ]


def evidence(wanted: Wanted, sentence: str, weights: Features) -> float:
    """Return how likely `sentence` has a short answer: ln(1 + sum of exp(score))."""
    scores = [
        sum(features.weighted(seen.features, weights).values())
        for seen in candidates(wanted, sentence)
    ]
    return math.log1p(sum(math.exp(score) for score in scores))


def candidates(wanted: Wanted, sentence: str) -> list[AnswerSpan]:
    """Return every part of `sentence` that has the form of an answer, with its features."""
    forms = {wanted.kind, "title", "thing", "number", "date"}
    spans = {span for form in forms for span in features.found(form, sentence)}
    return described(wanted, sentence, sorted(spans))


def described(wanted: Wanted, sentence: str, spans: Iterable[Span]) -> list[AnswerSpan]:
    """Return each of the `spans` of `sentence` that contains a word, with its features."""
    typed = set(features.found(wanted.kind, sentence))
    words = text.split(sentence)
    matched = [i for i, w in enumerate(words) if not w.is_function and w.term in wanted.weights]
    focus = [i for i in matched if words[i].term == wanted.focus]
    found = []
    for start, end in spans:
        inside = [i for i, w in enumerate(words) if start < w.end and w.start < end]
        if inside:
            seen = _features(wanted, sentence, (start, end), words, inside, matched, focus)
            seen["typed"] = float((start, end) in typed)
            seen[f"typed {wanted.kind}"] = seen["typed"]
            found.append(AnswerSpan(start, end, seen))
    return found


def _features(
    wanted: Wanted,
    sentence: str,
    span: Span,
    words: list[text.Word],
    inside: list[int],
    matched: list[int],
    focus: list[int],
) -> Features:
    """Return the features of a span from the numbers of the words `inside` it.

    `matched` and `focus` are the numbers of the sentence's words that the question has.
    """
    first, last = inside[0], inside[-1]
    own = [words[i] for i in inside if not words[i].is_function]
    repeated = sum(w.term in wanted.weights for w in own) / (len(own) or 1)
    outside = [i for i in matched if not first <= i <= last]
    gaps = [first - i if i < first else i - last for i in outside]
    before = text.fold(words[first - 1].text) if first else ""
    weights = [wanted.weights[words[i].term] for i in outside]
    return {
        "bias": 1.0,
        "repeats": repeated,
        "repeats all": float(repeated == 1.0),
        "near": 1 / min(gaps) if gaps else 0.0,
        "near all": sum(w / g for w, g in zip(weights, gaps, strict=True)) / (sum(weights) or 1.0),
        "beside": float(bool(gaps) and min(gaps) == 1),
        "after match": float(any(i < first for i in outside)),
        "before match": float(any(i > last for i in outside)),
        "focus inside": float(any(first <= i <= last for i in focus)),
        "focus beside": float(any(i in (first - 1, first - 2, last + 1) for i in focus)),
        "capital": float(sentence[span[0]].isupper()),
        "capital inside": float(sentence[span[0]].isupper() and first > 0),
        "digit": float(any(c.isdigit() for c in sentence[span[0] : span[1]])),
        "words": math.log(len(inside)),
        "one word": float(len(inside) == 1),
        "long": float(len(inside) > 5),
        "after by": float(before == "by"),
        "after preposition": float(before in _PREPOSITIONS),
        "after of": float(before == "of"),
        "after article": float(before in A_AN_THE),
        "after is": float(before in _EQUALS),
        "begins": float(first == 0),
        "ends": float(last == len(words) - 1),
        f"capital {_family(wanted.kind)}": float(sentence[span[0]].isupper()),
        f"digit {_family(wanted.kind)}": float(sentence[span[0]].isdigit()),
    }


def _family(kind: kinds.Kind) -> str:
    """Return the sort of words in answers of `kind`."""
    if kind in ("person", "place", "title", "name"):
        return "of a name"
    if kind in ("money", "percent", "age", "duration", "date", "number"):
        return "of a number"
    return "of a thing"
