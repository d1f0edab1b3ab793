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
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.conversation import completion, followups, nouns, subjects
from chatbot.conversation.followups import Lean
from chatbot.conversation.subjects import Mention
from chatbot.errors import QuestionError
from chatbot.language import kinds
from chatbot.language.text import fold, split, terms
from chatbot.types import Question, Turn

MAX_LENGTH = 1000
MAX_TURNS = 20
"""So many turns are looked back."""

FILLED_IN = 0.6
"""Weight of a word that the form of the question leaves out; the visitor's own weigh 1."""
OF_GIVEN = 0.3
"""How much less a person's given name weighs: who was named in full is called by the surname."""
ADDED = 0.3
"""Weight of the subject of a question that only by the index leans on the conversation."""
REACH = 2.5
"""How much the conversation may add to an article's score, in idf of the rarest of words."""
OF_NAME = 2.5
"""How many mentions of another word the mention of a name is worth."""
OF_ANSWER = 0.5
"""The same for a name that only an answer has."""

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

# What speaks of the text or the talk itself, not of what they are about.
_OF_TALK = frozenset(
    terms("article page text information interesting important fact facts detail details mention")
)
_OF_VISITOR = frozenset("i me my we us our".split())


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
        """Return how well each article does, shape (articles,), above all its best passage."""
        ...


@dataclass(slots=True)
class Conversation:
    """What is remembered of the turns so far."""

    topic: dict[str, float] = field(default_factory=dict)
    """Term -> how much was said of it."""
    mentions: list[Mention] = field(default_factory=list)
    """What was named, oldest first."""
    overheard: list[Mention] = field(default_factory=list)
    """What only answers named, unasked."""
    listed: list[Mention] = field(default_factory=list)
    """What the last answer named."""
    called: dict[str, str] = field(default_factory=dict)
    """Name -> "he" or "she", as the visitor has it."""
    several: str | None = None
    """The short answer to the last question, if it names several."""
    owned: str | None = None
    """What the last questions were about, if it is several of somebody's: "Brandt's paintings"."""
    last: str | None = None
    """The last question, in full."""
    answered: str | None = None
    """The last one that was answered, as far as is known: "why?" asks about that."""
    last_named: list[Mention] = field(default_factory=list)
    """What it named."""
    last_phrase: str | None = None
    """What the last questions were about, in a common noun."""
    older: int = 0
    """How many of `mentions` are older than that."""

    def say(self, term: str, worth: float) -> None:
        """Add a mention of `term`."""
        self.topic[term] = self.topic.get(term, 0.0) + worth


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
            _remember(conversation, said, turn, failed, index)
    read = _read(text, conversation, index)
    if not read.carried:
        return question
    swapped = read.lean is not None and read.lean.form == "swap" and bool(_names(text, index))
    topic = {} if swapped else _topic(conversation, index)
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


def _is_several(short: str | None) -> bool:
    """Tell whether a short answer names several: "Lena Vogt and Marco Ruiz"."""
    return bool(re.search(r"\w,? and [A-Z]", short or ""))


def _called(person: str, index: Index) -> str:
    """Return a person's surname if the articles go on with it alone, else the whole name."""
    *given, surname = terms(person) or [""]
    alone = given and index.idf(surname) < min(map(index.idf, given))
    return person.split()[-1] if alone else person


def _given_names(read: Reading) -> set[str]:
    """Return the terms of what stands before the last word of a person's name."""
    is_person = read.lean is not None and read.lean.sort == "person"
    return set(terms(read.subject or "")[:-1]) if is_person else set()


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
    return len(text) <= MAX_LENGTH and kinds.asked(text) in ("person", "title")


def _remember(
    conversation: Conversation, said: str, turn: Turn, failed: bool, index: Index
) -> None:
    """Add a turn, in which `said` was asked, to what is remembered of the conversation.

    Of a turn that `failed` only the names stay, so that "and its budget?" finds them.
    """
    read = _read(said, conversation, index)
    if read.is_new_topic and not failed:
        conversation.topic.clear()
        conversation.mentions.clear()
        conversation.overheard.clear()
        conversation.older = 0
    named = [_known(mention, conversation.mentions) for mention in _names(read.text, index)]
    conversation.last, conversation.last_named = read.text, named
    if not failed or conversation.answered is None:
        conversation.answered = read.text
    if not read.lean or read.is_of_another:
        noun = nouns.chosen(read.text, turn.highlight)
        noun = noun or nouns.phrase(read.text if read.is_of_another else said)
        of_names = {term for mention in named for term in terms(mention.text)}
        is_known = noun and (not failed or any(map(index.knows, terms(noun))))
        if noun and is_known and not set(terms(noun)) <= of_names:
            conversation.last_phrase, conversation.older = noun, len(conversation.mentions)
    conversation.mentions += named
    asked, others = subjects.in_answer(turn.answer or "", read.text, index.is_name, turn.highlight)
    if set(_own(read.text)) <= {term for mention in named for term in terms(mention.text)}:
        asked, others = [], asked + others  # "Who is Ada Lovel?" goes on about her
    conversation.mentions += asked
    conversation.overheard += reversed(others)
    conversation.listed = asked + others
    conversation.several = turn.highlight if asked and _is_several(turn.highlight) else None
    if not (read.lean and read.lean.is_plural):
        conversation.owned = _owned(said, read)
    if read.lean and read.lean.gender and read.subject:
        conversation.called[read.subject] = read.lean.gender
    if not failed:
        of_names = {term for mention in _names(said, index) for term in terms(mention.text)}
        for term in _own(said):
            conversation.say(term, OF_NAME if term in of_names else 1.0)
    for term in {term for mention in conversation.listed for term in terms(mention.text)}:
        conversation.say(term, OF_ANSWER)


def _known(mention: Mention, before: Sequence[Mention]) -> Mention:
    """Return `mention` as what it was before: "Baker" is the person that "Sean Baker" was."""
    if mention.sort is None:
        for known in reversed(before):
            if known.text == mention.text:
                return known
            if known.sort == "person" and known.text.endswith(f" {mention.text}"):
                return replace(mention, sort="person")
    return mention


def _owned(said: str, read: Reading) -> str | None:
    """Return what `said`, read so, calls somebody's, if it is several: "when are his walks?"."""
    if not read.lean or not read.lean.word or not read.subject:
        return None
    owned = completion.owned(said, read.lean.word, read.subject)
    return owned if owned and nouns.is_plural(owned) else None


@dataclass(frozen=True, slots=True)
class Reading:
    """A question in the light of the conversation."""

    text: str
    """In full."""
    lean: Lean | None = None
    """The form in which it leans on what was said, if any."""
    subject: str | None = None
    """What that means."""
    carried: float = 0.0
    """How much of the conversation it carries, 0 to 1."""
    is_new_topic: bool = False
    """It stands alone, and another article is better for it."""
    is_of_another: bool = False
    """It asks of another thing, named by a common noun, what was asked before."""


def _read(text: str, conversation: Conversation, index: Index) -> Reading:
    """Return `text` as it is to be understood after what was said."""
    if not conversation.last:
        return Reading(text)
    named = _names(text, index)
    lean = followups.lean(text, named)
    if lean is None and _is_about_what_is_unknown(text, index):
        return Reading(text)
    seen = evidence(text, lean, bool(named), conversation, index)
    leaning = sum(LEANING[name] * value for name, value in seen.items())
    carried = 1.0 if lean and lean.is_open else min(max(leaning, 0.0), 1.0)
    if not carried:
        elsewhere = seen["strength"] > 0 and seen["topic"] < 1
        return Reading(text, is_new_topic=elsewhere and leaning < STANDS_ALONE)
    subject = _subject(text, lean, conversation)
    full = completion.Completed(text)
    if lean:
        before = conversation.answered if lean.form == "bare" else conversation.last
        called = _called(subject, index) if subject and lean.sort == "person" else subject
        full = completion.complete(text, lean, called, before, conversation.last_named)
    elif subject and not named and _adds(subject, text, conversation):
        full = completion.Completed(completion.aside(text, subject))
    return Reading(full.text, lean, subject, carried, is_of_another=full.is_of_another)


def _adds(subject: str, text: str, conversation: Conversation) -> bool:
    """Tell whether `subject` says more than `text` does.

    A common noun of before says nothing beside one of its own, nor does a person beside one that
    was spoken of already; "where can I park?" is about the visitor.
    """
    if not _OF_VISITOR.isdisjoint(fold(word.text) for word in split(text)):
        return False
    noun = nouns.phrase(text)
    mention = next((m for m in conversation.mentions if m.spoken == subject), None)
    if set(terms(subject)) <= set(terms(text)) or (noun and not mention):
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
    own = _own(text)
    rarest = index.idf("")
    scores = index.standing(dict.fromkeys(own, 1.0))
    topic = index.standing(_topic(conversation, index))
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


def _own(text: str) -> list[str]:
    """Return the terms of `text` that say what it is about, each once."""
    found = (word.term for word in split(text) if not word.is_function)
    return [term for term in dict.fromkeys(found) if term not in _OF_TALK]


def _names(text: str, index: Index) -> list[Mention]:
    """Return what `text` names, as far as any article has a word of it."""
    return [
        mention
        for mention in subjects.in_question(text, index.is_name)
        if any(index.knows(term) for term in terms(mention.text))
    ]


def _is_about_what_is_unknown(text: str, index: Index) -> bool:
    """Tell whether `text` names something, or says nothing, that any article has a word of."""
    named = (m.text for m in subjects.in_question(text, index.is_name) if m.text[0].isupper())
    about = [terms(name) for name in named]
    own = _own(text)
    if len(own) > 1:
        about.append(own)
    return any(not any(map(index.knows, of)) for of in about)


def _subject(text: str, lean: Lean | None, conversation: Conversation) -> str | None:
    """Return what a pronoun, a pointer or a noun of `text` is about."""
    place = followups.ordinal(text)
    if place is not None and -1 <= place < len(conversation.listed):
        return conversation.listed[place].spoken
    if lean and lean.is_plural and conversation.owned:
        return conversation.owned
    about = conversation.last_phrase
    of_many = about and lean and lean.is_plural and nouns.is_plural(about)
    if about and lean and (lean.sort == "group" or (of_many and not conversation.last_named)):
        return about
    if lean and lean.is_plural and conversation.several:
        return conversation.several
    sort = lean.sort if lean and lean.points else "thing"
    gender = lean.gender if lean else None
    any_person = sort == "person" and not gender  # "that director" may be "he" or "she"
    # A place is what was asked about only where nothing else is, or "it" says so.
    no_place = bool(conversation.last_phrase) and (lean is None or lean.sort is None)
    for mentions in (conversation.mentions, conversation.overheard):
        possible = [
            m
            for i, m in enumerate(mentions)
            if (any_person or conversation.called.get(m.text) in (gender, None))
            and not (
                m.sort == "place" and (no_place or (sort == "thing" and i < conversation.older))
            )
        ]
        fit = subjects.fitting(sort, possible)
        # What only an answer named, unasked, "he" may mean; the rest goes by what was asked.
        unasked = mentions is conversation.overheard and bool(conversation.last_phrase)
        if fit and not (unasked and (sort == "thing" or not lean or not lean.word)):
            return fit.spoken
    if sort == "person" or not conversation.last_phrase:
        return next((mention.spoken for mention in reversed(conversation.mentions)), None)
    if lean and lean.form == "pointer" and lean.sort != "place" and conversation.last:
        of_kind = lean.is_one and nouns.phrase(conversation.last)  # "and which one climbs?"
        return of_kind or completion.clause(conversation.last)
    return conversation.last_phrase


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
