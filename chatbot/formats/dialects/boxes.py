"""Reads boxes and tabs: text that is set apart under a title, in many notations.

They are `:::tip[Title]` and `::: tip Title` (Docusaurus, VitePress), `:::{note}` and fences of that
name (MyST), `!!!` and `=== "Tab"` (MkDocs), `/// note | Title`, `> [!TIP] Title` (GitHub, Obsidian)
and fences called `admonish` (mdBook). Each becomes a section whose title is a heading.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin

from chatbot.formats.dialects import CLOSES
from chatbot.formats.dialects.directives import Directive, read_directive

_TAB = re.compile(r"""===[!+]*[ \t]+(["'])([^\n]{1,200}?)\1[ \t]*$""")
_COLONS = re.compile(r"\s*\{?\.?\w")
_INFO = re.compile(
    r"\s*(?P<name>[\w.-]+)[ \t]*(?:\[(?P<bracketed>[^\n]*)\])?[ \t]*(?:\{[^}\n]*\})?"
    r"(?P<rest>[^\n]*)"
)
_ATTRIBUTE = re.compile(r"""(?:title|summary|name)=(["'])(.*?)\1""")
_CALLOUT = re.compile(r"\[!([\w-]{1,40})(?:\|[^\]\n]*)?\][+-]?[ \t]*([^\n]*)(?:\n|$)")
_LEFT_OVER = re.compile(r"[ \t]*:{3,}[ \t]*(?:\{[^}\n]*\})?[ \t]*$", re.MULTILINE)
_TABLE_OF_CONTENTS = re.compile(r"\s*(?:\[\[?_?toc_?\]?\]|@\[toc\]|\$\{toc\})\s*", re.IGNORECASE)
_OPTIONS = re.compile(r"(?::[\w-]+:[^\n]*(?:\n|$))+")
_OPENING = ("container_box_open", "container_slash_open", "admonition_open", "tab_open")
_CLOSING = ("container_box_close", "container_slash_close", "admonition_close", "tab_close")
_MAX_DEPTH = 8  # nested fences


def boxes_plugin(parser: MarkdownIt) -> None:
    """Read boxes and tabs as sections."""
    parser.use(admon_plugin)
    parser.use(container_plugin, "box", ":", lambda info, _: bool(_COLONS.match(info)))
    parser.use(container_plugin, "slash", "/", lambda info, _: bool(_COLONS.match(info)))
    parser.block.ruler.before(
        "fence", "tab", _tab, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.core.ruler.after("block", "boxes", _boxes)


def _tab(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Read a line `=== "Title"` with the indented text below it, as in MkDocs."""
    start = state.bMarks[first] + state.tShift[first]
    if state.is_code_block(first) or not state.src.startswith("===", start):
        return False
    title = _TAB.match(state.src[start : min(state.eMarks[first], start + 400)])
    if not title:
        return False
    if silent:
        return True
    indent, end = state.blkIndent, state.lineMax
    state.blkIndent = state.sCount[first] + 4
    line = first + 1
    while line < last and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    state.lineMax = line
    token = state.push("tab_open", "section", 1)
    token.block, token.info, token.map = True, title[2], [first, line]
    state.md.block.tokenize(state, first + 1, line)
    state.push("tab_close", "section", -1).block = True
    state.blkIndent, state.lineMax, state.line = indent, end, line
    return True


def _boxes(state: StateCore) -> None:
    state.tokens = list(_Boxes(state, 0).read(state.tokens))


class _Boxes:
    def __init__(self, state: StateCore, depth: int) -> None:
        self.state = state
        self.depth = depth
        self.level = 1
        """The level of the last heading that was not in a box."""

    def read(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """Yield the tokens with boxes as sections and their titles as headings."""
        number = 0
        while number < len(tokens):
            token = tokens[number]
            if token.type == "heading_open":
                self.level = int(token.tag[1:])
            if token.type in _OPENING:
                number = yield from self._open(tokens, number)
            elif token.type in _CLOSING:
                yield _close()
            elif token.type == "fence" and (directive := read_directive(token.info, token.content)):
                yield from self._fence(token, directive)
            elif token.type == "inline":
                yield self._inline(token, tokens, number)
            elif token.type == "blockquote_open" and number + 2 < len(tokens):
                if callout := _CALLOUT.match(tokens[number + 2].content):
                    tokens[number + 2].content = tokens[number + 2].content[callout.end() :]
                    if callout[2].strip():
                        token.attrSet(CLOSES, str(min(self.level + 1, 6)))
                    yield token
                    yield from self._title(callout[2])
                else:
                    yield token
            else:
                yield token
            number += 1

    def _open(self, tokens: Sequence[Token], number: int) -> Generator[Token, None, int]:
        """Open a box; return the number of the last token used."""
        token = tokens[number]
        directive = read_directive(token.info, "") if token.type == "container_box_open" else None
        if directive and (directive.kind == "unread" or directive.include):
            yield from self._fence(token, directive)
            return _end(tokens, number)
        title = directive.title if directive else _title(token)
        yield self._section(title)
        yield from self._title(title)
        if directive:
            yield from _paragraph(directive.text)
            self._strip_options(tokens, number + 1)
        return number + 3 if tokens[number + 1].type == "admonition_title_open" else number

    def _strip_options(self, tokens: Sequence[Token], number: int) -> None:
        if number + 1 < len(tokens) and tokens[number + 1].type == "inline":
            inline = tokens[number + 1]
            inline.content = _OPTIONS.sub("", inline.content, count=1)

    def _fence(self, token: Token, directive: Directive) -> Iterator[Token]:
        content = directive.content
        if directive.include:
            content = self.state.env["include"](directive.include) or ""
        if directive.kind == "code":
            token.content, token.info = content, ""
            yield token
        elif directive.kind == "prose" and self.depth < _MAX_DEPTH:
            inner: list[Token] = []
            self.state.md.block.parse(content, self.state.md, self.state.env, inner)
            yield self._section(directive.title)
            yield from self._title(directive.title)
            yield from _paragraph(directive.text)
            yield from _Boxes(self.state, self.depth + 1).read(inner)
            yield _close()

    def _section(self, title: str) -> Token:
        token = _block("box_open", "section", 1)
        if title.strip():
            token.attrSet(CLOSES, str(min(self.level + 1, 6)))
        return token

    def _title(self, title: str) -> Iterator[Token]:
        if title.strip():
            tag = f"h{min(self.level + 1, 6)}"
            yield _block("heading_open", tag, 1)
            yield Token("inline", "", 0, content=title.strip(), children=[], block=True)
            yield _block("heading_close", tag, -1)

    def _inline(self, token: Token, tokens: Sequence[Token], number: int) -> Token:
        """Remove marks in a paragraph that belong to an unclosed box or to one of another kind."""
        if tokens[number - 1].type == "paragraph_open":
            if ":::" in token.content:
                token.content = _LEFT_OVER.sub("", token.content)
            is_contents = _TABLE_OF_CONTENTS.fullmatch(token.content[:40])
            if is_contents or "\n{:toc" in token.content:
                token.content = ""
        return token


def _end(tokens: Sequence[Token], number: int) -> int:
    """Return the number of the token that closes what token `number` opens."""
    depth = 0
    for last in range(number, len(tokens)):
        depth += tokens[last].nesting
        if not depth:
            return last
    return len(tokens) - 1


def _title(token: Token) -> str:
    if token.type == "tab_open":
        return token.info
    if token.type == "admonition_open":  # if it has no title, the parser uses its kind
        return "" if token.content.lower() == token.meta["tag"] else token.content
    if token.type == "container_slash_open":
        return token.info.partition("|")[2]
    if token.info.strip().startswith("{"):
        found = _ATTRIBUTE.search(token.info)
        return found[2] if found else ""
    info = _INFO.match(token.info)
    if not info:
        return ""
    title = info["bracketed"] or info["rest"].strip()
    return title[1:-1] if title[:1] == title[-1:] and title[:1] in "\"'" else title


def _paragraph(text: str) -> Iterator[Token]:
    if text:
        yield _block("paragraph_open", "p", 1)
        yield Token("inline", "", 0, content=text, children=[], block=True)
        yield _block("paragraph_close", "p", -1)


def _close() -> Token:
    return _block("box_close", "section", -1)


def _block(type: str, tag: str, nesting: int) -> Token:
    return Token(type, tag, nesting, block=True)  # type: ignore[arg-type]
