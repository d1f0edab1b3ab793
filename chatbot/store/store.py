"""Stores turns and ratings in a database: SQLite or PostgreSQL.

Every method writes before it returns; `keeper` calls it in a thread, so that no answer waits. The
numbered files in `migrations` create and update the tables.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chatbot.errors import StoreError
from chatbot.store.database import IDENTITY, SECONDS, engine, identity, migrate
from chatbot.store.turns import KeptTurn, Near, Rating
from chatbot.types import Turn

MIGRATIONS = Path(__file__).parent / "migrations"

KEPT = tuple(field.name for field in fields(KeptTurn) if field.name != "rating")

TURNS = sa.table(
    "turns",
    *map(sa.column, KEPT),
    sa.column("helpful", sa.Boolean),
    sa.column("rating_reason"),
    sa.column("rating_note"),
)
ROWS = 500
"""This many turns are read from the database at once."""


class Store:
    """The turns in the database at `url`; creates missing tables.

    Every method raises `StoreError` if the database is gone, full, locked or of another program.
    """

    def __init__(self, url: str, migrations: Path = MIGRATIONS) -> None:
        try:
            self._engine = engine(url)
        except ImportError as error:
            raise StoreError('store.url: PostgreSQL needs the extra "postgres"') from error
        except (sa.exc.SQLAlchemyError, ValueError) as error:  # ValueError: of the port
            raise StoreError(f"store.url: {error}", "store.url is wrong") from error
        is_file = self._engine.dialect.name == "sqlite"
        self._file = str(self._engine.url.database) if is_file else None
        try:
            with self._connected() as connection:
                # Somebody may have deleted the old file meanwhile; then this is a new one.
                opened = connection.info.get(IDENTITY)
                migrate(connection, migrations)
        except StoreError:
            self._engine.dispose()
            raise
        if self._file:
            self._opened = opened, identity(f"{self._file}-wal")

    def keep(self, turn: KeptTurn) -> None:
        """Store a turn."""
        with self._connected() as connection:
            connection.execute(sa.insert(TURNS).values(_row(turn)))

    def history(self, conversation: str, limit: int) -> tuple[Turn, ...]:
        """Return the last `limit` turns of a conversation, oldest first; none if unknown."""
        newest = (
            sa.select(TURNS.c.question, TURNS.c.quote, TURNS.c.highlight)
            .where(TURNS.c.conversation == conversation)
            .order_by(TURNS.c.asked.desc())
            .limit(limit)
        )
        with self._connected() as connection:
            rows = connection.execute(newest).all()
        return tuple(Turn(*row) for row in reversed(rows))

    def rate(self, answer: str, rating: Rating) -> bool:
        """Set or replace the rating of an answer; return whether the answer exists."""
        values = {
            "helpful": rating.helpful,
            "rating_reason": _storable(rating.reason),
            "rating_note": _storable(rating.note),
        }
        with self._connected() as connection:
            changed = connection.execute(
                sa.update(TURNS).where(TURNS.c.id == answer).values(values)
            )
            return changed.rowcount > 0

    def turns(self, since: datetime | None = None, limit: int | None = None) -> Iterator[KeptTurn]:
        """Yield the turns asked at `since` or later, or all, oldest first.

        With a `limit`, yield only the newest ones.
        """
        chosen = sa.select(TURNS).order_by(TURNS.c.asked, TURNS.c.id)
        if since:
            chosen = chosen.where(TURNS.c.asked >= _time(since))
        if limit:
            newest = sa.select(TURNS.c.asked).order_by(TURNS.c.asked.desc()).offset(limit).limit(1)
            first = sa.func.coalesce(newest.scalar_subquery(), "")
            chosen = chosen.where(TURNS.c.asked > first)
        with self._connected() as connection:
            rows = connection.execution_options(yield_per=ROWS).execute(chosen)
            yield from map(_turn, rows.mappings())

    def purge(self, before: datetime) -> int:
        """Delete the turns asked before a time, with their ratings; return how many."""
        return self._delete(TURNS.c.asked < _time(before))

    def forget(
        self, conversation: str | None = None, question: str | None = None, every: bool = False
    ) -> int:
        """Delete the turns of a conversation, those with certain words, or all; return how many.

        `question` is searched in the question as typed and as understood, and in the notes.
        """
        if every:
            return self._delete(sa.true())
        if question:
            said = (TURNS.c.question, TURNS.c.understood_as, TURNS.c.rating_note)
            texts = [sa.cast(column, sa.Text) for column in said]
            return self._delete(sa.or_(*(t.icontains(question, autoescape=True) for t in texts)))
        return self._delete(TURNS.c.conversation == conversation)

    def trim(self, max_bytes: int) -> int:
        """Delete the oldest turns until the rest fits; return how many."""
        gone = 0
        while (used := self._used()) > max_bytes:
            with self._connected() as connection:
                number = connection.execute(sa.select(sa.func.count()).select_from(TURNS)).scalar()
            if not number:
                break
            # A little more than necessary, so that the next turns need no trimming.
            share = max(0.1, 1 - 0.9 * max_bytes / used)
            oldest = sa.select(TURNS.c.id).order_by(TURNS.c.asked).limit(math.ceil(share * number))
            gone += self._delete(TURNS.c.id.in_(oldest.scalar_subquery()))
        if gone:
            self._vacuum()
        return gone

    @property
    def is_moved(self) -> bool:
        """Whether the SQLite file that was opened has been deleted or replaced."""
        if self._file is None:
            return False
        return self._opened[0] is None or identity(self._file) != self._opened[0]

    def close(self) -> None:
        """Close the connections."""
        moved = self.is_moved
        self._engine.dispose()
        if moved and self._file:
            # The log has changes that SQLite had not yet copied to the deleted file. They must not
            # be copied to another database of this name.
            log = f"{self._file}-wal"
            if identity(log) in (None, self._opened[1]):
                for path in (log, f"{self._file}-shm"):
                    Path(path).unlink(missing_ok=True)

    def _delete(self, chosen: sa.ColumnElement[bool]) -> int:
        """Delete the `chosen` turns, also from the files; return how many."""
        with self._connected() as connection:
            gone = connection.execute(sa.delete(TURNS).where(chosen)).rowcount
        if gone:
            self._empty_log()
        return gone

    def _vacuum(self) -> None:
        """Give the space of deleted turns back to the disk."""
        self._run("VACUUM")
        self._empty_log()

    def _empty_log(self) -> None:
        """Copy and empty SQLite's write-ahead log, which still has the deleted turns.

        SQLite cannot do this while another process reads, so it waits as for any other lock.
        """
        end = time.monotonic() + SECONDS
        while self._run("PRAGMA wal_checkpoint(TRUNCATE)") and time.monotonic() < end:
            time.sleep(0.05)

    def _run(self, statement: str) -> bool:
        """Run a SQLite statement outside a transaction; return whether it must wait.

        SQLite says so in the first number of the result, if there is one.
        """
        if not self._file:
            return False
        with self._connected(isolation_level="AUTOCOMMIT") as connection:
            done = connection.exec_driver_sql(statement)
            return bool(done.returns_rows and done.one()[0])

    def _used(self) -> int:
        """Return how many bytes the turns take."""
        with self._connected() as connection:
            if self._file:
                pages = "pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
                every, free, size = connection.exec_driver_sql(f"SELECT * FROM {pages}").one()
                return int((every - free) * size)
            rows = sa.text("SELECT coalesce(sum(pg_column_size(t)), 0) FROM turns t")
            return int(connection.execute(rows).scalar_one())
        """Close the connections."""
        self._engine.dispose()

    @contextmanager
    def _connected(self, **options: Any) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction: all its changes are made, or none."""
        try:
            with self._engine.execution_options(**options).begin() as connection:
                yield connection
        except (sa.exc.SQLAlchemyError, OSError) as error:
            # The error itself is not used: it may quote the statement, and so the visitor's words.
            cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            if isinstance(error, OSError):  # its text would contain the path
                raise StoreError(f"{self._engine.url}: {cause}", error.strerror) from error
            raise StoreError(f"{self._engine.url}: {cause}", cause) from error


def _row(turn: KeptTurn) -> dict[str, Any]:
    """Return a turn as a row of the database."""
    return {name: _storable(getattr(turn, name)) for name in KEPT} | {
        "asked": _time(turn.asked),
        "near": json.dumps([astuple(near) for near in turn.near]),
        "unknown_words": json.dumps(turn.unknown_words),
        "helpful": turn.rating.helpful if turn.rating else None,
        "rating_reason": _storable(turn.rating.reason) if turn.rating else None,
        "rating_note": _storable(turn.rating.note) if turn.rating else None,
    }


def _turn(row: Any) -> KeptTurn:
    """Return the turn of a row."""
    values = dict(row)
    helpful, reason, note = (
        values.pop(name) for name in ("helpful", "rating_reason", "rating_note")
    )
    return KeptTurn(
        **values
        | {
            "asked": datetime.fromisoformat(values["asked"]),
            "near": tuple(Near(*near) for near in json.loads(values["near"])),
            "unknown_words": tuple(json.loads(values["unknown_words"])),
            "rating": None if helpful is None else Rating(helpful, reason, note),
        }
    )


def _time(when: datetime) -> str:
    """Return a time as text that sorts, the same in every database."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def _storable(value: Any) -> Any:
    """Return a text without characters that databases refuse: NUL and lone surrogates."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
