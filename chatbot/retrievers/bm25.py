"""BM25 by rank-bm25, made safe for small corpora and fast for large ones.

rank-bm25 computes what BM25 is made of: term frequencies, idf, lengths. Its `get_scores` walks
every passage for every word; here the same numbers are laid out once as postings (term -> passages
and weights), and a search adds up only the columns of the question. Scores are the same, bit for
bit, as those of `get_scores`; a test holds the two side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from chatbot import config
from chatbot.language import codes, text
from chatbot.language.likeness import Likeness
from chatbot.language.rarity import rarity
from chatbot.retrievers.naming import Naming
from chatbot.retrievers.preference import Preference, prefer
from chatbot.retrievers.tongues import Tongues
from chatbot.retrievers.weight import factors, weighted
from chatbot.types import Hit, Passage, Question

if TYPE_CHECKING:
    from chatbot.encoder.vectors import Vectors

OF_ENGLISH = 0.4
"""Power of a term's rarity in English at large, by which its idf is multiplied."""

OF_ALIKE = 0.9
"""What a word alike counts, times how alike it is, beside the word itself."""
MOST_ALIKE = 40
"""So many words alike are searched for each of the question's."""

WHOLE = 1.0
"""What a name of two words is worth that stands whole in a passage, in idf of the commoner word."""

OF_ARTICLE = 0.75
"""How much of the mean score of an article's passages is added to each that was found.

Of two passages that match as well, the one whose article speaks of it throughout is ahead.
"""
OF_MEAN = 0.3
"""What the mean of an article's passages counts beside the best of them."""


class PositiveOkapi(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no type hints
    """Okapi BM25 whose idf stays above 0 however small the corpus.

    idf = ln(1 + (N - n + 0.5) / (n + 0.5)), as in Lucene's BM25Similarity; the Okapi idf of
    rank-bm25 is 0 or less for a word that half of the passages have. It is multiplied by what
    `telling` says of the term.
    """

    def __init__(
        self, corpus: Sequence[Sequence[str]], telling: Callable[[str], float], k1: float, b: float
    ) -> None:
        self._telling = telling
        super().__init__(corpus, k1=k1, b=b)

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, n in nd.items():
            self.idf[term] = _idf(n, self.corpus_size) * self._telling(term)


class Bm25Retriever:
    """Finds passages by the words they share with the question.

    A passage is searched by its own words, those of its heading, and those of its article's title
    and aliases, the latter as often as `title_weight` and `heading_weight` say.
    """

    by_sense = False

    def __init__(
        self,
        passages: Sequence[Passage],
        settings: config.Retriever,
        synonyms: config.Synonyms | None = None,
    ) -> None:
        self._passages = passages
        self._settings = settings
        self._columns: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        self._idf: dict[str, float] = {}
        self.naming = Naming()
        self.preference = Preference(passages)
        self.tongues = Tongues()
        ids = [passage.article for passage in passages]
        # Passages of an article stand side by side; where those of the next one begin.
        self._starts = np.array([i for i, a in enumerate(ids) if not i or ids[i - 1] != a], int)
        self._sizes = np.diff(np.append(self._starts, len(ids)))
        self._factors = factors(passages)
        synonyms = synonyms or config.Synonyms()
        self._is_english = synonyms.english
        analysed = []
        further = []
        for place, passage in enumerate(passages):
            words = text.split(passage.text)  # once for all: this takes the most time
            self.naming.note(place, passage, words)
            self.tongues.note(passage, words)
            analysed.append(self._terms(passage, words))
            further.append(_further_terms(passage, words))
        if any(analysed):  # rank-bm25 divides by the number of words
            self._index(PositiveOkapi(analysed, self._telling, k1=settings.k1, b=settings.b))
            self._index_further(further)
        self._numbers = [term for term in self._idf if term[0].isdigit() and "." in term]
        groups = (group.split() for group in synonyms.groups)
        self._likeness = Likeness(self._idf, groups, synonyms.english)

    def search(self, question: Question, limit: int) -> list[Hit]:
        """Return at most `limit` hits, best first, equals in the order of the corpus."""
        near = self.preference.nearness(question.article)
        factors = self._factors * self.tongues.factors(question.text)
        scores = prefer(weighted(self.ranked(question), factors), near)
        return [
            Hit(self._passages[i], float(scores[i]), near=float(near[i]))
            for i in best(scores, limit)
        ]

    def encode(
        self, vectors: Vectors, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Do nothing: words need no vectors."""

    def ranked(self, question: Question) -> NDArray[np.float64]:
        """Return how well each passage matches in words, shape (passages,), 0 where none is shared.

        That is its BM25 score; names that stand whole in it, its article and the topic of the
        conversation count as well.
        """
        scores = self.scores(self.weights(question), alike=True)
        if not scores.any():
            return scores
        found = scores > 0
        scores = _preferring(scores, self._with_names(question.reading)) * found
        if len(self._starts) > 1:
            of_articles = OF_ARTICLE * self._means(scores)
            scores = _preferring(scores, np.repeat(of_articles, self._sizes)) * found
            if question.topic:
                standing = self.standing(dict(question.topic))
                scores = _preferring(scores, np.repeat(standing, self._sizes))
        return scores

    def scores(self, weights: Mapping[str, float], alike: bool = False) -> NDArray[np.float64]:
        """Return the BM25 score of every passage, shape (passages,), 0 where no term is shared.

        With `alike`, a passage without a term scores a part of what one alike is worth there.
        """
        scores = np.zeros(len(self._passages))
        for term, weight in weights.items():
            near = self._near(term, weights) if alike else []
            if near:
                scores += weight * self._best_of(term, near)
            elif term in self._columns:
                ids, column = self._columns[term]
                scores[ids] += column if weight == 1 else weight * column
        return scores

    def alike(self, term: str) -> Mapping[str, float]:
        """Return the terms that may stand for `term`, each with how alike it is, 0 to 1."""
        return self._likeness.of(term)

    def _near(self, term: str, weights: Mapping[str, float]) -> list[tuple[str, float]]:
        """Return what is searched for `term` besides it, each with what it counts.

        No more than the term itself would: to be rare makes a word alike no better a match.
        """
        own = self.idf(term)
        near = ((t, OF_ALIKE * n) for t, n in self.alike(term).items() if t not in weights)
        return [(t, n * min(1.0, own / self.idf(t))) for t, n in islice(near, MOST_ALIKE)]

    def _best_of(self, term: str, near: Sequence[tuple[str, float]]) -> NDArray[np.float64]:
        """Return each passage's score for `term` or what is near it, whichever is highest."""
        best = np.zeros(len(self._passages))
        for other, counts in ((term, 1.0), *near):
            if other in self._columns:
                ids, column = self._columns[other]
                best[ids] = np.maximum(best[ids], counts * column)
        return best

    def weights(self, question: Question) -> dict[str, float]:
        """Return the terms that the question is searched by, each with its weight.

        The visitor's own words weigh 1, those carried over from the conversation less.
        """
        weights = {term: weight for word, weight in question.context for term in text.terms(word)}
        own = text.terms(question.text)
        words = text.split(question.text)
        if weights and all(word.is_function for word in words):
            own = []  # "why?": only what was carried over can be found
        for term, parts in text.further_terms(question.text, words).items():
            if self.knows(term):
                own = [word for word in own if word not in parts or self.knows(word)] + [term]
        return weights | dict.fromkeys(own, 1.0)

    def standing(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return how well each article does, shape (articles,): its best passage, and all a little.

        The best score of its passages and `OF_MEAN` of their mean: of two articles with as good a
        passage the one that speaks of nothing else is ahead.
        """
        if not len(self._starts):
            return np.zeros(0)
        scores = self.scores(weights)
        return np.maximum.reduceat(scores, self._starts) + OF_MEAN * self._means(scores)

    def _means(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean score of each article's passages, shape (articles,)."""
        return np.add.reduceat(scores, self._starts) / self._sizes

    def _with_names(self, question: str) -> NDArray[np.float64]:
        """Return what each passage is worth for the names of `question` that stand whole in it."""
        worth = np.zeros(len(self._passages))
        for pair in text.pairs(question, text.split(question), or_small=True):
            worth[self.naming.with_pair(pair)] += WHOLE * min(map(self.idf, pair))
        return worth

    def with_codes(self, question: str) -> NDArray[np.bool_]:
        """Return which passages have all versions and codes of `question`, shape (passages,).

        None where it names none. A year is no code here: a passage may have it in a span of years.
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
        """Return which passages have `term`, or a version of it: 2.10.3 of 2.10."""
        having = np.zeros(len(self._passages), bool)
        for other in (term, *(t for t in self._numbers if t.startswith(f"{term}."))):
            if other in self._columns:
                having[self._columns[other][0]] = True
        return having

    def idf(self, term: str) -> float:
        """Return how rare `term` is; one that no passage has is as rare as English lets it be."""
        return self._idf.get(term) or _idf(0, len(self._passages)) * self._telling(term)

    def knows(self, term: str) -> bool:
        """Tell whether any passage has `term`."""
        return term in self._idf

    def _telling(self, term: str) -> float:
        """Return how much `term` tells, 0 to 1, for what it is in English at large."""
        return rarity(term) ** OF_ENGLISH if self._is_english else 1.0

    def _terms(self, passage: Passage, words: Sequence[text.Word]) -> list[str]:
        """Return the terms a passage is searched by, which has these `words`."""
        title = text.terms(" ".join((passage.title, *passage.aliases)))
        heading = text.terms(passage.heading or "")
        own = text.terms_of(words)
        return own + heading * self._settings.heading_weight + title * self._settings.title_weight

    def _index(self, okapi: PositiveOkapi) -> None:
        """Lay out the postings of a BM25 object: one column a term."""
        self._idf = okapi.idf
        number = {term: i for i, term in enumerate(okapi.idf)}
        sizes = [len(frequencies) for frequencies in okapi.doc_freqs]
        terms = np.fromiter((number[t] for f in okapi.doc_freqs for t in f), np.int64, sum(sizes))
        counts = np.fromiter((n for f in okapi.doc_freqs for n in f.values()), float, sum(sizes))
        ids = np.repeat(np.arange(len(sizes)), sizes)
        lengths = np.array(okapi.doc_len)[ids]
        idf = np.fromiter(okapi.idf.values(), float, len(number))[terms]
        # The formula of BM25Okapi.get_scores, in its order of operations, so that not even the
        # last bit differs.
        weights = idf * (
            counts
            * (okapi.k1 + 1)
            / (counts + okapi.k1 * (1 - okapi.b + okapi.b * lengths / okapi.avgdl))
        )
        order = np.argsort(terms, kind="stable")
        ends = np.cumsum(np.bincount(terms, minlength=len(number)))
        ids, weights = ids[order], weights[order]
        for term, end, start in zip(number, ends, np.concatenate(([0], ends[:-1])), strict=True):
            self._columns[term] = ids[start:end], weights[start:end]

    def _index_further(self, further: Sequence[Iterable[str]]) -> None:
        """Add what passages are found by besides their words, as if each had it once.

        It makes no passage longer: that a name has a hyphen says nothing of the other words.
        """
        having: dict[str, list[int]] = {}
        for place, terms in enumerate(further):
            for term in terms:
                having.setdefault(term, []).append(place)
        for term, places in having.items():
            ids, column = self._columns.get(term, (np.zeros(0, np.int64), np.zeros(0)))
            ids = np.concatenate((ids, np.setdiff1d(np.array(places, np.int64), ids)))
            idf = self._idf.setdefault(term, _idf(len(ids), len(further)) * self._telling(term))
            new = np.full(len(ids) - len(column), idf)
            self._columns[term] = ids, np.concatenate((column, new))


def _further_terms(passage: Passage, words: Sequence[text.Word]) -> set[str]:
    """Return the terms that a passage with these `words` is found by besides those of its words.

    Other ways to write its names, and what has a digit of all that it stands in.
    """
    found = set(text.further_terms(passage.text, words))
    for part in (passage.title, *passage.aliases, passage.heading or ""):
        found.update(text.further_terms(part, text.split(part)))
    for line in (*passage.placed, *passage.above):
        around = text.split(line)
        terms = (*(word.term for word in around), *text.further_terms(line, around))
        found.update(term for term in terms if term[-1].isdigit())
    return found


def _idf(n: int, size: int) -> float:
    """Return the inverse frequency of a term that `n` of `size` passages have: above 0."""
    return math.log(1 + (size - n + 0.5) / (n + 0.5))


def _preferring(scores: NDArray[np.float64], added: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `scores` with what is to be `added` to each, the best one's as high as before.

    How high a score is, not only how it compares, tells readers how well a passage matches.
    """
    together = scores + added
    best = together.argmax()
    return together * (scores[best] / together[best]) if scores[best] else together


def best(scores: NDArray[np.float64], limit: int) -> list[int]:
    """Return the positions of the `limit` highest scores above 0, best first, equals in order."""
    if limit < len(scores):
        # The last `limit` of a partition are the highest; partitioning for the first ones of the
        # negated scores is 15 times slower where most scores are 0.
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        candidates = np.flatnonzero(scores >= max(least, np.nextafter(0, 1)))
    else:
        candidates = np.flatnonzero(scores > 0)
    order = np.lexsort((candidates, -scores[candidates]))[:limit]
    return [int(i) for i in candidates[order]]
