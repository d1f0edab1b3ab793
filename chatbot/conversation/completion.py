"""Completes a question that depends on earlier ones, by rules.

"And its budget?" becomes "What is Anora's budget?". The visitor sees the completed question and can
check it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from chatbot.conversation.clauses import aside, clause, is_of_visitor
from chatbot.conversation.exchange import (
    A_THE_OR_ANY,
    swapped,
    with_other_noun,
    with_other_ordinal,
)
from chatbot.conversation.followups import (
    BARE,
    NEVER_OWNED,
    TIME,
    Lean,
    lead,
    unmarked,
    without_lead,
)
from chatbot.conversation.mentions import Mention
from chatbot.conversation.nouns import is_plural
from chatbot.language import kinds
from chatbot.language.text import Word, fold, split, terms
from chatbot.language.words import (
    AUXILIARIES,
    BE,
    INTERROGATIVES,
    THIRD_PERSON_POSSESSIVES,
    VERB_AUXILIARIES,
    WHAT_OR_WHICH,
    either,
)

_TAKES = re.compile(rf"how (?:long|much|much time) {either(VERB_AUXILIARIES)} it take")
_WHAT_TIME = re.compile(rf"(?:(?:at|in|on) )?{either(WHAT_OR_WHICH)} {TIME}")


class Completed(NamedTuple):
    """A completed question."""

    text: str
    is_of_another: bool = False
    """Whether it asks the last question again about something else: "and the helmets?"."""


def complete(
    question: str,
    found: Lean,
    subject: str | None,
    before: str | None,
    named: Sequence[Mention],
) -> Completed:
    """Return `question` completed; unchanged if nothing can be filled in.

    `found` is how it depends on earlier questions. `subject` is what its pronoun refers to, or what
    its noun belongs to. `before` is the last question, completed, and `named` are the names in it,
    in order.
    """
    if before and (other := with_other_ordinal(question, before)):
        return Completed(other)
    if found.form == "swap" and before:
        return Completed(swapped(question, before, named))
    if found.form == "noun":
        if before and set(terms(question)) <= set(terms(before)):
            return Completed(before)  # the last question again
        if before and not named:
            if other := with_other_noun(question, before):
                return Completed(other, is_of_another=True)
            rest = without_lead(question)
            if is_of_visitor(before) and not kinds.names_kind(rest):
                return Completed(aside(before, rest))  # "Do I pay?", "and students?"
        return Completed(_noun(question, subject) if subject else question)
    if before and is_of_visitor(before) and _TAKES.fullmatch(fold(without_lead(question))):
        return Completed(aside(question, clause(before)))  # "it" is what the visitor does
    if found.form == "pronoun" and found.word and subject:
        return Completed(_substituted(question, found.word, subject))
    if found.form == "pointer" and subject:
        return Completed(aside(question, subject))
    if found.form == "bare" and before:
        return Completed(_asked_of(question, before))
    return Completed(question)


def _noun(question: str, subject: str) -> str:
    """Return a question for a noun of `subject`: for "the star?", "Who is the star of Anora?"."""
    noun = A_THE_OR_ANY.sub("", without_lead(question))
    if noun[1:2].islower():  # "Budget?" has its capital only as the first word
        noun = noun[0].lower() + noun[1:]
    return f"{_asking_for(noun)} the {noun} of {subject}?"


def _asking_for(noun: str) -> str:
    """Return the first words of a question for `noun`: "Who is" or "What are"."""
    verb = "are" if is_plural(noun) else "is"
    return f"{'Who' if kinds.names_person(noun) else 'What'} {verb}"


def _asked_of(question: str, before: str) -> str:
    """Return a question such as "when?" completed with the words of `before`.

    After "Did it win an award?" it becomes "When did it win an award?". If that is not
    possible, or `question` has more words, the statement of `before` is added in brackets.
    """
    asking = BARE.fullmatch(without_lead(question))
    words = split(before)
    at = next((i for i, word in enumerate(words) if fold(word.text) in AUXILIARIES), None)
    if asking and at is not None and at + 1 < len(words):
        verb, said = words[at], unmarked(before[words[at].end :])
        head = fold(before[lead(before) : verb.start].strip())
        if _can_go_on(fold(asking.group()), head, verb, words[at + 1]):
            return f"{asking.group()} {fold(verb.text)}{said}?"
    return aside(question, clause(before))


def _can_go_on(asked: str, head: str, verb: Word, after: Word) -> bool:
    """Return whether `asked` may replace `head`, the words before the auxiliary `verb`."""
    if {"who", "what"} & {asked, head}:
        return False  # of "Who was nominated?" or "Who is the star?": "who" is the subject
    if not head:  # not "How much can I bring my dog?": it asks what that costs
        is_subject = after.is_function or after.text[0].isupper()
        return is_subject and not asked.startswith("how ")
    # Not in "Which film did he make?" or "How old is she?": "film" or "old" would be lost.
    is_bare = BARE.fullmatch(head) or _WHAT_TIME.fullmatch(head)
    return bool(is_bare) and not (head.startswith("how ") and fold(verb.text) in BE)


def owning(subject: str) -> str:
    """Return the possessive of `subject`."""
    return f"{subject}'" if subject.endswith("s") else f"{subject}'s"


def _is_owner(question: str, pronoun: Word) -> bool:
    """Return whether the pronoun in `question` is a possessive: "her book", not "saw her in it"."""
    form = fold(pronoun.text)
    after = split(question[pronoun.end :])
    is_before_noun = bool(after) and fold(after[0].text) not in NEVER_OWNED
    return form in THIRD_PERSON_POSSESSIVES and (form != "her" or is_before_noun)


def _substituted(question: str, pronoun: Word, subject: str) -> str:
    """Return `question` with `subject` for its pronoun: for "his age?", "What is Baker's age?"."""
    form = fold(pronoun.text)
    after = question[pronoun.end :]
    is_owner = _is_owner(question, pronoun)
    if form.endswith("'s") and form not in THIRD_PERSON_POSSESSIVES:
        subject += " is"
    possessive = owning(subject)
    filled = question[: pronoun.start] + (possessive if is_owner else subject) + after
    start = lead(question)
    rest = question[start:]
    if is_owner and start <= pronoun.start and not question[start : pronoun.start].strip():
        noun = after.strip(" ?!.")
        return f"{_asking_for(noun)} {possessive} {noun}?" if rest else filled
    return filled[start:] if fold(rest.split()[0]) in INTERROGATIVES | AUXILIARIES else filled
