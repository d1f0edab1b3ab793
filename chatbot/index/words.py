"""Holds what all passages show together: facts, postings of terms and names, their weights.

It is computed from the rows of articles, or read from a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from chatbot import config
from chatbot.encoder.vectors import KEY
from chatbot.index import okapi
from chatbot.index.analysis import analyse
from chatbot.index.container import Array
from chatbot.index.records import Head
from chatbot.index.rows import Rows, rows_of
from chatbot.index.strings import Keys, Strings, iterate
from chatbot.language.likeness import shipped
from chatbot.types import Passage

Ids = NDArray[np.int32]


class Facts:
    """How often words occur in a corpus, by kind: "small", "he", "code"."""

    def __init__(self, keys: Keys, totals: NDArray[np.int64]) -> None:
        """Take the keys (a kind and words, joined by NUL) and the count of each."""
        self._keys, self._totals = keys, totals

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Facts:
        """Return the facts with these `counts`."""
        rows = rows_of([[counts]])
        return cls(rows.keys, totals(rows))

    def count(self, kind: str, words: str) -> int:
        """Return how often `words` occur as this kind."""
        number = self._keys.find(f"{kind}\0{words}")
        return int(self._totals[number]) if number >= 0 else 0

    def any_begins(self, kind: str, words: str) -> bool:
        """Return whether any words of this kind begin with `words`."""
        return bool(self._keys.beginning(f"{kind}\0{words}"))

    def items(self, kind: str) -> Iterator[tuple[str, int]]:
        """Yield all words of this kind, sorted, each with how often they occur."""
        numbers = self._keys.beginning(f"{kind}\0")
        counts = self._totals[numbers.start : numbers.stop].tolist()
        for key, count in zip(iterate(self._keys, numbers), counts, strict=True):
            yield key[len(kind) + 1 :], count

    def of_kind(self, kind: str) -> OfKind:
        """Return the words of this kind, for use with `in`."""
        return OfKind(self, kind)


class OfKind:
    """The facts of one kind."""

    def __init__(self, facts: Facts, kind: str) -> None:
        self._facts, self._kind = facts, kind

    def __contains__(self, words: object) -> bool:
        """Return whether `words` occur as this kind."""
        return isinstance(words, str) and self._facts.count(self._kind, words) > 0


class Postings:
    """The passages that have each key, in order."""

    def __init__(self, keys: Keys, ends: NDArray[np.int64], ids: Ids) -> None:
        """Take the keys, the end of each key's passages in `ids`, and the passages' numbers."""
        self.keys, self._ends, self._ids = keys, ends, ids

    def find(self, key: str) -> slice | None:
        """Return the place of the passages that have `key`; None if none has it."""
        number = self.keys.find(key)
        return self.at(number) if number >= 0 else None

    def at(self, number: int) -> slice:
        """Return the place of the passages that have the key at `number`."""
        start = int(self._ends[number - 1]) if number else 0
        return slice(start, int(self._ends[number]))

    def of(self, key: str) -> Ids:
        """Return the passages that have `key`."""
        found = self.find(key)
        return self._ids[found] if found else self._ids[:0]

    def ids(self, place: slice) -> Ids:
        """Return the passages at a place that `find` or `at` returned."""
        return self._ids[place]


class Words:
    """What the passages of a corpus show together."""

    def __init__(self, arrays: Mapping[str, Array], heads: Sequence[Head]) -> None:
        """Take the arrays from `arrays_of`, and the heads of the articles."""
        self.heads = heads
        self.sizes: NDArray[np.int64] = arrays["sizes"]
        """The number of passages of each article."""
        self.facts = Facts(keys(arrays, "facts"), arrays["facts.totals"])
        self.terms = Postings(keys(arrays, "terms"), arrays["terms.ends"], arrays["terms.ids"])
        self.pairs = Postings(keys(arrays, "pairs"), arrays["pairs.ends"], arrays["pairs.ids"])
        self.weights: NDArray[np.float64] = arrays["terms.weights"]
        """For each entry of `terms`, the score of the passage for the term."""
        self.idf: NDArray[np.float64] = arrays["terms.idf"]
        """The inverse document frequency of each term."""
        senses = arrays["senses"].tobytes() if "senses" in arrays else b""
        self.senses = [senses[at : at + KEY] for at in range(0, len(senses), KEY)] or None
        """The keys of the passages' vectors, if they are known."""
        self.common = [self.terms.keys[number] for number in arrays["terms.common"].tolist()]
        """The terms that are common in general English."""


def words_of(
    passages: Sequence[Passage],
    settings: config.RetrieverSettings,
    synonyms: config.SynonymSettings,
) -> Words:
    """Return the `Words` of `passages`, which are grouped by article."""
    runs = [list(run) for _, run in groupby(passages, key=lambda passage: passage.article)]
    found = [analyse(run, settings) for run in runs]
    sizes = np.array([len(run) for run in runs], np.int64)
    lengths = np.array([n for analysis in found for n in analysis.lengths], np.int64)
    return Words(
        arrays_of(
            {
                "facts": rows_of([[analysis.facts] for analysis in found]),
                "terms": rows_of([analysis.terms for analysis in found]),
                "pairs": rows_of([analysis.pairs for analysis in found]),
            },
            sizes,
            lengths,
            settings,
            synonyms.english,
        ),
        [_head(run[0]) for run in runs],
    )


def arrays_of(
    rows: Mapping[str, Rows],
    sizes: NDArray[np.int64],
    lengths: NDArray[np.int64],
    settings: config.RetrieverSettings,
    is_english: bool,
) -> dict[str, Array]:
    """Return the arrays that `Words` uses.

    `rows` has the rows of "facts", "terms" and "pairs", as in `Analysis`. `sizes` is the number of
    passages of each article, `lengths` the number of terms of each passage.
    """
    facts, terms, pairs = rows["facts"], rows["terms"], rows["pairs"]
    starts = np.cumsum(sizes) - sizes
    idf = okapi.idfs(terms, len(lengths), is_english)
    passages = terms.passages(starts)
    weights = okapi.weights(terms, idf, passages, lengths, settings)
    order, ends = _by_key(terms)
    pairs_order, pairs_ends = _by_key(pairs)
    return {
        "sizes": sizes,
        **stored("facts", facts.keys),
        "facts.totals": totals(facts),
        **stored("terms", terms.keys),
        "terms.ends": ends,
        "terms.ids": passages[order].astype(np.int32),
        "terms.weights": weights[order],
        "terms.idf": idf,
        "terms.common": _common(terms.keys),
        **stored("pairs", pairs.keys),
        "pairs.ends": pairs_ends,
        "pairs.ids": pairs.passages(starts)[pairs_order].astype(np.int32),
    }


def stored(name: str, strings: Strings) -> dict[str, Array]:
    """Return the arrays that store `strings`."""
    return {f"{name}.data": strings.data, f"{name}.at": strings.ends}


def keys(arrays: Mapping[str, Array], name: str) -> Keys:
    """Return the keys that were stored under `name`."""
    return Keys(arrays[f"{name}.data"], arrays[f"{name}.at"])


def strings(arrays: Mapping[str, Array], name: str) -> Strings:
    """Return the texts that were stored under `name`."""
    return Strings(arrays[f"{name}.data"], arrays[f"{name}.at"])


def totals(rows: Rows) -> NDArray[np.int64]:
    """Return how often each key occurs in total, shape (keys,)."""
    counts = np.bincount(rows.key, weights=rows.count, minlength=len(rows.keys))
    return counts.astype(np.int64)


def _by_key(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the order of rows by key, then passage, and where each key's rows end."""
    order = np.argsort(rows.key, kind="stable").astype(np.int64)
    ends = np.cumsum(np.bincount(rows.key, minlength=len(rows.keys)), dtype=np.int64)
    return order, ends


def _common(terms: Keys) -> NDArray[np.int64]:
    """Return the numbers of the terms whose similarity to others is known."""
    known, _ = shipped()
    return np.array([number for number, term in enumerate(terms) if term in known], np.int64)


def _head(passage: Passage) -> Head:
    """Return the head of a passage's article, with the data that the passage has."""
    return Head(
        passage.article, passage.title, passage.source, None, passage.lang, None,
        passage.aliases, passage.weight, passage.placed,
    )  # fmt: skip
