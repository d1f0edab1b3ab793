"""Removes components and expressions from MDX, Vue and the like, and keeps the text inside them.

The result is Markdown: `<TabItem label="Linux">` becomes a heading, `<Card>` is removed, and a
component that writes text itself, such as `<Price />` in a sentence, leaves a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from chatbot.formats.dialects import ENDS, HOLE
from chatbot.formats.dialects.code import CodeSpans
from chatbot.formats.dialects.esm import cut_statements, has_statements
from chatbot.formats.dialects.templates import Include

_NEXT = re.compile(r"<!--|<(?P<close>/?)(?P<name>[A-Za-z][\w.-]*)?(?=[\s/>])|(?P<brace>\{)")
_MAY_BE = re.compile(r"</?[A-Z]")
_NAME = re.compile(r"[^\s\"'<>/={}]+")
_BARE = re.compile(r"[^\s\"'=<>`]+")
_SPACE = re.compile(r"\s*")
_SIGNS = re.compile(r"[{}\"'`]")
_LITERAL = re.compile(r"""[\w.$]*\(?\s*(["'`])((?:(?!\1|\$\{)[^\\]|\\.)*)\1\s*\)?""", re.DOTALL)
_ATTRIBUTES = re.compile(r"\{\s*[#:.](?!\.)")
_TITLES = ("label", "title", "summary", "header", "question", "heading")
_NAMES = ("path", "query", "body", "name")
"""Attributes with the title of components named field, as in `<ParamField path="limit">`."""
_SHOWN = ("text", "label", "title")
_SILENT = re.compile(r"icon|badge|image|img|emoji|logo|spacer|anchor", re.IGNORECASE)
_BLOCKS = frozenset("article aside center details div figure main section".split())
_MARKDOWN = (".md", ".mdx")
_LONGEST = 5_000  # characters of a tag or an expression
_FAILURES = 20  # after this many unclosed tags and expressions, the rest is text
_NEAR = 50  # components that are open at once
_DEEPEST = 8  # levels of files that import others


@dataclass(slots=True)
class _Tag:
    name: str
    start: int
    end: int
    attributes: dict[str, str] = field(default_factory=dict)
    closes: bool = False
    is_empty: bool = False
    is_plain: bool = True
    """Whether its attributes are written as in HTML."""


def read_mdx(
    content: str,
    parse_code: Callable[[str, bool], CodeSpans],
    include: Include,
    is_mdx: bool,
    depth: int = 0,
) -> tuple[str, bool]:
    """Return `content` as Markdown, and whether it is MDX: `is_mdx` is True, or it has imports."""
    imports: dict[str, str] = {}
    code = None
    if has_statements(content):
        code = parse_code(content, True)  # imports and exports are never indented
        content, imports = cut_statements(content, code, is_mdx)
        is_mdx = is_mdx or bool(imports)
        code = code if is_mdx else None
    if not _MAY_BE.search(content) and not (is_mdx and ("<" in content or "{" in content)):
        return content, is_mdx
    code = code or parse_code(content, is_mdx)
    pieces: list[str] = []
    open_titles: list[tuple[str, bool]] = []
    at = failures = 0
    position = 0
    while failures < _FAILURES and (found := _NEXT.search(content, position)):
        start = found.start()
        position = found.end()
        if past := code.end(start):
            position = past
            continue
        if found[0] == "<!--":
            end = content.find("-->", start)
            position = len(content) if end < 0 else end
            continue
        if found["brace"]:
            read = _expression(content, start) if is_mdx else None
        else:
            tag = _tag(content, found, is_mdx)
            read = _component(content, tag, open_titles) if tag else None
            if tag and tag.is_empty and tag.name in imports and read:
                read = read[0], _included(imports[tag.name], parse_code, include, depth)
        if read and read[0] < 0:
            failures += 1
        elif read:
            position, text = read
            pieces += [content[at:start], text]
            at = position
    return "".join([*pieces, content[at:]]), is_mdx


def _included(
    path: str, parse_code: Callable[[str, bool], CodeSpans], include: Include, depth: int
) -> str:
    """Return the text of a Markdown file that is imported as a component."""
    text = include(path) if path.endswith(_MARKDOWN) and depth < _DEEPEST else None
    return f"\n\n{read_mdx(text, parse_code, include, True, depth + 1)[0]}\n\n" if text else ""


def _tag(content: str, found: re.Match[str], is_mdx: bool) -> _Tag | None:
    """Return the tag that begins here; `end` is below 0 if it does not end. None for HTML."""
    name = found["name"] or ""
    is_component = name[:1].isupper() and not name.isupper()
    if not is_mdx and not is_component:
        return None
    tag = _Tag(name, found.start(), -1, closes=bool(found["close"]))
    at = found.end()
    limit = min(len(content), at + _LONGEST)
    while at < limit:
        space = _SPACE.match(content, at)
        at = space.end() if space else at
        if content.startswith("/>", at):
            tag.end, tag.is_empty = at + 2, True
            return tag
        if content.startswith(">", at):
            tag.end = at + 1
            return tag
        if content.startswith("{", at):
            tag.is_plain = False
            at = _balanced(content, at)
        elif word := _NAME.match(content, at):
            at = _attribute(content, word, tag)
        else:
            break
        if at < 0:
            break
    return tag


def _attribute(content: str, word: re.Match[str], tag: _Tag) -> int:
    """Read `name="value"`; return where it ends, or -1 if it does not end."""
    at = word.end()
    if not content.startswith("=", at):
        tag.attributes[word[0]] = ""
        return at
    at += 1
    sign = content[at : at + 1]
    if sign == "{":
        tag.is_plain = False
        end = _balanced(content, at)
        if end > 0 and (literal := _LITERAL.fullmatch(content[at + 1 : end - 1].strip())):
            tag.attributes[word[0]] = literal[2]
        return end
    if sign and sign in "\"'":
        end = content.find(sign, at + 1, at + _LONGEST)
        tag.attributes[word[0]] = content[at + 1 : end] if end > 0 else ""
        return end + 1 if end > 0 else -1
    bare = _BARE.match(content, at)
    tag.attributes[word[0]] = bare[0] if bare else ""
    return bare.end() if bare else -1


def _balanced(content: str, start: int) -> int:
    """Return the end of the braces that open at `start`, or -1 if they do not close."""
    depth = 0
    at = start
    while found := _SIGNS.search(content, at, start + _LONGEST):
        at = found.end()
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if not depth:
                return at
        else:
            end = content.find(found[0], at, start + _LONGEST)
            # An apostrophe, as in "don't", is not an opening quotation mark.
            at = end + 1 if end >= 0 and (found[0] == "`" or "\n" not in content[at:end]) else at
    return -1


def _component(
    content: str, tag: _Tag, open_titles: list[tuple[str, bool]]
) -> tuple[int, str] | None:
    """Return where the tag ends (below 0 if it does not) and its replacement.

    None if the Markdown parser can read it unchanged.
    """
    if tag.end < 0:
        return -1, ""
    line = content.rfind("\n", 0, tag.start) + 1
    after = content.find("\n", tag.end)
    behind = content[tag.end :] if after < 0 else content[tag.end : after]
    opens_line = not content[line : tag.start].strip()
    is_line = opens_line and not behind.strip()
    if tag.name and not tag.name[0].isupper():
        return _element(content, tag, is_line and tag.name in _BLOCKS)
    if tag.closes:
        if _close(tag.name, open_titles):
            return tag.end, ENDS
        return tag.end, "\n\n" if opens_line or not behind.strip() else ""
    if tag.is_empty:
        shown = next((tag.attributes[key] for key in _SHOWN if tag.attributes.get(key)), "")
        # At the end of a line or cell it is a remark, such as "required"; elsewhere it is text.
        ends = opens_line or not behind.strip() or behind.lstrip()[0] == "|"
        if ends or shown or _SILENT.search(tag.name):
            return tag.end, "" if is_line else escape(shown, quote=False)
        return tag.end, HOLE
    keys = _TITLES + (_NAMES if tag.name.endswith("Field") else ())
    title = " ".join(
        next((tag.attributes[key] for key in keys if key in tag.attributes), "").split()
    )
    if opens_line and title:
        return tag.end, f"\n\n{content[line : tag.start]}#### {title}\n\n"
    return tag.end, "\n\n" if is_line else ""


def _close(name: str, open_titles: list[tuple[str, bool]]) -> bool:
    """Return whether the component that ends here opened a section."""
    if name not in (other for other, _ in open_titles[-_NEAR:]):
        return False
    while (last := open_titles.pop())[0] != name:
        pass
    return last[1]


def _element(content: str, tag: _Tag, is_line: bool) -> tuple[int, str] | None:
    """Return an HTML element with its attributes as in HTML; in MDX, a block gets its own lines."""
    if tag.is_plain:
        text = content[tag.start : tag.end]
    else:
        given = "".join(
            f' {name}="{escape(value)}"' for name, value in tag.attributes.items() if value
        )
        text = f"<{tag.name}{given}{' /' if tag.is_empty else ''}>"
    if is_line:
        return tag.end, f"\n\n{text}\n\n"
    if tag.closes and tag.name == "summary":
        return tag.end, f"{text}\n\n"
    return None if tag.is_plain else (tag.end, text)


def _expression(content: str, start: int) -> tuple[int, str] | None:
    """Return where a JavaScript expression ends (below 0 if it does not) and its replacement.

    None if this is no expression, but attributes or a formula.
    """
    before = content[start - 1 : start]
    if _ATTRIBUTES.match(content, start) or before.isalnum() or (before and before in "\\^_}"):
        return None
    end = _balanced(content, start)
    inside = content[start + 1 : end - 1].strip()
    if end < 0 or inside.startswith("/*"):
        return end, ""
    if literal := _LITERAL.fullmatch(inside):
        return end, literal[2]
    line = content.rfind("\n", 0, start) + 1
    after = content.find("\n", end)
    behind = content[end:] if after < 0 else content[end:after]
    return end, HOLE if content[line:start].strip() or behind.strip() else ""
