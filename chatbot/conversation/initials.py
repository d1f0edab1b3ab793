"""Guesses what an unknown acronym stands for: a phrase in the articles with these initials."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from chatbot.language.dictionary import is_english_word
from chatbot.language.text import fold, split
from chatbot.language.words import FUNCTION_WORDS
from chatbot.types import Passage

_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"\d[^\W\d_]{2,4}|[^\W\d_]{3,6}")
_SIDE_BY_SIDE = (" ", "-")
_APART = "\n"

MOST_PLACES = 200
"""For one acronym, at most this many places in the articles are tried."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The first letter of each word, line by line: titles and headings, then passages."""

    above: Sequence[str]
    """The titles and headings, without repetitions, in order."""
    joined: str
    """The letters of all lines, as `initials` returns them."""
    starts: Sequence[int]
    """Where the letters of each line begin."""


class Initials:
    """Looks up acronyms among the first letters of all words of a corpus.

    `knows` returns whether any passage has a term.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        knows: Callable[[str], bool],
        letters: Letters | None = None,
    ) -> None:
        """Take the passages and, if they were computed before, their letters."""
        self._passages = passages
        self._knows = knows
        found = letters or letters_of(passages)
        self._above = found.above
        self._letters = found.joined
        self._starts = found.starts

    def in_full(self, text: str) -> str | None:
        """Return `text` with its first unknown acronym written out.

        None if it has no unknown acronym, or if no phrase has these initials.
        """
        for word in split(text):
            acronym = word.text.removesuffix("s") if word.text[:-1].isupper() else word.text
            folded = fold(acronym)
            is_word = self._knows(word.term) or (word.text.islower() and is_english_word(folded))
            if is_word or word.is_function or not _ACRONYM.fullmatch(acronym):
                continue
            if full := self._full(folded):
                return text[: word.start] + full + text[word.end :]
        return None

    def _full(self, acronym: str) -> str | None:
        """Return the most frequent phrase with these initials; None if two are equally frequent.

        A phrase with a function word, such as "of", may have them by chance, so it must be found
        twice, or in a title or heading.
        """
        counts: Counter[str] = Counter()
        written: dict[str, str] = {}
        for phrase, is_above in self._phrases(acronym):
            folded = fold(phrase)
            counts[folded] += 2 if is_above else 1
            written.setdefault(folded, phrase)
        for phrase in list(counts):
            small = [word in FUNCTION_WORDS for word in phrase.split()]  # not the "on" of "sign-on"
            if small[0] or sum(small) > 1 or (any(small) and counts[phrase] < 2):
                del counts[phrase]
        (most, times), (_, next_times) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
        return written[most] if times > next_times else None

    def _phrases(self, acronym: str) -> Iterator[tuple[str, bool]]:
        """Yield `(phrase, is_above)` for these initials; titles and headings are above passages.

        A digit matches any word before a hyphen: "2FA" is "two-factor authentication".
        """
        is_counted = acronym[0].isdigit()
        letters = acronym[is_counted:]
        at = -1
        for _ in range(MOST_PLACES):
            at = self._letters.find(letters, at + 1)
            if at < 0:
                return
            number = bisect_right(self._starts, at) - 1
            line = self._line(number)
            first = at - self._starts[number]
            words = list(_words(line))[: first + len(letters)]
            start, end = words[first][0], words[-1][1]
            if is_counted:
                before = words[first - 1] if first else None
                if before is None or line[before[1] : start] != "-":
                    continue
                start = before[0]
            yield line[start:end], number < len(self._above)

    def _line(self, number: int) -> str:
        """Return the line with this number: titles and headings first, then passages."""
        if number < len(self._above):
            return self._above[number]
        return self._passages[number - len(self._above)].text


def letters_of(passages: Sequence[Passage]) -> Letters:
    """Return the first letters in passages, their titles and their headings."""
    above = sorted({line for p in passages for line in (p.title, p.heading) if line})
    each = [initials(line) for line in (*above, *(passage.text for passage in passages))]
    starts = [0, *accumulate(map(len, each))]
    return Letters(above, "".join(each), starts[:-1])


def _words(line: str) -> Iterator[tuple[int, int]]:
    """Yield `(start, end)` of each word of `line`; signs between words give an empty span."""
    end = 0
    for match in _WORD.finditer(line):
        if end and line[end : match.start()] not in _SIDE_BY_SIDE:
            yield end, end
        yield match.span()
        end = match.end()


def initials(line: str) -> str:
    """Return the first letter of each word of `line`; signs between words give `_APART`."""
    return "".join(line[s].lower()[0] if s < e else _APART for s, e in _words(line)) + _APART
