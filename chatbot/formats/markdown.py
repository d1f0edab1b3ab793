"""Markdown to text and blocks, by way of HTML: CommonMark with tables and struck-out text."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from chatbot.formats.html import Page, read_html

# Tags that swallow all that follows when nobody closes them; the list of GitHub's own Markdown,
# https://github.github.com/gfm/#disallowed-raw-html-extension-, and `svg`, `select`, `template`.
_SWALLOWING = re.compile(
    r"<(?=(title|textarea|style|xmp|iframe|noembed|noframes|script|plaintext|svg|select|template)\b)",
    re.IGNORECASE,
)
_MAX_NESTING = 100  # lists and quotations in one another; what is deeper is left out


def read_markdown(content: str) -> Page:
    """Return the text, without marks, its blocks and links.

    HTML within is read as in an HTML file. A `<script>` that is only mentioned, without an end,
    is text.

    Raises:
        ArticleError: HTML tags in it are nested too deep.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})
    return read_html(_escape_unclosed(parser.enable(["table", "strikethrough"]).render(content)))


def _escape_unclosed(page: str) -> str:
    lowered = page.lower()
    last: dict[str, int] = {}

    def escape(tag: re.Match[str]) -> str:
        end = f"</{tag[1].lower()}"
        if end not in last:
            last[end] = lowered.rfind(end)
        return "<" if last[end] >= tag.end() else "&lt;"

    return _SWALLOWING.sub(escape, page)
