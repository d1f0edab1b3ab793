"""In which of the corpus's languages a question is asked, as far as its words tell.

A site may say one thing in several languages. The passages of each show how often its words come
(naive Bayes over the words of the question); no list of words is needed. In a corpus of one
language there is nothing to tell.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.language import text
from chatbot.types import Passage

WORTH = 0.15
"""How much less a passage in another language scores than one in the question's, as a part."""
SURE = 3.0
"""The logarithm of how much likelier one language must be than the next to be taken for it."""


class Tongues:
    """How often each word comes in the passages of each language."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._of: list[str] = []

    def note(self, passage: Passage, words: Sequence[text.Word]) -> None:
        """Count the words of the corpus's next passage."""
        tongue = passage.lang.split("-")[0].lower()
        self._of.append(tongue)
        self._counts.setdefault(tongue, Counter()).update(text.fold(word.text) for word in words)

    def asked_in(self, question: str) -> str | None:
        """Return the language of `question` among those of the corpus; None where unsure."""
        if len(self._counts) < 2:
            return None
        words = [text.fold(word.text) for word in text.split(question)]
        likely = {
            tongue: sum(math.log((counts[word] + 0.5) / (counts.total() + 1)) for word in words)
            for tongue, counts in self._counts.items()
        }
        best, second, *_ = sorted(likely.values(), reverse=True)
        return max(likely, key=likely.__getitem__) if best - second >= SURE else None

    def factors(self, question: str) -> NDArray[np.float64] | float:
        """Return what each passage's score is multiplied by, shape (passages,), or 1 for all."""
        asked = self.asked_in(question)
        if asked is None:
            return 1.0
        return np.where(np.array(self._of) == asked, 1.0, 1.0 - WORTH)
