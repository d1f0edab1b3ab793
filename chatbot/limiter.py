"""Limits how much one address may ask in a minute, and how often it may guess a password.

The library `limits` counts in a moving window, so that the limit holds for any 60 seconds.
"""

from __future__ import annotations

import math
import threading
import time
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MANY = 10_000
"""With more addresses than this, those that asked nothing in the last minute are dropped."""
OF_VISITOR = 64
"""How many bits of an IPv6 address identify a visitor, who can choose the rest (RFC 4291)."""


class Limiter:
    """Counts the requests of each address in the last minute; a limit of 0 means no limit."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._last = time.time()
        self._lock = threading.Lock()

    def wait(self, address: str) -> int:
        """Count a request from `address`; return how many seconds it must wait, or 0.

        A request that must wait is not counted.
        """
        if not self._item:
            return 0
        self._clean()
        visitor = visitor_of(address)
        if self._window.hit(self._item, visitor):
            return 0
        until = self._window.get_window_stats(self._item, visitor).reset_time
        return max(1, math.ceil(until - time.time()))

    def _clean(self) -> None:
        """Drop addresses that are no longer needed.

        If the clock was set back, drop all, since their times would lie in the future.
        """
        with self._lock:
            now = time.time()
            if now < self._last:
                self._storage.reset()
            self._last = now
            if len(self._storage.events) > MANY:
                for key in [key for key, events in self._storage.events.items() if not events]:
                    self._storage.clear(key)


def visitor_of(address: str) -> str:
    """Return the part of an address that identifies a visitor: half of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), OF_VISITOR), strict=False))
