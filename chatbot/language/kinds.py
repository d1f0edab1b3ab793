"""Recognises what kind of thing a question asks for: an amount, a person, a reason …

"How much did it cost?" asks for an amount of money, and a sentence without one is hardly an answer.
The kinds are the coarse classes of Li and Roth (2002), with the numeric class divided, and are
recognised by question words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from chatbot.language.text import fold

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

_MONEY = (
    "cost|costs|price|prices|budget|budgets|salary|salaries|fee|fees|revenue|revenues|income"
    "|earnings|profit|profits|gross|funding|debt|wage|wages|rent|fare|tuition"
)
_MONEY_SPENT = (
    "money|spend|spent|pay|pays|paid|worth|earn|earns|earned|charge|charged|grossed|priced"
    "|dollars|euros|pounds|raise|raised|donate|donated|fine|fined|sell|sold|invested"
)
_PEOPLE = (
    "person|people|actor|actress|director|author|writer|singer|player|king|queen|president|leader"
    "|man|woman|founder|scientist|artist|composer|architect|engineer|minister|emperor|general|coach"
    "|producer|star|inventor|philosopher|poet|governor|mayor|pope|bishop|stars|winner|nominee"
    "|captain|mathematician|chemist|physicist|historian|senator|monarch|prince|princess"
    "|wife|husband|spouse|son|sons|daughter|daughters|child|children|father|mother|parents|brother"
    "|sister"
)
_PLACES = (
    "city|country|place|town|state|nation|river|island|continent|village|region|street|location"
    "|capital|county|province|area|lake|mountain|district|stadium|building|venue"
)
_WORKS = (
    "film|films|movie|movies|book|books|song|songs|album|albums|novel|novels|play|plays|show|series"
    "|episode|episodes|poem|poems|painting|opera|single|magazine|newspaper|game|title"
)
_MEASURES = (
    "number|amount|population|size|speed|distance|height|length|depth|rate|temperature|score"
    "|total|weight|width"
)
_IDENTIFIED = (
    "account|contact|customer|emergency|fax|flight|house|invoice|mobile|model|order|phone"
    "|reference|room|serial|telephone|tracking|version"
)
"""Words after which a number is a name and not an amount: "error 404"."""
_TIMES = "year|date|day|month|century|decade|time|season|era|period"
_WHAT = r"(?:what|which)"
DOES = "(?:do|does|did|has|have|had|can|could|will|would)"
"""The verb before the subject of a question, as a pattern: "What does she play?"."""
_IS = r"(?:'s| is| was| are| were)?"

_FAR = ".{0,120}"
"""The greatest distance between question word and noun; it limits the time for any question."""

# The first pattern found in the folded question names its kind: the order is the rule.
_ASKED: dict[Kind, str] = {
    "age": rf"\bhow old\b|\b{_WHAT} age (?:is|was|are|were|did|does|do)\b|\bat {_WHAT} age\b"
    rf"|\b{_WHAT}{_IS} .{{0,40}}\bage\W*$|^(?:and )?(?:his|her|their|\w+'s) age\b",
    "percent": rf"\b(?:{_WHAT}|how many|how much)(?: \w+)? (?:percent(?:age)?|per cent)\b",
    "money": rf"\b{_WHAT}(?: \w+)? (?:{_MONEY})\b|\b{_WHAT}{_IS}(?: \S+){{1,4}} (?:{_MONEY})\b"
    rf"|\bhow much(?: money)? (?:was|is|were|are|did|does|do|has|have|will|would|can)\b"
    rf"{_FAR}\b(?:{_MONEY}|{_MONEY_SPENT})\b"
    r"|\bhow (?:much money|expensive|many (?:dollars|euros|pounds))\b"
    rf"|^(?:and |the |its |\w+'s )*(?:{_MONEY})\W*$",
    "duration": rf"\bhow long\b|\bduration\b|\b{_WHAT} length of time\b"
    r"|\bhow many (?:\w+ )?(?:years|months|weeks|days|hours|minutes)\b",
    "number": r"\bhow (?:many|much|far|tall|high|wide|deep|big|large|heavy|fast|hot|cold)\b"
    rf"|\b{_WHAT}{_IS}(?: the| a)?(?: (?!(?:{_IDENTIFIED})\b)\w+)? (?:{_MEASURES})\b"
    r"(?! (?:called|which|that|where|at)\b)",
    "date": rf"^(?:\W*\w+ )?when\b|\b(?:and|or|since|until) when\b"
    rf"|\b{_WHAT}(?: \w+)? (?:{_TIMES})s?\b|\bhow (?:recently|early|late)\b"
    rf"|\b{_WHAT}{_IS} the (?:date|year)\b",
    "reason": rf"\bwhy\b|\b{_WHAT}{_IS}(?: the)?(?: \w+)? reasons?\b|\bhow come\b|\bfor what\b"
    r"|\bwhat (?:caused|causes|led|made|motivated)\b",
    "quotation": rf"\bwhat (?:did|does|do|has|have|had) {_FAR}\b"
    r"(?:say|said|tell|told|think|claim|warn|write|written|state|argue)\b",
    "person": rf"\bwho\b|\bwhom\b|\bwhose\b|\b{_WHAT}(?: \w+)? (?:{_PEOPLE})\b"
    rf"|^(?:and |the |its |\w+'s )*(?:{_PEOPLE})\W*$",
    "title": rf"\b{_WHAT}(?: (?!{DOES}\b)\w+){{0,2}} (?:{_WORKS})\b",
    "place": rf"\bwhere\b|\b{_WHAT}(?: \w+)? (?:{_PLACES})\b",
    "name": rf"\bwhat{_IS} {_FAR}\b(?:name|names|named|called|known as)\b",
    "thing": rf"\b{_WHAT}\b",
    "manner": r"\bhow\b",
    "yes_no": r"^(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may)\b",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _ASKED.items()}

_NAMES_OF_KIND: dict[Kind, str] = {
    "money": f"{_MONEY}|{_MONEY_SPENT}",
    "age": "age|old",
    "percent": "percentage|percent",
    "duration": "long|duration|years|months|weeks|days|hours|minutes|time|last|take",
    "number": f"{_MEASURES}|far|tall|high|wide|deep|big|large|heavy|fast",
    "date": _TIMES,
    "reason": "reason|reasons|caused|cause",
    "quotation": "say|said|tell|told|state|claim",
    "person": "person|people|man|woman",
    "title": _WORKS,
    "place": _PLACES,
    "name": "name|names",
}
_OF_THINGS: tuple[Kind, ...] = ("place", "title")  # "the street", "the book" are also things
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
    """Return the words of `question` that only name the kind: "age" in "What age is Baker?".

    A sentence with a thing of this kind need not have these words.
    """
    names = _NAMES.get(kind)
    return names.findall(fold(question)) if names else []
