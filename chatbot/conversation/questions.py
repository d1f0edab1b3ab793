"""Proposes a few readings of a question: what it may mean after the earlier turns.

One reading is always the visitor's own words. Others use words of earlier turns in two ways. What
the question leaves out ("how old is he?") is filled in. The other words of the conversation only
help to choose the article. This is known as historical query expansion (Yang et al. 2019, "Query
and Answer Expansion from Conversation History", TREC CAsT). The rules here only propose readings;
`evidence` chooses one by what each of them finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chatbot.conversation import clauses, completion, coreference, followups, nouns, subjects
from chatbot.conversation.followups import Form, Lean
from chatbot.conversation.memory import Conversation, Filled, names, own_terms
from chatbot.conversation.mentions import Mention
from chatbot.conversation.protocols import Statistics
from chatbot.errors import QuestionError
from chatbot.language.foreign import is_foreign
from chatbot.language.text import split, terms
from chatbot.types import Question, Turn

MAX_LENGTH = 1000
FILLED_IN = 0.6
"""The weight of a word that was filled in; the visitor's own words have weight 1."""
OF_GIVEN = 0.3
"""The factor for a given name: articles mostly use the surname."""
ADDED = 0.3
"""The weight of a subject that is added to a question that is already complete."""
REACH = 2.5
"""The conversation adds at most this much to an article's score, in idf of the rarest term."""

_NO_SURNAME = re.compile(r" (?:[IVX]+|[JS]r\.?)$")  # "Mehmed II" has no surname

Rule = Form | Literal["own", "topic", "subject"]
"""The rule that proposed a reading.

- own: the visitor's own words
- topic: the visitor's own words; the conversation helps to choose the article
- subject: the subject of earlier questions is added
- a `Form`: what a question of this form leaves out is filled in
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """One possible meaning of a question."""

    question: Question
    rule: Rule = "own"
    lean: Lean | None = None
    """How it depends on earlier turns; None if it does not."""
    is_named: bool = False
    """Whether the visitor's own words name something."""


def understand(
    text: str,
    history: Sequence[Turn] = (),
    article: str | None = None,
    index: Statistics | None = None,
) -> tuple[Reading, ...]:
    """Return the readings of `text`, asked after the turns in `history` (oldest first).

    The first reading is the visitor's own words. It is the only one if there is no `index`, or if
    the question is not in English.

    Raises:
        QuestionError: `text` has only white space, or more than `MAX_LENGTH` characters.
    """
    text = " ".join(text.split())
    if not text:
        raise QuestionError("the question is empty")
    if len(text) > MAX_LENGTH:
        raise QuestionError(f"the question has {len(text)} characters; {MAX_LENGTH} are allowed")
    question = Question(text=text, article=article)
    if not history or index is None or is_foreign(text):
        return (Reading(question),)
    past = _remembered(history, index)
    named = names(text, index)
    lean = followups.lean(text, named)
    found = {question: Reading(question, lean=lean, is_named=bool(named))}
    if past.last and not _stands_alone(text, lean, index):
        for reading in _proposed(question, lean, named, past, index):
            found.setdefault(reading.question, reading)
    return tuple(found.values())


def _remembered(history: Sequence[Turn], index: Statistics) -> Conversation:
    """Return what is remembered of the turns."""
    past = Conversation()
    answers_known = any(turn.answer for turn in history)
    for turn in history:
        said = " ".join(turn.question.split())
        if said:
            failed = answers_known and turn.answer is None
            past.remember(said, filled(said, past, index), turn, failed, index)
    return past


def _proposed(
    question: Question,
    lean: Lean | None,
    named: Sequence[Mention],
    past: Conversation,
    index: Statistics,
) -> Iterator[Reading]:
    """Yield the readings of a question that use the conversation, likeliest first."""
    text = question.text
    read = _filled(text, lean, named, past, index)
    if read.text != text:
        swapped = lean is not None and lean.form == "swap" and bool(named)
        moved = past.is_elsewhere and read.subject == past.noun
        yield Reading(
            replace(
                question,
                understood_as=read.text,
                context=_context(read, index),
                topic=() if swapped else _topic(past, index, since=moved),
            ),
            lean.form if lean else "subject",
            lean,
        )
    yield Reading(replace(question, topic=_topic(past, index)), "topic", lean)


def _topic(
    past: Conversation, index: Statistics, since: bool = False
) -> tuple[tuple[str, float], ...]:
    """Return each term of the conversation with its weight in choosing the article.

    With `since`, only the turns since the last question about another article count.
    """
    weights = past.weights(index, since)
    highest = index.standing(weights).max(initial=0.0) if weights else 0.0
    reach = min(1.0, REACH * index.idf("") / highest) if highest else 0.0
    return tuple((term, reach * said) for term, said in weights.items()) if reach else ()


def _context(read: Filled, index: Statistics) -> tuple[tuple[str, float], ...]:
    """Return each word that was filled in with its weight in the search."""
    weight = FILLED_IN if read.lean else ADDED
    own = {word.term for word in split(read.said)}
    added = [w for w in split(read.text) if not w.is_function and w.term not in own]
    given = _given_names(read)
    known = {word.term for word in added} | own
    added += [w for w in split(read.subject or "") if w.term in given - known]
    return tuple((w.text, weight * (OF_GIVEN if w.term in given else 1)) for w in added)


def _called(person: str, index: Statistics) -> str:
    """Return a person's surname if the articles use it more often than the given names."""
    *given, surname = terms(person) or [""]
    last = person.split()[-1]
    is_his = not _NO_SURNAME.search(person) and index.naming.pronoun(last) != "it"
    alone = given and is_his and index.idf(surname) < min(map(index.idf, given))
    return last if alone else person


def _given_names(read: Filled) -> set[str]:
    """Return the terms of a person's name except the last word."""
    person = read.subject if read.lean and read.lean.sort == "person" else None
    return set(terms(person)[:-1]) if person and not _NO_SURNAME.search(person) else set()


def is_open(question: Question) -> bool:
    """Return whether it is unknown what `question` is about, as in a first "how old is he?"."""
    found = _left_open(question)
    return found is not None and (found.is_open or (found.points and found.certainty == 1))


def points_nowhere(question: Question) -> bool:
    """Return whether `question` has a "that" which refers to nothing, so that any hit is chance."""
    found = _left_open(question)
    return found is not None and found.form == "pointer" and found.is_open


def _left_open(question: Question) -> Lean | None:
    """Return how `question` depends on earlier ones if nothing was filled in; else None."""
    is_alone = question.understood == question.text and not question.topic
    return followups.lean(question.text, ()) if is_alone else None


def filled(text: str, past: Conversation, index: Statistics) -> Filled:
    """Return a question of the history, completed as it was most likely meant."""
    named = names(text, index)
    lean = followups.lean(text, named)
    if not past.last or _stands_alone(text, lean, index):
        return Filled(text, text, lean if lean and lean.form == "pronoun" else None)
    if (lean is None or lean.certainty < 1) and _is_elsewhere(text, past, index):
        return Filled(text, text, is_elsewhere=True)
    return _filled(text, lean, named, past, index)


def _filled(
    text: str, lean: Lean | None, named: Sequence[Mention], past: Conversation, index: Statistics
) -> Filled:
    """Return the question `text`, completed; `named` are the names in it."""
    subject = coreference.subject(past, text, lean)
    full = completion.Completed(text)
    if lean:
        before = past.answered if lean.form == "bare" else past.last
        called = _called(subject, index) if subject and lean.sort == "person" else subject
        replaced = coreference.replaced_by(past, named, index)
        full = completion.complete(text, lean, called, before, replaced, past.doer)
    elif subject and not named and _adds(subject, text, past):
        full = completion.Completed(clauses.aside(text, subject))
    return Filled(text, full.text, lean, subject, is_of_another=full.is_of_another)


def _stands_alone(text: str, lean: Lean | None, index: Statistics) -> bool:
    """Return whether `text` surely depends on no earlier turn.

    That is so if its pronoun refers to somebody in the question itself: "the director of X, how old
    is he?". A question whose form shows no need is also complete if there is only one article, or
    if no article has what the question names.
    """
    if lean is None:
        return _has_one_article(index) or _is_about_what_is_unknown(text, index)
    pronoun = lean.word if lean.gender else None
    return pronoun is not None and nouns.names_person_before(text[: pronoun.start])


def _is_elsewhere(text: str, past: Conversation, index: Statistics) -> bool:
    """Return whether `text` fits another article better than the conversation's."""
    scores = index.standing(dict.fromkeys(own_terms(text), 1.0))
    topic = index.standing(past.weights(index))
    best = scores.max(initial=0.0)
    return bool(best and not (topic.any() and scores[topic.argmax()] == best))


def _adds(subject: str, text: str, conversation: Conversation) -> bool:
    """Return whether `subject` should be added to `text`, which is already complete.

    It is not added to a question about the visitor ("where can I park?") or to one that has its
    words. A common noun is not added to a question with another noun; a person is not added if that
    noun was mentioned before.
    """
    if clauses.is_of_visitor(text):
        return False
    noun = nouns.phrase(text)
    mention = next((m for m in conversation.mentions if m.spoken == subject), None)
    if set(terms(subject)) <= set(terms(text)) or (noun and not mention):
        return False
    is_noun_again = noun is not None and conversation.noun in (noun, nouns.known(noun))
    if is_noun_again and mention in conversation.mentions[conversation.older :]:
        return False
    of_person = mention is not None and mention.sort == "person"
    return not (of_person and noun and set(terms(noun)) <= conversation.topic.keys())


def _has_one_article(index: Statistics) -> bool:
    """Return whether there is at most one article."""
    return len(index.standing({})) < 2


def _is_about_what_is_unknown(text: str, index: Statistics) -> bool:
    """Return whether `text` has a name that no article has a word of, or only unknown words."""
    named = (m.text for m in subjects.in_question(text, index.naming) if m.text[0].isupper())
    about = [terms(name) for name in named]
    own = own_terms(text)
    if len(own) > 1:
        about.append(own)
    return any(not any(map(index.knows, of)) for of in about)
