"""Removes the parts of a page that are for navigation, not for reading.

They are recognised by the purpose of elements (tags, roles, targets of links), so that this works
for any site generator. Class names are used only if there is no other sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from chatbot.formats.headings import HEADINGS, line

_ROLES = frozenset(
    "navigation search banner contentinfo menu menubar dialog alertdialog toolbar tablist"
    " doc-toc doc-pagelist doc-backlink".split()
)
_SILENT = frozenset("nav footer script style noscript iframe template".split())
_KEPT = frozenset("html body main article".split())
_BLOCKS = frozenset("p div section header footer li dd td small span".split())
_EDITING = frozenset("edit _edit blob raw _sources commits new issues".split())
_CODE_MARKS = frozenset("lang linenos lineno line-number ln lnt".split())
_CONSENT = re.compile(r"cookie|consent|gdpr", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:sidebar|breadcrumbs?|navbar|nav|menu|toc|topbar|masthead|pagination|footer"
    r"|skip-?link)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ABOUT = re.compile(  # whole class names, as used by help centres, blogs and wikis
    r"comments-area|comments?-(?:list|section)|commentlist|article-comments|respond"
    r"|(?:jp-)?related-?(?:posts|articles|content|pages)|article-relatives|recent-articles"
    r"|recently-viewed-articles|sharedaddy|social-(?:share|links|icons)|(?:article|post|entry)-share"
    r"|share-(?:buttons|links)|article-votes|article-more-questions|was-this-(?:page-)?helpful"
    r"|(?:page|entry|post|article)-meta(?:data)?|(?:article|post)-author|byline|posted-on"
    r"|author-(?:box|bio)|entry-footer|viewcode-link|greybox",
    re.IGNORECASE,
)
"""Classes of texts about a page or by its visitors: comments, votes, authors, related pages."""
_MAX_TEXT = 5_000  # at most this many characters are left out only because of their links
_MOSTLY = 0.8
_FEW = 3  # a menu has at least this many links
_DIGITS = str.maketrans("", "", "0123456789")

Counts = dict[HtmlElement, tuple[int, int, int]]
"""For each element: its characters, how many of them are in links, and how many links."""


def why_unlisted(root: HtmlElement) -> str:
    """Return the reason why a page must not be found, "noindex" or "redirect"; else ""."""
    for meta in root.iter("meta"):
        says = (meta.get("content") or "").lower()
        if (meta.get("name") or "").lower() == "robots":
            if {"noindex", "none"} & {word.strip() for word in says.split(",")}:
                return "noindex"
        elif (meta.get("http-equiv") or "").lower() == "refresh":
            delay, _, address = says.partition(";")
            if address.strip() and delay.strip() in ("", "0"):
                return "redirect"
    return ""


def strip_silent(root: HtmlElement) -> None:
    """Remove what is never part of the text: menus, footers, scripts, styles.

    Metadata for search engines stays.
    """
    _drop(
        root,
        lambda element: element.tag in _SILENT and element.get("type") != "application/ld+json",
    )


def strip(root: HtmlElement) -> None:
    """Remove the navigation of a page.

    Navigation is: menus, breadcrumbs, tables of contents, links to edit the page or to its top,
    link marks of headings, cookie notes, and line numbers of code.
    """
    titled = _around(root, *_KEPT - {"html", "body"}, "h1")
    headed = _around(root, "main", "h1")  # comments may be articles by themselves
    clickable = _around(root, "button", "input")
    _drop(root, lambda element: element not in headed and _is_about(element))
    _drop(root, lambda element: _is_beside(element, titled, clickable))
    _drop_contents(root)
    for link in list(root.iter("a")):
        if link.getparent() is not None:
            _drop_link(link)
    for row in root.iter("tr"):
        _drop_line_numbers(row)


def strip_loose(root: HtmlElement) -> None:
    """Remove side content from a page that does not mark its main text.

    Side content is: blocks with a class such as "sidebar" or "menu", and blocks that are mostly
    links.
    """
    titled = _around(root, *_KEPT - {"html", "body"}, "h1")
    _drop(root, lambda element: element not in titled and bool(_BESIDE.search(_names(element))))
    counts = _count(root, lambda href: bool(href))
    if counts[root][1] > _MOSTLY * counts[root][0]:
        return  # the page consists of links

    def is_menu(element: HtmlElement) -> bool:
        size, linked, links = counts[element]
        return (
            links >= _FEW
            and size <= _MAX_TEXT
            and linked > _MOSTLY * size
            and element not in titled
        )

    _drop(root, is_menu)


def _drop(root: HtmlElement, unwanted: Callable[[HtmlElement], bool]) -> None:
    """Drop the elements in `root` for which `unwanted` is true, the outermost first."""
    found = []
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element is not root and element.tag not in _KEPT and unwanted(element):
            found.append(element)
            walk.skip_subtree()
    for element in found:
        element.drop_tree()


def _around(root: HtmlElement, *tags: str) -> set[HtmlElement]:
    """Return the elements with these tags, and all elements around them."""
    found: set[HtmlElement] = set()
    for element in root.iter(*tags):
        while element is not None and element not in found:
            found.add(element)
            element = element.getparent()
    return found


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _is_beside(element: HtmlElement, titled: set[HtmlElement], clickable: set[HtmlElement]) -> bool:
    if not element.attrib:
        return False
    if element.get("role") in _ROLES or element.get("aria-modal") == "true":
        return element not in titled
    if element.get("data-pagefind-ignore") is not None:
        return element not in titled
    if _CONSENT.search(_names(element)):
        # A cookie note has a button to accept; a text about cookies has none.
        return element in clickable and element not in titled
    # The name of the language beside code, and line numbers in it.
    names = set((element.get("class") or "").split())
    if "toctree-wrapper" in names:  # the menu of a page of Sphinx, within its text
        return True
    return element.tag == "span" and bool(names & _CODE_MARKS) and not _says(element)


def _is_about(element: HtmlElement) -> bool:
    return any(map(_ABOUT.fullmatch, (element.get("class") or "").split()))


def _says(element: HtmlElement) -> bool:
    """Return whether an element has more text than a number or a word."""
    return len(line(element).split()) > 1


def _count(root: HtmlElement, counts: Callable[[str], bool]) -> Counts:
    """Return the counts of all elements; `counts` tells which addresses count as links."""
    found: Counts = {}
    for _, element in etree.iterwalk(root, events=("end",)):
        is_silent = element.tag in ("script", "style", "template")
        size = 0 if is_silent else len((element.text or "").strip())
        linked = links = 0
        for child in element:
            inner = found[child]
            size, linked, links = size + inner[0], linked + inner[1], links + inner[2]
            size += len((child.tail or "").strip())
        if element.tag == "a" and counts(element.get("href") or ""):
            linked, links = size, 1
        found[element] = (size, linked, links)
    return found


# Contents


def _drop_contents(root: HtmlElement) -> None:
    """Drop each list that only has links within this page, together with its title."""
    counts = _count(root, lambda href: href.startswith("#"))
    found = []
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        size, linked, links = counts[element]
        if element.tag in ("ul", "ol") and links > 1 and size == linked:
            found.append(element)
            walk.skip_subtree()
    for contents in found:
        _with_its_title(contents).drop_tree()


def _with_its_title(contents: HtmlElement) -> HtmlElement:
    """Return the element around a list if it has only the list and perhaps a title."""
    for _ in range(3):
        outer = contents.getparent()
        if outer is None or outer.tag not in ("details", "div", "section", "nav", "li", "ul", "ol"):
            break
        beside = [part for part in outer if part is not contents]
        if len(beside) > 1 or any(part.tag == "h1" or not line(part) for part in beside):
            break
        if (outer.text or "").strip() or any((part.tail or "").strip() for part in outer):
            break
        contents = outer
    return contents


# Links


def _drop_link(link: HtmlElement) -> None:
    href, words, parent = link.get("href") or "", line(link), link.getparent()
    if {"prev", "next", "edit"} & set((link.get("rel") or "").lower().split()):
        link.drop_tree()
    elif href.startswith("#") and (parent.tag == "sup" or link.get("role") == "doc-noteref"):
        _drop_note_mark(link)
    elif href.startswith("#"):
        is_mark = words and not any(letter.isalnum() for letter in words)
        if is_mark or _marks_heading(link) or (_is_alone(link) and parent.tag not in ("li", "td")):
            link.drop_tree()
    elif _EDITING & set(_path(href)) and _is_alone(link):
        link.drop_tree()


def _drop_note_mark(link: HtmlElement) -> None:
    """Drop the number of a footnote, and the space before it if none follows."""
    mark = link.getparent() if link.getparent().tag == "sup" else link
    tail = (mark.tail or "")[:1]
    if not tail or not (tail.isalnum() or tail.isspace()):
        before, outer = mark.getprevious(), mark.getparent()
        if before is not None:
            before.tail = (before.tail or "").rstrip()
        else:
            outer.text = (outer.text or "").rstrip()
    link.drop_tree()


def _path(href: str) -> list[str]:
    try:
        return urlsplit(href).path.lower().split("/")
    except ValueError:
        return []


def _marks_heading(link: HtmlElement) -> bool:
    """Return whether a link is the link mark of a heading, beside its words or after it."""
    before, parent = link.getprevious(), link.getparent()
    if parent.tag in HEADINGS:
        return line(parent) != line(link)
    return before is not None and before.tag in HEADINGS and not (before.tail or "").strip()


def _is_alone(link: HtmlElement) -> bool:
    """Return whether a link is the only text of its block."""
    parent, before = link.getparent(), link.getprevious()
    if parent.tag in _KEPT:
        text = parent.text if before is None else before.tail
        return not (text or "").strip() and not (link.tail or "").strip()
    words = line(link)
    return bool(words) and parent.tag in _BLOCKS and line(parent) == words


# Code


def _drop_line_numbers(row: HtmlElement) -> None:
    codes = [code for cell in row for code in cell.iterchildren("pre", "div")]
    if len(codes) < 2:
        return
    for code in codes:
        text = "".join(code.itertext())
        if text.strip() and not text.translate(_DIGITS).strip():
            code.drop_tree()
