"""How much one address may ask in a minute, and how often it may guess a password.

Counted by `limits` in a window that moves, so that no minute lets more through.
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
"""From so many addresses on those that asked nothing lately are dropped."""
OF_VISITOR = 64
"""So many bits of an IPv6 address are a visitor's: the rest he chooses himself (RFC 4291)."""


class Limiter:
    """Counts what each address does in the last minute; 0 a minute is no limit."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._last = time.time()
        self._lock = threading.Lock()

    def wait(self, address: str) -> int:
        """Count something from `address`; return in how many seconds it may be done, 0: now.

        What may not be done is not counted.
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
        """Drop what is of no more use, and all where the clock was set back: it would stay."""
        with self._lock:
            now = time.time()
            if now < self._last:
                self._storage.reset()
            self._last = now
            if len(self._storage.events) > MANY:
                for key in [key for key, events in self._storage.events.items() if not events]:
                    self._storage.clear(key)


def visitor_of(address: str) -> str:
    """Return what tells the visitors of two addresses apart: of IPv6 its first half."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), OF_VISITOR), strict=False))
