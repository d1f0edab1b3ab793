"""`chatbot import`: copies a live site into a folder, and updates the copy.

addresses   decides which addresses belong to the import, and names the file of each page
fetching    sends one request at a time, with limits, as robots.txt allows
listing     finds where to begin: a page, or the pages in a sitemap
pages       prepares a page for storing, and finds its links
state       remembers what was imported before
crawl       runs the whole import
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
    """Copy the pages of a site into `folder`, or update the copy, and return the result.

    `start` is a sitemap or a page; from a page, the links to pages below its folder are followed.
    `on_page` is called with each address before it is fetched.

    Raises:
        ChatbotError: `start` cannot be fetched or is not a page, robots.txt does not allow it, or
            the folder has other files or cannot be written to.
    """
    scope = Scope.of(start)
    state = read_state(folder, start)
    fetcher = Fetcher(limits.pause, limits.page_bytes, sleep)
    beginning = begin(normal(start) or start, scope, fetcher)
    return Crawl(beginning, state, folder, limits, fetcher, on_page).run()
