"""Reads dates as people write them, and the dateline of a report: "LONDON, 3 March 2025 —".

The forms follow the style books of news agencies: place, date and agency, each optional, with a
dash or a colon at the end. Words that could begin an ordinary sentence are no dateline.
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from chatbot.language.words import (
    MONTH_ABBREVIATIONS,
    MONTHS,
    PLACE_NAME_PARTICLES,
    WEEKDAYS,
    either,
)

_MONTHS = [month[:3] for month in MONTHS]
_MONTH = rf"(?i:{either(MONTHS)}|{either(MONTH_ABBREVIATIONS)}\.?)"
_WEEKDAY = rf"(?i:{either(WEEKDAYS)})"
_ISO = r"(?P<iso>\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d[\d:.,]*(?:Z|[+-]\d\d:?\d\d)?)?"
_WRITTEN = (
    rf"(?:(?:{_WEEKDAY},?\ )?"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\ (?P<month>{_MONTH}),?\ (?P<year>\d{{4}})"
    rf"|(?P<month_us>{_MONTH})\ (?P<day_us>\d{{1,2}})(?:st|nd|rd|th)?,?\ (?P<year_us>\d{{4}})))"
)
_DATE = re.compile(rf"{_ISO}|{_WRITTEN}")

_WORD = r"[^\W\d_][\w.'’-]*"
_PLACE = rf"(?P<place>{_WORD}(?:,?\ {_WORD}){{0,4}}?)"
_AGENCY = (
    r"(?:\ ?[(/](?:AP|Reuters|REUTERS|AFP|dpa|DPA|UPI|Xinhua|TASS|ANSA|EFE|PTI|ANI|IANS|Kyodo"
    r"|Yonhap|CNN|BBC|Bloomberg|(?i:business\ wire|globe\ newswire|prnewswire))[)/])"
)
_DASH = r"(?:\ ?[—–]|\ --?(?=\ ))"
_CLOSE = rf"(?:\ ?:(?=\s|$)|{_DASH}|(?P<line_end>\ *(?=\n|$)))"
_DATED = (
    re.compile(
        rf"(?P<label>(?i:date[:d]?|published:?)\ )?{_ISO}(?:,?\ {_PLACE})?{_AGENCY}?{_CLOSE}"
    ),
    re.compile(
        rf"(?P<label>(?i:date[:d]?|published:?)\ )?{_WRITTEN}(?:,\ {_PLACE})?{_AGENCY}?{_CLOSE}"
    ),
    re.compile(rf"{_PLACE},?\ (?:{_ISO}|{_WRITTEN}){_AGENCY}?{_CLOSE}"),
)
_UNDATED = (
    re.compile(rf"{_PLACE}{_AGENCY}{_DASH}"),
    re.compile(rf"{_PLACE},\ (?:{_MONTH}\ \d{{1,2}}|\d{{1,2}}\ {_MONTH}){_AGENCY}?{_DASH}"),
    re.compile(rf"{_PLACE}\ [—–](?=\ [\"“‘]?[A-Z])"),
)
_NO_PLACE = re.compile(rf"(?:{_MONTH}|{_WEEKDAY})(?!\w)")
_LONGEST = 120  # characters


class Dateline(NamedTuple):
    """The dateline at the start of a text: its length, place and date."""

    end: int
    published: datetime.date | None
    place: str | None
    """As written, with its capitals."""


def read_date(text: str) -> datetime.date | None:
    """Return the date in `text`: "2025-03-03", with or without a time, or "3 March 2025".

    None if it is no date, or a day that does not exist. The time zone is ignored.
    """
    found = _DATE.fullmatch(text.strip())
    return _date(found) if found else None


def read_dateline(text: str) -> Dateline | None:
    """Return the dateline that `text` begins with, or None."""
    head = text[:_LONGEST]
    for pattern in _DATED:
        found = pattern.match(head)
        if found is None or (date := _date(found)) is None:
            continue
        groups = found.groupdict()
        place = groups["place"]
        if place and _is_place(place):
            return Dateline(found.end(), date, place)
        # A date alone may begin a title ("June 6, 1944: the day"), so a dateline needs more.
        alone = groups.get("label") or groups.get("iso") or groups["line_end"] is not None
        if not place and alone:
            return Dateline(found.end(), date, None)
    for pattern in _UNDATED:
        found = pattern.match(head)
        # Without a year, the place must be in capitals, as agencies write it.
        if found and _is_place(place := found["place"]) and place.split(",")[0].isupper():
            return Dateline(found.end(), None, place)
    return None


def _date(found: re.Match[str]) -> datetime.date | None:
    groups = found.groupdict()
    try:
        if groups.get("iso"):
            return datetime.date.fromisoformat(groups["iso"])
        month = groups["month"] or groups["month_us"]
        return datetime.date(
            int(groups["year"] or groups["year_us"]),
            _MONTHS.index(month[:3].lower()) + 1,
            int(groups["day"] or groups["day_us"]),
        )
    except ValueError:
        return None


def _is_place(name: str) -> bool:
    """Return whether a text may be a place: words with capitals, none of them a month or weekday.

    Small words such as "of" may be between them.
    """
    words = name.replace(",", "").split()
    return (
        words[0][0].isupper()
        and all(word[0].isupper() or word in PLACE_NAME_PARTICLES for word in words)
        and not any(_NO_PLACE.match(word) for word in words)
    )
