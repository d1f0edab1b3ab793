"""Says whether a text is in English, by how many of its words are common English ones.

On the articles of XQuAD, at least 76 % of the words of an English passage are among the 20,000
common English terms, and at most 60 % of a Spanish and 49 % of a German one. Questions are short:
if words that the articles have are not counted, 99 % of the English ones have at least 81 %, 95 %
of the Spanish ones at most 67 %, and 98 % of the German ones too.
"""

from __future__ import annotations

from collections.abc import Callable

from chatbot.language import text
from chatbot.language.likeness import shipped

LEAST = 0.68
"""The share of common terms from which on a text is taken for English."""
FEWEST = 3
"""A text of fewer words says too little; it is taken for English if its letters are."""


def is_english(content: str, is_name: Callable[[str], bool] | None = None) -> bool:
    """Return whether `content` is in English.

    `is_name` says which terms do not count if they are not common English ones, since they may be
    names that a text in any language has.
    """
    common = shipped()[0]
    terms = [word.term for word in text.split(content)]
    if len(terms) < FEWEST and content.isascii():
        return True
    known = sum(term in common for term in terms)
    other = sum(term not in common and not (is_name and is_name(term)) for term in terms)
    return known >= LEAST * (known + other)
