"""What a conversation is about: the names in its questions and answers, and which "he" may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Protocol

from chatbot.conversation.nouns import gender, is_plural
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

Sort = Literal["person", "place", "thing", "group"]

_SORTS: dict[Kind, Sort] = {"person": "person", "place": "place", "title": "thing"}
"""What is asked for by these kinds of question."""

_JOINS_NOTHING = re.compile(rf"\b{either(TITLE_JOINS)}\b")
# Said of people alone.
_OF_PERSON = re.compile(
    r"\b(?:age|born|birthday|die|died|death|marry|married|childhood|grow up|grew up|study|studied"
    rf"|nationality|how old|{either(RELATIVES)})\b"
)
# A name with one of these is not a person's, nor is what is asked for with "Which guild …?".
_ORGANISATION = either(ORGANISATIONS)
_GROUP = re.compile(rf"\b{_ORGANISATION}s?\b")
_ASKS_FOR_GROUP = re.compile(rf"\b{either(WHAT_OR_WHICH)}(?: \w+)? {_ORGANISATION}\b")
SEVERAL = re.compile(r"\w,? and [A-Z]")
"""Several names: "Lena Vogt and Marco Ruiz"."""
_OF_KIND = QUANTIFIERS | WHAT_OR_WHICH
_PLAYING = frozenset("plays played portrays portrayed".split())
_WHO_IS = re.compile(r"(?:and )?who(?:'s| is| was) ")
_STARTS = re.compile(r"(?:^|[.!?][\"”’)]*\s+)[\"“‘(]*$")
_NEAR = 40
"""Characters before a name in an answer that tell what it is."""
_POSSESSIVE = re.compile(r"['’]s?$")

MOST_NAMES = 30
"""So many names of a question or an answer are heeded, the first."""

PERSONS: frozenset[Pronoun | None] = frozenset(("he", "she", "who"))
"""What persons are called."""


class Names(Protocol):
    """What the articles tell of names."""

    def is_name(self, term: str) -> bool:
        """Tell whether the articles write `term` as a name: never in lower case."""
        ...

    def is_common(self, term: str) -> bool:
        """Tell whether the articles write `term` in lower case, too."""
        ...

    def is_whole(self, one: str, two: str) -> bool:
        """Tell whether the articles have the two terms side by side as a name: "Bridge Street"."""
        ...

    def titles(self, question: str) -> list[tuple[int, int]]:
        """Return `(start, end)` of what articles are called, wherever `question` has it."""
        ...

    def is_place(self, name: str) -> bool:
        """Tell whether the articles often say that something is in `name`."""
        ...

    def has_noun(self, name: str, noun: str) -> bool:
        """Tell whether the articles have `noun` behind the word `name`: "Ulm region"."""
        ...

    def pronoun(self, name: str) -> Pronoun | None:
        """Return what the articles call `name`, where they tell."""
        ...

    def gender(self, name: str) -> Pronoun | None:
        """Return "he" or "she" where the articles may mean `name` by it, and never the other."""
        ...


@dataclass(frozen=True, slots=True)
class Mention:
    """Something a turn named."""

    text: str
    sort: Sort | None
    """None where nothing tells."""
    article: str = ""
    """ "the " where it is said with one: "the Rhine"."""
    pronoun: Pronoun | None = None
    """What the articles call it, where they tell."""
    gender: Pronoun | None = None
    """ "He" or "she" where they may tell that much."""
    is_full: bool = False
    """It has the form of a person's name in full: "Ada Lovel"."""
    is_title: bool = False
    """An article is called so."""
    is_answer: bool = False
    """An answer named it, not the visitor."""

    @property
    def is_several(self) -> bool:
        """Whether it is a name of several: "the Normans"."""
        return is_plural(self.text) and bool(self.article or self.text.startswith("The "))

    @property
    def spoken(self) -> str:
        """The name as one says it in a sentence."""
        return self.article + self.text


def in_question(question: str, names: Names) -> list[Mention]:
    """Return what `question` names, in its order.

    Names are capitalised; where a visitor does not bother, words that the articles capitalise.
    A capital at the start of a sentence makes no name unless more stands behind it.
    """
    spans = _longest(forms.find("title", question))
    spans = [piece for span in spans for piece in _pieces(question, span)]
    spans = [span for span in spans if not _is_mere_start(question, span, names)]
    if not spans:
        spans = _known_names(question, names)
    # "The flag of Ruritania" is one name if an article is called so.
    titles = [(s, e) for s, e in names.titles(question) if any(s < f and d < e for d, f in spans)]
    spans = sorted({*_longest([*spans, *titles])})[:MOST_NAMES]
    mentions = (_asked(question, s, e, names, is_title=(s, e) in titles) for s, e in spans)
    return [mention for mention in mentions if mention]


def _asked(question: str, start: int, end: int, names: Names, is_title: bool) -> Mention | None:
    """Return the name at `question[start:end]` as it is meant there; None if it is none."""
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
    """Return what `answer` names and `question` does not: what was asked for, and the rest.

    "Sean Baker" in the answer to a who-question is a person, "Orlando" in that to a where-question
    a place; a name behind "the" or a number is a thing, and so is one that begins with a common
    word: "Best Picture". What was asked for is in the `short` answer, where one is known.
    """
    asked = kinds.asked(question)
    sort = _SORTS.get(asked)
    if sort is None and _ASKS_FOR_GROUP.search(fold(question)):
        sort = "thing"
    known = {word.term for word in split(question)}
    wanted: list[Mention] = []
    others: list[Mention] = []
    for start, name in _named_in(answer, asked, short):
        if short and short in name:  # "Mayor Ada Lovel", of whom "Ada Lovel" was marked
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
            # A name in a long "short answer" is only mentioned in it, unless it was asked for; so
            # is what shows how something is done.
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
    """Return where in `answer` each name begins, and the name; a short answer may be one whole."""
    spans = forms.find("title" if asked == "title" else "person", answer)
    if short and _is_one_title(short) and short in answer:
        at = answer.index(short)
        spans = [*spans, (at, at + len(short))]
    spans = sorted({*_longest(spans)})[:MOST_NAMES]
    return [(start, _bare(answer[start:end])) for start, end in spans]


def _sort_behind(before: str, name: str, told: Pronoun | None) -> Sort | None:
    """Return the sort of thing that `name`, which stands behind `before` in an answer, is."""
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
    """Return the noun that goes on with a name, as the articles write it: "the Ulm region"."""
    noun = re.match(r" ([a-z][\w-]*)", behind)
    return noun[0] if noun and names.has_noun(name.split()[-1], noun[1]) else ""


def _is_full(name: str, names: Names) -> bool:
    """Tell whether `name` may be a person's in full: two words or more, not all of them common."""
    words = split(name)
    is_whole = len(words) > 1 and not any(word.is_function for word in words)
    return is_whole and any(names.is_name(word.term) for word in words)


def _is_one_title(short: str) -> bool:
    """Tell whether a short answer is a name through and through: "Dangerously in Love"."""
    is_name = (0, len(short)) in forms.find("title", short) and not forms.find("date", short)
    return is_name and not SEVERAL.search(short)


def _told(name: str, names: Names) -> Pronoun | None:
    """Return the pronoun for `name` if the articles tell it; "he" is not the Chopin Museum."""
    pronoun = names.pronoun(name)
    return pronoun if pronoun == "it" or names.is_name(split(name)[-1].term) else None


def fitting(sort: Sort | None, mentions: Sequence[Mention]) -> Mention | None:
    """Return the newest of `mentions`, oldest first, that a pronoun of `sort` may mean.

    One that is surely of that sort goes before one of which nothing tells; a person is never "it",
    a place only where there is nothing else.
    """
    newest = list(reversed(mentions))
    sure = [mention for mention in newest if mention.sort == sort]
    maybe = [mention for mention in newest if mention.sort is None]
    if sort == "thing":
        things = [mention for mention in newest if mention.sort in ("thing", None)]
        candidates = things + [mention for mention in newest if mention.sort == "place"]
    else:
        maybe = [mention for mention in maybe if mention.text[-1].isalpha()]  # not "1945"
        if sort == "person":
            maybe.sort(key=lambda mention: -mention.is_full * (1 + mention.is_title))
        candidates = sure + maybe
    return next(iter(candidates if sort else newest), None)


def _sort(question: str, start: int, end: int, told: Pronoun | None) -> Sort | None:
    """Return the sort of thing that `question[start:end]`, a name, is there.

    The articles have `told` it so.
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
    """Return the spans that lie in no other, each once, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted({*spans}, key=lambda span: (span[0], -span[1])):
        if not found or end > found[-1][1]:
            found.append((start, end))
    return found


def _pieces(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Return a capitalised run as the names in it: "Oppenheimer in Germany" has two.

    Where it starts the sentence, without the function words: "Did Baker" is "Baker".
    """
    start, end = span
    if start == 0:
        start = next((w.start for w in split(text[:end]) if not w.is_function), end)
    if not _JOINS_NOTHING.search(text[start:end]):
        return [(start, end)]
    return [(start + s, start + e) for s, e in _longest(forms.find("place", text[start:end]))]


def _is_mere_start(question: str, span: tuple[int, int], names: Names) -> bool:
    """Tell whether a capital is only there because the sentence begins: "Budget?"."""
    start, end = span
    if start > 0 or " " in question[:end]:
        return False
    is_alone = not re.match(r"\s+\w", question[end:])
    return not is_alone or any(names.is_common(word.term) for word in split(question[:end]))


def _known_names(question: str, names: Names) -> list[tuple[int, int]]:
    """Return runs of words that the articles capitalise, but for those of "a new router".

    With a common word that belongs to a name beside it: "bridge street", if there is a Bridge
    Street.
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
    """Return the article with which a name is said, from what stands before it."""
    return "the " if re.search(r"\bthe $", before, re.IGNORECASE) else ""


def _bare(name: str) -> str:
    return _POSSESSIVE.sub("", name)
