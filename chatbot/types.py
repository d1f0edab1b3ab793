"""What flows through the program, in the order in which it comes to be.

    once, at start:        Article ─► Passage
    for every question:    Question ─► Hit, Hit, Hit ─► Answer

Offsets are always Unicode code points of `Article.text`, end exclusive,
so that for everything that is quoted `article.text[start:end] == text`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "header", "row", "code", "dateline"]
"""`item` is of a list, `row` of a table and `header` the row that names its columns, `dateline` the
"Paris, 3 May:" that opens a report."""

TABLE = ("header", "row")
"""The kinds of block that a table is made of."""
LIST = ("item", "code")
"""The kinds of block that a sentence may lead in to: "Do this:"."""
CELLS = " | "
"""What stands between the cells of a row."""

Status = Literal["answered", "abstained", "chat"]

Reason = Literal["no_match", "low_confidence", "ambiguous", "empty_corpus"]
"""Why there is no answer: no passage shares a word with the question; the best sentence is not
likely enough to answer it; it cannot be told who or what is meant; there are no articles at all."""

Pronoun = Literal["he", "she", "who", "it"]
"""What a name is called; "who" is a person of whom one knows no more."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of an article's text as its author set it: `text[start:end]`, never empty."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 to 6. Otherwise 0."""
    closes: int = 0
    """Headings of this level and deeper do not reach it, though above: their panel has ended."""
    number: int | None = None
    """Of an item of a numbered list: its number."""
    depth: int = 0
    """How many items of lists it lies within, not counting itself."""
    goes_on: bool = False
    """Of an item: whether it is a further paragraph of one that began above."""


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of an article's text that leads somewhere: `text[start:end]`, never empty."""

    start: int
    end: int
    url: str
    """In an article as its author wrote it, perhaps relative; in a part where it leads."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text of the corpus, read and cleaned of markup.

    `blocks` are in order, do not overlap, and hold every word of `text`; `links` are in order, do
    not overlap, and each lies within a block.
    """

    id: str
    """Unique in the corpus, stable, safe in a URL path: made from the file's name."""
    title: str
    text: str
    blocks: tuple[Block, ...]
    source: str
    """The file, relative to its source's folder, with forward slashes; that folder's name is in
    front where there are several."""
    url: str | None = None
    """Where the author publishes it: an http or https address."""
    published: datetime.date | None = None
    place: str | None = None
    """Of the dateline: where the report was written."""
    lang: str = "en"
    aliases: tuple[str, ...] = ()
    """Other names of what the article is about."""
    questions: tuple[str, ...] = ()
    """Questions its author wants suggested."""
    links: tuple[Link, ...] = ()
    weight: float = 1.0
    """Of equally good passages, that of the article with more of it goes first."""
    abbreviations: tuple[tuple[str, str], ...] = ()
    """Its short forms, each with what the page says that it stands for."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article that is found as a whole: a paragraph or two under one heading."""

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
    """The article's other names, searched along with its title."""
    weight: float = 1.0
    """The article's."""
    columns: tuple[str, ...] = ()
    """What the columns are called, where it has rows of a table whose header names them."""
    opens: bool = False
    """Whether it is the first one below its heading."""
    lists: tuple[tuple[int, int], ...] = ()
    """`(start, end)` in the article of each list or code, with the sentence that leads in to it."""
    lead: str = ""
    """The text between the passage before and this one, where that is nothing but headings."""
    source: str = ""
    """The article's file."""
    placed: tuple[str, ...] = ()
    """The article's folders, address and year, those with a digit: they may tell its version."""
    above: tuple[str, ...] = ()
    """The headings further up that have a digit, the highest first."""
    lang: str = "en"
    """The article's language (BCP 47)."""

    @property
    def titles(self) -> str:
        """What stands above it, as one reads it out: "Title. Heading."."""
        above = (part.strip() for part in (self.title, self.heading or ""))
        return " ".join(part if part[-1] in ".?!:" else f"{part}." for part in above if part)

    @property
    def end(self) -> int:
        """Offset in the article just behind the passage."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Question:
    """What a visitor asked, read with the help of what was asked before."""

    text: str
    """The visitor's own words, spelt right."""
    understood_as: str | None = None
    """How it was read, where history or a corrected spelling helped; else None."""
    context: tuple[tuple[str, float], ...] = ()
    """Words carried over from the conversation, each with its weight (0 to 1) in the search."""
    topic: tuple[tuple[str, float], ...] = ()
    """Terms of the conversation so far, each with its weight in choosing the article."""
    article: str | None = None
    """The id of the article the visitor is reading, which goes first among equals."""
    typed: str | None = None
    """What was typed, where its spelling was corrected; else None."""

    @property
    def reading(self) -> str:
        """The text that readers read: as understood, else the visitor's own."""
        return self.understood_as or self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a retriever found; its score only orders the hits of one search."""

    passage: Passage
    score: float
    sense: float | None = None
    """The cosine of question and passage, where the retriever compares their sense."""
    near: float = 0.0
    """How near it is to the page the visitor reads: 1 is that page, 0 or less nowhere near."""


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
    """The short answer, or None when the reader is not sure of one."""
    columns: tuple[str, ...] = ()
    """Of a row of a table: what the column of each cell is called, where its header says so."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a stretch of an article is made of: a block, or as much of it as the stretch holds.

    The parts of a stretch are in order, do not overlap, and outside of them is what is outside of
    the article's blocks: white space, in plain text also the marks of items and ruled lines.
    """

    kind: BlockKind
    """Of a further paragraph of an item that something else stands before: `paragraph`."""
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 to 6. Otherwise 0."""
    number: int | None = None
    """Of an item of a numbered list: its number."""
    depth: int = 0
    """How many items of lists it lies within, not counting itself."""
    columns: tuple[str, ...] = ()
    """Of a whole row: what the column of each cell is called, where its header says so."""
    links: tuple[Link, ...] = ()
    """Those within it, cut to it, each with the address it leads to."""


@dataclass(frozen=True, slots=True)
class Also:
    """What another article says to the same question."""

    quote: Quote
    passage: Passage
    """The passage it stands in."""
    confidence: float
    """How likely the quote answers the question, 0 to 1, calibrated."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says: a quote, or a reason why there is none."""

    question: Question
    status: Status
    quote: Quote | None = None
    """Set exactly when `status` is "answered"."""
    confidence: float = 0.0
    """How likely the quote answers the question, 0 to 1, calibrated; 0 for chat."""
    reason: Reason | None = None
    """Set exactly when `status` is "abstained"."""
    message: str = ""
    """Plain text that says it all to a client which understands nothing else."""
    citations: tuple[Passage, ...] = ()
    """The passages the answer rests on, the quoted one first; empty unless answered."""
    also: tuple[Also, ...] = ()
    """What other articles answer, the likeliest first; empty unless answered."""
    related: tuple[Passage, ...] = ()
    """The nearest passages, as reading; empty unless abstained."""
    unknown_words: tuple[str, ...] = ()
    """Words of the question, as typed, that no article has."""
    suggestions: tuple[str, ...] = ()
    """Questions the articles can answer, to ask next."""

    @property
    def is_unsure(self) -> bool:
        """Whether the quote is less likely right than wrong."""
        return self.quote is not None and self.confidence < 0.5


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and what was said to it, as history for the next."""

    question: str
    answer: str | None = None
    """The text quoted, or None: not answered, or not known to the client that sends history.

    Where other turns have one, None means that there was none, and "" that it is not known.
    """
    highlight: str | None = None
    """The short answer marked in it, if any."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence was chosen, or was not: for `chatbot explain`."""

    hit: Hit
    start: int
    end: int
    text: str
    score: float
    """The reader's score of this sentence; only orders the sentences of one question."""
    features: dict[str, float] = field(default_factory=dict)
    """What went into the score, by name: value times weight."""
