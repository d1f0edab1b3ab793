"""Turns HTML into text and blocks: the text that a visitor of the page reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree, html

from chatbot.errors import ArticleError
from chatbot.formats import (
    boilerplate,
    looks,
    notes,
    panels,
    schema_org,
    tables,
)
from chatbot.formats.encoding import clean
from chatbot.formats.faq_html import mark_questions
from chatbot.formats.footnotes import join_footnotes
from chatbot.formats.growth import Growth
from chatbot.formats.holes import has_holes, leave_out_holes
from chatbot.formats.walk import BLOCKS, Draft, read_drafts
from chatbot.types import Block, Link

_SITE_NAME = re.compile(r"(?<!\s)\s++[-–—|·•»:]++\s++")
_MAX_DEPTH = 1000  # the parser silently stops at 2048; people's pages are far below


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page (blocks joined by blank lines), its blocks, links and metadata."""

    text: str
    blocks: tuple[Block, ...]
    fields: dict[str, object]
    """Unchecked: "title", "url", "published", "lang", "abbreviations", if the page has them."""
    unlisted: str = ""
    """The reason why the page must not be found, "noindex" or "redirect"; else empty."""
    links: tuple[Link, ...] = ()


def read_html(content: str, growth: Growth, is_page: bool = False) -> Page:
    """Return the text of a page.

    That is its `<main>`, else its `<article>`s, else the body. Scripts, navigation, forms, asides,
    page headers and footers, and permanently hidden parts are left out. Text that a click shows is
    placed below the element to click. A `<br>` is a line break; two begin a new block. The cells of
    a table row are joined by " | ", a term and its definition by a colon.

    `is_page` says that it is a whole page. If it does not mark its main text, blocks of links and
    blocks with a class such as "sidebar" are left out.

    Cells, names and addresses that belong in several places are repeated as far as `growth` allows.

    Raises:
        ArticleError: tags are nested more than 1,000 deep.
    """
    root = _parse(content)
    if root is None:
        return Page("", (), {})
    _refuse_depth(root)
    unlisted = boilerplate.why_unlisted(root)
    published = _published(root)
    if has_holes(content):
        leave_out_holes(root, BLOCKS)
    join_footnotes(root, BLOCKS)
    for tidy in (
        boilerplate.strip_silent,
        panels.open_panels,
        boilerplate.strip,
        notes.keep_notes,
        schema_org.head_questions,
        lambda tree: mark_questions(tree, BLOCKS),
        looks.head_looks,
        looks.end_lists,
        lambda tree: tables.square(tree, growth),
    ):
        tidy(root)
    fields = published | _fields(root)
    base = clean(root.xpath("string(//base/@href)"))
    for parts in _candidates(root, is_page):
        drafts = [draft for part in parts for draft in read_drafts(part, base, growth)]
        if any(draft.text for draft in drafts):
            break
    return _page(drafts, fields, unlisted)


def _page(drafts: Sequence[Draft], fields: dict[str, object], unlisted: str) -> Page:
    """Return a page of these blocks, joined by blank lines."""
    blocks: list[Block] = []
    texts: list[str] = []
    links: list[Link] = []
    start = closes = 0
    for kind, level, text, (place, found) in drafts:
        if not text:  # a panel ends here
            closes = min(level, closes or level)
            continue
        closes = 0 if kind == "heading" else closes
        blocks.append(Block(kind, start, start + len(text), level, closes=closes, **place))
        links += [Link(start + at.start, start + at.end, at.url) for at in found]
        texts.append(text)
        start, closes = start + len(text) + len("\n\n"), 0
    return Page("\n\n".join(texts), tuple(blocks), fields, unlisted, tuple(links))


def _parse(content: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    try:
        return html.document_fromstring(content.encode("utf-8"), parser=parser)
    except etree.ParserError:  # it is empty
        return None


def _refuse_depth(root: html.HtmlElement) -> None:
    """Raise `ArticleError` if a page is nested too deep to be read quickly."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _MAX_DEPTH:
            raise ArticleError(f"tags are nested more than {_MAX_DEPTH:,} deep")


def _candidates(root: html.HtmlElement, is_page: bool) -> Iterator[list[html.HtmlElement]]:
    """Yield the elements that may have the text, the best first."""
    main = root.xpath("(//main | //*[@role='main'])[1]")
    if main:
        # If one article has the title, the rest of `<main>` is only about that article.
        articles = main[0].xpath(".//article[not(ancestor::article)]")
        if len(articles) == 1 and articles[0].find(".//h1") is not None:
            yield articles
    yield main
    yield root.xpath("//article[not(ancestor::article)]")
    yield root.xpath("(//*[@itemprop='articleBody'])[1]")
    if is_page:
        boilerplate.strip_loose(root)
    yield [root]


def _fields(root: html.HtmlElement) -> dict[str, object]:
    found = {
        "title": _title(root),
        "url": root.xpath("string(//link[contains(@rel, 'canonical')]/@href)"),
        "lang": root.get("lang"),
    }
    fields: dict[str, object] = {key: clean(str(value)) for key, value in found.items() if value}
    return fields | ({"abbreviations": short} if (short := _abbreviations(root)) else {})


def _published(root: html.HtmlElement) -> dict[str, object]:
    """Return the date of publication; must be called before the date is removed from the page."""
    said = root.xpath("string(//meta[@property='article:published_time']/@content)")
    date = said or root.xpath("string(//time/@datetime)")
    return {"published": clean(str(date))} if date else {}


def _abbreviations(root: html.HtmlElement) -> list[str]:
    """Return the short forms that the page has with their titles: "PTO: paid time off"."""
    found = ((element.text_content(), element.get("title")) for element in root.iter("abbr"))
    return list(dict.fromkeys(clean(f"{a}: {title}") for a, title in found if a.strip() and title))


def _title(root: html.HtmlElement) -> str:
    """Return the `<title>`, without the site's name if the `<h1>` shows which part that is."""
    title = " ".join(root.xpath("string(//head/title)").split())
    heading = " ".join(root.xpath("string(//h1)").split())
    if heading and heading in _SITE_NAME.split(title):
        return heading
    return title or heading
