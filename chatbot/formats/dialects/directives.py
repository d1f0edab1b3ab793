"""Reads the content of MyST's directives and mdBook's boxes, which are written as fences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_NAMED = re.compile(r"\s*\{([\w:.-]+)\}[ \t]*([^\n]*)")
_ADMONISH = re.compile(r"""\s*admonish\b[ \t]*([\w-]*)[ \t]*(?:title=)?(?:(["'])(.*?)\2)?""")
_OPTIONS = re.compile(r"(?:---\n(?:[^\n]*\n)*?---\n|(?:[ \t]*:[\w-]+:[^\n]*(?:\n|$))+)")

# The names are those of docutils, Sphinx, sphinx-design and MyST.
_TITLED = frozenset(
    "admonition card details dropdown example exercise grid-item-card list-table proof rubric"
    " sidebar solution tab tab-item table theorem topic".split()
)
_TEXT = frozenset(
    "attention caution danger deprecated error hint important note seealso tip todo versionadded"
    " versionchanged versionremoved warning".split()
)
_PLAIN = frozenset(
    "card-body card-carousel centered compound container div epigraph figure glossary grid"
    " grid-item highlights hlist margin only pull-quote tab-set tabs".split()
)
_CODE = frozenset(
    "code code-block code-cell doctest literalinclude parsed-literal prompt sourcecode".split()
)
_UNREAD = frozenset(
    "automodule bibliography button-link button-ref contents csv-table eval-rst graphviz iframe"
    " image index math mermaid raw tableofcontents tags toctree video youtube".split()
)


@dataclass(frozen=True, slots=True)
class Directive:
    """The content of a fence that is not only code."""

    kind: Literal["prose", "code", "unread"]
    content: str
    title: str = ""
    text: str = ""
    """The first paragraph, on the line of the directive's name."""
    include: str = ""
    """The path of a file that replaces the content."""


def read_directive(info: str, content: str) -> Directive | None:
    """Return the content of a fence with this first line, or None if it is ordinary code.

    An unknown name counts as the name of a programming language, such as `{python}`.
    """
    if boxed := _ADMONISH.match(info):
        return Directive("prose", content, title=boxed[3] or "")
    named = _NAMED.match(info)
    if not named:
        return None
    name, argument = named[1], named[2].strip()
    options = _OPTIONS.match(content)
    body = content[options.end() :] if options else content
    if name == "include":
        return Directive("prose", "", include=argument)
    if name in _CODE:
        return Directive("code", body, include=argument if name == "literalinclude" else "")
    if name in _TITLED:
        return Directive("prose", body, title=argument)
    if name in _TEXT:
        return Directive("prose", body, text=argument)
    if name in _PLAIN:
        return Directive("prose", body)
    return Directive("unread", "") if name in _UNREAD else None
