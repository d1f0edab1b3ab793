"""Finds the names in a question or an answer, and the sort of thing that each one names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from chatbot.conversation.mentions import PERSONS, SEVERAL, Mention, Sort
from chatbot.conversation.nouns import gender
from chatbot.conversation.protocols import Names
from chatbot.language import forms, kinds
from chatbot.language.kinds import Kind
from chatbot.language.text import fold, split
from chatbot.language.words import (
    BE,
    BEFORE_COMMON_NOUNS,
    DETERMINERS,
    DO,
    NATIONALITIES,
    ORGANISATIONS,
    PLACE_PREPOSITIONS,
    QUANTIFIERS,
    RELATIVES,
    TITLE_JOINS,
    WHAT_OR_WHICH,
    either,
)
from chatbot.types import Pronoun

_SORTS: dict[Kind, Sort] = {"person": "person", "place": "place", "title": "thing"}
"""The sort of thing that a question of some kind asks for."""

_JOINS_NOTHING = re.compile(rf"\b{either(TITLE_JOINS)}\b")
# Words used only for persons.
_OF_PERSON = re.compile(
    r"\b(?:age|born|birthday|die|died|death|marry|married|childhood|grow up|grew up|study|studied"
    rf"|nationality|how old|{either(RELATIVES)})\b"
)
# "The Academy" is not a person, nor is the answer to "Which guild …?".
_ORGANISATION = either(ORGANISATIONS)
_GROUP = re.compile(rf"\b{_ORGANISATION}s?\b")
_ASKS_FOR_GROUP = re.compile(rf"\b{either(WHAT_OR_WHICH)}(?: \w+)? {_ORGANISATION}\b")
_OF_KIND = QUANTIFIERS | WHAT_OR_WHICH
_PLAYING = frozenset("plays played portrays portrayed".split())
_WHO_IS = re.compile(r"(?:and )?who(?:'s| is| was) ")
_STARTS = re.compile(r"(?:^|[.!?][\"”’)]*\s+)[\"“‘(]*$")
_NEAR = 40
"""How many characters before a name in an answer are used to tell its sort."""
_POSSESSIVE = re.compile(r"['’]s?$")

MOST_NAMES = 30
"""At most this many names of a question or an answer are used."""


def in_question(question: str, names: Names) -> list[Mention]:
    """Return the names in `question`, in order.

    Names are words with capitals or, if there are none, words that have capitals in the articles.
    The first word of a sentence alone is not a name.
    """
    spans = _longest(forms.find("title", question))
    spans = [piece for span in spans for piece in _pieces(question, span)]
    spans = [span for span in spans if not _is_mere_start(question, span, names)]
    if not spans:
        spans = _known_names(question, names)
    # "The flag of Ruritania" is one name if it is the title of an article.
    titles = [(s, e) for s, e in names.titles(question) if any(s < f and d < e for d, f in spans)]
    spans = sorted({*_longest([*spans, *titles])})[:MOST_NAMES]
    mentions = (_asked(question, s, e, names, is_title=(s, e) in titles) for s, e in spans)
    return [mention for mention in mentions if mention]


def _asked(question: str, start: int, end: int, names: Names, is_title: bool) -> Mention | None:
    """Return the name at `question[start:end]`; None if it is not a name."""
    name = _bare(question[start:end])
    if not split(name) or forms.CALENDAR.fullmatch(question[start:end]):
        return None
    article = _article(question[:start])
    noun = _noun_behind(name, question[end:], names) if article or len(name) == 1 else ""
    told = _told(name, names)
    sort = _sort(question, start, end, told)
    if noun and _WHO_IS.match(fold(question)):
        sort = "person"  # "Who is the Bond villain?"
    name += noun
    return Mention(
        name,
        sort,
        article,
        pronoun=None if told == "it" and sort == "person" else told,
        gender=names.gender(name),
        is_full=not article and _is_full(name, names),
        is_title=is_title,
    )


def in_answer(
    answer: str, question: str, names: Names, short: str | None = None
) -> tuple[list[Mention], list[Mention]]:
    """Return the names that only `answer` has: those that were asked for, and the others.

    In the answer to "Who …?", "Sean Baker" is a person; in the answer to "Where …?", "Orlando" is a
    place. A name is a thing if it follows "the" or a number, or if it begins with a common word
    ("Best Picture"). If there is a `short` answer, the name that was asked for is in it.
    """
    asked = kinds.asked(question)
    sort = _SORTS.get(asked)
    if sort is None and _ASKS_FOR_GROUP.search(fold(question)):
        sort = "thing"
    known = {word.term for word in split(question)}
    wanted: list[Mention] = []
    others: list[Mention] = []
    for start, name in _named_in(answer, asked, short):
        if short and short in name:  # "Ada Lovel" was marked in "Mayor Ada Lovel"
            start, name = start + name.index(short), short
        words = split(name)
        if not words:
            continue
        before = answer[max(0, start - _NEAR) : start]
        is_small = words[0].text not in forms.BEFORE_NAME and not names.is_name(words[0].term)
        is_mere_start = is_small and len(words) == 1 and _STARTS.search(before)
        if is_mere_start or {word.term for word in words if not word.is_function} <= known:
            continue
        told = _told(name, names) or gender(before)  # "his sister Emilia"
        hint = names.gender(name)
        is_title = is_small and len(words) > 1  # "Best Picture"
        found = "thing" if is_title else _sort_behind(before, name, told)
        if short:
            # A name in a long short answer, or in one that says how something is done, is only
            # mentioned there, unless a name was asked for.
            is_short = asked != "manner" and 2 * len(name) >= len(short)
            is_meant = name in short and (bool(sort) or is_short)
        else:
            is_meant = bool(sort) and found in (None, sort)
        is_other = sort == "person" and (is_title or found == "group")
        if is_meant and not wanted and not is_other:
            is_group = sort == "person" and found == "thing" and _GROUP.search(fold(name))
            found = found if is_group else sort or found
            wanted.append(Mention(name, found, _article(before), told, hint, is_answer=True))
        else:
            others.append(Mention(name, found, _article(before), told, hint))
    return wanted, others


def _named_in(answer: str, asked: Kind, short: str | None) -> list[tuple[int, str]]:
    """Return `(start, name)` of each name in `answer`; the whole short answer may be one."""
    spans = forms.find("title" if asked == "title" else "person", answer)
    if short and _is_one_title(short) and short in answer:
        at = answer.index(short)
        spans = [*spans, (at, at + len(short))]
    spans = sorted({*_longest(spans)})[:MOST_NAMES]
    return [(start, _bare(answer[start:end])) for start, end in spans]


def _sort_behind(before: str, name: str, told: Pronoun | None) -> Sort | None:
    """Return the sort of a name in an answer; `before` is the text before it."""
    last = fold(before.rsplit(maxsplit=1)[-1]) if before.strip() else ""
    if fold(name) in NATIONALITIES:
        return "group"
    if last in PLACE_PREPOSITIONS:
        return "place"
    is_counted = last[:1].isdigit()  # "the 97th Academy Awards"
    if is_counted or last in DETERMINERS or _GROUP.search(fold(name)):
        return "thing"
    if told in PERSONS:
        return "person"
    is_where = last in ("of", "between") and told is None and len(split(name)) == 1
    return "place" if is_where else None  # "the salt pans of Lund"


def _noun_behind(name: str, behind: str, names: Names) -> str:
    """Return the noun after a name if the articles have both together: "the Ulm region"."""
    noun = re.match(r" ([a-z][\w-]*)", behind)
    return noun[0] if noun and names.has_noun(name.split()[-1], noun[1]) else ""


def _is_full(name: str, names: Names) -> bool:
    """Return whether `name` may be a full name: several words, not all of them common."""
    words = split(name)
    is_whole = len(words) > 1 and not any(word.is_function for word in words)
    return is_whole and any(names.is_name(word.term) for word in words)


def _is_one_title(short: str) -> bool:
    """Return whether a whole short answer is one title: "Dangerously in Love"."""
    is_name = (0, len(short)) in forms.find("title", short) and not forms.find("date", short)
    return is_name and not SEVERAL.search(short)


def _told(name: str, names: Names) -> Pronoun | None:
    """Return the pronoun of `name` in the articles, but not "he" for the Chopin Museum."""
    pronoun = names.pronoun(name)
    return pronoun if pronoun == "it" or names.is_name(split(name)[-1].term) else None


def _sort(question: str, start: int, end: int, told: Pronoun | None) -> Sort | None:
    """Return the sort of the name `question[start:end]`.

    `told` is its pronoun in the articles.
    """
    words = [fold(word.text) for word in split(question)]
    before = [fold(word.text) for word in split(question[:start])]
    is_next = question[:start].rstrip()[-1:].isalnum()
    last = before[-1] if before and is_next else ""
    name = fold(question[start:end])
    if name in NATIONALITIES:
        return "group"
    if last in _OF_KIND and re.match(r" [a-z]", question[end:]):
        return "group"  # "other Bond films"
    if last in DETERMINERS or name.startswith("the ") or _GROUP.search(name):
        return "thing"
    if told in PERSONS:
        return "person"
    if last in PLACE_PREPOSITIONS:
        return "place" if kinds.asked(question) != "person" else "thing"
    if _OF_PERSON.search(fold(f"{question[:start]} {question[end:]}")):
        return "person" if told != "it" else None
    if words and words[0] == "who" and before:
        return "person" if last in BE | DO | _PLAYING else "thing"
    return None


def _longest(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that are not inside another one, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted({*spans}, key=lambda span: (span[0], -span[1])):
        if not found or end > found[-1][1]:
            found.append((start, end))
    return found


def _pieces(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the names in a run of capitalised words: "Oppenheimer in Germany" has two.

    Function words at the start of the sentence are left out: "Did Baker" is "Baker".
    """
    start, end = span
    if start == 0:
        start = next((w.start for w in split(text[:end]) if not w.is_function), end)
    if not _JOINS_NOTHING.search(text[start:end]):
        return [(start, end)]
    return [(start + s, start + e) for s, e in _longest(forms.find("place", text[start:end]))]


def _is_mere_start(question: str, span: tuple[int, int], names: Names) -> bool:
    """Return whether a word has a capital only because it begins the sentence: "Budget?"."""
    start, end = span
    if start > 0 or " " in question[:end]:
        return False
    is_alone = not re.match(r"\s+\w", question[end:])
    return not is_alone or any(names.is_common(word.term) for word in split(question[:end]))


def _known_names(question: str, names: Names) -> list[tuple[int, int]]:
    """Return the runs of words that have capitals in the articles: "ada lovel".

    A common word beside a name belongs to it if the articles have both as one name, such as "Bridge
    Street". A word after "a" or "my" is not a name.
    """
    spans: list[tuple[int, int]] = []
    is_common = False
    words = split(question)
    known = [names.is_name(word.term) for word in words]
    whole = [
        any(known[i : i + 2]) and names.is_whole(one.term, two.term)
        for i, (one, two) in enumerate(pairwise(words))
    ]
    for i, word in enumerate(words):
        if word.is_function:
            is_common = fold(word.text) in BEFORE_COMMON_NOUNS
        elif (known[i] or any(whole[max(i - 1, 0) : i + 1])) and not is_common:
            if spans and question[spans[-1][1] : word.start] == " ":
                spans[-1] = (spans[-1][0], word.end)
            else:
                spans.append((word.start, word.end))
    return spans


def _article(before: str) -> str:
    """Return "the " if the text before a name ends with it, else an empty string."""
    return "the " if re.search(r"\bthe $", before, re.IGNORECASE) else ""


def _bare(name: str) -> str:
    return _POSSESSIVE.sub("", name)
