"""Where it all meets: articles in, and from then on questions in and answers out.

Pure: no file, clock or network. Same corpus, settings, question and history, same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from chatbot import passages, questions, readers, retrievers, text
from chatbot.config import Settings
from chatbot.types import Answer, Article, Explanation, Hit, Passage, Question, Turn


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

    @property
    def reader_name(self) -> str:
        """Which reader reads: "sentence" or "neural"."""
        return self._reader.name

    def ask(
        self, text: str, history: Sequence[Turn] = (), limit: int = 3, article: str | None = None
    ) -> Answer:
        """Return the answer to `text`, asked after the turns of `history`, oldest first.

        At most `limit` passages are cited, or shown as related where the bot abstains. `article`
        is the id of the article to prefer among equals.

        Raises:
            QuestionError: the question is empty or too long.
        """
        question = questions.understand(text, history, article, self._retriever)
        if not self.passages:
            return self._abstained(Answer(question, "abstained", reason="empty_corpus"), limit)
        hits = self._retriever.search(question, max(limit, self._reader.hits))
        answer = self._reader.read(question, hits[: self._reader.hits])
        if answer.quote:
            return replace(answer, message=answer.quote.text, citations=answer.citations[:limit])
        related = tuple(hit.passage for hit in hits[:limit])
        return self._abstained(replace(answer, related=related), limit)

    def explain(self, text: str, limit: int = 5) -> list[Explanation]:
        """Return the `limit` likeliest sentences for `text`, best first, each with its reasons.

        Raises:
            QuestionError: the question is empty or too long.
        """
        question = questions.understand(text)
        hits = self._retriever.search(question, self._reader.hits)
        return self._reader.explain(question, hits, limit)

    def search(self, text: str, history: Sequence[Turn] = (), limit: int = 3) -> list[Hit]:
        """Return the passages found for `text`, best first, before any of them is read.

        Raises:
            QuestionError: the question is empty or too long.
        """
        return self._retriever.search(questions.understand(text, history, index=self._retriever), limit)

    def _abstained(self, answer: Answer, limit: int) -> Answer:
        """Return `answer` with what to say instead, and the words that no article has."""
        messages = self.settings.messages
        empty = answer.reason == "empty_corpus"
        return replace(
            answer,
            message=messages.empty_corpus if empty else messages.abstained,
            unknown_words=() if empty else self._unknown_words(answer.question),
        )

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


def _digest(articles: Sequence[Article]) -> str:
    """Return a short sha256 of everything that is indexed."""
    digest = hashlib.sha256()
    for article in articles:
        for part in (article.id, article.title, *article.aliases, article.text):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()[:16]
