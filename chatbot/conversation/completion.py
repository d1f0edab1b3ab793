"""Completes a question that depends on earlier ones, by rules.

"And its budget?" becomes "What is Anora's budget?". The visitor sees the completed question and can
check it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from chatbot.conversation.clauses import aside, clause, is_of_visitor, statement
from chatbot.conversation.exchange import (
    A_THE_OR_ANY,
    swapped,
    with_other_noun,
    with_other_of_such,
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
from chatbot.conversation.nouns import SORTS, WHICH, is_plural, phrase
from chatbot.language import kinds
from chatbot.language.text import Word, fold, split, terms
from chatbot.language.words import (
    AUXILIARIES,
    BE,
    DO,
    INTERROGATIVES,
    SUBJECT_PRONOUNS,
    THIRD_PERSON_POSSESSIVES,
    VERB_AUXILIARIES,
    WHAT_OR_WHICH,
    either,
)

_WHAT_TIME = re.compile(rf"(?:(?:at|in|on) )?{either(WHAT_OR_WHICH)} {TIME}")
_TAKES = re.compile(rf"how (?:long|much|much time) {either(VERB_AUXILIARIES)} it take")
_SUBJECT_WITH_VERB = re.compile(
    rf"(?: [A-Z][\w’'-]*)+ [a-z]+\b| (?:I|{either(SUBJECT_PRONOUNS)}) [a-z]+\b"
)


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
    doer: str | None = None,
) -> Completed:
    """Return `question` completed; unchanged if nothing can be filled in.

    `found` is how it depends on earlier questions. `subject` is what its pronoun refers to, or what
    its noun belongs to. `before` is the last question, completed, and `named` are the names in it,
    in order. If that question asks who did something, `doer` is its answer.
    """
    if before and (
        other := with_other_ordinal(question, before) or with_other_of_such(question, before)
    ):
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
        return Completed(_asked_of(question, before, doer))
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


def _asked_of(question: str, before: str, doer: str | None) -> str:
    """Return a question such as "when?" completed with the words of `before`.

    After "Did it win an award?" it becomes "When did it win an award?". If `before` has no
    auxiliary verb, its statement is added in brackets.
    """
    asking = BARE.match(question, lead(question))
    if not asking:
        return aside(question, statement(before, doer))
    asked, rest = asking.group(), question[asking.end() :]
    form = fold(asked)
    noun = phrase(before) if form == "how many" and unmarked(rest) else None
    if noun and is_plural(noun):
        return f"{asked} {A_THE_OR_ANY.sub('', noun)}{rest}"  # "how many are there?"
    words = split(before)
    at = next((i for i, word in enumerate(words) if fold(word.text) in AUXILIARIES), None)
    if at is not None and at + 1 < len(words):
        verb, said = words[at], unmarked(before[words[at].end :])
        head = fold(before[lead(before) : verb.start].strip())
        if (thing := _thing_done(head, words[at:])) and form not in ("who", "what"):
            if form in ("how many", "how much"):
                return f"{asked} {thing} {verb.text}{said}?"  # "how many films did he make?"
            that = "those" if is_plural(thing) else "that"
            return f"{asked} {verb.text}{said} {that} {thing}?"
        if head == "what" and not {"who", "what"} & {*form.split()}:
            said = _with_that(said)  # "why did she say that about it?"
        if _can_go_on(form, head, verb, words[at + 1]):
            if form == "why" and not head and fold(unmarked(rest).strip()) == "not":
                who = words[at + 1]
                said = f" {who.text} not{unmarked(before[who.end :])}"
            return f"{asked} {fold(verb.text)}{said}?"
    return aside(question, statement(before, doer))


def _with_that(said: str) -> str:
    """Return the clause `said` with "that" after its verb: " Ada Lovel say that about it".

    The verb is the word after a name or pronoun; a clause without these is not changed.
    """
    verb = _SUBJECT_WITH_VERB.match(said)
    return f"{verb[0]} that{said[verb.end() :]}" if verb else said


def _thing_done(head: str, words: Sequence[Word]) -> str | None:
    """Return "film" for "which film" before a short clause, as "did he make"; None for times."""
    match = WHICH.fullmatch(head)
    is_short = len(words) <= 4 and fold(words[0].text) in DO
    ends_with_verb = not words[-1].is_function and words[-1].text.islower()
    return match[1] if match and match[1] not in SORTS and is_short and ends_with_verb else None


def _can_go_on(asked: str, head: str, verb: Word, after: Word) -> bool:
    """Return whether `asked` may replace `head`, the words before the auxiliary `verb`."""
    of_who = bool({"who", "what"} & {asked, *head.split()})
    is_subject = after.is_function or after.text[0].isupper()
    if asked in ("who", "what") or (of_who and fold(verb.text) in BE):
        return False  # of "Who was nominated?" or "Who is the star?": "who" is the subject
    if not head:  # not "How much can I bring my dog?": it asks what that costs
        return is_subject and not asked.startswith("how ")
    # Not in "Which film did he make?" or "How old is she?": "film" or "old" would be lost.
    is_bare = BARE.fullmatch(head) or _WHAT_TIME.fullmatch(head)
    is_whole = is_bare and not (head.startswith("how ") and fold(verb.text) in BE)
    return bool(is_whole) and (is_subject or not of_who)


def owning(subject: str) -> str:
    """Return the possessive of `subject`."""
    return f"{subject}'" if subject.endswith("s") else f"{subject}'s"


def _is_owner(question: str, pronoun: Word) -> bool:
    """Return whether the pronoun in `question` is a possessive: "her book", not "saw her in it"."""
    form = fold(pronoun.text)
    after = split(question[pronoun.end :])
    is_before_noun = bool(after) and fold(after[0].text) not in NEVER_OWNED
    return form in THIRD_PERSON_POSSESSIVES and (form != "her" or is_before_noun)


def owned(question: str, pronoun: Word, subject: str) -> str | None:
    """Return the noun after a possessive, with its owner, or None: "Callum Ross' walks"."""
    noun = phrase(question[pronoun.end :]) if _is_owner(question, pronoun) else None
    return f"{owning(subject)} {noun}" if noun else None


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
