"""The models of `POST /ask`: what a client may send, and what it receives.

The same models validate requests, build answers and generate `/openapi.json`, so the description is
always true.
"""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Json, field_validator

from chatbot.conversation.questions import MAX_LENGTH
from chatbot.quotations import QuoteBody
from chatbot.quotations import documented as _field
from chatbot.types import Reason, Status, Turn

MAX_QUOTE = 10_000
"""The limit for an earlier answer, in characters; no quote is nearly that long."""
CONVERSATION = "^c_[A-Za-z0-9_-]{1,64}$"
"""The form of a conversation's id."""
WORDS = r"[^\s\x1c-\x1f]"
"""A question must have a character that is not white space; Python counts four more as such."""
MAX_ID = 4_096
"""The limit for the id of an article, in characters: it comes from a path."""


class Asked(BaseModel):
    """What a client sends. Values are not converted, and unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PastTurn(Asked):
    """One earlier question of the conversation."""

    question: str = _field(
        "What was asked.", "What was Anora's budget?", min_length=1, max_length=MAX_LENGTH
    )
    answer: str | None = _field(
        "The text that was quoted, if the client kept it.",
        "The film was made on a modest budget of $6 million.",
        default=None,
        max_length=MAX_QUOTE,
    )
    highlight: str | None = _field(
        "The short answer that was marked in it, if the client kept it.",
        "$6 million",
        default=None,
        max_length=MAX_QUOTE,
    )


class AskRequest(Asked):
    """A question, and optional fields."""

    question: str = _field(
        "The visitor's own words; not only white space.",
        "and its star?",
        min_length=1,
        max_length=MAX_LENGTH,
        pattern=WORDS,
    )
    conversation: str | None = _field(
        "Continues a conversation: the `conversation` of an earlier answer.",
        "c_Zr3hX0vYyJkQ8sT1uWb2Lg",
        default=None,
        pattern=CONVERSATION,
    )
    history: list[PastTurn] = _field(
        "The earlier questions, oldest first, for clients that keep them. If it is not empty, "
        "the service does not use what it remembers.",
        [{"question": "What was Anora's budget?"}],
        default=[],
    )
    limit: int = _field(
        "How many citations or related passages at most.", 3, default=3, ge=1, le=10
    )
    article: str | None = _field(
        "The id of the article that the visitor is reading. Among equally good passages its own "
        "come first, then those of its folder; an unknown id has no effect.",
        "anora",
        default=None,
        max_length=MAX_ID,
    )

    @field_validator("limit", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        """Accept 3.0 as 3, as JSON Schema does."""
        return int(value) if isinstance(value, float) and value.is_integer() else value

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history in the form that `Bot.ask` takes."""
        return tuple(Turn(turn.question, turn.answer, turn.highlight) for turn in self.history)


class AskForm(AskRequest):
    """The request of a browser without JavaScript: the history is JSON in a hidden field."""

    model_config = ConfigDict(strict=False)  # a form's values are all text

    # A form has no null; instead, an optional field is left out.
    conversation: str = _field(
        "Continues a conversation: the `conversation` of an earlier answer.",
        "c_Zr3hX0vYyJkQ8sT1uWb2Lg",
        default="",
        pattern=f"{CONVERSATION}|^$",
    )
    article: str = _field(
        "The id of the article that the visitor is reading; it is preferred among equals.",
        "anora",
        default="",
        max_length=MAX_ID,
    )
    history: Json[list[PastTurn]] = _field(
        "The earlier questions, oldest first, as JSON.",
        '[{"question": "What was Anora\'s budget?"}]',
        default="[]",
        validate_default=True,
        json_schema_extra={"format": "json"},
    )


class Feedback(Asked):
    """How a visitor rates an answer."""

    answer: str = _field(
        "The `id` of the answer.", "a_Jt4mP9wQx2RkE7vB5nHc1A", pattern="^a_[A-Za-z0-9_-]{1,64}$"
    )
    helpful: bool = _field("Whether it helped.", False)
    reason: str | None = _field(
        "The reason, in few words.", "outdated", default=None, max_length=100
    )
    note: str | None = _field(
        "A comment of the visitor.",
        "The price went up in May.",
        default=None,
        max_length=1000,
    )


class Citation(BaseModel):
    """A passage of an article, and where to read it."""

    article: str = _field("The article's id.", "anora")
    title: str = _field("The article's title.", "Anora wins Best Director")
    url: str | None = _field("The address where it is published.", "https://example.org/anora")
    published: datetime.date | None = _field("The date of the article.", "2025-03-03")
    lang: str = _field("The language of the article, a BCP 47 tag.", "en")
    heading: str | None = _field("The heading above the passage.", "About Anora")
    passage: str = _field(
        "The passage, word for word.", "The film was made on a modest budget of $6 million."
    )
    start: int = _field("Where it starts in the article, in Unicode code points.", 380)
    end: int = _field("Where it ends, exclusive.", 702)
    view: str = _field(
        "The address of the article in the service, with the quote marked; relative.",
        "/articles/anora?start=412&end=463#mark",
    )
    answer: QuoteBody | None = _field(
        "The sentences of this article that answer too, if it is not the quoted one; else null.",
        None,
    )
    confidence: float | None = _field(
        "How likely its `answer` answers the question; null if it has none.", None, ge=0, le=1
    )


class AnswerBody(BaseModel):
    """An answer: a quote, or the reason why there is none."""

    id: str = _field("The id of this answer; it cannot be guessed.", "a_Jt4mP9wQx2RkE7vB5nHc1A")
    conversation: str = _field(
        "The conversation's id: the one sent, if it is known or nothing is stored; else a new one.",
        "c_Zr3hX0vYyJkQ8sT1uWb2Lg",
    )
    status: Status = _field(
        "Whether the articles answer; `chat` is a reply to small talk.", "answered"
    )
    question: str = _field("The visitor's own words.", "and its budget?")
    understood_as: str | None = _field(
        "How the question was understood, if history or a corrected spelling helped.",
        "What was Anora's budget?",
    )
    message: str = _field(
        "The whole answer as plain text, for simple clients.",
        "The film was made on a modest budget of $6 million.",
    )
    answer: QuoteBody | None = _field(
        "The quote; null unless `status` is `answered`.",
        {
            "text": "The film was made on a modest budget of $6 million.",
            "article": "anora",
            "start": 412,
            "end": 463,
            "highlight": None,
            "columns": [],
            "parts": [],
        },
    )
    confidence: float = _field("How likely the quote answers the question.", 0.93, ge=0, le=1)
    citations: list[Citation] = _field(
        "The passages with the answer: the quoted one first, then those of other articles that "
        "answer too, each with its own `answer`; empty unless answered.",
        [],
    )
    related: list[Citation] = _field(
        "The nearest passages, to read on; empty unless abstained.", []
    )
    reason: Reason | None = _field(
        "Why there is no answer: no passage has a word of the question, no sentence is likely "
        "enough to answer, it is unclear who or what is meant, or there are no articles; "
        "null unless `status` is `abstained`.",
        "low_confidence",
    )
    unknown_words: list[str] = _field(
        "Words of the question, as typed, that no article has.", ["Nomadland"]
    )
    suggestions: list[str] = _field(
        "Questions to ask next, which the articles answer.", ["Who stars in Anora?"]
    )
    index: str = _field("A short sha256 of the articles that were searched.", "5f0c1b9e22d4a7c3")


class WrongField(BaseModel):
    """What is wrong with one field."""

    field: str = _field("The field, with dots: history.0.question.", "limit")
    message: str = _field("What is wrong with it.", "Input should be less than or equal to 10")


class Problem(BaseModel):
    """An error, in the form of RFC 9457."""

    type: str = _field("Always about:blank: only the status tells the type.", "about:blank")
    title: str = _field("The name of the status.", "Unprocessable Entity")
    status: int = _field("The HTTP status.", 422)
    detail: str = _field("What is wrong, in words for people.", "A field is wrong.")
    errors: list[WrongField] = _field(
        "The fields that are wrong; empty unless `status` is 422.",
        [{"field": "limit", "message": "Input should be less than or equal to 10"}],
    )


class Progress(BaseModel):
    """The progress of some work."""

    done: int = _field("How many are done.", 12_000)
    of: int = _field("How many there are.", 30_047)


class Health(BaseModel):
    """What is being served."""

    status: Literal["ok"] = _field("Always ok; a service that is not ready says 503.", "ok")
    articles: int = _field("How many articles are served.", 1)
    passages: int = _field("How many passages they have.", 13)
    index: str = _field("A short sha256 of the articles.", "5f0c1b9e22d4a7c3")
    reader: str = _field("Which reader chooses the sentence.", "sentence")
    feedback: bool = _field("Whether answers can be rated.", True)
    vectors: Progress | None = _field(
        "How many passages can be found by their meaning. Until all can, passages are found by "
        "words alone. Null: the retriever uses only words.",
        {"done": 12_000, "of": 30_047},
        default=None,
    )
    store: str = _field(
        "The state of the database: `ok`; `off`: nothing is stored; else what is wrong, and how "
        "many turns were lost since the start. Answers do not depend on it.",
        "ok",
    )


class Suggestions(BaseModel):
    """Questions to begin with."""

    suggestions: list[str] = _field(
        "Each is answered by the articles.", ["What was Anora's budget?"]
    )
