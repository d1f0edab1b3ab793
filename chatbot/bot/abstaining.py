"""Completes an answer without a quote: adds the reason, and the words that no article has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from chatbot.config import MessageSettings
from chatbot.conversation import questions
from chatbot.index import Index
from chatbot.language import codes, text
from chatbot.language.codes import Code
from chatbot.retrievers import Retriever
from chatbot.types import Answer, Passage, Question


class Abstaining:
    """Says why a question has no answer, using the words and codes in an index."""

    def __init__(self, messages: MessageSettings, index: Index, retriever: Retriever) -> None:
        self._messages = messages
        self._index = index
        self._retriever = retriever

    def complete(self, answer: Answer, related: Sequence[Passage] = ()) -> Answer:
        """Return an answer without a quote, with its reason, message and unknown words.

        The `related` passages are shown instead of a quote.
        """
        answer = replace(answer, related=tuple(related))
        if answer.reason == "empty_corpus":
            return replace(answer, message=self._messages.empty_corpus)
        if answer.reason == "low_confidence" and not self._shares_a_word(answer.question):
            answer = replace(answer, reason="no_match")
        if questions.is_open(answer.question):
            answer = replace(answer, reason="ambiguous", message=self._messages.ambiguous)
        else:
            answer = replace(answer, message=self._messages.abstained)
        return replace(answer, unknown_words=self._unknown_words(answer.question))

    def unknown_codes(self, question: Question) -> list[Code]:
        """Return the versions, years and codes in `question` that no article has."""
        named = [code for code in codes.named(question.text) if code.is_sure]
        return [code for code in named if not self._codes.has(code)] if named else []

    def _shares_a_word(self, question: Question) -> bool:
        """Return whether any passage has a word of the question, or one of similar meaning."""
        terms = self._retriever.weights(question)
        return any(self._retriever.knows(term) or self._retriever.alike(term) for term in terms)

    def _unknown_words(self, question: Question) -> tuple[str, ...]:
        """Return the visitor's words that no article has, as typed, each once."""
        codes = self.unknown_codes(question)
        unknown = {code.start: code.text for code in codes}
        for word in text.split(question.text):
            is_part = any(code.start <= word.start < code.end for code in codes)
            if not (is_part or word.is_function or self._retriever.knows(word.term)):
                unknown[word.start] = word.text
        return tuple(dict.fromkeys(unknown[start] for start in sorted(unknown)))

    @cached_property
    def _codes(self) -> codes.Held:
        """The codes in the articles."""
        facts = self._index.words.facts
        ranges = (words.split("\0") for words, _ in facts.items("range"))
        numbers = frozenset((int(first), int(last)) for first, last in ranges)
        return codes.Held(facts.of_kind("code"), numbers)
