"""Tags of templates out of a page in HTML, as Jekyll, Hugo and Sphinx fill them in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chatbot.formats.dialects import HOLE
from chatbot.formats.dialects.code import Code
from chatbot.formats.dialects.templates import Filling, Include, fill_in, known_values

_CODE = re.compile(r"<(code|kbd|pre|samp|script|style|textarea|title|xmp)\b", re.IGNORECASE)


def fill_page(
    content: str, values: Mapping[str, object], include: Include, site: Mapping[str, object]
) -> str:
    """Return a page without tags of templates; what is shown as code stays.

    `values` are those of its front matter, `site` those of the settings of its site. What only the
    generator knows is a hole.
    """
    page = Filling(known_values(values, site), include, _code)
    return fill_in(content.replace(HOLE, ""), page)


def _code(content: str) -> Code:
    lowered = content.lower()
    spans = []
    at = 0
    while found := _CODE.search(content, at):
        at = lowered.find(f"</{found[1].lower()}", found.end())
        if at < 0:
            break
        spans.append((found.start(), at))
    return Code(spans)
