"""How a corpus writes its words: which are names, and which pronoun goes on with each."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from chatbot.language.text import Word, fold, split
from chatbot.types import Passage, Pronoun

_FORMS: dict[str, Pronoun] = {
    "he": "he", "him": "he", "his": "he", "himself": "he",
    "she": "she", "her": "she", "hers": "she", "herself": "she",
    "it": "it", "its": "it", "itself": "it",
}  # fmt: skip
_SUBJECT_WITHIN = 7
"""The subject of a sentence is looked for among so many of its words."""
_AT_LEAST = 2
_MOST = 0.6
"""A pronoun is a name's if it went on with it so often, and so large a share of all times."""


class Naming:
    """What the passages of a corpus tell of its names."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._in_lower_case: set[str] = set()
        self._at_start: set[str] = set()
        self._in_names: set[str] = set()
        self._pronouns: dict[str, Counter[Pronoun]] = {}
        self._titles: set[str] = set()
        for passage in passages:
            self._titles.update(map(fold, (passage.title, *passage.aliases)))
            sentences = _sentences(passage)
            self._note_capitals(sentences)
            self._note_pronouns(sentences)

    def is_name(self, term: str) -> bool:
        """Tell whether `term`, which some passage has, is a name: never in lower case.

        Nor with a capital for a sentence's sake alone.
        """
        tells = term in self._in_names or term not in self._at_start
        return tells and term not in self._in_lower_case

    def is_title(self, name: str) -> bool:
        """Tell whether an article is called `name`."""
        return fold(name) in self._titles

    def pronoun(self, name: Iterable[str]) -> Pronoun | None:
        """Return what sentences go on with that begin with `name`, as terms: "Baker … he".

        None where they do not tell.
        """
        counts: Counter[Pronoun] = Counter()
        for term in name:
            counts.update(self._pronouns.get(term, {}))
        most, times = next(iter(counts.most_common(1)), (None, 0))
        return most if times >= max(_AT_LEAST, _MOST * counts.total()) else None

    def _note_capitals(self, sentences: Iterable[Sequence[Word]]) -> None:
        """Remember which words are in lower case, which begin a sentence or a name."""
        for words in sentences:
            before = None
            for word in words:
                if not word.text[0].isupper():
                    self._in_lower_case.add(word.term)
                elif before is None:
                    self._at_start.add(word.term)
                else:
                    self._in_names.add(word.term)
                    if before.text[0].isupper():
                        self._in_names.add(before.term)
                before = word

    def _note_pronouns(self, sentences: Iterable[Sequence[Word]]) -> None:
        """Count for each name with which a sentence begins the first pronoun behind it.

        Also in the sentences after it that begin with a pronoun: most often that is the subject of
        before (Grosz, Joshi and Weinstein 1995, "Centering").
        """
        subject: list[str] = []
        for words in sentences:
            forms = [_FORMS.get(fold(word.text)) for word in words]
            begins = range(min(len(words), _SUBJECT_WITHIN))
            at = next((i for i in begins if forms[i] or _is_of_name(words[i])), None)
            if at is None:
                subject = []
            elif not forms[at]:
                behind = next((i for i in range(at, len(words)) if not _is_of_name(words[i])), None)
                subject = [word.term for word in words[at:behind]]
            pronoun = next((form for form in forms[at or 0 :] if form), None)
            if pronoun:
                for term in subject:
                    self._pronouns.setdefault(term, Counter())[pronoun] += 1


def _is_of_name(word: Word) -> bool:
    return word.text[0].isupper() and not word.is_function


def _sentences(passage: Passage) -> list[list[Word]]:
    """Return the words of each sentence of `passage`."""
    starts = [start - passage.start for start, _ in passage.sentences]
    sentences: list[list[Word]] = [[] for _ in starts] or [[]]
    for word in split(passage.text):
        sentences[max(bisect_right(starts, word.start) - 1, 0)].append(word)
    return sentences
