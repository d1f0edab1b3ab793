"""What HTML says of a text beside its words: which of them are links, and its place in lists."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TypedDict
from urllib.parse import urljoin

from lxml import html

from chatbot.formats.encoding import clean
from chatbot.links import is_allowed
from chatbot.types import BlockKind, Link

_ITEMS = frozenset({"li", "dt", "dd"})
_GREATEST = 2**31  # browsers know no greater number of an item
_LISTS = frozenset({"ol", "ul", "menu", "dl"})


class Place(TypedDict):
    """Where a block stands in lists: fields of `Block`."""

    number: int | None
    depth: int
    goes_on: bool


@dataclass(slots=True)
class _Anchor:
    """A link of the block that is being read, from one of its pieces to another."""

    url: str
    first: int
    last: int | None = None
    """Behind its last piece; None as long as it is open."""


@dataclass(slots=True)
class _Item:
    number: int | None
    told: bool = False
    """Whether a block of it was told, with its number."""


@dataclass(slots=True)
class Marks:
    """Gathers it along a walk over a page, from whose elements `pieces` of text come.

    White space of the pieces is changed in many ways before they are a block's text. Their other
    characters stay as they are, and in order: so places are found by counting these.
    """

    base: str = ""
    """What the page says that its addresses are relative to."""
    cell: str = ""
    """The piece that stands between cells; the first of a row stands before all."""
    _anchors: list[_Anchor] = field(default_factory=list)
    _opened: list[_Anchor | None] = field(default_factory=list)
    """The open elements `a`; None: it leads nowhere."""
    _lists: list[int | None] = field(default_factory=list)
    """Of each open list that is numbered, its last number."""
    _items: list[_Item] = field(default_factory=list)
    _spans: deque[tuple[int, int, str]] = field(default_factory=deque)
    """The links of what was read last, in characters that are not white space."""
    _placed: int = 0
    """So many of those characters were placed."""
    _links: list[Link] = field(default_factory=list)
    """Of the block to be told next."""
    _held: list[Link] = field(default_factory=list)
    """Of the term that is to stand before it."""

    def open(self, element: html.HtmlElement, piece: int) -> None:
        """An element begins, before the piece of that number."""
        if element.tag == "a":
            url = clean(element.get("href") or "").strip()
            if self.base and url:
                url = _joined(self.base, url)
            # Where one begins another ends, as in browsers: so no more than one is open.
            if self._anchors and self._anchors[-1].last is None:
                self._anchors[-1].last = piece
            anchor = _Anchor(url, piece) if url and is_allowed(url) else None
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
        """It ends there."""
        if element.tag == "a":
            anchor = self._opened.pop() if self._opened else None
            if anchor and anchor.last is None:
                anchor.last = piece
        elif element.tag in _LISTS and self._lists:
            self._lists.pop()
        elif element.tag in _ITEMS and self._items:
            self._items.pop()

    def read(self, pieces: Sequence[str]) -> None:
        """Take the links of these pieces; what is still open goes on in the next ones."""
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
            self._spans.append((before[anchor.first], before[last], anchor.url))
            anchor.first = 0
        self._anchors = [anchor for anchor in self._anchors if anchor.last is None]

    def place(self, text: str, kept: int | None = None) -> None:
        """Place the links in the next stretch of it, of which `kept` characters are kept."""
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
                self._spans.appendleft((behind, last, url))
                break
        self._placed = behind

    def hold(self, by: int) -> None:
        """Keep what was placed for the term that it is of, in which it stands `by` later."""
        self._held += _moved(self._links, by)
        self._links = []

    def behind(self, by: int) -> None:
        """Put what was placed behind the term, `by` characters later."""
        self._links = [*self._held, *_moved(self._links, by)]
        self._held = []

    def take(self, kind: BlockKind) -> tuple[Place, tuple[Link, ...]]:
        """Return the place and the links of a block of that kind, which is told now."""
        links, self._links = tuple(self._links), []
        depth = len(self._items)
        item = self._items[-1] if kind == "item" and self._items else None
        if not item:
            return Place(number=None, depth=depth, goes_on=False), links
        told, item.told = item.told, True
        number = None if told else item.number
        return Place(number=number, depth=depth - 1, goes_on=told), links

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


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:  # "http://[" is no address
        return url
