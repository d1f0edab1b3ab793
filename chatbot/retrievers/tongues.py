"""Recognises the language of a question, among the languages of the corpus.

A site may have the same text in several languages. How often words occur in the passages of each
language decides (naive Bayes over the words of the question), so no word lists are needed. In a
corpus of one language, nothing is done.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.index.analysis import primary
from chatbot.index.words import Facts
from chatbot.language import text

WORTH = 0.15
"""How much the score of a passage in another language is reduced: 0.15 is 15 %."""
SURE = 3.0
"""How much likelier the best language must be than the next one, as a natural logarithm."""


class Tongues:
    """Recognises languages by how often each word occurs in the passages of each language."""

    def __init__(self, facts: Facts, langs: Sequence[str]) -> None:
        """Take the `Words` learnt from the passages, and the language of each passage (BCP 47)."""
        self._facts = facts
        self._sizes = dict(facts.items("tongues"))
        self._of = np.array([primary(lang) for lang in langs])

    def asked_in(self, question: str) -> str | None:
        """Return the language of the corpus that `question` is in; None if it is not certain."""
        if len(self._sizes) < 2:
            return None
        words = [text.fold(word.text) for word in text.split(question)]
        likely = {
            tongue: sum(
                math.log((self._facts.count("tongue", f"{tongue}\0{word}") + 0.5) / (size + 1))
                for word in words
            )
            for tongue, size in self._sizes.items()
        }
        best, second, *_ = sorted(likely.values(), reverse=True)
        return max(likely, key=likely.__getitem__) if best - second >= SURE else None

    def factors(self, question: str) -> NDArray[np.float64] | float:
        """Return the factor for each passage's score, shape (passages,), or 1 for all."""
        asked = self.asked_in(question)
        if asked is None:
            return 1.0
        return np.where(self._of == asked, 1.0, 1.0 - WORTH)
