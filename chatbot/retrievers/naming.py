"""How a corpus writes its words: which are names, and which pronoun goes on with each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from chatbot.language.people import persons
from chatbot.language.text import Word, fold, pairs, split, terms
from chatbot.types import Passage, Pronoun

_FORMS: dict[str, Pronoun] = {
    "he": "he", "him": "he", "his": "he", "himself": "he",
    "she": "she", "her": "she", "hers": "she", "herself": "she",
    "it": "it", "its": "it", "itself": "it",
}  # fmt: skip
_APART = re.compile(r"\([^()\n]*\)|, .*")
_SUBJECT_WITHIN = 7
"""The subject of a sentence is looked for among so many of its words."""
_AT_LEAST = 2
_MOST = 0.6
"""A pronoun is a name's if it went on with it so often, and so large a share of all times."""
_WHERE = 0.25
"""A name is a place if so large a share of its times stands behind "in"."""


class Naming:
    """What the passages of a corpus tell of its names."""

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._in_titles: set[str] = set()
        self._in_lower_case: set[str] = set()
        self._at_start: set[str] = set()
        self._in_names: set[str] = set()
        self._pronouns: dict[str, Counter[Pronoun]] = {}
        self._people: set[str] = set()
        self._times: Counter[str] = Counter()
        self._times_in: Counter[str] = Counter()
        self._with_noun: set[tuple[str, str]] = set()
        self._whole: set[tuple[str, str]] = set()
        self._with_pair: dict[tuple[str, str], list[int]] = {}
        self._titles: dict[str, set[tuple[str, ...]]] = {}
        for place, passage in enumerate(passages):
            self.note(place, passage, split(passage.text))

    def note(self, place: int, passage: Passage, words: Iterable[Word]) -> None:
        """Learn from the passage at `place`, the text of which has these `words`."""
        self._note_titles(passage)
        self._note_heading(split(passage.heading or ""))
        sentences = _sentences(passage, words)
        self._note_capitals(sentences)
        self._note_pairs(place, passage, sentences)
        self._note_pronouns(sentences)
        self._people.update(split(name)[0].term for name in persons(passage.text))

    def is_name(self, term: str) -> bool:
        """Tell whether some passage has `term`, and as a name: never in lower case.

        Nor with a capital for a sentence's sake alone.
        """
        is_of_title = term in self._in_titles and term not in self._at_start
        return (term in self._in_names or is_of_title) and term not in self._in_lower_case

    def is_common(self, term: str) -> bool:
        """Tell whether `term` is also written in lower case."""
        return term in self._in_lower_case

    def is_whole(self, one: str, two: str) -> bool:
        """Tell whether the two terms stand side by side in a sentence, and not only as its first.

        Both with a capital: "Bridge Street".
        """
        return (one, two) in self._whole

    def with_pair(self, pair: tuple[str, str]) -> Sequence[int]:
        """Return the places of the passages that have two terms as a name, headings included."""
        return self._with_pair.get(pair, [])

    def titles(self, question: str) -> list[tuple[int, int]]:
        """Return `(start, end)` of what articles are called, wherever `question` has it in full."""
        words = split(question)
        folded = tuple(fold(word.text) for word in words)
        return [
            (words[i].start, words[i + len(title) - 1].end)
            for i, word in enumerate(folded)
            for title in self._titles.get(word, ())
            if folded[i : i + len(title)] == title
        ]

    def is_place(self, name: str) -> bool:
        """Tell whether something is often said to be in `name`."""
        first = next(iter(terms(name)), "")
        return self._times_in[first] >= max(1, _WHERE * self._times[first])

    def has_noun(self, name: str, noun: str) -> bool:
        """Tell whether `noun` stands behind the word `name` somewhere: "Ulm region"."""
        return (fold(name), fold(noun)) in self._with_noun

    def pronoun(self, name: str) -> Pronoun | None:
        """Return what sentences go on with that begin with `name`: "Baker … he".

        "Who" where they only tell that it is a person, None where they tell nothing.
        """
        counts: Counter[Pronoun] = Counter()
        called = terms(name)
        for term in called:
            counts |= self._pronouns.get(term, Counter())
        enough = max(_AT_LEAST, _MOST * counts.total())
        most, times = next(iter(counts.most_common(1)), (None, 0))
        if times >= enough:
            return most
        is_shown = bool(called) and called[-1] in self._people
        return "who" if is_shown or counts["he"] + counts["she"] >= enough else None

    def gender(self, name: str) -> Pronoun | None:
        """Return "he" or "she" if sentences that begin with `name` never go on with the other.

        Once is enough here, so it may be chance: somebody else may have been "he".
        """
        seen = {pronoun for term in terms(name) for pronoun in self._pronouns.get(term, ())}
        told = seen & {"he", "she"}
        return next(iter(told)) if len(told) == 1 else None

    def _note_titles(self, passage: Passage) -> None:
        """Remember what an article is called, without what tells it from others of that name."""
        for title in (passage.title, *passage.aliases):
            self._in_titles.update(terms(title))
            words = tuple(fold(word.text) for word in split(_APART.sub("", title)))
            if words:
                self._titles.setdefault(words[0], set()).add(words)

    def _note_capitals(self, sentences: Iterable[Sequence[Word]]) -> None:
        """Remember which words are in lower case, which begin a sentence, a name or a place."""
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

    def _note_pairs(
        self, place: int, passage: Passage, sentences: Iterable[Sequence[Word]]
    ) -> None:
        """Remember which names of two words are in a passage, its title or its heading."""
        found = {
            pair
            for line in (passage.title, passage.heading or "")
            for pair in pairs(line, split(line))
        }
        for words in sentences:
            behind = pairs(passage.text, words[1:])
            self._whole.update(behind)
            found.update(behind, pairs(passage.text, words[:2]))
        for pair in found:
            self._with_pair.setdefault(pair, []).append(place)

    def _note_heading(self, words: Iterable[Word]) -> None:
        """Remember that the capitals of a heading are there for its own sake."""
        for word in words:
            found = self._at_start if word.text[0].isupper() else self._in_lower_case
            found.add(word.term)

    def _note_pronouns(self, sentences: Iterable[Sequence[Word]]) -> None:
        """Count for each name with which a sentence begins the first pronoun behind it.

        Also in the sentences after it that begin with a pronoun: most often that is the subject of
        before (Grosz, Joshi and Weinstein 1995, "Centering"). In its own sentence "it" is mostly
        something else: "Baker called it a day" (Chomsky 1981, binding).
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
                    self._pronouns.setdefault(term, Counter())[pronoun] += 1


def _is_of_name(word: Word) -> bool:
    return word.text[0].isupper() and not word.is_function


def _sentences(passage: Passage, words: Iterable[Word]) -> list[list[Word]]:
    """Return the words of each sentence of `passage`."""
    starts = [start - passage.start for start, _ in passage.sentences]
    sentences: list[list[Word]] = [[] for _ in starts] or [[]]
    for word in words:
        sentences[max(bisect_right(starts, word.start) - 1, 0)].append(word)
    return sentences
