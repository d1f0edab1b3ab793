"""Suggests questions that the articles answer, in the visitor's language.

A question is made from a heading or a sentence (`askable`), then asked. It is offered if exactly
that part of the article is quoted. The result is remembered, so that it is tried only once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, zip_longest

from chatbot.suggestions import askable
from chatbot.suggestions.askable import Askable
from chatbot.suggestions.names import Names
from chatbot.types import Answer, Article, Passage, Quote

ARTICLES = 12
"""How many articles are tried at most, for starters and in advance."""
PREPARED = 4
"""In how many languages at most."""
OFFERED = 8
"""How many questions of an article are offered at most."""
TRIED = 20
"""How many questions of an article are tried at most to find them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that was asked, and the quote that answers it."""

    question: str
    meaning: frozenset[str]
    quote: Quote


class Suggester:
    """Suggests questions about `articles`, with their `passages`, that `ask` answers."""

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
        self._offers: dict[str, tuple[Offer, ...]] = {}
        self._firsts: dict[str, list[str]] = {}
        self._names: dict[str, Names] = {}

    def prepare(self) -> None:
        """Try the questions of the first articles in advance, so that no visitor has to wait."""
        for lang in self._languages[:PREPARED]:
            for article in self._first_articles(lang):
                self._of(article)

    def starters(
        self, limit: int, asked: Collection[str] = (), langs: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Return at most `limit` questions to begin with, from as many articles as possible.

        They are in the first of the languages `langs` that has articles, else in the language of
        most articles.
        """
        known = (primary for lang in langs if (primary := _primary(lang)) in self._languages)
        lang = next(known, next(iter(self._languages), ""))
        rows = zip_longest(*map(self._of, self._first_articles(lang)))
        return _first((offer for row in rows for offer in row if offer), asked, limit)

    @cached_property
    def _languages(self) -> list[str]:
        """The languages of the articles, the most frequent first."""
        counts = Counter(_primary(self._articles[article].lang) for article in self._passages)
        return [lang for lang, _ in counts.most_common()]

    def _first_articles(self, lang: str) -> list[str]:
        """Return the articles in `lang` that visitors most likely ask about, at most `ARTICLES`.

        Those with more weight come first, then those with questions of their author, in front
        matter or as headings.
        """
        if lang not in self._firsts:
            there = [a for a in self._passages if _primary(self._articles[a].lang) == lang]
            self._firsts[lang] = sorted(there, key=self._standing)[:ARTICLES]
        return self._firsts[lang]

    def _standing(self, id: str) -> tuple[float, bool, bool]:
        """Return the key by which an article is sorted; a lower one is more likely asked about."""
        article = self._articles[id]
        has_questions = askable.has_questions(self._passages[id])
        return -article.weight, not article.questions, not has_questions

    def after(self, answer: Answer, asked: Collection[str], limit: int) -> tuple[str, ...]:
        """Return at most `limit` questions to ask after `answer`, from its article, nearest first.

        Without those already `asked` and those made from the quote itself.
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
        """Tell whether `question` may be a suggestion from an article.

        The question is only tried if it could have been made from the article.
        """
        made = islice(self._askables(article), TRIED)
        if article not in self._offers and all(seen.question != question for _, seen in made):
            return False
        return any(offer.question == question for offer in self._of(article))

    def _of(self, article: str) -> tuple[Offer, ...]:
        """Return the offers of an article, those of its author first; each has been tried."""
        if article not in self._offers:
            offers = filter(None, map(self._asked, islice(self._askables(article), TRIED)))
            self._offers[article] = tuple(islice(offers, OFFERED))
        return self._offers[article]

    def _askables(self, id: str) -> Iterator[tuple[str, Askable]]:
        """Yield the possible questions of an article: its author's, then one for each passage …

        In languages other than English only those of its author: no sentences are turned there.
        """
        article, passages = self._articles[id], self._passages[id]
        if id not in self._names:  # the time grows with the length of the article
            self._names[id] = Names(article.text)
        names = self._names[id]
        asked = askable.of_questions(passages, article.lang, names)
        for seen in (*askable.of_author(article), *asked):
            yield id, seen
        if _primary(article.lang) != "en":
            return
        columns = (askable.of_passage(passages, i, names) for i in range(min(len(passages), TRIED)))
        for seen in filter(None, chain.from_iterable(zip_longest(*columns))):
            yield id, seen

    def _asked(self, pair: tuple[str, Askable]) -> Offer | None:
        """Return a question as an offer if the text that it was made from answers it."""
        article, seen = pair
        quote = self._ask(seen.question).quote
        if quote and _overlap(quote, Quote(article, "", seen.start, seen.end)):
            return Offer(seen.question, askable.meaning(seen.question), quote)
        return None


def _first(
    offers: Iterable[Offer], asked: Collection[str], limit: int, said: Quote | None = None
) -> tuple[str, ...]:
    """Return the first `limit` offers, each answered by a different sentence.

    None of them means the same as one of those `asked`, or is answered by the quote in `said`.
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


def _primary(lang: str) -> str:
    """Return the language of a tag: "pt-BR" is "pt"."""
    return lang.partition("-")[0].lower()


def _overlap(one: Quote, other: Quote) -> bool:
    """Tell whether two quotes overlap in their article."""
    return one.article == other.article and one.start < other.end and other.start < one.end
