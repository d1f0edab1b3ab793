"""Prepares a page for storing, and finds its links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from chatbot.formats.encoding import decode
from chatbot.importing.addresses import Scope, normal

_DROPPED = "style noscript iframe template object embed canvas video audio base".split()
_MAX_LINKS = 5_000  # of a page


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it is stored: without scripts and styles, and with its address."""

    content: bytes
    """HTML in UTF-8, with absolute links and `<link rel=canonical>`."""
    address: str
    """The address that the page states, else the one it was fetched from."""
    links: tuple[str, ...]
    """Its links to pages in the import, in order."""
    robots: frozenset[str]
    """Its words for search engines, such as "noindex" and "nofollow"."""
    is_stub: bool
    """Whether it only redirects to another page."""


def read_page(data: bytes, address: str, charset: str | None, scope: Scope) -> StoredPage | None:
    """Return the page that was fetched from `address`; None if it is empty.

    Raises:
        ArticleError: it is not text.
    """
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    content = _characters(data, charset)
    try:
        root = html.document_fromstring(content.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None
    base = normal(root.xpath("string(//base/@href)"), address) or address
    robots = _robots(root)
    refresh = _refresh(root)
    canonical = normal(root.xpath("string(//link[@rel='canonical']/@href)"), base) or address
    links = _links(root, base) if "nofollow" not in robots else []
    stub = normal(refresh, base) if refresh else None
    found = dict.fromkeys(
        link for link in [*filter(None, [stub]), *links] if scope.may_be_page(link)
    )
    _clean(root, base, canonical)
    kept = html.tostring(root, encoding="utf-8", doctype="<!doctype html>")
    return StoredPage(kept, canonical, tuple(found), robots, bool(refresh))


def _characters(data: bytes, charset: str | None) -> str:
    if charset:
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            pass
    return decode(data)[0]


def _robots(root: Any) -> frozenset[str]:
    says = [
        meta.get("content") or ""
        for meta in root.iter("meta")
        if (meta.get("name") or "").lower() == "robots"
    ]
    return robots_words(",".join(says))


def robots_words(text: str) -> frozenset[str]:
    """Return the words for robots, such as "noindex", from `<meta>` and the header X-Robots-Tag."""
    words = {word.strip() for word in text.lower().split(",")}
    return frozenset(words | ({"noindex", "nofollow"} if "none" in words else set()))


def _refresh(root: Any) -> str:
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh":
            delay, _, rest = (meta.get("content") or "").partition(";")
            address = rest.strip()
            if address and delay.strip() in ("", "0"):
                name, equals, value = address.partition("=")
                address = value if equals and name.strip().lower() == "url" else address
                return address.strip().strip("'\"")
    return ""


def _links(root: Any, base: str) -> list[str]:
    found: dict[str, None] = {}
    for link in root.iter("a"):
        href = link.get("href")
        if href and not href.startswith("#") and "nofollow" not in (link.get("rel") or ""):
            if (address := normal(href, base)) is not None:
                found[address] = None
            if len(found) >= _MAX_LINKS:
                break
    return list(found)


def _clean(root: Any, base: str, canonical: str) -> None:
    """Remove the elements of a page that are not read, and add its address."""
    for element in list(root.iter(*_DROPPED, "script", "link", "meta", "path", "g", "use")):
        if element.getparent() is None:
            continue
        if element.tag == "script" and element.get("type") == "application/ld+json":
            continue
        if element.tag == "meta" and (element.get("name") or element.get("property")):
            continue
        element.drop_tree()
    for element in root.iter("a", "img"):
        name = "href" if element.tag == "a" else "src"
        value = element.get(name) or ""
        if value.startswith("data:"):
            element.attrib.pop(name)
        elif value and not value.startswith("#"):
            element.set(name, _absolute(value, base))
    head = root.find("head")
    if head is None:
        head = root.makeelement("head")
        root.insert(0, head)
    head.append(head.makeelement("link", {"rel": "canonical", "href": canonical}))
    head.insert(0, head.makeelement("meta", {"charset": "utf-8"}))


def _absolute(value: str, base: str) -> str:
    """Return a link as an absolute address with its fragment; anything else is unchanged."""
    address = normal(value, base)
    if address is None:
        return value
    _, mark, fragment = value.partition("#")
    return f"{address}{mark}{fragment}"
