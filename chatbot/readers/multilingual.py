"""The reader for other languages than English: its network reads a hundred languages.

The network (twelve layers, width 384) shares word pieces and their embeddings with the encoder. It
comes in a separate package, `article-chat-multilingual`. English questions about English articles
are read by the network of `neural`, which is better at them and takes half the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import article_chat_multilingual

from chatbot import config
from chatbot.language.english import is_english
from chatbot.readers.candidates import Weights, learnt
from chatbot.readers.network import Network
from chatbot.readers.neural import NeuralReader
from chatbot.retrievers import Retriever
from chatbot.types import Answer, Explanation, Hit, Question

LOOKED_AT = 3
"""The language of the articles is recognised from this many of the best hits."""


class MultilingualReader(NeuralReader):
    """Reads like the neural reader, with the multilingual network and its own weights."""

    name = "multilingual"

    def __init__(
        self, retriever: Retriever, settings: config.ReaderSettings, weights: Weights | None = None
    ) -> None:
        super().__init__(
            retriever, settings, weights or learnt("multilingual"), multilingual_network()
        )


class ByLanguage:
    """Passes each question to the reader for English or to that for other languages."""

    name = NeuralReader.name
    hits = NeuralReader.hits

    def __init__(self, retriever: Retriever, settings: config.ReaderSettings) -> None:
        self._retriever = retriever
        self._english = NeuralReader(retriever, settings)
        self._others = MultilingualReader(retriever, settings)

    def read(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Return the answer from the hits; it abstains if no sentence is likely enough."""
        return self._of(question, hits).read(question, hits)

    def explain(self, question: Question, hits: Sequence[Hit], limit: int) -> list[Explanation]:
        """Return the best `limit` sentences read, with each feature's share of the score."""
        return self._of(question, hits).explain(question, hits, limit)

    def _of(self, question: Question, hits: Sequence[Hit]) -> NeuralReader:
        """Return the reader for a question and its hits.

        The language is recognised from the texts, since the `lang` of a page may be wrong. Several
        passages are used, since one may be short. Words of the question that the articles have do
        not count, since they may be names.
        """
        found = " ".join(hit.passage.text for hit in hits[:LOOKED_AT])
        if is_english(found) and is_english(question.text, self._retriever.knows):
            return self._english
        return self._others


@cache
def multilingual_network() -> Network:
    """Return the network of `article-chat-multilingual`, loaded once."""
    return Network(article_chat_multilingual.FOLDER)
