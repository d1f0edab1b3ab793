"""Finds short forms in articles ("PTO") and the long forms they stand for ("paid time off").

Articles define them as "paid time off (PTO)" or "PTO (paid time off)". Such definitions are found
by the algorithm of Schwartz and Hearst (2003, "A simple algorithm for identifying abbreviation
definitions in biomedical text"). HTML pages may also define them with `<abbr title>`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from chatbot.language.text import Word, fold, split

Definition = tuple[str, str]
"""A short form and its long form."""

_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,100})[)\]]")
_PARTED = re.compile(r"[.:;!?()\[\]\n]\s|[,;\n]")
_SHORT = re.compile(r"[^\W_](?:[^\W_]|[&.-]){1,9}")

WINDOW = 150
"""How many characters before a bracket may have the long form."""


class Abbreviations:
    """The short forms of a corpus, each with the long form that is defined most often."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        found: dict[str, Counter[Definition]] = {}
        for short, full in definitions:
            if words := split(short):
                found.setdefault(words[0].term, Counter())[short, full] += 1
        chosen = {term: counts.most_common(1)[0][0] for term, counts in found.items()}
        self._full = {term: full for term, (_, full) in chosen.items()}
        self._short: dict[str, list[tuple[list[str], str]]] = {}
        for short, full in chosen.values():
            terms = [word.term for word in split(full)]
            if len(terms) > 1:
                self._short.setdefault(terms[0], []).append((terms, short))

    def exchanged(self, text: str) -> str | None:
        """Return `text` with short and long forms exchanged for each other; None if it has none."""
        words = split(text)
        changed = ""
        end = at = 0
        while at < len(words):
            instead, behind = self._instead(words, at)
            if instead:
                changed += text[end : words[at].start] + instead
                end = words[behind - 1].end
            at = behind
        return changed + text[end:] if end else None

    def _instead(self, words: Sequence[Word], at: int) -> tuple[str | None, int]:
        """Return what replaces the words at `at`, if anything, and the index of the next word."""
        word = words[at]
        term = _singular(word)
        if not word.is_function and term in self._full:
            return self._full[term], at + 1
        for terms, short in self._short.get(word.term, ()):
            if [word.term for word in words[at : at + len(terms)]] == terms:
                return short, at + len(terms)
        return None, at + 1


def _singular(word: Word) -> str:
    """Return the term of a word; for "SLAs" the term of "SLA"."""
    is_several = word.text[-1] == "s" and word.text[:-1].isupper()
    return split(word.text[:-1])[0].term if is_several else word.term


def defined(text: str) -> Iterator[Definition]:
    """Yield the definitions in `text` that use brackets."""
    for match in _IN_BRACKETS.finditer(text):
        inner = match[1].strip()
        before = text[max(0, match.start() - WINDOW) : match.start()].rstrip()
        before = _PARTED.split(before)[-1]
        last = before.rpartition(" ")[2]
        if _is_short(inner) and (full := _long_form(inner, before)):
            yield inner, full
        elif _is_short(last) and _long_form(last, inner) == inner:
            yield last, inner


def _is_short(text: str) -> bool:
    """Return whether `text` looks like a short form: mostly capitals, "PTO", "MoMA"."""
    capitals = sum(character.isupper() or character.isdigit() for character in text)
    return bool(_SHORT.fullmatch(text)) and capitals >= max(2, len(text) / 2) and not text.isdigit()


def _long_form(short: str, before: str) -> str | None:
    """Return the end of `before` that has the letters of `short` in order, the first as an initial.

    None if there is none, or if it has more than twice as many words as letters or over five more.
    """
    letters = [character for character in fold(short) if character.isalnum()]
    folded = before.lower()  # `fold` may change the length, and offsets must hold
    if len(folded) != len(before):
        return None
    at = len(folded)
    for number, letter in reversed(list(enumerate(letters))):
        at = folded.rfind(letter, 0, at)
        while number == 0 and at > 0 and folded[at - 1].isalnum():
            at = folded.rfind(letter, 0, at)
        if at < 0:
            return None
    full = before[at:].strip()
    words = full.split()
    if len(words) < 2 or len(words) > min(len(letters) + 5, 2 * len(letters)) or short in words:
        return None
    return full
