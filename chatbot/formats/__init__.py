"""Turns the content of one file into text and blocks; each format has its own module.

Everything here is pure: no file is opened, and the same content always gives the same `Parsed`.
The library of a format is imported only when a file of that format is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from chatbot.errors import ArticleError
from chatbot.formats.addresses import find_links
from chatbot.formats.dateline import Dateline, read_dateline
from chatbot.formats.encoding import clean, decode
from chatbot.formats.fields import Fields, read_fields
from chatbot.formats.front_matter import as_markdown, split_front_matter
from chatbot.formats.growth import Growth
from chatbot.types import Block, Link

if TYPE_CHECKING:
    from chatbot.formats.html import Page

Include = Callable[[str], str | None]
"""From a path, as written in a file, to its content; None if missing or not allowed."""
Format = Literal["markdown", "mdx", "html", "text", "rst", "asciidoc", "pdf", "docx"]

SUFFIXES: Mapping[str, Format] = MappingProxyType(
    {
        ".md": "markdown",
        ".markdown": "markdown",
        ".mdown": "markdown",
        ".mkd": "markdown",
        ".qmd": "markdown",
        ".mdx": "mdx",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".txt": "text",
        ".text": "text",
        ".rst": "rst",
        ".adoc": "asciidoc",
        ".asciidoc": "asciidoc",
        ".pdf": "pdf",
        ".docx": "docx",
    }
)
"""The format of each suffix, in lower case."""


_MARKS = ("---", "+++")  # they begin front matter, also in HTML
_FILE = 1_000  # characters added for each included file
_UNLISTED = {
    "noindex": "says that search engines must not list it (robots noindex)",
    "redirect": "only redirects to another page",
}
_LINES_ABOVE = 4  # headline, subheading, author and then the dateline
_LINE_LENGTH = 100  # characters


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file's content without its markup.

    `blocks` are in order, lie within `text`, are not empty and do not overlap. Between them is only
    white space; in plain text also the marks of list items ("-", "2.") and ruled lines.
    """

    text: str
    blocks: tuple[Block, ...]
    fields: Fields
    """The metadata of the file; missing values are None or empty."""
    place: str | None = None
    warnings: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    """In order, not overlapping, each within a block; addresses are as written in the file."""


def read_characters(data: bytes, format: Format) -> tuple[str, str | None]:
    """Return the characters of a file, and a warning if its encoding had to be guessed.

    A PDF or a Word file is returned as HTML.

    Raises:
        ArticleError: it is damaged, locked or binary, or a library for its format is not installed.
    """
    if format not in ("pdf", "docx"):
        return decode(data)
    try:
        if format == "pdf":
            from chatbot.formats.pdf import read_pdf

            return read_pdf(data), None
        from chatbot.formats.word import read_docx

        return read_docx(data), None
    except ImportError as error:
        raise ArticleError(
            f"needs the extra `office` to be read: {error.name} is not installed"
        ) from error


def parse(
    content: str,
    format: Format,
    include: Include = lambda path: None,
    site: Mapping[str, object] = MappingProxyType({}),
) -> Parsed:
    """Return the text, blocks and fields of `content`, written in `format`.

    Markdown, reStructuredText and AsciiDoc become HTML first, and `read_characters` has already
    turned PDF and Word into HTML. HTML becomes blocks joined by blank lines, with white space
    collapsed. What a site generator adds to Markdown is read as the site shows it (`dialects`).
    `include` returns the content of a file that the text includes, or None. `site` has the values
    of the site's settings by the names that its templates use (`site_values`). Plain text is not
    changed, apart from line ends (all "\\n") and control characters (removed). Front matter is read
    in Markdown and plain text, and is not part of the text.

    The title comes from the front matter, else from `<title>`, else from the first heading of
    level 1. A heading that equals the title stays in the text as a heading block, so that the
    text reads as its author wrote it.

    A dateline ("LONDON, 3 March 2025 —") at the very start becomes a separate block. Its date
    becomes the date of the article, unless the file gives another.

    The text that is filled in, included, repeated or copied is limited (`growth`); a warning says
    what was left out.

    Raises:
        ArticleError: the front matter is broken, tags are nested too deep, the page asks not to be
        listed, or it only redirects to another page.
    """
    content = clean(content)
    growth = Growth()
    read = (
        _read_plain(content)
        if format == "text"
        else _read_marked(content, format, growth, _bounded(include, growth), site)
    )
    dateline, blocks = _split_dateline(read.text, read.blocks)
    fields = replace(
        read.fields,
        title=read.fields.title or _first_title(read.text, blocks),
        published=read.fields.published or dateline.published,
    )
    links = find_links(read.text, blocks, read.links)
    warnings = read.warnings + growth.warnings()
    place = dateline.place
    return replace(read, blocks=blocks, fields=fields, place=place, links=links, warnings=warnings)


def _read_plain(content: str) -> Parsed:
    from chatbot.formats.plaintext import read_blocks

    values, text = split_front_matter(content)
    fields, warnings = read_fields(values)
    return Parsed(text, read_blocks(text), fields, warnings=warnings)


def _read_marked(
    content: str, format: Format, growth: Growth, include: Include, site: Mapping[str, object]
) -> Parsed:
    page, values, is_own = _read(content, format, growth, include, site)
    fields, warnings = read_fields(values)
    if is_own:
        told, _ = read_fields({"abbreviations": page.fields.get("abbreviations")})
        fields = replace(fields, abbreviations=fields.abbreviations + told.abbreviations)
    elif page.unlisted:
        raise ArticleError(_UNLISTED[page.unlisted], page.unlisted)
    # Invalid metadata that a generator wrote is ignored.
    warnings = warnings if is_own else ()
    return Parsed(page.text, page.blocks, fields, warnings=warnings, links=page.links)


def _read(
    content: str, format: Format, growth: Growth, include: Include, site: Mapping[str, object]
) -> tuple[Page, dict[str, object], bool]:
    """Return a page, its metadata, and whether its author wrote them as front matter."""
    if format in ("html", "pdf", "docx"):
        page, values = _read_page(content, growth, include, site, format == "html")
        return page, {**page.fields, **values}, False
    if format in ("rst", "asciidoc"):
        return (*_read_manual(content, format, growth, include, site), False)
    values, content = split_front_matter(content)
    page = _read_markdown(content, growth, values, include, site, format == "mdx")
    return page, values, True


def _read_page(
    content: str, growth: Growth, include: Include, site: Mapping[str, object], is_page: bool
) -> tuple[Page, dict[str, object]]:
    """Return a page from HTML, and its front matter if it is a template that has one."""
    from chatbot.formats.html import read_html

    values, content = split_front_matter(content) if content[:3] in _MARKS else ({}, content)
    if "{{" in content or "{%" in content:
        from chatbot.formats.dialects.pages import fill_page

        content = fill_page(content, growth, values, include, site)
    return read_html(content, growth, is_page=is_page), values


def _read_manual(
    content: str, format: Format, growth: Growth, include: Include, site: Mapping[str, object]
) -> tuple[Page, dict[str, object]]:
    """Return a page from reStructuredText or AsciiDoc, via HTML, and its metadata."""
    from chatbot.formats.html import read_html

    if format == "rst":
        from chatbot.formats.restructuredtext import read_rst

        content, values = read_rst(content, growth, site)
    else:
        from chatbot.formats.asciidoc import read_asciidoc

        above, content = split_front_matter(content) if content[:3] in _MARKS else ({}, content)
        content, values = read_asciidoc(content, growth, include, site)
        values = {**values, **above}
    return read_html(content, growth), values


def _read_markdown(
    content: str,
    growth: Growth,
    values: dict[str, object],
    include: Include,
    site: Mapping[str, object],
    is_mdx: bool,
) -> Page:
    """Return a page from Markdown; if it has no text, its front matter is the text."""
    from chatbot.formats.markdown import read_markdown

    page = read_markdown(content, growth, values, include, is_mdx, site)
    if not page.text and (content := as_markdown(values)):
        page = read_markdown(content, growth, values, include, is_mdx, site)
    return page


def _bounded(include: Include, growth: Growth) -> Include:
    """Limit `include` to a total size, and remove front matter from what it returns."""

    def take_in(path: str) -> str | None:
        content = include(path) if growth.left >= _FILE else ""
        if content is None or not growth.take("included files", len(content) + _FILE):
            return None
        content = clean(content)
        try:
            return split_front_matter(content)[1]
        except ArticleError:
            return content

    return take_in


def _first_title(text: str, blocks: Sequence[Block]) -> str | None:
    """Return the first heading of level 1, on one line."""
    for block in blocks:
        if block.kind == "heading" and block.level == 1:
            return " ".join(text[block.start : block.end].split())
    return None


def _split_dateline(text: str, blocks: tuple[Block, ...]) -> tuple[Dateline, tuple[Block, ...]]:
    """Return the dateline of the first paragraph, and the blocks with it as a separate block.

    The headline and short lines, such as the author's name, may be above it.
    """
    for number, block in enumerate(blocks[:_LINES_ABOVE]):
        paragraph = text[block.start : block.end]
        dateline = read_dateline(paragraph) if block.kind == "paragraph" else None
        if dateline is None:
            if len(paragraph) > _LINE_LENGTH:
                break
            continue
        cut = [Block("dateline", block.start, block.start + dateline.end)]
        rest = paragraph[dateline.end :].lstrip()
        if rest:
            cut.append(replace(block, start=block.end - len(rest)))
        return dateline, (*blocks[:number], *cut, *blocks[number + 1 :])
    return Dateline(0, None, None), blocks
