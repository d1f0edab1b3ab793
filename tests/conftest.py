"""Shares a small library of articles, and a bot that answers from them, between test files."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from coverage import Coverage
from flask.testing import FlaskClient

from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import ReaderSettings, ServerSettings, Settings
from chatbot.server import create_app
from chatbot.types import Article

# No deadline in any test: the time for an example depends on how busy the machine is.
hypothesis.settings.register_profile("without a clock", deadline=None)
hypothesis.settings.load_profile("without a clock")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for the longer tests of `make stress`, `make contract` and `make fuzz`."""
    parser.addoption("--inputs", type=int, default=1000, help="hostile inputs to send")
    parser.addoption("--seconds", type=int, default=30, help="for which to check or to fuzz each")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Do not measure coverage in slow tests: it slows them down, and some measure time."""
    coverage = Coverage.current()
    if coverage is None or not item.get_closest_marker("slow"):
        return (yield)
    coverage.stop()
    try:
        return (yield)
    finally:
        coverage.start()


FILES = {
    "hours.md": """\
---
title: Opening hours and cards
url: https://library.example/hours
published: 2025-01-05
questions: ["When is the library open?"]
---
The library is open from nine to six on weekdays. On Sundays it is closed.

## Cards

A library card costs $20 a year. Children pay nothing.

- A lost card is replaced for $3.
- Late books cost ten cents a day.
""",
    "founder.txt": """\
LISBON, 3 March 2025 —
Ada Ferreira founded the library in 1911 with 400 books from her own house.

The Great Flood

In 1967 a flood destroyed half of the books. “We dried the rest on clothes lines,” said João Pérez.
""",
}


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two articles: `hours` and `founder`."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The default settings, but without a network or a limit on questions, at any free port."""
    return Settings(
        reader=ReaderSettings(engine="sentence"),
        server=ServerSettings(port=0, questions_per_minute=0),
    )


@pytest.fixture(scope="session")
def articles(corpus: Path) -> tuple[Article, ...]:
    return tuple(read_corpus(corpus, max_bytes=10_000).articles)


@pytest.fixture(scope="session")
def bot(articles: tuple[Article, ...], settings: Settings) -> Bot:
    return build_bot(settings, articles)


@pytest.fixture
def client(bot: Bot, settings: Settings) -> FlaskClient:
    """A client of the service that answers with `bot`."""
    return create_app(bot, settings).test_client()


# A database server


class Cluster:
    """A PostgreSQL server that runs in `folder`, at a local port."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        # It refuses to run as root; the user that runs it instead must own its folder.
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._databases = 0
        self._run("initdb", "--auth=trust", "--username=visitor", "--no-sync", "-D", "data")
        self.start()

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -c fsync=off -p {self.port} -k {self._folder}"
        self._run("pg_ctl", "start", "--wait", "-D", "data", "-l", "log", "-o", options)

    def stop(self) -> None:
        """Stop the server as if the machine had failed."""
        self._run("pg_ctl", "stop", "--mode=immediate", "-D", "data")

    def new_database(self) -> str:
        """Return the address of an empty database."""
        self._databases += 1
        name = f"visits{self._databases}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "visitor", name)
        return f"postgresql://visitor@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            user=self._user,
            check=True,
            stdout=subprocess.DEVNULL,
        )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server; if its programs are not installed, the test is skipped."""
    found = [Path(path).parent for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # where Debian has them
    if not found:
        pytest.skip("PostgreSQL is not installed: initdb was not found")
    # Not in pytest's own folder, which no other user may enter.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        cluster = Cluster(found[-1], Path(folder))
        yield cluster
        cluster.stop()


@pytest.fixture
def new_database(cluster: Cluster) -> Callable[[], str]:
    """Returns the address of an empty database each time."""
    return cluster.new_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/chatbot.db"
    new_database: Callable[[], str] = request.getfixturevalue("new_database")
    return new_database()
