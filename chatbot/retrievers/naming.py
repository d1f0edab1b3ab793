"""Says which words of a corpus are names, and which pronoun refers to each."""

from __future__ import annotations

from collections.abc import Iterable

from chatbot.index.names import NameCollector
from chatbot.index.words import Facts
from chatbot.language.text import fold, split, terms
from chatbot.types import Passage, Pronoun

_PRONOUNS: tuple[Pronoun, ...] = ("he", "she", "it")
_AT_LEAST = 2
_MOST = 0.6
"""A pronoun belongs to a name if at least this share of the pronouns after the name are this one.

It must also follow the name at least `_AT_LEAST` times.
"""
_WHERE = 0.25
"""A name is a place if at least this share of its occurrences follow "in"."""


class Naming:
    """What the passages of a corpus show about names."""

    def __init__(self, passages: Iterable[Passage] = (), facts: Facts | None = None) -> None:
        """Take the passages, or the `Words` learnt from them."""
        if facts is None:
            names = NameCollector()
            for passage in passages:
                names.note(passage, split(passage.text))
            facts = Facts.of(dict(names.facts()))
        self._facts = facts

    def is_name(self, term: str) -> bool:
        """Return whether `term` is a name: never in lower case, and also inside sentences."""
        if self._facts.count("small", term):
            return False
        is_of_title = self._facts.count("title", term) and not self._facts.count("start", term)
        return bool(is_of_title or self._facts.count("name", term))

    def is_common(self, term: str) -> bool:
        """Return whether `term` is also written in lower case."""
        return self._facts.count("small", term) > 0

    def is_whole(self, one: str, two: str) -> bool:
        """Return whether the two terms occur together, both with a capital: "Bridge Street".

        They must do so at least once inside a sentence.
        """
        return self._facts.count("whole", f"{one}\0{two}") > 0

    def titles(self, question: str) -> list[tuple[int, int]]:
        """Return `(start, end)` of each title or alias of an article that is in `question`."""
        words = split(question)
        folded = [fold(word.text) for word in words]
        found = []
        for first in range(len(words)):
            title = ""
            for last in range(first, len(words)):
                title += f"{folded[last]}\0"
                if self._facts.count("called", title):
                    found.append((words[first].start, words[last].end))
                if not self._facts.any_begins("called", title):
                    break
        return found

    def is_place(self, name: str) -> bool:
        """Return whether "in" often stands before `name`."""
        first = next(iter(terms(name)), "")
        times = self._facts.count("times", first)
        return self._facts.count("in", first) >= max(1, _WHERE * times)

    def has_noun(self, name: str, noun: str) -> bool:
        """Return whether `noun` follows the word `name` somewhere: "Ulm region"."""
        return self._facts.count("noun", f"{fold(name)}\0{fold(noun)}") > 0

    def pronoun(self, name: str) -> Pronoun | None:
        """Return the pronoun that follows `name` where it begins a sentence: "Baker … he".

        "who" means a person of unknown gender, None that nothing is known.
        """
        called = terms(name)
        counts = {
            pronoun: max((self._facts.count(pronoun, term) for term in called), default=0)
            for pronoun in _PRONOUNS
        }
        enough = max(_AT_LEAST, _MOST * sum(counts.values()))
        most = max(counts, key=counts.__getitem__)
        if counts[most] >= enough:
            return most
        is_shown = bool(called) and self._facts.count("person", called[-1]) > 0
        return "who" if is_shown or counts["he"] + counts["she"] >= enough else None

    def gender(self, name: str) -> Pronoun | None:
        """Return "he" or "she" if only that one follows `name` where it begins a sentence.

        One occurrence is enough here, so it may be wrong: "he" may be somebody else.
        """
        told: list[Pronoun] = [
            pronoun
            for pronoun in _PRONOUNS[:2]
            if any(self._facts.count(pronoun, term) for term in terms(name))
        ]
        return told[0] if len(told) == 1 else None
