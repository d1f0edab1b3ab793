"""Sends HTTP requests, one at a time, with limits, as the site's robots.txt allows."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin

from protego import Protego

from chatbot import __version__
from chatbot.errors import ChatbotError
from chatbot.importing.addresses import Scope, normal

AGENT = "article-chat"
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 503)
_MAX_REDIRECTS = 5
_MAX_ROBOTS = 500_000  # bytes, as RFC 9309 requires
_MAX_WAIT = 60.0  # seconds that a server may ask us to wait
_SECONDS = 20.0  # how long to wait for the next byte
_PAGE_SECONDS = 60.0  # how long a whole page may take
_CHUNK = 65_536


class FetchError(ChatbotError):
    """An address could not be fetched; the message says why, without the address."""


class NotTakenError(FetchError):
    """The page is not fetched: it is too large, or redirects out of the import."""


@dataclass(frozen=True, slots=True)
class Response:
    """The response of an address, after redirects."""

    url: str
    """The address after the last redirect."""
    status: int
    headers: Message
    body: bytes

    @property
    def kind(self) -> str:
        """The media type: "text/html"."""
        return str(self.headers.get_content_type())


class Fetcher:
    """Fetches from one host, with a pause before each request but the first.

    It uses only http and https, and reads at most `max_bytes` of a response.
    """

    def __init__(
        self,
        pause: float,
        max_bytes: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.pause = pause
        self.max_bytes = max_bytes
        self._sleep = sleep
        self._asked = False
        self._robots: Protego | None = None
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
        ):
            self._opener.add_handler(handler)

    def heed_robots(self, scope: Scope) -> None:
        """Read the robots.txt of a host and obey it from now on, including its pause.

        Raises:
            FetchError: robots.txt may exist but cannot be read, so nothing may be fetched.
        """
        self._robots = None
        address = f"{scope.origin}/robots.txt"
        answer = self.get(address, lambda url: normal(url) is not None, limit=_MAX_ROBOTS)
        if answer.status >= 500 or answer.status in _BUSY:
            raise FetchError(f"robots.txt cannot be read: the server says {answer.status}")
        text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
        self._robots = Protego.parse(text)
        self.pause = max(self.pause, min(self._robots.crawl_delay(AGENT) or 0.0, _MAX_WAIT))

    def is_allowed(self, address: str) -> bool:
        """Return whether robots.txt allows an address to be fetched."""
        return self._robots is None or bool(self._robots.can_fetch(address, AGENT))

    def get(
        self,
        address: str,
        follow: Callable[[str], bool],
        etag: str = "",
        modified: str = "",
        limit: int = 0,
    ) -> Response:
        """Return the response of an address, whatever its type and status.

        `follow` decides whether to follow a redirect to an address. With the `etag` or `modified`
        of an earlier response, the status is 304 if nothing has changed. `limit`, in bytes,
        replaces `max_bytes`; a longer response is cut off.

        Raises:
            FetchError: the server cannot be reached, sends too much or too slowly, redirects too
            often, or redirects to an address that may not be fetched.
        """
        headers = {"User-Agent": f"{AGENT}/{__version__}", "Accept-Encoding": "identity"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        waited = False
        for _ in range(_MAX_REDIRECTS + 2):
            answer = self._ask(address, headers, limit)
            if answer.status in _BUSY and not waited:
                waited = True
                self._sleep(_seconds(answer.headers.get("Retry-After")))
                continue
            if answer.status not in _REDIRECTS:
                return answer
            location = normal(urljoin(address, answer.headers.get("Location") or ""))
            if location is None or not follow(location):
                raise NotTakenError(
                    f"redirects to {location or 'no address'}, outside of the import"
                )
            if not self.is_allowed(location):
                raise NotTakenError("redirects to an address that robots.txt does not let us fetch")
            address = location
        raise FetchError(f"redirects more than {_MAX_REDIRECTS} times")

    def _ask(self, address: str, headers: dict[str, str], limit: int) -> Response:
        if self._asked:
            self._sleep(self.pause)
        self._asked = True
        request = urllib.request.Request(address, headers=headers)
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                body = _read(answer, limit or self.max_bytes, bool(limit))
                if answer.headers.get("Content-Encoding") in ("gzip", "x-gzip"):
                    body = unpack(body, limit or self.max_bytes)
                return Response(address, answer.status, answer.headers, body)
        except urllib.error.URLError as error:
            raise FetchError(f"cannot be reached: {error.reason}") from error
        except (OSError, http.client.HTTPException) as error:
            raise FetchError(f"cannot be reached: {error or type(error).__name__}") from error


def unpack(data: bytes, limit: int) -> bytes:
    """Return the decompressed content of gzip data.

    Raises:
        FetchError: it is damaged, or larger than `limit` bytes.
    """
    packed = zlib.decompressobj(wbits=31)
    try:
        body = packed.decompress(data, limit)
    except zlib.error as error:
        raise FetchError("is broken: it says that it is compressed by gzip, but is not") from error
    if packed.unconsumed_tail:
        raise NotTakenError(f"is larger than {limit:,} bytes")
    return body


def _read(answer: http.client.HTTPResponse, limit: int, cut: bool) -> bytes:
    body = bytearray()
    deadline = time.monotonic() + _PAGE_SECONDS
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > limit:
            if cut:
                return bytes(body[:limit])
            raise NotTakenError(f"is larger than {limit:,} bytes")
        if time.monotonic() > deadline:
            raise FetchError(f"takes longer than {_PAGE_SECONDS:.0f} seconds")
    return bytes(body)


def _seconds(value: str | None) -> float:
    """Return how many seconds a busy server asks clients to wait, or a default."""
    return min(float(value), _MAX_WAIT) if value and value.isdecimal() else 5.0
