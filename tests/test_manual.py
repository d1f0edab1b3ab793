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
from chatbot.config import ReaderSettings, Settings, read_settings
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
    """Return the code in the text of an article."""
    return re.findall(r"`([^`\n]+)`", MANUAL[article])


@pytest.fixture(scope="module")
def own_bot() -> Bot:
    """A bot that answers only from the manual."""
    settings = Settings(reader=ReaderSettings(engine="sentence"))
    return build_bot(settings, read_corpus(FOLDER, max_bytes=100_000).articles)


def test_articles() -> None:
    """The manual explains what is read, how to install, embed, configure, ask and report …"""
    chapters = {"install", "files", "site", "embed", "configure", "api", "report", "privacy"}
    assert set(MANUAL) == chapters
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
    """The manual names the Python version that the project requires."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in MANUAL["install"]


def test_settings() -> None:
    """Each example of settings is valid, and the defaults in it are the real defaults."""
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
    names = {name for _, section in Settings() for name in type(section).model_fields}
    names |= set(Settings.model_fields)
    for name in code("configure"):
        assert name in names | {"config.toml"}, name


def test_addresses() -> None:
    """Each address and field of the interface in the manual exists."""
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
    """The example request is answered from the manual itself."""
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
    """The tag in the manual loads the script that the service serves."""
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
    """Each kind of file that is read is in the manual."""
    assert set(SUFFIXES) <= set(code("files"))
    assert f"more than {Settings().corpus.max_bytes:,} bytes" in MANUAL["files"]


SITES: dict[str, dict[str, str | None]] = {
    "From your site": {"docs/a/b.md": "https://docs.example.org/a/b/"},
    "Docusaurus": {
        "docs/guide/pay.md": "https://example.org/docs/guide/pay",
        "docs/guide/index.md": "https://example.org/docs/guide",
        "docs/guide/_part.md": None,
        "docs/02-cards/10-lost_cards.md": "https://example.org/docs/cards/lost_cards",
        "docs/2024-05-17-news.md": "https://example.org/docs/2024-05-17-news",
        "docusaurus.config.js": None,
    },
    "MkDocs and Material for MkDocs": {
        "docs/index.md": "https://example.org/",
        "docs/guide/pay.md": "https://example.org/guide/pay/",
        "docs/snippets/note.md": None,
    },
    "Hugo": {
        "content/_index.md": "https://example.org/",
        "content/help/_index.md": "https://example.org/help/",
        "content/help/pay/index.md": "https://example.org/help/pay/",
        "content/help/cards.md": "https://example.org/help/cards/",
        "content/Help/Our prices.md": "https://example.org/help/our-prices/",
        "content/search.md": None,
        "hugo.toml": None,
    },
    "Jekyll": {
        "_help/pay.md": "https://example.org/help/pay/",
        "_posts/2024-05-17-new-cards.md": "https://example.org/blog/new-cards/",
        "about.md": "https://example.org/about/",
        "README.md": None,
        "_includes/note.md": None,
    },
    "VitePress and VuePress": {
        "docs/index.md": "https://example.org/index.html",
        "docs/guide/pay.md": "https://example.org/guide/pay.html",
        "docs/public/x.html": None,
    },
    "mdBook": {
        "src/guide/pay.md": "https://example.org/book/guide/pay.html",
        "src/guide/README.md": "https://example.org/book/guide/index.html",
        "src/SUMMARY.md": None,
    },
    "GitBook": {
        "gitbook/README.md": "https://docs.example.org/",
        "gitbook/guide/pay.md": "https://docs.example.org/guide/pay",
        "gitbook/SUMMARY.md": None,
    },
    "Sphinx, MyST and Read the Docs": {
        "source/index.md": "https://example.org/en/latest/index.html",
        "source/guide/pay.md": "https://example.org/en/latest/guide/pay.html",
        "source/_templates/layout.html": None,
        "source/_static/notes.txt": None,
    },
    "Built HTML": {
        "_site/index.html": "https://example.org/",
        "_site/pay/index.html": "https://example.org/pay/",
        "_site/tags/x/index.html": None,
        "_site/404.html": None,
    },
    "AsciiDoc and Antora": {
        "modules/ROOT/pages/guide/pay.adoc": "https://example.org/help/pay.html",
        "modules/ROOT/partials/note.adoc": None,
    },
    "Translations": {
        "content/_en/pay.md": "https://example.org/pay/",
        "content/_es/pay.md": "https://example.org/es/pay/",
    },
}


@pytest.mark.parametrize("heading", SITES)
def test_sites(heading: str, tmp_path: Path) -> None:
    """The settings for each generator read its pages, leave out the rest, give right addresses."""
    section = re.split(r"^(?:## |title: )", MANUAL["site"], flags=re.MULTILINE)
    [shown] = [part for part in section if part.startswith(f"{heading}\n")]
    [example] = re.findall(r"```toml\n(.*?)```", shown, re.DOTALL)
    (tmp_path / "config.toml").write_text(example, encoding="utf-8")
    for number, name in enumerate(SITES[heading]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"Shelf {number} has {number} books.", encoding="utf-8")
    settings = read_settings(tmp_path / "config.toml")
    corpus = read_corpus(settings.corpus.where, settings.corpus.max_bytes)
    found = {article.text: article.url for article in corpus.articles}
    assert found == {
        f"Shelf {number} has {number} books.": url
        for number, url in enumerate(SITES[heading].values())
        if url
    }
    assert corpus.faults == ()


def test_every_generator_has_an_example() -> None:
    """Each section of "From your site" is tested, except those on files that need an extra."""
    headings = re.findall(r"^## (.*)$", MANUAL["site"], re.MULTILINE)
    assert set(headings) == set(SITES) - {"From your site"} | {"PDF and Word files"}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How do I embed the chat?", "You embed the chat with one script tag"),
        ("Does the chat set cookies?", "The chat widget sets no cookies."),
        ("Which port does the service listen at?", "listens at 127.0.0.1, port 8000"),
        ("Which Python do I need?", "needs Python 3.11 or newer"),
        ("How do I leave pages out?", "You leave pages out by naming them in exclude"),
        ("Where are the pages of Hugo?", "The pages of Hugo are in content"),
    ],
)
def test_answers(own_bot: Bot, question: str, sentence: str) -> None:
    """The bot answers questions about itself."""
    answer = own_bot.ask(question)
    assert answer.quote and sentence in answer.quote.text
