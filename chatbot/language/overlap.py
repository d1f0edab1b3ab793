"""Compares the terms of a question with a text: how many it has, how close, in what order.

`weights` are the terms of the question and how much each counts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

FAINT = 0.2
"""Words with a similarity of at most this are only related and do not count here.

Related words help to find a passage, but many of its sentences have one.
"""


def share(weights: Mapping[str, float], terms: Collection[str]) -> float:
    """Return the share of the question's weight that `terms` have."""
    held = math.fsum(weight for term, weight in weights.items() if term in terms)
    return held / (sum(weights.values()) or 1.0)


def share_of(weights: Mapping[str, float], of: Collection[str], terms: Collection[str]) -> float:
    """Return the share of the terms `of` that are in `terms`; 1 if there are none."""
    chosen = {term: weights.get(term, 0.0) for term in of}
    # `fsum` does not depend on the order of a set, which differs from process to process.
    total = math.fsum(chosen.values())
    held = math.fsum(weight for term, weight in chosen.items() if term in terms)
    return held / total if total else 1.0


def repeated(weights: Mapping[str, float], title: Sequence[str]) -> float:
    """Return the share of a title's terms that the question repeats, 0 to 1."""
    return sum(term in weights for term in title) / len(title) if title else 0.0


def dice(one: Iterable[str], other: Iterable[str]) -> float:
    """Return the share of terms that two texts have in common, 0 to 1 (Dice coefficient)."""
    terms, others = Counter(one), Counter(other)
    return 2 * (terms & others).total() / ((terms + others).total() or 1)


def local_shares(
    weights: Mapping[str, float], sentences: Sequence[Sequence[str]]
) -> dict[str, float]:
    """Return each term's share of the question's weight, by how rare it is in this passage.

    A term that all sentences of a passage have does not help to choose between them.
    """
    n = len(sentences)
    local = {}
    for term, weight in weights.items():
        having = sum(term in sentence for sentence in sentences)
        local[term] = weight * math.log(1 + n / (having or 0.5))
    total = sum(local.values()) or 1.0
    return {term: weight / total for term, weight in local.items()}


def alike(
    weights: Mapping[str, float],
    terms: Collection[str],
    similar: Mapping[str, Mapping[str, float]],
    leave_out: Collection[str],
) -> float:
    """Return the share of the question's weight that only similar words in `terms` have.

    A stemmer gives "director" and "directed" different stems. Two words are similar if they begin
    with the same letters: at least four, and four fifths of the shorter word. A word of similar
    meaning counts by its similarity (`similar`). The terms in `leave_out` do not count.
    """
    found = sum(
        weight * _likeness(term, terms, similar[term])
        for term, weight in weights.items()
        if len(term) > 2 and term not in terms and term not in leave_out
    )
    return found / (sum(weights.values()) or 1.0)


def _likeness(term: str, terms: Collection[str], similar: Mapping[str, float]) -> float:
    """Return the similarity of `term` to the most similar of `terms`, 0 to 1."""
    if any(_begin_alike(term, other) for other in terms):
        return 1.0
    best = max((similar[other] for other in terms if other in similar), default=0.0)
    return max(0.0, best - FAINT) / (1 - FAINT)


def _begin_alike(one: str, other: str) -> bool:
    least = max(4, math.ceil(0.8 * min(len(one), len(other))))
    return one[:least] == other[:least]


def bigram_overlap(order: Sequence[str], terms: Sequence[str]) -> float:
    """Return the share of the question's neighbouring terms that are neighbours here too."""
    asked = set(pairwise(order))
    near = {*pairwise(terms), *zip(terms, terms[2:], strict=False)}
    return len(asked & near) / len(asked) if asked else 0.0


def in_order(order: Sequence[str], terms: Sequence[str]) -> float:
    """Return the length of the longest common subsequence of terms, divided by the question's."""
    row = [0] * (len(terms) + 1)
    for term in order:
        diagonal = 0
        for j, other in enumerate(terms, 1):
            diagonal, row[j] = row[j], diagonal + 1 if term == other else max(row[j], row[j - 1])
    return row[-1] / len(order) if order else 0.0


def proximity(weights: Mapping[str, float], terms: Sequence[str]) -> float:
    """Return how close together the question's terms are: 1 if adjacent, 0 if fewer than two."""
    places = [i for i, term in enumerate(terms) if term in weights]
    if len({terms[i] for i in places}) < 2:
        return 0.0
    gaps = [b - a for a, b in pairwise(places)]
    return len(gaps) / sum(gaps)


def rows(
    weights: Mapping[str, float], sentences: Sequence[Sequence[str]], are_rows: Sequence[bool]
) -> list[float]:
    """Return 1 for the table rows that the question asks about, -1 for other rows, 0 for the rest.

    Rows are distinguished by words of the question that some rows have, but not all.
    """
    tables = [set(terms) for terms, is_row in zip(sentences, are_rows, strict=True) if is_row]
    if not tables:
        return [0.0] * len(sentences)
    telling = tables[0].union(*tables) - tables[0].intersection(*tables)
    telling_weights = {term: weight for term, weight in weights.items() if term in telling}

    def held(row: Collection[str]) -> float:
        return sum(weight for term, weight in telling_weights.items() if term in row)

    most = max(map(held, tables))
    return [
        (1.0 if held(terms) == most else -1.0) if most and is_row else 0.0
        for terms, is_row in zip(sentences, are_rows, strict=True)
    ]
