"""Finding: a question in, hits out. One file an engine; `make` builds the one that is asked for.

A score only orders the hits of one search. Whether a passage is a hit at all is asked of its
words: it has at least one that the question has, or one alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from chatbot.config import Settings
from chatbot.conversation.memory import Index
from chatbot.errors import SettingsError
from chatbot.types import Hit, Passage, Question

ENGINES = ("bm25",)


class Retriever(Index, Protocol):
    """Finds the passages of one corpus that share words with a question."""

    def search(self, question: Question, limit: int) -> list[Hit]:
        """Return at most `limit` hits, best first, equals in the order of the corpus."""
        ...

    def alike(self, term: str) -> Mapping[str, float]:
        """Return the terms that may stand for `term`, each with how alike it is, 0 to 1."""
        ...

    def weights(self, question: Question) -> dict[str, float]:
        """Return the terms that the question is searched by, each with its weight."""
        ...


def make(settings: Settings, passages: Sequence[Passage]) -> Retriever:
    """Return the engine that the settings name, with `passages` indexed.

    Raises:
        SettingsError: there is no engine of that name; the message lists those there are.
    """
    engine = settings.retriever.engine
    if engine == "bm25":
        from chatbot.retrievers.bm25 import Bm25Retriever

        return Bm25Retriever(passages, settings.retriever, settings.synonyms)
    raise SettingsError(f"retriever.engine: no engine {engine!r}; known are: {', '.join(ENGINES)}")
