"""How much one address may ask in a minute."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable


class Limiter:
    """Counts the questions of each address, a minute at a time; nothing outlives its minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._since = clock()
        self._lock = threading.Lock()

    def wait(self, address: str) -> int:
        """Count a question from `address`; return in how many seconds it may be asked, 0: now."""
        if not self._per_minute:
            return 0
        with self._lock:
            age = self._clock() - self._since
            if age >= 60:
                self._counts.clear()
                self._since += age
                age = 0
            self._counts[address] += 1
            allowed = self._counts[address] <= self._per_minute
        return 0 if allowed else math.ceil(60 - age)
