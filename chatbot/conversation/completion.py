"""A question that leans on those before it, in full: what it leaves out is filled in by rule.

In plain words that a visitor can check; nothing is generated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from chatbot.conversation.followups import (
    AT_ANOTHER_TIME,
    BARE,
    BARE_WORDS,
    NEVER_OWNED,
    SWAPPED,
    TIME,
    Lean,
    lead,
    unmarked,
    without_lead,
)
from chatbot.conversation.nouns import SORTS, WHICH, is_plural, phrase
from chatbot.conversation.subjects import Mention
from chatbot.language import forms, kinds
from chatbot.language.text import Word, fold, split, terms
from chatbot.language.words import (
    ARTICLES,
    AUXILIARIES,
    BE,
    DETERMINERS,
    DO,
    FINITE_AUXILIARIES,
    FIRST_PERSON,
    INTERROGATIVES,
    NOUN_PREPOSITIONS,
    ORDINALS,
    SEASONS,
    SUBJECT_PRONOUNS,
    THIRD_PERSON_DETERMINERS,
    THIRD_PERSON_POSSESSIVES,
    TIMES_OF_DAY,
    VERB_AUXILIARIES,
    WHAT_OR_WHICH,
    either,
)

_WHAT_TIME = re.compile(rf"(?:(?:at|in|on) )?{either(WHAT_OR_WHICH)} {TIME}")
_PAIRS = ("is are", "was were", "does do", "has have")
_OTHER_NUMBER = {a: b for pair in _PAIRS for a, b in (pair.split(), reversed(pair.split()))}
_AGREES = re.compile(rf"\b{either(_OTHER_NUMBER)}\b(?=(?: there)?\s+$)", re.IGNORECASE)
_OWNED = re.compile(r"(['’]s?\s+)[\w-]+")
_IN_TIME = re.compile(
    rf"\b(?:{TIME}s?|{either(SEASONS | TIMES_OF_DAY)}|weekend|holidays)\b",
    re.IGNORECASE,
)
_OF_KIND = re.compile(
    rf"{either(WHAT_OR_WHICH)} [\w-]+ {either(VERB_AUXILIARIES)}\b", re.IGNORECASE
)
_TAKES = re.compile(rf"how (?:long|much|much time) {either(VERB_AUXILIARIES)} it take")
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
_ARTICLE = re.compile(rf"^(?:{either(ARTICLES)}|any)\s+", re.IGNORECASE)
_BEFORE_NOUN = either(DETERMINERS | {"any", "some"})
_SUBJECT_WITH_VERB = re.compile(
    rf"(?: [A-Z][\w’'-]*)+ [a-z]+\b| (?:I|{either(SUBJECT_PRONOUNS)}) [a-z]+\b"
)
_PLAIN = re.compile(
    r"^(?:(?:and|so)\s+)*"
    rf"{BARE_WORDS}?(?: else)?\s*"
    rf"(?:(?:{either(FINITE_AUXILIARIES)}|happens|happened)\s+)?",
    re.IGNORECASE,
)


class Completed(NamedTuple):
    """A question in full."""

    text: str
    is_of_another: bool = False
    """It asks of another thing, named by a common noun, what was asked before."""


def complete(
    question: str,
    found: Lean,
    subject: str | None,
    before: str | None,
    named: Sequence[Mention],
    doer: str | None = None,
) -> Completed:
    """Return `question` with what it leans on filled in; unchanged where there is nothing to.

    `subject` is what its pronoun or its noun belongs to, `before` the question before, in full,
    `named` what that one names, oldest first, `doer` who answers it if it asks who did something.
    """
    if before and (other := _of_other_ordinal(question, before) or _of_such(question, before)):
        return Completed(other)
    if found.form == "swap" and before:
        return Completed(_swapped(question, before, named))
    if found.form == "noun":
        if before and set(terms(question)) <= set(terms(before)):
            return Completed(before)  # the same again
        if before and not named:
            if other := _exchanged(question, before):
                return Completed(other, is_of_another=True)
            rest = without_lead(question)
            if is_of_visitor(before) and not kinds.names_kind(rest):
                return Completed(aside(before, rest))  # "Do I pay?", "and students?"
        return Completed(_noun(question, subject) if subject else question)
    if before and is_of_visitor(before) and _TAKES.fullmatch(fold(without_lead(question))):
        return Completed(aside(question, clause(before)))  # what the visitor does takes time
    if found.form == "pronoun" and found.word and subject:
        return Completed(_substituted(question, found.word, subject))
    if found.form == "pointer" and subject:
        return Completed(aside(question, subject))
    if found.form == "bare" and before:
        return Completed(_asked_of(question, before, doer))
    return Completed(question)


def is_of_visitor(question: str) -> bool:
    """Tell whether `question` is about what the visitor does or has: "Where can I park?"."""
    return not FIRST_PERSON.isdisjoint(fold(word.text) for word in split(question))


def aside(question: str, subject: str) -> str:
    """Return `question` with its subject behind it in brackets, of which there is one pair."""
    bare = unmarked(question)
    subject = re.sub(r" ?\(([^()]*)\)", r", \1", subject).removeprefix(", ")
    return f"{bare} ({subject})?" if subject else question


def _swapped(question: str, before: str, named: Sequence[Mention]) -> str:
    """Return `before` with what `question` has instead: "and Anora's?", "in 2024?"."""
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
    name = re.sub(r"['’]s?$|^[Tt]he (?=.* ones?$)|\bones?$", "", rest).strip()  # no Teema One
    if named:
        full = named[-1].text
        text = re.escape(full if full in before else full.split()[-1])
        old = rf"(?:\bthe )?{text}(?! [a-z]+\W*$)|{text}"  # not of "the Plus plan"
        return re.sub(old, lambda _: name, before, flags=re.IGNORECASE)
    return _exchanged(question, before) or aside(before, name)


def _is_alike(one: str, other: str) -> bool:
    """Tell whether two stretches that begin with a preposition are both of time, both names or not.

    Only then may one be put in the place of the other.
    """

    def form(stretch: str) -> tuple[bool, bool]:
        is_time = bool(forms.find("date", stretch) or _IN_TIME.search(stretch))
        return is_time, stretch.split()[-1][0].isupper()

    return form(one) == form(other)


def _of_other_ordinal(question: str, before: str) -> str | None:
    """Return `before` with another ordinal or superlative: "the first match?", "and the second?".

    Or with one, if it asks for "the president".
    """
    other = _ORDINAL_ALONE.fullmatch(without_lead(question))
    if not other:
        return None
    if old := _ORDINAL.search(before):
        return f"{before[: old.start()]}{other[1]}{before[old.end() :]}"
    one = _THE_ONE.match(before)
    return f"{one[0]}{other[1]} {before[one.end() :]}" if one else None


def _of_such(question: str, before: str) -> str | None:
    """Return `before` with another name of the same sort: "Who won best actress?", "best actor?".

    The names have the same number of words, and all but the last are the same.
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


def _exchanged(question: str, before: str) -> str | None:
    """Return `before` with another noun: "How much is a bike?", "and the helmets?".

    None where the noun says what is asked for, as in "and the price?", or there is none before.
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
        return None  # what is asked for, or only told: "I have a dog, may it come?"
    owned = _OWNED.match(tail)
    if owned:  # "Can I change the chat's colour?", "and the language?"
        noun = _ARTICLE.sub("", rest)
        return f"{before[: at[-1].end()]}{owned.group(1)}{noun}{tail[owned.end() :]}"
    verb = _AGREES.search(head)
    if verb and is_plural(old) != is_plural(rest):
        head = f"{head[: verb.start()]}{_OTHER_NUMBER[fold(verb.group())]}{head[verb.end() :]}"
    return f"{head}{rest}{tail}"


def _noun(question: str, subject: str) -> str:
    """Return a noun as a question about `subject`: "Who is the director of Anora?"."""
    noun = _ARTICLE.sub("", without_lead(question))
    if noun[1:2].islower():  # "Budget?" begins with a capital for the sentence's sake
        noun = noun[0].lower() + noun[1:]
    return f"{_asking_for(noun)} the {noun} of {subject}?"


def _asking_for(noun: str) -> str:
    """Return "Who is", "What are": what begins a question for `noun`."""
    verb = "are" if is_plural(noun) else "is"
    return f"{'Who' if kinds.names_person(noun) else 'What'} {verb}"


def _asked_of(question: str, before: str, doer: str | None) -> str:
    """Return a bare "when?" as a question about what `before` was about.

    "Did it win an award?" makes "When did it win an award?"; where no auxiliary shows how, what
    was asked stands in brackets.
    """
    asking = BARE.match(question, lead(question))
    if not asking:
        return aside(question, statement(before, doer))
    asked, rest = asking.group(), question[asking.end() :]
    form = fold(asked)
    noun = phrase(before) if form == "how many" and unmarked(rest) else None
    if noun and is_plural(noun):
        return f"{asked} {_ARTICLE.sub('', noun)}{rest}"  # "how many are there?"
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
    """Return " Ada Lovel say about it" with "that" behind its verb, where the verb is plain.

    It is the word behind a name or a pronoun.
    """
    verb = _SUBJECT_WITH_VERB.match(said)
    return f"{verb[0]} that{said[verb.end() :]}" if verb else said


def _thing_done(head: str, words: Sequence[Word]) -> str | None:
    """Return the thing of "which film" before no more than "did he make", but no time."""
    match = WHICH.fullmatch(head)
    is_short = len(words) <= 4 and fold(words[0].text) in DO
    ends_with_verb = not words[-1].is_function and words[-1].text.islower()
    return match[1] if match and match[1] not in SORTS and is_short and ends_with_verb else None


def _can_go_on(asked: str, head: str, verb: Word, after: Word) -> bool:
    """Tell whether `asked` can be put in place of `head`, what was asked with before `verb`."""
    of_who = bool({"who", "what"} & {asked, *head.split()})
    is_subject = after.is_function or after.text[0].isupper()
    if asked in ("who", "what") or (of_who and fold(verb.text) in BE):
        return False  # of "Who was nominated?" or "Who is the star?": "who" is the subject
    if not head:  # not "How much can I bring my dog?": an amount is of what was spoken of
        return is_subject and not asked.startswith("how ")
    # Not of "Which film did he make?" or "How old is she?": what is left out would be missing.
    is_bare = BARE.fullmatch(head) or _WHAT_TIME.fullmatch(head)
    is_whole = is_bare and not (head.startswith("how ") and fold(verb.text) in BE)
    return bool(is_whole) and (is_subject or not of_who)


def clause(question: str) -> str:
    """Return what `question` says, without what it asks with: "the chat set cookies".

    All of it where it asks for one of a kind: "which film did Calder make".
    """
    if _OF_KIND.match(without_lead(question)):
        return without_lead(question)
    return unmarked(_PLAIN.sub("", question))


def statement(question: str, doer: str | None) -> str:
    """Return what `question` says, of `doer` if it asks who did it: "Mehmed II conquered it"."""
    return f"{doer} {clause(question)}" if doer else clause(question)


def asks_who_did(question: str) -> bool:
    """Tell whether `question` asks with "who" for whoever did something: "Who conquered it?"."""
    words = [fold(word.text) for word in split(question[lead(question) :])]
    return len(words) > 2 and words[0] == "who" and words[1] not in AUXILIARIES


def owning(subject: str) -> str:
    """Return the possessive of `subject`."""
    return f"{subject}'" if subject.endswith("s") else f"{subject}'s"


def _is_owner(question: str, pronoun: Word) -> bool:
    """Tell whether a pronoun of `question` is a possessive: "her book", not "saw her in it"."""
    form = fold(pronoun.text)
    after = split(question[pronoun.end :])
    is_before_noun = bool(after) and fold(after[0].text) not in NEVER_OWNED
    return form in THIRD_PERSON_POSSESSIVES and (form != "her" or is_before_noun)


def owned(question: str, pronoun: Word, subject: str) -> str | None:
    """Return what `question` says is his, hers or its: "Callum Ross' walks"; None if nothing."""
    noun = phrase(question[pronoun.end :]) if _is_owner(question, pronoun) else None
    return f"{owning(subject)} {noun}" if noun else None


def _substituted(question: str, pronoun: Word, subject: str) -> str:
    """Return `question` with `subject` for its pronoun; of a mere noun a whole question."""
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
