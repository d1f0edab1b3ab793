"""What a visitor typed, and what was asked before, to one `Question`.

The visitor's own words are always searched. What earlier turns add is of two sorts: the words that
the form of the question leaves out ("how old is he?"), which are filled in and read like its own;
and the words of the conversation so far, which only say in which article to look first. Both as in
historical query expansion (Yang et al. 2019, "Query and Answer Expansion from Conversation
History", TREC CAsT), which expands a question only where the index shows its own words to be
ambiguous; that a new topic drops the old one is from Mele et al. 2020, "Topic Propagation in
Conversational Search".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from chatbot.conversation import completion, coreference, followups, nouns, subjects
from chatbot.conversation.followups import Lean
from chatbot.conversation.memory import Conversation, Index, Reading, names, own_terms
from chatbot.conversation.spelling import is_foreign
from chatbot.errors import QuestionError
from chatbot.language import kinds
from chatbot.language.text import split, terms
from chatbot.types import Question, Turn

MAX_LENGTH = 1000
BRIEF = 200
"""A longer question is not asked again for what it asked for: that would take as long as it is."""

FILLED_IN = 0.6
"""Weight of a word that the form of the question leaves out; the visitor's own weigh 1."""
OF_GIVEN = 0.3
"""How much less a person's given name weighs: who was named in full is called by the surname."""
ADDED = 0.3
"""Weight of the subject of a question that only by the index leans on the conversation."""
REACH = 2.5
"""How much the conversation may add to an article's score, in idf of the rarest of words."""

LEANING = {
    "bias": 2.4, "strength": -1.0, "margin": -1.2, "topic": 1.8, "absent": -3.9, "words": -2.9,
    "named": -0.6, "said": 3.8, "pronoun": 4.5, "pointer": 2.2, "fragment": 0.8, "more": 2.2,
}  # fmt: skip
"""Weights of a logistic regression: does a question lean on those before it?

Learnt on half of the dialogues of CANARD, whose questions do, and half of the articles of XQuAD,
whose questions do not (`training/learn_leaning.py`); then rounded, and the bias set by hand.
From log odds of 0 on something is carried over, from 1 on all of it.
"""
STANDS_ALONE = -2.0
"""Below this, a question about another article starts a new topic."""

_NO_SURNAME = re.compile(r" (?:[IVX]+|[JS]r\.?)$")  # Mehmed II goes by no less


def understand(
    text: str,
    history: Sequence[Turn] = (),
    article: str | None = None,
    index: Index | None = None,
) -> Question:
    """Return the question that `text` asks after the turns of `history`, oldest first.

    Without an `index` nothing is carried over, and neither is it where the question is not English.

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
        return question
    conversation = Conversation()
    answers_known = any(turn.answer for turn in history)
    for turn in history:
        said = " ".join(turn.question.split())
        if said:
            failed = answers_known and turn.answer is None
            read = reading(said, conversation, index)
            conversation.remember(said, read, turn, failed, index)
    read = reading(text, conversation, index)
    if not read.carried:
        return question
    swapped = read.lean is not None and read.lean.form == "swap" and bool(names(text, index))
    moved = conversation.is_elsewhere and read.subject == conversation.noun
    topic = {} if swapped else conversation.weights(index, since=moved)
    highest = index.standing(topic).max(initial=0.0)
    reach = read.carried * min(1.0, REACH * index.idf("") / highest) if highest else 0.0
    own = set(terms(text))
    filled = [w for w in split(read.text) if not w.is_function and w.term not in own]
    weight = read.carried * (FILLED_IN if read.lean else ADDED)
    given = _given_names(read)
    terms_filled = {word.term for word in filled}
    filled += [w for w in split(read.subject or "") if w.term in given - terms_filled - own]
    return Question(
        text=text,
        understood_as=read.text if read.text != text else None,
        context=tuple((w.text, weight * (OF_GIVEN if w.term in given else 1)) for w in filled),
        topic=tuple((term, reach * said) for term, said in topic.items()) if reach else (),
        article=article,
    )


def _called(person: str, index: Index) -> str:
    """Return a person's surname if the articles go on with it alone, else the whole name."""
    *given, surname = terms(person) or [""]
    last = person.split()[-1]
    is_his = not _NO_SURNAME.search(person) and index.naming.pronoun(last) != "it"
    alone = given and is_his and index.idf(surname) < min(map(index.idf, given))
    return last if alone else person


def _given_names(read: Reading) -> set[str]:
    """Return the terms of what stands before the last word of a person's name."""
    person = read.subject if read.lean and read.lean.sort == "person" else None
    return set(terms(person)[:-1]) if person and not _NO_SURNAME.search(person) else set()


def points_back(text: str) -> bool:
    """Tell whether `text` has a pronoun, or a "that", for something said before."""
    found = followups.lean(text, ())
    return found is not None and found.points


def is_open(question: Question) -> bool:
    """Tell whether nobody can know what `question` is about: "how old is he?", as a first one."""
    found = _left_open(question)
    return found is not None and (found.is_open or (found.points and found.certainty == 1))


def points_nowhere(question: Question) -> bool:
    """Tell whether a mere "that" of `question` has nothing to mean: whatever is found is chance."""
    found = _left_open(question)
    return found is not None and found.form == "pointer" and found.is_open


def _left_open(question: Question) -> Lean | None:
    """Return how `question` leans on others if nothing of theirs was filled in."""
    return followups.lean(question.text, ()) if question.reading == question.text else None


def asks_for_name(text: str) -> bool:
    """Tell whether `text` asks for somebody or something that a later "he" or "it" may mean."""
    return len(text) <= BRIEF and kinds.asked(text) in ("person", "title")


def reading(text: str, conversation: Conversation, index: Index) -> Reading:
    """Return `text` as it is to be understood after what was said."""
    named = names(text, index)
    lean = followups.lean(text, named)
    if lean and lean.gender and lean.word and nouns.names_person_before(text[: lean.word.start]):
        return Reading(text)  # "the director of Anora, how old is he?"
    if not conversation.last:
        return Reading(text, lean if lean and lean.form == "pronoun" else None)
    if lean is None and (_has_one_article(index) or _is_about_what_is_unknown(text, index)):
        return Reading(text)
    seen = evidence(text, lean, bool(named), conversation, index)
    leaning = sum(LEANING[name] * value for name, value in seen.items())
    carried = 1.0 if lean and lean.is_open else min(max(leaning, 0.0), 1.0)
    if not carried:
        elsewhere = seen["strength"] > 0 and seen["topic"] < 1
        is_sure = elsewhere and leaning < STANDS_ALONE
        return Reading(text, is_elsewhere=elsewhere, is_new_topic=is_sure)
    subject = coreference.subject(conversation, text, lean)
    full = completion.Completed(text)
    if lean:
        before = conversation.answered if lean.form == "bare" else conversation.last
        called = _called(subject, index) if subject and lean.sort == "person" else subject
        replaced = coreference.replaced_by(conversation, named, index)
        full = completion.complete(text, lean, called, before, replaced, conversation.doer)
    elif subject and not named and _adds(subject, text, conversation):
        full = completion.Completed(completion.aside(text, subject))
    return Reading(full.text, lean, subject, carried, is_of_another=full.is_of_another)


def _adds(subject: str, text: str, conversation: Conversation) -> bool:
    """Tell whether `subject` says more than `text` does.

    A common noun of before says nothing beside one of its own, nor does a person beside one that
    was spoken of already, or anything named since the noun was last spoken of; "where can I park?"
    is about the visitor.
    """
    if completion.is_of_visitor(text):
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


def evidence(
    text: str, found: Lean | None, is_named: bool, conversation: Conversation, index: Index
) -> dict[str, float]:
    """Return what tells whether `text` leans on the conversation, each about 0 to 1.

    "strength": how rare the words are that its best passage shares with it; "margin": how far
    that one is ahead of other articles; "topic": how well the article that the conversation is
    about does beside the best one; "absent": how rare the words are that the best article has
    and that one has not; "said": how much of it was said before.
    """
    own = own_terms(text)
    rarest = index.idf("")
    scores = index.standing(dict.fromkeys(own, 1.0))
    topic = index.standing(conversation.weights(index))
    found_form = found.form if found else None
    seen = {
        "bias": 1.0, "strength": 0.0, "margin": 0.0, "topic": 0.0, "absent": 0.0,
        "words": min(len(own), 6) / 6,
        "named": float(is_named),
        "said": sum(index.idf(t) for t in own if t in conversation.topic)
        / (sum(map(index.idf, own)) or 1.0),
        "pronoun": found.certainty if found and found_form == "pronoun" else 0.0,
        "pointer": float(found_form == "pointer"),
        "fragment": float(found_form in ("bare", "swap", "noun")),
        "more": float(followups.asks_for_more(text)),
    }  # fmt: skip
    best = float(scores.max(initial=0.0))
    if best:
        first, at = scores.argmax(), topic.argmax()
        seen["strength"] = min(best / rarest, 4.0) / 4
        if len(scores) > 1:
            seen["margin"] = 1 - float(np.delete(scores, first).max()) / best
        if topic[at] > 0:
            seen["topic"] = float(scores[at]) / best
            has = {term: index.standing({term: 1.0}) > 0 for term in own}
            absent = (index.idf(t) for t in own if has[t][first] and not has[t][at])
            seen["absent"] = sum(absent) / rarest / 3
    return seen


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
