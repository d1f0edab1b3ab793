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
from chatbot.types import Answer, Article, Passage

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
        self._answered: dict[tuple[str, Askable], bool] = {}

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
            article, start, end = answer.quote.article, answer.quote.start, answer.quote.end
        elif answer.related:
            article, start, end = answer.related[0].article, answer.related[0].start, 0
        else:
            return self.starters(limit, asked)
        passages = self._passages[article]
        near = sorted(range(len(passages)), key=lambda i: abs(passages[i].start - start))
        others = (pair for pair in self._of(article, near) if not start <= pair[1].start < end)
        return self._first(others, asked, limit)

    def _of(self, article: str, order: Iterable[int]) -> Iterator[tuple[str, Askable]]:
        """Yield what can be asked of an article, its author's own first, each with its id."""
        for seen in askable.of_author(self._articles[article]):
            yield article, seen
        for index in islice(order, PASSAGES):
            for seen in askable.of_passage(self._passages[article], index, self._names(article)):
                yield article, seen

    def _first(
        self, pairs: Iterable[tuple[str, Askable]], asked: Collection[str], limit: int
    ) -> tuple[str, ...]:
        """Return the first `limit` questions that are answered, no two alike or of one sentence."""
        known = {askable.meaning(question) for question in asked}
        places: set[tuple[str, int]] = set()
        found: list[str] = []
        tried = 0
        for article, seen in pairs:
            meaning, place = askable.meaning(seen.question), (article, seen.end)
            if meaning in known or (place in places and seen.start):
                continue
            known.add(meaning)
            tried += 1
            if self._is_answered(article, seen):
                found.append(seen.question)
                places.add(place)
            if len(found) == limit or tried == TRIED * limit:
                break
        return tuple(found)

    def _is_answered(self, article: str, seen: Askable) -> bool:
        """Tell whether asking it brings a quote from the stretch that it was made of."""
        key = article, seen
        if key not in self._answered:
            quote = self._ask(seen.question).quote
            self._answered[key] = (
                quote is not None
                and quote.article == article
                and quote.start < seen.end
                and seen.start < quote.end
            )
        return self._answered[key]
