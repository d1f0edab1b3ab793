"""Sentences with a hole out of a text: what only the site's generator can say is not said here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from chatbot.formats.dialects import HOLE
from chatbot.formats.dialects.inline_text import pieces, split, text
from chatbot.language import sentences

_ENCODED = "%EF%B7%90"  # HOLE in an address
_IN_TAG = re.compile(
    rf"""\s[\w:@.-]{{1,100}}=(?:"[^"<>]*?{HOLE}[^"<>]*"|'[^'<>]*?{HOLE}[^'<>]*')"""
)
_IN_HTML = re.compile(rf">[^<>{HOLE}]*{HOLE}[^<>]*")


def holes_plugin(parser: MarkdownIt) -> None:
    """Leave out sentences with a hole in them, and rows of which too little is left."""
    parser.core.ruler.push("holes", _holes)


def _holes(state: StateCore) -> None:
    if HOLE not in state.src and not any(HOLE in token.content for token in state.tokens):
        return
    dented: set[int] = set()
    for number, token in enumerate(state.tokens):
        if token.type == "html_block":
            token.content = mend_html(token.content)
        elif token.type == "inline":
            children = token.children or []
            for child in children:
                _mend_address(child)
            if HOLE in text(children):
                is_heading = state.tokens[number - 1].type == "heading_open"
                token.children = _without(children, is_heading)
                dented.add(number)
        elif HOLE in token.content:
            token.content = token.content.replace(HOLE, "")
    state.tokens = _full_rows(state.tokens, dented)


def mend_html(content: str) -> str:
    """Return HTML without texts between two tags that have a hole, and without such addresses."""
    return _IN_HTML.sub(">", _IN_TAG.sub("", content)).replace(HOLE, "")


def _mend_address(token: Token) -> None:
    """A link whose address is not known leads nowhere, and is kept as text."""
    for name in ("href", "src"):
        address = str(token.attrGet(name) or "")
        if _ENCODED in address or HOLE in address:
            del token.attrs[name]
    if token.type == "html_inline" and HOLE in token.content:
        token.content = mend_html(token.content)


def _without(children: Sequence[Token], is_heading: bool) -> list[Token]:
    """Return the tokens without the sentences that have a hole; of a heading the rest stays."""
    words = text(children)
    spans = [(at, at + 1) for at, sign in enumerate(words) if sign == HOLE]
    if not is_heading:
        # A hole reads like a figure, so that a full stop behind it ends the sentence.
        found_spans = sentences.spans(words.replace(HOLE, "0"))
        spans = [span for span in found_spans if HOLE in words[slice(*span)]]
    found = split(pieces(children), [point for span in spans for point in span])
    gone = iter(spans)
    span = next(gone, None)
    kept = []
    for piece in found:
        while span and piece.start >= span[1]:
            span = next(gone, None)
        if not (span and piece.end > piece.start and span[0] <= piece.start < span[1]):
            kept.append(piece.token)
    return kept


def _full_rows(tokens: Sequence[Token], dented: set[int]) -> list[Token]:
    """Return the tokens without rows that lost a cell and have no two others left."""
    kept: list[Token] = []
    row = 0
    has_lost = False
    for number, token in enumerate(tokens):
        if token.type == "tr_open":
            row, has_lost = len(kept), False
        has_lost = has_lost or number in dented
        kept.append(token)
        if token.type == "tr_close" and has_lost:
            cells = [text(cell.children or []) for cell in kept[row:] if cell.type == "inline"]
            if sum(bool(cell.strip()) for cell in cells) < 2:
                del kept[row:]
    return kept
