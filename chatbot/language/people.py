"""Recognises names of people by the words beside them."""

from __future__ import annotations

import re

from chatbot.language.words import NAMED_PERSONS, either

CAPITAL = r"[A-Z][\w’'-]*"
"""A pattern for a capitalised word."""
# Only whole words: a run of capitals is tried once, not again from each letter.
_WHOLE = r"(?<![\w’'-])[A-Z][\w’'-]*+"
# "Baker, 53,", "Baker told", "said Baker", "the painter Hugo Brandt".
_PERSON = re.compile(
    rf"({_WHOLE})(?:, (?:\d\d,|who\b)| (?:said|told|was born|died|married|wrote)\b"
    rf"| \((?:born|\d{{4}}\s?[–-]))"
    rf"|\b(?:said|{either(NAMED_PERSONS)}) (?:{CAPITAL} )*({CAPITAL})"
)


def persons(text: str) -> set[str]:
    """Return the last word of each name in `text` that is surely a person's."""
    return {name for pair in _PERSON.findall(text) for name in pair if name}
