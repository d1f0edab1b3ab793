"""Makes headings in the tree of a page, with the right level, where a heading may be."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from chatbot.formats.dialects import CLOSES

HEADINGS = {f"h{level}": level for level in range(1, 7)}

LINES = ("p", "div", "span", "strong", "b", "a", "button", "li", "dt", "label")
"""Elements that may be a heading without a heading's tag."""

BOLD = ("strong", "b")

LINE_PARTS = 12
"""A line has at most this many elements, such as icons and spans."""

_LINE = 300  # characters of a line
_NO_LINE = frozenset("section dd ul ol pre table article".split())
_FIXED = frozenset((*HEADINGS, "nav", "form", "header", "footer", "menu", "tr", "select"))


def line(element: HtmlElement) -> str:
    """Return the text of an element if it is a single line, else ""."""
    text = ""
    for place, part in enumerate(element.iter()):
        if place >= LINE_PARTS or (part is not element and part.tag in _NO_LINE):
            return ""
        if part.tag not in ("svg", "title", "style", "script"):
            text += part.text or ""
        if part is not element:
            text += part.tail or ""
        if len(text) > 2 * _LINE:
            return ""
    text = " ".join(text.split())
    return text if len(text) <= _LINE else ""


class Levels:
    """Finds the level of a new heading in a page: one below the heading above it."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self._above: dict[HtmlElement, int] = {}
        self._fixed: set[HtmlElement] = set()

    def _look(self) -> None:
        """Find the levels of the page's headings; done once, for the first new heading."""
        level, fixed, before = 1, 0, []
        for event, element in etree.iterwalk(self._root, events=("start", "end")):
            step = 1 if event == "start" else -1
            if element.tag in _FIXED or element.get("role") == "navigation":
                fixed += step
            if event == "start":
                self._above[element] = level
                level = HEADINGS.get(element.tag, level)
                if fixed:
                    self._fixed.add(element)
                if CLOSES in element.attrib:
                    before.append(self._above[element])
            elif CLOSES in element.attrib:
                level = before.pop()

    def is_fixed(self, element: HtmlElement) -> bool:
        """Return whether it is in a heading, table, form or menu, where no heading may be."""
        if not self._above:
            self._look()
        return element in self._fixed

    def below(self, element: HtmlElement) -> int:
        """Return the level, 2 to 6, of a heading in the place of `element`."""
        if not self._above:
            self._look()
        level = self._above.get(element, 1)
        for outer in element.iterancestors():
            if CLOSES in outer.attrib:
                level = max(level, int(outer.get(CLOSES)))
                break
        return min(6, level + 1)

    def make_heading(self, element: HtmlElement) -> None:
        """Turn `element` into a heading of the level for its place."""
        element.tag = f"h{self.below(element)}"
