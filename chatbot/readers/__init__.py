"""Reading: a question and its hits in, an answer out. One file a reader; `make` builds one.

A reader's confidence is a probability, calibrated on questions it did not learn from, and the
threshold below which it abstains belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Protocol

from chatbot.config import Settings
from chatbot.errors import SettingsError
from chatbot.retrievers import Retriever
from chatbot.types import Answer, Explanation, Hit, Question

READERS = ("auto", "sentence", "neural")
NEURAL_PACKAGES = ("onnxruntime", "tokenizers")


class Reader(Protocol):
    """Chooses the sentence that answers, or abstains."""

    name: str
    hits: int
    """How many hits it wants to read."""

    def read(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Return the answer that the hits give, best hit first; abstained when none is likely."""
        ...

    def explain(self, question: Question, hits: Sequence[Hit], limit: int) -> list[Explanation]:
        """Return the sentences considered, best first, with what spoke for and against each."""
        ...


def make(settings: Settings, retriever: Retriever) -> Reader:
    """Return the reader that the settings name; "auto" is neural where its packages are installed.

    Raises:
        SettingsError: there is no reader of that name, or what it needs is not installed.
    """
    name = settings.reader.engine
    missing = [package for package in NEURAL_PACKAGES if not find_spec(package)]
    if name == "sentence" or (name == "auto" and missing):
        from chatbot.readers.sentence import SentenceReader

        return SentenceReader(retriever, settings.reader)
    if name == "neural" and missing:
        raise SettingsError(
            f"reader.engine neural: not installed: {', '.join(missing)}; "
            'they come with "pip install article-chat[neural]"'
        )
    if name in ("neural", "auto"):
        from chatbot.readers.neural import NeuralReader

        return NeuralReader(retriever, settings.reader)
    raise SettingsError(f"reader.engine: no reader {name!r}; known are: {', '.join(READERS)}")
