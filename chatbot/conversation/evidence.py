"""Chooses among the readings of a question by evidence: numbers that speak for or against each.

The rules of `questions` propose readings, and all of them are searched. A reading is probably right
if its best passage has the visitor's words and scores clearly above the others, and if it fits the
form of the question. The weights are learnt by `training/learn_readings.py`. The reader reads only
the passages of the chosen reading.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files

from chatbot.conversation.memory import own_terms
from chatbot.conversation.questions import Reading
from chatbot.language import overlap
from chatbot.language.text import split, terms
from chatbot.types import Hit, Passage

HITS = 10
"""How many hits of each reading are compared."""

Evidence = dict[str, float]
"""Name -> value, mostly from 0 to 1."""

Idf = Callable[[str], float]
"""Returns how rare a term is; for an empty string, how rare the rarest term is."""


def evidence(
    readings: Sequence[Reading], found: Sequence[Sequence[Hit]], idf: Idf
) -> list[Evidence]:
    """Return the evidence for each of the `readings`.

    The first reading is the visitor's own words. `found` are the hits of each reading, best first.
    """
    looked_at = [hits[:HITS] for hits in found]
    alone = _Alone(readings[0], looked_at[0], idf)
    leans = _leaning(alone, readings)
    return [
        _of_hits(reading, hits, alone)
        | ({} if reading.rule == "own" else leans | {f"by {reading.rule}": 1.0})
        for reading, hits in zip(readings, looked_at, strict=True)
    ]


class _Alone:
    """The visitor's own words, and their hits."""

    def __init__(self, reading: Reading, hits: Sequence[Hit], idf: Idf) -> None:
        self.reading, self.hits, self.idf = reading, hits, idf
        self.terms = {term: idf(term) for term in own_terms(reading.question.text)}
        self.rarest = idf("")
        self.there = _terms(hits)
        self.sense: dict[Passage | None, float] = {h.passage: h.sense or 0.0 for h in hits}
        self.article = hits[0].passage.article if hits else None

    def nearness(self, passage: Passage | None) -> float:
        """Return how much nearer in meaning `passage` is than the best hit; mostly below 0.

        A passage that is not among the hits counts as near as the farthest of them.
        """
        farthest = min(self.sense.values(), default=0.0)
        best = next(iter(self.sense.values()), 0.0)
        return 10 * (self.sense.get(passage, farthest) - best)

    def worth(self, terms: Iterable[str]) -> float:
        """Return how rare `terms` are together, 0 to 1."""
        return min(math.fsum(self.terms[term] for term in terms) / self.rarest / 3, 1.0)


def _leaning(alone: _Alone, readings: Sequence[Reading]) -> Evidence:
    """Return the evidence that the visitor's own words depend on earlier turns."""
    lean = alone.reading.lean
    said = {term for reading in readings for term, _ in reading.question.topic}
    words = {word.term for word in split(alone.reading.question.text) if not word.is_function}
    is_swap = lean is not None and lean.form == "swap"  # its name replaces another
    rare = math.fsum(alone.idf(term) for term in words & alone.there)
    few = min(len(alone.terms), 3) / 3  # for a single word, the lead of the best hit says little
    return {
        "carried words": min(len(alone.terms), 6) / 6,
        "carried said": overlap.share(alone.terms, said),
        "carried rare": min(rare / alone.rarest, 4) / 4,
        "carried lead": few * _lead(alone.hits),
        "carried named": float(alone.reading.is_named and not is_swap),
        "carried pronoun": lean.certainty if lean and lean.form == "pronoun" else 0.0,
        "carried pointer": lean.certainty if lean and lean.form == "pointer" else 0.0,
    }


def _of_hits(reading: Reading, hits: Sequence[Hit], alone: _Alone) -> Evidence:
    """Return the evidence in the hits of a reading."""
    there, own, question = _terms(hits), alone.terms.keys(), reading.question
    best = hits[0].passage if hits else None
    filled = {term: alone.idf(term) for word, _ in question.context for term in terms(word)}
    is_filled = reading.rule not in ("own", "topic")
    return {
        "found": alone.worth(own & there),
        "missing": alone.worth(own - there),
        "lost": alone.worth(own & alone.there - there),
        "filled found": overlap.share(filled, there) if is_filled else 0.0,
        "topic found": overlap.share(dict(question.topic), there),
        "lead": _lead(hits),
        "sense": alone.nearness(best),
        "same article": float(best is not None and best.article == alone.article),
    }


def _terms(hits: Sequence[Hit]) -> frozenset[str]:
    """Return the terms of the best passage, its title and its heading."""
    passages = (hit.passage for hit in hits[:1])
    return frozenset(term for p in passages for text in (p.text, p.titles) for term in terms(text))


def _lead(hits: Sequence[Hit]) -> float:
    """Return how far the best hit is ahead of the best hit in another article, 0 to 1."""
    if not hits or not hits[0].score:
        return 0.0
    other = next((h.score for h in hits if h.passage.article != hits[0].passage.article), 0.0)
    return 1 - other / hits[0].score


def surest(seen: Sequence[Evidence], weights: Evidence | None = None) -> int:
    """Return the index of the reading with the most evidence; among equals, the first.

    `weights` are the learnt ones by default.
    """
    counts = learnt() if weights is None else weights
    scores = [sum(counts.get(name, 0.0) * value for name, value in of.items()) for of in seen]
    return scores.index(max(scores))


@cache
def learnt() -> Evidence:
    """Return the learnt weights of the evidence."""
    content = files("chatbot.conversation").joinpath("readings.json").read_text(encoding="utf-8")
    weights: Evidence = json.loads(content)
    return weights
