"""Fills in the template tags of HTML pages, as Jekyll, Hugo and Sphinx do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chatbot.formats.dialects import HOLE
from chatbot.formats.dialects.code import CodeSpans
from chatbot.formats.dialects.templates import Filling, Include, fill_in, known_values
from chatbot.formats.growth import Growth

_CODE = re.compile(r"<(code|kbd|pre|samp|script|style|textarea|title|xmp)\b", re.IGNORECASE)


def fill_page(
    content: str,
    growth: Growth,
    values: Mapping[str, object],
    include: Include,
    site: Mapping[str, object],
) -> str:
    """Return a page without template tags, except where they are shown as code.

    `values` are those of its front matter, `site` those of the settings of its site. A value that
    only the generator knows, or that does not fit into `growth`, leaves a hole.
    """
    page = Filling(known_values(values, site), include, _code, growth)
    return fill_in(content.replace(HOLE, ""), page)


def _code(content: str) -> CodeSpans:
    lowered = content.lower()
    spans = []
    at = 0
    while found := _CODE.search(content, at):
        at = lowered.find(f"</{found[1].lower()}", found.end())
        if at < 0:
            break
        spans.append((found.start(), at))
    return CodeSpans(spans)
