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

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot import followups, subjects
from chatbot.errors import QuestionError
from chatbot.followups import Lean
from chatbot.subjects import Mention
from chatbot.text import split, terms
from chatbot.types import Question, Turn

MAX_LENGTH = 1000
MAX_TURNS = 20
"""So many turns are looked back."""

CARRIED = 0.7
"""Weight of a word that was filled in; the visitor's own weigh 1."""
TOPIC = 1.5
"""Weight of the conversation's words in choosing the article."""
OF_NAME = 2.5
"""How many mentions of another word the mention of a name is worth."""
OF_ANSWER = 0.5
"""The same for a name that only an answer has."""

LEANING = {
    "bias": 2.96, "strength": -2.4, "margin": -2.0, "topic": 4.22, "words": -2.2, "named": -1.0,
    "pronoun": 2.5, "pointer": 1.8, "fragment": 1.0,
}  # fmt: skip
"""Weights of a logistic regression: does a question lean on those before it?"""
THRESHOLD = 1.0


class Index(Protocol):
    """What is asked of a retriever."""

    def idf(self, term: str) -> float:
        """Return how rare `term` is among the passages: more than 0, more means rarer."""
        ...

    def knows(self, term: str) -> bool:
        """Tell whether any passage has `term`."""
        ...

    def is_name(self, term: str) -> bool:
        """Tell whether the articles write `term` as a name: never in lower case."""
        ...

    def standing(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the best score of each article's passages, shape (articles,)."""
        ...


@dataclass(slots=True)
class Conversation:
    """What is remembered of the turns so far."""

    topic: dict[str, float] = field(default_factory=dict)
    """Term -> how much was said of it."""
    mentions: list[Mention] = field(default_factory=list)
    """What was named, oldest first."""
    listed: list[Mention] = field(default_factory=list)
    """What the last answer named."""
    last: str | None = None
    """The last question, in full."""
    last_named: list[Mention] = field(default_factory=list)
    last_phrase: str | None = None


def understand(
    text: str,
    history: Sequence[Turn] = (),
    article: str | None = None,
    index: Index | None = None,
) -> Question:
    """Return the question that `text` asks after the turns of `history`, oldest first.

    Without an `index` nothing is carried over.

    Raises:
        QuestionError: `text` has nothing but space, or more than `MAX_LENGTH` characters.
    """
    text = " ".join(text.split())
    if not text:
        raise QuestionError("the question is empty")
    if len(text) > MAX_LENGTH:
        raise QuestionError(f"the question has {len(text)} characters; {MAX_LENGTH} are allowed")
    question = Question(text=text, article=article)
    if not history or index is None:
        return question
    conversation = Conversation()
    answers_known = any(turn.answer for turn in history)
    for turn in history[-MAX_TURNS:]:
        said = " ".join(turn.question.split())
        if said:
            failed = answers_known and turn.answer is None
            _remember(conversation, said, turn.answer, failed, index)
    reading, leans = _read(text, conversation, index)
    if not leans:
        return question
    own = set(terms(text))
    context = tuple((w.text, CARRIED) for w in split(reading) if not w.is_function and w.term not in own)
    topic = tuple((t, TOPIC * w) for t, w in _topic(conversation, index).items())
    return Question(
        text=text,
        understood_as=reading if reading != text else None,
        context=context,
        topic=topic,
        article=article,
    )


def _remember(
    conversation: Conversation, said: str, answer: str | None, failed: bool, index: Index
) -> None:
    """Add a turn to what is remembered of the conversation."""
    reading, leans = _read(said, conversation, index)
    named = [m for m in subjects.in_question(reading, index.is_name) if _is_known(m, index)]
    if not leans and not failed and _is_elsewhere(said, conversation, index):
        conversation.topic.clear()
        conversation.mentions.clear()
    conversation.last, conversation.last_named = reading, named
    conversation.last_phrase = subjects.phrase(reading) or conversation.last_phrase
    conversation.mentions += named
    if not failed:
        of_names = {t for m in subjects.in_question(said, index.is_name) for t in terms(m.text)}
        for term in set(terms(said)):
            worth = OF_NAME if term in of_names else 1.0
            conversation.topic[term] = conversation.topic.get(term, 0.0) + worth
    conversation.listed = subjects.in_answer(answer, reading) if answer else []
    if conversation.listed:
        conversation.mentions.append(conversation.listed[0])
        for term in {t for m in conversation.listed for t in terms(m.text)}:
            conversation.topic[term] = conversation.topic.get(term, 0.0) + OF_ANSWER


def _read(text: str, conversation: Conversation, index: Index) -> tuple[str, bool]:
    """Return `text` in full, and whether it leans on the conversation."""
    if not conversation.last:
        return text, False
    named = [m for m in subjects.in_question(text, index.is_name) if _is_known(m, index)]
    found = followups.lean(text, bool(named))
    seen = evidence(text, found, bool(named), conversation, index)
    if sum(LEANING[name] * value for name, value in seen.items()) < THRESHOLD:
        return text, False
    subject = _subject(text, found, conversation)
    if found:
        return followups.complete(
            text, found, subject, conversation.last, conversation.last_named
        ), True
    if not named and subject and not set(terms(subject)) <= set(terms(text)):
        return followups.aside(text, subject), True
    return text, True


def evidence(
    text: str, found: Lean | None, is_named: bool, conversation: Conversation, index: Index
) -> dict[str, float]:
    """Return what tells whether `text` leans on the conversation, each 0 to 1.

    "strength": how rare the words are that its best passage shares with it; "margin": how far
    that one is ahead of other articles; "topic": how well the article that the conversation is
    about does beside the best one.
    """
    own = {word.term: 1.0 for word in split(text) if not word.is_function}
    scores = index.standing(own)
    best = float(scores.max(initial=0.0))
    others = np.delete(scores, scores.argmax()) if len(scores) else scores
    topic = index.standing(_topic(conversation, index))
    at_topic = float(scores[topic.argmax()]) if topic.max(initial=0.0) > 0 else 0.0
    return {
        "bias": 1.0,
        "strength": min(best / index.idf(""), 4.0) / 4,
        "margin": (best - float(others.max())) / best if best and len(others) else 0.0,
        "topic": at_topic / best if best else 0.0,
        "words": min(len(own), 6) / 6,
        "named": float(is_named),
        "pronoun": float(found is not None and found.form == "pronoun"),
        "pointer": float(found is not None and found.form == "pointer"),
        "fragment": float(found is not None and found.form in ("bare", "swap", "noun")),
    }


def _subject(text: str, found: Lean | None, conversation: Conversation) -> str | None:
    """Return what a pronoun, a pointer or a noun of `text` is about."""
    if found and found.form == "pointer":
        place = followups.ordinal(text)
        if place is not None and -1 <= place < len(conversation.listed):
            return conversation.listed[place].text
    fit = subjects.fitting(found.sort if found else "thing", conversation.mentions)
    return fit.text if fit else conversation.last_phrase


def _is_elsewhere(text: str, conversation: Conversation, index: Index) -> bool:
    """Tell whether `text` by itself is about another article than the conversation so far."""
    own = index.standing(dict.fromkeys(terms(text), 1.0))
    topic = index.standing(_topic(conversation, index))
    if not own.max(initial=0.0) or not topic.max(initial=0.0):
        return False
    return bool(own[topic.argmax()] < own.max())


def _topic(conversation: Conversation, index: Index) -> dict[str, float]:
    """Return the weight of each term of the conversation in choosing the article.

    The root of how much was said of it, times the root of how rare it is, so that neither one
    word said over and over nor one rare word decides alone.
    """
    rarest = index.idf("")
    return {
        term: math.sqrt(said * index.idf(term) / rarest)
        for term, said in conversation.topic.items()
        if index.knows(term)
    }


def _is_known(mention: Mention, index: Index) -> bool:
    """Tell whether any article has a word of this name."""
    return any(index.knows(term) for term in terms(mention.text))
