"""What several test files share: a small library's articles, and a bot that answers from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import Reader, Server, Settings
from chatbot.server import create_app
from chatbot.types import Article

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
    """The defaults, without a model and without a limit to questions; any free port."""
    return Settings(reader=Reader(engine="sentence"), server=Server(port=0, questions_per_minute=0))


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
