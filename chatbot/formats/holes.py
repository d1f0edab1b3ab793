"""Sentences with a hole out of a page: what only the site's generator can say is not said here.

Done to the tree of elements before it is read.
"""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree
from lxml.html import HtmlElement

from chatbot.formats.dialects import HOLE
from chatbot.formats.headings import HEADINGS
from chatbot.formats.runs import Words, runs
from chatbot.language import sentences

_ENCODED = "%EF%B7%90"  # HOLE in an address
_SHOWN = frozenset({*HEADINGS, "pre", "code"})
"""Of these the rest is kept: a heading tells of what stands below it, code is no sentence."""


def has_holes(content: str) -> bool:
    """Tell whether a page in HTML has any, in its text or in an address."""
    return HOLE in content or _ENCODED in content


def leave_out_holes(root: HtmlElement, blocks: Collection[str]) -> None:
    """Leave out sentences with a hole in them, and rows of which too little is left.

    An address with a hole leads nowhere and goes, what it was for stays. `blocks` are the elements
    that begin and end a block.
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


def _cut(words: list[Words], keeps_rest: bool) -> None:
    """Cut the sentences with a hole out of a block, or only the holes."""
    if keeps_rest:
        for part in words:
            part.text = part.text.replace(HOLE, "")
        return
    # A hole reads like a figure, so that a full stop behind it ends the sentence.
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
