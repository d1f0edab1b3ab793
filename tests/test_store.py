"""Turns and ratings come back unchanged from the database, and migrations lose none."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
import sqlalchemy
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chatbot.errors import StoreError
from chatbot.store import store as store_module
from chatbot.store.database import migrate
from chatbot.store.store import MIGRATIONS, TURNS, Store
from chatbot.store.turns import KeptTurn, Near, Rating
from chatbot.types import Turn

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)

TURN = KeptTurn(
    id="a_1",
    conversation="c_1",
    asked=NOON,
    question="When is it open?",
    understood_as="When is the library open?",
    status="answered",
    reason=None,
    confidence=0.93,
    article="hours",
    start=4,
    end=40,
    quote="The library is open from nine to six.",
    highlight="nine to six",
    near=(),
    unknown_words=(),
    index="5f0c1b9e22d4a7c3",
)
UNANSWERED = KeptTurn(
    id="a_2",
    conversation="c_2",
    asked=NOON + timedelta(minutes=1),
    question="Who painted “Guernica”?\N{NO-BREAK SPACE}'; DROP TABLE turns; --",
    understood_as=None,
    status="abstained",
    reason="no_match",
    confidence=0.0,
    article=None,
    start=None,
    end=None,
    quote=None,
    highlight=None,
    near=(Near("hours", 0, 60), Near("founder", 3, 9)),
    unknown_words=("painted", "Guernica"),
    index="5f0c1b9e22d4a7c3",
)

# A row of each version's tables, and its values in the current tables.
ROWS = {
    1: """INSERT INTO turns VALUES ('a_1', 'c_1', '2025-03-03T12:00:00.000000+00:00',
          'When is it open?', 'When is the library open?', 'answered', NULL, 0.93, 'hours', 4, 40,
          'The library is open from nine to six.', 'nine to six', '[]', '[]',
          '5f0c1b9e22d4a7c3', TRUE, NULL, 'thanks')""",
}


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    store = Store(url)
    yield store
    store.close()


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement on the database, without the store, and return its rows."""
    connection: sqlite3.Connection | psycopg.Connection
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(url)
    try:
        cursor = connection.cursor()
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
        connection.commit()
        return rows
    finally:
        connection.close()


# Turns


def test_turns_come_back(store: Store) -> None:
    """Stored turns come back unchanged, oldest first."""
    store.keep(UNANSWERED)
    rated = replace(TURN, rating=Rating(False, "outdated", "it’s ten"))
    store.keep(rated)
    assert list(store.turns()) == [rated, UNANSWERED]


def test_turns_since(store: Store) -> None:
    """Turns can be read from a given time on."""
    store.keep(TURN)
    store.keep(UNANSWERED)
    assert list(store.turns(NOON + timedelta(seconds=1))) == [UNANSWERED]
    assert list(store.turns(NOON)) == [TURN, UNANSWERED]


@given(st.text(st.characters()))
@hypothesis_settings(max_examples=30)
def test_any_text_is_kept(text: str) -> None:
    """Any text is stored; characters that databases refuse, such as NUL, are replaced."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/chatbot.db")
        store.keep(replace(TURN, question=text, quote=text))
        [turn] = store.turns()
        store.close()
    assert len(turn.question) == len(text)
    assert all(
        kept == sign or sign == "\0" or "\ud800" <= sign <= "\udfff"
        for kept, sign in zip(turn.question, text, strict=True)
    )


def test_nul_is_kept_everywhere(store: Store) -> None:
    """NUL, which PostgreSQL refuses, is replaced in questions and in notes."""
    store.keep(replace(TURN, question="a\0b", unknown_words=("\0", "\ud800")))
    assert store.rate("a_1", Rating(True, None, "a\0b"))
    [turn] = store.turns()
    assert turn.question == "a\N{REPLACEMENT CHARACTER}b"
    assert turn.rating == Rating(True, None, "a\N{REPLACEMENT CHARACTER}b")


def test_history(store: Store) -> None:
    """The history of a conversation is its own last turns, oldest first."""
    for minute in range(5):
        asked = NOON + timedelta(minutes=minute)
        store.keep(replace(TURN, id=f"a_{minute}", question=f"{minute}?", asked=asked))
    store.keep(replace(UNANSWERED, id="a_9", asked=NOON + timedelta(minutes=9), conversation="c_1"))
    store.keep(replace(UNANSWERED, id="a_10", conversation="c_2"))
    assert store.history("c_1", 3) == (
        Turn("3?", TURN.quote, TURN.highlight),
        Turn("4?", TURN.quote, TURN.highlight),
        Turn(UNANSWERED.question, None),
    )
    assert store.history("c_none", 3) == ()


def test_rating(store: Store) -> None:
    """An answer has only its last rating, however often it is rated."""
    store.keep(TURN)
    store.keep(UNANSWERED)
    for _ in range(2):
        assert store.rate("a_1", Rating(False, "outdated", "it is ten"))
    assert store.rate("a_1", Rating(True))
    assert [turn.rating for turn in store.turns()] == [Rating(True), None]


def test_rating_of_nothing(store: Store) -> None:
    """An answer that does not exist cannot be rated."""
    assert not store.rate("a_none", Rating(True))


def test_purge(store: Store) -> None:
    """Old turns are deleted with their ratings; the others stay."""
    store.keep(TURN)
    store.keep(UNANSWERED)
    store.rate("a_1", Rating(False))
    assert store.purge(UNANSWERED.asked) == 1
    assert list(store.turns()) == [UNANSWERED]
    assert not store.rate("a_1", Rating(True))


def test_purged_is_gone_from_the_file(tmp_path: Path) -> None:
    """SQLite's file has no byte of deleted turns."""
    store = Store(f"sqlite:///{tmp_path}/chatbot.db")
    store.keep(TURN)
    store.purge(NOON + timedelta(days=1))
    store.close()
    [file] = tmp_path.iterdir()
    assert b"library" not in file.read_bytes()


@pytest.mark.parametrize("how", ["purge", "forget", "question", "every", "trim"])
def test_deleted_is_gone_from_all_files(tmp_path: Path, how: str) -> None:
    """No file has a byte of deleted turns, even while the store is open; the others stay."""
    store = Store(f"sqlite:///{tmp_path}/chatbot.db")
    store.keep(replace(UNANSWERED, question="Kilimanjaro"))
    secret = "Popocatepetl " * 700
    store.keep(replace(TURN, question=secret, asked=NOON - timedelta(days=1)))
    if how == "purge":
        store.purge(NOON - timedelta(hours=1))
    elif how == "forget":
        assert store.forget("c_1") == 1
    elif how == "question":
        assert store.forget(question="popocatEpetl") == 1
    elif how == "every":
        assert store.forget(every=True) == 2
    else:
        assert store.trim(30_000) == 1
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Popocatepetl" not in content
    assert (b"Kilimanjaro" in content) == (how != "every")
    store.close()


def test_forget(store: Store) -> None:
    """A conversation, turns with some words, or all are deleted; words are taken literally."""
    for turn in (TURN, UNANSWERED, replace(TURN, id="a_3", conversation="c_3", question="100%?")):
        store.keep(turn)
    store.rate("a_2", Rating(False, None, "Ask Ada"))
    assert store.forget("c_none") == 0
    assert store.forget(question="_pen") == 0
    assert store.forget(question="0%") == 1
    assert store.forget(question="ask ada") == 1
    assert store.forget("c_1") == 1
    assert list(store.turns()) == []


def test_trim(store: Store) -> None:
    """The oldest turns are deleted until the others fit, and none if all fit."""
    for number in range(100):
        asked = NOON + timedelta(seconds=number)
        text = secrets.token_hex(1000)  # no database can compress it
        store.keep(replace(TURN, id=f"a_{number:03}", asked=asked, question=text, quote=text))
    assert store.trim(100_000_000) == 0
    assert 0 < store.trim(200_000) < 100
    left = [turn.id for turn in store.turns()]
    assert left and left[-1] == "a_099" and left == sorted(left)


def test_file_is_private(tmp_path: Path) -> None:
    """No other user can read the SQLite file."""
    Store(f"sqlite:///{tmp_path}/chatbot.db").close()
    assert (tmp_path / "chatbot.db").stat().st_mode & 0o077 == 0


# Tables


def test_tables_have_what_is_written(store: Store, url: str) -> None:
    """The migrations create exactly the columns that are written."""
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    columns = sqlalchemy.inspect(engine).get_columns("turns")
    engine.dispose()
    assert {column["name"] for column in columns} == set(TURNS.c.keys())


def test_opened_again(url: str) -> None:
    """A store that is opened again has the same turns."""
    for turn in (TURN, UNANSWERED):
        store = Store(url)
        store.keep(turn)
        store.close()
    store = Store(url)
    assert list(store.turns()) == [TURN, UNANSWERED]
    store.close()


def test_opened_by_many_at_once(url: str) -> None:
    """If several processes find no tables, one creates them, and the others wait."""
    errors: list[StoreError] = []

    def open_and_close() -> None:
        try:
            Store(url).close()
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert run(url, "SELECT number FROM version") == [(len(ROWS),)]


def test_opened_while_another_writes(tmp_path: Path) -> None:
    """A new file that another process is writing is waited for."""
    other = sqlite3.connect(tmp_path / "chatbot.db", check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    later = threading.Timer(0.2, other.execute, ["COMMIT"])
    later.start()
    Store(f"sqlite:///{tmp_path}/chatbot.db").close()
    later.join()
    other.close()


def test_each_version_has_a_row() -> None:
    """Each migration has a row here that later ones must not lose."""
    assert [path.stem for path in sorted(MIGRATIONS.iterdir())] == [f"{n:04}" for n in ROWS]


@pytest.mark.parametrize("version", ROWS)
def test_migrations_lose_nothing(url: str, tmp_path: Path, version: int) -> None:
    """The turns of any older version are kept."""
    Store(url, migrations=some(tmp_path, version)).close()
    run(url, ROWS[version])
    store = Store(url)
    assert list(store.turns()) == [replace(TURN, rating=Rating(True, None, "thanks"))]
    store.close()


def test_next_migration(url: str, store: Store, tmp_path: Path) -> None:
    """A future migration is applied once, and loses nothing."""
    store.keep(TURN)
    folder = some(tmp_path, len(ROWS))
    (folder / "0099.sql").write_text("ALTER TABLE turns ADD COLUMN mood TEXT;\n", encoding="utf-8")
    for _ in range(2):
        later = Store(url, migrations=folder)
        assert list(run(url, "SELECT id, mood FROM turns")) == [("a_1", None)]
        later.close()


def test_failed_migration_changes_nothing(url: str, store: Store, tmp_path: Path) -> None:
    """A migration that fails changes nothing."""
    store.keep(TURN)
    folder = some(tmp_path, len(ROWS))
    (folder / "0099.sql").write_text(
        "ALTER TABLE turns ADD COLUMN mood TEXT;\nDELETE FROM turns;\nnonsense;\n", encoding="utf-8"
    )
    with pytest.raises(StoreError, match="nonsense"):
        Store(url, migrations=folder)
    assert list(store.turns()) == [TURN]
    with pytest.raises((sqlite3.Error, psycopg.Error)):
        run(url, "SELECT mood FROM turns")


def test_newer_tables(url: str, store: Store) -> None:
    """Tables of a newer version are not changed, and the error says so."""
    run(url, "UPDATE version SET number = 99")
    with pytest.raises(StoreError, match="newer version"):
        Store(url)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="not on Linux")
def test_a_store_that_cannot_be_opened_is_closed(tmp_path: Path) -> None:
    """If a database cannot be used, its file does not stay open."""
    url = f"sqlite:///{tmp_path}/chatbot.db"
    Store(url).close()
    run(url, "UPDATE version SET number = 99")
    with pytest.raises(StoreError) as error:
        Store(url)
    assert not [path for path in open_files() if path.startswith(str(tmp_path))], error


def open_files() -> Iterator[str]:
    """Yield the paths of all files that this process has open."""
    for opened in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            yield str(opened.readlink())


def some(folder: Path, count: int) -> Path:
    """Return a folder with the first `count` migrations."""
    target = folder / "migrations"
    target.mkdir()
    for path in sorted(MIGRATIONS.iterdir())[:count]:
        shutil.copy(path, target)
    return target


# Errors


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("sqlite:////no/such/folder/chatbot.db", "No such file or directory"),
        ("postgresql://visitor:secret@127.0.0.1:1/none", "refused"),
        ("postgresql://127.0.0.1:port/none", "store.url"),
    ],
)
def test_error_names_the_database(url: str, cause: str) -> None:
    """A database that cannot be opened is an error with its name and cause, but no password."""
    with pytest.raises(StoreError, match=cause) as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_not_a_database(tmp_path: Path) -> None:
    """A file that is not a database is an error, and is not changed."""
    path = tmp_path / "chatbot.db"
    path.write_text("My memoirs. " * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{path}")
    assert path.read_text(encoding="utf-8") == "My memoirs. " * 100


def test_error_does_not_quote_the_visitor(store: Store) -> None:
    """An error does not contain the text that was to be written."""
    store.keep(TURN)
    with pytest.raises(StoreError) as caught:
        store.keep(TURN)
    assert "open" not in str(caught.value)


def test_a_file_that_goes_while_it_is_opened_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is deleted while its tables are created is not used."""
    path = tmp_path / "chatbot.db"

    def slowly(*arguments: Any) -> None:
        migrate(*arguments)
        path.unlink()
        path.mkdir()

    monkeypatch.setattr(store_module, "migrate", slowly)
    with closing(Store(f"sqlite:///{path}")) as store:
        assert store.is_moved
