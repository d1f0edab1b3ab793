"""Turns AsciiDoc into HTML, as far as manuals and Antora's sites use it.

Python has no well-maintained parser for it; this one follows
https://docs.asciidoctor.org/asciidoc/latest/. First, files are included, and conditions and
attributes are evaluated (`lines`). Then blocks (`blocks`), the text in them (`inline`) and tables
(`tables`) are turned into HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from chatbot.formats.asciidoc.blocks import Blocks
from chatbot.formats.asciidoc.lines import VERBATIM, Include, Preprocessor
from chatbot.formats.growth import Growth

_HEADING = re.compile(r"(?:={2,6}|#{2,6})[ \t]+(\S.*?)[ \t]*$")
_ANCHOR = re.compile(r"\[(?:\[([^\],]+)(?:,([^\]]*))?\]|[\w-]*#([^\],.%]+)[^\]]*)\]")
_TITLE = re.compile(r"[=#][ \t]+(\S.*)")
_AUTHOR = re.compile(
    r"^[^\s=|*.\[:/-][^=|:<]*<[^<>\s@]+@[^<>\s]+>[^=]*$"
    r"|^(?:v?\d[\w.]*,[ \t]*)?\d{4}-\d\d-\d\d.*$"
)
_GIVEN = {"page-title": "title", "revdate": "published", "page-date": "published", "lang": "lang"}
_MAX_LENGTH = 2_000_000  # characters


def read_asciidoc(
    content: str,
    growth: Growth,
    include: Include = lambda path: None,
    site: Mapping[str, object] = MappingProxyType({}),
) -> tuple[str, dict[str, object]]:
    """Return the HTML of `content`, and the values in its header.

    `include` returns the files that it includes. `site["attributes"]` has the attributes that the
    site's settings give to all pages. An attribute that is not set, or does not fit into `growth`,
    leaves a hole (`dialects.HOLE`).
    """
    given = site.get("attributes")
    attributes = {
        str(name).lower(): value.removesuffix("@")
        for name, value in (given.items() if isinstance(given, Mapping) else ())
        if isinstance(value, str)
    }
    preprocessor = Preprocessor(include, attributes, growth)
    lines = _without_header_lines(list(preprocessor.lines(content[:_MAX_LENGTH])))
    blocks = Blocks(_titles(lines), growth)
    html = blocks.read(lines) + blocks.notes()
    fields: dict[str, object] = {
        key: preprocessor.attributes[name]
        for name, key in _GIVEN.items()
        if preprocessor.attributes.get(name)
    }
    return html, fields


def _without_header_lines(lines: list[str]) -> list[str]:
    """Leave out the author's name and the revision, the lines right below the title."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines and _TITLE.fullmatch(lines[first]):
        while first + 1 < len(lines) and _AUTHOR.match(lines[first + 1]):
            del lines[first + 1]
    return lines


def _titles(lines: list[str]) -> dict[str, str]:
    """Return the titles of the sections by the names that references use."""
    titles: dict[str, str] = {}
    name = shown = ""
    closes = ""
    for line in lines:
        if VERBATIM.match(line):
            closes = "" if closes == line.strip() else closes or line.strip()
        if closes:
            continue
        if found := _ANCHOR.match(line):
            name, shown = found[1] or found[3], found[2] or ""
        elif found := _HEADING.match(line):
            made = re.sub(r"[ .-]+", "_", re.sub(r"[^\w .-]", "", found[1].lower())).strip("_")
            for key in (name, f"_{made}", found[1]):
                if key:
                    titles.setdefault(key, shown or found[1])
            name = shown = ""
        elif line.strip():
            name = shown = ""
    return titles
