"""Learns from passages which words are names, and which pronoun refers to each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from chatbot.language.people import persons
from chatbot.language.text import Word, fold, pairs, split, terms
from chatbot.language.words import FEMININE_PRONOUNS, MASCULINE_PRONOUNS, NEUTER_PRONOUNS
from chatbot.types import Passage, Pronoun

_FORMS: dict[str, Pronoun] = {
    **dict.fromkeys(MASCULINE_PRONOUNS, "he"),
    **dict.fromkeys(FEMININE_PRONOUNS, "she"),
    **dict.fromkeys(NEUTER_PRONOUNS, "it"),
}
_APART = re.compile(r"\([^()\n]*\)|, .*")
_SUBJECT_WITHIN = 7
"""The subject of a sentence is expected within this many words."""


class NameCollector:
    """Collects facts about the names in an article's passages; `facts` returns them."""

    def __init__(self) -> None:
        self._in_titles: set[str] = set()
        self._in_lower_case: set[str] = set()
        self._at_start: set[str] = set()
        self._in_names: set[str] = set()
        self._pronouns: Counter[tuple[Pronoun, str]] = Counter()
        self._people: set[str] = set()
        self._times: Counter[str] = Counter()
        self._times_in: Counter[str] = Counter()
        self._with_noun: set[tuple[str, str]] = set()
        self._whole: set[tuple[str, str]] = set()
        self._titles: set[tuple[str, ...]] = set()

    def note(self, passage: Passage, words: Iterable[Word]) -> set[tuple[str, str]]:
        """Learn from a passage whose text has these `words`.

        Return the names of two words in it, including those in its title and heading.
        """
        self._note_titles(passage)
        self._note_heading(split(passage.heading or ""))
        sentences = _sentences(passage, words)
        self._note_capitals(sentences)
        self._note_pronouns(sentences)
        self._people.update(split(name)[0].term for name in persons(passage.text))
        return self._pairs(passage, sentences)

    def facts(self) -> Iterator[tuple[str, int]]:
        """Yield each fact (a kind and words) and how often it occurs.

        A kind and its words are joined by NUL, which is in no word.
        """
        for kind, known in (
            ("title", self._in_titles),
            ("small", self._in_lower_case),
            ("start", self._at_start),
            ("name", self._in_names),
            ("person", self._people),
        ):
            yield from ((f"{kind}\0{term}", 1) for term in known)
        for kind, counts in (("times", self._times), ("in", self._times_in)):
            yield from ((f"{kind}\0{term}", number) for term, number in counts.items())
        for (pronoun, term), number in self._pronouns.items():
            yield f"{pronoun}\0{term}", number
        for kind, found in (("noun", self._with_noun), ("whole", self._whole)):
            yield from ((f"{kind}\0{one}\0{two}", 1) for one, two in found)
        yield from (("called\0" + "".join(f"{word}\0" for word in t), 1) for t in self._titles)

    def _note_titles(self, passage: Passage) -> None:
        """Remember the title of an article without an addition such as "(film)" or ", Ohio"."""
        for title in (passage.title, *passage.aliases):
            self._in_titles.update(terms(title))
            words = tuple(fold(word.text) for word in split(_APART.sub("", title)))
            if words:
                self._titles.add(words)

    def _note_capitals(self, sentences: Iterable[Sequence[Word]]) -> None:
        """Remember which words are in lower case, begin a sentence, or are names or places."""
        for words in sentences:
            before, was_capital = None, False
            for word in words:
                is_capital = word.text[0].isupper()
                if not is_capital:
                    self._in_lower_case.add(word.term)
                elif before is None:
                    self._at_start.add(word.term)
                else:
                    self._in_names.add(word.term)
                    if was_capital:
                        self._in_names.add(before.term)
                if is_capital:
                    self._times[word.term] += 1
                    if before is not None and fold(before.text) == "in":
                        self._times_in[word.term] += 1
                if before and was_capital and not word.is_function:
                    self._with_noun.add((fold(before.text), fold(word.text)))
                before, was_capital = word, is_capital

    def _pairs(self, passage: Passage, sentences: Iterable[Sequence[Word]]) -> set[tuple[str, str]]:
        """Return which names of two words are in a passage, its title or its heading."""
        found = {
            pair
            for line in (passage.title, passage.heading or "")
            for pair in pairs(line, split(line))
        }
        for words in sentences:
            behind = pairs(passage.text, words[1:])
            self._whole.update(behind)
            found.update(behind, pairs(passage.text, words[:2]))
        return found

    def _note_heading(self, words: Iterable[Word]) -> None:
        """Remember the capitals of a heading, which do not show that a word is a name."""
        for word in words:
            found = self._at_start if word.text[0].isupper() else self._in_lower_case
            found.add(word.term)

    def _note_pronouns(self, sentences: Iterable[Sequence[Word]]) -> None:
        """Count the first pronoun after each name that begins a sentence.

        Pronouns that begin one of the next sentences also count, since they mostly refer to the
        subject of the sentence before (Grosz, Joshi and Weinstein 1995, "Centering"). "It" in the
        same sentence does not count, since it mostly refers to something else: "Baker called it a
        day" (Chomsky 1981, binding).
        """
        subject: list[str] = []
        for words in sentences:
            forms = [_FORMS.get(word.term) if word.is_function else None for word in words]
            begins = range(min(len(words), _SUBJECT_WITHIN))
            at = next((i for i in begins if forms[i] or _is_of_name(words[i])), None)
            if at is None:
                subject = []
                continue
            is_own = not forms[at]
            if is_own:
                behind = next((i for i in range(at, len(words)) if not _is_of_name(words[i])), None)
                subject = [word.term for word in words[at:behind]]
            told = zip(words[at:], forms[at:], strict=True)
            others = (f for word, f in told if f and not (is_own and word.term == "it"))
            pronoun = next(others, None)
            if pronoun:
                for term in subject:
                    self._pronouns[pronoun, term] += 1


def _is_of_name(word: Word) -> bool:
    return word.text[0].isupper() and not word.is_function


def _sentences(passage: Passage, words: Iterable[Word]) -> list[list[Word]]:
    """Return the words of each sentence of `passage`."""
    starts = [start - passage.start for start, _ in passage.sentences]
    sentences: list[list[Word]] = [[] for _ in starts] or [[]]
    for word in words:
        sentences[max(bisect_right(starts, word.start) - 1, 0)].append(word)
    return sentences
