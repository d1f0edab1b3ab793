"""Recognises what kind of thing a question asks for: an amount, a person, a reason and so on.

"How much did it cost?" asks for an amount of money, so a sentence without one is unlikely to
answer. The kinds are the coarse classes of Li and Roth (2002), with the numeric class divided. They
are recognised by question words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from chatbot.language.text import fold
from chatbot.language.words import (
    ASKED_PERSONS,
    ASKED_REPORTS,
    BE,
    COUNTED_UNITS,
    CURRENCIES,
    DATE_NOUNS,
    DO,
    FINITE_AUXILIARIES,
    GENERIC_PERSONS,
    HAVE,
    MEASURES,
    MONEY_NOUNS,
    MONEY_WORDS,
    NUMBERED,
    PLACES,
    RELATIVE_WORDS,
    REPORTING_VERBS,
    SIZES,
    THIRD_PERSON_DETERMINERS,
    VERB_AUXILIARIES,
    WHAT_OR_WHICH,
    WORKS,
    either,
)

Kind = Literal[
    "money",
    "percent",
    "age",
    "duration",
    "date",
    "number",
    "person",
    "place",
    "title",
    "quotation",
    "reason",
    "manner",
    "thing",
    "name",
    "yes_no",
]

_WHAT = either(WHAT_OR_WHICH)
_MONEY = either(MONEY_NOUNS)
_PERSON = either(ASKED_PERSONS)
_IS = rf"(?:'s| {either(BE)})?"

_FAR = ".{0,120}"
"""The greatest distance between question word and noun; this limits the time for a question."""

# The first pattern that matches the folded question decides its kind, so the order matters.
_ASKED: dict[Kind, str] = {
    "age": rf"\bhow old\b|\b{_WHAT} age {either(BE | DO)}\b|\bat {_WHAT} age\b"
    rf"|\b{_WHAT}{_IS} .{{0,40}}\bage\W*$"
    rf"|^(?:and )?(?:{either(THIRD_PERSON_DETERMINERS)}|\w+'s) age\b",
    "percent": rf"\b(?:{_WHAT}|how many|how much)(?: \w+)? (?:percent(?:age)?|per cent)\b",
    "money": rf"\b{_WHAT}(?: \w+)? {_MONEY}\b|\b{_WHAT}{_IS}(?: \S+){{1,4}} {_MONEY}\b"
    rf"|\bhow much(?: money)? {either(FINITE_AUXILIARIES)}\b"
    rf"{_FAR}\b{either(MONEY_NOUNS | MONEY_WORDS)}\b"
    rf"|\bhow (?:much money|expensive|many {either(CURRENCIES)})\b"
    rf"|^(?:and |the |its |\w+'s )*{_MONEY}\W*$",
    "duration": rf"\bhow long\b|\bduration\b|\b{_WHAT} length of time\b"
    rf"|\bhow many (?:\w+ )?{either(COUNTED_UNITS)}s\b",
    "number": rf"\bhow (?:many|much|hot|cold|{either(SIZES)})\b"
    rf"|\b{_WHAT}{_IS}(?: the| a)?(?: (?!{either(NUMBERED)}\b)\w+)? {either(MEASURES)}\b"
    rf"(?! (?:called|at|{either(RELATIVE_WORDS)})\b)",
    "date": rf"^(?:\W*\w+ )?when\b|\b(?:and|or) when\b|\b(?:since|until) when\b"
    rf"|\b{_WHAT}(?: \w+)? {either(DATE_NOUNS)}s?\b|\bhow (?:recently|early|late)\b"
    rf"|\b{_WHAT}{_IS} the (?:date|year)\b",
    "reason": rf"\bwhy\b|\b{_WHAT}{_IS}(?: the)?(?: \w+)? reasons?\b|\bhow come\b|\bfor what\b"
    r"|\bwhat (?:caused|causes|led|made|motivated)\b",
    "quotation": rf"\bwhat {either(DO | HAVE)} {_FAR}\b{either(ASKED_REPORTS)}\b",
    "person": rf"\bwho\b|\bwhom\b|\bwhose\b|\b{_WHAT}(?: \w+)? {_PERSON}\b"
    rf"|^(?:and |the |its |\w+'s )*{_PERSON}\W*$",
    "title": rf"\b{_WHAT}(?: (?!{either(VERB_AUXILIARIES)}\b)\w+){{0,2}} {either(WORKS)}\b",
    "place": rf"\bwhere\b|\b{_WHAT}(?: \w+)? {either(PLACES)}\b",
    "name": rf"\bwhat{_IS} {_FAR}\b(?:name|names|named|called|known as)\b",
    "thing": rf"\b{_WHAT}\b",
    "manner": r"\bhow\b",
    "yes_no": rf"^{either(FINITE_AUXILIARIES)}\b",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _ASKED.items()}

_NAMES_OF_KIND: dict[Kind, str] = {
    "money": either(MONEY_NOUNS | MONEY_WORDS),
    "age": "age|old",
    "percent": "percentage|percent",
    "duration": f"long|duration|{either(COUNTED_UNITS)}s|time|last|take",
    "number": either(MEASURES | SIZES),
    "date": either(DATE_NOUNS),
    "reason": "reason|reasons|caused|cause",
    "quotation": either(REPORTING_VERBS),
    "person": either(GENERIC_PERSONS),
    "title": either(WORKS),
    "place": either(PLACES),
    "name": "name|names",
}
_OF_THINGS: tuple[Kind, ...] = ("place", "title")  # "the street" and "the book" are things too
_NAMES = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _NAMES_OF_KIND.items()}


@lru_cache(maxsize=256)
def asked(question: str) -> Kind:
    """Return the kind of thing that `question` asks for; "thing" if it is unclear."""
    folded = fold(question).strip()
    return next((kind for kind, found in _PATTERNS.items() if found.search(folded)), "thing")


def names_person(noun: str) -> bool:
    """Return whether `noun` is a word for a person: "the director"."""
    return asked(f"{noun}?") == "person"


def names_kind(noun: str) -> bool:
    """Return whether `noun` names what is asked for: "the price", but not "the bridge"."""
    return asked(f"{noun}?") != "thing" or any(
        kind not in _OF_THINGS and found.search(fold(noun)) for kind, found in _NAMES.items()
    )


def words_that_ask(question: str, kind: Kind) -> list[str]:
    """Return the words of `question` that only name the kind, as "age" in "What age is Baker?".

    A sentence that answers need not have these words.
    """
    names = _NAMES.get(kind)
    return names.findall(fold(question)) if names else []
