"""Remembers a conversation: its questions, the names in it, and what it is about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chatbot.conversation import clauses, completion, followups, nouns, subjects
from chatbot.conversation.followups import Lean
from chatbot.conversation.mentions import SEVERAL, Mention
from chatbot.conversation.protocols import Statistics
from chatbot.language import kinds
from chatbot.language.text import split, terms
from chatbot.types import Turn

OF_NAME = 2.5
"""How much a mention of a name counts; that of another word counts 1."""
OF_ANSWER = 0.5
"""How much it counts if only an answer has the name."""

# Words about the text or the conversation itself, which say nothing about its subject.
_OF_TALK = frozenset(
    terms("article page text information interesting important fact facts detail details mention")
)


@dataclass(frozen=True, slots=True)
class Filled:
    """An earlier question, as it was asked and completed."""

    said: str
    """The question as it was asked."""
    text: str
    """The completed question."""
    lean: Lean | None = None
    """How it depends on earlier turns; None if it does not."""
    subject: str | None = None
    """What its pronoun or noun refers to."""
    is_elsewhere: bool = False
    """Whether it depends on no earlier turn and fits another article best."""
    is_of_another: bool = False
    """Whether it asks the last question again about something else: "and the helmets?"."""

    @property
    def is_left_open(self) -> bool:
        """Whether it is not known what its "it" refers to."""
        is_it = self.lean is not None and self.lean.form == "pronoun" and self.lean.sort == "thing"
        return is_it and self.subject is None


@dataclass(slots=True)
class Conversation:
    """What is remembered of the turns so far."""

    topic: dict[str, float] = field(default_factory=dict)
    """Term -> how often it was mentioned; names count more."""
    topic_since: dict[str, float] = field(default_factory=dict)
    """The same, counted since the last question that fits another article best."""
    mentions: list[Mention] = field(default_factory=list)
    """The names mentioned so far, oldest first."""
    overheard: list[Mention] = field(default_factory=list)
    """Names that answers mentioned but that were not asked for."""
    listed: list[Mention] = field(default_factory=list)
    """The names in the last answer."""
    called: dict[str, str] = field(default_factory=dict)
    """Name -> "he" or "she", whichever the visitor uses for it."""
    several: str | None = None
    """The short answer to the last question, if it is a list."""
    owned: str | None = None
    """What the last question was about, if that is a plural with an owner: "Brandt's paintings"."""
    last: str | None = None
    """The last question, completed."""
    stated: str | None = None
    """The last question that is more than "how?" or "why?", completed."""
    answered: str | None = None
    """The last question that was answered, completed; "why?" refers to that one."""
    last_named: list[Mention] = field(default_factory=list)
    """The names in the last question."""
    doer: str | None = None
    """The answer to the last question if it asks who did something, as in "Who conquered it?"."""
    noun: str | None = None
    """The common noun that the last questions were about: "the router"."""
    single: str | None = None
    """The last such noun that is singular."""
    kind: str | None = None
    """The noun after the last "which": "tours" in "Which tours are flat?"."""
    many: str | None = None
    """The last such noun that is plural: "the guides"."""
    is_many_new: bool = False
    """Whether the last question asked how many of `many` there are, or whether there are any."""
    since_many: int = 0
    """How many of `mentions` came before `many`."""
    older: int = 0
    """How many of `mentions` came before `noun`."""
    is_introduced: bool = False
    """Whether `noun` was new when it was mentioned, as in "Is there a ferry?"."""
    is_back: bool = False
    """Whether `noun` was mentioned again after a name."""
    is_elsewhere: bool = False
    """Whether `noun` belongs to another article than the turns before it."""

    def remember(
        self, said: str, read: Filled, turn: Turn, failed: bool, index: Statistics
    ) -> None:
        """Add a turn; its question `said` was understood as `read`.

        If it `failed` (there was no answer), only its names are remembered.
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
        """Return the names `found` in a question; what its pronoun refers to comes last."""
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
        index: Statistics,
        named: Sequence[Mention],
        says_names: bool,
    ) -> None:
        """Remember the common noun that a question is about, if there is one."""
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

    def _remember_answer(self, said: str, read: Filled, turn: Turn, index: Statistics) -> None:
        """Remember the names in an answer, and which of them were asked for."""
        short = turn.highlight
        asked, others = subjects.in_answer(turn.answer or "", read.text, index.naming, short)
        if read.is_left_open:
            others = []  # "it" is unknown: do not guess a name in the answer
        is_person = any(mention.sort == "person" for mention in asked)
        is_several = _is_several(short) or nouns.asks_for_several(read.text)
        is_none_of_them = is_several and (not is_person or nouns.asks_who_are(read.text))
        if set(own_terms(read.text)) <= _terms_of(self.last_named) or is_none_of_them:
            # After "Who is Ada Lovel?", "she" is Ada Lovel; "it" is none of several things.
            asked, others = [], asked + others
        is_doer = bool(short and asked) and clauses.asks_who_did(read.text)
        self.doer = asked[0].spoken if is_doer else None
        if asked and (gender := nouns.gender(read.text)):
            self.called.setdefault(asked[0].text, gender)
        goes_on = read.lean is not None and followups.goes_on(said, read.lean)
        if goes_on and asked and asked[0].sort != "person" and read.subject == self.noun:
            asked, others = [], asked + others  # "What does it run on?": "it" stays the same
        if asked and goes_on:
            self.mentions[-1:-1] = asked  # "Where did he study?": "he" stays the same
        else:
            self.mentions += asked
        self.overheard += reversed(others)
        self.listed = asked + others
        self.several = short if self.listed and _is_several(short) else None

    def _mention(self, spoken: str | None) -> Mention | None:
        """Return the newest mention with this text; None if there is none."""
        every = (*self.overheard, *self.mentions)
        return next((mention for mention in reversed(every) if mention.spoken == spoken), None)

    def pronoun(self, mention: Mention) -> str | None:
        """Return the visitor's pronoun for `mention`, or else that of the articles."""
        return self.called.get(mention.text, mention.pronoun)

    def _say(self, term: str, worth: float) -> None:
        """Add a mention of `term`."""
        for topic in (self.topic, self.topic_since):
            topic[term] = topic.get(term, 0.0) + worth

    def weights(self, index: Statistics, since: bool = False) -> dict[str, float]:
        """Return how much each term of the conversation counts in choosing the article.

        With `since`, only the turns since the last question about another article count. A weight
        is the square root of the product of frequency and rarity, so that no single frequent or
        rare word decides alone.
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


def names(text: str, index: Statistics) -> list[Mention]:
    """Return the names in `text`, except those of which no article has a word."""
    return [
        mention
        for mention in subjects.in_question(text, index.naming)
        if any(index.knows(term) for term in terms(mention.text))
    ]


def _terms_of(mentions: Sequence[Mention]) -> set[str]:
    """Return the terms of all `mentions`."""
    return {term for mention in mentions for term in terms(mention.text)}


def _known(mention: Mention, before: Sequence[Mention]) -> Mention:
    """Return `mention` with what earlier ones show: after "Sean Baker", "Baker" is a person."""
    if mention.sort is None:
        for known in reversed(before):
            if known.text == mention.text:
                return known
            if known.sort == "person" and known.text.endswith(f" {mention.text}"):
                return replace(mention, sort="person")
    return mention


def _noun(said: str, read: Filled, short: str | None) -> str | None:
    """Return the common noun that a question is about; None if the question itself has none.

    The question `said` was understood as `read` and has the short answer `short`.
    """
    if read.lean and not read.is_of_another and not read.is_left_open:
        return nouns.introduced(said) if read.lean.gender else None  # "did he write a book?"
    chosen = nouns.chosen(read.text, short)
    about = read.text if read.is_of_another else said
    return chosen or nouns.phrase(about, or_place=not read.is_left_open)


def _owned(said: str, read: Filled) -> str | None:
    """Return the plural with its owner in a question, or None: "Ross' walks" for "his walks"."""
    if not read.lean or not read.lean.word or not read.subject:
        return None
    owned = completion.owned(said, read.lean.word, read.subject)
    return owned if owned and nouns.is_plural(owned) else None


def _is_several(short: str | None) -> bool:
    """Return whether a short answer is a list of names."""
    return bool(SEVERAL.search(short or ""))
