"""Questions to offer: those that the articles were seen to answer.

A question is made of a heading or a sentence (`askable`), then asked; it is offered if that very
stretch is quoted. What came of it is remembered, so that most answers cost no more for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, zip_longest

from chatbot import askable
from chatbot.askable import Askable
from chatbot.inversion import Names
from chatbot.types import Answer, Article, Passage, Quote

ARTICLES = 12
"""At most so many articles are looked at for starters."""
PASSAGES = 20
"""At most so many passages of an article are looked at."""
TRIED = 8
"""At most so many questions are asked for each that is wanted."""


class Suggester:
    """Suggests questions about `articles`, cut into `passages`, that `ask` answers."""

    def __init__(
        self,
        articles: Mapping[str, Article],
        passages: Sequence[Passage],
        ask: Callable[[str], Answer],
    ) -> None:
        self._articles = articles
        self._passages: dict[str, list[Passage]] = {}
        for passage in passages:
            self._passages.setdefault(passage.article, []).append(passage)
        self._ask = ask
        self._names = lru_cache(maxsize=64)(lambda article: Names(articles[article].text))
        self._quotes: dict[tuple[str, Askable], Quote | None] = {}

    def starters(self, limit: int, asked: Collection[str] = ()) -> tuple[str, ...]:
        """Return at most `limit` questions to begin with, of as many articles as there are."""
        articles = islice(self._passages, ARTICLES)
        columns = [self._of(article, range(len(self._passages[article]))) for article in articles]
        rows = zip_longest(*columns)
        return self._first((pair for row in rows for pair in row if pair), asked, limit)

    def after(self, answer: Answer, asked: Collection[str], limit: int) -> tuple[str, ...]:
        """Return at most `limit` questions to ask after `answer`, of its article, nearest first.

        None of those `asked` is among them, and none made of what was just quoted.
        """
        if answer.quote:
            article, place = answer.quote.article, answer.quote.start
        elif answer.related:
            article, place = answer.related[0].article, answer.related[0].start
        else:
            return self.starters(limit, asked)
        passages = self._passages[article]
        near = sorted(range(len(passages)), key=lambda i: abs(passages[i].start - place))
        return self._first(self._of(article, near), asked, limit, said=answer.quote)

    def _of(self, article: str, order: Iterable[int]) -> Iterator[tuple[str, Askable]]:
        """Yield what can be asked of an article, its author's own first, each with its id."""
        for seen in askable.of_author(self._articles[article]):
            yield article, seen
        for index in islice(order, PASSAGES):
            for seen in askable.of_passage(self._passages[article], index, self._names(article)):
                yield article, seen

    def _first(
        self,
        pairs: Iterable[tuple[str, Askable]],
        asked: Collection[str],
        limit: int,
        said: Quote | None = None,
    ) -> tuple[str, ...]:
        """Return the first `limit` questions that are answered, each by another sentence.

        None means the same as one of those `asked`, or is answered by what was just `said`.
        """
        known = {askable.meaning(question) for question in asked}
        quotes = [said] if said else []
        found: list[str] = []
        tried = 0
        for article, seen in pairs:
            if len(found) == limit or tried == TRIED * limit:
                break
            meaning = askable.meaning(seen.question)
            if meaning in known:
                continue
            known.add(meaning)
            tried += 1
            quote = self._quote(article, seen)
            if quote and not any(_overlap(quote, other) for other in quotes):
                found.append(seen.question)
                quotes.append(quote)
        return tuple(found)

    def _quote(self, article: str, seen: Askable) -> Quote | None:
        """Return what is quoted when it is asked, if that is of the stretch it was made of."""
        key = article, seen
        if key not in self._quotes:
            quote = self._ask(seen.question).quote
            stretch = Quote(article, "", seen.start, seen.end)
            self._quotes[key] = quote if quote and _overlap(quote, stretch) else None
        return self._quotes[key]


def _overlap(one: Quote, other: Quote) -> bool:
    """Tell whether two quotes have words in common: the same ones, not their like."""
    return one.article == other.article and one.start < other.end and other.start < one.end
