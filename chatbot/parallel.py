"""Computes many results at once, in several processes if there is enough to do."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

WORTH = 500
"""Starting processes is worth it for at least this many things; each start takes half a second."""
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
    """Yield the result of `make` for each of `things`, in order, computed by `workers` processes.

    Processes are started if there are at least `worth` things; each gets `at_once` at a time. They
    are started afresh and import `make`, so that they do not copy the threads of this process. The
    main module must do nothing when it is imported, or each process would start others. If the
    system forbids or kills a process, this process does the rest.
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
    """Return how many processes can run at once on this machine with a benefit."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, _MOST)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that waits for the results raises it
