"""Suggests questions that the articles answer, in the visitor's language.

A question is made from a heading or a sentence (`askable`) and tried: it is asked. It is offered if
the answer quotes the part of the article from which it was made. The result is remembered, so that
each question is tried only once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, zip_longest

from chatbot.index import Index
from chatbot.index.analysis import primary
from chatbot.index.records import Head
from chatbot.suggestions import askable
from chatbot.suggestions.askable import Askable
from chatbot.suggestions.usage import Usage
from chatbot.types import Answer, Quote

MOST_ARTICLES = 12
"""At most this many articles are tried, for questions to begin with and in advance."""
PREPARED = 4
"""Questions are prepared in at most this many languages."""
OFFERED = 8
"""At most this many questions of an article are offered."""
TRIED = 20
"""At most this many questions of an article are tried."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggested question, and the quote that answers it."""

    question: str
    meaning: frozenset[str]
    quote: Quote


class Suggester:
    """Suggests questions about the articles of `index`; `ask` tries them."""

    def __init__(self, index: Index, ask: Callable[[str], Answer]) -> None:
        self._index = index
        self._ask = ask
        self._made: dict[str, tuple[Askable, ...]] = {}
        self._offers: dict[str, tuple[Offer, ...]] = {}
        self._firsts: dict[str, list[str]] = {}

    def prepare(self) -> None:
        """Try the questions of the first articles in advance, so that visitors need not wait."""
        for lang in self._languages[:PREPARED]:
            for article in self._first_articles(lang):
                self._of(article)

    def starters(
        self, limit: int, asked: Collection[str] = (), langs: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Return at most `limit` questions to begin with, from as many articles as possible.

        They are in the first of the languages `langs` that has articles, or else in the language of
        most articles.
        """
        there = (known for lang in langs if (known := primary(lang)) in self._languages)
        lang = next(there, next(iter(self._languages), ""))
        rows = zip_longest(*map(self._of, self._first_articles(lang)))
        return _first((offer for row in rows for offer in row if offer), asked, limit)

    @cached_property
    def _languages(self) -> list[str]:
        """The languages of the articles, the most frequent first."""
        counts = Counter(primary(head.lang) for head, _ in self._found())
        return [lang for lang, _ in counts.most_common()]

    def _first_articles(self, lang: str) -> list[str]:
        """Return up to `MOST_ARTICLES` articles in `lang` that visitors most likely ask about.

        They are ordered by weight. Among equal weights, articles with questions in front matter
        come first, then those with questions as headings.
        """
        if lang not in self._firsts:
            there = [
                (-head.weight, -asked, head.id)
                for head, asked in self._found()
                if primary(head.lang) == lang
            ]
            there.sort(key=lambda standing: standing[:2])
            self._firsts[lang] = [id for _, _, id in there[:MOST_ARTICLES]]
        return self._firsts[lang]

    def _found(self) -> Iterator[tuple[Head, int]]:
        """Yield the articles that have passages, each with whether it has questions."""
        index = self._index
        heads = zip(index.words.heads, index.sizes.tolist(), index.asked.tolist(), strict=True)
        return ((head, asked) for head, size, asked in heads if size)

    def after(self, answer: Answer, asked: Collection[str], limit: int) -> tuple[str, ...]:
        """Return at most `limit` questions to ask after `answer`, from its article, nearest first.

        Questions already `asked`, and those made from the quote itself, are left out.
        """
        if answer.quote:
            article, place = answer.quote.article, answer.quote.start
        elif answer.related:
            article, place = answer.related[0].article, answer.related[0].start
        else:
            return self.starters(limit, asked)
        near = sorted(self._of(article), key=lambda offer: abs(offer.quote.start - place))
        return _first(near, asked, limit, said=answer.quote)

    def offers(self, question: str, article: str) -> bool:
        """Return whether `question` is a suggested question from an article.

        It is tried only if it could have been made from the article.
        """
        made = self._askable(article)
        if article not in self._offers and all(seen.question != question for seen in made):
            return False
        return any(offer.question == question for offer in self._of(article))

    def _of(self, article: str) -> tuple[Offer, ...]:
        """Return the offers of an article, the author's own first; each has been tried."""
        if article not in self._offers:
            asked = (self._asked(article, seen) for seen in self._askable(article))
            offers = filter(None, asked)
            self._offers[article] = tuple(islice(offers, OFFERED))
        return self._offers[article]

    def _askable(self, article: str) -> tuple[Askable, ...]:
        """Return the possible questions of an article that are to be tried."""
        if article not in self._made:  # the time for this grows with the length of the article
            self._made[article] = tuple(islice(self._askables(article), TRIED))
        return self._made[article]

    def _askables(self, id: str) -> Iterator[Askable]:
        """Yield the possible questions of an article.

        The author's own come first, then headings that are questions. In English, the first
        question of each passage follows, then the second of each, and so on. Sentences in other
        languages cannot be turned into questions.
        """
        article, passages = self._index.articles[id], self._index.passages_of(id)
        usage = Usage(article.text)
        yield from askable.of_author(article)
        yield from askable.of_questions(passages, article.lang, usage)
        if primary(article.lang) != "en":
            return
        columns = (askable.of_passage(passages, i, usage) for i in range(min(len(passages), TRIED)))
        yield from filter(None, chain.from_iterable(zip_longest(*columns)))

    def _asked(self, article: str, seen: Askable) -> Offer | None:
        """Return a question as an offer if the text it was made from answers it; else None."""
        quote = self._ask(seen.question).quote
        if quote and _overlap(quote, Quote(article, "", seen.start, seen.end)):
            return Offer(seen.question, askable.meaning(seen.question), quote)
        return None


def _first(
    offers: Iterable[Offer], asked: Collection[str], limit: int, said: Quote | None = None
) -> tuple[str, ...]:
    """Return the first `limit` offers, each answered by a different sentence.

    Questions with the meaning of one already `asked`, or answered by the quote in `said`, are left
    out.
    """
    known = {askable.meaning(question) for question in asked}
    quotes = [said] if said else []
    found: list[str] = []
    for offer in offers:
        if len(found) == limit:
            break
        if offer.meaning in known or any(_overlap(offer.quote, other) for other in quotes):
            continue
        known.add(offer.meaning)
        quotes.append(offer.quote)
        found.append(offer.question)
    return tuple(found)


def _overlap(one: Quote, other: Quote) -> bool:
    """Return whether two quotes overlap in their article."""
    return one.article == other.article and one.start < other.end and other.start < one.end
