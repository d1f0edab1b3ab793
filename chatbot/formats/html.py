"""Turns HTML into text and blocks: the text that a visitor of the page reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree, html

from chatbot.errors import ArticleError
from chatbot.formats import (
    boilerplate,
    looks,
    notes,
    panels,
    schema_org,
    tables,
)
from chatbot.formats.encoding import clean
from chatbot.formats.faq_html import mark_questions
from chatbot.formats.footnotes import join_footnotes
from chatbot.formats.headings import CLOSES, HEADINGS
from chatbot.formats.holes import has_holes, leave_out_holes
from chatbot.formats.marks import Marks, Place
from chatbot.formats.reveal import is_hidden
from chatbot.types import CELLS, TABLE, Block, BlockKind, Link

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol"
    " option p pre search section summary table tbody td tfoot th thead tr ul".split()
)
"""Elements that begin and end a block; all others are within a line."""

_LEFT_OUT = frozenset(
    "aside audio button canvas footer form head iframe input map nav noscript object script select"
    " style svg template textarea title video".split()
)
_SPACE = re.compile(r"\s+")
_SITE_NAME = re.compile(r"(?<!\s)\s++[-–—|·•»:]++\s++")
_CELL = "\x1f"  # between cells; no content holds control characters
_MAX_DEPTH = 1000  # the parser gives up at 2048, in silence; no page that people wrote comes near


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page (blocks joined by blank lines), its blocks, links and metadata."""

    text: str
    blocks: tuple[Block, ...]
    fields: dict[str, object]
    """Not checked: "title", "url", "published", "lang", "abbreviations", each only if it has it."""
    unlisted: str = ""
    """Why the page is none to be found, in a word: "noindex", "redirect"; else empty."""
    links: tuple[Link, ...] = ()


class Draft(NamedTuple):
    """A block before its place in the text is known."""

    kind: BlockKind
    level: int
    text: str
    marks: tuple[Place, tuple[Link, ...]]
    """Its place in lists, and its links, which count from its start."""


def read_html(content: str, is_page: bool = False) -> Page:
    """Return the text of a page.

    That is its `<main>`, else its `<article>`s, else the body; without scripts, navigation,
    forms, asides, page headers and footers, and permanently hidden parts. What a click would show
    stands below what one clicks. A `<br>` is a line break, two begin a new block. The cells of a
    table row are joined by " | ", a term and its definition by a colon.

    `is_page` says that it is a whole page. If it does not mark its main text, blocks of links and
    blocks with a class such as "sidebar" are left out.

    Raises:
        ArticleError: tags are nested more than 1,000 deep.
    """
    root = _parse(content)
    if root is None:
        return Page("", (), {})
    _refuse_depth(root)
    unlisted = boilerplate.why_unlisted(root)
    published = _published(root)
    if has_holes(content):
        leave_out_holes(root, _BLOCKS)
    join_footnotes(root, _BLOCKS)
    for tidy in (
        boilerplate.strip_silent,
        panels.open_panels,
        boilerplate.strip,
        notes.keep_notes,
        schema_org.head_questions,
        lambda tree: mark_questions(tree, _BLOCKS),
        looks.head_looks,
        looks.end_lists,
        tables.square,
    ):
        tidy(root)
    fields = published | _fields(root)
    for parts in _candidates(root, is_page):
        drafts = [draft for part in parts for draft in _Walk(part, _marks(root)).drafts()]
        if any(draft.text for draft in drafts):
            break
    blocks: list[Block] = []
    texts: list[str] = []
    links: list[Link] = []
    start = closes = 0
    for kind, level, text, (place, found) in drafts:
        if not text:  # a panel ends here
            closes = min(level, closes or level)
            continue
        closes = 0 if kind == "heading" else closes
        blocks.append(Block(kind, start, start + len(text), level, closes=closes, **place))
        links += [Link(start + at.start, start + at.end, at.url) for at in found]
        texts.append(text)
        start, closes = start + len(text) + len("\n\n"), 0
    return Page("\n\n".join(texts), tuple(blocks), fields, unlisted, tuple(links))


def _marks(root: html.HtmlElement) -> Marks:
    return Marks(base=clean(root.xpath("string(//base/@href)")), cell=_CELL)


def _parse(content: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    try:
        return html.document_fromstring(content.encode("utf-8"), parser=parser)
    except etree.ParserError:  # nothing in it
        return None


def _refuse_depth(root: html.HtmlElement) -> None:
    """Refuse a page that is nested so deep that reading it would take too long."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _MAX_DEPTH:
            raise ArticleError(f"tags are nested more than {_MAX_DEPTH:,} deep")


def _candidates(root: html.HtmlElement, is_page: bool) -> Iterator[list[html.HtmlElement]]:
    """Yield the elements that may hold the text, the best first."""
    main = root.xpath("(//main | //*[@role='main'])[1]")
    if main:
        # What stands in `<main>` beside the one article with the title is about the article.
        articles = main[0].xpath(".//article[not(ancestor::article)]")
        if len(articles) == 1 and articles[0].find(".//h1") is not None:
            yield articles
    yield main
    yield root.xpath("//article[not(ancestor::article)]")
    yield root.xpath("(//*[@itemprop='articleBody'])[1]")
    if is_page:
        boilerplate.strip_loose(root)
    yield [root]


def _fields(root: html.HtmlElement) -> dict[str, object]:
    found = {
        "title": _title(root),
        "url": root.xpath("string(//link[contains(@rel, 'canonical')]/@href)"),
        "lang": root.get("lang"),
    }
    fields: dict[str, object] = {key: clean(str(value)) for key, value in found.items() if value}
    return fields | ({"abbreviations": short} if (short := _abbreviations(root)) else {})


def _published(root: html.HtmlElement) -> dict[str, object]:
    """Return when the page says that it was published, before that is taken out of its text."""
    said = root.xpath("string(//meta[@property='article:published_time']/@content)")
    date = said or root.xpath("string(//time/@datetime)")
    return {"published": clean(str(date))} if date else {}


def _abbreviations(root: html.HtmlElement) -> list[str]:
    """Return the short forms that the page has with their titles: "PTO: paid time off"."""
    found = ((element.text_content(), element.get("title")) for element in root.iter("abbr"))
    return list(dict.fromkeys(clean(f"{a}: {title}") for a, title in found if a.strip() and title))


def _title(root: html.HtmlElement) -> str:
    """Return the `<title>`, without the name of the site if the `<h1>` shows which part that is."""
    title = " ".join(root.xpath("string(//head/title)").split())
    heading = " ".join(root.xpath("string(//h1)").split())
    if heading and heading in _SITE_NAME.split(title):
        return heading
    return title or heading


@dataclass(slots=True)
class _Walk:
    """One walk over an element, without recursion: however deep it is, the stack is our own."""

    root: html.HtmlElement
    marks: Marks
    kinds: list[tuple[BlockKind, int]] = field(default_factory=lambda: [("paragraph", 0)])
    """What the open elements make of the text in them: kind, level of a heading."""
    pieces: list[str] = field(default_factory=list)
    """The text since the last block ended."""
    term: str = ""
    """What the next block is about: the `<dt>` above it."""

    def drafts(self) -> Iterator[Draft]:
        """Yield each block."""
        for kind, level, text in self._drafts():
            yield Draft(kind, level, text, self.marks.take(kind))

    def _drafts(self) -> Iterator[tuple[BlockKind, int, str]]:
        """Yield kind, level and text of each block."""
        skipped = None
        walk = etree.iterwalk(self.root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if self._is_left_out(element):
                    skipped = element
                    walk.skip_subtree()
                    continue
                yield from self._open(element)
            else:
                if element is not skipped:
                    yield from self._close(element)
                if element is not self.root:
                    self._add(element.tail)
        yield from self._flush()
        yield from self._flush_term()

    def _open(self, element: html.HtmlElement) -> Iterator[tuple[BlockKind, int, str]]:
        tag = element.tag
        if tag in _BLOCKS and not self._is_line_of_code(element):
            yield from self._flush()
            if tag == "dt" or tag in HEADINGS:
                yield from self._flush_term()
            if self.kinds[-1][0] in TABLE:
                self.pieces.append(_CELL if tag in ("td", "th") else " ")
        elif tag == "br":
            self.pieces.append("\n" if self.kinds[-1][0] in ("paragraph", "item", "code") else " ")
        if kind := self._kind(element):
            self.kinds.append(kind)
        self.marks.open(element, len(self.pieces))
        self._add(element.text)

    def _close(self, element: html.HtmlElement) -> Iterator[tuple[BlockKind, int, str]]:
        if element.tag == "tr" and self.kinds[-1][0] in TABLE:
            yield from self._flush(row_ends=True)
        elif element.tag == "dt" and self.kinds[-1][0] == "item":
            words = " ".join("".join(self.pieces).split())
            self.term = f"{self.term} {words}".strip()
            self.marks.read(self.pieces)
            self.marks.place(words)
            self.marks.hold(len(self.term) - len(words))
            self.pieces.clear()
        elif self._is_line_of_code(element):
            if self.pieces and not self.pieces[-1].endswith("\n"):
                self.pieces.append("\n")
        elif element.tag in _BLOCKS:
            yield from self._flush()
            if element.tag == "dl":
                yield from self._flush_term()
        if self._kind(element):
            self.kinds.pop()
        self.marks.close(element, len(self.pieces))
        if CLOSES in element.attrib:
            yield from self._flush_term()
            yield "heading", int(element.get(CLOSES)), ""

    def _kind(self, element: html.HtmlElement) -> tuple[BlockKind, int] | None:
        """Return the kind of block that this element begins; None if it begins none."""
        tag = element.tag
        if tag == "tr":
            if not tables.is_row(element):
                return ("paragraph", 0)
            return ("header", 0) if tables.is_header(element) else ("row", 0)
        if tag not in ("li", "dt", "dd", "pre") and tag not in HEADINGS:
            return None
        if self.kinds[-1][0] in TABLE:
            return self.kinds[-1]
        if tag in HEADINGS:
            return ("heading", HEADINGS[tag])
        return ("code", 0) if tag == "pre" else ("item", 0)

    def _is_line_of_code(self, element: html.HtmlElement) -> bool:
        """Whether it is a block within code: a line of it, as some highlighters set it."""
        return element.tag in ("div", "p") and self.kinds[-1][0] == "code"

    def _is_left_out(self, element: html.HtmlElement) -> bool:
        tag = element.tag
        if element is self.root:
            return False
        if tag == "form":
            # Some servers wrap the whole page in a form: that one has the page's heading.
            return not element.xpath("boolean(.//h1)")
        if tag == "header":
            return bool(self.root.tag == "html")  # the site's; that of an article is part of it
        return tag in _LEFT_OUT or is_hidden(element)

    def _add(self, text: str | None) -> None:
        if text:
            text = clean(text)
            self.pieces.append(text if self.kinds[-1][0] == "code" else _SPACE.sub(" ", text))

    def _flush(self, row_ends: bool = False) -> Iterator[tuple[BlockKind, int, str]]:
        """Yield the text gathered so far as a block; a table row is yielded only when it ends."""
        kind, level = self.kinds[-1]
        if kind in TABLE and not row_ends:
            return
        text = "".join(self.pieces)
        if kind == "code" and text.strip():
            yield from self._flush_term()
        self.marks.read(self.pieces)
        self.pieces.clear()
        if kind == "code":
            if code := text.strip("\n").rstrip():
                self.marks.place(code)
                yield kind, level, code
        elif kind in TABLE:
            cells = [" ".join(cell.split()) for cell in text.split(_CELL)[1:]]
            if any(cells):  # an empty one among others keeps its place, and its column
                row = CELLS.join(cells)
                self.marks.place(row)
                yield kind, level, row
        else:
            for paragraph in re.split(r"\n\s*\n", text):
                lines = (" ".join(line.split()) for line in paragraph.split("\n"))
                whole = "\n".join(line for line in lines if line)
                lined = whole.removesuffix("¶").rstrip()
                self.marks.place(whole, len(lined))
                if lined:
                    yield kind, level, self._defined(lined)

    def _defined(self, text: str) -> str:
        """Return `text` behind the term that it defines, if there is one: "Born: 1891 in Ulm"."""
        term, self.term = self.term, ""
        if not term:
            return text
        joint = " " if term[-1:] in ".,:;!?–—-" else ": "
        self.marks.behind(len(term) + len(joint))
        return f"{term}{joint}{text}"

    def _flush_term(self) -> Iterator[tuple[BlockKind, int, str]]:
        """Yield a term without a definition."""
        if self.term:
            self.marks.behind(0)
            yield "item", 0, self.term
            self.term = ""
