"""Removes sentences with a hole from a page: the mark for a value that only its generator knows.

This changes the tree of elements before it is read.
"""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree
from lxml.html import HtmlElement

from chatbot.formats.dialects import HOLE
from chatbot.formats.headings import HEADINGS
from chatbot.formats.runs import TextNode, runs
from chatbot.language import sentences

_ENCODED = "%EF%B7%90"  # HOLE in an address
_SHOWN = frozenset({*HEADINGS, "pre", "code"})
"""In these elements only the hole is removed, since headings and code are not sentences."""


def has_holes(content: str) -> bool:
    """Return whether a page in HTML has a hole, in its text or in an address."""
    return HOLE in content or _ENCODED in content


def leave_out_holes(root: HtmlElement, blocks: Collection[str]) -> None:
    """Remove sentences with a hole, and table rows that are then too short.

    An address with a hole leads nowhere: it is removed, and the text of the link is kept. `blocks`
    are the tags that begin and end a block.
    """
    dented: set[HtmlElement] = set()
    for words, block in list(runs(root, blocks)):
        if any(HOLE in part.text for part in words):
            dented.update(block.iterancestors("tr"))
            _cut(words, keeps_rest=any(e.tag in _SHOWN for e in (block, *block.iterancestors())))
    for row in dented:
        cells = [cell for cell in row if cell.text_content().strip()]
        if len(cells) < 2 and row.getparent() is not None:
            row.drop_tree()
    for element in root.iter(etree.Element):
        for name, value in element.items():
            if has_holes(value):
                del element.attrib[name]


def _cut(words: list[TextNode], keeps_rest: bool) -> None:
    """Remove the sentences with a hole from a block, or only the holes if `keeps_rest`."""
    if keeps_rest:
        for part in words:
            part.text = part.text.replace(HOLE, "")
        return
    # A digit is put in place of a hole, so that a full stop after it ends the sentence.
    whole = "".join(part.text for part in words)
    spans = [
        (start, end)
        for start, end in sentences.spans(whole.replace(HOLE, "0"))
        if HOLE in whole[start:end]
    ]
    at = 0
    for part in words:
        start, at = at, at + len(part.text)
        part.text = _without(part.text, [(max(a - start, 0), b - start) for a, b in spans])


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        if start < len(text) and end > 0:
            pieces.append(text[at:start])
            at = max(end, at)
    return "".join((*pieces, text[at:]))
