"""The reader without a model: weighs what can be seen of each sentence.

Three linear models, learnt by `training/learn_sentence.py` and kept in `sentence.json`: one orders
the sentences of all hits, one says how likely the best of them answers, one marks the short answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from chatbot import config
from chatbot.language import sentences
from chatbot.language.kinds import Kind
from chatbot.readers import features, headings, highlights
from chatbot.readers.candidates import Candidate, Weights, conclude, explain, learnt, preferred
from chatbot.readers.features import Features, Wanted
from chatbot.retrievers import Retriever
from chatbot.types import Answer, Explanation, Hit, Question

LOOKED_INTO = 5
"""How many of the likeliest sentences are searched for a short answer, which takes longer."""


NO_FIGURE = "no figure"
"""The feature of one that has no plain number either, which might count letters or miles: -1."""
OTHER_FIGURES: tuple[Kind, ...] = ("money", "percent", "date")
FIGURE_MISSING = "figure missing"
"""The feature of a sentence without a figure where one is asked for: -1.

Nor does it open below a heading that has one. A rule, not learnt: questions that an article left
out would answer, as learnt from, seldom show it, but "How long is it?" is asked in vain of articles
that speak of nothing but it.
"""
WITHOUT_FIGURE = 1.5
"""How much lower such a sentence is scored, where a figure is asked for."""
UNHEARD = "unheard of"
"""The feature where the last word of "Can I pay in bitcoin?" is one that no article has: -1.

Nor one much like it. What is new in a sentence stands at its end (Halliday 1967, "Notes on
Transitivity and Theme in English"), and where it is only asked whether something is so, that is all
there is to be found. Of 18 answers to such questions about three made-up sites, 3 were right:
counted once, by hand.
"""
LIKE = 0.45
"""How much like it a word must be, 0 to 1."""
DOUBTS = {FIGURE_MISSING: 0.25, UNHEARD: 0.25, features.CODE_MISSING: 0.15}
"""How likely a sentence still is that one of these speaks against, beside one that none does.

Of 170 unread training questions that name a year which the best passage has not, 6 were answered by
it: counted once, by hand, as the network of the fifth run (`training/README.md`) read them.
"""

HEADED = 2.0
"""How much surer a sentence below a heading that is the code asked for makes, in log odds."""


class SentenceReader:
    """Chooses the sentence by features and learnt weights; milliseconds, no extra packages."""

    name = "sentence"
    hits = 10

    def __init__(
        self, retriever: Retriever, settings: config.Reader, weights: Weights | None = None
    ) -> None:
        self._retriever = retriever
        self._settings = settings
        self._weights = weights or learnt("sentence")
        self._order = self._weights["sentence"] | {
            FIGURE_MISSING: WITHOUT_FIGURE,
            **features.RULES,
        }

    def read(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Return the answer that the hits give; abstained where no sentence is likely enough."""
        if not hits:
            return Answer(question, "abstained", reason="no_match")
        wanted = self.wanted(question)
        ranked = self.rank(wanted, hits)
        best = ranked[0]
        seen = sureness(self._retriever, wanted, ranked)
        confidence = likelihood(best, seen, self._weights["confidence"])
        mark = None
        found = highlights.find(wanted, best.text, self._weights["highlight"])
        # The mark is right with that probability where the sentence is.
        if found and found.probability * confidence >= self._settings.highlight_threshold:
            mark = (best.span[0] + found.start, best.span[0] + found.end)
        headed = headings.short_answer(wanted, best)
        return conclude(question, ranked, confidence, self._settings.threshold, mark, headed)

    def explain(self, question: Question, hits: Sequence[Hit], limit: int) -> list[Explanation]:
        """Return the best `limit` sentences of the hits with each feature's share of the score."""
        return explain(self.rank(self.wanted(question), hits)[:limit], self._order)

    def wanted(self, question: Question) -> Wanted:
        """Return the question analysed for reading."""
        retriever = self._retriever
        weights = retriever.weights(question)
        return features.analyse(question, weights, retriever.idf, retriever.alike)

    def rank(self, wanted: Wanted, hits: Sequence[Hit]) -> list[Candidate]:
        """Return every sentence of the hits, the likeliest first, equals in their order."""
        candidates = self.order(wanted, hits)
        first = [self._looked_into(wanted, candidate) for candidate in candidates[:LOOKED_INTO]]
        return preferred(first) + candidates[LOOKED_INTO:]

    def order(self, wanted: Wanted, hits: Sequence[Hit]) -> list[Candidate]:
        """Return what `rank` does, before the likeliest are searched for a short answer."""
        best = hits[0].score if hits else 0.0
        unheard = -float(self._is_unheard_of(wanted))
        candidates = []
        for hit in hits:
            shared = features.of_passage(wanted, hit.passage, hit.score, best)
            is_headed = headings.has_figure(wanted, hit.passage)
            for index, own in enumerate(features.of_sentences(wanted, hit.passage)):
                lacks_figure = wanted.kind in headings.FIGURES and not (own["kind"] or is_headed)
                plain = lacks_figure and _has_plain_number(Candidate(hit, index, {}, 0.0).text)
                seen = (
                    shared
                    | own
                    | {
                        FIGURE_MISSING: -float(lacks_figure),
                        NO_FIGURE: -float(lacks_figure and not plain),
                        UNHEARD: unheard,
                    }
                )
                score = sum(features.weighted(seen, self._order).values())
                candidates.append(Candidate(hit, index, seen, score))
        # A question is no answer, however much it is like the one that was asked.
        told = [candidate for candidate in candidates if not sentences.asks(candidate.text)]
        return preferred(told or candidates)

    def _is_unheard_of(self, wanted: Wanted) -> bool:
        """Tell whether it is asked if something is so that no article has a word of."""
        *_, last = wanted.order or ("",)
        is_new = last in wanted.own and not self._retriever.knows(last)
        likest = max(wanted.alike.get(last, {}).values(), default=0.0)
        return wanted.kind == "yes_no" and is_new and likest < LIKE

    def _looked_into(self, wanted: Wanted, candidate: Candidate) -> Candidate:
        """Return `candidate` with its score for what may be the short answer in it added."""
        marks = highlights.evidence(wanted, candidate.text, self._weights["highlight"])
        seen = candidate.features | {"marks": marks}
        score = candidate.score + marks * self._weights["sentence"].get("marks", 0.0)
        return replace(candidate, features=seen, score=score)


def _has_plain_number(sentence: str) -> bool:
    """Tell whether a sentence has a number that is neither money nor a share nor of a date."""
    typed = [span for kind in OTHER_FIGURES for span in features.found(kind, sentence)]
    return any(
        all(end <= first or last <= start for first, last in typed)
        for start, end in features.found("number", sentence)
    )


def likelihood(
    best: Candidate, seen: Features, weights: Features, doubts: Mapping[str, float] = DOUBTS
) -> float:
    """Return how likely `best` answers, 0 to 1, from what tells whether it does.

    `doubts` are features that speak against it, each with what they leave of the likelihood.
    """
    left = (left for name, left in doubts.items() if best.features[name])
    headed = {features.CODE_HEADED: best.features[features.CODE_HEADED]}
    surer = {features.CODE_HEADED: HEADED}
    return features.logistic(seen | headed, weights | surer) * math.prod(left)


def sureness(retriever: Retriever, wanted: Wanted, ranked: Sequence[Candidate]) -> Features:
    """Return what tells whether the best candidate answers at all, for the confidence."""
    best = ranked[0]
    seen = best.features
    own_total = sum(wanted.weights[term] for term in wanted.own if term in wanted.weights) or 1.0
    unknown = sum(
        wanted.weights[t] for t in wanted.own if t in wanted.weights and not retriever.knows(t)
    )
    elsewhere = next((c for c in ranked if c.hit.passage != best.hit.passage), None)
    return {
        "score": best.score / 10,
        "coverage": seen["coverage"],
        "passage coverage": seen["passage coverage"],
        "covered squared": seen["passage coverage"] ** 2,
        "passage alike": seen["passage alike"],
        "title asked": seen["title asked"],
        "passage subject": seen["passage subject"],
        "subject": seen["subject"],
        "subject of kind": seen["subject of kind"],
        "coverage of kind": seen["coverage of kind"],
        "aspect": seen["aspect"],
        "marks": seen.get("marks", 0.0) / 5,
        "alike": seen["alike"],
        "names": seen["names"],
        "passage names": seen["passage names"],
        "pairs": seen["pairs"],
        "nearness": seen["nearness"],
        "kind missing": seen["kind missing"],
        "amount missing": seen["amount missing"],
        f"has {wanted.kind}": seen[f"has {wanted.kind}"],
        f"no {wanted.kind}": seen[f"no {wanted.kind}"],
        "missed": seen["missed"],
        "unknown": unknown / own_total,
        "margin": (best.score - elsewhere.score) / 10 if elsewhere else 0.5,
        "match": best.hit.score / (wanted.total * 2.2),
        "short question": 1 / (1 + len(wanted.order)),
    }
