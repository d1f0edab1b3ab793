"""Removes the question words from a question: "Does the chat …?" becomes "the chat …"."""

from __future__ import annotations

import re

from chatbot.conversation.followups import BARE_WORDS, lead, unmarked, without_lead
from chatbot.language.text import fold, split
from chatbot.language.words import (
    AUXILIARIES,
    FINITE_AUXILIARIES,
    FIRST_PERSON,
    VERB_AUXILIARIES,
    WHAT_OR_WHICH,
    either,
)

_OF_KIND = re.compile(
    rf"{either(WHAT_OR_WHICH)} [\w-]+ {either(VERB_AUXILIARIES)}\b", re.IGNORECASE
)
_PLAIN = re.compile(
    r"^(?:(?:and|so)\s+)*"
    rf"{BARE_WORDS}?(?: else)?\s*"
    rf"(?:(?:{either(FINITE_AUXILIARIES)}|happens|happened)\s+)?",
    re.IGNORECASE,
)


def clause(question: str) -> str:
    """Return `question` without its question words: "Does the chat …?" becomes "the chat …".

    If "what" or "which" stands before a noun, they are kept: "which film did Calder make".
    """
    if _OF_KIND.match(without_lead(question)):
        return without_lead(question)
    return unmarked(_PLAIN.sub("", question))


def statement(question: str, doer: str | None) -> str:
    """Return `question` as a statement, with `doer` as its subject: "Mehmed II conquered it"."""
    return f"{doer} {clause(question)}" if doer else clause(question)


def asks_who_did(question: str) -> bool:
    """Return whether `question` asks who did something, as in "Who conquered it?"."""
    words = [fold(word.text) for word in split(question[lead(question) :])]
    return len(words) > 2 and words[0] == "who" and words[1] not in AUXILIARIES


def is_of_visitor(question: str) -> bool:
    """Return whether `question` is about the visitor, as in "Where can I park?"."""
    return not FIRST_PERSON.isdisjoint(fold(word.text) for word in split(question))


def aside(question: str, subject: str) -> str:
    """Return `question` with `subject` in brackets at the end: "How much is it (the ferry)?".

    Brackets in `subject` become commas.
    """
    bare = unmarked(question)
    subject = re.sub(r" ?\(([^()]*)\)", r", \1", subject).removeprefix(", ")
    return f"{bare} ({subject})?" if subject else question
