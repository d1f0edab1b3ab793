"""Reads marks within a line: attribute lists, roles, icons, keys, corrections, links between notes.

`{#id .class}`, `{: .class}` and MyST's targets are removed. `` {ref}`Title <target>` `` becomes
"Title", `++ctrl+c++` becomes the keys, and `{--old--}{++new++}` becomes "new". `:icon:` is removed
unless a cell of a table has nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

_QUOTED = r"""(?:"[^"\n]{0,500}"|'[^'\n]{0,500}'|[^\s"'{}]{1,200})"""
_ATTRIBUTE = rf"(?:[#.][\w:.-]{{1,200}}|[\w:-]{{1,100}}={_QUOTED})"
_ATTRIBUTES = re.compile(
    rf"\{{:?\s*-?\s*{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*\}}"
    rf"|\{{:\s*(?:{_ATTRIBUTE}|[\w:-]{{1,100}})(?:\s+(?:{_ATTRIBUTE}|[\w:-]{{1,100}}))*\s*\}}"
)
_ROLE = re.compile(r"\{([\w+:-]{1,40})\}(`{1,3})(?!`)")
_TARGET = re.compile(r"\s*<[^<>]*>\s*$")
_CRITIC = re.compile(
    r"\{(?:\+\+(?P<new>[^{}]{0,1000}?)\+\+|--[^{}]{0,1000}?--|>>[^{}]{0,1000}?<<"
    r"|==(?P<marked>[^{}]{0,1000}?)==|~~[^{}]{0,1000}?~>(?P<replaced>[^{}]{0,1000}?)~~)\}"
)
_KEYS = re.compile(
    r"""\+\+((?:[\w-]{1,20}|"[^"\n]{1,20}")(?:\+(?:[\w-]{1,20}|"[^"\n]{1,20}")){0,6})\+\+"""
)
_ICON = re.compile(r":([a-z+-][\w+-]{1,60}):(?![\w`])")
_WIKI = re.compile(r"!?\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\](?!\()")
_MARKED = re.compile(r"(==|\^\^)(?=[^\s=^])([^=^\n]{1,500}?)(?<=\S)\1(?![=^])")
_LONGEST = 1_000  # characters of a role
_SILENT_ROLES = frozenset("cite cite:p cite:t eq index download-badge".split())
_ICON_SET = re.compile(
    r"^(?:material|octicons|fontawesome-(?:solid|regular|brands)|simple|bi)-|-\d+$"
)


def marks_plugin(parser: MarkdownIt) -> None:
    """Read marks within lines, and remove those that are only for the generator."""
    parser.use(myst_block_plugin)
    # In other dialects, a line may begin with "%", and "+++" has another meaning.
    parser.disable(["myst_line_comment", "myst_block_break"])
    parser.use(sub_plugin)
    parser.use(superscript_plugin)
    parser.inline.ruler.before("backticks", "braces", _braces)
    parser.inline.ruler.before("link", "wiki", _wiki)
    parser.inline.ruler.push("keys", _keys)
    parser.inline.ruler.push("marked", _marked)
    parser.inline.ruler.push("icon", _icon)
    parser.core.ruler.after("inline", "icons", _icons)
    parser.add_render_rule("myst_target", _nothing)
    parser.add_render_rule("icon", _nothing)


def _nothing(*_: object) -> str:
    return ""


def _braces(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{":
        return False
    if found := _CRITIC.match(state.src, state.pos, state.posMax):
        _text(state, silent, found["new"] or found["marked"] or found["replaced"] or "")
        state.pos = found.end()
        return True
    found = _ATTRIBUTES.match(state.src, state.pos, state.posMax)
    if found and _is_list(state, found):
        state.pos = found.end()
        return True
    return _role(state, silent)


def _is_list(state: StateInline, found: re.Match[str]) -> bool:
    """Return whether attributes are in a valid place: after something, or on their own line."""
    before = state.src[found.start() - 1 : found.start()] if found.start() else ""
    behind = state.src[found.end() : found.end() + 1]
    return before in ("", "\n") or not before.isspace() or behind in ("", "\n")


def _role(state: StateInline, silent: bool) -> bool:
    found = _ROLE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    end = state.src.find(found[2], found.end(), min(found.end() + _LONGEST, state.posMax))
    if end < 0:
        return False
    content = state.src[found.end() : end].replace("\n", " ")
    shown = _TARGET.sub("", content) or content.strip(" <>")
    if found[1].lower() not in _SILENT_ROLES:
        _text(state, silent, shown.removeprefix("~"))
    state.pos = end + len(found[2])
    return True


def _wiki(state: StateInline, silent: bool) -> bool:
    """Read `[[Page|text]]`, a link between notes, and `![[Page]]`, which includes a note."""
    if state.src[state.pos] not in "![":
        return False
    found = _WIKI.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if found[0][0] != "!":
        _text(state, silent, (found[2] or found[1].partition("#")[0] or found[1]).strip())
    state.pos = found.end()
    return True


def _keys(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "+" or state.src[state.pos - 1 : state.pos] == "+":
        return False
    found = _KEYS.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    keys = (
        key.strip('"') if '"' in key else key.replace("-", " ").title()
        for key in found[1].split("+")
    )
    _text(state, silent, "+".join(keys))
    state.pos = found.end()
    return True


def _marked(state: StateInline, silent: bool) -> bool:
    """Read `==marked==` and `^^underlined^^`, which may have further marks inside."""
    if state.src[state.pos] not in "=^" or silent or state.src[state.pos - 1 : state.pos].isalnum():
        return False
    found = _MARKED.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    end = state.posMax
    state.pos, state.posMax = found.start(2), found.end(2)
    state.md.inline.tokenize(state)
    state.pos, state.posMax = found.end(), end
    return True


def _icon(state: StateInline, silent: bool) -> bool:
    before = state.src[state.pos - 1 : state.pos] if state.pos else ""
    if state.src[state.pos] != ":" or before.isalnum() or before in tuple(":/`_"):
        return False
    found = _ICON.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        if state.src[found.end() : found.end() + 1] in (".", ",", ";", "!", "?", ")"):
            state.pending = state.pending.rstrip(" ")
        token = state.push("icon", "", 0)
        token.content = _ICON_SET.sub("", found[1])
    state.pos = found.end()
    return True


def _icons(state: StateCore) -> None:
    """Replace icons by words if a cell of a table has nothing else."""
    for number, token in enumerate(state.tokens):
        is_cell = token.type == "inline" and state.tokens[number - 1].type in ("td_open", "th_open")
        if is_cell and _holds_icons(token.children or []):
            for child in token.children or []:
                if child.type == "icon":
                    child.type, child.content = "text", _words(child.content)


def _holds_icons(children: Sequence[Token]) -> bool:
    """Return whether there are icons and nothing else to read."""
    return any(child.type == "icon" for child in children) and not any(
        child.content.strip() for child in children if child.type in ("text", "code_inline")
    )


def _words(name: str) -> str:
    return _ICON_SET.sub("", name).replace("-", " ").replace("_", " ")


def _text(state: StateInline, silent: bool, text: str) -> None:
    if not silent and text:
        state.pending += text
