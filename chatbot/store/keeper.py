"""Stores turns without delaying answers: only a separate thread uses the database.

Turns wait in a queue, in order, so that a conversation always includes its last turn. If the
database fails, or somebody deletes or replaces its file, it is opened again after a while. Until
then, answers continue; only the unsaved turns are lost, and the log says so. The last turns of each
conversation are also kept in memory, so that follow-up questions still work.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from chatbot import config
from chatbot.errors import StoreError
from chatbot.store.latest import Latest
from chatbot.store.masking import masked_rating, masked_turn
from chatbot.store.turns import Condition, KeptTurn, Rating
from chatbot.types import Turn

if TYPE_CHECKING:
    from chatbot.store.store import Store

READ_BACK = 20
"""At most this many turns of a conversation are remembered."""

WAITING = 1000
"""At most this many turns wait to be written; more are lost."""

TRIMMED = 200
"""The space is checked whenever this many turns have been written."""

# In seconds:
PATIENCE = 2.0  # the longest time that a rating waits for the store
MOMENT = (
    0.1  # the longest time that an answer waits; while the store is slower, later ones do not wait
)
REST = 5.0  # pause after a failure of the store
DRAINING = 10.0  # the longest time for writing the waiting turns at the end
HOUR = 3600.0
DAY = 24 * HOUR

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Keeper:
    """Stores turns in the place and for the time that `settings` say.

    Opening the database is slow (the library alone takes 0.25 s), so the thread also does that.
    """

    def __init__(
        self, settings: config.StoreSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._store: Store | None = None
        self._resting_until = self._purge_at = clock()
        self._trim_in = 0
        self._lost = self._lost_in_all = 0
        self._wrong: str | None = None
        self._began: float | None = None
        self._latest = Latest(READ_BACK)
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()
        self._submit(lambda store: None)  # so that an error is in the log at once

    @property
    def condition(self) -> Condition:
        """The state of the store now."""
        wrong = "the store takes too long" if self._busy_for() > PATIENCE else self._wrong
        return Condition("failing" if wrong else "ok", wrong, self._lost_in_all)

    def keep(self, turn: KeptTurn) -> None:
        """Have `turn` written, and wait a moment for that.

        So if the process is killed, its turns are stored, unless the database is slow.
        """
        turn = masked_turn(turn) if self._settings.mask else turn
        asked = self._latest.add(turn)
        if asked is None:  # the visitor deleted the conversation while this was being answered
            return
        turn = replace(turn, asked=asked)
        kept = self._submit(lambda store: self._write(store, turn))
        kept.add_done_callback(self._count)
        wait([kept], 0 if self._is_slow else MOMENT)

    def history(self, conversation: str) -> tuple[Turn, ...]:
        """Return the last turns of a conversation, oldest first; none if it is unknown.

        If the store is slow or fails, they come from memory.
        """
        remembered = self._latest.of(conversation)
        try:
            if self._is_slow:
                return remembered
            kept = self._wait(lambda store: store.history(conversation, READ_BACK), MOMENT)
        except StoreError:
            return remembered
        if remembered and not kept:
            self._latest.drop(conversation)  # it was deleted from the command line
        return kept

    def forget(self, conversation: str) -> None:
        """Delete a conversation, including turns that are not written yet.

        Raises:
            StoreError: the store fails, or takes too long.
        """
        self._latest.forget(conversation)
        self._wait(lambda store: store.forget(conversation))

    def rate(self, answer: str, rating: Rating) -> bool:
        """Set or replace the rating of an answer; return whether the answer exists.

        Raises:
            StoreError: the store fails, or takes too long.
        """
        if self._busy_for() > PATIENCE:
            raise StoreError("the store takes too long")
        rating = masked_rating(rating) if self._settings.mask else rating
        return self._wait(lambda store: store.rate(answer, rating))

    def turns(self, since: datetime | None = None, limit: int | None = None) -> Iterator[KeptTurn]:
        """Yield the turns stored at `since` or later, oldest first; at most the newest `limit`.

        Raises:
            StoreError: the store fails, or takes too long.
        """
        # Read here, not in the thread, for which other jobs wait: it may take a while.
        return self._wait(lambda store: store).turns(since, limit)

    def close(self) -> None:
        """Write the waiting turns, and close the store."""
        try:
            self._jobs.put(None, timeout=DRAINING)
            self._thread.join(DRAINING)
        except queue.Full:
            pass
        if self._thread.is_alive():
            _log.warning("the store takes too long: about %d turns lost", self._jobs.qsize())

    def _submit(self, job: Callable[[Store], _T]) -> Future[_T]:
        """Have the thread do `job` after all earlier jobs."""
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

    @property
    def _is_slow(self) -> bool:
        """Whether the current job has taken longer than an answer may wait."""
        return self._busy_for() > MOMENT

    def _busy_for(self) -> float:
        """Return how many seconds the current job has taken so far."""
        began = self._began
        return 0.0 if began is None else self._clock() - began

    def _wait(self, job: Callable[[Store], _T], patience: float | None = None) -> _T:
        """Return the result of `job`, if it comes in time."""
        future = self._submit(job)
        try:
            return future.result(PATIENCE if patience is None else patience)
        except TimeoutError as error:
            future.cancel()
            _log.warning("the store takes too long: a conversation or a rating was left out")
            raise StoreError("the store takes too long") from error

    def _run(self) -> None:
        """Do the jobs in order; delete old data from time to time."""
        while True:
            try:
                run = self._jobs.get(timeout=HOUR)
            except queue.Empty:
                self._submit(lambda store: None)
                continue
            if run is None:
                break
            self._began = self._clock()
            run()
            if self._busy_for() > PATIENCE:
                _log.warning("the store is slow: %d seconds for one turn", self._busy_for())
            self._began = None
        if self._store:
            self._store.close()

    def _do(self, job: Callable[[Store], _T]) -> _T:
        """Return the result of `job`; open the store first if necessary."""
        if self._clock() < self._resting_until:
            raise StoreError("the store failed a moment ago")
        try:
            store = self._store = self._opened()
            if self._clock() >= self._purge_at:
                days = timedelta(days=self._settings.retention_days)
                store.purge(datetime.now(UTC) - days)
                self._purge_at = self._clock() + DAY
            done = job(store)
        except StoreError as error:
            _log.warning("nothing is stored for %d seconds: %s", REST, error)
            self._wrong = error.cause
            self._resting_until = self._clock() + REST
            if self._store:
                self._store.close()
                self._store = None
            raise
        if self._lost:
            _log.warning("the store works again; %d turns were lost", self._lost)
            self._lost = 0
        self._wrong = None
        return done

    def _opened(self) -> Store:
        """Return the store; open it again if its file is gone."""
        from chatbot.store.store import Store

        if self._store and self._store.is_moved:
            _log.warning("the database was deleted or replaced while it was in use; opened again")
            self._store.close()
            self._store = None
        return self._store or Store(self._settings.url)

    def _write(self, store: Store, turn: KeptTurn) -> None:
        """Write a turn; check the space from time to time."""
        store.keep(turn)
        self._trim_in -= 1
        if self._trim_in < 0:
            self._trim_in = TRIMMED
            if gone := store.trim(self._settings.max_mb * 1_000_000):
                _log.warning("store.max_mb is reached: the oldest %d turns were deleted", gone)

    def _count(self, kept: Future[None]) -> None:
        """Count a turn that was lost."""
        if error := kept.exception():
            self._lost += 1
            self._lost_in_all += 1
            if not isinstance(error, StoreError):
                _log.error("a turn was not kept", exc_info=error)
