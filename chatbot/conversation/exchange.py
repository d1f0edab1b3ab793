"""Completes a question by replacing one part of the last question.

After "Where is the ferry?", "and the bridge?" becomes "Where is the bridge?".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.conversation.clauses import aside
from chatbot.conversation.followups import AT_ANOTHER_TIME, SWAPPED, TIME, unmarked, without_lead
from chatbot.conversation.mentions import Mention
from chatbot.conversation.nouns import is_plural, phrase
from chatbot.language import forms, kinds
from chatbot.language.text import fold, split
from chatbot.language.words import (
    A_AN_THE,
    DETERMINERS,
    NOUN_PREPOSITIONS,
    ORDINALS,
    SEASONS,
    THIRD_PERSON_DETERMINERS,
    TIMES_OF_DAY,
    either,
)

_PAIRS = ("is are", "was were", "does do", "has have")
_OTHER_NUMBER = {a: b for pair in _PAIRS for a, b in (pair.split(), reversed(pair.split()))}
_AGREES = re.compile(rf"\b{either(_OTHER_NUMBER)}\b(?=(?: there)?\s+$)", re.IGNORECASE)
_OWNED = re.compile(r"(['’]s?\s+)[\w-]+")
_IN_TIME = re.compile(
    rf"\b(?:{TIME}s?|{either(SEASONS | TIMES_OF_DAY)}|weekend|holidays)\b",
    re.IGNORECASE,
)
_NTH = either(ORDINALS)
_MOST = r"(?!forest|guest|interest|request|rest|test|west)[a-z]{2,}est|(?:most|least) [a-z]+|worst"
_ORDINAL = re.compile(
    rf"\b(?:{_NTH} )?(?:{_MOST})\b|\b(?:{_NTH}|last|latest|next|\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_ORDINAL_ALONE = re.compile(
    rf"(?:(?:the|{either(THIRD_PERSON_DETERMINERS)}) )?({_ORDINAL.pattern})(?: one)?", re.I
)
_THE_ONE = re.compile(r"(?:who|what) (?:is|was) the (?=[a-z])", re.IGNORECASE)
_SUCH_ONE = re.compile(r"((?:[Tt]he |[Aa]n? )?[a-z][\w-]*) ones?")
_FEW_WORDS = r"[\w'’-]+(?: [\w'’-]+){0,2}"
A_THE_OR_ANY = re.compile(rf"^(?:{either(A_AN_THE)}|any)\s+", re.IGNORECASE)
"""An article at the start of a noun phrase, or "any"."""
_BEFORE_NOUN = either(DETERMINERS | {"any", "some"})


def swapped(question: str, before: str, named: Sequence[Mention]) -> str:
    """Return `before` with the name, place or time of `question` instead of its own: "in 2024?"."""
    rest = without_lead(question)
    if AT_ANOTHER_TIME.fullmatch(rest) and not forms.find("date", before):
        return f"{unmarked(before)} {rest}?"
    preposition = SWAPPED.match(rest)
    if preposition:
        word = fold(preposition.group())
        kind = "date" if forms.find("date", rest) else "place"
        for start, end in forms.find(kind, before):  # type: ignore[arg-type]
            head = re.search(rf"\b{word} (?:the )?$", before[:start], re.IGNORECASE)
            if head:
                return f"{before[: head.start()]}{rest}{before[end:]}"
        behind = re.search(rf"\b{word} {_FEW_WORDS}$", unmarked(before), re.IGNORECASE)
        # "A discount for students?", "for teachers?"; "on a phone?", "on a watch?".
        if behind and (word in NOUN_PREPOSITIONS or _is_alike(behind[0], rest)):
            return f"{before[: behind.start()]}{rest}?"
        return f"{unmarked(before)} {rest}?"
    name = re.sub(r"['’]s?$|^[Tt]he (?=.* ones?$)|\bones?$", "", rest).strip()  # "one" is no name
    if named:
        full = named[-1].text
        text = re.escape(full if full in before else full.split()[-1])
        old = rf"(?:\bthe )?{text}(?! [a-z]+\W*$)|{text}"  # keep the "the" of "the Plus plan"
        return re.sub(old, lambda _: name, before, flags=re.IGNORECASE)
    return with_other_noun(question, before) or aside(before, name)


def _is_alike(one: str, other: str) -> bool:
    """Return whether one phrase may replace the other; both begin with a preposition.

    Both or neither must be about time, and both or neither must end in a name.
    """

    def form(phrase: str) -> tuple[bool, bool]:
        is_time = bool(forms.find("date", phrase) or _IN_TIME.search(phrase))
        return is_time, phrase.split()[-1][0].isupper()

    return form(one) == form(other)


def with_other_ordinal(question: str, before: str) -> str | None:
    """Return `before` with the ordinal or superlative of `question`: "and the second?".

    If `before` has none but asks for "the president", one is added: "the second president". None if
    `question` is more than an ordinal or superlative.
    """
    other = _ORDINAL_ALONE.fullmatch(without_lead(question))
    if not other:
        return None
    if old := _ORDINAL.search(before):
        return f"{before[: old.start()]}{other[1]}{before[old.end() :]}"
    one = _THE_ONE.match(before)
    return f"{one[0]}{other[1]} {before[one.end() :]}" if one else None


def with_other_of_such(question: str, before: str) -> str | None:
    """Return `before` with a similar name: after "Who won best actress?", "best actor?"; else None.

    Two names are similar if they differ only in the last word.
    """
    new = split(without_lead(question))
    words = split(before)
    if len(new) < 2 or any(word.is_function for word in new):
        return None
    for i in range(len(words) - len(new) + 1):
        *same, last = words[i : i + len(new)]
        is_such = [word.term for word in same] == [word.term for word in new[:-1]]
        if is_such and last.term != new[-1].term:
            return f"{before[: last.start]}{new[-1].text}{before[last.end :]}"
    return None


def with_other_noun(question: str, before: str) -> str | None:
    """Return `before` with the noun of `question`: after "How much is a bike?", "and the helmets?".

    None if the noun says what is asked for ("and the price?"), or if `before` has no noun.
    """
    rest = without_lead(question)
    old = phrase(before)
    if not old:
        return None
    if one := _SUCH_ONE.fullmatch(rest):
        rest = f"{one[1]} {old.split()[-1]}"  # "How much is a small bag?", "and a large one?"
    elif kinds.names_kind(rest):
        return None
    core = re.escape(old.removeprefix("the "))
    at = [*re.finditer(rf"(?:\b{_BEFORE_NOUN}\s+)?\b{core}\b", before, re.IGNORECASE)]
    if not at:
        return None
    head, tail = before[: at[-1].start()], before[at[-1].end() :]
    if fold(head).endswith(("what ", "which ")) or ", " in tail:
        return None  # after "which", or before a comma: "I have a dog, may it come?"
    owned = _OWNED.match(tail)
    if owned:  # "Can I change the chat's colour?", "and the language?"
        noun = A_THE_OR_ANY.sub("", rest)
        return f"{before[: at[-1].end()]}{owned.group(1)}{noun}{tail[owned.end() :]}"
    verb = _AGREES.search(head)
    if verb and is_plural(old) != is_plural(rest):
        head = f"{head[: verb.start()]}{_OTHER_NUMBER[fold(verb.group())]}{head[verb.end() :]}"
    return f"{head}{rest}{tail}"
