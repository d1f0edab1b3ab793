"""Reads the tags of template languages as a tree: Liquid, Jinja, Hugo, Go, Handlebars, Vue.

They are recognised by their signs: `{% name … %}`, `{{< name … >}}`, `{{ value }}`, `{# remark #}`,
kramdown's `{::name}…{:/name}`.
Any tag is paired if its end follows: `{% hint %}…{% endhint %}`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from chatbot.formats.dialects.code import CodeSpans

_OPENING = re.compile(r"\{\{(?:[<%{]|/\*)?|\{%|\{#(?=[\s-])|\{:[:/]")
_CLOSING = {
    "{{<": ">}}", "{{%": "%}}", "{{{": "}}}", "{{/*": "*/}}", "{{": "}}", "{%": "%}", "{#": "#}",
    "{::": "}", "{:/": "}",
}  # fmt: skip
_KIND: dict[str, TagKind] = {
    "{{<": "shortcode", "{{%": "shortcode", "{{/*": "remark", "{%": "tag", "{#": "remark",
}  # fmt: skip
_LONGEST = 4_000  # characters of one tag
_DEEPEST = 50  # nested tags
_GO = frozenset({"if", "range", "with", "block", "define"})
_HAS_PARTS = re.compile(r"(#?)([\w$.:@/-]+)\s*(.*)", re.DOTALL)

TagKind = Literal["tag", "shortcode", "value", "remark"]


@dataclass(slots=True)
class Tag:
    """One tag, and its end if it is paired."""

    kind: TagKind
    start: int
    end: int
    name: str
    """Its name; a value has none."""
    arguments: str
    """The text after the name; for a value, the whole expression."""
    closes: str = ""
    """The name that matches the tags that it ends."""
    opens: str = ""
    """The name that matches its own end."""
    close: Tag | None = None
    inner: list[Tag] = field(default_factory=list)
    """The tags between it and its end."""


def read_tags(content: str, code: CodeSpans) -> list[Tag]:
    """Return the tags outside code, each with the tags inside it; text in raw tags is not read."""
    root: list[Tag] = []
    stack: list[tuple[Tag, list[Tag]]] = []
    opened: Counter[str] = Counter()
    level = root
    for tag in _tags(content, code):
        if tag.closes and opened[tag.closes]:
            while stack:
                opening, around = stack.pop()
                opened[opening.opens] -= 1
                if opening.opens == tag.closes:
                    opening.close = tag
                    level = around
                    break
                # It has no end, so the tags after it are not inside it.
                around += opening.inner
                opening.inner, level = [], around
        elif not tag.closes:
            level.append(tag)
            if tag.opens and len(stack) < _DEEPEST:
                stack.append((tag, level))
                opened[tag.opens] += 1
                level = tag.inner
    while stack:
        opening, around = stack.pop()
        around += opening.inner
        opening.inner = []
    return root


def _tags(content: str, code: CodeSpans) -> Iterator[Tag]:
    ends: dict[str, list[int]] = {}
    at = 0
    while found := _OPENING.search(content, at):
        start, sign = found.start(), found[0]
        if past := code.end(start):
            at = past
            continue
        at = found.end()
        closing = _CLOSING[sign]
        if closing not in ends:
            ends[closing] = [end.start() for end in re.finditer(re.escape(closing), content)]
        number = bisect_left(ends[closing], at)
        end = ends[closing][number] if number < len(ends[closing]) else len(content)
        if end - start > _LONGEST or (start and content[start - 1] == "\\"):
            continue
        at = end + len(closing)
        tag = _tag(sign, start, at, content[found.end() : end])
        yield tag
        if tag.kind == "tag" and tag.name in ("raw", "verbatim", "comment"):
            last = re.compile(r"\{%-?\s*end" + tag.name + r"\s*-?%\}").search(content, at)
            if last:  # the text between the two is not a tag
                yield Tag("tag", last.start(), last.end(), "", "", closes=tag.opens)
                at = last.end()


def _tag(sign: str, start: int, end: int, inside: str) -> Tag:
    kind = _KIND.get(sign, "value")
    words = inside.strip("-~ \t\n")
    if words.startswith("/ "):  # `{{< / note >}}`
        words = f"/{words[1:].lstrip()}"
    if sign in ("{::", "{:/"):  # kramdown's extensions
        opens = "" if sign == "{:/" or words.endswith("/") else "::"
        return Tag("tag", start, end, words, "", "::" if sign == "{:/" else "", opens)
    if kind == "remark" or (kind == "shortcode" and words.startswith("/*")):
        return Tag(kind, start, end, "", words)
    parts = _HAS_PARTS.match(words)
    mark, name, arguments = parts.groups() if parts else ("", "", words)
    if kind == "tag":
        closes = _family(name[3:]) if name.startswith("end") and len(name) > 3 else ""
        return Tag(kind, start, end, name, arguments, closes, "" if closes else _family(name))
    if kind == "shortcode":
        opens = "" if words.endswith("/") else f"<{name}"
        if name.startswith("/"):
            return Tag(kind, start, end, "", "", closes=f"<{name[1:]}")
        return Tag(kind, start, end, name, arguments.removesuffix("/").strip(), opens=opens)
    if mark or name in _GO:
        return Tag("tag", start, end, "if", words, opens=f"#{name}" if mark else "go")
    if name == "end" or name == "else":
        return Tag("tag", start, end, name, arguments, closes="go" if name == "end" else "")
    if name.startswith("/"):
        return Tag("tag", start, end, "", "", closes=f"#{name[1:]}")
    return Tag("value", start, end, "", words)


def _family(name: str) -> str:
    """Return the name that ends a tag; all conditions share one: `{% ifversion %}…{% endif %}`."""
    return "if" if name.startswith("if") else name
