"""Makes notes, tips and warnings part of the text of a page, with their titles.

This changes the tree of elements before it is read.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from chatbot.formats.dialects import CLOSES
from chatbot.formats.headings import Levels, line

_NOTES = re.compile(
    r"admonition|callout|footnote|custom-block|(?:^|[\s_-])(?:note|tip|aside)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TITLES = re.compile(r"title|heading", re.IGNORECASE)
_ROLES = frozenset("note doc-tip doc-footnote doc-endnotes doc-notice".split())


def keep_notes(root: HtmlElement) -> None:
    """Turn each `<aside>` that is a note within the text into a block.

    The title of a note becomes a heading. A title that only repeats the class of the note ("Tip",
    `class="tip"`) is removed.
    """
    depth = 0
    found = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in ("main", "article") or element.get("role") == "main":
            depth += 1 if event == "start" else -1
        elif event == "start" and _is_note(element) and (depth or element.tag != "aside"):
            found.append(element)
    levels = Levels(root)
    for note in found:
        if note.tag == "aside":
            note.tag = "div"
        _head(note, levels)


def _is_note(element: HtmlElement) -> bool:
    if element.tag not in ("aside", "div", "section") or not element.attrib:
        return False
    return element.get("role") in _ROLES or bool(_NOTES.search(element.get("class") or ""))


def _head(note: HtmlElement, levels: Levels) -> None:
    title = next(iter(note), None)
    if title is not None and note.get("role") == "doc-footnote" and title.tag == "span":
        title.drop_tree()  # its number
        return
    if title is None or not _TITLES.search(title.get("class") or "") or levels.is_fixed(note):
        return
    words = line(title)
    kinds = re.findall(r"[^\W_]+", f"{note.get('class')} {note.get('role')}".casefold())
    if words.casefold() in kinds:
        title.drop_tree()
    elif words and title.tag in ("p", "div", "span", "strong"):
        level = levels.below(note)
        title.tag = f"h{level}"
        note.set(CLOSES, str(level))
