"""Finds the links in the text of an HTML page, and the place of each block in lists."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TypedDict
from urllib.parse import urljoin

from lxml import html

from chatbot.formats.encoding import clean
from chatbot.formats.growth import COST, Growth
from chatbot.links import LONGEST, is_allowed
from chatbot.types import BlockKind, Link

_ITEMS = frozenset({"li", "dt", "dd"})
_GREATEST = 2**31  # the greatest number of an item in browsers
_LISTS = frozenset({"ol", "ul", "menu", "dl"})


class Place(TypedDict):
    """The place of a block in lists: fields of `Block`."""

    number: int | None
    depth: int
    goes_on: bool


@dataclass(slots=True)
class _Anchor:
    """A link in the block that is being read, from one of its pieces to another."""

    url: str
    first: int
    last: int | None = None
    """The number of its last piece plus one; None while the link is open."""
    goes_on: bool = False
    """Whether it began in a block above."""


@dataclass(slots=True)
class _Item:
    number: int | None
    told: bool = False
    """Whether the item's number was already returned with a block."""


@dataclass(slots=True)
class Marks:
    """Collects links and places while a page is read; its elements yield `pieces` of text.

    White space changes in many ways before pieces become a block's text. All other characters stay
    the same and in order, so places are found by counting these.
    """

    growth: Growth
    base: str = ""
    """The address that the page's relative addresses refer to, if the page sets one."""
    cell: str = ""
    """The piece between two cells; the first one of a row comes before all cells."""
    _anchors: list[_Anchor] = field(default_factory=list)
    _opened: list[_Anchor | None] = field(default_factory=list)
    """The open `<a>` elements; None for one that leads nowhere."""
    _lists: list[int | None] = field(default_factory=list)
    """For each open list, its last number; None if it is not numbered."""
    _items: list[_Item] = field(default_factory=list)
    _spans: deque[tuple[int, int, str]] = field(default_factory=deque)
    """The links of the text read last; they count only characters that are not white space."""
    _placed: int = 0
    """How many of those characters have been placed."""
    _links: list[Link] = field(default_factory=list)
    """The links of the next block."""
    _held: list[Link] = field(default_factory=list)
    """The links of the term before that block."""

    def open(self, element: html.HtmlElement, piece: int) -> None:
        """Note that an element begins before the piece with this number."""
        if element.tag == "a":
            url = clean(element.get("href") or "").strip()
            if self.base and url:
                url = self._joined(url)
            # A link ends where another begins, as in browsers, so at most one is open.
            if self._anchors and self._anchors[-1].last is None:
                self._anchors[-1].last = piece
            is_link = 0 < len(url) <= LONGEST and is_allowed(url)
            anchor = _Anchor(url, piece) if is_link else None
            self._opened.append(anchor)
            self._anchors += [anchor] if anchor else []
        elif element.tag in _LISTS:
            start = _number(element.get("start"), 1) - 1 if element.tag == "ol" else None
            self._lists.append(start)
        elif element.tag in _ITEMS:
            number = self._lists[-1] if self._lists else None
            if number is not None and element.tag == "li":
                number = self._lists[-1] = _number(element.get("value"), number + 1)
            self._items.append(_Item(number))

    def close(self, element: html.HtmlElement, piece: int) -> None:
        """Note that the element ends before the piece with this number."""
        if element.tag == "a":
            anchor = self._opened.pop() if self._opened else None
            if anchor and anchor.last is None:
                anchor.last = piece
        elif element.tag in _LISTS and self._lists:
            self._lists.pop()
        elif element.tag in _ITEMS and self._items:
            self._items.pop()

    def read(self, pieces: Sequence[str]) -> None:
        """Take the links of these pieces; a link that is still open continues in the next ones."""
        self._placed = 0
        self._spans.clear()
        if not self._anchors:
            return
        before = [0, *accumulate(map(self._count, pieces))]
        if self.cell in pieces:
            first_cell = before[pieces.index(self.cell) + 1]
            before = [max(0, count - first_cell) for count in before]
        for anchor in self._anchors:
            last = len(pieces) if anchor.last is None else anchor.last
            if not anchor.goes_on or self._may_repeat(anchor.url):
                self._spans.append((before[anchor.first], before[last], anchor.url))
            anchor.first, anchor.goes_on = 0, True
        self._anchors = [anchor for anchor in self._anchors if anchor.last is None]

    def place(self, text: str, kept: int | None = None) -> None:
        """Place the links in the next part of the text; `kept` of its characters are kept."""
        if not self._spans:
            return
        places = [at for at, sign in enumerate(text) if not sign.isspace()]
        behind = self._placed + len(places)
        while self._spans and self._spans[0][0] < behind:
            first, last, url = self._spans.popleft()
            start = places[max(first, self._placed) - self._placed]
            end = places[min(last, behind) - 1 - self._placed] + 1
            end = min(end, len(text) if kept is None else kept)
            if start < end and self._placed < last:
                self._links.append(Link(start, end, url))
            if last > behind:
                if self._may_repeat(url):
                    self._spans.appendleft((behind, last, url))
                break
        self._placed = behind

    def hold(self, by: int) -> None:
        """Keep the placed links for a term, moved by `by` characters."""
        self._held += _moved(self._links, by)
        self._links = []

    def behind(self, by: int) -> None:
        """Put the placed links after those of the term, moved by `by` characters."""
        self._links = [*self._held, *_moved(self._links, by)]
        self._held = []

    def take(self, kind: BlockKind) -> tuple[Place, tuple[Link, ...]]:
        """Return the place and the links of a finished block of this kind."""
        links, self._links = tuple(self._links), []
        depth = len(self._items)
        item = self._items[-1] if kind == "item" and self._items else None
        if not item:
            return Place(number=None, depth=depth, goes_on=False), links
        told, item.told = item.told, True
        number = None if told else item.number
        return Place(number=number, depth=depth - 1, goes_on=told), links

    def _may_repeat(self, url: str) -> bool:
        """Return whether a link over several blocks may be repeated in one more of them."""
        return self.growth.take("links over several paragraphs", len(url) + COST)

    def _joined(self, url: str) -> str:
        try:
            joined = urljoin(self.base[:LONGEST], url)
        except ValueError:  # "http://[" is invalid
            return url
        more = max(0, len(joined) - len(url))
        return joined if self.growth.take("addresses", more) else ""

    def _count(self, piece: str) -> int:
        return 1 if piece == self.cell else sum(map(len, piece.split()))


def _moved(links: Iterable[Link], by: int) -> list[Link]:
    return [replace(link, start=link.start + by, end=link.end + by) for link in links]


def _number(value: str | None, default: int) -> int:
    try:
        number = int(value or "")
    except ValueError:
        return default
    return number if abs(number) < _GREATEST else default
