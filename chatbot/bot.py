"""Where it all meets: articles in, and from then on questions in and answers out.

Pure: no file but what is shipped, no clock, no network. Same corpus, settings, question and
history, same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from chatbot import passages, readers, retrievers
from chatbot.config import Settings
from chatbot.conversation import questions, smalltalk
from chatbot.conversation.spelling import Speller, vocabulary
from chatbot.language import text
from chatbot.suggestions import Suggester
from chatbot.types import Answer, Article, Explanation, Hit, Passage, Question, Turn

SUGGESTED = 3
"""How many questions are suggested at most."""

RECALLED = 3
"""So many of the last questions are asked again for what "he" means, if no client kept it."""


class Bot:
    """Answers questions about `articles` with quotations from them."""

    def __init__(self, settings: Settings, articles: Sequence[Article]) -> None:
        self.settings = settings
        self.articles: Mapping[str, Article] = {article.id: article for article in articles}
        sizes = settings.passages
        self.passages: tuple[Passage, ...] = tuple(
            passage
            for article in articles
            for passage in passages.cut(article, sizes.min_words, sizes.max_words)
        )
        self.index = _digest(articles)
        self._retriever = retrievers.make(settings, self.passages)
        self._reader = readers.make(settings, self._retriever)
        self._suggester = Suggester(self.articles, self.passages, self._answer)

    @property
    def reader_name(self) -> str:
        """Which reader reads: "sentence" or "neural"."""
        return self._reader.name

    @property
    def starters(self) -> tuple[str, ...]:
        """Questions to begin with, in the language of most articles; none if turned off."""
        return self.starters_in(())

    def starters_in(self, langs: Sequence[str]) -> tuple[str, ...]:
        """Return questions to begin with, each of which the articles answer; none if turned off.

        In the first of the languages `langs` (BCP 47) that any article is in.
        """
        if not self.settings.suggestions.enabled:
            return ()
        return self._suggester.starters(SUGGESTED, langs=langs)

    def prepare(self) -> None:
        """Do beforehand what the first visitors would wait for; changes no answer."""
        if self.settings.suggestions.enabled:
            self._suggester.prepare()
        self._speller.correct("prepare")

    def ask(
        self, text: str, history: Sequence[Turn] = (), limit: int = 3, article: str | None = None
    ) -> Answer:
        """Return the answer to `text`, asked after the turns of `history`, oldest first.

        At most `limit` passages are cited, or shown as related where the bot abstains. `article`
        is the id of the article to prefer among equals.

        Raises:
            QuestionError: the question is empty or too long.
        """
        said = self._small_talk(text)
        if said:
            answer = Answer(Question(" ".join(text.split())), "chat", message=said)
        else:
            before = history and self._before(text, history, article)
            answer = self._answer(text, before, limit, article)
        if not self.settings.suggestions.enabled:
            return answer
        asked = [text, *(turn.question for turn in history)]
        return replace(answer, suggestions=self._suggester.after(answer, asked, SUGGESTED))

    def _answer(
        self, text: str, history: Sequence[Turn] = (), limit: int = 3, article: str | None = None
    ) -> Answer:
        """Return the answer as `ask` does, but to a question only and without suggestions."""
        question = self._understand(text, history, article)
        if not self.passages:
            return self._abstained(Answer(question, "abstained", reason="empty_corpus"))
        hits = self._retriever.search(question, max(limit, self._reader.hits))
        if questions.points_nowhere(question):
            answer = Answer(question, "abstained")
        else:
            answer = self._reader.read(question, hits[: self._reader.hits])
        if answer.quote:
            return replace(answer, message=answer.quote.text, citations=answer.citations[:limit])
        related = tuple(hit.passage for hit in hits[:limit])
        return self._abstained(replace(answer, related=related))

    def _before(self, text: str, history: Sequence[Turn], article: str | None) -> Sequence[Turn]:
        """Return the turns of `history` in whose light `text` is read.

        A suggestion was seen to be answered by itself, so it is asked by itself.
        """
        if self.settings.suggestions.enabled:
            hits = self._retriever.search(Question(text), 1)
            if hits and self._suggester.offers(text, hits[0].passage.article):
                return ()
        return self._recalled(text, history, article)

    def _recalled(self, text: str, history: Sequence[Turn], article: str | None) -> Sequence[Turn]:
        """Return `history`, where it has questions only, with what the last of them asked for.

        So "he" means the same whether a client keeps the answers or does not. The other questions
        are not asked again: their answers say little of what is meant.
        """
        if any(turn.answer for turn in history) or not questions.points_back(text):
            return history
        turns = [replace(turn, answer="") for turn in history]
        for at in range(max(0, len(turns) - RECALLED), len(turns)):
            asked = turns[at].question
            if questions.asks_for_name(asked):
                found = as_turn(asked, self._answer(asked, turns[:at], 1, article))
                turns[at] = found if found.highlight else turns[at]
        return turns

    def explain(self, text: str, limit: int = 5) -> list[Explanation]:
        """Return the `limit` likeliest sentences for `text`, best first, each with its reasons.

        Raises:
            QuestionError: the question is empty or too long.
        """
        question = self._understand(text)
        hits = self._retriever.search(question, self._reader.hits)
        return self._reader.explain(question, hits, limit)

    def search(self, text: str, history: Sequence[Turn] = (), limit: int = 3) -> list[Hit]:
        """Return the passages found for `text`, best first, before any of them is read.

        Raises:
            QuestionError: the question is empty or too long.
        """
        return self._retriever.search(self._understand(text, history), limit)

    def _understand(
        self, typed: str, history: Sequence[Turn] = (), article: str | None = None
    ) -> Question:
        """Return the question that was typed, with what was misspelt put right."""
        correct = self._speller.correct
        history = [
            replace(turn, question=correct(turn.question) or turn.question)
            for turn in history[-questions.MAX_TURNS :]
            if not self._small_talk(turn.question)
        ]
        meant = correct(typed) if len(typed) <= questions.MAX_LENGTH else None
        question = questions.understand(meant or typed, history, article, self._retriever)
        if meant is None:
            return question
        # Of "base ball" the articles may have "base": what was typed is searched all the same.
        own = text.terms(question.text)
        parts = (word for word in text.split(typed) if word.term not in own)
        known = tuple((part.text, 1.0) for part in parts if self._retriever.knows(part.term))
        return replace(
            question,
            typed=" ".join(typed.split()),
            understood_as=question.reading,
            context=question.context + known,
        )

    @cached_property
    def _speller(self) -> Speller:
        texts = [part for p in self.passages for part in (p.title, p.heading or "", p.text)]
        groups = [group.split() for group in self.settings.synonyms.groups]
        return Speller(vocabulary(texts), self._retriever.knows, groups)

    def _small_talk(self, message: str) -> str:
        """Return what to say to `message` if it is small talk, and not what an article is about."""
        kind = smalltalk.recognise(message)
        bare = text.fold(message).strip(" ?!.")
        named = (name for a in self.articles.values() for name in (a.title, *a.aliases))
        if kind is None or any(text.fold(name) == bare for name in named):
            return ""
        return str(getattr(self.settings.smalltalk, kind))

    def _abstained(self, answer: Answer) -> Answer:
        """Return `answer` with what to say instead, and the words that no article has."""
        messages = self.settings.messages
        if answer.reason == "empty_corpus":
            return replace(answer, message=messages.empty_corpus)
        if questions.is_open(answer.question):
            answer = replace(answer, reason="ambiguous", message=messages.ambiguous)
        else:
            answer = replace(answer, message=messages.abstained)
        return replace(answer, unknown_words=self._unknown_words(answer.question))

    def _unknown_words(self, question: Question) -> tuple[str, ...]:
        """Return the words of the visitor, as typed, each once, that no article has."""
        words = (word for word in text.split(question.text) if not word.is_function)
        unknown = (word.text for word in words if not self._retriever.knows(word.term))
        return tuple(dict.fromkeys(unknown))


def build_bot(settings: Settings, articles: Sequence[Article]) -> Bot:
    """Return a bot that answers from `articles`.

    Raises:
        SettingsError: the settings name an engine or a reader that there is not.
    """
    return Bot(settings, articles)


def as_turn(question: str, answer: Answer) -> Turn:
    """Return what is remembered of `answer`, given to `question`."""
    quote = answer.quote
    if not quote:
        return Turn(question)
    return Turn(question, quote.text, quote.highlight.text if quote.highlight else None)


def _digest(articles: Sequence[Article]) -> str:
    """Return a short sha256 of everything that is indexed."""
    digest = hashlib.sha256()
    for article in articles:
        for part in (article.id, article.title, *article.aliases, article.text):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()[:16]
