"""With thousands of hostile inputs and machine failures, the service keeps answering."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from service import Service

from chatbot.conversation import budget
from chatbot.conversation.questions import MAX_LENGTH
from chatbot.store.store import Store

pytestmark = pytest.mark.slow

READ = budget.PASSAGES + 10 * (1 + MAX_LENGTH // budget.ORDINARY)
"""A request may read at most this many passages, including those for its own words."""

WORDS = "anora budget baker director film oscar widget install page who what when how he it".split()


def hostile(chance: random.Random) -> tuple[str, str, Any]:
    """Return method, path and body of a hostile request."""

    def text(length: int) -> str:
        make: list[Callable[[], str]] = [
            lambda: "".join(chr(chance.randrange(0x20, 0x2FFF)) for _ in range(length)),
            lambda: "".join(chance.choices("aA ,.[]()'\"“’-@1$<>&#\n\t", k=length)),
            lambda: chance.choice(WORDS) * (length // 4),
            lambda: " ".join(
                "".join(chance.choices("aeinorst", k=chance.randrange(3, 12)))
                for _ in range(length // 8)
            ),
            lambda: ", ".join(f"{w.title()}" for w in chance.choices(WORDS, k=length // 8)),
            lambda: " ".join(chance.choices(WORDS, k=length // 6)),
            lambda: "e\u0301" * (length // 2),
            lambda: "\u202e\ufeff\u200b" + "\U0001f600" * (length // 2),
        ]
        return chance.choice(make)()[:length]

    kind = chance.random()
    if kind < 0.6:
        turns = [
            {"question": text(chance.randrange(1, 1000)) or "x"}
            | chance.choice([{}, {"answer": text(3000)}, {"answer": None, "highlight": text(50)}])
            for _ in range(chance.choice([0, 0, 1, 3, 20, 60]))
        ]
        body = {"question": text(chance.choice([1, 10, 100, 1000])) or "x", "history": turns}
        return "POST", "/ask", body
    if kind < 0.8:
        value: object = chance.choice([None, 7, -1.5, True, [], {}, text(40), [[[]]], 10**400])
        field = chance.choice(["question", "history", "limit", "conversation", "article", "x"])
        return "POST", chance.choice(["/ask", "/feedback"]), {"question": "x", field: value}
    name = "".join(chance.choices("abc/.%2e%00;=&?-_~", k=chance.randrange(1, 40)))
    path = chance.choice([f"/articles/{name}", f"/{name}", f"//{name}", f"/conversations/c_{name}"])
    return chance.choice(["GET", "DELETE", "OPTIONS", "PUT", "HEAD"]), path, None


def test_hostile_inputs(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """No input makes the service fail or work more than allowed, and memory is freed."""
    number = pytestconfig.getoption("inputs")
    with Service(tmp_path) as service:

        def send(seed: int, count: int) -> list[int]:
            chance = random.Random(seed)
            with contextlib.closing(service.connect()) as connection:
                return [service.send(*hostile(chance), connection)[0] for _ in range(count)]

        send(0, 100)
        before = service.memory()
        with ThreadPoolExecutor(4) as pool:
            statuses = [s for part in pool.map(send, range(1, 5), [number // 4] * 4) for s in part]
        assert len(statuses) == 4 * (number // 4)
        assert not {status for status in statuses if status >= 500}
        assert service.memory() - before < 50_000_000
        assert service.ask("What was Anora's budget?")["status"] == "answered"
        log = service.log()
    asked = [line for line in log if line["message"] == "POST /ask" and "read" in line]
    assert len(asked) > number // 4
    assert max(line["corrected"] for line in asked) <= budget.CORRECTIONS
    assert max(line["searched"] for line in asked) <= budget.SEARCHES + MAX_LENGTH
    assert max(line["read"] for line in asked) <= READ
    assert not [line for line in log if line["level"] == "ERROR"]


def test_costly_histories_at_once(tmp_path: Path) -> None:
    """Eight requests with the costliest history are answered, and so is `/health` meanwhile."""
    chance = random.Random(3)
    words = ["".join(chance.choices("aeinorstl", k=6)) for _ in range(3000)]
    history = [{"question": " ".join(chance.sample(words, 138))[:970]} for _ in range(20)]
    with Service(tmp_path) as service, ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(service.ask, "who was he?", history=history) for _ in range(8)]
        for _ in range(5):
            assert service.health()["status"] == "ok"
        assert {done.result()["question"] for done in asking} == {"who was he?"}
        [*steps] = [line["searched"] for line in service.log() if line["message"] == "POST /ask"]
    assert max(steps) <= budget.SEARCHES + MAX_LENGTH


# The process is killed


def test_nothing_acknowledged_is_lost_when_it_is_killed(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """After any kill under load, all earlier answers and ratings are stored."""
    asked: set[str] = set()
    rated: set[str] = set()
    service = Service(tmp_path)
    for round in range(max(2, pytestconfig.getoption("inputs") // 500)):
        stop = threading.Event()

        def work(stop: threading.Event = stop) -> None:
            with contextlib.suppress(OSError, ValueError, AssertionError, http_errors()):
                while not stop.is_set():
                    answer = service.ask("What was Anora's budget?")["id"]
                    asked.add(answer)
                    status, _ = service.send(
                        "POST", "/feedback", {"answer": answer, "helpful": True}
                    )
                    if status == 204:
                        rated.add(answer)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(rated) < 20 * (round + 1):
            time.sleep(0.01)
        service.kill()
        stop.set()
        for thread in threads:
            thread.join()
        service.start()
    assert service.health()["store"] == "ok"
    with service:
        pass
    with contextlib.closing(Store(f"sqlite:///{tmp_path}/chatbot.db")) as store:
        kept = {turn.id: turn for turn in store.turns()}
    assert asked <= kept.keys()
    assert all(kept[answer].rating for answer in rated)


def http_errors() -> type[Exception]:
    import http.client

    return http.client.HTTPException


# The machine fails


@contextlib.contextmanager
def frozen(folder: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(folder / "chatbot.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextlib.contextmanager
def no_database(folder: Path) -> Iterator[None]:
    for file in folder.glob("chatbot.db*"):
        file.unlink()
    (folder / "chatbot.db").mkdir()
    yield
    (folder / "chatbot.db").rmdir()


@contextlib.contextmanager
def no_folder(folder: Path) -> Iterator[None]:
    folder.rename(folder.with_name("gone"))
    yield
    folder.with_name("gone").rename(folder)


@contextlib.contextmanager
def other_database(folder: Path) -> Iterator[None]:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "chatbot.db").write_text("My memoirs. " * 500, encoding="utf-8")
    yield
    (folder / "chatbot.db").unlink()


FAULTS = {
    "frozen": frozen, "deleted": no_database, "folder gone": no_folder, "replaced": other_database,
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_database_is_survived(tmp_path: Path, fault: str) -> None:
    """The service always answers, also follow-ups, reports the problem, and recovers by itself."""
    kept = tmp_path / "kept"
    kept.mkdir()
    with Service(tmp_path, store={"url": "sqlite:///kept/chatbot.db"}) as service:
        first = service.ask("Who directed Anora?")
        with FAULTS[fault](kept):
            _survives(service, first["conversation"])
        _goes_on(service, kept)
        assert any(line["level"] == "WARNING" for line in service.log())


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte; the test is skipped if it cannot be made."""
    import subprocess

    place = tmp_path / "tiny"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", place],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=False)


def test_a_full_disk_is_survived(tmp_path: Path, tiny_disk: Path) -> None:
    """If the disk is full, only new turns are lost; when there is space, it recovers."""
    with Service(tmp_path, store={"url": "sqlite:///tiny/chatbot.db"}) as service:
        first = service.ask("Who directed Anora?")
        with contextlib.suppress(OSError):
            (tiny_disk / "filler").write_bytes(b"x" * 600_000)
        _survives(service, first["conversation"], at_least=60)
        (tiny_disk / "filler").unlink()
        _goes_on(service, tiny_disk)


def _survives(service: Service, conversation: str, at_least: int = 3) -> None:
    """Check that the service answers, also follow-ups, until it reports the problem."""
    said = set()
    for number in range(400):
        answer = service.ask("When did he win an Oscar?", conversation=conversation)
        assert answer["understood_as"], "what was asked before is not known any more"
        said.add(service.health()["store"])
        if number >= at_least and said != {"ok"}:
            return
    raise AssertionError("/health does not say what is wrong")


def _goes_on(service: Service, folder: Path) -> None:
    """Wait until the service reports that all is well; later questions are stored."""
    end = time.monotonic() + 60
    while service.health()["store"] != "ok":
        assert time.monotonic() < end, json.dumps(service.health())
        service.ask("Who directed Anora?")
        time.sleep(0.2)
    answer = service.ask("What was Anora's budget?")["id"]
    assert service.send("POST", "/feedback", {"answer": answer, "helpful": True})[0] == 204
    with contextlib.closing(Store(f"sqlite:///{folder}/chatbot.db")) as store:
        assert answer in {turn.id for turn in store.turns()}
