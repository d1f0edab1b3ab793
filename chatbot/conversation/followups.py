"""Recognises how a question depends on earlier ones, by its form.

The forms are those of conversational search (TREC CAsT 2019; Dalton, Xiong and Callan 2020): a
pronoun, an ellipsis (words left out), or the same question about another subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.conversation.mentions import Mention, Sort
from chatbot.conversation.nouns import CHOSEN, is_past
from chatbot.language import kinds
from chatbot.language.text import Word, fold, split, terms
from chatbot.language.words import (
    A_AN_THE,
    AUXILIARIES,
    BARE_INTERROGATIVES,
    BE,
    COMPLEMENTIZERS,
    CONNECTIVES,
    DEGREES,
    DEMONSTRATIVES,
    FEMININE_PRONOUNS,
    INTERROGATIVES,
    MASCULINE_PRONOUNS,
    NEUTER_PRONOUNS,
    ORDINALS,
    PARTICLES,
    PLURAL_PRONOUNS,
    PREPOSITIONS,
    PRO_FORMS,
    SUBORDINATORS,
    SWAPPED_PREPOSITIONS,
    TIME_NOUNS,
    either,
)

Form = Literal["pronoun", "pointer", "bare", "swap", "noun"]
"""How a question depends on earlier ones.

- pronoun: "how old is he?"
- pointer: "when was that?", "that film", "the first one"
- bare: "why?", "how much?"
- swap: "and Oppenheimer's?", "in 2024?"; it replaces a part of the last question
- noun: "and the budget?"
"""

_PERSONS = MASCULINE_PRONOUNS | FEMININE_PRONOUNS
_THINGS = NEUTER_PRONOUNS | PLURAL_PRONOUNS
_WHICH_ARE = re.compile(rf"(?:and )?which {either(BE)} (?:the )?\w+\W*$")  # ..., "largest"
_OF_HIS = re.compile(r"\w+ of (?:his|hers|theirs)\b")  # in "that film of his", "his" counts
_PLACES = {word: i for i, word in enumerate(ORDINALS)} | {"last": -1, "latter": -1}
_PAUSES = frozenset(",;:.?!")
_MARKS = " ?!."
_UNSURE = 0.4  # the certainty if a pronoun may refer to something in the question itself
_BEFORE_POINTED = AUXILIARIES | PREPOSITIONS | SUBORDINATORS | {"like", "than", "and"}
NEVER_OWNED = _BEFORE_POINTED | INTERROGATIVES
"""Words before which "her" is not a possessive: "saw her in it"."""
_LEAD = re.compile(rf"^(?:{either(CONNECTIVES)}\b,?\s+)*(?:(?:what|how) about\s+)?", re.IGNORECASE)
SWAPPED = re.compile(rf"{either(SWAPPED_PREPOSITIONS)}\b", re.IGNORECASE)
TIME = either(TIME_NOUNS)
AT_ANOTHER_TIME = re.compile(
    rf"today|now|nowadays|tomorrow|(?:the )?(?:{TIME} (?:before|after|earlier|later)"
    rf"|(?:last|next|previous|following) {TIME})",
    re.IGNORECASE,
)
_TELLS = re.compile(r"(?:i|we) [a-z]", re.IGNORECASE)  # "I lost my key"
_ORDERS = tuple(f"{word} " for word in "name list tell give show explain describe define".split())
# "It" stands for the clause that follows: "how long does it take to …", "is it allowed to …".
_OF_CLAUSE = re.compile(
    r"\bit (?:\w+ed|known|said|thought|takes?|took|possible|necessary|important|means?|easy|hard"
    r"|better|safe|worth|allowed|mandatory|an option|so)\b"
    rf".* {either(COMPLEMENTIZERS)} \w"
)
# "It" refers to nothing: "is it raining?".
_WEATHER = re.compile(r"\bit(?:'s| is| was)? (?:rain|snow|hail|thunder|freez)")
# "Their" refers to what the question asks for: "how many lost their homes?".
_OF_ASKED = re.compile(
    rf"(?:and )?(?:who|how many(?: people)?) (?!{either(AUXILIARIES)}\b)\w+ their\b"
)
BARE_WORDS = rf"(?:{either(BARE_INTERROGATIVES)}(?:(?<=how) {either(DEGREES)})?)"
"""Words that can be a whole question, as a pattern: "why", "how much"."""
BARE = re.compile(
    rf"(?:{either(PREPOSITIONS)} )?{BARE_WORDS}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Lean:
    """How a question depends on earlier ones."""

    form: Form
    sort: Sort | None = None
    """The sort of thing that its pronoun or pointer may refer to; None for any sort."""
    word: Word | None = None
    """The pronoun or pointer."""
    certainty: float = 1.0
    """Below 1 if its pronoun may refer to something in the question itself."""
    is_open: bool = False
    """Whether it cannot be understood by itself: "why?", "and Oppenheimer's?", "who said that?"."""

    @property
    def points(self) -> bool:
        """Whether it has a pronoun or pointer."""
        return self.form in ("pronoun", "pointer")

    @property
    def is_plural(self) -> bool:
        """Whether it has a plural pronoun."""
        return self.word is not None and fold(self.word.text) in PLURAL_PRONOUNS

    @property
    def is_one(self) -> bool:
        """Whether it asks for one of several: "which one", "which is the largest"."""
        return self.word is not None and fold(self.word.text) in PRO_FORMS | {"which"}

    @property
    def gender(self) -> str | None:
        """The gender of its pronoun, "he" or "she"; None if it does not refer to one person."""
        if self.form != "pronoun" or self.sort != "person" or not self.word:
            return None
        return "she" if fold(self.word.text).startswith(("she", "her")) else "he"


def lean(question: str, named: Sequence[Mention]) -> Lean | None:
    """Return how `question` depends on earlier ones; None if its form shows no such need.

    `named` are the names in it. A pronoun after a name, or after a noun with "the", refers to that
    name or noun.
    """
    words = split(question)
    folded = [fold(word.text) for word in words]
    content = [word for word in words if not word.is_function]
    pointed = _pointed(question, words, folded)
    if pointed and (content or pointed.form == "pronoun"):
        return pointed
    led = lead(question)
    rest = without_lead(question)
    asks = any(
        word in AUXILIARIES or word.partition("'")[0] in INTERROGATIVES  # also "what's"
        for word in map(fold, rest.split())
    )
    asks = asks or fold(rest).startswith(_ORDERS)
    if not content or BARE.fullmatch(rest):
        return Lean("bare", is_open=True)
    if asks or _TELLS.match(rest):
        return None
    other_one = bool(re.search(r"\bones?$", rest))  # "the 2021 one"
    of_name = any(word.text[0].isupper() for word in content)  # even if no article has it
    another = named or of_name or other_one or AT_ANOTHER_TIME.fullmatch(rest)
    if SWAPPED.match(rest) or (led and another and len(content) <= 4):
        return Lean("swap", is_open=True)
    if named and (not led or _only_names(content, named)):
        return None  # a name alone, or "the budget of Anora", depends on nothing
    return Lean("noun", is_open=led > 0) if len(content) <= 4 else None


def ordinal(question: str) -> int | None:
    """Return the index that "the first one" or "the latter" means, -1 for the last; else None."""
    match = re.search(r"\bthe (\w+)(?: one| of (?:them|these|those))?\W*$", fold(question))
    return _PLACES.get(match.group(1)) if match else None


def is_parallel(question: str, found: Lean) -> bool:
    """Return whether `question` asks for another property: "and its largest city?"."""
    is_its = found.word is not None and fold(found.word.text) in ("its", "their")
    return is_its and lead(question) > 0


def goes_on(question: str, found: Lean) -> bool:
    """Return whether the next pronoun will refer to the same thing as that of `question`.

    It will after "where did he study?" and "who was at his funeral?", but not after "who was his
    father?". It will after "what licence does it have?", but not after "what is it called?".
    """
    if not found.word or found.form != "pronoun":
        return False
    form = fold(found.word.text)
    if form == "it":
        is_last = not split(question[found.word.end :])
        return not is_last and kinds.asked(question) != "name"
    if not found.gender:
        return False
    before = split(question[: found.word.start])
    is_behind_preposition = bool(before) and fold(before[-1].text) in PREPOSITIONS
    return form in ("he", "she") or (form in ("his", "her") and is_behind_preposition)


def _pointed(question: str, words: Sequence[Word], folded: Sequence[str]) -> Lean | None:
    """Return the first pronoun or pointer that refers to nothing in the question itself.

    "That" may refer to the words before a comma: "I'd like to delay a mail, is that possible?".
    """
    sort: Sort | None
    named = determined = told = False
    said = end = 0  # how many content words so far; where the last word ends
    plain = " ".join(folded)
    of_clause = bool(_OF_CLAUSE.search(plain) or _WEATHER.search(plain))
    chosen = CHOSEN.match(plain)
    if _WHICH_ARE.match(plain) or (chosen and is_past(chosen[1])):  # "which came second?"
        return Lean("pointer", None, words[folded.index("which")])
    for i, (word, form) in enumerate(zip(words, folded, strict=True)):
        before = folded[i - 1] if i else ""
        after = folded[i + 1] if i + 1 < len(folded) else ""
        told = told or (said >= 2 and not _PAUSES.isdisjoint(question[end : word.start]))
        certainty = _UNSURE if told else 1.0
        end = word.end
        form = form.removesuffix("'s") if form in ("he's", "she's", "it's") else form
        if form in _PERSONS and not named:
            return Lean("pronoun", "person", word)
        if form in ("them", "these", "those") and before == "of":
            return Lean("pointer", "group", word)
        if form == "their" and _OF_ASKED.match(plain):
            continue
        if form in _THINGS and not named and not (form == "it" and of_clause):
            sort = "thing" if form.startswith("it") else None
            return Lean("pronoun", sort, word, _UNSURE if determined else certainty)
        if form in DEMONSTRATIVES and _OF_HIS.match(" ".join(folded[i + 1 :])):
            continue
        if form in ("this", "these") and not named:
            return Lean("pointer", _sort_of(form, after), word, certainty)
        if form in ("that", "those") and (
            not after or not before or before in _BEFORE_POINTED or after in PARTICLES
        ):
            alone = not after or (words[i + 1].is_function and bool(before))
            sort = _sort_of(form, after)
            return Lean("pointer", sort, word, certainty, is_open=alone and not told)
        if form == "there" and not after and before not in BE:
            return Lean("pointer", "place", word)
        if form == "then" and not after and sum(not word.is_function for word in words) <= 1:
            return Lean("pointer", None, word)  # not of "who plays her, then?"
        if form in PRO_FORMS and before in (*_PLACES, "other", "another", "which"):
            return Lean("pointer", None, word)
        said += not word.is_function
        named = named or (not word.is_function and word.start > 0 and word.text[0].isupper())
        determined = determined or (before in A_AN_THE and not word.is_function)
    return None


def _sort_of(pointer: str, noun: str) -> Sort:
    """Return the sort of thing that "that film", "this actor" or "that" alone may refer to."""
    is_one = pointer in ("this", "that")
    return "person" if is_one and kinds.names_person(noun) else "thing"


def lead(question: str) -> int:
    """Return the length of "and" or "what about" at the start of `question`, or 0."""
    match = _LEAD.match(question)
    return match.end() if match else 0


def without_lead(question: str) -> str:
    """Return `question` without "and" or "what about" at its start and the mark at its end."""
    return question[lead(question) :].strip(_MARKS)


def unmarked(question: str) -> str:
    """Return `question` without the question mark at its end."""
    return question.rstrip(_MARKS)


def _only_names(content: Sequence[Word], named: Sequence[Mention]) -> bool:
    """Return whether all words of `content` belong to names: "Anora's", "the normans"."""
    of_names = {term for mention in named for term in terms(mention.text)}
    return all(
        word.term in of_names or word.text[0].isupper() or word.text[0].isdigit()
        for word in content
    )
