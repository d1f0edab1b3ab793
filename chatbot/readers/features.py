"""Computes the features of a sentence for a question: named numbers between about -1 and 1.

All readers decide by these features and learnt weights (`training/`). `chatbot explain` prints
both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chatbot.language import codes, forms, kinds, overlap, text
from chatbot.language.codes import Code
from chatbot.language.words import BACKWARD, BEFORE_FOCUS
from chatbot.types import CELLS, Passage, Question

Features = dict[str, float]

CODE_MISSING = "code missing"
"""-1 if the passage lacks the version, year or code in the question."""
CODE_HEADED = "code headed"
"""1 if the heading above is the code asked for, such as "v2.10" or "Error 404".

All text below it is about that code, so it may answer any question about the code.
"""
ROW = "row asked"
"""For a table row, if the question has words that only some rows have.

1 if no other row has more of these words, else -1.
"""
RIVAL = "rival heading"
"""-1 if a similar heading of the same article has more of the question's words.

"Three users" below "Starter plan" does not say how many users the business plan has.
"""
SECTION = "section asked"
"""1 if the question repeats the heading above."""
RULES = {CODE_MISSING: 2.0, CODE_HEADED: 1.5, ROW: 2.0, RIVAL: 3.0, SECTION: 1.5}
"""The weights of these features, set by hand and the same for all readers.

"Small | $3" does not say what a large one costs, and "How do I send a parcel?" is answered below
the heading "Sending a parcel". The training data for the other weights has no tables and headings,
so these weights cannot be learnt from it.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An analysed question."""

    kind: kinds.Kind
    weights: dict[str, float]
    """Term -> its weight: the idf, reduced if the term comes from earlier questions."""
    order: tuple[str, ...]
    """The terms in the order of the question."""
    names: frozenset[str]
    """Terms of words written with a capital inside the question."""
    focus: str | None
    """The term after "what", "which" or "how many", which is the sort of thing asked for."""
    own: frozenset[str]
    """Terms of the words that the visitor typed in this question."""
    codes: tuple[Code, ...]
    """The versions, years and codes among these words: "v2.10", "1934", "E-104"."""
    asking: frozenset[str]
    """Terms that only name the kind of thing asked for, such as "price"."""
    alike: dict[str, Mapping[str, float]]
    """Term -> similar terms, each with its similarity, 0 to 1."""

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
    """Return the analysed `question`.

    `weights` are the terms of the search with their weights. `idf` returns the inverse document
    frequency of a term, `alike` the terms similar to it.
    """
    understood = question.understood
    words = [word for word in text.split(understood) if not word.is_function]
    kind = kinds.asked(understood)
    return Wanted(
        kind=kind,
        weights={term: weight * idf(term) for term, weight in weights.items()},
        order=tuple(word.term for word in words),
        names=frozenset(w.term for w in words if w.start > 0 and w.text[0].isupper()),
        focus=_focus(understood),
        own=frozenset(text.terms(question.text)),
        codes=codes.named(question.text),
        asking=frozenset(
            term for word in kinds.words_that_ask(understood, kind) for term in text.terms(word)
        ),
        alike={term: alike(term) for term in weights},
    )


def _focus(question: str) -> str | None:
    """Return the term of the first content word after the question word, if it follows closely."""
    for i, word in enumerate(words := text.split(question)):
        if text.fold(word.text) in BEFORE_FOCUS:
            return next((w.term for w in words[i + 1 : i + 4] if not w.is_function), None)
    return None


@lru_cache(maxsize=20_000)
def _terms(sentence: str) -> tuple[str, ...]:
    words = text.split(sentence)
    own = (word.term for word in words if not word.is_function)
    return (*own, *text.further_terms(sentence, words))


@lru_cache(maxsize=20_000)
def found(kind: kinds.Kind, sentence: str) -> tuple[tuple[int, int], ...]:
    """Return the result of `forms.find`, cached since the same sentences are read many times."""
    return tuple(forms.find(kind, sentence))


def of_passage(wanted: Wanted, passage: Passage, score: float, best: float) -> Features:
    """Return the features that all sentences of a passage share.

    `score` is the retriever's score of this passage, `best` its highest score for this question.
    """
    weights = wanted.weights
    own = set(_terms(passage.text))
    subject = [term for term in weights if term not in wanted.asking]
    titles = "\n".join((passage.title, passage.heading or "", *passage.aliases, *passage.above))
    placed = _terms("\n".join(passage.placed))
    above = {*_terms(titles), *(term for term in placed if term[-1].isdigit())}
    return {
        "passage score": score / (best or 1.0),
        "passage coverage": overlap.share(weights, own | above),
        "title coverage": overlap.share(weights, above),
        "title asked": overlap.repeated(weights, _terms(passage.title)),
        "passage alike": overlap.alike(weights, own | above, wanted.alike, wanted.asking),
        "title only": overlap.share(weights, above - own),
        "passage subject": overlap.share_of(weights, subject, own | above),
        "passage names": overlap.share_of(weights, wanted.names, own | above),
        CODE_MISSING: -float(bool(wanted.codes) and _lacks_code(wanted, passage)),
        CODE_HEADED: float(bool(wanted.codes) and _is_headed(wanted, passage)),
    }


def _lacks_code(wanted: Wanted, passage: Passage) -> bool:
    """Return whether a passage and the headings above it lack a code in the question."""
    held = codes.of_passage(passage)
    return not all(held.has(code) for code in wanted.codes if code.is_sure)


def _is_headed(wanted: Wanted, passage: Passage) -> bool:
    """Return whether a heading above is the code in the question, with at most one further word.

    Years do not count: the text below a year may be about anything.
    """
    return any(
        sum(term.isalpha() and term not in wanted.weights for term in _terms(heading)) <= 1
        and all(codes.held(heading).has(code) and not code.is_year for code in wanted.codes)
        for heading in (passage.heading or "", *passage.above)
    )


def of_sentences(wanted: Wanted, passage: Passage) -> list[Features]:
    """Return the features of each sentence of `passage`, computed from it and its neighbours."""
    texts = [passage.between(start, end) for start, end in passage.sentences]
    terms = [_terms(sentence) for sentence in texts]
    above = set(_terms(f"{passage.title} {passage.heading or ''}"))
    rows = overlap.rows(wanted.weights, terms, [CELLS in sentence for sentence in texts])
    is_asked = float(_is_asked(wanted, passage))
    has_kind = [wanted.kind in _TYPED and has(wanted, sentence) for sentence in texts]
    return [
        {
            **shared,
            **_of_kind(wanted, has_kind[i]),
            ROW: rows[i],
            SECTION: is_asked,
            "news": min(len(set(terms[i]) - set(wanted.weights)), 8) / 8,
            "length": min(len(terms[i]), 30) / 30,
            "first": float(i == 0),
            "refers back": float(_refers_back(texts[i])),
            "asks": -float(texts[i].rstrip("\"'”’) ").endswith("?")),
        }
        for i, shared in enumerate(_shared(wanted, terms, above, has_kind))
    ]


def _shared(
    wanted: Wanted, terms: Sequence[Sequence[str]], above: set[str], has_kind: Sequence[bool]
) -> Iterator[Features]:
    """Yield the features of the terms that each sentence shares with the question.

    `above` are the terms of the title and the heading. `has_kind` tells whether a sentence has
    something of the kind asked for.
    """
    weights, order = wanted.weights, wanted.order
    covered = [overlap.share(weights, set(of)) for of in terms]
    subject = [term for term in weights if term not in wanted.asking]
    aspect = [term for term in weights if term not in wanted.names]
    local = overlap.local_shares(weights, terms)
    for i, of in enumerate(terms):
        own = set(of)
        before = set(terms[i - 1]) if i else set()
        after = set(terms[i + 1]) if i + 1 < len(terms) else set()
        missed = max((weight for term, weight in weights.items() if term not in own), default=0.0)
        yield {
            "coverage": covered[i],
            "coverage squared": covered[i] ** 2,
            "coverage with title": overlap.share(weights, own | above),
            "subject": overlap.share_of(weights, subject, own),
            "subject of kind": overlap.share_of(weights, subject, own) if has_kind[i] else 0.0,
            "coverage of kind": overlap.share(
                weights, own | wanted.asking if has_kind[i] else own - wanted.asking
            ),
            "alike": overlap.alike(weights, own, wanted.alike, wanted.asking),
            "focus": float(wanted.focus in own) if wanted.focus else 0.0,
            "names": overlap.share_of(weights, wanted.names, own),
            "before": overlap.share(weights, before - own),
            "after": overlap.share(weights, after - own),
            "best of passage": float(covered[i] == max(covered)),
            "missed": -missed / wanted.total,
            "aspect": overlap.share_of(weights, aspect, own),
            "local": math.fsum(local[term] for term in own if term in local),
            "local alike": overlap.alike(local, own, wanted.alike, wanted.asking),
            "last": float(bool(order) and order[-1] in own),
            "main": float(bool(order) and order[0] in own),
            "pairs": overlap.bigram_overlap(order, of),
            "order": overlap.in_order(order, of),
            "nearness": overlap.proximity(weights, of),
            "density": sum(term in weights for term in of) / (len(of) + 3),
        }


def _of_kind(wanted: Wanted, has_kind: bool) -> Features:
    """Return the features that say whether a sentence has something of the kind asked for."""
    is_typed, is_amount = wanted.kind in _TYPED, wanted.kind in _AMOUNTS
    return {
        "kind": float(has_kind),
        "kind missing": -float(is_typed and not has_kind),
        "amount": float(is_amount and has_kind),
        "amount missing": -float(is_amount and not has_kind),
        f"has {wanted.kind}": float(has_kind),
        f"no {wanted.kind}": -float(is_typed and not has_kind),
    }


_AMOUNTS = frozenset(("money", "percent", "age", "duration", "date", "number"))
"""Kinds that always have a figure: a sentence without a figure cannot answer."""

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


def _is_asked(wanted: Wanted, passage: Passage) -> bool:
    """Return whether the question has all words of the passage's heading and few others.

    The other words may only be from the title, or name the kind asked for, such as "price".
    """
    asked, heading = frozenset(wanted.weights), frozenset(_terms(passage.heading or ""))
    others = frozenset(_terms(passage.title)) | wanted.asking
    return bool(heading) and heading <= asked <= heading | others


def _refers_back(sentence: str) -> bool:
    """Return whether the sentence begins with a word that refers to the sentence before."""
    first = text.fold(sentence.split(maxsplit=1)[0]).strip("\"'“‘(,")
    return first in BACKWARD


def weighted(features: Features, weights: dict[str, float]) -> Features:
    """Return each feature times its weight; features without a weight are left out."""
    return {name: value * weights[name] for name, value in features.items() if name in weights}


def logistic(features: Features, weights: dict[str, float]) -> float:
    """Return the probability by logistic regression; the weight "bias" is the intercept."""
    x = weights.get("bias", 0.0) + sum(weighted(features, weights).values())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
