"""Finds the common noun that a question is about, by the position of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.language import kinds
from chatbot.language.lexicon import PAST_FORMS
from chatbot.language.text import Word, fold, split, terms
from chatbot.language.words import (
    A_AN,
    A_AN_THE,
    BE,
    DATE_NOUNS,
    DEMONSTRATIVES,
    DETERMINERS,
    DO,
    FEMALE_NOUNS,
    FINITE_AUXILIARIES,
    HAVE,
    LOCATION_PREPOSITIONS,
    MALE_NOUNS,
    NATIONALITIES,
    NEUTER_PRONOUNS,
    PLURAL_PRONOUNS,
    PRO_FORMS,
    SUBJECT_PRONOUNS,
    THIRD_PERSON_SUBJECTS,
    TIME_NOUNS,
    VERB_AUXILIARIES,
    WHAT_OR_WHICH,
    either,
)
from chatbot.types import Pronoun

_WHO_DOES = SUBJECT_PRONOUNS | {"people"}
_BEHIND_VERB = frozenset("along away back home online overnight today together tomorrow".split())
_ASKED_FOR = WHAT_OR_WHICH | PRO_FORMS | {"who", "else"}
_KNOWN = DEMONSTRATIVES | NEUTER_PRONOUNS | PLURAL_PRONOUNS | {"the"}
# Adjectives in the place of a participle: "is the museum open?".
_STATES = frozenset(
    "available bad born dangerous free good harmful healthy open safe suitable toxic".split()
)
_HAPPENS = frozenset("causes comes counts goes happens helps keeps makes matters means".split())
_TURNING = frozenset("become feel get go look remain seem stay turn".split())
# After a noun these are verbs: none of them is the plural of a noun.
_SURELY_VERBS = frozenset(
    "arrives becomes comes fails feels gets goes got looks remains seems stays".split()
)
SORTS = DATE_NOUNS | TIME_NOUNS | {"kind", "sort", "type", "way"}
_SIDES = frozenset("beginning bottom end left middle right side top".split())
_POSSESSIVE = re.compile(r"['’]s?$")
_WHO_ARE = re.compile(r"\bwho (?:are|were)\b")
WHICH = re.compile(rf"\b{either(WHAT_OR_WHICH)} ([\w-]+)")
_IT_TOLD = re.compile(rf",.* {either(THIRD_PERSON_SUBJECTS)}\b")
"""Finds questions that name their subject first: "My dog has fleas, may it come?"."""
_COUNTED = re.compile(
    rf"\bhow many ([\w-]+) {either(DO)}\b.* have\W*$|\bhave (?:any )?([\w-]+)\W*$"
)
CHOSEN = re.compile(r"(?:and )?which ([\w-]+)")
_NO_KIND = FINITE_AUXILIARIES | SORTS | PRO_FORMS | {"of"}
_KIND = re.compile(r"\b(?:what|which|how many) ([\w-]+)")
_PLURAL = re.compile(r"(?:[^sui]s|children|people)$")


def phrase(question: str, or_place: bool = True) -> str | None:
    """Return what a question is about: its last noun with a determiner, or else its last noun.

    A noun after "on" or "in" counts only if there is no other noun and `or_place` is true. "Can I
    put it on the page?" is not about the page. "The router's lamp" is about the router. A phrase
    begins at its first capital: "won Super Bowl 50" is about "Super Bowl 50". Words in the position
    of a verb are left out. None if there is no noun.
    """
    words = split(question)
    folded = [fold(word.text) for word in words]
    runs = _runs(words, folded)
    if not runs:
        return None
    determined = [run for run in runs if run[0] and folded[run[0] - 1] in DETERMINERS]
    if determined:
        before = (folded[run[0] - 2] if run[0] > 1 else "" for run in determined)
        is_where = (word in LOCATION_PREPOSITIONS for word in before)
        objects = [run for run, where in zip(determined, is_where, strict=True) if not where]
        if not objects and not or_place:
            return None
        run = (objects or determined)[0 if _IT_TOLD.search(question) else -1]
    else:
        # "Are updates installed at night?" is about its first noun, other questions about their
        # last.
        run = runs[0 if folded[0] in FINITE_AUXILIARIES | {"which"} else -1]
    run = _without_verb(run, folded, run[0] - (2 if determined else 1))
    owner = next((i for i in run[:-1] if _POSSESSIVE.search(words[i].text)), None)
    if owner is not None:
        # The owner is kept alone in "children's prices", not in "a child's ticket" or "children's
        # bikes".
        is_a = determined and folded[run[0] - 1] in A_AN
        if not is_a and (determined or kinds.names_kind(folded[run[-1]])):
            run = [i for i in run if i <= owner]
    name = _POSSESSIVE.sub("", question[words[run[0]].start : words[run[-1]].end])
    return f"the {name}" if determined else name


def _runs(words: Sequence[Word], folded: Sequence[str]) -> list[list[int]]:
    """Return the indices of each run of words that may be nouns; a name in a run replaces it.

    A number alone is not a noun: "in 2023".
    """
    runs: list[list[int]] = []
    for i, word in enumerate(words):
        if word.is_function or _is_no_noun(folded, i):
            continue
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    for run in runs:
        capital = next((n for n, i in enumerate(run) if i and words[i].text[0].isupper()), 0)
        del run[:capital]
    return [
        run
        for run in runs
        if len(run) > 1 or not (folded[run[0]] in NATIONALITIES or folded[run[0]].isdecimal())
    ]


def _is_no_noun(folded: Sequence[str], place: int) -> bool:
    """Return whether a word is an adverb, or a verb after "who", "to" or "do you".

    The word after "what" or "which" is not a noun either if it is general: "What time …?".
    """
    if folded[place] in SORTS and folded[place - 1 : place] in (["what"], ["which"]):
        return True
    two, one = ["", "", *folded[:place]][-2:]
    is_asked_for = one in _ASKED_FOR or (one in BE and two in _ASKED_FOR)
    is_passive = one in ("be", "been", "being") or (one in BE and place > 1)
    if is_past(folded[place]) and (is_asked_for or is_passive):
        return True  # "who else won?", "what was asked?", "will the street be closed?"
    starts = (place == 1 and one == "who") or (two == "who" and one in VERB_AUXILIARIES)
    if folded[place] == "now" or folded[place] in _SIDES:
        return True
    return starts or one in ("to", "how") or (one in _WHO_DOES and two in FINITE_AUXILIARIES)


def _without_verb(run: list[int], folded: Sequence[str], before: int) -> list[int]:
    """Return a run of words without a verb or adjective at its end, where it surely has one.

    `before` is the index of the word before the run and its article, -1 if there is none.
    """
    verb_at = next((n for n in range(1, len(run)) if folded[run[n]] in _SURELY_VERBS), None)
    run = run[:verb_at]  # "if my parcel gets lost"
    while len(run) > 1 and folded[run[-1]] in _BEHIND_VERB:
        run = run[:-1]
    if len(run) == 1:
        return run
    last, verb = folded[run[-1]], folded[before] if before >= 0 else ""
    after = folded[run[-1] + 1] if run[-1] + 1 < len(folded) else ""
    if last.endswith("s") and after in A_AN_THE | {"my"}:
        return run[:-1]  # "My dog needs a bed."
    is_participle = is_past(last) or last in _STATES
    is_more = last.endswith("er") and after in ("for", "than")
    if is_participle and (before < 0 or verb in WHAT_OR_WHICH | {"many", "much"}):
        return run[:-1]  # "The chain broke.", "How many people died?", "Which film won?"
    if verb in BE and (is_participle or (before == 0 and (not after or is_more))):
        return run[:-1]  # "Is the tower high?", "Where are the keys kept?"
    if verb in HAVE and before and folded[before - 1] in _WHO_DOES:
        return run  # "Do you have house numbers?"
    if verb in VERB_AUXILIARIES:
        turns = next((n for n in range(1, len(run)) if folded[run[n]] in _TURNING), None)
        if turns:
            return run[:turns]  # "When did the lamp turn green?"
        # "Does the tower stand?", "Does the shop sell cups?": after "does", a verb has no "s".
        return run[: -2 if len(run) > 2 and last.endswith("s") else -1]
    return run


def is_past(form: str) -> bool:
    """Return whether `form` looks like a past tense or a past participle: "closed", "kept"."""
    return (form.endswith("ed") and not form.endswith(("eed", "bed"))) or form in PAST_FORMS


def known(noun: str) -> str:
    """Return `noun` with "the", as it is mentioned again; names and plurals are not changed."""
    is_common = noun[0].islower() and not noun.startswith("the ")
    return f"the {noun}" if is_common and not is_plural(noun) else noun


def chosen(question: str, short: str | None) -> str | None:
    """Return the `short` answer to "Which tour is flat?" with "the": "the river tour".

    None if `question` asks for no such choice, or if the answer ends with another noun.
    """
    match = WHICH.search(fold(question))
    named = split(short or "")
    if not short or not match or not named or is_plural(match[1]):
        return None
    if named[-1].term not in terms(match[1]):
        return None
    first = named[1] if len(named) > 1 and fold(named[0].text) in DETERMINERS else named[0]
    return f"the {short[first.start : named[-1].end]}"


def counted(question: str) -> str | None:
    """Return "the stars" for "Does it have stars?" and "How many stars …?"; else None.

    People and units of time do not count.
    """
    match = _COUNTED.search(fold(question))
    noun = (match[1] or match[2]) if match else ""
    is_thing = is_plural(noun) and noun[:-1] not in TIME_NOUNS and noun != "people"
    return f"the {noun}" if is_thing else None


def kind(question: str) -> str | None:
    """Return the noun after "which" or "what" in a question for a choice: "Which tour is flat?".

    None if there is none.
    """
    match = CHOSEN.match(fold(question))
    is_noun = match is not None and match[1] not in _NO_KIND and not is_past(match[1])
    return _asked_in_plural(_KIND, question) or (match[1] if match and is_noun else None)


def asks_for_several(question: str) -> bool:
    """Return whether `question` asks for more than one: "Which films ...?"."""
    return asks_who_are(question) or _asked_in_plural(WHICH, question) is not None


def _asked_in_plural(asking: re.Pattern[str], question: str) -> str | None:
    """Return what the pattern `asking` finds in `question` if it is a plural noun, else None."""
    match = asking.search(fold(question))
    no_noun = FINITE_AUXILIARIES | _HAPPENS  # "was", "what happens"
    noun = match[1] if match and match[1] not in no_noun else ""
    return noun if is_plural(noun) else None


def asks_who_are(question: str) -> bool:
    """Return whether `question` asks for several persons: "Who are her parents?"."""
    return bool(_WHO_ARE.search(fold(question)))


def gender(text: str) -> Pronoun | None:
    """Return "she" or "he" if `text` ends with a noun for a woman or man: "Who is her husband?"."""
    noun = split(text)[-1:]
    form = fold(noun[0].text) if noun else ""
    return "she" if form in FEMALE_NOUNS else "he" if form in MALE_NOUNS else None


def names_person_before(text: str) -> bool:
    """Return whether `text` has a noun for a person before its last comma: "The director, is …"."""
    told, _, _ = text.rpartition(",")
    return any(kinds.names_person(word.text) for word in split(told) if not word.is_function)


def introduced(question: str) -> str | None:
    """Return what `question` is about if it has "a" or "any" before that: "a ferry"."""
    noun = phrase(question)
    words = {fold(word.text) for word in split(question)}
    is_new = noun and re.search(rf"\b(?:an?|any) {re.escape(noun.removeprefix('the '))}", question)
    return noun if is_new and words.isdisjoint(_KNOWN) else None


def is_plural(noun: str) -> bool:
    """Return whether `noun` is a plural: "the guides"."""
    return bool(_PLURAL.search(noun))
