"""Stores articles and passages as JSON texts; each is parsed only when it is needed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from chatbot.conversation.abbreviations import Definition
from chatbot.index.strings import Strings, encoded
from chatbot.types import Article, Block, Link, Passage

ARTICLES, PASSAGES = 64, 2_000
"""This many of the articles and passages used last are cached."""


class Head(NamedTuple):
    """What is known about an article without parsing it; its passages share this."""

    id: str
    title: str
    source: str
    url: str | None
    lang: str
    published: datetime.date | None
    aliases: tuple[str, ...]
    weight: float
    placed: tuple[str, ...]


class Articles(Mapping[str, Article]):
    """The articles of an index by their ids, in the order of the corpus."""

    def __init__(self, heads: Sequence[Head], records: Strings) -> None:
        self.heads = heads
        self._number = {head.id: number for number, head in enumerate(heads)}
        self._read = lru_cache(ARTICLES)(lambda number: _article(records.raw(number)))

    def __getitem__(self, id: str) -> Article:
        """Return the article that has this id.

        Raises:
            KeyError: there is no such article.
        """
        return self._read(self._number[id])

    def number(self, id: str) -> int:
        """Return the number of the article with this id in the corpus, from 0."""
        return self._number[id]

    def __contains__(self, id: object) -> bool:
        """Return whether there is an article with this id."""
        return id in self._number

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids."""
        return iter(self._number)

    def __len__(self) -> int:
        """Return how many articles there are."""
        return len(self._number)


class Passages(Sequence[Passage]):
    """The passages of an index, in the order of the corpus."""

    def __init__(self, heads: Sequence[Head], of: NDArray[np.int64], records: Strings) -> None:
        """Take the articles' heads, the number of each passage's article, and the records."""
        self._size = len(records)
        self._read = lru_cache(PASSAGES)(
            lambda number: _passage(heads[int(of[number])], records.raw(number))
        )

    @overload
    def __getitem__(self, number: int) -> Passage: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Passage]: ...
    def __getitem__(self, number: int | slice) -> Passage | Sequence[Passage]:
        """Return the passage at `number`, or the passages of a slice."""
        if isinstance(number, slice):
            return tuple(self[i] for i in range(*number.indices(self._size)))
        if not -self._size <= number < self._size:
            raise IndexError(number)
        return self._read(number % self._size)

    def __len__(self) -> int:
        """Return how many passages there are."""
        return self._size


def head_of(article: Article, passages: Sequence[Passage]) -> Head:
    """Return the head of an article that was cut into `passages`."""
    placed = passages[0].placed if passages else ()
    return Head(
        article.id, article.title, article.source, article.url, article.lang, article.published,
        article.aliases, article.weight, placed,
    )  # fmt: skip


def heads_of(records: Strings) -> list[Head]:
    """Return the heads in `records`."""
    heads = []
    for raw in records.raws():
        id, title, source, url, lang, day, aliases, weight, placed = json.loads(raw)
        named = (id, title, source, url, lang)
        heads.append(Head(*named, _date(day), tuple(aliases), weight, tuple(placed)))
    return heads


def head_record(head: Head) -> bytes:
    """Return the record of a head."""
    return _record([*head[:5], _day(head.published), *head[6:]])


def article_record(article: Article) -> bytes:
    """Return the record of an article, with everything in it."""
    blocks = [
        (b.kind, b.start, b.end, b.level, b.closes, b.number, b.depth, b.goes_on)
        for b in article.blocks
    ]
    links = [(link.start, link.end, link.url) for link in article.links]
    return _record([
        article.id, article.title, article.text, blocks, article.source, article.url,
        _day(article.published), article.place, article.lang, article.aliases, article.questions,
        links, article.weight, article.abbreviations,
    ])  # fmt: skip


def passage_record(passage: Passage) -> bytes:
    """Return the record of a passage, without the data in its article's head."""
    return _record([
        passage.heading, passage.text, passage.start, passage.sentences, passage.columns,
        passage.lists, passage.lead, passage.above,
    ])  # fmt: skip


def definitions_record(given: Iterable[Definition], found: Iterable[Definition]) -> bytes:
    """Return the record of the short forms that the page lists, and of those in the text."""
    return _record([[*given], [*found]])


def definitions_of(records: Strings) -> list[Definition]:
    """Return the definitions in `records`: first those that pages list, then those in the texts."""
    both = [json.loads(raw) for raw in records.raws()]
    return [(short, full) for at in (0, 1) for told in both for short, full in told[at]]


def _article(raw: bytes) -> Article:
    (
        id, title, text, blocks, source, url, published, place, lang, aliases, questions, links,
        weight, abbreviations,
    ) = json.loads(raw)  # fmt: skip
    return Article(
        id, title, text, tuple(Block(*block) for block in blocks), source, url, _date(published),
        place, lang, tuple(aliases), tuple(questions), tuple(Link(*link) for link in links), weight,
        _tuples(abbreviations),
    )  # fmt: skip


def _passage(head: Head, raw: bytes) -> Passage:
    heading, text, start, sentences, columns, lists, lead, above = json.loads(raw)
    return Passage(
        article=head.id, title=head.title, heading=heading, text=text, start=start,
        sentences=_tuples(sentences), aliases=head.aliases, weight=head.weight,
        columns=tuple(columns), lists=_tuples(lists), lead=lead, lang=head.lang,
        source=head.source, placed=head.placed, above=tuple(above),
    )  # fmt: skip


def _record(values: Sequence[object]) -> bytes:
    return encoded(json.dumps(values, ensure_ascii=False, separators=(",", ":")))


def _tuples(lists: Any) -> tuple[Any, ...]:
    return tuple(map(tuple, lists))


def _day(date: datetime.date | None) -> str | None:
    return date.isoformat() if date else None


def _date(day: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(day) if day else None
