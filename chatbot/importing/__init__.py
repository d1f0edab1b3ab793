"""A live site to a folder of pages, and what changed on it since: `chatbot import`.

addresses   which addresses belong to it, and in which file each page is kept
fetching    one request at a time, within bounds, as robots.txt allows
listing     where to begin: a page, or what a sitemap lists
pages       what is kept of a page, and where it leads
state       what was imported before
crawl       all of it together
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from chatbot.importing.addresses import Scope, normal
from chatbot.importing.crawl import Crawl, Imported, Limits
from chatbot.importing.fetching import Fetcher
from chatbot.importing.listing import begin
from chatbot.importing.state import read_state

__all__ = ["Imported", "Limits", "import_site"]


def import_site(
    start: str,
    folder: Path,
    limits: Limits,
    on_page: Callable[[str], None] = lambda address: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Imported:
    """Bring the pages of a site into `folder`, or up to date there, and return what came of it.

    `start` is a sitemap, or a page: then the pages below its folder are taken that it leads to.
    `on_page` is called with each address before it is fetched.

    Raises:
        ChatbotError: `start` cannot be fetched or is no page, robots.txt does not allow it, or
            the folder holds something else or cannot be written to.
    """
    scope = Scope.of(start)
    state = read_state(folder, start)
    fetcher = Fetcher(limits.pause, limits.page_bytes, sleep)
    beginning = begin(normal(start) or start, scope, fetcher)
    return Crawl(beginning, state, folder, limits, fetcher, on_page).run()
