"""No visitor waits for the store, and no answer fails because of it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from chatbot import config
from chatbot.errors import StoreError
from chatbot.store import database, keeper, store
from chatbot.store.keeper import DAY, READ_BACK, REST, WAITING, Keeper
from chatbot.store.store import Store
from chatbot.store.turns import Condition, KeptTurn, Rating
from chatbot.types import Turn

NOW = datetime.now(UTC)
TURN = KeptTurn(
    id="a_1",
    conversation="c_1",
    asked=NOW,
    question="When is it open?",
    understood_as=None,
    status="answered",
    reason=None,
    confidence=0.9,
    article="hours",
    start=0,
    end=10,
    quote="From nine.",
    highlight=None,
    near=(),
    unknown_words=(),
    index="5f0c1b9e22d4a7c3",
)
HISTORY = (Turn("When is it open?", "From nine."),)


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chatbot.db"


@pytest.fixture
def settings(path: Path) -> config.StoreSettings:
    return config.StoreSettings(url=f"sqlite:///{path}", retention_days=30)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(settings: config.StoreSettings, clock: Clock) -> Iterator[Keeper]:
    """A keeper with an empty store."""
    with closing(Keeper(settings, clock)) as kept:
        yield kept


def on_connect(statement: str) -> Any:
    """Return a context that runs `statement` on each connection that is opened in it."""

    @contextmanager
    def listening() -> Iterator[None]:
        def run(connection: Any, _: object) -> None:
            connection.execute(statement)

        sqlalchemy.event.listen(sqlalchemy.Engine, "connect", run)
        try:
            yield
        finally:
            sqlalchemy.event.remove(sqlalchemy.Engine, "connect", run)

    return listening()


def test_history_has_the_last_turn(kept: Keeper) -> None:
    """For a visitor who continues at once, the last turn is known."""
    for number in range(READ_BACK + 5):
        asked = NOW + timedelta(seconds=number)
        kept.keep(replace(TURN, id=f"a_{number}", question=f"{number}?", asked=asked))
        assert kept.history("c_1")[-1].question == f"{number}?"
    assert len(kept.history("c_1")) == READ_BACK


def test_rating(kept: Keeper) -> None:
    """An answer can be rated at once; an answer that was never given cannot."""
    kept.keep(TURN)
    assert kept.rate("a_1", Rating(True))
    assert not kept.rate("a_none", Rating(True))
    assert [turn.rating for turn in kept.turns()] == [Rating(True)]


def test_all_is_written_at_the_end(settings: config.StoreSettings) -> None:
    """Turns that were submitted before the end are written."""
    with closing(Keeper(settings)) as kept:
        for number in range(300):
            kept.keep(replace(TURN, id=f"a_{number}"))
    with closing(Store(settings.url)) as store:
        assert sum(1 for _ in store.turns()) == 300


def test_old_turns_go(settings: config.StoreSettings, clock: Clock) -> None:
    """Turns that are too old are deleted at the start, and then once a day."""
    old, older = (replace(TURN, id=f"a_{d}", asked=NOW - timedelta(days=d)) for d in (29, 31))
    with closing(Store(settings.url)) as store:
        store.keep(old)
        store.keep(older)
    with closing(Keeper(settings, clock)) as kept:
        assert list(kept.turns()) == [old]
        kept.keep(older)
        clock.now += DAY - 1
        assert list(kept.turns()) == [older, old]
        clock.now += 2
        assert list(kept.turns()) == [old]


def cut(path: Path) -> Any:
    """Return a context in which the store fails, since the file is not our database."""

    @contextmanager
    def replaced() -> Iterator[None]:
        path.write_text("My memoirs. " * 100, encoding="utf-8")
        yield
        path.unlink()

    return replaced()


def hold(path: Path) -> Any:
    """Return a context in which the database is locked."""

    @contextmanager
    def locked() -> Iterator[None]:
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA journal_mode = WAL")
            other.execute("BEGIN IMMEDIATE")
            yield

    return locked()


FAILURES: dict[str, Callable[[Path], Any]] = {
    "no database": cut,
    "locked": hold,
    "read-only": lambda path: on_connect("PRAGMA query_only = ON"),
    "disk full": lambda path: on_connect("PRAGMA max_page_count = 1"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_failing_store(
    settings: config.StoreSettings,
    path: Path,
    clock: Clock,
    failure: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If the store fails, only unsaved turns are lost; the log says so, and when it works again."""
    for module in (store, database):
        monkeypatch.setattr(module, "SECONDS", 0.05)
    with FAILURES[failure](path):
        kept = Keeper(settings, clock)
        for _ in range(3):
            kept.keep(TURN)
        assert kept.history("c_1") == HISTORY * 3  # as it is remembered in memory
        assert (kept.condition.status, kept.condition.lost) == ("failing", 3)
        assert str(path) not in str(kept.condition.detail)
        with pytest.raises(StoreError):
            kept.rate("a_1", Rating(True))
        with pytest.raises(StoreError):
            kept.turns()
    [warning] = caplog.records
    assert warning.levelno == logging.WARNING
    assert str(path) in caplog.text
    assert TURN.question not in caplog.text
    clock.now += REST
    kept.keep(TURN)
    assert kept.history("c_1") == HISTORY
    assert kept.condition == Condition("ok", None, 3)
    assert "works again; 3 turns were lost" in caplog.text
    kept.close()


def test_disk_runs_full(
    settings: config.StoreSettings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """If the disk is full, only new turns are lost; stored ones can still be read."""
    with on_connect("PRAGMA max_page_count = 20"), closing(Keeper(settings, clock)) as kept:
        kept.keep(TURN)
        kept.keep(replace(TURN, id="a_2", conversation="c_2", question="long " * 50_000))
        assert "full" in str(kept.condition.detail)
        clock.now += REST
        assert kept.history("c_1") == HISTORY
    assert "full" in caplog.text


class Stuck:
    """A store that waits until it is allowed to continue."""

    is_moved = False

    def __init__(self) -> None:
        self.let = threading.Event()
        self.reached = threading.Event()

    def keep(self, turn: KeptTurn) -> None:
        self.reached.set()
        self.let.wait()

    def purge(self, before: datetime) -> None:
        pass

    def trim(self, max_bytes: int) -> int:
        return 0

    def close(self) -> None:
        pass


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stuck]:
    """The store of each keeper that is created."""
    stuck = Stuck()
    monkeypatch.setattr(store, "Store", lambda url: stuck)
    monkeypatch.setattr(keeper, "MOMENT", 0.001)
    yield stuck
    stuck.let.set()


def test_slow_store(
    settings: config.StoreSettings, stuck: Stuck, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow store delays no answer, and follow-up questions are still understood."""
    with closing(Keeper(settings, clock)) as kept:
        kept.keep(TURN)
        stuck.reached.wait()
        monkeypatch.setattr(keeper, "MOMENT", 3600)  # if any answer waited, the test would notice
        clock.now += 3601
        assert kept.history("c_1") == HISTORY
        kept.keep(replace(TURN, id="a_2", question="And now?"))
        assert kept.history("c_1") == (*HISTORY, Turn("And now?", "From nine."))
        assert kept.condition.detail == "the store takes too long"
        stuck.let.set()


def test_too_much_at_once(
    settings: config.StoreSettings, stuck: Stuck, caplog: pytest.LogCaptureFixture
) -> None:
    """Turns that wait to be written take limited memory."""
    with closing(Keeper(settings)) as kept:
        kept.keep(TURN)
        stuck.reached.wait()
        for _ in range(WAITING + 50):
            kept.keep(TURN)
        stuck.let.set()
    lost = [record.args for record in caplog.records if "works again" in record.message]
    assert lost == [(50,)]


@pytest.mark.parametrize("act", ["delete", "replace", "move the folder"])
def test_database_is_deleted_or_replaced(
    settings: config.StoreSettings,
    path: Path,
    clock: Clock,
    act: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A deleted or replaced file is noticed; later turns are stored in the new one."""
    other = path.with_name("other.db")
    with closing(Store(f"sqlite:///{other}")) as store:
        store.keep(replace(TURN, id="a_other", conversation="c_other"))
    with closing(Keeper(settings, clock)) as kept:
        kept.keep(TURN)
        assert [turn.id for turn in kept.turns()] == ["a_1"]
        if act == "delete":
            path.unlink()
        elif act == "replace":
            other.rename(path)
        else:
            path.parent.rename(path.parent.with_name("gone"))
            kept.keep(replace(TURN, id="a_lost"))
            assert kept.condition.status == "failing"
            path.parent.mkdir()
            clock.now += REST
        kept.keep(replace(TURN, id="a_2", asked=NOW + timedelta(seconds=1)))
        assert kept.rate("a_2", Rating(True))
        assert kept.condition.status == "ok"
    assert "deleted or replaced" in caplog.text
    with closing(Store(settings.url)) as store:
        expected = ["a_other", "a_2"] if act == "replace" else ["a_2"]
        assert sorted(turn.id for turn in store.turns()) == sorted(expected)
        assert store.rate("a_2", Rating(False))


def test_clock_is_set_back(kept: Keeper) -> None:
    """Turns of a conversation stay in order even if the clock is set back."""
    for number in range(3):
        asked = NOW - timedelta(hours=number)
        kept.keep(replace(TURN, id=f"a_{number}", question=f"{number}?", asked=asked))
    assert [turn.question for turn in kept.history("c_1")] == ["0?", "1?", "2?"]


def test_forgotten_conversation(kept: Keeper) -> None:
    """A forgotten conversation is deleted, even if an answer is in progress; others stay."""
    kept.keep(TURN)
    kept.keep(replace(TURN, id="a_2", conversation="c_2"))
    kept.forget("c_1")
    kept.forget("c_unknown")
    kept.keep(replace(TURN, id="a_3"))
    assert kept.history("c_1") == ()
    assert [turn.id for turn in kept.turns()] == ["a_2"]


def test_forgotten_from_outside(kept: Keeper, settings: config.StoreSettings) -> None:
    """A conversation that another process deletes is forgotten here too."""
    kept.keep(TURN)
    with closing(Store(settings.url)) as store:
        store.forget("c_1")
    assert kept.history("c_1") == ()
    assert kept._latest.of("c_1") == ()


def test_oldest_turns_go_where_there_is_no_room(
    settings: config.StoreSettings, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored turns take no more space than `store.max_mb`; the oldest are deleted."""
    monkeypatch.setattr(keeper, "TRIMMED", 20)
    with closing(Keeper(settings.model_copy(update={"max_mb": 1}))) as kept:
        for number in range(300):
            asked = NOW + timedelta(seconds=number)
            kept.keep(replace(TURN, id=f"a_{number:04}", asked=asked, question="x" * 10_000))
    with closing(Store(settings.url)) as store:
        ids = [turn.id for turn in store.turns()]
    assert ids == [f"a_{number:04}" for number in range(300 - len(ids), 300)]
    assert 40 < len(ids) < 130
    assert sum(file.stat().st_size for file in path.parent.iterdir()) < 1_500_000


def test_what_is_typed_is_masked(settings: config.StoreSettings, path: Path) -> None:
    """By default, cards, addresses, tokens and passwords are masked; a setting turns that off."""
    typed = "My card 4111 1111 1111 1111, ada@example.org, password hunter2x"
    for mask, stored in (
        (True, "My card [card number], [e-mail], password [password]"),
        (False, typed),
    ):
        with closing(Keeper(settings.model_copy(update={"mask": mask}))) as kept:
            kept.keep(replace(TURN, id=f"a_{mask}", conversation=f"c_{mask}", question=typed))
            assert kept.rate(f"a_{mask}", Rating(False, None, "write to ada@example.org"))
            assert [turn.question for turn in kept.history(f"c_{mask}")] == [stored]
            [note] = [
                turn.rating.note for turn in kept.turns() if turn.id == f"a_{mask}" and turn.rating
            ]
            assert note == ("write to [e-mail]" if mask else "write to ada@example.org")
        if mask:
            content = b"".join(file.read_bytes() for file in path.parent.iterdir())
            assert b"4111" not in content and b"ada@" not in content and b"hunter" not in content


@pytest.mark.slow
def test_database_is_stopped(
    cluster: Any, new_database: Callable[[], str], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """If PostgreSQL stops, its turns are lost; when it is back, turns are stored again."""
    settings = config.StoreSettings(url=new_database())
    with closing(Keeper(settings, clock)) as kept:
        kept.keep(TURN)
        assert [turn.id for turn in kept.turns()] == ["a_1"]
        cluster.stop()
        try:
            kept.keep(replace(TURN, id="a_2"))
            assert kept.history("c_1") == HISTORY * 2
            clock.now += REST
            kept.keep(replace(TURN, id="a_3"))
        finally:
            cluster.start()
        assert kept.history("c_1") == HISTORY * 3
        clock.now += REST
        kept.keep(replace(TURN, id="a_4", question="And now?", asked=NOW + timedelta(seconds=1)))
        assert [turn.id for turn in kept.turns()] == ["a_1", "a_4"]
        assert kept.history("c_1") == (*HISTORY, Turn("And now?", "From nine."))
    assert "nothing is stored" in caplog.text
    assert "2 turns were lost" in caplog.text


@pytest.mark.slow
def test_database_is_restarted(cluster: Any, new_database: Callable[[], str]) -> None:
    """If PostgreSQL is restarted between two questions, nothing is lost."""
    with closing(Keeper(config.StoreSettings(url=new_database()))) as kept:
        kept.keep(TURN)
        assert [turn.id for turn in kept.turns()] == ["a_1"]
        cluster.stop()
        cluster.start()
        kept.keep(replace(TURN, id="a_2", asked=NOW + timedelta(seconds=1)))
        assert kept.history("c_1") == HISTORY * 2
