"""Recognises the hidden parts of a page, shows them, and gives them headings.

This changes the tree of elements before it is read.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

from chatbot.formats.dialects import CLOSES
from chatbot.formats.headings import HEADINGS, Levels

BLOCKS = ("p", "div", "section", "dd", "ul", "ol", "pre", "table", "article")
"""The elements that may be a panel: text that a click on its label shows."""

MAX_SEEN = 5_000
"""At most this many elements of a page are searched for a panel, or for text in a panel."""

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def is_hidden(element: HtmlElement) -> bool:
    """Return whether the page marks this element as hidden."""
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN_STYLE.search(style) is not None)
    )


def show(element: HtmlElement) -> None:
    """Make the element visible."""
    for name in ("hidden", "aria-hidden"):
        element.attrib.pop(name, None)
    if _HIDDEN_STYLE.search(element.get("style") or ""):
        element.attrib.pop("style")


def has_words(element: HtmlElement) -> bool:
    """Return whether an element has any text."""
    return any(text.strip() for text in islice(element.itertext(), MAX_SEEN))


def begins_with_heading(element: HtmlElement) -> bool:
    """Return whether an element begins with a heading."""
    for part in islice(element.iter(), MAX_SEEN):
        if part.tag in HEADINGS:
            return True
        if part.text and part.text.strip():
            return False
    return False


def head(panel: HtmlElement, label: str, levels: Levels) -> None:
    """Show `panel` below its own heading."""
    show(panel)
    if not label or not has_words(panel) or begins_with_heading(panel):
        return
    level = levels.below(panel)
    heading = panel.makeelement(f"h{level}")
    heading.text, heading.tail, panel.text = label, panel.text, None
    panel.insert(0, heading)
    panel.set(CLOSES, str(level))


def target(element: HtmlElement, ids: dict[str | None, HtmlElement]) -> HtmlElement | None:
    """Return the element that this one controls, according to its attributes."""
    for name in ("aria-controls", "data-bs-target", "data-target", "href"):
        found = ids.get((element.get(name) or "").removeprefix("#") or "#")
        if found is not None and found not in element.iterancestors():
            return found
    return None
