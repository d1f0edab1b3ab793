"""The reader without a network: it scores each sentence by its features.

It has three linear models, learnt by `training/learn_sentence.py` and kept in `sentence.json`. One
orders the sentences of all hits, one estimates how likely the best sentence answers, and one marks
the short answer.
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
"""This many of the likeliest sentences are searched for a short answer; the search is slow."""


NO_FIGURE = "no figure"
"""-1 if a figure is asked for, and the sentence does not even have a plain number.

A plain number, such as a number of miles, might be the figure asked for.
"""
OTHER_FIGURES: tuple[Kind, ...] = ("money", "percent", "date")
FIGURE_MISSING = "figure missing"
"""-1 if a figure is asked for and neither the sentence nor the heading above it has one.

Its weight is set by hand, not learnt. The unanswerable questions in training are about articles
that were left out, so they seldom lack only a figure. But visitors ask "How long is it?" about
articles that describe the thing without its length.
"""
WITHOUT_FIGURE = 1.5
"""How much lower the score of such a sentence is."""
UNHEARD = "unheard of"
"""-1 if no article has the last word of a yes-or-no question ("Can I pay in bitcoin?").

No article may have a similar word either. New information is at the end of a sentence (Halliday
1967, "Notes on Transitivity and Theme in English"), and a yes-or-no question asks about that. Of 18
answers to such questions about three made-up sites, 3 were right (counted once, by hand).
"""
LIKE = 0.45
"""A word with at least this similarity, 0 to 1, counts as similar."""
DOUBTS = {FIGURE_MISSING: 0.25, UNHEARD: 0.25, features.CODE_MISSING: 0.15}
"""The likelihood that a sentence answers is multiplied by these if it has the feature.

Of 170 training questions with a year that the best passage lacks, that passage answered 6. (Counted
once, by hand, with the network of the fifth run in `training/README.md`, on questions that it was
not trained on.)
"""

HEADED = 2.0
"""How much it adds to the confidence, in log odds, if a heading is the code asked for."""


class SentenceReader:
    """Chooses the sentence by features and learnt weights: fast, and without extra packages."""

    name = "sentence"
    hits = 10

    def __init__(
        self, retriever: Retriever, settings: config.ReaderSettings, weights: Weights | None = None
    ) -> None:
        self._retriever = retriever
        self._settings = settings
        self._weights = weights or learnt("sentence")
        self._order = self._weights["sentence"] | {
            FIGURE_MISSING: WITHOUT_FIGURE,
            **features.RULES,
        }

    def read(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Return the answer from the hits; it abstains if no sentence is likely enough."""
        if not hits:
            return Answer(question, "abstained", reason="no_match")
        wanted = self.wanted(question)
        ranked = self.rank(wanted, hits)
        best = ranked[0]
        seen = sureness(self._retriever, wanted, ranked)
        confidence = likelihood(best, seen, self._weights["confidence"])
        mark = None
        found = highlights.find(wanted, best.text, self._weights["highlight"])
        # `found.probability` is how likely the mark is right if the sentence is right.
        if found and found.probability * confidence >= self._settings.highlight_threshold:
            mark = (best.span[0] + found.start, best.span[0] + found.end)
        headed = headings.short_answer(wanted, best)
        return conclude(question, ranked, confidence, self._settings.threshold, mark, headed)

    def explain(self, question: Question, hits: Sequence[Hit], limit: int) -> list[Explanation]:
        """Return the best `limit` sentences of the hits with each feature's share of the score."""
        return explain(self.rank(self.wanted(question), hits)[:limit], self._order)

    def wanted(self, question: Question) -> Wanted:
        """Return the analysed question."""
        retriever = self._retriever
        weights = retriever.weights(question)
        return features.analyse(question, weights, retriever.idf, retriever.alike)

    def rank(self, wanted: Wanted, hits: Sequence[Hit]) -> list[Candidate]:
        """Return every sentence of the hits, likeliest first; equals keep their order."""
        candidates = self.order(wanted, hits)
        first = [self._looked_into(wanted, candidate) for candidate in candidates[:LOOKED_INTO]]
        return preferred(first) + candidates[LOOKED_INTO:]

    def order(self, wanted: Wanted, hits: Sequence[Hit]) -> list[Candidate]:
        """Return every sentence of the hits, likeliest first, without looking for short answers."""
        best = hits[0].score if hits else 0.0
        unheard = -float(self._is_unheard_of(wanted))
        rivals = headings.have_rivals(wanted, [hit.passage for hit in hits])
        candidates = []
        for hit, has_rival in zip(hits, rivals, strict=True):
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
                        features.RIVAL: -float(has_rival),
                    }
                )
                score = sum(features.weighted(seen, self._order).values())
                candidates.append(Candidate(hit, index, seen, score))
        # A question is not an answer, however similar it is to the one that was asked.
        told = [candidate for candidate in candidates if not sentences.asks(candidate.text)]
        return preferred(told or candidates)

    def _is_unheard_of(self, wanted: Wanted) -> bool:
        """Return whether this is a yes-or-no question whose last word no article has.

        No article may have a similar word either.
        """
        *_, last = wanted.order or ("",)
        is_new = last in wanted.own and not self._retriever.knows(last)
        likest = max(wanted.alike.get(last, {}).values(), default=0.0)
        return wanted.kind == "yes_no" and is_new and likest < LIKE

    def _looked_into(self, wanted: Wanted, candidate: Candidate) -> Candidate:
        """Return `candidate` with its score raised by its possible short answers."""
        marks = highlights.evidence(wanted, candidate.text, self._weights["highlight"])
        seen = candidate.features | {"marks": marks}
        score = candidate.score + marks * self._weights["sentence"].get("marks", 0.0)
        return replace(candidate, features=seen, score=score)


def _has_plain_number(sentence: str) -> bool:
    """Return whether a sentence has a number that is not money, a percentage or part of a date."""
    typed = [span for kind in OTHER_FIGURES for span in features.found(kind, sentence)]
    return any(
        all(end <= first or last <= start for first, last in typed)
        for start, end in features.found("number", sentence)
    )


def likelihood(
    best: Candidate, seen: Features, weights: Features, doubts: Mapping[str, float] = DOUBTS
) -> float:
    """Return how likely `best` answers, 0 to 1, from the features `seen`.

    `doubts` are features that make it less likely, each with its factor.
    """
    left = (left for name, left in doubts.items() if best.features[name])
    headed = {features.CODE_HEADED: best.features[features.CODE_HEADED]}
    surer = {features.CODE_HEADED: HEADED}
    return features.logistic(seen | headed, weights | surer) * math.prod(left)


def sureness(retriever: Retriever, wanted: Wanted, ranked: Sequence[Candidate]) -> Features:
    """Return the features for the confidence in the best candidate."""
    best = ranked[0]
    seen = best.features
    own = {term: wanted.weights[term] for term in wanted.own if term in wanted.weights}
    # `fsum` does not depend on the order of the words, which differs from process to process.
    own_total = math.fsum(own.values()) or 1.0
    unknown = math.fsum(weight for term, weight in own.items() if not retriever.knows(term))
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
