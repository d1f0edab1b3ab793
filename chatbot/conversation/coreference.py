"""Finds what "he", "they", "that" or "and the price?" refers to.

The rules are for English pronouns. Number and gender must agree, as far as the visitor or the
articles show them. Among the rest, the last mention is preferred, and what a question is about is
preferred to what an answer added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot.conversation import clauses, followups, nouns
from chatbot.conversation.followups import Lean
from chatbot.conversation.memory import Conversation
from chatbot.conversation.mentions import PERSONS, Mention, Sort, fitting
from chatbot.conversation.protocols import Statistics
from chatbot.language import kinds
from chatbot.language.text import terms


def subject(past: Conversation, text: str, lean: Lean | None) -> str | None:
    """Return what the pronoun, pointer or noun in `text` refers to; None if that is not known."""
    told = _by_form(past, text, lean) if lean else _listed(past, text)
    if told:
        return told
    sort = lean.sort if lean and lean.points else "thing"
    is_it = sort == "thing" and lean is not None and lean.word is not None
    asked_about = _not_replaced(past, lean) if lean and is_it else past.mentions
    fit = fitting(sort, _possible(past, asked_about, lean, sort))
    # "He" may also refer to a name that only an answer has; "it" refers to what was asked about.
    is_of_many = lean is not None and lean.is_plural and nouns.is_plural(past.noun or "")
    by_noun = sort == "thing" or not lean or not lean.word or is_of_many
    if not fit and not is_it and not (past.noun and by_noun):
        fit = fitting(sort, _possible(past, past.overheard, lean, sort))
    if fit:
        return _surer(past, fit, lean).spoken
    if sort == "person" or not past.noun:
        others = ("group", "person") if is_it else ("group",)
        newest = (m.spoken for m in reversed(past.mentions) if m.sort not in others)
        return next(newest, None)
    if lean and lean.form == "pointer" and lean.sort != "place" and past.stated:
        return clauses.statement(past.stated, past.doer)
    # "It" and "there" never refer to "people" or "an actor".
    is_one_thing = is_it or (sort == "place" and lean is not None and lean.form == "pointer")
    is_many = kinds.names_person(past.noun) or nouns.is_plural(past.noun)
    is_other = is_one_thing and is_many
    return past.single if is_other else past.noun


def _listed(past: Conversation, text: str) -> str | None:
    """Return the name in the last answer that "the first one" in `text` refers to."""
    place = followups.ordinal(text)
    is_there = place is not None and bool(past.listed) and place < len(past.listed)
    return past.listed[place].spoken if place is not None and is_there else None


def _by_form(past: Conversation, text: str, lean: Lean) -> str | None:
    """Return what `text` is about if its form alone decides that; else None."""
    if listed := _listed(past, text):
        return listed
    if lean.sort == "group" and past.noun:
        return past.owned or past.noun
    if lean.is_plural and (several := _several(past)):
        return several
    if lean.is_one and past.last and (of_kind := past.kind or nouns.phrase(past.last)):
        return of_kind  # "and which one climbs?"
    is_of_same = lean.form == "noun" or followups.is_parallel(text, lean)
    asked_of = _asked_of(past) if is_of_same else None
    return asked_of.spoken if asked_of else None


def replaced_by(past: Conversation, named: Sequence[Mention], index: Statistics) -> list[Mention]:
    """Return the names in the last question, with the one that `named` is to replace at the end.

    A person replaces a person. A place replaces a place or, if there is none, no person.
    """
    if len(named) != 1 or len(past.last_named) < 2:
        return past.last_named
    is_person = named[0].pronoun in PERSONS
    is_place = not is_person and index.naming.is_place(named[0].text)

    def likeness(mention: Mention) -> int:
        may_be_place = mention.sort in (None, "place")
        if is_place and may_be_place and (mention.sort or index.naming.is_place(mention.text)):
            return 2
        is_other = is_place and mention.is_several
        return int((mention.sort == "person") is is_person and not is_other)

    return sorted(past.last_named, key=likeness)


def _several(past: Conversation) -> str | None:
    """Return what "they" refers to, if a plural was mentioned; else None."""
    if past.owned:
        return past.owned
    if past.noun and nouns.is_plural(past.noun):
        return None if past.last_named else past.noun
    if past.many and past.is_many_new:
        return past.many
    if both := past.several or _pair(past):
        return both
    since = past.mentions[past.since_many :]
    for mention in reversed(since if past.many else past.mentions):
        if mention.is_several:
            return mention.spoken
    return None if any(mention.sort in ("thing", None) for mention in since) else past.many


def _asked_of(past: Conversation) -> Mention | None:
    """Return the name after "of" in the last question: "What is the capital of Ruritania?"."""
    last = followups.unmarked(past.last or "")
    for mention in past.last_named:
        if last.endswith((f" of {mention.spoken}", f" of {mention.text}")):
            return mention
    return None


def _not_replaced(past: Conversation, lean: Lean) -> list[Mention]:
    """Return the names that "it" may refer to although a common noun was mentioned later.

    Places are left out. If the noun was new, or was just mentioned again, all names before it are
    left out.
    """
    if past.noun is None or nouns.is_plural(past.noun):
        return past.mentions
    is_noun = past.is_introduced or (past.is_back and lean.form == "pronoun")
    before = [] if is_noun else past.mentions[: past.older]
    since = past.mentions[past.older :]
    if not kinds.names_person(past.noun):
        # After "Where is the tower?", "it" is the tower, not the town in the answer.
        since = [m for m in since if not (m.is_answer and m.sort == "place")]
    return [m for m in before if m.sort != "place"] + since


def _possible(
    past: Conversation, mentions: Sequence[Mention], lean: Lean | None, sort: Sort | None
) -> list[Mention]:
    """Return those of `mentions` that a noun or a pronoun for this sort of thing may refer to."""
    # A place counts only if no noun was mentioned, if it is an article's title, or for "it".
    no_place = bool(past.noun) and (lean is None or lean.sort is None)
    sorts = {m.text: m.sort for m in mentions if m.sort and sort == "person"}
    known = (replace(m, sort=m.sort or sorts.get(m.text)) for m in mentions)
    return [
        mention
        for mention in known
        if _is_called(past, mention, lean, sort)
        and not (no_place and mention.sort == "place" and not mention.is_title)
    ]


def _is_called(past: Conversation, mention: Mention, lean: Lean | None, sort: Sort | None) -> bool:
    """Return whether the pronoun in `lean` agrees with `mention` in gender.

    The pronoun that the visitor used counts more than what the articles show.
    """
    called = past.pronoun(mention)
    if lean and lean.gender:
        is_unsure = called in ("who", None) and mention.gender in (lean.gender, None)
        return called == lean.gender or is_unsure
    if sort == "person":
        return called != "it"  # "that director" may be "he" or "she"
    return called not in ("he", "she")


def _surer(past: Conversation, fit: Mention, lean: Lean | None) -> Mention:
    """Return a mention whose pronoun is known to be right, if that of `fit` is not; else `fit`.

    If the last question named `fit`, only another name in that question may take its place.
    """
    if not lean or not lean.gender or past.pronoun(fit) in ("he", "she"):
        return fit
    if fit.text in {mention.text for mention in past.last_named}:
        others = past.last_named
    elif fit.text in {mention.text for mention in past.listed}:
        return fit
    else:
        others = past.mentions
    return next((m for m in reversed(others) if past.pronoun(m) == lean.gender), fit)


def _pair(past: Conversation) -> str | None:
    """Return the last two persons, "George Sand and Chopin", if the last name was a person's."""
    newest = [m for m in reversed(past.mentions) if m.sort not in ("place", "group")]
    if not newest or newest[0].sort != "person":
        return None
    last = newest[0]
    others = (m for m in newest if m.sort == "person" and not _is_same(m, last))
    return next((f"{other.spoken} and {last.spoken}" for other in others), None)


def _is_same(one: Mention, other: Mention) -> bool:
    """Return whether two names may mean the same person: "Brandt" and "Hugo Brandt"."""
    return not set(terms(one.text)).isdisjoint(terms(other.text))
