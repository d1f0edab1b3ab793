"""Walks over the tree of a page and turns its elements into the blocks of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree, html

from chatbot.formats import tables
from chatbot.formats.dialects import CLOSES
from chatbot.formats.encoding import clean
from chatbot.formats.growth import Growth
from chatbot.formats.headings import HEADINGS
from chatbot.formats.marks import Marks, Place
from chatbot.formats.reveal import is_hidden
from chatbot.types import CELLS, TABLE, BlockKind, Link

BLOCKS = frozenset(
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
_CELL = "\x1f"  # between cells; content never has control characters


class Draft(NamedTuple):
    """A block before its place in the text is known."""

    kind: BlockKind
    level: int
    text: str
    marks: tuple[Place, tuple[Link, ...]]
    """Its place in lists, and its links, with offsets from its start."""


def read_drafts(element: html.HtmlElement, base: str, growth: Growth) -> Iterator[Draft]:
    """Yield each block in an element; links are relative to the address `base`.

    A block without text marks the end of a panel: headings of its level and deeper end there.
    """
    return _Walk(element, Marks(growth, base=base, cell=_CELL)).drafts()


@dataclass(slots=True)
class _Walk:
    """One walk over an element; it uses its own stack, so that no depth is too much for Python."""

    root: html.HtmlElement
    marks: Marks
    kinds: list[tuple[BlockKind, int]] = field(default_factory=lambda: [("paragraph", 0)])
    """For each open element, the kind of block for its text, and the level of a heading."""
    pieces: list[str] = field(default_factory=list)
    """The text since the last block ended."""
    term: str = ""
    """The `<dt>` above the next block, which says what the block is about."""

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
        if tag in BLOCKS and not self._is_line_of_code(element):
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
        elif element.tag in BLOCKS:
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
        """Return whether it is one line of code: some highlighters make each line a block."""
        return element.tag in ("div", "p") and self.kinds[-1][0] == "code"

    def _is_left_out(self, element: html.HtmlElement) -> bool:
        tag = element.tag
        if element is self.root:
            return False
        if tag == "form":
            # Some servers wrap the whole page in a form; such a form has the page's heading.
            return not element.xpath("boolean(.//h1)")
        if tag == "header":
            return bool(self.root.tag == "html")  # the header of the site; an article's own is kept
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
            if any(cells):  # an empty cell among others is kept, so that columns stay in place
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
        """Return `text` after the term that it defines, if there is one: "Born: 1891 in Ulm"."""
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
