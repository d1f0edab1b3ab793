"""What kind of thing a question asks for, and where a sentence has one.

"How much did it cost?" wants an amount of money, and a sentence without one is hardly an answer.
The kinds are those of question classification (Li and Roth 2002, their coarse and some of their
fine classes), found by the words that ask; the things are found by their form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, get_args

from chatbot.text import Word, fold, split

Kind = Literal[
    "money", "percent", "age", "duration", "date", "number", "person", "place", "title",
    "quotation", "reason", "manner", "thing", "name", "yes_no",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

Span = tuple[int, int]

_MONEY_WORDS = (
    "cost|costs|price|prices|priced|budget|budgets|money|spend|spent|pay|pays|paid|worth|earn|earned"
    "|earnings|salary|fee|fees|charge|charged|gross|grossed|revenue|income|fine|fined|dollars|euros"
    "|pounds|funding|donate|donated|sum|profit|debt|wage|wages|raise|raised"
)
_PEOPLE = (
    "person|people|actor|actress|director|author|writer|singer|player|king|queen|president|leader"
    "|man|woman|founder|scientist|artist|composer|architect|engineer|minister|emperor|general|coach"
    "|producer|star|inventor|philosopher|poet|governor|mayor|pope|bishop|star|stars|winner|nominee"
    "|quarterback|captain|mathematician|chemist|physicist|historian|senator|monarch|prince|princess"
)
_PLACES = (
    "city|country|place|town|state|nation|river|island|continent|village|region|street|location"
    "|capital|county|province|area|lake|mountain|district|stadium|building|venue"
)
_WORKS = (
    "film|films|movie|movies|book|books|song|songs|album|albums|novel|novels|play|plays|show|series"
    "|episode|episodes|poem|poems|painting|opera|single|magazine|newspaper|game|title"
)

# The first pattern that is found in the folded question names the kind; the order is the rule.
_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))  # type: ignore[misc]
    for kind, pattern in (
        ("age", r"\bhow old\b|\b(?:what|which) age\b|\bage of\b.*\?|\bwhat\b.*\bage\b"),
        ("percent", r"\bpercent(?:age)?\b|\bper cent\b|%"),
        ("money", rf"\b(?:how much|how many dollars|what|which|how)\b.*\b(?:{_MONEY_WORDS})\b"
                  rf"|^(?:and |the |its |\w+'s )*(?:{_MONEY_WORDS})\??$|\bhow expensive\b"),
        ("duration", r"\bhow long\b|\b(?:how many|what) (?:years|months|weeks|days|hours|minutes)\b"
                     r"|\bduration\b|\bhow many\b.*\b(?:years|months|weeks|days|hours)\b"),
        ("number", r"\bhow (?:many|much|often|far|tall|high|wide|deep|big|large|heavy|fast|hot|cold)\b"
                   r"|\b(?:what|which)(?: was| is| were| are)?(?: the| a)?(?: \w+)? "
                   r"(?:number|amount|population|size|speed|distance|height|length|depth|area|rate"
                   r"|temperature|score|total|weight|width)\b"),
        ("date", r"\bwhen\b|\b(?:what|which)(?: \w+)? (?:year|date|day|month|century|decade|time|season"
                 r"|era|period)s?\b|\bhow (?:recently|early|late)\b|\bsince what\b"),
        ("reason", r"\bwhy\b|\bwhat(?: was| is| were| are)?(?: the)? reasons?\b|\bhow come\b|\bfor what\b"
                   r"|\bwhat (?:caused|causes|led|made|motivated)\b"),
        ("quotation", r"\bwhat (?:did|does|do|has|have|had) .*\b(?:say|said|tell|told|think|claim|warn"
                      r"|write|written|state|argue)\b"),
        ("person", rf"\bwho\b|\bwhom\b|\bwhose\b|\b(?:what|which)(?: \w+)? (?:{_PEOPLE})\b"
                   rf"|^(?:and |the |its )*(?:{_PEOPLE})\??$"),
        ("title", rf"\b(?:what|which)(?: \w+){{0,2}} (?:{_WORKS})\b"),
        ("place", rf"\bwhere\b|\b(?:what|which)(?: \w+)? (?:{_PLACES})\b"),
        ("name", r"\bwhat(?:'s| is| was| are| were)? .*\b(?:name|names|named|called|known as)\b"),
        ("thing", r"\b(?:what|which)\b"),
        ("manner", r"\bhow\b"),
        ("yes_no", r"^(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may)\b"),
    )
)  # fmt: skip

_NUMBER_WORD = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|hundred|hundreds|thousand|thousands|million|millions|billion|billions|dozen|dozens|half)"
)
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SCALE = r"(?:[ -](?:hundred|thousand|million|billion|trillion|m|bn|k)\b)"
_QUANTITY = rf"(?:\b{_DIGITS}{_SCALE}*|\b{_NUMBER_WORD}(?:[ -]{_NUMBER_WORD})*\b)"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR = r"(?:1\d{3}|20\d{2})"
_UNIT_OF_TIME = r"(?:second|minute|hour|day|night|week|month|year|decade|century|centurie|season)s?"

_FORMS: dict[Kind, re.Pattern[str]] = {
    "money": re.compile(
        rf"(?:US|A|C)?[$€£¥₹]\s?{_DIGITS}(?:{_SCALE}|[mbk]n?\b)*"
        rf"|{_QUANTITY} (?:US )?(?:dollars|euros|pounds|yen|rupees|francs|marks|cents|USD|EUR|GBP)\b"
    ),
    "percent": re.compile(rf"{_QUANTITY}\s?(?:%|per ?cent\b|percentage points)"),
    "age": re.compile(
        r"(?<=aged )\d{1,3}\b|(?<=age of )\d{1,3}\b|\b\d{1,3}(?= years? old)|\b\d{1,3}(?=-year-old)"
        r"|(?<=[a-z], )\d{1,3}(?=[,.;)]| who| whose)|(?<=[a-z] \()\d{1,3}(?=\))"
    ),
    "duration": re.compile(
        rf"\b{_YEAR}\s?[–-]\s?(?:{_YEAR}|\d\d)\b|\b{_YEAR} (?:to|until) {_YEAR}\b"
        rf"|(?:(?:almost|nearly|about|over|more than) )?{_QUANTITY}(?: and a half)?[ -]{_UNIT_OF_TIME}\b"
        rf"|\b(?:a|an|several) {_UNIT_OF_TIME}\b",
        re.IGNORECASE,
    ),
    "date": re.compile(
        rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?\b"
        rf"|\b{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? {_YEAR}\b)?"
        r"|\b(?:(?:early|mid|late)[- ])?(?:the )?\d{1,2}(?:st|nd|rd|th)[- ]centur(?:y|ies)\b"
        rf"|\b(?:(?:early|mid|late)[- ])?{_YEAR}s?\b(?: (?:BC|AD|BCE|CE)\b)?"
        r"|\b(?:AD |BC )?\d{1,4} (?:BC|AD|BCE|CE)\b|\bAD \d{1,4}\b"
        r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
        r"|\b(?:(?:early|mid|late) )?(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter)(?: of)? \d{4}\b"
    ),
    "number": re.compile(rf"{_QUANTITY}", re.IGNORECASE),
    "quotation": re.compile(r'["“][^"“”]{3,}["”]'),
    "reason": re.compile(
        r"\b(?:because|due to|owing to|since|as a result of|thanks to|so that|in order to|caused by"
        r"|given that|in an effort to|so as to|for fear of|led to|reason)\b.*",
        re.IGNORECASE | re.DOTALL,
    ),
}
_QUOTED = re.compile(r'["“‘]([^"“”‘’]{2,80})["”’]')
_JOINS = frozenset("of the de la le du von van der den del di da al bin ibn and for to in a an".split())
_PARTICLES = frozenset("de la le du von van der den del di da al bin ibn".split())
_BEFORE_PLACE = frozenset("in at from near to of through into across outside around toward".split())
_GAP = re.compile(r"[ \-\n]")
_GAP_OF_INITIAL = re.compile(r"\.? ?")


def asked(question: str) -> Kind:
    """Return the kind of thing that `question` asks for; "thing" where nothing tells."""
    folded = fold(question).strip()
    for kind, pattern in _ASKED:
        if pattern.search(folded):
            return kind
    return "thing"


def find(kind: Kind, sentence: str) -> list[Span]:
    """Return `(start, end)` of every stretch of `sentence` that has the form of `kind`, in order.

    A manner or a thing has no form of its own: any phrase may be one.
    """
    if kind in _FORMS:
        return [match.span() for match in _FORMS[kind].finditer(sentence)]
    if kind == "person":
        return list(_names(sentence, _PARTICLES))
    if kind == "place":
        return list(_names(sentence, _PARTICLES | {"of"}))
    if kind == "title":
        quoted = [match.span(1) for match in _QUOTED.finditer(sentence)]
        return sorted({*quoted, *_names(sentence, _JOINS, keep_first=True)})
    if kind == "name":
        return sorted({*find("title", sentence), *find("person", sentence)})
    return list(phrases(sentence))


def phrases(sentence: str) -> Iterator[Span]:
    """Yield `(start, end)` of the phrases of `sentence`: words of substance side by side.

    A phrase and the one behind "of" also make one together.
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


def preceded_by_place_word(sentence: str, start: int) -> bool:
    """Tell whether the word before `start` is one that places stand behind: "in", "near"."""
    before = re.search(r"(\w+)\W*$", sentence[:start])
    return bool(before) and fold(before.group(1)) in _BEFORE_PLACE  # type: ignore[union-attr]


def _parted(sentence: str, before: Word, after: Word) -> bool:
    """Tell whether punctuation stands between two neighbouring words."""
    return not sentence[before.end : after.start].strip("-").isspace() and (
        sentence[before.end : after.start] not in ("", "-")
    )


def _names(sentence: str, joins: frozenset[str], keep_first: bool = False) -> Iterator[Span]:
    """Yield `(start, end)` of runs of capitalised words, small words of `joins` inside them too.

    A run that "of" joins yields its parts as well: "Brady Corbet of The Brutalist". A function
    word at the start of a run ("The", "In") is a part of titles only: `keep_first`.
    """
    words = split(sentence)
    for first, last in _capitalised_runs(sentence, words, joins):
        ofs = [i for i in range(first, last) if fold(words[i].text) == "of"]
        bounds = [(first, last)]
        if ofs:
            starts, ends = [first, *(i + 1 for i in ofs)], [*(i - 1 for i in ofs), last]
            bounds += zip(starts, ends, strict=True)
        for left, right in bounds:
            while not keep_first and left < right and words[left].is_function:
                left += 1
            if not words[right].is_function:
                yield words[left].start, _without_possessive(words[right])


def _capitalised_runs(sentence: str, words: list[Word], joins: frozenset[str]) -> Iterator[Span]:
    """Yield the first and last index of words that make up a name, as many as belong together."""
    i = 0
    while i < len(words):
        if not _is_capital(words[i]):
            i += 1
            continue
        last = i
        for j in range(i + 1, len(words)):
            gap = sentence[words[j - 1].end : words[j].start]
            initial = len(words[j - 1].text) == 1 and _GAP_OF_INITIAL.fullmatch(gap)
            if not (_GAP.fullmatch(gap) or initial):
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
