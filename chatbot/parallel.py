"""Work on many things at once, in processes of their own where there is enough to do."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

WORTH = 500
"""From as many things on, starting processes, each of which takes half a second, is worth it."""
AT_ONCE = 16
_MOST = 8

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")


def each(
    make: Callable[[_Thing], _Made],
    things: Sequence[_Thing],
    workers: int = 1,
    worth: int = WORTH,
    at_once: int = AT_ONCE,
) -> Iterator[_Made]:
    """Yield what `make` returns for each of `things`, in their order, by so many processes.

    They are begun from `worth` things on, and are given `at_once` at a time.

    The processes begin anew and import `make`, so that threads of this one do no harm; whatever
    starts this one must not do so again when it is imported. Where the system lets no process
    begin, or ends one, this one does what is left.
    """
    done = 0
    if workers > 1 and len(things) >= worth:
        try:
            for made in _by_processes(make, things, workers, at_once):
                yield made
                done += 1
        except (OSError, NotImplementedError, BrokenProcessPool):
            pass
    yield from map(make, things[done:])


def _by_processes(
    make: Callable[[_Thing], _Made], things: Sequence[_Thing], workers: int, at_once: int
) -> Iterator[_Made]:
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _ignore_interrupts)
    try:
        yield from pool.map(make, things, chunksize=at_once)
    finally:
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """Return how many processes may run at once here, as far as this is of use."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, _MOST)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits for the results is told
