"""Finds possible questions about an article: its author's, and from its headings and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from chatbot.language.kinds import asked
from chatbot.language.sentences import QUESTION_MARKS
from chatbot.language.text import fold, split
from chatbot.language.words import (
    FIRST_PERSON_PLURAL,
    FUNCTION_WORDS,
    INTERROGATIVES,
    NEVER_LAST,
    TASK_VERBS,
    WHAT_OR_WHICH,
)
from chatbot.suggestions.inversion import OF_US, as_visitor, of_sentence
from chatbot.suggestions.usage import Usage
from chatbot.types import Article, Passage

_SIGNS = re.compile(r"[^\w\s'’.,?!¿¡？؟،、。$€£%-]")
"""Signs that plain sentences never have: "Pay & promotions", "Teams / roles", "Plans: which?"."""
_NUMBER = re.compile(r"^[\d.)\s]+")

_ASKING = INTERROGATIVES - WHAT_OR_WHICH | {"many"}


@dataclass(frozen=True, slots=True)
class Askable:
    """A question, and the part of the article, `text[start:end]`, that should answer it."""

    question: str
    start: int
    end: int


def of_author(article: Article) -> list[Askable]:
    """Return the questions of the author of `article`; any part of it may answer."""
    return [Askable(question, 0, len(article.text)) for question in article.questions]


def of_questions(passages: Sequence[Passage], lang: str, usage: Usage) -> list[Askable]:
    """Return the headings of an article's passages that are questions, each with its section."""
    return [
        Askable(question, start, end)
        for heading, start, end in _sections(passages)
        if (question := _question(heading, lang, usage))
    ]


def of_passage(passages: Sequence[Passage], index: int, usage: Usage) -> list[Askable]:
    """Return further questions of one passage of an article, in order.

    For the first passage below a heading that names a task, the first question asks about that
    task, and the whole section may answer it.
    """
    passage = passages[index]
    found = []
    if passage.heading and (index == 0 or passages[index - 1].heading != passage.heading):
        _, start, end = next(_sections(passages[index:]))
        task = of_task(passage.heading, passage.title, usage)
        found += [Askable(task, start, end)] if task else []
    for start, end in passage.sentences:
        asked = of_sentence(passage.between(start, end), usage)
        found += [Askable(question, start, end) for question in asked]
    return found


def meaning(question: str) -> frozenset[str]:
    """Return the terms and question word of `question`: equal if two questions mean the same."""
    words = split(question)
    asking = {w.term for w in words if w.term in _ASKING}
    return frozenset({word.term for word in words if not word.is_function} | asking)


def of_task(heading: str, title: str, usage: Usage) -> str | None:
    """Return the question "How do I …?" for `heading`; None if it names no task.

    "Export data" is a task if the text uses it as one: "to export your data". "Your plan", "Plan
    limits" and "Pay & promotions" are not.
    """
    heading = _NUMBER.sub("", heading).strip().rstrip("!.")
    words = heading.split()
    is_told = [word.lower() for word in words[:2]] == ["how", "to"]
    task = words[2:] if is_told else words
    if not task or len(words) > 14 or _SIGNS.search(heading) or OF_US.search(heading.lower()):
        return None
    if not is_told and task[0].lower() not in TASK_VERBS:
        return None
    if len(task) == 1:
        # The heading "Install" alone refers to the subject of its article, if that is a name.
        about = title.split()
        if not 0 < len(about) < 4 or not all(word[0].isupper() for word in about):
            return None
        task = [*task, *about]
    elif not is_told and not _is_done(task, usage):
        return None
    if fold(task[-1]) in NEVER_LAST:
        return None
    task = [task[0].lower(), *map(usage.plain, task[1:])]
    return f"How do I {as_visitor(' '.join(task))}?"


def _is_done(task: Sequence[str], usage: Usage) -> bool:
    """Return whether a verb and the words after it form a task; "order status" is none."""
    if fold(task[1]) in FUNCTION_WORDS:
        return fold(task[1]) not in ("and", "of", "or")
    return usage.has_task(task[0], task[1])


def _question(heading: str, lang: str, usage: Usage) -> str | None:
    """Return `heading` as a question if it is a sentence that a visitor could ask; else None.

    "Need help?" is not a sentence, the site asks "What do we offer?", and "Did you save your
    changes?" is a question to the visitor.
    """
    question = _NUMBER.sub("", heading).strip()
    if not question.endswith(QUESTION_MARKS) or _SIGNS.search(question):
        return None
    if not lang.startswith("en"):
        return question if len(question) > 8 else None
    first, *rest = question.split()
    if sum(word[0].isupper() for word in rest) > len(rest) / 2:
        rest = [*map(usage.plain, rest)]
    words = [fold(word.text) for word in split(question)]
    if not 2 < len(words) < 20 or not FIRST_PERSON_PLURAL.isdisjoint(words):
        return None
    if words[:2] == ["how", "to"]:
        return f"How do I {as_visitor(' '.join(rest[1:]))}"
    if words[1] == "you" and "your" in words:
        return None
    asks = asked(question) != "thing" or {"what", "which"} & {*words}
    return " ".join((first, *rest)) if asks else None


def _sections(passages: Sequence[Passage]) -> Iterator[tuple[str, int, int]]:
    """Yield each heading of an article, with `(start, end)` of everything below it."""
    for heading, below in groupby(passages, key=lambda passage: passage.heading):
        first, *others = below
        if heading:
            yield heading, first.start, (others[-1] if others else first).end
