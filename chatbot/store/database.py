"""Connects to the database, SQLite or PostgreSQL, and keeps its tables up to date."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chatbot.errors import StoreError

VERSION = sa.table("version", sa.column("number"))

SECONDS = 2
"""How long to wait for a connection or a lock."""

# One process at a time updates the tables. The number can be any that no other program uses.
_ALONE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(7264100931)",
}


IDENTITY = "identity"
"""The key under which a connection has the identity of its file."""


def engine(url: str) -> sa.Engine:
    """Return an engine for the database at `url`."""
    # psycopg is named because SQLAlchemy would use its predecessor, psycopg2.
    address = sa.make_url(url.replace("postgresql://", "postgresql+psycopg://", 1))
    if address.get_backend_name() == "postgresql":
        limits = {
            "connect_timeout": SECONDS,
            "tcp_user_timeout": 1000 * SECONDS,
            "options": f"-c lock_timeout={SECONDS}s -c statement_timeout=30s",
        }
        # Each connection is tested before it is used, so that no turn is lost after a restart.
        return sa.create_engine(
            address, connect_args=limits, pool_pre_ping=True, hide_parameters=True
        )
    engine = sa.create_engine(address, connect_args={"timeout": SECONDS}, hide_parameters=True)
    sa.event.listen(engine, "do_connect", _make_private)
    sa.event.listen(engine, "connect", _set_up)
    return engine


def identity(path: str) -> tuple[int, int] | None:
    """Return the identity of a file on this machine; None if it does not exist."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_private(dialect: object, record: Any, arguments: Sequence[Any], _: object) -> None:
    """Create a missing file so that no other user can read it: SQLite has no passwords."""
    file = os.open(arguments[0], os.O_CREAT, 0o600)
    found = os.fstat(file)
    os.close(file)
    record.info[IDENTITY] = found.st_dev, found.st_ino


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    _wait_for_wal(connection)  # readers do not wait for the writer
    connection.execute("PRAGMA synchronous = NORMAL")  # safe with WAL, without waiting for the disk
    connection.execute("PRAGMA secure_delete = ON")  # deleted data is gone from the file as well


def _wait_for_wal(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL mode; an existing file already has it.

    For this statement alone, SQLite does not wait for locks. So it is repeated here for as long as
    SQLite waits for other locks.
    """
    end = time.monotonic() + SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)


def migrate(connection: sa.Connection, migrations: Path) -> None:
    """Apply all missing migrations, or none if one fails."""
    files = sorted(migrations.glob("*.sql"))
    if _version(connection) == len(files):
        return
    connection.exec_driver_sql(_ALONE[connection.dialect.name])
    version = _version(connection)
    if version > len(files):
        raise StoreError(
            f"{connection.engine.url}: made by a newer version of this program: "
            f"its tables are of version {version}, this one knows up to {len(files)}",
            "made by a newer version of this program",
        )
    if not version:
        connection.exec_driver_sql("CREATE TABLE version (number INTEGER NOT NULL)")
        connection.execute(sa.insert(VERSION).values(number=0))
    for file in files[version:]:
        for statement in file.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    connection.execute(sa.update(VERSION).values(number=len(files)))


def _version(connection: sa.Connection) -> int:
    """Return how many migrations have been applied."""
    if not sa.inspect(connection).has_table(VERSION.name):
        return 0
    return int(connection.execute(sa.select(VERSION.c.number)).scalar_one())
