"""Finds amounts, dates, names and phrases in a sentence by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.language.kinds import Kind
from chatbot.language.text import Word, fold, split
from chatbot.language.words import (
    CURRENCIES,
    MAGNITUDES,
    MONTH_ABBREVIATIONS,
    MONTHS,
    NAME_PARTICLES,
    NUMBER_WORDS,
    PERSON_TITLES,
    SEASONS,
    TIME_UNITS,
    TITLE_PARTICLES,
    WEEKDAYS,
    either,
)

Span = tuple[int, int]

_NUMBER_WORD = f"(?:{either(NUMBER_WORDS)}|{either((*MAGNITUDES, 'dozen'))}s?|half)"
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SCALE = rf"(?:[ -](?:{either(MAGNITUDES)}|m|bn|k)\b)"
_QUANTITY = rf"(?:\b{_DIGITS}{_SCALE}*|\b{_NUMBER_WORD}(?:[ -]{_NUMBER_WORD})*\b)"
_MONTH_NAME = either(map(str.capitalize, MONTHS))
_MONTH = rf"{either(map(str.capitalize, (*MONTHS, *MONTH_ABBREVIATIONS)))}\.?"
_WEEKDAY = either(map(str.capitalize, WEEKDAYS))
_SEASON = either([*SEASONS, *map(str.capitalize, SEASONS)])
YEAR = r"(?:1\d{3}|20\d{2})"
"""A pattern for a year in figures."""
_UNIT_OF_TIME = rf"(?:{either(TIME_UNITS)}|centurie)s?"

_FORMS: dict[Kind, re.Pattern[str]] = {
    "money": re.compile(
        rf"(?:US|A|C)?[$€£¥₹]\s?{_DIGITS}(?:{_SCALE}|[mbk]n?\b)*"
        rf"|{_QUANTITY} (?:US )?(?:{either(CURRENCIES)}|USD|EUR|GBP)\b"
    ),
    "percent": re.compile(rf"{_QUANTITY}\s?(?:%|per ?cent\b|percentage points)"),
    "age": re.compile(
        r"(?<=aged )\d{1,3}\b|(?<=age of )\d{1,3}\b|\b\d{1,3}(?= years? old)|\b\d{1,3}(?=-year-old)"
        r"|(?<=[a-z], )\d{1,3}(?=[,.;)]| who| whose)|(?<=[a-z] \()\d{1,3}(?=\))"
    ),
    "duration": re.compile(
        rf"\b{YEAR}\s?[–-]\s?(?:{YEAR}|\d\d)\b(?!-\d)|\b{YEAR} (?:to|until) {YEAR}\b"
        rf"|(?:(?:almost|nearly|about|over|more than) )?{_QUANTITY}(?: and a half)?"
        rf"[ -](?:(?:working|business|calendar|full|whole|more) )?{_UNIT_OF_TIME}\b"
        rf"|\b(?:a|an|several) {_UNIT_OF_TIME}\b|\b(?:since|until) (?:\w+[ -]){{0,2}}{YEAR}s?\b"
        # "How long" may also ask about a road.
        rf"|{_QUANTITY}[ -]?(?:km|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet|ft)\b",
        re.IGNORECASE,
    ),
    "date": re.compile(
        rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {YEAR})?\b"
        rf"|\b{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? {YEAR}\b)?"
        r"|\b(?:(?:early|mid|late)[- ])?(?:the )?\d{1,2}(?:st|nd|rd|th)[- ]centur(?:y|ies)\b"
        rf"|\b(?:(?:early|mid|late)[- ])?{YEAR}s?\b(?: (?:BC|AD|BCE|CE)\b)?"
        r"|\b(?:AD |BC )?\d{1,4} (?:BC|AD|BCE|CE)\b|\bAD \d{1,4}\b"
        r"|\b\d{1,2}(?:[.:]\d\d)? ?[ap](?:\.m\.|m\b)|\b\d{1,2}:\d\d\b|\b(?:noon|midnight)\b"
        rf"|\b(?:{_WEEKDAY}|{either(WEEKDAYS)})s?\b"
        rf"|\b(?:(?:early|mid|late) )?{_SEASON}(?: of)? \d{{4}}\b"
    ),
    "number": re.compile(rf"{_QUANTITY}|\b(?:once|twice|both)\b", re.IGNORECASE),
    # A quotation of several sentences opens in the first and closes in the last.
    "quotation": re.compile(r'["“][^"“”]{3,}(?:["”]|$)|^[^"“”]{3,}”'),
    "reason": re.compile(
        r"\b(?:because|due to|owing to|since|as a result of|thanks to|so that|in order to|caused by"
        r"|given that|in an effort to|so as to|for fear of|led to|reason)\b.*",
        re.IGNORECASE | re.DOTALL,
    ),
}
BEFORE_NAME = frozenset(map(str.capitalize, PERSON_TITLES))
"""Titles before a name, with or without full stop."""
CALENDAR = re.compile(rf"{_WEEKDAY}s?|{_MONTH_NAME}")
"""Words with a capital that are neither a person nor a place."""
_QUOTED = re.compile(r'["“‘]([^"“”‘’]{2,80})["”’]')
_GAP = re.compile(r"[ \-\n]")
_GAP_OF_INITIAL = re.compile(r"\.? ?")


def find(kind: Kind, sentence: str) -> list[Span]:
    """Return `(start, end)` of each span of `sentence` that has the form of `kind`, in order.

    The kinds "manner" and "thing" have no form of their own: any phrase may be one.
    """
    if kind in _FORMS:
        return [match.span() for match in _FORMS[kind].finditer(sentence)]
    if kind in ("person", "place"):
        joins = NAME_PARTICLES | {"of"} if kind == "place" else NAME_PARTICLES
        names = _names(sentence, joins)
        return [(start, end) for start, end in names if not CALENDAR.fullmatch(sentence[start:end])]
    if kind == "title":
        quoted = [match.span(1) for match in _QUOTED.finditer(sentence)]
        return sorted({*quoted, *_names(sentence, TITLE_PARTICLES, keep_first=True)})
    if kind == "name":
        return sorted({*find("title", sentence), *find("person", sentence)})
    return list(phrases(sentence))


def phrases(sentence: str) -> Iterator[Span]:
    """Yield `(start, end)` of the phrases of `sentence`: runs of neighbouring content words.

    Two phrases joined by "of" are also yielded as one.
    """
    words = split(sentence)
    runs: list[tuple[int, int]] = []
    for i, word in enumerate(words):
        if word.is_function:
            continue
        joined = runs and runs[-1][1] == i - 1 and not _parted(sentence, words[i - 1], word)
        if joined:
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    for number, (first, last) in enumerate(runs):
        if last - first < 8:
            yield words[first].start, words[last].end
        if number and first - runs[number - 1][1] <= 3:
            between = words[runs[number - 1][1] + 1 : first]
            if between and fold(between[0].text) == "of" and last - runs[number - 1][0] < 10:
                yield words[runs[number - 1][0]].start, words[last].end


def _parted(sentence: str, before: Word, after: Word) -> bool:
    """Return whether there is punctuation between two neighbouring words."""
    return not sentence[before.end : after.start].strip("-").isspace() and (
        sentence[before.end : after.start] not in ("", "-")
    )


def _names(sentence: str, joins: frozenset[str], keep_first: bool = False) -> Iterator[Span]:
    """Yield `(start, end)` of runs of capitalised words; words of `joins` may be inside.

    The parts that such a word joins are also yielded separately: "Brady Corbet of The Brutalist"
    has two. A function word at the start of a run ("The", "In") is kept only with `keep_first`, for
    titles.
    """
    words = split(sentence)
    for first, last in _capitalised_runs(sentence, words, joins):
        parts = [(first, last)]
        small = [
            i
            for i in range(first, last)
            if not _is_capital(words[i]) and words[i].text not in NAME_PARTICLES
        ]
        if small:
            parts += zip(
                [first, *(i + 1 for i in small)], [*(i - 1 for i in small), last], strict=True
            )
        for left, right in parts:
            while not keep_first and left < right and words[left].is_function:
                left += 1
            if left <= right and not words[right].is_function:
                yield words[left].start, _without_possessive(words[right])


def _capitalised_runs(sentence: str, words: list[Word], joins: frozenset[str]) -> Iterator[Span]:
    """Yield the first and last index of each longest run of words that may form a name."""
    i = 0
    while i < len(words):
        if not _is_capital(words[i]):
            i += 1
            continue
        last = i
        for j in range(i + 1, len(words)):
            gap = sentence[words[j - 1].end : words[j].start]
            is_short = len(words[j - 1].text) == 1 or words[j - 1].text in BEFORE_NAME
            if not (_GAP.fullmatch(gap) or (is_short and _GAP_OF_INITIAL.fullmatch(gap))):
                break
            if _is_capital(words[j]):
                last = j
            elif fold(words[j].text) not in joins:
                break
        yield i, last
        i = last + 1


def _without_possessive(word: Word) -> int:
    """Return where `word` ends without its "'s"."""
    bare = re.sub(r"['’](?:s)?$", "", word.text)
    return word.start + len(bare)


def _is_capital(word: Word) -> bool:
    return word.text[0].isupper() or (word.text[0].isdigit() and word.text[-1].isupper())
