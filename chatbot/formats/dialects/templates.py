"""Replaces template tags by what a reader of the site sees there, as far as that is known.

Four kinds of values are known: front matter, values that the file itself assigns, the site's
settings and data, and other files of the corpus. Everything else becomes a hole. Text under a
condition that cannot be decided is left out, and so is text that is repeated for an unknown list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from chatbot.formats.dialects import ENDS, HOLE, titled
from chatbot.formats.dialects.code import CodeSpans
from chatbot.formats.dialects.tags import Tag, read_tags
from chatbot.formats.growth import COST, Growth

Include = Callable[[str], str | None]
"""From a path, as written in a file, to its content; None if missing or not allowed."""

_REPEATS = frozenset("for tablerow cycle".split())
_TESTS = frozenset("if unless case when elsif elif else switch".split())
_LINKS = frozenset("link post_url ref relref url asset static abs_url".split())
_CODE = frozenset("highlight code code-toggle codeblock".split())
_RAW = frozenset("raw verbatim".split())
_SILENT = frozenset("assign set capture comment import from macro".split())
_BASES = frozenset("site.baseurl site.url baseurl base_url root_url site_url .Site.BaseURL".split())
_FILTERS = frozenset(
    "absolute_url escape markdown markdownify relative_url safe safeHTML strip t trim url".split()
)
_NAMING = {
    "param": ("page", "page.params", "site.params"),
    "var": ("var",),
    "meta": ("page", "meta"),
}
"""Shortcodes of Hugo and Quarto that show a value, and where the value may be."""
_INCLUDING = re.compile(r"include|readfile|snippet|partial|render", re.IGNORECASE)
_ARGUMENT = re.compile(r"""([\w.-]+)\s*[=:]\s*("[^"]*"|'[^']*'|[^\s"',]+)|("[^"]*"|'[^']*'|\S+)""")
_TITLES = ("title", "label", "summary", "header", "name")
_SHOWN = ("text", "label", "caption")
_LITERAL = re.compile(r"""("[^"]*"|'[^']*')""")
_ASSIGNED = re.compile(r"""([\w.]+)\s*=\s*("[^"]*"|'[^']*')""")
_COMPARED = re.compile(r"""([\w.$-]+)(?:\s*(==|!=)\s*("[^"]*"|'[^']*'|\w+))?""")
_LINE_AFTER = re.compile(r"[ \t]*(?:\n|$)")
_LOOP = re.compile(r"([\w-]+)\s+in\s+([\w.\[\]\"'-]+)")
_PART = re.compile(r"""\.?([\w-]+)|\[["']([^"'\]]*)["']\]|\[([\w.-]+)\]""")
_MAX_DEPTH = 8  # levels of files that include others


@dataclass(slots=True)
class Filling:
    """What is known while the tags of one file are read."""

    values: dict[str, object]
    include: Include
    parse_code: Callable[[str], CodeSpans]
    growth: Growth
    depth: int = 0


def known_values(values: Mapping[str, object], site: Mapping[str, object]) -> dict[str, object]:
    """Return the front matter and the values of the site, by the names that templates use."""
    page = {key.lower(): value for key, value in values.items()}
    known: dict[str, object] = {**site, "page": page, "frontmatter": page, "this": page}
    for said in (values.get("myst"), values):
        substitutions = said.get("substitutions") if isinstance(said, Mapping) else None
        if isinstance(substitutions, Mapping):
            known |= substitutions
    return known


def fill_in(content: str, page: Filling) -> str:
    """Return `content` with each tag replaced by its value, by a hole, or by nothing."""
    if not any(sign in content for sign in ("{{", "{%", "{#", "{::")):
        return content
    tags = read_tags(content, page.parse_code(content))
    return _fill(content, tags, 0, len(content), page)


def _fill(content: str, tags: list[Tag], start: int, end: int, page: Filling) -> str:
    pieces: list[str] = []
    for tag in tags:
        pieces.append(content[start : tag.start])
        last = tag.close or tag
        is_line = _stands_alone(content, tag) and (last is tag or _stands_alone(content, last))
        filled = _read(content, tag, page, is_line)
        start = last.end
        if is_line and not filled.strip():
            pieces[-1] = pieces[-1].rstrip(" \t")
            after = _LINE_AFTER.match(content, start, end)
            start = after.end() if after else start
            filled = ""
        pieces.append(filled)
    pieces.append(content[start:end])
    return "".join(pieces)


def _stands_alone(content: str, tag: Tag) -> bool:
    """Return whether a tag is alone on its line or in its HTML element: not part of a sentence."""
    before = content[content.rfind("\n", 0, tag.start) + 1 : tag.start].strip()
    after = _LINE_AFTER.match(content, tag.end)
    if before.endswith(">"):
        return bool(after) or content.startswith("<", tag.end)
    return not before and bool(after)


def _read(content: str, tag: Tag, page: Filling, is_line: bool) -> str:
    """Return the text that replaces a tag, or a pair of tags with everything between them."""
    if tag.kind == "remark" or tag.name == "comment":
        return ""
    if tag.kind == "value":
        return _value(tag.arguments, page, _in_address(content, tag))
    if tag.opens == "::" or tag.name.endswith("/"):  # kramdown's
        return _fill(content, tag.inner, tag.end, tag.close.start, page) if tag.close else ""
    inside = content[tag.end : tag.close.start] if tag.close else ""
    if tag.name in _RAW:
        return inside
    if tag.name in _CODE and tag.close and "```" not in inside and "~~~" not in inside:
        return f"\n```\n{inside.strip(chr(10))}\n```\n"
    if tag.name in _SILENT:
        _assign(tag, inside, page)
        return ""
    if tag.name == "for" and tag.close:
        return _repeated(content, tag, page)
    if tag.name in _TESTS or tag.name in _REPEATS:
        return _tested(content, tag, page)
    if tag.name in _LINKS:
        return _first(tag.arguments)
    named, plain = _arguments(tag.arguments)
    if _INCLUDING.search(tag.name) and not tag.close:
        return _included(named, plain, page, is_line)
    if tag.close:
        body = _fill(content, tag.inner, tag.end, tag.close.start, page)
        return _section(content, tag, named, plain, body) if is_line else body
    shown = next((named[key] for key in _SHOWN if key in named), "")
    if tag.name in _NAMING:
        name = _first(tag.arguments)
        known = (_shown(f"{place}.{name}", page) for place in _NAMING[tag.name])
        shown = shown or next(filter(None, known), "")
    if is_line:  # a separate line, such as the caption of a picture
        return f"\n\n{shown}\n\n" if shown and tag.name not in _NAMING else shown
    return shown or HOLE


def _section(content: str, tag: Tag, named: Mapping[str, str], plain: list[str], body: str) -> str:
    """Return the content of a pair of tags, below its title if it has one: a tab, a box, a step."""
    if not body.strip():
        return ""
    quoted = [word[1:-1] for word in plain if word[0] in "\"'"]
    title = next((named[key] for key in _TITLES if key in named), quoted[0] if quoted else "")
    # If another tag follows directly, this one only groups tabs, and the other's title matters.
    if (
        not title
        or tag.name == "code"
        or (tag.inner and not content[tag.end : tag.inner[0].start].strip())
    ):
        return f"\n\n{body}\n\n"
    indent = content[content.rfind("\n", 0, tag.start) + 1 : tag.start]
    return f"{titled(title, indent)}{body}{ENDS}"


def _included(named: Mapping[str, str], plain: list[str], page: Filling, is_line: bool) -> str:
    path = named.get("file") or named.get("path") or named.get("src") or "".join(plain[:1])
    text = page.include(path.strip("\"'")) if page.depth < _MAX_DEPTH else None
    if text is None:
        return "" if is_line else HOLE
    values = {**page.values, "include": dict(named)}
    return fill_in(text, replace(page, values=values, depth=page.depth + 1))


def _tested(content: str, tag: Tag, page: Filling) -> str:
    """Return the text under the condition that is true; nothing if that cannot be decided."""
    if not tag.close or tag.name not in ("if", "unless"):
        return ""
    branches = [inner for inner in tag.inner if inner.name in ("else", "elsif", "elif")]
    holds = _holds(tag.arguments, page)
    if holds is None or len(branches) > 1 or any(inner.name != "else" for inner in branches):
        return ""
    middle = branches[0] if branches else tag.close
    if holds is (tag.name == "if"):
        inner = [one for one in tag.inner if one.start < middle.start]
        return _fill(content, inner, tag.end, middle.start, page)
    if not branches:
        return ""
    inner = [one for one in tag.inner if one.start > middle.start]
    return _fill(content, inner, middle.end, tag.close.start, page)


def _repeated(content: str, tag: Tag, page: Filling) -> str:
    """Return the text repeated for each element of a list; nothing if the list is not known."""
    found = _LOOP.fullmatch(tag.arguments.strip())
    things = _find(found[2], page) if found else None
    if not found or not tag.close or not isinstance(things, list):
        return ""
    pieces = []
    length = tag.close.start - tag.end
    for thing in things:
        if not page.growth.take("repeated lists", length + COST):
            break
        within = replace(page, values={**page.values, found[1]: thing})
        pieces.append(_fill(content, tag.inner, tag.end, tag.close.start, within))
    return "".join(pieces)


def _holds(condition: str, page: Filling) -> bool | None:
    """Return whether a condition about the page or its site is true; None if that is not known."""
    found = _COMPARED.fullmatch(condition.strip())
    if not found:
        return None
    known = _look_up(found[1], page)
    # A value that the page does not set is false, but a plugin may set a value of the site.
    if known is None and not found[1].startswith(("page.", "frontmatter.", "include.")):
        return None
    if not found[2]:
        return known not in (None, "", "false")
    return (known == found[3].strip("\"'")) is (found[2] == "==")


def _value(expression: str, page: Filling, in_address: bool) -> str:
    first, *filters = (part.strip() for part in expression.split("|"))
    default = ""
    for name, _, argument in (filter.partition(":") for filter in filters):
        if name.strip() == "default" and (literal := _LITERAL.fullmatch(argument.strip())):
            default = literal[1][1:-1]
        elif name.strip() not in {*_FILTERS, "prepend"}:
            return HOLE
    if literal := _LITERAL.fullmatch(first):
        return literal[1][1:-1]
    if first in _BASES and in_address:
        return ""
    value = _shown(first, page) or default
    return HOLE if not value or "{{" in value or "{%" in value else value


def _shown(name: str, page: Filling) -> str | None:
    """Return the value of a name for display, if it is known, is a text and is not too long."""
    value = _look_up(name, page)
    return value if value and page.growth.take("values", len(value)) else None


def _look_up(name: str, page: Filling) -> str | None:
    """Return the value of a name if it is known and is a text."""
    value = _find(name, page)
    return value if isinstance(value, str) else None


def _find(name: str, page: Filling) -> object:
    """Return the value of a name, as set by the page, its file or its site; else None.

    Names are as in Liquid, `site.data[page.lang]["fees"]`, or in Go, `.Site.Params.phone`.
    """
    name = name.removeprefix("$").removeprefix(".Page").removeprefix(".Params")
    if name.startswith("."):
        name = name[1:] if name.lower().startswith(".site.") else f"page{name}"
    value: object = page.values
    end = 0
    for part in _PART.finditer(name):
        if part.start() != end or not isinstance(value, dict):
            return None
        end = part.end()
        key = part[1] or part[2] or _look_up(part[3] or "", page) or ""
        value = value.get(key, value.get(key.lower()))
    return value if end == len(name) else None


def _assign(tag: Tag, inside: str, page: Filling) -> None:
    if tag.name == "capture":
        if "{" not in inside:
            page.values[tag.arguments.strip()] = inside.strip()
    elif found := _ASSIGNED.fullmatch(tag.arguments.strip()):
        page.values[found[1]] = found[2][1:-1]


def _in_address(content: str, tag: Tag) -> bool:
    return tag.start > 0 and content[tag.start - 1] in "(\"'=<"


def _first(arguments: str) -> str:
    _, plain = _arguments(arguments)
    return plain[0].strip("\"'") if plain else HOLE


def _arguments(text: str) -> tuple[dict[str, str], list[str]]:
    named, plain = {}, []
    for found in _ARGUMENT.finditer(text):
        if found[1]:
            named[found[1]] = found[2].strip("\"'")
        elif found[3]:
            plain.append(found[3])
    return named, plain
