"""Finding: a question in, hits out. One file an engine; `make` builds the one that is asked for.

A score only orders the hits of one search. To `bm25` a passage is a hit if it has at least one of
the question's words, or one alike; to `hybrid` any passage may be, the nearest in sense first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from chatbot import encoder
from chatbot.config import Settings
from chatbot.conversation.memory import Index
from chatbot.errors import SettingsError
from chatbot.index.words import Words
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Hit, Passage, Question

if TYPE_CHECKING:
    from chatbot.encoder.vectors import Vectors

ENGINES = ("auto", "bm25", "hybrid")


class Retriever(Index, Protocol):
    """Finds the passages of one corpus that may answer a question."""

    by_sense: bool
    """Whether it compares sense, once `encode` is done, and not words alone."""

    def search(self, question: Question, limit: int) -> list[Hit]:
        """Return at most `limit` hits, best first, equals in the order of the corpus."""
        ...

    def encode(
        self, vectors: Vectors, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Compare by sense as well from now on, if the engine does; searches go on meanwhile.

        `on_progress` is called with how many passages are encoded and how many there are.
        """
        ...

    def alike(self, term: str) -> Mapping[str, float]:
        """Return the terms that may stand for `term`, each with how alike it is, 0 to 1."""
        ...

    def weights(self, question: Question) -> dict[str, float]:
        """Return the terms that the question is searched by, each with its weight."""
        ...


def make(settings: Settings, passages: Sequence[Passage], words: Words | None = None) -> Retriever:
    """Return the engine that the settings name, for `passages` that are not encoded yet.

    `words` is what is known of them; without that it is learnt now.

    Raises:
        SettingsError: there is no engine of that name, or what it needs is not installed.
        ModelError: the encoder's files are missing or damaged.
    """
    if _engine(settings) == "bm25":
        return Bm25Retriever(passages, settings.retriever, settings.synonyms, words)
    from chatbot.retrievers.hybrid import HybridRetriever

    return HybridRetriever(
        passages, settings.retriever, settings.synonyms, encoder.shipped(), words
    )


def vectors(settings: Settings, folder: Path | None = None) -> Vectors | None:
    """Return where the engine gets the vectors of passages from; None where it needs none.

    They are kept in `folder`, or only as long as the object lives.

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
