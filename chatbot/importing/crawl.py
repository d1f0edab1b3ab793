"""Copies the pages of a site into a folder, one after another."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.errors import ArticleError, ChatbotError
from chatbot.importing.addresses import normal
from chatbot.importing.fetching import Fetcher, FetchError, NotTakenError, Response
from chatbot.importing.listing import PAGES, Beginning
from chatbot.importing.pages import StoredPage, read_page, robots_words
from chatbot.importing.state import (
    PageState,
    State,
    delete_page,
    has_file,
    hash_of,
    is_as_written,
    write_page,
    write_state,
)  # fmt: skip

_GONE = (404, 410)
_FAILURES = 10  # after this many failed requests in a row, the site counts as down


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an import."""

    pages: int = 2_000
    page_bytes: int = 5_000_000
    seconds: float = 3_600.0
    pause: float = 1.0
    """Seconds between two requests; robots.txt may ask for more."""


@dataclass(slots=True)
class Imported:
    """The result of an import: how many pages, and a line for each page that is missing."""

    new: int = 0
    changed: int = 0
    same: int = 0
    deleted: int = 0
    left_out: list[str] = field(default_factory=list)
    """Pages that the site does not allow to copy, or that have no text: address and reason."""
    failed: list[str] = field(default_factory=list)
    """Pages that could not be fetched: address and reason. Their old copies are kept."""
    stopped: str = ""
    """Why the import is incomplete, if it is; then pages that it did not reach are kept."""


class Crawl:
    """One import. An address is `waiting` at first, and later in `after` or `gone`."""

    def __init__(
        self,
        beginning: Beginning,
        state: State,
        folder: Path,
        limits: Limits,
        fetcher: Fetcher,
        on_page: Callable[[str], None],
    ) -> None:
        self._scope = beginning.scope
        self._first = beginning.page
        self._follows = beginning.page is not None
        self._start = state.start
        self._before = state.pages
        self._after: dict[str, PageState] = {}
        self._gone: set[str] = set()
        self._folder = folder
        self._limits = limits
        self._fetcher = fetcher
        self._on_page = on_page
        self._waiting: deque[str] = deque()
        self._seen: set[str] = set()
        self._taken = {known.file.lower() for known in state.pages.values()}
        self._published: dict[str, str] = {}
        """For each page that is kept: the address that it states -> where it was fetched."""
        self._done = Imported(failed=list(beginning.failed))
        if beginning.failed:
            self._done.stopped = "a sitemap could not be read"
        self._add(beginning.pages)

    def run(self) -> Imported:
        """Fetch all pages, delete those that are gone, and return the result.

        Raises:
            ChatbotError: the folder cannot be written to.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._fetch_all()
            self._delete()
            known = self._after
        except OSError as error:
            raise ChatbotError(f"{self._folder}: cannot be written: {error.strerror}") from error
        except BaseException:
            # Saved for the next import: what was fetched so far. Nothing was deleted.
            write_state(self._folder, State(self._start, {**self._before, **self._after}))
            raise
        write_state(self._folder, State(self._start, known))
        return self._done

    def _add(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if address not in self._seen and self._scope.holds(address):
                self._seen.add(address)
                self._waiting.append(address)

    def _fetch_all(self) -> None:
        deadline = time.monotonic() + self._limits.seconds
        fetched = failures = 0
        while self._waiting:
            if fetched == self._limits.pages:
                self._done.stopped = f"there are more than {self._limits.pages:,} pages"
            elif time.monotonic() > deadline:
                self._done.stopped = f"it took longer than {self._limits.seconds / 60:g} minutes"
            elif failures == _FAILURES:
                self._done.stopped = f"{_FAILURES} requests in a row failed"
            else:
                fetched += 1
                failures = 0 if self._fetch(self._waiting.popleft()) else failures + 1
                continue
            break

    def _fetch(self, address: str) -> bool:
        """Fetch and store one page, or note why not stored; return whether the server answered."""
        if not self._fetcher.is_allowed(address):
            self._leave_out(address, "robots.txt does not let us fetch it")
            return True
        self._on_page(address)
        known = self._before.get(address)
        fresh = known is None or (known.file and not has_file(self._folder, known.file))
        try:
            answer, self._first = self._first, None
            if answer is None:
                etag, modified = ("", "") if fresh or not known else (known.etag, known.modified)
                answer = self._fetcher.get(address, self._scope.holds, etag, modified)
            if answer.url != address and answer.url in self._seen:
                return True  # it will be fetched at its own address
            self._seen.add(answer.url)
            self._take(answer.url, answer)
        except (NotTakenError, ArticleError) as error:
            self._leave_out(address, str(error))
        except FetchError as error:
            self._fail(address, str(error))
            return False
        return True

    def _take(self, address: str, answer: Response) -> None:
        known = self._before.get(address)
        if answer.status == 304 and known:
            self._keep_as_before(address, known)
        elif answer.status in _GONE:
            self._leave_out(address, f"the server says {answer.status}")
        elif answer.status != 200:
            raise FetchError(f"the server says {answer.status}")
        elif answer.kind not in PAGES:
            self._leave_out(address, f"is {answer.kind}, no page")
        else:
            charset = answer.headers.get_content_charset()
            page = read_page(answer.body, address, charset, self._scope)
            if page is None:
                self._leave_out(address, "is empty")
            else:
                self._take_page(address, page, answer)

    def _keep_as_before(self, address: str, known: PageState) -> None:
        self._after[address] = known
        if known.file:
            self._done.same += 1
        if self._follows:
            self._add(known.links)

    def _take_page(self, address: str, page: StoredPage, answer: Response) -> None:
        headers = answer.headers
        robots = page.robots | robots_words(",".join(headers.get_all("X-Robots-Tag") or []))
        if self._follows and "nofollow" not in robots:
            self._add(page.links)
        known = PageState(
            "", "", headers.get("ETag") or "", headers.get("Last-Modified") or "", [*page.links]
        )
        other = self._published.setdefault(normal(page.address) or address, address)
        if "noindex" in robots:
            self._leave_out(address, "says that search engines must not list it", known)
        elif page.is_stub:
            self._leave_out(address, "only redirects to another page", known)
        elif other != address:
            self._leave_out(address, f"says that it is the page {page.address}")
        else:
            self._write(address, page, known)

    def _write(self, address: str, page: StoredPage, known: PageState) -> None:
        before = self._before.get(address)
        known.file = before.file if before and before.file else self._name(address)
        known.hash = hash_of(page.content)
        self._after[address] = known
        if before is None or not before.file:
            self._done.new += 1
        elif known.hash == before.hash and has_file(self._folder, known.file):
            self._done.same += 1
            return
        else:
            self._done.changed += 1
        write_page(self._folder, known.file, page.content)

    def _name(self, address: str) -> str:
        file = self._scope.file(address, self._taken)
        self._taken.add(file.lower())
        return file

    def _leave_out(self, address: str, reason: str, known: PageState | None = None) -> None:
        """Note why a page is not stored; a `known` page is only fetched again if it has changed."""
        self._done.left_out.append(f"{address}: {reason}")
        self._gone.add(address)
        if known:
            self._after[address] = known

    def _fail(self, address: str, reason: str) -> None:
        """Keep the old copy of a page that cannot be fetched today."""
        self._done.failed.append(f"{address}: {reason}")
        if known := self._before.get(address):
            self._after[address] = known
            if self._follows:
                self._add(known.links)

    def _delete(self) -> None:
        """Delete the pages that are gone; after an incomplete import, only those surely gone."""
        files = {known.file for known in self._after.values()}
        for address, known in self._before.items():
            if self._done.stopped and address not in self._gone:
                self._after.setdefault(address, known)
            elif known.file and known.file not in files and has_file(self._folder, known.file):
                if is_as_written(self._folder, known):
                    delete_page(self._folder, known.file)
                    self._done.deleted += 1
                else:
                    self._done.left_out.append(
                        f"{address}: is gone; {known.file} was changed by hand and is kept"
                    )
