"""The manual in the corpus is true: its commands, settings, addresses and attributes exist."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.cli import main
from chatbot.config import Reader, Settings
from chatbot.formats import SUFFIXES
from chatbot.openapi import describe
from chatbot.schema import AnswerBody, AskRequest, Feedback
from chatbot.server import create_app

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "corpus" / "manual"
MANUAL = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
ALL = "\n".join(MANUAL.values())
SCRIPT = (ROOT / "web" / "chat-widget.js").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", ALL, re.DOTALL)


def code(article: str) -> list[str]:
    """Return what the text of an article sets as code."""
    return re.findall(r"`([^`\n]+)`", MANUAL[article])


@pytest.fixture(scope="module")
def own_bot() -> Bot:
    """Answers from the manual alone."""
    settings = Settings(reader=Reader(engine="sentence"))
    return build_bot(settings, read_corpus(FOLDER, max_bytes=100_000).articles)


def test_articles() -> None:
    """The manual says how to install, embed, configure, ask and report, and what is kept."""
    assert set(MANUAL) == {"install", "embed", "configure", "api", "report", "privacy"}
    corpus = read_corpus(FOLDER, max_bytes=100_000)
    assert len(corpus.articles) == len(MANUAL)
    assert corpus.faults == ()


def test_commands() -> None:
    """Each command and option in the manual exists."""
    found = re.findall(r"`(chatbot [^`]+)`", ALL)
    assert found
    for line in found:
        _, name, *rest = shlex.split(line)
        known = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known, line


def test_make() -> None:
    """Each target of make in the manual exists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)$", "\n".join(blocks("sh")), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_python() -> None:
    """The manual asks for the Python that the project asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in MANUAL["install"]


def test_settings() -> None:
    """Each example of settings is valid, and what are called defaults are the defaults."""
    examples = blocks("toml")
    assert examples
    for example in examples:
        changed = Settings.model_validate(tomllib.loads(example))
        assert changed != Settings(), example
    server, store = Settings().server, Settings().store
    assert f"listens at {server.host}, port {server.port}" in MANUAL["configure"]
    assert f"ask {server.questions_per_minute} questions a minute" in MANUAL["configure"]
    assert server.allowed_origins == ("*",)
    assert f"kept for {store.retention_days} days" in MANUAL["privacy"]
    assert "`chatbot.db`" in MANUAL["privacy"] and store.url.endswith("/chatbot.db")
    names = {
        name
        for section in Settings.model_fields.values()
        for name in section.annotation.model_fields
    }  # type: ignore[union-attr]
    names |= set(Settings.model_fields)
    for name in code("configure"):
        assert name in names | {"config.toml"}, name


def test_addresses() -> None:
    """Each address of the interface exists, as do the fields that are named."""
    paths = describe()["paths"]
    found = re.findall(r"`(GET|POST) (/[^`]*)`", ALL)
    assert len(found) >= 5
    for method, path in found:
        if path != "/openapi.json":
            assert method.lower() in paths[path], path
    fields = {
        *AskRequest.model_fields,
        *AnswerBody.model_fields,
        *Feedback.model_fields,
        "start",
        "end",
    }
    statuses = {"answered", "abstained", "chat"}
    for name in code("api"):
        if re.fullmatch(r"[a-z_]+", name):
            assert name in fields | statuses, name


def test_request(own_bot: Bot) -> None:
    """The example request is answered, from the manual itself."""
    client: FlaskClient = create_app(own_bot, own_bot.settings).test_client()
    [line] = [line for line in blocks("sh") if line.startswith("curl")]
    given = shlex.split(line)
    data = given[given.index("-d") + 1]
    body = client.post("/ask", data=data, content_type="application/json").get_json()
    assert body["status"] == "answered"
    assert "script tag" in body["answer"]["text"]
    assert client.get("/openapi.json").status_code == 200
    assert json.loads(data)["question"] in MANUAL["embed"]


def test_tag(own_bot: Bot) -> None:
    """The tag of the manual loads what the service serves."""
    client = create_app(own_bot, own_bot.settings).test_client()
    [tag] = blocks("html")
    [path] = re.findall(r'src="https://bot\.example(/[^"]+)"', tag)
    response = client.get(path)
    assert response.mimetype == "text/javascript"
    assert response.text == SCRIPT


def test_attributes() -> None:
    """Each attribute and property of the chat that the manual names exists."""
    [listed] = re.findall(r"observedAttributes = \[(.*?)\]", SCRIPT, re.DOTALL)
    known = set(re.findall(r'"(\w+)"', listed))
    for article in ("embed", "privacy"):
        for name in re.findall(r"attributes? `(\w+)`", MANUAL[article]):
            assert name in known, name
    for name in re.findall(r"data-(\w+)", MANUAL["embed"]):
        assert name in known, name
    for name in re.findall(r"--article-chat-[\w-]+", MANUAL["embed"]):
        assert f"var({name}" in SCRIPT, name
    languages = re.findall(r"^ +lang \| (.*)$", SCRIPT, re.MULTILINE)[0].split(" | ")
    assert languages == ["en", "de", "es", "fr", "ar"]
    assert "speaks English, German, Spanish, French and Arabic" in MANUAL["embed"]


def test_file_kinds() -> None:
    """The kinds of files are those that are read."""
    for suffix in re.findall(r"`(\.\w+)`", MANUAL["install"]):
        assert suffix == ".venv" or suffix in SUFFIXES, suffix


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How do I embed the chat?", "You embed the chat with one script tag"),
        ("Does the chat set cookies?", "The chat widget sets no cookies."),
        ("Which port does the service listen at?", "listens at 127.0.0.1, port 8000"),
        ("Which Python do I need?", "needs Python 3.11 or newer"),
    ],
)
def test_answers(own_bot: Bot, question: str, sentence: str) -> None:
    """The bot answers about itself."""
    answer = own_bot.ask(question)
    assert answer.quote and sentence in answer.quote.text
