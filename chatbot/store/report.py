"""Makes the owner's report: what to write next, what to correct, what visitors ask.

Questions that share most of their words form a group. Visitors may type anything, so each step has
a limit. Beyond it, similar questions may form separate groups, and the rarest are not listed.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from chatbot.errors import ChatbotError
from chatbot.language import kinds, text
from chatbot.store.turns import KeptTurn, Near, Rating

ALIKE = 0.6
"""Questions that share at least this part of their words (Jaccard's coefficient) mean the same."""

COMPARED = 200
"""At most this many characters of a question are compared."""
ANALYSED = 30_000
"""At most this many different words are analysed; beyond that, only wordings are compared."""
NEAR = 30
"""A question is compared with at most this many of the groups that share a word with it."""
GROUPS = 1_000
"""At most this many groups are listed, the most frequent first."""
WORDINGS = 20
"""For a group, at most this many wordings, and words that no article has, are listed."""
MOST_TURNS = 50_000
"""The report in the service covers at most this many turns, the newest ones."""

_PERIODS = {"h": "hours", "d": "days", "w": "weeks"}
# These kinds say nothing more than the words of a question.
_OPEN_KINDS = ("thing", "yes_no")


@dataclass(frozen=True, slots=True)
class NearestArticle:
    """An article that was nearest to unanswered questions."""

    article: str
    start: int
    end: int
    """`start` to `end` is the passage that was nearest most often."""
    times: int


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same."""

    question: str
    """The most frequent wording."""
    times: int
    answered: int
    wordings: tuple[str, ...]
    """The wordings, the most frequent first."""
    unknown_words: tuple[str, ...]
    """Their words that no article has."""
    nearest: tuple[NearestArticle, ...]
    """The articles that were nearest when they were not answered, the most frequent first."""


@dataclass(frozen=True, slots=True)
class RatedDown:
    """An answer that did not help."""

    question: str
    times: int
    last: datetime.datetime
    article: str | None
    start: int | None
    end: int | None
    quote: str | None
    """The quote that was rated; None if the question was not answered."""
    notes: tuple[str, ...]
    """The reasons and notes, the newest first: "outdated", "outdated: it is ten now"."""


@dataclass(frozen=True, slots=True)
class Day:
    """How many questions were asked on one day, in UTC."""

    date: datetime.date
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class OwnerReport:
    """All questions, without small talk, and how they were answered."""

    asked: int
    answered: int
    helpful: int
    """How many turns were rated helpful."""
    unhelpful: int
    days: tuple[Day, ...]
    """Every day from the first question to the last, including days without questions."""
    unanswered: tuple[Group, ...]
    """Questions that were not answered, the most frequent first."""
    rated_down: tuple[RatedDown, ...]
    """The most frequent first; among equally frequent ones, the newest first."""
    asked_most: tuple[Group, ...]


def owner_report(turns: Iterable[KeptTurn]) -> OwnerReport:
    """Return the report on `turns`, which may be in any order."""
    rated = Counter[bool]()
    asked: list[KeptTurn] = []
    for turn in turns:
        if turn.rating:
            rated[turn.rating.helpful] += 1
        if turn.status != "chat":
            asked.append(turn)
    asked.sort(key=lambda turn: (turn.asked, turn.id))
    unanswered = [turn for turn in asked if turn.status == "abstained"]
    senses = _Senses()
    return OwnerReport(
        asked=len(asked),
        answered=len(asked) - len(unanswered),
        helpful=rated[True],
        unhelpful=rated[False],
        days=tuple(_days(asked)),
        unanswered=_groups(unanswered, senses),
        rated_down=_rated_down(asked)[:GROUPS],
        asked_most=_groups(asked, senses),
    )


def start_of(period: str, now: datetime.datetime) -> datetime.datetime:
    """Return the start of a `period` that ends `now`: "12h", "7d" or "4w".

    Raises:
        ChatbotError: it is not a period.
    """
    found = re.fullmatch(r"(\d{1,4})([hdw])", period)
    if not found:
        raise ChatbotError(f"{period!r} is not a period such as 12h, 7d or 4w")
    return now - datetime.timedelta(**{_PERIODS[found[2]]: int(found[1])})


def _days(asked: Sequence[KeptTurn]) -> Iterator[Day]:
    """Yield each day from the first turn to the last."""
    if not asked:
        return
    every = Counter(turn.asked.date() for turn in asked)
    answered = Counter(turn.asked.date() for turn in asked if turn.status == "answered")
    first, last = asked[0].asked.date(), asked[-1].asked.date()
    for number in range((last - first).days + 1):
        date = first + datetime.timedelta(number)
        yield Day(date, every[date], answered[date])


def _rated_down(asked: Sequence[KeptTurn]) -> tuple[RatedDown, ...]:
    """Return the answers rated down; the same answer to the same question counts once."""
    same: dict[tuple[str, str | None, int | None], list[KeptTurn]] = {}
    for turn in reversed(asked):
        if turn.rating and not turn.rating.helpful:
            same.setdefault((turn.understood, turn.article, turn.start), []).append(turn)
    found = [
        RatedDown(
            question=turns[0].understood,
            times=len(turns),
            last=turns[0].asked,
            article=turns[0].article,
            start=turns[0].start,
            end=turns[0].end,
            quote=turns[0].quote,
            notes=tuple(dict.fromkeys(filter(None, (_note(turn.rating) for turn in turns)))),
        )
        for turns in same.values()
    ]
    return tuple(
        sorted(found, key=lambda rated: -rated.times)
    )  # equally frequent ones stay newest first


def _note(rating: Rating | None) -> str:
    """Return the reason of a rating, and its note."""
    return ": ".join(filter(None, (rating.reason, rating.note))) if rating else ""


def _groups(turns: Iterable[KeptTurn], senses: _Senses) -> tuple[Group, ...]:
    """Return groups of turns that mean the same, the most frequent first.

    Each set of words, the most frequent first, joins the group whose first set shares most words
    with it, or begins a new group. Only first sets are compared, so that groups do not drift.
    """
    same: dict[frozenset[str], list[KeptTurn]] = {}
    for turn in turns:
        same.setdefault(senses.of(turn.understood), []).append(turn)
    frequency = Counter(word for words in same for word in words)
    founders: list[frozenset[str]] = []
    groups: list[list[KeptTurn]] = []
    telling: dict[str, list[int]] = {}  # a rare word -> the first sets that have it
    for words in sorted(same, key=lambda words: (-len(same[words]), sorted(words))):
        rarest = _rarest(words, frequency)
        found = chain.from_iterable(telling.get(word, ()) for word in rarest)
        near = set(islice(found, NEAR))
        likeness = {place: _likeness(words, founders[place]) for place in near}
        best = max(likeness, key=lambda place: (likeness[place], -place), default=None)
        if best is not None and likeness[best] >= ALIKE:
            groups[best] += same[words]
            continue
        for word in rarest:
            telling.setdefault(word, []).append(len(founders))
        founders.append(words)
        groups.append(list(same[words]))
    groups.sort(key=lambda turns: (-len(turns), turns[0].understood))
    listed = map(_group, groups[:GROUPS])
    return tuple(sorted(listed, key=lambda group: (-group.times, group.question)))


class _Senses:
    """The words by which questions are compared; analyses each wording once, at most `ANALYSED`."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}
        self._words: set[str] = set()

    def of(self, question: str) -> frozenset[str]:
        """Return the words of a question and the kind of thing that it asks for."""
        if question not in self._known:
            self._known[question] = self._sense(question[:COMPARED])
        return self._known[question]

    def _sense(self, question: str) -> frozenset[str]:
        self._words.update(question.split())
        if len(self._words) > ANALYSED:
            return frozenset({" ".join(question.split()).lower()})
        words = frozenset(text.terms(question)) or frozenset({question})
        kind = kinds.asked(question)
        return words if kind in _OPEN_KINDS else words | {f"{kind}?"}


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _rarest(words: frozenset[str], frequency: Counter[str]) -> list[str]:
    """Return the rarest words; every similar question shares at least one of them.

    Prefix filtering (Chaudhuri et al. 2006; Bayardo et al. 2007): without it, every question would
    be compared with all others that share a common word.
    """
    ordered = sorted(words, key=lambda word: (frequency[word], word))
    needed = math.ceil(
        ALIKE * len(words) - 1e-9
    )  # the number of words that a similar question must share
    return ordered[: len(words) - needed + 1]


def _group(turns: Sequence[KeptTurn]) -> Group:
    wordings = _most_frequent(turn.understood for turn in turns)
    unknown = _most_frequent(word for turn in turns for word in turn.unknown_words)
    return Group(
        question=wordings[0],
        times=len(turns),
        answered=sum(turn.status == "answered" for turn in turns),
        wordings=wordings[:WORDINGS],
        unknown_words=unknown[:WORDINGS],
        nearest=tuple(_nearest(turn.near[0] for turn in turns if turn.near)),
    )


def _nearest(near: Iterable[Near]) -> Iterator[NearestArticle]:
    """Yield each article once, the most frequent first, with its most frequent passage."""
    passages: dict[str, Counter[Near]] = {}
    for passage in near:
        passages.setdefault(passage.article, Counter())[passage] += 1
    for article in sorted(passages, key=lambda article: (-passages[article].total(), article)):
        counts = passages[article]
        most = min(counts, key=lambda passage: (-counts[passage], passage.start))
        yield NearestArticle(article, most.start, most.end, counts.total())


def _most_frequent(words: Iterable[str]) -> tuple[str, ...]:
    """Return each word once, the most frequent first, then in alphabetical order."""
    counts = Counter(words)
    return tuple(sorted(counts, key=lambda word: (-counts[word], word)))
