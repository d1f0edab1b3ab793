"""Decides which addresses of a site belong to an import, and names the file of each page."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from chatbot.errors import ChatbotError

_PORTS = {"http": 80, "https": 443}
_PAGES = ("text/html", "application/xhtml+xml")
_SAFE = "/%!$&'()*+,;=:@~-._?"  # characters that stay unchanged in an address
_UNSAFE = re.compile(r"[^\w.-]+")
_MAX_NAME = 80  # characters of a folder's or file's name, at most
_MAX_DEPTH = 10  # folders


def normal(address: str, base: str = "") -> str | None:
    """Return an http or https address in its normal form, without fragment; None for other schemes.

    `base` is the address of the page on which it was found.
    """
    try:
        parts = urlsplit(urljoin(base, address.strip()))
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    if any(part in (".", "..") for part in unquote(parts.path).split("/")):
        return None  # it would leave the folder of the import
    path, query = (quote(part, safe=_SAFE) for part in (parts.path or "/", parts.query))
    return urlunsplit((parts.scheme, place, path, query, ""))


@dataclass(frozen=True, slots=True)
class Scope:
    """The pages to import: those of one host below one path."""

    origin: str
    """Scheme, host and port: "https://example.org"."""
    path: str
    """It ends with a slash."""

    @classmethod
    def of(cls, start: str) -> Scope:
        """Return the scope below the folder of a page.

        Raises:
            ChatbotError: `start` is not an http or https address.
        """
        address = normal(start)
        if address is None:
            raise ChatbotError(f"must be an http or https address, not {start[:80]!r}")
        parts = urlsplit(address)
        folder = parts.path[: parts.path.rindex("/") + 1]
        return cls(urlunsplit((parts.scheme, parts.netloc, "", "", "")), folder)

    def holds(self, address: str) -> bool:
        """Return whether an address in its `normal` form belongs to the import."""
        return self.is_here(address) and urlsplit(address).path.startswith(self.path)

    def is_here(self, address: str) -> bool:
        """Return whether an address is on this host."""
        parts = urlsplit(address)
        return urlunsplit((parts.scheme, parts.netloc, "", "", "")) == self.origin

    def may_be_page(self, address: str) -> bool:
        """Return whether to follow a link: it is in the import, and no image, archive or search."""
        parts = urlsplit(address)
        kind, _ = mimetypes.guess_type(parts.path)
        return self.holds(address) and not parts.query and (kind is None or kind in _PAGES)

    def file(self, address: str, taken: Collection[str]) -> str:
        """Return the name of the file for a page, relative to the folder of the import.

        If "/help/" is imported, the file of "https://example.org/help/a/" is "a/index.html".
        `taken` are the files of other pages, in lower case.
        """
        parts = urlsplit(address)
        path = unquote(parts.path)
        path = path.removeprefix(self.path) if path.startswith(self.path) else path.lstrip("/")
        *folders, name = path.split("/")
        stem, dot, suffix = name.rpartition(".")
        if not dot or suffix.lower() not in ("html", "htm", "xhtml"):
            stem = name
        names = [_safe(folder) for folder in folders if folder] + [_safe(stem or "index")]
        mark = hashlib.sha256(address.encode()).hexdigest()[:8]
        if len(names) > _MAX_DEPTH:
            names = [*names[: _MAX_DEPTH - 1], mark]
        found = "/".join(names) + ".html"
        if parts.query or found.lower() in taken:
            found = f"{found.removesuffix('.html')}-{mark}.html"
        return found


def _safe(name: str) -> str:
    """Return a file name that every system allows and that is not hidden."""
    return _UNSAFE.sub("-", name)[:_MAX_NAME].strip(".-") or "page"
