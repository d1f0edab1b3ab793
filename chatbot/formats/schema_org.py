"""Turns questions that a page declares in the vocabulary of schema.org into headings.

This changes the tree of elements before it is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from chatbot.formats.headings import LINES, Levels, line

_MAX_JSON = 1_000_000  # characters of a page's data about itself
_MAX_NODES = 20_000


def head_questions(root: HtmlElement) -> None:
    """Make each line that is the name of a Question (microdata, RDFa or JSON-LD) a heading."""
    levels = Levels(root)
    declared = _declared(root)
    for element in list(root.iter(*LINES)):
        is_question = _is_name_of_question(element) or (declared and line(element) in declared)
        if is_question and line(element) and not levels.is_fixed(element):
            levels.make_heading(element)


def _declared(root: HtmlElement) -> frozenset[str]:
    """Return the questions that the page lists for search engines, in JSON-LD."""
    names = []
    left = _MAX_JSON
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json" or not script.text:
            continue
        left -= len(script.text)
        if left < 0:
            break
        try:
            data = json.loads(script.text)
        except (ValueError, RecursionError):
            continue
        for node in islice(_nodes(data), _MAX_NODES):
            types = node.get("@type")
            if "Question" in (types if isinstance(types, list) else [types]):
                names.append(node.get("name"))
    return frozenset(" ".join(name.split()) for name in names if isinstance(name, str))


def _nodes(data: object) -> Iterator[dict[str, object]]:
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _is_name_of_question(element: HtmlElement) -> bool:
    """Return whether it is the name of a schema.org Question, in microdata or RDFa."""
    if "name" not in (element.get("itemprop") or element.get("property") or "").split():
        return False
    for outer in element.iterancestors():
        kind = outer.get("itemtype") or outer.get("typeof")
        if kind:
            return bool(kind.rstrip("/").rpartition("/")[2].rpartition(":")[2] == "Question")
    return False
