"""Finds codes: versions, years, error codes, part numbers, and names such as "C#".

A word may have a synonym and an amount may be rounded, but another code means something else. So a
passage without the code in the question does not answer it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from chatbot.language import forms, kinds, text
from chatbot.language.text import Word, fold, split
from chatbot.language.words import FINITE_AUXILIARIES, FUNCTION_WORDS, either
from chatbot.types import Passage

_YEAR = re.compile(rf"(?<![\d–-]){forms.YEAR}(?![\d'’s])")
# Letters with digits: "MP3", "E-104", "v2.10"; in a passage also with a space, "E 104".
_NAME = re.compile(r"(?<![^\W_])([^\W\d_]+)([‐‑-]?)\d[^\W_]*(?:[.‐‑-]\d[^\W_]*)*")
_APART = re.compile(r"(?<![^\W_])([^\W\d_]+) (\d[^\W_]*)")
_NUMERAL = re.compile(r"(?<=[^\W_] )[ivx]{2,6}(?![^\W_])")
_ROMAN = {
    "x" * tens + ones: 10 * tens + number
    for tens in range(4)
    for number, ones in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
}
"""Roman numerals with their values: "Phase II" is phase 2."""
_SIGNED = re.compile(r"(?<![^\W_])[^\W\d_]{1,3}[+#]{1,2}|(?<!\w)\.[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_RANGE = re.compile(r"(?<!\d)(?<!\d\.)(\d{1,9}) ?(?:[–-]|to) ?(\d{1,9})(?!\.?\d)")
_DATE = re.compile(r"\d\d?\.\d\d?\.\d\d(?:\d\d)?")
_TIME = re.compile(r"(?:[01]?\d|2[0-4])\.[0-5]\d")
_COUNTED = re.compile(r"..?|.+[^sui]s")
"""A pattern for plurals and units: a number before one of these is an amount."""
_IS = re.compile(either(FINITE_AUXILIARIES))

LEAST = 3
"""A number with at least this many digits can be a name by itself: "What does 403 mean?"."""
MOST_PARTS = 6
"""A number with more parts than this is not a version."""
LONGEST_RANGE = 1_000
"""Two numbers further apart than this are not a range (they may be a telephone number)."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code in a question, `question[start:end] == text`."""

    text: str
    start: int
    end: int
    key: str
    """The form used to compare codes: lower-case letters and digits, and full stops in versions."""

    is_sure: bool = True
    """Whether it cannot be anything else. "10.30" may be a time of day."""

    @property
    def is_year(self) -> bool:
        """Whether it may be a year."""
        return re.fullmatch(forms.YEAR, self.key) is not None


@dataclass(frozen=True, slots=True)
class Held:
    """The codes in a text."""

    keys: Container[str]
    """The keys of its codes and of other names for them: 2.10.3 is also a 2.10."""
    ranges: frozenset[tuple[int, int]]
    """The first and last number of each range: 8 and 12 of "8 to 12"."""

    def has(self, code: Code) -> bool:
        """Return whether the text has `code`, or a range that includes it."""
        if code.key in self.keys:
            return True
        is_number = code.key.isdecimal() and len(code.key) < 10
        return is_number and any(first <= int(code.key) <= last for first, last in self.ranges)


def named(question: str) -> tuple[Code, ...]:
    """Return the codes in `question`, in order.

    A number is a code if it is not an amount: a year, a number with two full stops or with letters,
    or one that stands like a name, as in "error 404". A word is a code if a sign is part of it.
    """
    words = split(question)
    codes = [
        Code(match.group(), *match.span(), _key(fold(match.group())))
        for match in _NAME.finditer(question)
        if not match[2] or len(match[1]) < 3 or match[1].isupper()  # not "pre-1945"
    ]
    years = [
        Code(match.group(), *match.span(), match.group()) for match in _YEAR.finditer(question)
    ]
    codes += [year for year in years if not any(c.start < year.end <= c.end for c in codes)]
    for i, word in enumerate(words):
        is_part = any(code.start <= word.start < code.end for code in codes)
        if text.is_signed(word):
            codes.append(Code(word.text, word.start, word.end, word.term))
        code = None if is_part else _in_place(question, words, i)
        codes += [code] if code else []
    return tuple(sorted(codes, key=lambda code: code.start))


@lru_cache(maxsize=5_000)
def of_passage(passage: Passage) -> Held:
    """Return the codes in `passage` and in its title, headings, folders, address and year."""
    return held(_written(passage))


def of_passages(passages: Iterable[Passage]) -> tuple[set[str], set[tuple[int, int]]]:
    """Return the keys and ranges of the codes in any of `passages`, as `of_passage` does."""
    keys: set[str] = set()
    ranges: set[tuple[int, int]] = set()
    for passage in passages:
        of_one = _found(_written(passage))
        keys |= of_one[0]
        ranges |= of_one[1]
    return keys, ranges


def _written(passage: Passage) -> str:
    """Return the text of a passage with its title, headings, folders, address and year."""
    above = (passage.title, *passage.aliases, *passage.above, passage.heading or "")
    return "\n".join((*above, *passage.placed, passage.text))


def held(content: str) -> Held:
    """Return the codes in a text."""
    keys, ranges = _found(content)
    return Held(frozenset(keys), frozenset(ranges))


def _found(content: str) -> tuple[set[str], set[tuple[int, int]]]:
    folded = fold(content)
    keys = {_key(match.group()) for match in _NAME.finditer(folded)} | {*_SIGNED.findall(folded)}
    keys |= {str(_ROMAN[numeral]) for numeral in _NUMERAL.findall(folded) if numeral in _ROMAN}
    for word, number in _APART.findall(folded):
        if word not in FUNCTION_WORDS:
            keys |= {_key(word + number), f"v{number}"}
    for number in _NUMBER.findall(folded):
        keys.update(_versions(number) if "." in number else [number])
    ranges = ((int(first), int(last)) for first, last in _RANGE.findall(folded))
    return keys, {(first, last) for first, last in ranges if 0 < last - first <= LONGEST_RANGE}


def _key(folded: str) -> str:
    """Return the key of a code: "e104" of "e-104", "2.10" of "v2.10", "mp3" of "mp3s"."""
    if folded[0] == "v" and _NUMBER.fullmatch(folded, 1) and "." in folded:
        return folded[1:]
    return "".join(filter(str.isalnum, folded)).removesuffix("s")


def _versions(number: str) -> Iterator[str]:
    """Yield all names of the version `number`: 2.10 is also 2.10.0, 2 and v2."""
    yield number
    parts = number.split(".")
    if len(parts) > MOST_PARTS:
        return
    yield "v" + parts[0]
    for length in range(1, MOST_PARTS):
        yield ".".join([*parts, "0", "0", "0"][:length])


def _in_place(question: str, words: list[Word], i: int) -> Code | None:
    """Return the number at `i` if it stands like a name, as in "error 404"; else None."""
    number = fold(words[i].text)
    if not _NUMBER.fullmatch(number) or _DATE.fullmatch(number):
        return None
    before, after = _beside(question, words, i)
    is_named = before is not None and not before.is_function and not kinds.names_kind(before.text)
    if number.count(".") < 2:
        if _is_amount(question, words, i, after):
            return None
        if not is_named and "." in number and after and not after.is_function:
            return None  # "2.5 gigabytes"
        is_subject = i == 0 or (before is not None and _IS.fullmatch(fold(before.text)))
        if not is_named and "." not in number and not (is_subject and len(number) >= LEAST):
            return None
    is_sure = is_named or not _TIME.fullmatch(number)
    return Code(words[i].text, words[i].start, words[i].end, number, is_sure)


def _is_amount(question: str, words: list[Word], i: int, after: Word | None) -> bool:
    """Return whether the number at `i` is an amount: "3 guests", "565 °C", "5 GB"."""
    behind = question[words[i].end :].lstrip()[:1] or "."
    if unicodedata.category(behind)[0] == "S":
        return True
    if after is None or after.is_function:
        return False
    return bool(_COUNTED.fullmatch(fold(after.text))) or kinds.names_person(after.text)


def _beside(question: str, words: list[Word], i: int) -> tuple[Word | None, Word | None]:
    """Return the words next to the one at `i`; None where more than white space is between."""
    before = words[i - 1] if i else None
    if before and question[before.end : words[i].start].strip(" #"):
        before = None
    after = words[i + 1] if i + 1 < len(words) else None
    if after and question[words[i].end : after.start] != " ":
        after = None
    return before, after
