"""Makes the owner's reports in the service, one at a time, and remembers them for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from chatbot.store.keeper import Keeper
from chatbot.store.report import MOST_TURNS, OwnerReport, owner_report, start_of

FRESH = 60.0
"""A report is remembered for this many seconds."""
REMEMBERED = 4
"""This many reports, on different periods, are remembered."""


class Reports:
    """Makes reports from the turns of a keeper, and remembers them for `FRESH` seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: dict[str, tuple[float, OwnerReport]] = {}
        self._lock = threading.Lock()

    def of(self, keeper: Keeper, since: str = "") -> OwnerReport:
        """Return the report on the last period `since`, such as "7d", or on all time.

        Raises:
            ChatbotError: `since` is not a period such as "7d".
            StoreError: the stored turns cannot be read.
        """
        start = start_of(since, datetime.now(UTC)) if since else None
        with self._lock:
            made, found = self._made.get(since, (0.0, None))
            if found is None or self._clock() - made >= FRESH:
                found = owner_report(keeper.turns(start, MOST_TURNS))
                if len(self._made) >= REMEMBERED:
                    self._made.clear()
                self._made[since] = self._clock(), found
            return found
