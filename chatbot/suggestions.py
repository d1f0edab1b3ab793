"""Questions to offer: those that the articles were seen to answer.

A question is made of a heading or a sentence (`askable`), then asked; it is offered if that very
stretch is quoted. Whatever is asked so is remembered, so that most answers cost no more for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest

from chatbot import askable
from chatbot.askable import Askable
from chatbot.types import Answer, Article, Passage

ARTICLES = 12
"""At most so many articles are looked at for starters."""
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
        self._askable: dict[str, list[Askable]] = {}
        self._answered: dict[tuple[str, Askable], bool] = {}

    def starters(self, limit: int, asked: Collection[str] = ()) -> tuple[str, ...]:
        """Return at most `limit` questions to begin with, of as many articles as there are."""
        articles = list(islice(self._passages, ARTICLES))
        columns = ([(article, seen) for seen in self._of(article)] for article in articles)
        rows = zip_longest(*columns)
        return self._first((pair for row in rows for pair in row if pair), asked, limit)

    def after(self, answer: Answer, asked: Collection[str], limit: int) -> tuple[str, ...]:
        """Return at most `limit` questions to ask after `answer`, the nearest in its article first.

        None of those `asked` is among them, and none that is answered by what was just quoted.
        """
        quote = answer.quote
        if quote:
            article, start, end = quote.article, quote.start, quote.end
        elif answer.related:
            near = answer.related[0]
            article, start, end = near.article, near.start, near.start
        else:
            return self.starters(limit, asked)
        others = [
            seen
            for seen in self._of(article)
            if not (start <= seen.start < end) or seen.end - seen.start > 2 * (end - start)
        ]
        others.sort(key=lambda seen: abs(seen.start - end))
        return self._first(((article, seen) for seen in others), asked, limit)

    def _of(self, article: str) -> list[Askable]:
        """Return what can be asked of an article, asked or not."""
        if article not in self._askable:
            self._askable[article] = askable.of_article(
                self._articles[article], self._passages[article]
            )
        return self._askable[article]

    def _first(
        self, pairs: Iterable[tuple[str, Askable]], asked: Collection[str], limit: int
    ) -> tuple[str, ...]:
        """Return the first `limit` questions that are answered, no two alike or of one sentence."""
        known = {askable.meaning(question) for question in asked}
        fresh = ((a, seen) for a, seen in pairs if askable.meaning(seen.question) not in known)
        found: list[str] = []
        places: set[tuple[str, int]] = set()
        for article, seen in islice(fresh, TRIED * limit):
            if len(found) == limit:
                break
            if (article, seen.start) not in places and self._is_answered(article, seen):
                found.append(seen.question)
                places.add((article, seen.start))
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
