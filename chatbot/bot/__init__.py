"""Answers questions: passes each one through conversation, retriever and reader.

Nothing here uses a clock, the network or files, except files shipped with the package. The same
articles, settings, history and question always give the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from chatbot import index, readers, retrievers
from chatbot.bot.abstaining import Abstaining
from chatbot.bot.understanding import Understanding
from chatbot.config import Settings
from chatbot.conversation import evidence, questions, short_forms
from chatbot.conversation.budget import Budget, Exhausted, recent
from chatbot.index import Index
from chatbot.index.records import Head
from chatbot.links import Links
from chatbot.parts import parts
from chatbot.suggestions import Suggester
from chatbot.types import Answer, Article, Explanation, Hit, Part, Passage, Question, Turn

if TYPE_CHECKING:
    from chatbot.encoder.vectors import Vectors

CITED = 3
"""At most this many passages are cited, unless the caller says otherwise."""
SUGGESTED = 3
"""At most this many questions are suggested."""


class Found(NamedTuple):
    """A question as it was understood, and its hits, best first."""

    question: Question
    hits: list[Hit]


class Bot:
    """Answers questions about the articles of an index with quotations from them."""

    def __init__(self, settings: Settings, index: Index) -> None:
        self.settings = settings
        self.articles: Mapping[str, Article] = index.articles
        self.passages: Sequence[Passage] = index.passages
        self.index = index.digest
        self._index = index
        self._retriever = retrievers.make(settings, index.passages, index.words)
        by_sense = self._retriever.by_sense
        self._encoded = (0, len(self.passages)) if by_sense else None
        self._reader = readers.make(settings, self._retriever)
        self._understanding = Understanding(settings, index, self._retriever)
        self._abstaining = Abstaining(settings.messages, index, self._retriever)
        self._suggester = Suggester(index, self._tried)

    @property
    def reader_name(self) -> str:
        """The reader in use: "sentence", "neural" or "deep"."""
        return self._reader.name

    @property
    def heads(self) -> Sequence[Head]:
        """The title, place and language of each article, in order."""
        return self._index.words.heads

    @property
    def languages(self) -> Counter[str]:
        """How many articles are in each language (BCP 47)."""
        return Counter(head.lang for head in self.heads)

    @property
    def encoded(self) -> tuple[int, int] | None:
        """How many passages can be found by their meaning, and how many there are.

        None if the retriever only compares words.
        """
        return self._encoded

    def unencoded(self, vectors: Vectors) -> int:
        """Return how many passages have no vector in `vectors` yet."""
        return vectors.new(self._index.words.senses or ())

    def encode(
        self, vectors: Vectors, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Compute the vectors of the passages, so that they are also found by their meaning.

        Questions may be answered meanwhile. `on_progress` is called with the number of passages
        encoded so far and the number of all passages.
        """

        def note(done: int, of: int) -> None:
            self._encoded = (done, of)
            if on_progress:
                on_progress(done, of)

        self._retriever.encode(vectors, note)

    @property
    def starters(self) -> tuple[str, ...]:
        """Questions to begin with, in the language of most articles; none if turned off."""
        return self.starters_in(())

    def starters_in(self, langs: Sequence[str]) -> tuple[str, ...]:
        """Return questions to begin with, which the articles answer; none if turned off.

        They are in the first of the languages `langs` (BCP 47) that has articles.
        """
        if not self.settings.suggestions.enabled:
            return ()
        return self._suggester.starters(SUGGESTED, langs=langs)

    def prepare(self) -> None:
        """Load data in advance, so that the first visitors need not wait. No answer changes."""
        if self.settings.suggestions.enabled:
            self._suggester.prepare()
        self._understanding.prepare()
        self._abstaining.unknown_codes(Question("v1"))

    def ask(
        self,
        text: str,
        history: Sequence[Turn] = (),
        limit: int = CITED,
        article: str | None = None,
        budget: Budget | None = None,
    ) -> Answer:
        """Return the answer to `text`, asked after the turns in `history` (oldest first).

        At most `limit` passages are cited, or shown as related if there is no answer. `article` is
        the id of an article to prefer if others match equally well. `budget` counts the work; if it
        does not suffice for the history, the question is answered without a history.

        Raises:
            QuestionError: the question is empty or too long.
        """
        budget = budget or Budget()
        history = recent(history)
        reply = self._understanding.small_talk(text)
        if reply:
            answer = Answer(Question(" ".join(text.split())), "chat", message=reply)
        else:
            try:
                answer = self._answer(text, history, limit, article, budget)
            except Exhausted:
                budget.is_last = True
                answer = self._answer(text, (), limit, article, budget)
        if not self.settings.suggestions.enabled:
            return answer
        asked = [text, *(turn.question for turn in history)]
        return replace(answer, suggestions=self._suggester.after(answer, asked, SUGGESTED))

    def _tried(self, text: str) -> Answer:
        """Return the answer to a question that may be suggested."""
        return self._answer(text, (), CITED, None, Budget())

    def _answer(
        self, text: str, history: Sequence[Turn], limit: int, article: str | None, budget: Budget
    ) -> Answer:
        """Return the answer as `ask` does, but without small talk and suggestions.

        Raises:
            Exhausted: the `history` costs too much.
        """
        number = max(limit, self._reader.hits)
        question, hits = self._understood(text, history, number, article, budget)
        if not self.passages:
            return self._abstaining.complete(Answer(question, "abstained", reason="empty_corpus"))
        answer = self._read(question, hits, limit, budget)
        exchanged = self._understanding.short_forms.exchanged(question)
        guessed = None if exchanged else self._understanding.short_forms.guessed(question)
        other = exchanged or guessed
        if other:  # the answer with more confidence is taken
            read = self._read(*self._search(other, number, budget), limit, budget)
            fits = read.quote and (exchanged or short_forms.speaks_of(read, question))
            return read if fits and read.confidence > answer.confidence else answer
        return answer

    def _understood(
        self, text: str, history: Sequence[Turn], limit: int, article: str | None, budget: Budget
    ) -> Found:
        """Return the reading of `text` with the most evidence, and `limit` hits.

        A suggested question was tried without a history, so it is understood without one.
        """
        readings = self._understanding.readings(text, history, article, budget)
        own = self._search(readings[0].question, limit, budget)
        if len(readings) == 1 or self._is_offered(text, own.hits):
            return own
        found = [own, *(self._search(r.question, limit, budget) for r in readings[1:])]
        hits = [each.hits for each in found]
        seen = evidence.evidence(readings, hits, self._retriever.idf)
        return found[evidence.surest(seen)]

    def _is_offered(self, text: str, hits: Sequence[Hit]) -> bool:
        """Return whether `text`, which has these `hits`, is a suggested question."""
        if not hits or not self.settings.suggestions.enabled:
            return False
        return self._suggester.offers(text, hits[0].passage.article)

    def _search(self, question: Question, limit: int, budget: Budget) -> Found:
        """Return a question with at most `limit` hits, best first."""
        budget.search(len(question.understood.split()) + len(question.topic))
        return Found(question, self._retriever.search(question, limit))

    def _read(self, question: Question, hits: Sequence[Hit], limit: int, budget: Budget) -> Answer:
        """Return the answer to a question from its hits."""
        if questions.points_nowhere(question):
            answer = Answer(question, "abstained")
        elif self._abstaining.unknown_codes(question):
            answer = Answer(question, "abstained", reason="low_confidence")
        else:
            hits_read = hits[: self._reader.hits]
            budget.read_passages(len(hits_read), words=len(question.understood.split()))
            answer = self._reader.read(question, hits_read)
        if answer.quote:
            cited = answer.citations[:limit]
            also = answer.also[: limit - len(cited)]
            return replace(answer, message=answer.quote.text, citations=cited, also=also)
        return self._abstaining.complete(answer, [hit.passage for hit in hits[:limit]])

    def parts(self, article: Article, start: int, end: int) -> tuple[Part, ...]:
        """Return the parts of `article.text[start:end]`, with the addresses of their links."""
        return parts(article, start, end, self._links.address)

    def explain(self, text: str, limit: int = 5) -> list[Explanation]:
        """Return the `limit` most likely sentences for `text`, best first, each with its features.

        Raises:
            QuestionError: the question is empty or too long.
        """
        question, hits = self._understood(text, (), self._reader.hits, None, Budget())
        return self._reader.explain(question, hits, limit)

    def search(self, text: str, history: Sequence[Turn] = (), limit: int = CITED) -> list[Hit]:
        """Return at most `limit` passages found for `text`, best first.

        Raises:
            QuestionError: the question is empty or too long.
        """
        number = max(limit, evidence.HITS)
        return self._understood(text, history, number, None, Budget()).hits[:limit]

    @cached_property
    def _links(self) -> Links:
        return Links(self.heads)


def build_bot(
    settings: Settings,
    articles: Sequence[Article],
    vectors: Vectors | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Bot:
    """Return a bot that answers from `articles`, with all its passages encoded.

    `vectors` has the vectors that were computed before. `on_progress` is called as in `Bot.encode`.

    Raises:
        SettingsError: the settings name an engine or a reader that does not exist.
        ModelError: a network's files are missing or damaged.
    """
    bot = Bot(settings, index.build(settings, articles))
    vectors = vectors or retrievers.vectors(settings)
    if vectors:
        bot.encode(vectors, on_progress)
    return bot


def as_turn(question: str, answer: Answer) -> Turn:
    """Return a turn with this `question` and `answer`."""
    quote = answer.quote
    if not quote:
        return Turn(question)
    return Turn(question, quote.text, quote.highlight.text if quote.highlight else None)
