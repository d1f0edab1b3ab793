"""Searches by BM25 over the postings of an index; names, articles and the topic also count.

A search adds up the postings of the question's words (`index.okapi` explains how they are made).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chatbot import config
from chatbot.index import okapi
from chatbot.index.words import Words, words_of
from chatbot.language import codes, text
from chatbot.language.likeness import Likeness
from chatbot.retrievers.naming import Naming
from chatbot.retrievers.preference import Preference, prefer
from chatbot.retrievers.tongues import Tongues
from chatbot.retrievers.weight import boosted, factors
from chatbot.types import Hit, Passage, Question

if TYPE_CHECKING:
    from chatbot.encoder.vectors import Vectors

OF_ALIKE = 0.9
"""The weight of a similar word, multiplied by its similarity; the word itself has 1."""
MOST_ALIKE = 40
"""At most this many similar words are searched for each word of the question."""

WHOLE = 1.0
"""What a whole name of two words adds to a passage, times the idf of its commoner word."""

OF_ARTICLE = 0.75
"""This share of the mean score of an article's passages is added to each of its hits.

If two passages match equally well, the one whose whole article is about the subject comes first.
"""
OF_MEAN = 0.3
"""The weight of the mean score of an article's passages; the best passage has 1."""


class Bm25Retriever:
    """Finds passages by the words they share with the question.

    A passage has its own words, those of its heading, and those of its article's title and aliases.
    """

    by_sense = False

    def __init__(
        self,
        passages: Sequence[Passage],
        settings: config.RetrieverSettings,
        synonyms: config.SynonymSettings | None = None,
        words: Words | None = None,
    ) -> None:
        """Take the passages, grouped by article, and what the index knows about them.

        Without `words`, the passages are analysed now.
        """
        synonyms = synonyms or config.SynonymSettings()
        words = words or words_of(passages, settings, synonyms)
        self._passages = passages
        self._words = words
        self.naming = Naming(facts=words.facts)
        # An article without passages cannot be found.
        all_sizes = zip(words.heads, words.sizes.tolist(), strict=True)
        sizes = [(head, size) for head, size in all_sizes if size]
        of = [head for head, size in sizes for _ in range(size)]
        self._sizes = np.array([size for _, size in sizes], int)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._factors = factors([head.weight for head in of])
        self.preference = Preference([(head.id, head.source) for head in of])
        self.tongues = Tongues(words.facts, [head.lang for head in of])
        self._telling = okapi.telling(synonyms.english)
        groups = (group.split() for group in synonyms.groups)
        self._likeness = Likeness(words.common, groups, synonyms.english)

    def search(self, question: Question, limit: int) -> list[Hit]:
        """Return at most `limit` hits, best first; equals are in the order of the corpus."""
        near = self.preference.nearness(question.article)
        factors = self._factors * self.tongues.factors(question.text)
        scores = prefer(boosted(self.ranked(question), factors), near)
        return [
            Hit(self._passages[i], float(scores[i]), near=float(near[i]))
            for i in best(scores, limit)
        ]

    def encode(
        self, vectors: Vectors, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Do nothing, since words need no vectors."""

    def ranked(self, question: Question) -> NDArray[np.float64]:
        """Return how well the words of each passage match, shape (passages,), 0 if none does.

        That is its BM25 score. Whole names, its article and the topic of the conversation also
        count.
        """
        scores = self.scores(self.weights(question), alike=True)
        if not scores.any():
            return scores
        found = scores > 0
        scores = _preferring(scores, self._with_names(question.understood)) * found
        if len(self._starts) > 1:
            of_articles = OF_ARTICLE * self._means(scores)
            scores = _preferring(scores, np.repeat(of_articles, self._sizes)) * found
            if question.topic:
                standing = self.standing(dict(question.topic))
                scores = _preferring(scores, np.repeat(standing, self._sizes))
        return scores

    def scores(self, weights: Mapping[str, float], alike: bool = False) -> NDArray[np.float64]:
        """Return the BM25 score of every passage, shape (passages,), 0 if it shares no term.

        With `alike`, a passage without a term may score for a similar term, but less.
        """
        scores = np.zeros(len(self._passages))
        for term, weight in weights.items():
            near = self._near(term, weights) if alike else []
            if near:
                scores += weight * self._best_of(term, near)
            elif found := self._column(term):
                ids, column = found
                scores[ids] += column if weight == 1 else weight * column
        return scores

    def alike(self, term: str) -> Mapping[str, float]:
        """Return the terms similar to `term`, each with its similarity, 0 to 1."""
        return self._likeness.of(term)

    def _near(self, term: str, weights: Mapping[str, float]) -> list[tuple[str, float]]:
        """Return the similar terms to search for besides `term`, each with its weight.

        A similar term never counts more than the term itself, even if it is rarer.
        """
        own = self.idf(term)
        near = ((t, OF_ALIKE * n) for t, n in self.alike(term).items() if t not in weights)
        return [(t, n * min(1.0, own / self.idf(t))) for t, n in islice(near, MOST_ALIKE)]

    def _best_of(self, term: str, near: Sequence[tuple[str, float]]) -> NDArray[np.float64]:
        """Return each passage's score for `term` or for a similar term, whichever is higher."""
        best = np.zeros(len(self._passages))
        for other, counts in ((term, 1.0), *near):
            if found := self._column(other):
                ids, column = found
                best[ids] = np.maximum(best[ids], counts * column)
        return best

    def _column(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float64]] | None:
        """Return the passages that have `term` and their scores for it; None if none has it."""
        place = self._words.terms.find(term)
        return (self._words.terms.ids(place), self._words.weights[place]) if place else None

    def weights(self, question: Question) -> dict[str, float]:
        """Return the terms to search for, each with its weight.

        The visitor's own words have weight 1, words from the conversation less.
        """
        weights = {term: weight for word, weight in question.context for term in text.terms(word)}
        own = text.terms(question.text)
        words = text.split(question.text)
        if weights and all(word.is_function for word in words):
            own = []  # for "why?", only words from the conversation can be found
        for term, parts in text.further_terms(question.text, words).items():
            if self.knows(term):
                own = [word for word in own if word not in parts or self.knows(word)] + [term]
        return weights | dict.fromkeys(own, 1.0)

    def standing(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the score of each article, shape (articles,).

        That is the best score of its passages plus `OF_MEAN` times their mean. Of two articles with
        equally good passages, the one that is only about the subject comes first.
        """
        if not len(self._starts):
            return np.zeros(0)
        scores = self.scores(weights)
        return np.maximum.reduceat(scores, self._starts) + OF_MEAN * self._means(scores)

    def _means(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean score of each article's passages, shape (articles,)."""
        means: NDArray[np.float64] = np.add.reduceat(scores, self._starts) / self._sizes
        return means

    def _with_names(self, question: str) -> NDArray[np.float64]:
        """Return each passage's score for the names of two words in `question` that it has."""
        worth = np.zeros(len(self._passages))
        for pair in text.pairs(question, text.split(question), or_small=True):
            having = self._words.pairs.of("\0".join(pair))
            worth[having] += WHOLE * min(map(self.idf, pair))
        return worth

    def with_codes(self, question: str) -> NDArray[np.bool_]:
        """Return which passages have all versions and codes of `question`, shape (passages,).

        If the question names none, all are false. Years do not count here, since a passage may have
        a range that includes them.
        """
        named = [code for code in codes.named(question) if not code.is_year]
        having = np.full(len(self._passages), bool(named))
        for code in named:
            words = text.split(code.text)
            joined = [term for term in text.further_terms(code.text, words) if self.knows(term)]
            for term in joined or [word.term for word in words]:
                having &= self._having(term)
        return having

    def _having(self, term: str) -> NDArray[np.bool_]:
        """Return which passages have `term` or a version that belongs to it, as 2.10.3 to 2.10."""
        having = np.zeros(len(self._passages), bool)
        terms = self._words.terms
        having[terms.of(term)] = True
        for number in terms.keys.beginning(f"{term}."):
            if terms.keys[number][0].isdigit():
                having[terms.ids(terms.at(number))] = True
        return having

    def idf(self, term: str) -> float:
        """Return the idf of `term`; if no passage has it, it depends on the rarity in English."""
        number = self._words.terms.keys.find(term)
        if number >= 0:
            return float(self._words.idf[number])
        return okapi.idf(0, len(self._passages)) * self._telling(term)

    def knows(self, term: str) -> bool:
        """Return whether any passage has `term`."""
        return self._words.terms.keys.find(term) >= 0


def _preferring(scores: NDArray[np.float64], added: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `scores` plus `added`, scaled so that the best passage's score does not change.

    Readers use the scores themselves, not only their order, to judge how well a passage matches.
    """
    together = scores + added
    best = together.argmax()
    return together * (scores[best] / together[best]) if scores[best] else together


def best(scores: NDArray[np.float64], limit: int) -> list[int]:
    """Return the positions of the `limit` highest scores above 0, best first; ties in order."""
    if limit < len(scores):
        # The last `limit` of a partition are the highest. Negating the scores and taking the first
        # `limit` would be 15 times slower if most scores are 0.
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        candidates = np.flatnonzero(scores >= max(least, np.nextafter(0, 1)))
    else:
        candidates = np.flatnonzero(scores > 0)
    order = np.lexsort((candidates, -scores[candidates]))[:limit]
    return [int(i) for i in candidates[order]]
