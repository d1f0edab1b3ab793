"""Finds the readings of what a visitor typed: small talk, misspelt words, a follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from chatbot.config import Settings
from chatbot.conversation import questions, smalltalk
from chatbot.conversation.budget import Budget, Counted, recent
from chatbot.conversation.questions import Reading
from chatbot.conversation.short_forms import ShortForms
from chatbot.conversation.spelling import Speller
from chatbot.conversation.vocabulary import as_written
from chatbot.index import Index
from chatbot.language import text
from chatbot.retrievers import Retriever
from chatbot.types import Question, Turn


class Understanding:
    """Interprets questions by the words, names and short forms in an index."""

    def __init__(self, settings: Settings, index: Index, retriever: Retriever) -> None:
        self._settings = settings
        self._index = index
        self._retriever = retriever

    def prepare(self) -> None:
        """Load in advance the data to correct words and to replace short forms."""
        self._speller.correct("prepare")
        self.short_forms.exchanged(Question("prepare"))

    def small_talk(self, message: str) -> str:
        """Return the reply to `message` if it is small talk; else an empty string.

        The title of an article is not small talk.
        """
        kind = smalltalk.recognise(message)
        bare = text.fold(message).strip(" ?!.")
        if kind is None or self._index.words.facts.count("known", bare):
            return ""
        return str(getattr(self._settings.smalltalk, kind))

    def readings(
        self, typed: str, history: Sequence[Turn], article: str | None, budget: Budget
    ) -> Sequence[Reading]:
        """Return the readings of what was typed, with misspelt words corrected.

        The first reading is the visitor's own words. The newest turns are corrected first.

        Raises:
            QuestionError: the question is empty or too long.
            Exhausted: the `history` costs too much.
        """
        meant = self._corrected(typed, budget)
        turns = [turn for turn in recent(history) if not self.small_talk(turn.question)]
        corrected = [
            replace(turn, question=self._corrected(turn.question, budget) or turn.question)
            for turn in reversed(turns)
        ][::-1]
        index = Counted(self._retriever, budget)
        readings = questions.understand(meant or typed, corrected, article, index)
        if meant is None:
            return readings
        # For "base ball", the articles may also have "base", so the words as typed are searched
        # too.
        own = text.terms(meant)
        parts = (word for word in text.split(typed) if word.term not in own)
        known = tuple((part.text, 1.0) for part in parts if self._retriever.knows(part.term))
        return [
            replace(reading, question=_as_typed(reading.question, typed, known))
            for reading in readings
        ]

    @cached_property
    def short_forms(self) -> ShortForms:
        """The short and long forms in the articles."""
        found, letters = self._index.definitions(), self._index.letters
        return ShortForms(self._index.passages, (), self._retriever.knows, found, letters)

    def _corrected(self, typed: str, budget: Budget) -> str | None:
        """Return a question with misspelt words corrected.

        None if it has none, or if it is too long before or after the correction.
        """
        if len(typed) > questions.MAX_LENGTH:
            return None
        meant = self._speller.correct(typed, budget)
        return meant if meant and len(meant) <= questions.MAX_LENGTH else None

    @cached_property
    def _speller(self) -> Speller:
        facts = self._index.words.facts
        words = as_written(facts.items("written"), facts.of_kind("inside"))
        groups = [group.split() for group in self._settings.synonyms.groups]
        return Speller(words, self._retriever.knows, groups)


def _as_typed(question: Question, typed: str, known: tuple[tuple[str, float], ...]) -> Question:
    """Return a corrected question with the text `typed` and its words that are `known`."""
    return replace(
        question,
        typed=" ".join(typed.split()),
        understood_as=question.understood,
        context=question.context + known,
    )
