"""What speaks for a reading of a question, as numbers, and which reading has most of it.

The rules of `questions` propose how a follow-up may be meant, and all these readings are searched.
What was found by each is weighed, with weights that `training/learn_readings.py` learns: a reading
is likely right if it leads to a passage that has the visitor's words and stands out from others,
and if it fits the form of the question. No reader is asked, so that only what wins is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files

from chatbot.conversation.memory import own_terms
from chatbot.conversation.questions import Reading
from chatbot.language import overlap
from chatbot.language.text import split, terms
from chatbot.types import Hit, Passage

HITS = 10
"""How many hits of each reading are looked at."""

Evidence = dict[str, float]
"""Name -> value, each about 0 to 1."""

Idf = Callable[[str], float]
"""Tells how rare a term is; of an empty one how rare the rarest is."""


def evidence(
    readings: Sequence[Reading], found: Sequence[Sequence[Hit]], idf: Idf
) -> list[Evidence]:
    """Return what speaks for each of the `readings`, by which `found` was found, best first.

    The first reading is the visitor's own words.
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
    """What the visitor's own words are, and what they find by themselves."""

    def __init__(self, reading: Reading, hits: Sequence[Hit], idf: Idf) -> None:
        self.reading, self.hits, self.idf = reading, hits, idf
        self.terms = {term: idf(term) for term in own_terms(reading.question.text)}
        self.rarest = idf("")
        self.there = _terms(hits)
        self.sense: dict[Passage | None, float] = {h.passage: h.sense or 0.0 for h in hits}
        self.article = hits[0].passage.article if hits else None

    def nearness(self, passage: Passage | None) -> float:
        """Return how much nearer `passage` is to these words than the best for them; mostly less.

        Beyond the hits, it is taken for as near as the farthest of them.
        """
        farthest = min(self.sense.values(), default=0.0)
        best = next(iter(self.sense.values()), 0.0)
        return 10 * (self.sense.get(passage, farthest) - best)

    def worth(self, terms: Iterable[str]) -> float:
        """Return how rare the `terms` of these words are together, 0 to 1."""
        return min(sum(self.terms[term] for term in terms) / self.rarest / 3, 1.0)


def _leaning(alone: _Alone, readings: Sequence[Reading]) -> Evidence:
    """Return what tells whether the visitor's own words lean on what was said before."""
    lean = alone.reading.lean
    said = {term for reading in readings for term, _ in reading.question.topic}
    words = {word.term for word in split(alone.reading.question.text) if not word.is_function}
    is_swap = lean is not None and lean.form == "swap"  # which names what takes another's place
    rare = sum(alone.idf(term) for term in words & alone.there)
    few = min(len(alone.terms), 3) / 3  # how far ahead the hit for a single word is says little
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
    """Return what speaks for what a reading found."""
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
    """Return the terms of the best passage, with those of its title and heading."""
    passages = (hit.passage for hit in hits[:1])
    return frozenset(term for p in passages for text in (p.text, p.titles) for term in terms(text))


def _lead(hits: Sequence[Hit]) -> float:
    """Return how far the best hit is ahead of other articles, 0 to 1."""
    if not hits or not hits[0].score:
        return 0.0
    other = next((h.score for h in hits if h.passage.article != hits[0].passage.article), 0.0)
    return 1 - other / hits[0].score


def surest(seen: Sequence[Evidence], weights: Evidence | None = None) -> int:
    """Return which reading has most evidence, by the learnt weights; at a tie the first has."""
    counts = learnt() if weights is None else weights
    scores = [sum(counts.get(name, 0.0) * value for name, value in of.items()) for of in seen]
    return scores.index(max(scores))


@cache
def learnt() -> Evidence:
    """Return the learnt weights of all evidence."""
    content = files("chatbot.conversation").joinpath("readings.json").read_text(encoding="utf-8")
    weights: Evidence = json.loads(content)
    return weights
