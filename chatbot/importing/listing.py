"""Finds where an import begins: a page whose links are followed, or the pages in a sitemap."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from lxml import etree

from chatbot.errors import ChatbotError
from chatbot.importing.addresses import Scope, normal
from chatbot.importing.fetching import Fetcher, FetchError, Response, unpack

PAGES = ("text/html", "application/xhtml+xml")
"""The media types of pages."""

_MAX_SITEMAPS = 50
_MAX_BYTES = 50_000_000  # bytes of a sitemap, as sitemaps.org says
_MAX_ENTRIES = 50_000  # the same


@dataclass(slots=True)
class Beginning:
    """The first addresses to fetch, and the scope of the import."""

    scope: Scope
    pages: list[str]
    page: Response | None = None
    """The page whose links are followed, if it was already fetched."""
    failed: list[str] = field(default_factory=list)
    """A line for each sitemap that could not be read."""


def begin(start: str, scope: Scope, fetcher: Fetcher) -> Beginning:
    """Fetch robots.txt and then `start`, and return where to begin.

    Raises:
        ChatbotError: it cannot be fetched, or is neither a page nor a sitemap with pages.
    """
    try:
        fetcher.heed_robots(scope)
        if not fetcher.is_allowed(start):
            raise FetchError("robots.txt does not let us fetch it")
        answer = fetcher.get(start, lambda address: True, limit=_MAX_BYTES)
        if answer.status != 200:
            raise FetchError(f"the server says {answer.status}")
        if answer.kind in PAGES and len(answer.body) > fetcher.max_bytes:
            raise FetchError(f"is larger than {fetcher.max_bytes:,} bytes")
        if not scope.holds(answer.url):  # redirected from "http:" to "https:", or to "www."
            scope = Scope.of(answer.url)
            fetcher.heed_robots(scope)
        listed = _read(answer)
    except FetchError as error:
        raise ChatbotError(f"{start}: {error}") from error
    if listed is None:
        if answer.kind not in PAGES:
            raise ChatbotError(f"{start}: is {answer.kind}, neither a page nor a sitemap")
        return Beginning(scope, [answer.url], answer)
    beginning = Beginning(scope, [])
    _follow(listed, beginning, fetcher)
    if not beginning.pages:
        raise ChatbotError(f"{start}: lists no page of {scope.origin}{scope.path}")
    return beginning


def _follow(listed: tuple[list[str], list[str]], beginning: Beginning, fetcher: Fetcher) -> None:
    """Add the pages in a sitemap, and in the sitemaps that it lists."""
    scope = beginning.scope
    waiting = deque([listed])
    fetched = 0
    found: dict[str, None] = {}
    while waiting:
        pages, sitemaps = waiting.popleft()
        found |= dict.fromkeys(page for place in pages if (page := normal(place)) is not None)
        for place in sitemaps:
            address = normal(place)
            if address is None or not scope.is_here(address):
                continue
            fetched += 1
            if fetched > _MAX_SITEMAPS:
                beginning.failed.append(f"{address}: is one of more than {_MAX_SITEMAPS} sitemaps")
                break
            try:
                answer = fetcher.get(address, scope.is_here, limit=_MAX_BYTES)
                more = _read(answer) if answer.status == 200 else None
                if more is None:
                    raise FetchError(f"is not a sitemap; the server says {answer.status}")
            except FetchError as error:
                beginning.failed.append(f"{address}: {error}")
            else:
                waiting.append(more)
    beginning.pages = [page for page in found if scope.holds(page)]


def _read(answer: Response) -> tuple[list[str], list[str]] | None:
    if answer.kind in PAGES:
        return None
    body = answer.body
    return read_sitemap(unpack(body, _MAX_BYTES) if body.startswith(b"\x1f\x8b") else body)


def read_sitemap(data: bytes) -> tuple[list[str], list[str]] | None:
    """Return the pages and the other sitemaps that a sitemap lists; None if it is not one."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    if root is None or etree.QName(root).localname not in ("urlset", "sitemapindex"):
        return None
    places = [
        (place.text or "").strip()
        for entry in root[:_MAX_ENTRIES]
        for place in entry
        if isinstance(place.tag, str) and etree.QName(place).localname == "loc"
    ]
    return (places, []) if etree.QName(root).localname == "urlset" else ([], places)
