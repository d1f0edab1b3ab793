"""What is remembered of a conversation, and what "he" or "and the price?" means after it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.conversation import completion, followups, nouns, subjects
from chatbot.conversation.followups import Lean
from chatbot.conversation.subjects import Mention, Sort
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


class Index(subjects.Names, Protocol):
    """What is asked of a retriever."""

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
    is_elsewhere: bool = False
    """It stands alone, and another article is better for it."""
    is_new_topic: bool = False
    """The same, and that is sure."""
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
    many: str | None = None
    """The last such noun of several: "the guides"."""
    since_many: int = 0
    """How many of `mentions` are older than that."""
    older: int = 0
    """How many of `mentions` are older than that."""
    is_introduced: bool = False
    """It was spoken of as something new, "Is there a ferry?", or is what another article has."""

    def remember(self, said: str, read: Reading, turn: Turn, failed: bool, index: Index) -> None:
        """Add a turn, in which `said` was asked and understood as `read`.

        Of a turn that `failed` only the names stay, so that "and its budget?" finds them.
        """
        if read.is_new_topic and not failed:
            self.topic.clear()
            self.mentions.clear()
            self.overheard.clear()
            self.older = self.since_many = 0
        named = [_known(mention, self.mentions) for mention in names(read.text, index)]
        if read.lean and read.lean.word and (about := self._mention(read.subject)):
            # What a pronoun means goes on, whatever else is named.
            about = replace(about, sort="person") if read.lean.gender else about
            named = [mention for mention in named if mention.text not in about.text] + [about]
        of_names = _terms_of(named)
        said_names = _terms_of(names(said, index))
        answer, short = turn.answer or "", turn.highlight
        noun = _noun(said, read, short)
        of_noun = terms(noun or "")
        is_known = not failed or any(map(index.knows, of_noun))
        if noun and is_known and not set(of_noun) <= of_names:
            self.noun = nouns.known(noun)
            if nouns.is_plural(noun):
                self.many, self.since_many = self.noun, len(self.mentions) + len(named)
            self.older = len(self.mentions) + (0 if said_names else len(named))
            is_new = read.is_elsewhere or nouns.introduced(said) is not None
            self.is_introduced = is_new and not said_names
        self.last, self.last_named = read.text, named
        if not read.lean or read.lean.form != "bare" or self.stated is None:
            self.stated = read.text
        if not failed or self.answered is None:
            self.answered = read.text
        self.mentions += named
        asked, others = subjects.in_answer(answer, read.text, index, short)
        if read.is_left_open:
            others = []  # what an answer names by chance is not "it"
        is_person = any(mention.sort == "person" for mention in asked)
        is_several = _is_several(short) or nouns.asks_for_several(read.text)
        is_none_of_them = is_several and (not is_person or nouns.asks_who_are(read.text))
        if set(own_terms(read.text)) <= of_names or is_none_of_them:
            # "Who is Ada Lovel?" goes on about her, and none of several things is "it".
            asked, others = [], asked + others
        is_doer = bool(short and asked) and completion.asks_who_did(read.text)
        self.doer = asked[0].spoken if is_doer else None
        if asked and read.lean and followups.goes_on(said, read.lean):
            self.mentions[-1:-1] = asked  # "Where did he study?": "he" is he, not who taught there
        else:
            self.mentions += asked
        self.overheard += reversed(others)
        self.listed = asked + others
        self.several = short if self.listed and _is_several(short) else None
        if not (read.lean and read.lean.is_plural):
            self.owned = _owned(said, read)
        if read.lean and read.lean.gender and read.subject:
            self.called[read.subject] = read.lean.gender
        if asked and (gender := nouns.gender(read.text)):
            self.called.setdefault(asked[0].text, gender)
        if not failed:
            for term in own_terms(said):
                self._say(term, OF_NAME if term in said_names else 1.0)
        for term in _terms_of(self.listed):
            self._say(term, OF_ANSWER)

    def _mention(self, spoken: str | None) -> Mention | None:
        """Return the newest mention that is spoken so."""
        every = (*self.overheard, *self.mentions)
        return next((mention for mention in reversed(every) if mention.spoken == spoken), None)

    def _say(self, term: str, worth: float) -> None:
        """Add a mention of `term`."""
        self.topic[term] = self.topic.get(term, 0.0) + worth

    def subject(self, text: str, lean: Lean | None) -> str | None:
        """Return what a pronoun, a pointer or a noun of `text` is about."""
        place = followups.ordinal(text)
        if place is not None and -1 <= place < len(self.listed):
            return self.listed[place].spoken
        if lean and lean.sort == "group" and self.noun:
            return self.owned or self.noun
        if lean and lean.is_plural and (several := self._several()):
            return several
        if lean and lean.is_one and self.last and (of_kind := nouns.phrase(self.last)):
            return of_kind  # "and which one climbs?"
        if lean and lean.form == "noun" and (of := self._asked_of()):
            return of.spoken
        sort = lean.sort if lean and lean.points else "thing"
        is_it = sort == "thing" and lean is not None and lean.word is not None
        asked_about = self._not_replaced() if is_it else self.mentions
        fit = subjects.fitting(sort, self._possible(asked_about, lean, sort))
        # What only an answer named, unasked, "he" may mean; the rest goes by what was asked.
        is_of_many = lean is not None and lean.is_plural and nouns.is_plural(self.noun or "")
        by_noun = sort == "thing" or not lean or not lean.word or is_of_many
        if not fit and not (self.noun and by_noun):
            fit = subjects.fitting(sort, self._possible(self.overheard, lean, sort))
        if fit:
            return self._surer(fit, lean).spoken
        if sort == "person" or not self.noun:
            others = ("group", "person") if is_it else ("group",)
            newest = (m.spoken for m in reversed(self.mentions) if m.sort not in others)
            return next(newest, None)
        if lean and lean.form == "pointer" and lean.sort != "place" and self.stated:
            return completion.statement(self.stated, self.doer)
        is_of_person = kinds.asked(f"{self.noun}?") == "person"  # "people", "the actor"
        return None if is_of_person and is_it else self.noun

    def replaced_by(self, named: Sequence[Mention], index: Index) -> list[Mention]:
        """Return what the last question named, last what one of `named` may take the place of.

        A place takes a place's, or else nobody's; a person a person's.
        """
        if len(named) != 1 or len(self.last_named) < 2:
            return self.last_named
        is_person = named[0].pronoun in subjects.PERSONS
        is_place = not is_person and index.is_place(named[0].text)

        def likeness(mention: Mention) -> int:
            may_be_place = mention.sort in (None, "place")
            if is_place and may_be_place and (mention.sort or index.is_place(mention.text)):
                return 2
            is_several = bool(mention.article) and nouns.is_plural(mention.text)
            return int((mention.sort == "person") is is_person and not (is_place and is_several))

        return sorted(self.last_named, key=likeness)

    def _several(self) -> str | None:
        """Return what "they" are, if anything that is surely several was spoken of."""
        if self.owned:
            return self.owned
        if self.noun and nouns.is_plural(self.noun):
            return None if self.last_named else self.noun
        if both := self.several or self._pair():
            return both
        for mention in reversed(self.mentions):
            if mention.article and nouns.is_plural(mention.text):
                return mention.spoken  # "the Normans"
        named_since = (m for m in self.mentions[self.since_many :] if m.sort in ("thing", None))
        return self.many if not any(named_since) else None

    def _asked_of(self) -> Mention | None:
        """Return what the last question asked something of: "What is the capital of Ruritania?"."""
        last = followups.unmarked(self.last or "")
        for mention in self.last_named:
            if last.endswith((f" of {mention.spoken}", f" of {mention.text}")):
                return mention
        return None

    def _not_replaced(self) -> list[Mention]:
        """Return what was named but for what a later noun takes "it" from.

        That is a place, or anything if the noun was something new.
        """
        if self.noun is None or nouns.is_plural(self.noun):
            return self.mentions
        before = [] if self.is_introduced else self.mentions[: self.older]
        return [m for m in before if m.sort != "place"] + self.mentions[self.older :]

    def _possible(
        self, mentions: Sequence[Mention], lean: Lean | None, sort: Sort | None
    ) -> list[Mention]:
        """Return those of `mentions` that a pronoun of this sort, or a noun, may be about."""
        # A place is what was asked about only where nothing else is, or "it" says so.
        no_place = bool(self.noun) and (lean is None or lean.sort is None)
        sorts = {mention.text: mention.sort for mention in mentions if mention.sort}
        known = (replace(m, sort=m.sort or sorts.get(m.text)) for m in mentions)
        return [
            mention
            for mention in known
            if self._is_called(mention, lean, sort) and not (no_place and mention.sort == "place")
        ]

    def _is_called(self, mention: Mention, lean: Lean | None, sort: Sort | None) -> bool:
        """Tell whether `lean`, which means this `sort`, may stand for `mention`.

        The visitor, who may have called it "she" before, knows better than the articles.
        """
        called = self.called.get(mention.text, mention.pronoun)
        if lean and lean.is_plural:
            return called not in ("he", "she")
        if lean and lean.gender:
            return called in (lean.gender, "who", None)
        if sort == "thing":
            return called not in ("he", "she")
        return sort != "person" or called != "it"  # "that director" may be "he" or "she"

    def _surer(self, fit: Mention, lean: Lean | None) -> Mention:
        """Return who is known to be "he", say, where that is not known of `fit`.

        Of the persons of the last turn only another of the same question is surer.
        """

        def called(mention: Mention) -> str | None:
            return self.called.get(mention.text, mention.pronoun)

        if not lean or not lean.gender or called(fit) in ("he", "she"):
            return fit
        if fit in self.last_named:
            others = self.last_named
        else:
            others = [] if fit in self.listed else self.mentions
        return next((m for m in reversed(others) if called(m) == lean.gender), fit)

    def _pair(self) -> str | None:
        """Return the last two persons, "George Sand and Chopin", if one was spoken of just now."""
        newest = [m for m in reversed(self.mentions) if m.sort not in ("place", "group")]
        if not newest or newest[0].sort != "person":
            return None
        last = newest[0]
        others = (m for m in newest if m.sort == "person" and not _is_same(m, last))
        return next((f"{other.spoken} and {last.spoken}" for other in others), None)

    def weights(self, index: Index) -> dict[str, float]:
        """Return the weight of each term of the conversation in choosing the article.

        The root of how much was said of it, times the root of how rare it is, so that neither one
        word said over and over nor one rare word decides alone.
        """
        rarest = index.idf("")
        return {
            term: math.sqrt(said * index.idf(term) / rarest)
            for term, said in self.topic.items()
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
        for mention in subjects.in_question(text, index)
        if any(index.knows(term) for term in terms(mention.text))
    ]


def _terms_of(mentions: Sequence[Mention]) -> set[str]:
    """Return the terms of all that is mentioned."""
    return {term for mention in mentions for term in terms(mention.text)}


def _is_same(one: Mention, other: Mention) -> bool:
    """Tell whether two names may be one person's: "Brandt" and "Hugo Brandt"."""
    return not set(terms(one.text)).isdisjoint(terms(other.text))


def _known(mention: Mention, before: Sequence[Mention]) -> Mention:
    """Return `mention` as what it was before: "Baker" is the person that "Sean Baker" was."""
    if mention.sort is None:
        for known in reversed(before):
            if known.text == mention.text:
                return known
            if known.sort == "person" and known.text.endswith(f" {mention.text}"):
                return replace(mention, sort="person")
    return mention


def _noun(said: str, read: Reading, short: str | None) -> str | None:
    """Return what `said`, read so and answered by `short`, is about by a common noun of its own."""
    if read.lean and not read.is_of_another and not read.is_left_open:
        return nouns.introduced(said) if read.lean.gender else None  # "did he write a book?"
    chosen = nouns.chosen(read.text, short)
    about = read.text if read.is_of_another else said
    return chosen or nouns.phrase(about, or_place=not read.is_left_open)


def _owned(said: str, read: Reading) -> str | None:
    """Return what `said`, read so, calls somebody's, if it is several: "when are his walks?"."""
    if not read.lean or not read.lean.word or not read.subject:
        return None
    owned = completion.owned(said, read.lean.word, read.subject)
    return owned if owned and nouns.is_plural(owned) else None


def _is_several(short: str | None) -> bool:
    """Tell whether a short answer names several."""
    return bool(subjects.SEVERAL.search(short or ""))
