"""Defines what is stored about a question and its answer.

Only the visitor's words are stored: no address, browser or name. A random id shows which questions
belong together.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from chatbot.types import Answer, Reason, Status


@dataclass(frozen=True, slots=True)
class Near:
    """One of the nearest passages to an unanswered question: `start` to `end` of the article."""

    article: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rating:
    """A visitor's rating of an answer."""

    helpful: bool
    reason: str | None = None
    """A word or two: "outdated"."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and its answer, as stored."""

    id: str
    """The answer's id."""
    conversation: str
    asked: datetime.datetime
    """In UTC."""
    question: str
    """The visitor's own words."""
    understood_as: str | None
    status: Status
    reason: Reason | None
    confidence: float
    article: str | None
    """The quoted article. This, `start`, `end` and `quote` are None unless answered."""
    start: int | None
    end: int | None
    quote: str | None
    highlight: str | None
    near: tuple[Near, ...]
    """The nearest passages, best first; empty unless abstained."""
    unknown_words: tuple[str, ...]
    index: str
    """The checksum of the articles that were searched, as in `/ask`."""
    rating: Rating | None = None

    @property
    def understood(self) -> str:
        """The question as it was understood, or else the visitor's own words."""
        return self.understood_as or self.question


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of the store."""

    status: Literal["ok", "failing"]
    detail: str | None
    """What is wrong, without the address of the database; None if nothing is."""
    lost: int
    """How many turns have been lost since the start."""


def kept_turn(
    answer: Answer, answer_id: str, conversation: str, index: str, asked: datetime.datetime
) -> KeptTurn:
    """Return what is stored about `answer`, which was given at `asked` from the index `index`."""
    quote = answer.quote
    return KeptTurn(
        id=answer_id,
        conversation=conversation,
        asked=asked,
        question=answer.question.typed or answer.question.text,
        understood_as=answer.question.understood_as,
        status=answer.status,
        reason=answer.reason,
        confidence=answer.confidence,
        article=quote.article if quote else None,
        start=quote.start if quote else None,
        end=quote.end if quote else None,
        quote=quote.text if quote else None,
        highlight=quote.highlight.text if quote and quote.highlight else None,
        near=tuple(Near(near.article, near.start, near.end) for near in answer.related),
        unknown_words=answer.unknown_words,
        index=index,
    )
