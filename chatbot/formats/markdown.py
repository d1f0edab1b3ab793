"""Turns Markdown into text and blocks, via HTML: CommonMark, tables, and generators' dialects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin

from chatbot.formats.dialects import HOLE
from chatbot.formats.dialects.boxes import boxes_plugin
from chatbot.formats.dialects.code import CodeSpans, read_code
from chatbot.formats.dialects.govspeak import read_govspeak
from chatbot.formats.dialects.includes import include_files
from chatbot.formats.dialects.marks import marks_plugin
from chatbot.formats.dialects.mdx import read_mdx
from chatbot.formats.dialects.notes import notes_plugin
from chatbot.formats.dialects.templates import Filling, Include, fill_in, known_values
from chatbot.formats.growth import Growth
from chatbot.formats.html import Page, read_html

# If these tags are not closed, they hide all the text that follows. From GitHub's Markdown,
# https://github.github.com/gfm/#disallowed-raw-html-extension-, and `svg`, `select`, `template`.
_SWALLOWING = re.compile(
    r"<(?=(title|textarea|style|xmp|iframe|noembed|noframes|script|plaintext|svg|select|template)\b)",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"[\[<&`]"
)  # for each of these signs, the parser may search the whole paragraph
_MAX_WORK = 10_000_000
"""The limit of the work for one file.

The work for a paragraph is the number of its marks times its length in thousands, plus the square
of its brackets. Beyond the limit, text is kept, but its marks are not read. Paragraphs that people
write are far below.
"""
_MAX_NESTING = 100  # levels of lists and quotations; deeper ones are left out


def read_markdown(
    content: str,
    growth: Growth,
    values: Mapping[str, object] | None = None,
    include: Include = lambda path: None,
    is_mdx: bool = False,
    site: Mapping[str, object] = MappingProxyType({}),
) -> Page:
    """Return the text of a page without markup, and its blocks.

    HTML in it is read as in an HTML file. A `<script>` without an end is text about scripts.
    `values` are those of the front matter, `site` those of the site's settings: templates may show
    both. `include` returns other files that the text includes.

    Raises:
        ArticleError: HTML tags in it are nested too deep.
    """
    content = content.replace(HOLE, "")
    content = include_files(content, growth, _parse_code, include)
    content = read_govspeak(content, _parse_code)
    content, is_mdx = read_mdx(content, _parse_code, include, is_mdx)
    if not is_mdx:
        known = known_values(values or {}, site)
        content = fill_in(content, Filling(known, include, _parse_code, growth))
    page = _parser(is_mdx).render(content, {"include": include, "growth": growth})
    return read_html(_escape_unclosed(page), growth)


@cache
def _parser(is_mdx: bool) -> MarkdownIt:
    options = {"maxNesting": _MAX_NESTING, "tasklists": True, "store_labels": True}
    parser = MarkdownIt("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.at("inline", _read_inline)
    parser.inline.ruler2.push("growth", _count_addresses)
    for plugin in (deflist_plugin, boxes_plugin, marks_plugin, notes_plugin):
        parser.use(plugin)
    if is_mdx:
        parser.disable("code")  # indented text is inside a component
    return parser


def _parse_code(content: str, is_mdx: bool = False) -> CodeSpans:
    return read_code(content, _parser(is_mdx))


def _read_inline(state: StateCore) -> None:
    """Read inline markup in place of the parser's own rule, until `_MAX_WORK` is used up.

    The parser searches the matching bracket of each bracket, so a page full of them would take
    hours.
    """
    work = 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        if token.children is None:
            token.children = []
        marks = len(_MARKS.findall(token.content))
        work += token.content.count("[") ** 2 + marks * len(token.content) // 1000
        if work > _MAX_WORK:
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _count_addresses(state: StateInline) -> None:
    """Remove addresses that are defined once and used too often: `[a]: https://...`."""
    for token in state.tokens:
        if "label" not in token.meta:
            continue
        growth = state.env.get("growth")
        if growth and not growth.take("addresses", sum(len(str(v)) for v in token.attrs.values())):
            token.attrs = {}


def _escape_unclosed(page: str) -> str:
    lowered = page.lower()
    last: dict[str, int] = {}

    def escape(tag: re.Match[str]) -> str:
        end = f"</{tag[1].lower()}"
        if end not in last:
            last[end] = lowered.rfind(end)
        return "<" if last[end] >= tag.end() else "&lt;"

    return _SWALLOWING.sub(escape, page)
