"""What is remembered of a conversation: what was asked, what was named, what was talked about."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.conversation import completion, followups, nouns, subjects
from chatbot.conversation.followups import Lean
from chatbot.conversation.subjects import Mention
from chatbot.language import kinds
from chatbot.language.text import split, terms
from chatbot.types import Turn

OF_NAME = 2.5
"""How many mentions of another word the mention of a name is worth."""
OF_ANSWER = 0.5
"""The same for a name that only an answer has."""

# What speaks of the text or the talk itself, not of what they are about.
_OF_TALK = frozenset(
    terms("article page text information interesting important fact facts detail details mention")
)


class Index(Protocol):
    """What is asked of a retriever."""

    @property
    def naming(self) -> subjects.Names:
        """What the articles tell of names."""
        ...

    def idf(self, term: str) -> float:
        """Return how rare `term` is among the passages: more than 0, more means rarer."""
        ...

    def knows(self, term: str) -> bool:
        """Tell whether any passage has `term`."""
        ...

    def standing(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return how well each article does, shape (articles,), above all its best passage."""
        ...


@dataclass(frozen=True, slots=True)
class Filled:
    """A question with what it leaves out filled in from the conversation."""

    said: str
    """As it was asked."""
    text: str
    """In full."""
    lean: Lean | None = None
    """The form in which it leans on what was said, if any."""
    subject: str | None = None
    """What that means."""
    is_elsewhere: bool = False
    """It stands alone, and another article is better for it."""
    is_of_another: bool = False
    """It asks of another thing, named by a common noun, what was asked before."""

    @property
    def is_left_open(self) -> bool:
        """Whether nobody knows what its "it" means."""
        is_it = self.lean is not None and self.lean.form == "pronoun" and self.lean.sort == "thing"
        return is_it and self.subject is None


@dataclass(slots=True)
class Conversation:
    """What is remembered of the turns so far."""

    topic: dict[str, float] = field(default_factory=dict)
    """Term -> how much was said of it."""
    topic_since: dict[str, float] = field(default_factory=dict)
    """The same since another article was asked about."""
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
    stated: str | None = None
    """The last that says something by itself, not a mere "how?"."""
    answered: str | None = None
    """The last one that was answered, as far as is known: "why?" asks about that."""
    last_named: list[Mention] = field(default_factory=list)
    """What it named."""
    doer: str | None = None
    """Who did what the last question asked for with "who": "Who conquered it?"."""
    noun: str | None = None
    """What the last questions were about, where it is no name: "the router"."""
    single: str | None = None
    """The last such noun of one thing."""
    kind: str | None = None
    """The last kind of which some were asked for: "Which tours are flat?"."""
    many: str | None = None
    """The last such noun of several: "the guides"."""
    is_many_new: bool = False
    """The last question counted them, or asked whether there are any."""
    since_many: int = 0
    """How many of `mentions` are older than that."""
    older: int = 0
    """How many of `mentions` are older than that."""
    is_introduced: bool = False
    """It was spoken of as something new, "Is there a ferry?", or is what another article has."""
    is_back: bool = False
    """It was spoken of again, after something else was named."""
    is_elsewhere: bool = False
    """It is what another article has than the one spoken of before."""

    def remember(self, said: str, read: Filled, turn: Turn, failed: bool, index: Index) -> None:
        """Add a turn, in which `said` was asked and understood as `read`.

        Of a turn that `failed` only the names stay, so that "and its budget?" finds them.
        """
        if read.is_elsewhere:
            self.topic_since.clear()
        in_said = names(said, index)
        named = self._named(read, in_said if read.text == said else names(read.text, index))
        said_names = _terms_of(in_said)
        self._remember_noun(said, read, turn, failed, index, named, bool(said_names))
        self.last, self.last_named = read.text, named
        self.kind = nouns.kind(read.text) or self.kind
        if not read.lean or read.lean.form != "bare" or self.stated is None:
            self.stated = read.text
        if not failed or self.answered is None:
            self.answered = read.text
        self.mentions += named
        self._remember_answer(said, read, turn, index)
        if not (read.lean and read.lean.is_plural):
            self.owned = _owned(said, read)
        if read.lean and read.lean.gender and read.subject:
            self.called[read.subject] = read.lean.gender
        if not failed:
            for term in own_terms(said):
                self._say(term, OF_NAME if term in said_names else 1.0)
        for term in _terms_of(self.listed):
            self._say(term, OF_ANSWER)

    def _named(self, read: Filled, found: Sequence[Mention]) -> list[Mention]:
        """Return what was `found` in a question, last what its pronoun means: it stays subject."""
        named = [_known(mention, self.mentions) for mention in found]
        if read.lean and read.lean.word and (about := self._mention(read.subject)):
            about = replace(about, sort="person") if read.lean.gender else about
            named = [mention for mention in named if mention.text not in about.text] + [about]
        return named

    def _remember_noun(
        self,
        said: str,
        read: Filled,
        turn: Turn,
        failed: bool,
        index: Index,
        named: Sequence[Mention],
        says_names: bool,
    ) -> None:
        """Remember the common noun that a question is about, if it has one."""
        after_this = len(self.mentions) + len(named)
        counted = nouns.counted(said) if read.lean and not read.lean.is_plural else None
        self.is_many_new = counted is not None
        if counted:  # "How many stars does it have?"
            self.many, self.since_many = counted, after_this
        noun = _noun(said, read, turn.highlight)
        of_noun = set(terms(noun or ""))
        is_known = not failed or any(map(index.knows, of_noun))
        if not noun or not is_known or of_noun <= _terms_of(named):
            return
        self.is_back = nouns.known(noun) == self.noun and len(self.mentions) > self.older
        self.noun = nouns.known(noun)
        if nouns.is_plural(noun):
            self.many, self.since_many = self.noun, after_this
        elif not kinds.names_person(noun):
            self.single = self.noun
        self.older = len(self.mentions) if says_names else after_this
        self.is_elsewhere = read.is_elsewhere
        is_new = read.is_elsewhere or nouns.introduced(said) is not None
        self.is_introduced = is_new and not says_names

    def _remember_answer(self, said: str, read: Filled, turn: Turn, index: Index) -> None:
        """Remember what an answer names: what was asked for, and the rest."""
        short = turn.highlight
        asked, others = subjects.in_answer(turn.answer or "", read.text, index.naming, short)
        if read.is_left_open:
            others = []  # what an answer names by chance is not "it"
        is_person = any(mention.sort == "person" for mention in asked)
        is_several = _is_several(short) or nouns.asks_for_several(read.text)
        is_none_of_them = is_several and (not is_person or nouns.asks_who_are(read.text))
        if set(own_terms(read.text)) <= _terms_of(self.last_named) or is_none_of_them:
            # "Who is Ada Lovel?" goes on about her, and none of several things is "it".
            asked, others = [], asked + others
        is_doer = bool(short and asked) and completion.asks_who_did(read.text)
        self.doer = asked[0].spoken if is_doer else None
        if asked and (gender := nouns.gender(read.text)):
            self.called.setdefault(asked[0].text, gender)
        goes_on = read.lean is not None and followups.goes_on(said, read.lean)
        if goes_on and asked and asked[0].sort != "person" and read.subject == self.noun:
            asked, others = [], asked + others  # "What does it run on?": it is still it
        if asked and goes_on:
            self.mentions[-1:-1] = asked  # "Where did he study?": "he" is he, not who taught there
        else:
            self.mentions += asked
        self.overheard += reversed(others)
        self.listed = asked + others
        self.several = short if self.listed and _is_several(short) else None

    def _mention(self, spoken: str | None) -> Mention | None:
        """Return the newest mention that is spoken so."""
        every = (*self.overheard, *self.mentions)
        return next((mention for mention in reversed(every) if mention.spoken == spoken), None)

    def pronoun(self, mention: Mention) -> str | None:
        """Return what `mention` is called by the visitor, who knows better, or the articles."""
        return self.called.get(mention.text, mention.pronoun)

    def _say(self, term: str, worth: float) -> None:
        """Add a mention of `term`."""
        for topic in (self.topic, self.topic_since):
            topic[term] = topic.get(term, 0.0) + worth

    def weights(self, index: Index, since: bool = False) -> dict[str, float]:
        """Return the weight of each term of the conversation in choosing the article.

        Of all of it, or only `since` another article was asked about.

        The root of how much was said of it, times the root of how rare it is, so that neither one
        word said over and over nor one rare word decides alone.
        """
        rarest = index.idf("")
        return {
            term: math.sqrt(said * index.idf(term) / rarest)
            for term, said in (self.topic_since if since else self.topic).items()
            if index.knows(term)
        }


def own_terms(text: str) -> list[str]:
    """Return the terms of `text` that say what it is about, each once."""
    found = (word.term for word in split(text) if not word.is_function)
    return [term for term in dict.fromkeys(found) if term not in _OF_TALK]


def names(text: str, index: Index) -> list[Mention]:
    """Return what `text` names, as far as any article has a word of it."""
    return [
        mention
        for mention in subjects.in_question(text, index.naming)
        if any(index.knows(term) for term in terms(mention.text))
    ]


def _terms_of(mentions: Sequence[Mention]) -> set[str]:
    """Return the terms of all that is mentioned."""
    return {term for mention in mentions for term in terms(mention.text)}


def _known(mention: Mention, before: Sequence[Mention]) -> Mention:
    """Return `mention` as what it was before: "Baker" is the person that "Sean Baker" was."""
    if mention.sort is None:
        for known in reversed(before):
            if known.text == mention.text:
                return known
            if known.sort == "person" and known.text.endswith(f" {mention.text}"):
                return replace(mention, sort="person")
    return mention


def _noun(said: str, read: Filled, short: str | None) -> str | None:
    """Return what `said`, read so and answered by `short`, is about by a common noun of its own."""
    if read.lean and not read.is_of_another and not read.is_left_open:
        return nouns.introduced(said) if read.lean.gender else None  # "did he write a book?"
    chosen = nouns.chosen(read.text, short)
    about = read.text if read.is_of_another else said
    return chosen or nouns.phrase(about, or_place=not read.is_left_open)


def _owned(said: str, read: Filled) -> str | None:
    """Return what `said`, read so, calls somebody's, if it is several: "when are his walks?"."""
    if not read.lean or not read.lean.word or not read.subject:
        return None
    owned = completion.owned(said, read.lean.word, read.subject)
    return owned if owned and nouns.is_plural(owned) else None


def _is_several(short: str | None) -> bool:
    """Tell whether a short answer names several."""
    return bool(subjects.SEVERAL.search(short or ""))
