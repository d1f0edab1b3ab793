"""The features of a sentence for a question: named numbers between about -1 and 1.

All readers decide by these. This module computes the features; their weights are learnt
(`training/`). `chatbot explain` prints both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from chatbot.language import codes, forms, kinds, text
from chatbot.language.codes import Code
from chatbot.types import CELLS, Passage, Question

Features = dict[str, float]

CODE_MISSING = "code missing"
"""-1 if the passage lacks the version, year or code that the question names."""
CODE_HEADED = "code headed"
"""1 if the heading above is the code asked for, such as "v2.10" or "Error 404".

All text below it is about that code, whatever the question asks: news, changes, what it means.
"""
ROW = "row asked"
"""For a row of a table, if the question has words that some rows have and others do not.

1 if no other row has more of these words, else -1.
"""
SECTION = "section asked"
"""1 if the question repeats the heading above."""
FIRST_STEP = "first step"
"""1 for the first sentence below that heading, if the question asks how to do something."""
RULES = {CODE_MISSING: 2.0, CODE_HEADED: 1.5, ROW: 2.0, SECTION: 1.5, FIRST_STEP: 0.75}
"""The weights of these features, the same for all readers, set by hand.

"Small | $3" does not say what a large one costs, and "How do I send a parcel?" is answered below
the heading "Sending a parcel". The training data for the other weights has no tables and no
headings, so these weights cannot be learnt from it.
"""
FAINT = 0.2
"""Words that are at most this alike are only related, and do not count here.

Related words help to find a passage, but many sentences of the passage have one.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question, analysed for reading."""

    kind: kinds.Kind
    weights: dict[str, float]
    """Term -> how much it counts: its idf, reduced if it comes from earlier questions."""
    order: tuple[str, ...]
    """The terms in the order of the question."""
    names: frozenset[str]
    """Terms of words written with a capital inside the question."""
    focus: str | None
    """The term after "what", "which" or "how many": the sort of thing asked for."""
    own: frozenset[str]
    """Terms of the words that the visitor typed in this question."""
    codes: tuple[Code, ...]
    """The versions, years and codes among these words: "v2.10", "1934", "E-104"."""
    asking: frozenset[str]
    """Terms that only name the kind of thing asked for, such as "price"."""
    alike: dict[str, Mapping[str, float]]
    """Term -> the terms that may stand for it, each with how alike it is, 0 to 1."""

    @property
    def total(self) -> float:
        """The sum of all weights, above 0."""
        return sum(self.weights.values()) or 1.0


def analyse(
    question: Question,
    weights: dict[str, float],
    idf: Callable[[str], float],
    alike: Callable[[str], Mapping[str, float]] = lambda term: {},
) -> Wanted:
    """Return `question`, analysed for reading.

    `weights` are the terms that the search uses. `idf` returns how rare a term is, and `alike`
    which other terms may stand for it.
    """
    reading = question.reading
    words = [word for word in text.split(reading) if not word.is_function]
    inner = [word for word in words if word.start > 0 and word.text[0].isupper()]
    kind = kinds.asked(reading)
    return Wanted(
        kind=kind,
        weights={term: weight * idf(term) for term, weight in weights.items()},
        order=tuple(word.term for word in words),
        names=frozenset(word.term for word in inner),
        focus=_focus(reading),
        own=frozenset(text.terms(question.text)),
        codes=codes.named(question.text),
        asking=frozenset(
            term for word in kinds.words_that_ask(reading, kind) for term in text.terms(word)
        ),
        alike={term: alike(term) for term in weights},
    )


def _focus(reading: str) -> str | None:
    """Return the term of the first content word after the question word, if it follows closely."""
    words = text.split(reading)
    for i, word in enumerate(words):
        if text.fold(word.text) in ("what", "which", "many", "much", "whose"):
            return next((w.term for w in words[i + 1 : i + 4] if not w.is_function), None)
    return None


@lru_cache(maxsize=20_000)
def _terms(sentence: str) -> tuple[str, ...]:
    words = text.split(sentence)
    own = (word.term for word in words if not word.is_function)
    return (*own, *text.further_terms(sentence, words))


@lru_cache(maxsize=20_000)
def found(kind: kinds.Kind, sentence: str) -> tuple[tuple[int, int], ...]:
    """Return what `forms.find` returns, from a cache: the same sentences are read many times."""
    return tuple(forms.find(kind, sentence))


def of_passage(wanted: Wanted, passage: Passage, score: float, best: float) -> Features:
    """Return the features that all sentences of a passage share.

    `score` is the retriever's score of this passage, `best` its highest score for this question.
    """
    own = set(_terms(passage.text))
    titles = "\n".join((passage.title, passage.heading or "", *passage.aliases, *passage.above))
    placed = _terms("\n".join(passage.placed))
    above = {*_terms(titles), *(term for term in placed if term[-1].isdigit())}
    return {
        "passage score": score / (best or 1.0),
        "passage coverage": _share(wanted, own | above),
        "title coverage": _share(wanted, above),
        "title asked": _asked(wanted, _terms(passage.title)),
        "heading asked": _asked(wanted, _terms(passage.heading or "")),
        "passage alike": _alike(wanted, own | above),
        "title only": _share(wanted, above - own),
        "passage subject": _share_of(
            wanted, frozenset(wanted.weights) - wanted.asking, own | above
        ),
        "passage names": _share_of(wanted, wanted.names, own | above),
        CODE_MISSING: -float(bool(wanted.codes) and _lacks_code(wanted, passage)),
        CODE_HEADED: float(bool(wanted.codes) and _is_headed(wanted, passage)),
    }


def _lacks_code(wanted: Wanted, passage: Passage) -> bool:
    """Return whether a code of the question is missing in a passage and the headings above it."""
    sure = [code for code in wanted.codes if code.is_sure]
    return not all(map(codes.of_passage(passage).has, sure))


def _is_headed(wanted: Wanted, passage: Passage) -> bool:
    """Return whether a heading above is the code of the question, with at most one further word.

    Years do not count: the text below a year may be about anything.
    """
    return any(
        sum(term.isalpha() and term not in wanted.weights for term in _terms(heading)) <= 1
        and all(codes.held(heading).has(code) and not code.is_year for code in wanted.codes)
        for heading in (passage.heading or "", *passage.above)
    )


def of_sentences(wanted: Wanted, passage: Passage) -> list[Features]:
    """Return the features of each sentence of `passage`, from itself and from its neighbours."""
    texts = [passage.text[s - passage.start : e - passage.start] for s, e in passage.sentences]
    terms = [_terms(sentence) for sentence in texts]
    covered = [_share(wanted, set(of)) for of in terms]
    above = set(_terms(f"{passage.title} {passage.heading or ''}"))
    aspect = frozenset(wanted.weights) - wanted.names
    subject = frozenset(wanted.weights) - wanted.asking
    local = _local(wanted, terms)
    rows = _rows(wanted, texts, terms)
    is_asked, is_how = _is_asked(wanted, passage), wanted.kind == "manner"
    features = []
    for i, sentence in enumerate(texts):
        before = set(terms[i - 1]) if i else set()
        after = set(terms[i + 1]) if i + 1 < len(texts) else set()
        own = set(terms[i])
        has_kind = has(wanted, sentence)
        typed = wanted.kind in _TYPED
        features.append(
            {
                "coverage": covered[i],
                "coverage squared": covered[i] ** 2,
                "coverage with title": _share(wanted, own | above),
                "subject": _share_of(wanted, subject, own),
                "subject of kind": _share_of(wanted, subject, own) if typed and has_kind else 0.0,
                "coverage of kind": _share(
                    wanted, own | wanted.asking if typed and has_kind else own - wanted.asking
                ),
                "alike": _alike(wanted, own),
                "focus": float(wanted.focus in own) if wanted.focus else 0.0,
                "names": _share_of(wanted, wanted.names, own),
                "before": _share(wanted, before - own),
                "after": _share(wanted, after - own),
                "best of passage": float(covered[i] == max(covered)),
                "missed": -max((w for t, w in wanted.weights.items() if t not in own), default=0.0)
                / wanted.total,
                "aspect": _share_of(wanted, aspect, own),
                "local": sum(local[t] for t in own if t in local),
                "local alike": _alike(wanted, own, local),
                "last": float(bool(wanted.order) and wanted.order[-1] in own),
                "main": float(bool(wanted.order) and wanted.order[0] in own),
                "pairs": _pairs(wanted, terms[i]),
                "order": _in_order(wanted, terms[i]),
                "nearness": _nearness(wanted, terms[i]),
                "density": sum(t in wanted.weights for t in terms[i]) / (len(terms[i]) + 3),
                "kind": float(has_kind) if typed else 0.0,
                "kind missing": -float(typed and not has_kind),
                "amount": float(wanted.kind in _AMOUNTS and has_kind),
                "amount missing": -float(wanted.kind in _AMOUNTS and not has_kind),
                f"has {wanted.kind}": float(has_kind) if typed else 0.0,
                f"no {wanted.kind}": -float(typed and not has_kind),
                ROW: rows[i],
                SECTION: float(is_asked),
                FIRST_STEP: float(is_asked and passage.opens and i == 0 and is_how),
                "news": min(len(own - set(wanted.weights)), 8) / 8,
                "length": min(len(terms[i]), 30) / 30,
                "first": float(i == 0),
                "refers back": float(_refers_back(sentence)),
                "asks": -float(sentence.rstrip("\"'”’) ").endswith("?")),
            }
        )
    return features


_AMOUNTS = frozenset(("money", "percent", "age", "duration", "date", "number"))
"""Kinds that always contain a figure: a sentence without one cannot answer."""

_TYPED = frozenset(
    ("money", "percent", "age", "duration", "date", "number", "person", "place", "title",
     "quotation", "reason", "name")
)  # fmt: skip


def has(wanted: Wanted, sentence: str) -> bool:
    """Return whether `sentence` has something of the kind asked for that is not in the question."""
    for start, end in found(wanted.kind, sentence):
        if any(term not in wanted.weights for term in _terms(sentence[start:end])):
            return True
    return False


def has_all(wanted: Wanted, heading: str) -> bool:
    """Return whether a heading has all that the question asks about."""
    asked = wanted.weights.keys() - wanted.asking
    return bool(asked) and asked <= frozenset(_terms(heading))


def _share(wanted: Wanted, terms: set[str]) -> float:
    """Return the share of the question's weight that `terms` have."""
    return sum(w for term, w in wanted.weights.items() if term in terms) / wanted.total


def _asked(wanted: Wanted, title: Sequence[str]) -> float:
    """Return what part of a title's terms the question repeats, 0 to 1."""
    return sum(term in wanted.weights for term in title) / len(title) if title else 0.0


def _is_asked(wanted: Wanted, passage: Passage) -> bool:
    """Return whether the question has all words of the passage's heading and few others.

    The others may only be words of the title, or words that only ask, such as "price".
    """
    asked, heading = frozenset(wanted.weights), frozenset(_terms(passage.heading or ""))
    return heading != frozenset() and heading <= asked <= (
        heading | frozenset(_terms(passage.title)) | wanted.asking
    )


def _share_of(wanted: Wanted, of: frozenset[str], terms: set[str]) -> float:
    """Return the share of the terms `of` that are in `terms`; 1 if there are none."""
    weights = {term: wanted.weights.get(term, 0.0) for term in of}
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if term in terms) / total if total else 1.0


def _local(wanted: Wanted, sentences: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return each term's share of the question's weight, by how rare it is in this passage.

    A term that all sentences of a passage have does not help to choose between them.
    """
    n = len(sentences)
    weights = {}
    for term, weight in wanted.weights.items():
        having = sum(term in sentence for sentence in sentences)
        weights[term] = weight * math.log(1 + n / (having or 0.5))
    total = sum(weights.values()) or 1.0
    return {term: weight / total for term, weight in weights.items()}


def _rows(wanted: Wanted, sentences: Sequence[str], terms: Sequence[Sequence[str]]) -> list[float]:
    """Return for each sentence 1 if it is the row that the question asks about, -1 if another is.

    Rows are told apart by those words of the question that some rows have, but not all.
    """
    rows = [set(of) for sentence, of in zip(sentences, terms, strict=True) if CELLS in sentence]
    if not rows:
        return [0.0] * len(sentences)
    telling = rows[0].union(*rows) - rows[0].intersection(*rows)
    weights = {term: weight for term, weight in wanted.weights.items() if term in telling}

    def held(row: set[str]) -> float:
        return sum(weight for term, weight in weights.items() if term in row)

    most = max(map(held, rows))
    return [
        (1.0 if held(set(of)) == most else -1.0) if most and CELLS in sentence else 0.0
        for sentence, of in zip(sentences, terms, strict=True)
    ]


def _alike(wanted: Wanted, terms: set[str], weights: dict[str, float] | None = None) -> float:
    """Return the share of the question's weight that is missing, but has a similar word here.

    A stemmer keeps "director" and "directed" apart. Two words are similar if they begin with the
    same letters: at least four, and four fifths of the shorter word. A word similar in meaning
    counts by how alike it is.
    """
    weights = weights or wanted.weights
    found = sum(
        weight * _likeness(wanted, term, terms)
        for term, weight in weights.items()
        if len(term) > 2 and term not in terms and term not in wanted.asking
    )
    return found / (sum(weights.values()) or 1.0)


def _likeness(wanted: Wanted, term: str, terms: set[str]) -> float:
    """Return how alike `term` is to the most similar of `terms`, 0 to 1."""
    if any(_related(term, other) for other in terms):
        return 1.0
    alike = wanted.alike[term]
    best = max((alike[other] for other in terms if other in alike), default=0.0)
    return max(0.0, best - FAINT) / (1 - FAINT)


def _related(one: str, other: str) -> bool:
    least = max(4, math.ceil(0.8 * min(len(one), len(other))))
    return one[:least] == other[:least]


def _pairs(wanted: Wanted, terms: Sequence[str]) -> float:
    """Return the share of the question's neighbouring terms that are neighbours here too."""
    asked = set(pairwise(wanted.order))
    near = {*pairwise(terms), *zip(terms, terms[2:], strict=False)}
    return len(asked & near) / len(asked) if asked else 0.0


def _in_order(wanted: Wanted, terms: Sequence[str]) -> float:
    """Return the length of the longest common subsequence of terms, divided by the question's."""
    row = [0] * (len(terms) + 1)
    for term in wanted.order:
        diagonal = 0
        for j, other in enumerate(terms, 1):
            diagonal, row[j] = row[j], diagonal + 1 if term == other else max(row[j], row[j - 1])
    return row[-1] / len(wanted.order) if wanted.order else 0.0


def _nearness(wanted: Wanted, terms: Sequence[str]) -> float:
    """Return how close together the question's terms are: 1 side by side, 0 if fewer than two."""
    places = [i for i, term in enumerate(terms) if term in wanted.weights]
    if len({terms[i] for i in places}) < 2:
        return 0.0
    gaps = [b - a for a, b in pairwise(places)]
    return len(gaps) / sum(gaps)


def _refers_back(sentence: str) -> bool:
    """Return whether the sentence begins with a word that points to the one before."""
    first = text.fold(sentence.split(maxsplit=1)[0]).strip("\"'“‘(,")
    return first in ("he", "she", "it", "they", "this", "that", "these", "those", "his", "her",
                     "its", "their", "such", "there")  # fmt: skip


def weighted(features: Features, weights: dict[str, float]) -> Features:
    """Return each feature times its weight; features without a weight are left out."""
    return {name: value * weights[name] for name, value in features.items() if name in weights}


def logistic(features: Features, weights: dict[str, float]) -> float:
    """Return the probability by logistic regression; the weight "bias" is its constant."""
    x = weights.get("bias", 0.0) + sum(weighted(features, weights).values())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
