"""Readers turn a question and its hits into an answer. Each has its own module; `make` builds one.

A reader's confidence is a probability, calibrated on questions that it was not trained on. Below
its threshold, a reader abstains.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Protocol

from chatbot.config import Settings
from chatbot.errors import SettingsError
from chatbot.retrievers import Retriever
from chatbot.types import Answer, Explanation, Hit, Question

READERS = ("auto", "sentence", "neural", "deep")
NEEDS = {
    "neural": ("onnxruntime", "tokenizers"),
    "multilingual": ("onnxruntime", "sentencepiece", "article_chat_multilingual"),
    "deep": ("onnxruntime", "tokenizers", "article_chat_deep"),
}
"""The further packages that each reader needs."""
EXTRAS = {"neural": "article-chat[neural]", "deep": "article-chat[neural] article-chat-deep"}
"""What to install for each reader."""


class Reader(Protocol):
    """Chooses the sentence that answers, or abstains."""

    name: str
    hits: int
    """How many hits it needs."""

    def read(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Return the answer from `hits`, best first; it abstains if no sentence is likely."""
        ...

    def explain(self, question: Question, hits: Sequence[Hit], limit: int) -> list[Explanation]:
        """Return the sentences considered, best first, with what each feature adds to the score."""
        ...


def make(settings: Settings, retriever: Retriever) -> Reader:
    """Return the reader that the settings name; "auto" is the best one that is installed.

    Raises:
        SettingsError: there is no reader of that name, or a package that it needs is missing.
    """
    name = settings.reader.engine
    if name not in READERS:
        raise SettingsError(f"reader.engine: no reader {name!r}; known are: {', '.join(READERS)}")
    if name == "auto":
        name = next((name for name in ("deep", "neural") if not _missing(name)), "sentence")
    if missing := _missing(name):
        raise SettingsError(
            f"reader.engine {name}: not installed: {', '.join(missing)}; "
            f'they come with "pip install {EXTRAS[name]}"'
        )
    if name == "deep":
        from chatbot.readers.deep import DeepReader

        return DeepReader(retriever, settings.reader)
    if name == "neural" and not _missing("multilingual"):
        from chatbot.readers.multilingual import ByLanguage

        return ByLanguage(retriever, settings.reader)
    if name == "neural":
        from chatbot.readers.neural import NeuralReader

        return NeuralReader(retriever, settings.reader)
    from chatbot.readers.sentence import SentenceReader

    return SentenceReader(retriever, settings.reader)


def _missing(name: str) -> list[str]:
    """Return the packages that a reader needs and that are not installed."""
    return [package for package in NEEDS.get(name, ()) if not find_spec(package)]
