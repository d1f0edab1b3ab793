"""Finds lines that only look like headings, and limits the reach of headings in a list.

This changes the tree of elements before it is read.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, islice

from lxml.html import HtmlElement

from chatbot.formats.dialects import CLOSES
from chatbot.formats.headings import BOLD, HEADINGS, Levels, line


def head_looks(root: HtmlElement) -> None:
    """Turn lines entirely in bold above plain text into headings, if there are several."""
    levels = Levels(root)
    beside: dict[HtmlElement, list[HtmlElement]] = defaultdict(list)
    for block in root.iter("p", "div"):
        if _is_heading_like(block) and not levels.is_fixed(block):
            beside[block.getparent()].append(block)
    for blocks in beside.values():
        if len(blocks) > 1:
            for block in blocks:
                levels.make_heading(block)


def end_lists(root: HtmlElement) -> None:
    """Make the headings in a `<dl>`, which are its questions, apply only up to its end."""
    for definitions in root.iter("dl"):
        inside = chain(definitions, *(definitions.iterchildren("dt", "div")))
        levels = [HEADINGS[part.tag] for part in inside if part.tag in HEADINGS]
        if levels and CLOSES not in definitions.attrib:
            definitions.set(CLOSES, str(min(levels)))


def _is_heading_like(block: HtmlElement) -> bool:
    words = line(block)
    below = block.getnext()
    return (
        bool(words)
        and words[-1] not in ".!:;,…"
        and _is_bold(block, words)
        and below is not None
        and below.tag in ("p", "ul", "ol", "div")
        and not _is_bold(below, line(below))
    )


def _is_bold(block: HtmlElement, words: str) -> bool:
    return bool(words) and any(line(bold) == words for bold in islice(block.iter(*BOLD), 3))
