"""Defines the values that stages pass on, in the order in which they are made.

    once, at start:        Article ─► Passage
    for every question:    Question ─► Hit, Hit, Hit ─► Answer

Offsets always count Unicode code points of `Article.text`, end exclusive,
so that `article.text[start:end] == text` for everything that is quoted.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "header", "row", "code", "dateline"]
"""The kind of a block.

An `item` is part of a list, a `row` part of a table, and a `header` the row that names its columns.
A `dateline` is the "Paris, 3 May:" at the beginning of a report.
"""

TABLE = ("header", "row")
"""The kinds of block in a table."""
LIST = ("item", "code")
"""The kinds of block that a sentence may introduce: "Do this:"."""
CELLS = " | "
"""The separator between the cells of a row."""

Status = Literal["answered", "abstained", "chat"]

Reason = Literal["no_match", "low_confidence", "ambiguous", "empty_corpus"]
"""Why there is no answer.

In this order: no passage matches the question; no sentence is likely enough to answer; it is
unclear who or what is meant; there are no articles.
"""

Pronoun = Literal["he", "she", "who", "it"]
"""The pronoun for a name; "who" is for a person of unknown gender."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an article's text, as its author divided it: `text[start:end]`, never empty."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """For a heading 1 to 6, otherwise 0."""
    closes: int = 0
    """Headings above it, of this level and deeper, do not apply to it: their panel has ended."""
    number: int | None = None
    """For an item of a numbered list, its number."""
    depth: int = 0
    """How many list items it is inside, not counting itself."""
    goes_on: bool = False
    """For an item: whether it is a further paragraph of an item that began above."""


@dataclass(frozen=True, slots=True)
class Link:
    """A part of an article's text that is a link: `text[start:end]`, never empty."""

    start: int
    end: int
    url: str
    """In an `Article`, as its author wrote it, possibly relative; in a `Part`, resolved."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text of the corpus, without markup.

    `blocks` are in order, do not overlap, and contain every word of `text`. `links` are in order,
    do not overlap, and each lies within a block.
    """

    id: str
    """Unique in the corpus, stable, safe in a URL path: made from the file's name."""
    title: str
    text: str
    blocks: tuple[Block, ...]
    source: str
    """Path in its source, with "/"; begins with the folder's name if there are several sources."""
    url: str | None = None
    """Where the author published it: an http or https address."""
    published: datetime.date | None = None
    place: str | None = None
    """Where the report was written, from the dateline."""
    lang: str = "en"
    aliases: tuple[str, ...] = ()
    """Other names of the thing that the article is about."""
    questions: tuple[str, ...] = ()
    """Questions that its author wants to be suggested."""
    links: tuple[Link, ...] = ()
    weight: float = 1.0
    """Among equally good passages, the one whose article has the higher weight comes first."""
    abbreviations: tuple[tuple[str, str], ...] = ()
    """Its short forms, each with its long form, as the page defines them."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an article that a search finds: a paragraph or two under one heading."""

    article: str
    """The article's id."""
    title: str
    heading: str | None
    """The nearest heading above it that is not the title."""
    text: str
    start: int
    sentences: tuple[tuple[int, int], ...]
    """`(start, end)` of each sentence, offsets in the article, in order, all within the passage."""
    aliases: tuple[str, ...] = ()
    """The article's other names, which are searched like its title."""
    weight: float = 1.0
    columns: tuple[str, ...] = ()
    """The names of the columns, if it has rows of a table with a header."""
    lists: tuple[tuple[int, int], ...] = ()
    """`(start, end)` in the article of each list or code, with the sentence that introduces it."""
    lead: str = ""
    """The text between the previous passage and this one, if it consists only of headings."""
    source: str = ""
    """The article's file."""
    placed: tuple[str, ...] = ()
    """The article's folders, address and year, if they have a digit: they may show a version."""
    above: tuple[str, ...] = ()
    """The headings further up that have a digit, the topmost first."""
    lang: str = "en"
    """The article's language (BCP 47)."""

    @property
    def titles(self) -> str:
        """Title and heading as sentences: "Title. Heading."."""
        above = (part.strip() for part in (self.title, self.heading or ""))
        return " ".join(part if part[-1] in ".?!:" else f"{part}." for part in above if part)

    @property
    def end(self) -> int:
        """The offset in the article where the passage ends."""
        return self.start + len(self.text)

    def between(self, start: int, end: int) -> str:
        """Return the passage's text from offset `start` to `end` of the article."""
        return self.text[start - self.start : end - self.start]


@dataclass(frozen=True, slots=True)
class Question:
    """A visitor's question, as it was understood."""

    text: str
    """The visitor's own words, with spelling corrected."""
    understood_as: str | None = None
    """How it was understood, if the history or a corrected spelling changes it; else None."""
    context: tuple[tuple[str, float], ...] = ()
    """Words from the conversation, each with its weight (0 to 1) in the search."""
    topic: tuple[tuple[str, float], ...] = ()
    """Terms of the conversation so far, each with its weight in choosing the article."""
    article: str | None = None
    """The id of the article that the visitor is reading; it comes first among equals."""
    typed: str | None = None
    """What was typed, if its spelling was corrected; else None."""

    @property
    def understood(self) -> str:
        """The question as it was understood, else the visitor's own words."""
        return self.understood_as or self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a retriever found; its score only orders the hits of one search."""

    passage: Passage
    score: float
    sense: float | None = None
    """The cosine of question and passage, if the retriever compares their meaning."""
    near: float = 0.0
    """How near it is to the page that the visitor reads: 1 is that page, 0 or less is not near."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """The short answer inside a quote, `article.text[start:end] == text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Whole sentences of one article, word for word, `article.text[start:end] == text`."""

    article: str
    text: str
    start: int
    end: int
    highlight: Highlight | None = None
    """The short answer; None if the reader is not confident of one."""
    columns: tuple[str, ...] = ()
    """If this is a row of a table with a header: the name of each cell's column."""


@dataclass(frozen=True, slots=True)
class Part:
    """A block in a range of an article, or as much of the block as is in the range.

    The parts of a range are in order and do not overlap. Between them is only text of no block:
    white space, and in plain text also the marks of items and ruled lines.
    """

    kind: BlockKind
    """It is `paragraph` for a further paragraph of an item, after something else in the item."""
    start: int
    end: int
    level: int = 0
    """For a heading 1 to 6, otherwise 0."""
    number: int | None = None
    """For an item of a numbered list, its number."""
    depth: int = 0
    """How many list items it is inside, not counting itself."""
    columns: tuple[str, ...] = ()
    """If this is a whole row of a table with a header: the name of each cell's column."""
    links: tuple[Link, ...] = ()
    """The links in it, cut to its range, each with the address that it leads to."""


@dataclass(frozen=True, slots=True)
class Also:
    """Another article's answer to the same question."""

    quote: Quote
    passage: Passage
    """The passage that the quote is in."""
    confidence: float
    """How likely the quote answers the question, 0 to 1, calibrated."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says: a quote, or a reason why there is none."""

    question: Question
    status: Status
    quote: Quote | None = None
    """Set if and only if `status` is "answered"."""
    confidence: float = 0.0
    """How likely the quote answers the question, 0 to 1, calibrated; 0 for chat."""
    reason: Reason | None = None
    """Set if and only if `status` is "abstained"."""
    message: str = ""
    """The whole answer as plain text, for a client that shows nothing else."""
    citations: tuple[Passage, ...] = ()
    """The passages that support the answer, the quoted one first; empty unless answered."""
    also: tuple[Also, ...] = ()
    """The answers of other articles, the likeliest first; empty unless answered."""
    related: tuple[Passage, ...] = ()
    """The nearest passages, as further reading; empty unless abstained."""
    unknown_words: tuple[str, ...] = ()
    """Words of the question, as typed, that no article has."""
    suggestions: tuple[str, ...] = ()
    """Questions to ask next, which the articles can answer."""

    @property
    def is_unsure(self) -> bool:
        """Whether the quote is more likely wrong than right."""
        return self.quote is not None and self.confidence < 0.5


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and its answer, as history for the next question."""

    question: str
    answer: str | None = None
    """The quoted text; None if there was no answer, or if the client did not send it.

    If other turns have an answer, None means that there was none, and "" that it is not known.
    """
    highlight: str | None = None
    """The short answer marked in the quoted text, if any."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence was chosen or not, for `chatbot explain`."""

    hit: Hit
    start: int
    end: int
    text: str
    score: float
    """The reader's score of this sentence; it only orders the sentences for one question."""
    features: dict[str, float] = field(default_factory=dict)
    """The part of each feature in the score: its value times its weight."""
