"""What a visitor typed, and what was asked before, to a few ways to read it.

The visitor's own words are always one. What earlier turns add is of two sorts: the words that the
form of the question leaves out ("how old is he?"), which are filled in and read like its own; and
the words of the conversation so far, which only say in which article to look first. Both as in
historical query expansion (Yang et al. 2019, "Query and Answer Expansion from Conversation
History", TREC CAsT). The rules here only propose; `evidence` decides, by what is found.
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
from chatbot.conversation.protocols import Index
from chatbot.errors import QuestionError
from chatbot.language.foreign import is_foreign
from chatbot.language.text import split, terms
from chatbot.types import Question, Turn

MAX_LENGTH = 1000
FILLED_IN = 0.6
"""Weight of a word that the form of the question leaves out; the visitor's own weigh 1."""
OF_GIVEN = 0.3
"""How much less a person's given name weighs: who was named in full is called by the surname."""
ADDED = 0.3
"""Weight of the subject of a question whose form leaves nothing out."""
REACH = 2.5
"""How much the conversation may add to an article's score, in idf of the rarest of words."""

_NO_SURNAME = re.compile(r" (?:[IVX]+|[JS]r\.?)$")  # Mehmed II goes by no less

Rule = Form | Literal["own", "topic", "subject"]
"""What proposes a reading: the visitor's own words; the same in the light of what was talked about;
the subject of before added to them; or one of the forms that leave something out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a question may be meant."""

    question: Question
    rule: Rule = "own"
    lean: Lean | None = None
    """How its form leans on what was said before, if it does."""
    is_named: bool = False
    """The visitor's own words name something."""


def understand(
    text: str,
    history: Sequence[Turn] = (),
    article: str | None = None,
    index: Index | None = None,
) -> tuple[Reading, ...]:
    """Return the ways to read `text`, asked after the turns of `history`, oldest first.

    The first is the visitor's own words, and there is always that one. Without an `index`, or where
    the question is not English, there is no other.

    Raises:
        QuestionError: `text` has nothing but space, or more than `MAX_LENGTH` characters.
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


def _remembered(history: Sequence[Turn], index: Index) -> Conversation:
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
    index: Index,
) -> Iterator[Reading]:
    """Yield the ways to read a question with something of the conversation, the likeliest first."""
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


def _topic(past: Conversation, index: Index, since: bool = False) -> tuple[tuple[str, float], ...]:
    """Return the terms of the conversation, each with its weight in choosing the article.

    Of all of it, or only `since` another article was asked about.
    """
    weights = past.weights(index, since)
    highest = index.standing(weights).max(initial=0.0) if weights else 0.0
    reach = min(1.0, REACH * index.idf("") / highest) if highest else 0.0
    return tuple((term, reach * said) for term, said in weights.items()) if reach else ()


def _context(read: Filled, index: Index) -> tuple[tuple[str, float], ...]:
    """Return the words that were filled in, each with its weight in the search."""
    weight = FILLED_IN if read.lean else ADDED
    own = {word.term for word in split(read.said)}
    added = [w for w in split(read.text) if not w.is_function and w.term not in own]
    given = _given_names(read)
    known = {word.term for word in added} | own
    added += [w for w in split(read.subject or "") if w.term in given - known]
    return tuple((w.text, weight * (OF_GIVEN if w.term in given else 1)) for w in added)


def _called(person: str, index: Index) -> str:
    """Return a person's surname if the articles go on with it alone, else the whole name."""
    *given, surname = terms(person) or [""]
    last = person.split()[-1]
    is_his = not _NO_SURNAME.search(person) and index.naming.pronoun(last) != "it"
    alone = given and is_his and index.idf(surname) < min(map(index.idf, given))
    return last if alone else person


def _given_names(read: Filled) -> set[str]:
    """Return the terms of what stands before the last word of a person's name."""
    person = read.subject if read.lean and read.lean.sort == "person" else None
    return set(terms(person)[:-1]) if person and not _NO_SURNAME.search(person) else set()


def is_open(question: Question) -> bool:
    """Tell whether nobody can know what `question` is about: "how old is he?", as a first one."""
    found = _left_open(question)
    return found is not None and (found.is_open or (found.points and found.certainty == 1))


def points_nowhere(question: Question) -> bool:
    """Tell whether a mere "that" of `question` has nothing to mean: whatever is found is chance."""
    found = _left_open(question)
    return found is not None and found.form == "pointer" and found.is_open


def _left_open(question: Question) -> Lean | None:
    """Return how `question` leans on others if nothing of theirs was carried over."""
    is_alone = question.reading == question.text and not question.topic
    return followups.lean(question.text, ()) if is_alone else None


def filled(text: str, past: Conversation, index: Index) -> Filled:
    """Return a question of the history as it is most likely to be understood after those before."""
    named = names(text, index)
    lean = followups.lean(text, named)
    if not past.last or _stands_alone(text, lean, index):
        return Filled(text, text, lean if lean and lean.form == "pronoun" else None)
    if (lean is None or lean.certainty < 1) and _is_elsewhere(text, past, index):
        return Filled(text, text, is_elsewhere=True)
    return _filled(text, lean, named, past, index)


def _filled(
    text: str, lean: Lean | None, named: Sequence[Mention], past: Conversation, index: Index
) -> Filled:
    """Return a question, in which `named` are the names, with what it leaves out filled in."""
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


def _stands_alone(text: str, lean: Lean | None, index: Index) -> bool:
    """Tell whether nothing of what was said can belong to `text`, whatever is found.

    So it is if its pronoun is who it names itself ("the director of X, how old is he?"). Without a
    form that leans on anything, so it is too if there is no other article, or no article has it.
    """
    if lean is None:
        return _has_one_article(index) or _is_about_what_is_unknown(text, index)
    pronoun = lean.word if lean.gender else None
    return pronoun is not None and nouns.names_person_before(text[: pronoun.start])


def _is_elsewhere(text: str, past: Conversation, index: Index) -> bool:
    """Tell whether another article than that of the conversation fits `text` best."""
    scores = index.standing(dict.fromkeys(own_terms(text), 1.0))
    topic = index.standing(past.weights(index))
    best = scores.max(initial=0.0)
    return bool(best and not (topic.any() and scores[topic.argmax()] == best))


def _adds(subject: str, text: str, conversation: Conversation) -> bool:
    """Tell whether `subject` says more than `text` does.

    A common noun of before says nothing beside one of its own, nor does a person beside one that
    was spoken of already, or anything named since the noun was last spoken of; "where can I park?"
    is about the visitor.
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


def _has_one_article(index: Index) -> bool:
    """Tell whether there is no other article to tell a topic from."""
    return len(index.standing({})) < 2


def _is_about_what_is_unknown(text: str, index: Index) -> bool:
    """Tell whether `text` names something, or says nothing, that any article has a word of."""
    named = (m.text for m in subjects.in_question(text, index.naming) if m.text[0].isupper())
    about = [terms(name) for name in named]
    own = own_terms(text)
    if len(own) > 1:
        about.append(own)
    return any(not any(map(index.knows, of)) for of in about)
