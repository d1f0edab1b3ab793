"""Finds where the links of an article lead: to a web page, to another article, or nowhere.

No input or output: nothing is fetched to check whether a page exists.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol
from urllib.parse import unquote, urljoin, urlsplit

from chatbot.types import Article

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""The schemes that links may have; others, such as `javascript:`, are left out."""

LONGEST = 2_000
"""The most characters in an address; longer ones are used to carry data."""

_DEEPEST = 20  # how many nested folders are tried
_UNSEEN = re.compile("[\x00-\x1f\x7f]")  # browsers ignore them in an address
_PAGE = re.compile(r"\.html?$")
_INDEXES = frozenset({"index", "_index", "readme"})


class Placed(Protocol):
    """An article, or the part of it that links need."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def source(self) -> str:
        """Its file."""
        ...

    @property
    def url(self) -> str | None:
        """Where it is published."""
        ...


class Links:
    """Knows where the links in the articles of this corpus lead."""

    def __init__(self, articles: Iterable[Placed]) -> None:
        self._files: dict[str, Placed] = {}
        self._names: dict[str, Placed] = {}
        for article in articles:
            self._files.setdefault(article.source, article)
            self._names.setdefault(_name(article.source), article)

    def address(self, article: Article, url: str) -> str | None:
        """Return where `url` in `article` leads; None if visitors must not or cannot go there.

        An absolute address (http, https, mailto, tel) is returned unchanged. A relative one is
        tried in this order: as an article's file; resolved against the address where `article` is
        published, if that is known; as an article's name in the style of site generators, without
        suffix, as a folder, or as ".html". An article without its own address is at
        "/articles/<id>", relative to the service.
        """
        url = _UNSEEN.sub("", url).strip().replace(" ", "%20")
        try:
            parts = urlsplit(url)
            if len(url) > LONGEST:
                return None
            if parts.scheme or parts.netloc:
                return _allowed(url if parts.scheme else f"https:{url}")
            own = web_address(article.url)
            if not parts.path:
                return _allowed(urljoin(own, url)) if own and url else None
            if "{" in unquote(parts.path):  # a template that nobody has filled in
                return None
            found = _first(self._files, _places(article.source, parts.path))
            if not found and own:
                return _allowed(urljoin(own, url))
            if not found:
                found = _first(self._names, map(_name, _places(article.source, parts.path)))
        except ValueError:  # "http://[" is invalid
            return None
        if not found or found.id == article.id:
            return None
        theirs = web_address(found.url)
        if not theirs:
            return f"/articles/{found.id}"
        return urljoin(theirs, f"#{parts.fragment}") if parts.fragment else theirs


def is_allowed(url: str) -> bool:
    """Return whether `url` is relative, or absolute with an allowed scheme."""
    try:
        return urlsplit(_UNSEEN.sub("", url).strip()).scheme in {"", *SCHEMES}
    except ValueError:  # "http://[" is invalid
        return False


def is_of_site(article: Article, url: str) -> bool:
    """Return whether `url` in `article` leads to the article's own site."""
    try:
        parts = urlsplit(url)
        own = urlsplit(article.url or "").netloc
    except ValueError:  # "http://[" is invalid
        return False
    return not parts.scheme if not parts.netloc else parts.netloc == own


def web_address(url: str | None) -> str | None:
    """Return `url` if it is an address for a browser (http, https), else None."""
    try:
        return url if url and urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:  # "http://[" is invalid
        return None


def _allowed(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"}:
        return url if parts.hostname else None
    return url if parts.scheme in SCHEMES and parts.path else None


def _places(source: str, path: str) -> Iterator[str]:
    """Yield the files of the corpus that `path` in the file `source` may mean, likeliest first.

    Any folder above the file may be the root of the site, and generators also resolve relative
    paths there. They may serve "faq/cards.md" as the folder "faq/cards/"; then "../fees" means
    "faq/fees".
    """
    path = unquote(path)
    folders = [posixpath.dirname(source)]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    if path.startswith("/"):
        folders = folders[::-1][:_DEEPEST]
    else:
        folders = [folders[0], posixpath.splitext(source)[0], *folders[1:_DEEPEST]]
    for folder in folders:
        yield posixpath.normpath(posixpath.join(folder, path.lstrip("/")))


def _name(path: str) -> str:
    """Return a path without suffix; for an index page, the path of its folder."""
    path = _PAGE.sub("", path)
    stem, suffix = posixpath.splitext(path)
    # "v1.2" has no suffix.
    path = stem if suffix[1:].isalpha() else path
    folder, name = posixpath.split(path)
    return folder if name.lower() in _INDEXES else path


def _first(articles: Mapping[str, Placed], places: Iterable[str]) -> Placed | None:
    return next((articles[place] for place in places if place in articles), None)
