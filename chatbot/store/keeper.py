"""Keeps turns without keeping anybody waiting: the store works in a thread of its own.

What is to be written waits in a queue, in order, so that whoever asks for a conversation finds
its last turn. A store that fails is left alone for a while, and then opened anew; until then
what was to be kept is lost, and the log says so. No answer fails or waits because of it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from chatbot import config
from chatbot.errors import StoreError
from chatbot.store.turns import KeptTurn, Rating
from chatbot.types import Turn

if TYPE_CHECKING:
    from chatbot.store.store import Store

READ_BACK = 20
"""How many turns of a conversation are remembered."""

WAITING = 1000
"""How many turns may wait to be written; more are lost."""

# In seconds:
PATIENCE = 2.0  # that an answer or a rating waits for the store, at most
REST = 5.0  # that a store which failed is left alone
DRAINING = 10.0  # that what is waiting may take to be written at the end
HOUR = 3600.0
DAY = 24 * HOUR

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Keeper:
    """Keeps turns in the store that `settings` name, for as many days as they say.

    Opening it takes long (its library alone a quarter of a second), so the thread does that too.
    """

    def __init__(self, settings: config.Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._store: Store | None = None
        self._resting_until = self._purge_at = clock()
        self._lost = 0
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()
        self._submit(lambda store: None)  # so that what is wrong is in the log at once

    def keep(self, turn: KeptTurn) -> None:
        """See to it that `turn` is written."""
        self._submit(lambda store: store.keep(turn)).add_done_callback(self._count)

    def history(self, conversation: str) -> tuple[Turn, ...]:
        """Return the last turns of a conversation, oldest first; none if the store has none."""
        try:
            return self._wait(lambda store: store.history(conversation, READ_BACK))
        except StoreError:
            return ()

    def rate(self, answer: str, rating: Rating) -> bool:
        """Set the rating of an answer, in place of an earlier one; return whether there is such.

        Raises:
            StoreError: the store fails, or takes too long.
        """
        return self._wait(lambda store: store.rate(answer, rating))

    def turns(self, since: datetime | None = None) -> Iterator[KeptTurn]:
        """Yield what was kept at `since` or later, oldest first.

        Raises:
            StoreError: the store fails, or takes too long.
        """
        # Read here, not in the thread: it may take a while, and others wait for that one.
        return self._wait(lambda store: store).turns(since)

    def close(self) -> None:
        """Write what is waiting, and close the store."""
        try:
            self._jobs.put(None, timeout=DRAINING)
            self._thread.join(DRAINING)
        except queue.Full:
            pass
        if self._thread.is_alive():
            _log.warning("the store takes too long: about %d turns lost", self._jobs.qsize())

    def _submit(self, job: Callable[[Store], _T]) -> Future[_T]:
        """Have the thread do `job`, after all that came before."""
        future: Future[_T] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(self._do(job))
                except Exception as error:
                    future.set_exception(error)

        try:
            self._jobs.put_nowait(run)
        except queue.Full:
            future.set_exception(StoreError("too much is waiting to be written"))
        return future

    def _wait(self, job: Callable[[Store], _T]) -> _T:
        """Return what `job` returns, if it does so in time."""
        future = self._submit(job)
        try:
            return future.result(PATIENCE)
        except TimeoutError as error:
            future.cancel()
            _log.warning("the store takes too long: a conversation or a rating was left out")
            raise StoreError("the store takes too long") from error

    def _run(self) -> None:
        """Do what comes; once in a while look for what has grown too old."""
        while True:
            try:
                run = self._jobs.get(timeout=HOUR)
            except queue.Empty:
                self._submit(lambda store: None)
                continue
            if run is None:
                break
            run()
        if self._store:
            self._store.close()

    def _do(self, job: Callable[[Store], _T]) -> _T:
        """Return what `job` does with the store, opened if need be, rid of what is too old."""
        if self._clock() < self._resting_until:
            raise StoreError("the store failed a moment ago")
        try:
            store = self._store = self._store or self._open()
            if self._clock() >= self._purge_at:
                days = timedelta(days=self._settings.retention_days)
                store.purge(datetime.now(UTC) - days)
                self._purge_at = self._clock() + DAY
            done = job(store)
        except StoreError as error:
            _log.warning("nothing is kept for %d seconds: %s", REST, error)
            self._resting_until = self._clock() + REST
            if self._store:
                self._store.close()
                self._store = None
            raise
        if self._lost:
            _log.warning("the store works again; %d turns were not kept", self._lost)
            self._lost = 0
        return done

    def _open(self) -> Store:
        from chatbot.store.store import Store

        return Store(self._settings.url)

    def _count(self, kept: Future[None]) -> None:
        """Count a turn that was not kept."""
        if error := kept.exception():
            self._lost += 1
            if not isinstance(error, StoreError):
                _log.error("a turn was not kept", exc_info=error)
