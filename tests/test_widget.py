"""The widget in a real browser, on pages of another origin, with the real service."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import ReaderSettings, ServerSettings, Settings, StoreSettings
from chatbot.server import create_app
from chatbot.store.keeper import Keeper
from chatbot.types import Also, Answer, Quote

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
from playwright.sync_api import (  # noqa: E402
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    ViewportSize,
    expect,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]

WEB = Path(__file__).parent.parent / "web"
SCRIPT = (WEB / "chat-widget.js").read_text(encoding="utf-8")
PARTS = (WEB / "chat-parts.js").read_text(encoding="utf-8")
README = (WEB / "README.md").read_text(encoding="utf-8")

BUDGET = 12_288
"""Bytes of everything that is loaded before the first question, gzip -9."""

SHOTS = os.environ.get("SCREENSHOTS")
"""A folder for the screenshots; without it none are written."""

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>"

ARTICLES = {
    "hours.md": """\
---
title: Opening hours and cards
url: {host}/hours
published: 2025-01-05
---
The library is open from nine to six on weekdays. On Sundays it is closed.

## Cards

A library card costs $20 a year. Children pay nothing.
""",
    "founder.txt": """\
LISBON, 3 March 2025 —
Ada Ferreira founded the library in 1911 with 400 books from her own house.

The Great Flood

In 1967 a flood destroyed half of the books. “We dried the rest on clothes lines,” said João Pérez.
""",
    "hostile.md": f"""\
---
title: "Zebras {HOSTILE}"
url: https://zebras.example/
---
The zebra eats {HOSTILE} grass at 🦓 seven in the morning.

## Stripes {HOSTILE}

Zebras have stripes.
""",
}

CARD = "What does a library card cost?"
FLOOD = "What did the flood destroy?"
UNKNOWN = "Who painted Guernica?"

STYLES = {
    "plain": "body { font: 16px/1.6 sans-serif } main { max-width: 40em; margin: 2em }",
    "hostile": "* { all: unset; color: red !important; font-size: 40px }",
    "dark": ":root { color-scheme: dark; background: #121212 } a { color: #fff }",
    "own": "article-chat { --article-chat-accent: rgb(160, 0, 80) }"
    " article-chat::part(question) { font-weight: 700 }",
}

Serve = Callable[[Any], str]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Return a function that serves a WSGI app at a free port and returns its address."""
    with contextlib.ExitStack() as stack:

        def start(app: Any) -> str:
            server = make_server("127.0.0.1", 0, app, threaded=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.port}"

        yield start


class Host:
    """A site with the widget, which has another origin than the service and a strict policy."""

    def __init__(self, serve: Serve) -> None:
        self.service = ""
        self.address = serve(self).replace("127.0.0.1", "localhost")
        self.tag = ""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        policy = {"Content-Security-Policy": self.policy}
        if request.path == "/style.css":
            style = STYLES[request.args.get("name", "plain")]
            return Response(style, mimetype="text/css", headers=policy)(environ, start_response)
        if request.path == "/keys.js":
            keys = "addEventListener('keydown', () => { window.keys = (window.keys || 0) + 1 })"
            return Response(keys, mimetype="text/javascript", headers=policy)(
                environ, start_response
            )
        known = request.path in ("/", "/hours", "/other")
        page = self.page(request.args, long=request.path == "/hours") if known else ""
        return Response(page, 200 if known else 404, policy, "text/html")(environ, start_response)

    @property
    def policy(self) -> str:
        return (
            f"default-src 'none'; script-src 'self' {self.service}; connect-src {self.service}; "
            "style-src 'self'; frame-src 'self'; require-trusted-types-for 'script'"
        )

    def page(self, wanted: Any, long: bool) -> str:
        lang, style = wanted.get("lang", "en"), wanted.get("style", "plain")
        return (
            f"<!doctype html><html lang={lang} dir={wanted.get('dir', 'ltr')}><head>"
            "<meta charset=utf-8><meta name=viewport content='width=device-width'>"
            f"<title>Help</title><link rel=stylesheet href='/style.css?name={style}'>"
            f"<script src=/keys.js></script>{wanted.get('head', '')}</head><body>"
            "<main><h1>Help</h1><p>We are glad to help. <a href='/other'>Another page</a></p>"
            f"{'<p>Filling.</p>' * 60 if long else ''}"
            "<p>A library card costs $20 a year. Children pay nothing.</p></main>"
            f"{wanted.get('body', self.tag)}</body></html>"
        )


@pytest.fixture(scope="session")
def host(serve: Serve) -> Host:
    return Host(serve)


class Service(NamedTuple):
    """The service from which the host's pages load the widget."""

    address: str
    settings: Settings
    bot: Bot
    keeper: Keeper


@pytest.fixture(scope="session")
def service(
    serve: Serve, host: Host, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service with its store and the articles above."""
    folder = tmp_path_factory.mktemp("articles")
    for name, content in ARTICLES.items():
        (folder / name).write_text(content.replace("{host}", host.address), encoding="utf-8")
    settings = Settings(
        reader=ReaderSettings(engine="sentence"),
        server=ServerSettings(port=0, questions_per_minute=0),
        store=StoreSettings(url=f"sqlite:///{folder / 'chat.db'}"),
    )
    bot = build_bot(settings, read_corpus(folder, max_bytes=100_000).articles)
    keeper = Keeper(settings.store)
    host.service = serve(create_app(bot, settings, keeper))
    host.tag = f'<script src="{host.service}/widget.js" async></script>'
    yield Service(host.service, settings, bot, keeper)
    keeper.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    options = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync"
    )
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=shutil.which("chromium"), args=options.split()
        )
        yield browser
        browser.close()


class Chat:
    """The chat on a page, as a visitor sees it."""

    def __init__(self, page: Page, tag: str = "article-chat") -> None:
        self.page = page
        self.element = page.locator(tag)
        self.launcher = self.part("launcher")
        self.panel = self.part("panel")
        self.input = self.part("input")
        self.turns = self.part("turn")
        self.quotes = self.part("quote")

    def part(self, name: str) -> Locator:
        return self.element.locator(f"[part={name}]")

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    def open(self) -> Chat:
        self.launcher.click()
        return self

    def ask(self, question: str) -> Locator:
        """Ask, and return the turn when it is answered or has failed."""
        turns = self.turns.count()
        self.input.fill(question)
        self.input.press("Enter")
        turn = self.turns.nth(turns)
        expect(turn.locator("[part=answer], [part=message], [part=problem]")).to_be_visible()
        return turn

    def call(self, method: str, *arguments: Any) -> Any:
        code = f"(chat, given) => chat.{method}(...given)"
        return self.element.evaluate(code, list(arguments))

    def shot(self, name: str) -> None:
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png")


Visit = Callable[..., Chat]

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
    violations.push(event.violatedDirective);
});
window.alert = () => violations.push("alert");
"""


@pytest.fixture
def visit(browser: Browser, host: Host, service: Service) -> Iterator[Visit]:
    """Return a function that opens a page in a new browser profile, and fails on errors."""
    with contextlib.ExitStack() as stack:
        pages = []

        def go(path: str = "/", size: tuple[int, int] = (1100, 800), **options: Any) -> Chat:
            wanted = {name: options.pop(name) for name in list(options) if name in PARAMETERS}
            viewport = ViewportSize(width=size[0], height=size[1])
            context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
            stack.callback(context.close)
            context.set_default_timeout(8000)
            context.add_init_script(WATCH)
            page = context.new_page()
            page.on("pageerror", lambda error: pages.append(f"{error}"))
            page.goto(address(host, path, **wanted))
            return Chat(page)

        yield go
        for context in browser.contexts:
            for page in context.pages:
                assert page.evaluate("window.violations") == []
        assert pages == []


PARAMETERS = {"lang", "dir", "style", "head", "body"}


def sent(asked: Any) -> dict[str, Any]:
    """Return the JSON that a page sent to the service."""
    body: dict[str, Any] = asked.value.post_data_json or {}
    return body


def address(host: Host, path: str = "/", **wanted: str) -> str:
    return f"{host.address}{path}?{urlencode(wanted)}"


expect.set_options(timeout=8000)


# Light, and one tag


def test_size() -> None:
    """Everything that is loaded before the first question is within the budget."""
    size = len(gzip.compress(SCRIPT.encode(), 9, mtime=0))
    print(f"chat-widget.js: {len(SCRIPT.encode()):,} bytes, {size:,} with gzip -9")
    assert size <= BUDGET


def test_nothing_before_it_is_opened(visit: Visit, host: Host) -> None:
    """Until the visitor opens it, only the script is fetched, and nothing is stored."""
    chat = visit("/other", body="")
    fetched: list[str] = []
    chat.page.on("request", lambda request: fetched.append(request.url))
    with chat.page.expect_response("**/widget.js") as script:
        chat.page.goto(host.address)
    expect(chat.launcher).to_be_visible()
    chat.page.wait_for_load_state("networkidle")
    assert [url for url in fetched if host.service in url] == [f"{host.service}/widget.js"]
    assert int(script.value.headers["content-length"]) <= BUDGET
    assert chat.page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    with (
        chat.page.expect_response("**/suggestions?lang=en") as starters,
        chat.page.expect_response("**/health") as health,
    ):
        chat.open()
    loaded = int(script.value.headers["content-length"])
    loaded += len(starters.value.body()) + len(health.value.body())
    print(f"before the first question: {loaded:,} bytes")
    assert loaded <= BUDGET
    expect(chat.part("suggestion").first).to_be_visible()
    paths = sorted(url.removeprefix(host.service) for url in fetched if host.service in url)
    assert paths == ["/health", "/suggestions?lang=en", "/widget.js"]
    assert chat.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


@pytest.mark.parametrize("place", ["twice", "head", "module", "beside"])
def test_there_is_one(visit: Visit, host: Host, place: str) -> None:
    """There is one chat, even if the script is loaded twice, early, or beside an element."""
    plain = f"<script src='{host.service}/widget.js'></script>"
    module = f"<script type=module src='{host.service}/chat-widget.js'></script>"
    element = f"<article-chat src='{host.service}'></article-chat>"
    head, body = {
        "twice": (host.tag, host.tag + plain),
        "head": (plain, ""),
        "module": (module, host.tag),
        "beside": (plain, element),
    }[place]
    chat = visit(head=head, body=body)
    expect(chat.launcher).to_be_visible()
    chat.page.wait_for_load_state("networkidle")
    expect(chat.element).to_have_count(1)
    chat.open().ask(CARD)


def test_a_module_only_registers(visit: Visit, host: Host) -> None:
    """If loaded as a module, the script adds no chat; the element works anywhere."""
    chat = visit(body=f"<script type=module src='{host.service}/chat-widget.js'></script>")
    chat.page.wait_for_load_state("networkidle")
    expect(chat.element).to_have_count(0)
    chat.page.evaluate(
        """src => {
            const chat = document.createElement("article-chat");
            chat.setAttribute("src", src);
            document.body.append(chat);
        }""",
        host.service,
    )
    chat.open().ask(CARD)


def test_script_attributes(visit: Visit, host: Host) -> None:
    """`data-` attributes of the tag become attributes of the chat."""
    tag = host.tag.replace("async", "async data-heading='Ask us' data-position=start")
    chat = visit(body=tag)
    expect(chat.launcher).to_have_text("Ask us")
    box = chat.launcher.bounding_box()
    assert box and box["x"] < 100


# The whole conversation


def test_a_whole_conversation(visit: Visit, service: Service) -> None:
    """On a page of another origin with a strict policy: answer, follow-up, rating and jump."""
    chat = visit().open()
    chat.ask(FLOOD)
    expect(chat.quotes).to_have_text("In 1967 a flood destroyed half of the books.")
    with chat.page.expect_request("**/ask") as asked:
        turn = chat.ask("When was that?")
    history = [{"question": FLOOD, "answer": "In 1967 a flood destroyed half of the books."}]
    assert sent(asked)["history"] == history
    assert sent(asked)["conversation"].startswith("c_")
    expect(turn).to_contain_text("Understood as “")
    expect(turn.locator("[part=quote]")).to_contain_text("In 1967")
    with chat.page.expect_response("**/feedback") as rated:
        chat.button("Did this help? Yes").last.click()
    assert rated.value.status == 204
    assert [turn.rating.helpful for turn in service.keeper.turns() if turn.rating] == [True]
    with chat.page.context.expect_page() as opened:
        chat.part("source").last.get_by_role("link").click()
    expect(opened.value.locator("mark")).to_have_text(
        "In 1967 a flood destroyed half of the books."
    )
    assert opened.value.url.endswith("#mark")
    chat.shot("conversation")


def test_starters(visit: Visit) -> None:
    """An opened chat suggests questions; a click asks one."""
    chat = visit().open()
    starter = chat.part("suggestion").first
    question = starter.inner_text()
    starter.click()
    expect(chat.part("question")).to_have_text(question)
    expect(chat.quotes).to_be_visible()


def test_highlight(visit: Visit) -> None:
    """The short answer is marked, even after characters that JavaScript counts as two."""
    chat = visit().open()
    body = answer(quote("At 🦓🦓 seven it eats.", mark=(6, 11)))
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    chat.ask("When?")
    expect(chat.part("mark")).to_have_text("seven")
    expect(chat.quotes).to_have_text("At 🦓🦓 seven it eats.")


BOATS = """\
---
title: Boats
url: https://boats.example/rent/
---
The rental form of a boat can be downloaded [here](../form.pdf), or
[write to us](mailto:a@b.example).

To start the motor of the ferry, do this:

3. Turn the key:

   ```
   key on
     wait 5
   ```
4. Choose *one*:
   - ahead
   - astern 🦓

| Ferry for | Hour | Day |
|---|---|---|
| Four | $9 | [$40](https://pay.example/) |
| Twelve 🦓 | $19 | $90 |
"""
FORM = "Where can the rental form of a boat be downloaded?"
START = "How do I start the motor of the ferry?"
FERRY = "How much is the ferry for twelve for a day?"


@pytest.fixture(scope="session")
def boats(serve: Serve, service: Service, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a service with an article of many forms, and another that answers too."""
    folder = tmp_path_factory.mktemp("boats")
    (folder / "boats.md").write_text(BOATS, encoding="utf-8")
    (folder / "gulf.md").write_text(
        "# زوارق\n\n- حبل\n- [نار](https://e.example/)\n", encoding="utf-8"
    )
    bot = build_bot(service.settings, read_corpus(folder, max_bytes=100_000).articles)
    bot._reader = Twice(bot)
    return serve(create_app(bot, service.settings, service.keeper))


class Twice:
    """A reader for which the second article also answers each question, with its list."""

    def __init__(self, bot: Bot) -> None:
        self._reader: Any = bot._reader
        text = bot.articles["gulf"].text
        passage = next(passage for passage in bot.passages if passage.article == "gulf")
        quote = Quote("gulf", passage.text, passage.start, passage.end)
        assert text[quote.start : quote.end] == quote.text
        self._also = Also(quote, passage, confidence=0.8)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def read(self, *asked: Any) -> Answer:
        answer: Answer = self._reader.read(*asked)
        return replace(answer, also=(self._also,)) if answer.quote else answer


@pytest.fixture
def boating(visit: Visit, boats: str, host: Host) -> Visit:
    """Opens a page with a chat that asks the service with the boats."""

    def go(**options: Any) -> Chat:
        chat = visit(**options)
        chat.page.route(
            f"{host.service}/ask",
            lambda route: route.fulfill(response=route.fetch(url=f"{boats}/ask")),
        )
        return chat.open()

    return go


def test_steps(boating: Visit) -> None:
    """Steps are a list with the article's numbers, code keeps its lines, lists are nested."""
    chat = boating()
    chat.ask(START)
    quote = chat.quotes.first
    steps = quote.locator("> ol > li")
    expect(steps).to_have_count(2)
    assert steps.evaluate_all("(all) => all.map((item) => item.value)") == [3, 4]
    expect(steps.first.locator("p")).to_have_text("Turn the key:")
    assert steps.first.locator("pre").inner_text() == "key on\n  wait 5"
    expect(steps.last.locator("ul > li")).to_have_text(["ahead", "astern 🦓"])
    chat.shot("steps")


def test_rows(boating: Visit) -> None:
    """Rows are a table below the names of their columns, with the short answer marked."""
    chat = boating()
    chat.ask(FERRY)
    table = chat.quotes.first.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Ferry for", "Hour", "Day"])
    expect(table.get_by_role("cell")).to_have_text(["Twelve 🦓", "$19", "$90"])
    chat.shot("rows")


def test_a_row_and_its_mark(visit: Visit) -> None:
    """The short answer is marked in its cell; rows with other columns are another table."""
    chat = visit().open()
    text = "Small | 🦓 €3\n\nBlue | 7"
    parts = [
        part("row", 0, 12, columns=["Size", "Price"], links=[(8, 12, "https://pay.example/")]),
        part("row", 14, 22),
    ]
    body = answer(quote(text, mark=(10, 12), parts=parts))
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    chat.ask("How much?")
    tables = chat.quotes.get_by_role("table")
    expect(tables).to_have_count(2)
    expect(tables.first.get_by_role("cell")).to_have_text(["Small", "🦓 €3"])
    expect(tables.first.get_by_role("link")).to_have_text("🦓 €3")
    expect(tables.first.get_by_role("link").locator("mark")).to_have_text("€3")
    expect(tables.last.get_by_role("columnheader")).to_have_count(0)


@pytest.mark.parametrize("parts", [None, [], [{"kind": "item", "start": 100, "end": 105}]])
def test_an_older_service(visit: Visit, parts: Any) -> None:
    """If a service sends fewer parts or none, its quote is still shown."""
    chat = visit().open()
    body = answer(quote("Go on.", mark=(3, 5)) | {"parts": parts})
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    chat.ask("What?")
    expect(chat.quotes.locator("li" if parts else "p")).to_contain_text("Go on")
    expect(chat.part("mark")).to_have_text("on")
    chat.ask("And then?")
    expect(chat.quotes).to_have_count(2)


def test_links(boating: Visit) -> None:
    """Links of the article can be clicked; those to other sites open in a new tab."""
    chat = boating()
    chat.ask(FORM)
    here = chat.quotes.first.get_by_role("link", name="here")
    expect(here).to_have_attribute("href", "https://boats.example/form.pdf")
    expect(here).to_have_attribute("target", "_blank")
    mail = chat.quotes.first.get_by_role("link", name="write to us")
    expect(mail).to_have_attribute("href", "mailto:a@b.example")
    assert mail.get_attribute("target") is None
    chat.shot("links")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "data:,x", "x"]
)
def test_hostile_links(visit: Visit, url: str) -> None:
    """Only links with the four schemes are made; everything else is shown as text."""
    chat = visit().open()
    body = answer(quote("Click me.", parts=[part("item", 0, 9, links=[(0, 5, url)])]))
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    chat.ask("What?")
    expect(chat.quotes).to_have_text("Click me.")
    expect(chat.quotes.get_by_role("listitem")).to_have_count(1)
    expect(chat.quotes.get_by_role("link")).to_have_count(0)


def test_other_articles_answer_too(boating: Visit, boats: str) -> None:
    """Answers from other articles are below the quote, in their form and language."""
    chat = boating()
    chat.ask(FORM)
    also = chat.part("reading")
    expect(also.get_by_role("heading")).to_have_text("Also in")
    expect(also.get_by_role("link", name="زوارق")).to_be_visible()
    expect(also.locator("[part=quote] li")).to_have_text(["حبل", "نار"])
    for item in also.locator("[part=quote] li p").all():  # one of them is nothing but a link
        right = item.evaluate(
            """(item) => {
                const range = new Range();
                range.selectNodeContents(item);
                return item.getBoundingClientRect().right - range.getBoundingClientRect().right;
            }"""
        )
        assert right < 2
    chat.shot("also")


@pytest.mark.parametrize(
    ("question", "copied"),
    [
        (
            START,
            "To start the motor of the ferry, do this:\n\n3. Turn the key:\n   ```\n   key on\n"
            "     wait 5\n   ```\n4. Choose one:\n   - ahead\n   - astern 🦓\n",
        ),
        (
            FERRY,
            "| Ferry for | Hour | Day |\n| --- | --- | --- |\n| Twelve 🦓 | $19 | $90 |\n",
        ),
        (
            FORM,
            "The rental form of a boat can be downloaded [here](https://boats.example/form.pdf), "
            "or [write to us](mailto:a@b.example).\n",
        ),
    ],
)
def test_copy_as_markdown(boating: Visit, question: str, copied: str) -> None:
    """A longer answer is copied as Markdown, with its links, and its source below."""
    chat = boating(permissions=["clipboard-read", "clipboard-write"])
    chat.ask(question)
    chat.button("Copy").click()
    expect(chat.button("Copied")).to_be_visible()
    text = chat.page.evaluate("navigator.clipboard.readText()")
    quote, _, source = text.partition("\nBoats\n")
    assert quote == copied
    assert source.startswith("https://boats.example/rent/#:~:text=")


def test_loaded_with_the_first_question(visit: Visit, host: Host) -> None:
    """The script for parts is fetched once, with the first question."""
    chat = visit()
    fetched: list[str] = []
    chat.page.on("request", lambda request: fetched.append(request.url))
    chat.open()
    expect(chat.part("suggestion").first).to_be_visible()
    assert not [url for url in fetched if "chat-parts" in url]
    chat.ask(CARD)
    expect(chat.quotes).to_have_css("white-space", "pre-line")
    chat.ask(FLOOD)
    parts = [url for url in fetched if "chat-parts" in url]
    assert parts == [f"{host.service}/chat-parts.js"]
    size = len(gzip.compress(PARTS.encode(), 9, mtime=0))
    print(f"chat-parts.js: {len(PARTS.encode()):,} bytes, {size:,} with gzip -9")
    chat.page.reload()
    expect(chat.quotes.first.locator("> p")).to_be_visible()


def test_without_what_shows_parts(visit: Visit) -> None:
    """If that script cannot be fetched, a quote is shown completely as plain text."""
    chat = visit(permissions=["clipboard-read", "clipboard-write"])
    chat.page.route("**/chat-parts.js", lambda route: route.abort())
    chat.open().ask(CARD)
    expect(chat.quotes).to_have_text("A library card costs $20 a year.")
    chat.button("Copy").click()
    expect(chat.button("Copied")).to_be_visible()


@pytest.mark.parametrize("style", ["plain", "dark"])
@pytest.mark.parametrize("size", [(1100, 1000), (360, 640)], ids=["wide", "narrow"])
def test_parts_for_everyone(boating: Visit, style: str, size: tuple[int, int]) -> None:
    """axe-core finds no problem in lists, tables, code and links, and nothing scrolls sideways."""
    chat = boating(style=style, size=size)
    for question in (FORM, START, FERRY):
        turn = chat.ask(question)
        expect(turn.locator("[part=reading] [part=quote] li").first).to_be_visible()
        chat.shot(f"parts-{style}-{size[0]}-{question.split()[-1][:-1]}")
    assert faults(chat.page) == []
    conversation = chat.part("conversation")
    assert conversation.evaluate("(element) => element.scrollWidth <= element.clientWidth")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_marks_stand_where_the_text_begins(boating: Visit, lang: str) -> None:
    """The marks of a list are at the side where its language begins, whatever the page's is."""
    chat = boating(lang=lang, dir="rtl" if lang == "ar" else "ltr", size=(360, 640))
    turn = chat.ask(START)
    for number, (quote, kind) in enumerate(((chat.quotes.first, "ol"), (chat.quotes.last, "ul"))):
        marks = quote.locator(f"> {kind}").bounding_box()
        item = quote.locator(f"> {kind} > li").first.bounding_box()
        assert marks and item
        left = item["x"] - marks["x"]
        right = marks["x"] + marks["width"] - (item["x"] + item["width"])
        assert (left > 15, right > 15) == ((True, False) if number == 0 else (False, True))
        style = "decimal" if kind == "ol" else "disc"
        expect(quote.locator(f"> {kind} > li").first).to_have_css("list-style-type", style)
    expect(turn.locator("[part=code]").first).to_have_css("direction", "ltr")
    chat.shot(f"parts-{lang}")


def test_language_of_a_quote(visit: Visit) -> None:
    """A quote has its article's language, so that a screen reader pronounces it correctly."""
    chat = visit().open()
    chat.page.route("**/ask", lambda route: route.fulfill(json=answer(quote("Às sete."))))
    chat.ask("When?")
    expect(chat.quotes).to_have_attribute("lang", "pt")


def part(
    kind: str,
    start: int,
    end: int,
    columns: Sequence[str] = (),
    links: Sequence[tuple[int, int, str]] = (),
) -> dict[str, Any]:
    """Return a part of a `quote`; the offsets refer to its text."""
    return {
        "kind": kind,
        "start": 100 + start,
        "end": 100 + end,
        "number": None,
        "depth": 0,
        "columns": columns,
        "links": [{"start": 100 + s, "end": 100 + e, "url": url} for s, e, url in links],
    }


def quote(
    text: str, mark: tuple[int, int] | None = None, parts: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    highlight = mark and {"text": text[slice(*mark)], "start": 100 + mark[0], "end": 100 + mark[1]}
    return {
        "text": text,
        "article": "founder",
        "start": 100,
        "end": 100 + len(text),
        "highlight": highlight,
        "columns": [],
        "parts": parts or [part("paragraph", 0, len(text))],
    }


def answer(quoted: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return an answer as the service sends it."""
    text = quoted["text"] if quoted else "No."
    cited = {
        "article": "founder",
        "title": "Founder",
        "url": None,
        "published": "2025-03-03",
        "lang": "pt",
        "heading": "The Great Flood",
        "passage": text,
        "start": 100,
        "end": 200,
        "view": "/articles/founder?start=1&end=9#mark",
    }
    return {
        "id": "a_1",
        "conversation": "c_1",
        "status": "answered" if quoted else "abstained",
        "question": "…",
        "understood_as": None,
        "message": text,
        "answer": quoted,
        "confidence": 0.9,
        "citations": [cited] if quoted else [],
        "related": [] if quoted else [cited],
        "reason": None,
        "unknown_words": [],
        "suggestions": [],
        "index": "0",
    } | changes


def test_source(visit: Visit, host: Host) -> None:
    """The source has title, section and date, and links to the sentence on the author's page."""
    chat = visit().open()
    chat.ask(CARD)
    source = chat.part("source")
    link = source.get_by_role("link", name="Opening hours and cards")
    fragment = "#:~:text=A%20library%20card%20costs%20%2420%20a%20year."
    expect(link).to_have_attribute("href", f"{host.address}/hours{fragment}")
    expect(source).to_contain_text("Cards · January 5, 2025")


def test_jump_to_the_sentence(visit: Visit) -> None:
    """The link scrolls the author's own page to the sentence, and the chat stays the same."""
    chat = visit().open()
    chat.ask(CARD)
    chat.part("source").get_by_role("link").click()
    chat.page.wait_for_url("**/hours*")
    expect(chat.page.locator("main p").last).to_be_in_viewport()
    expect(chat.quotes).to_be_visible()


def test_long_quotes_are_pointed_at_by_their_ends(visit: Visit) -> None:
    """A long sentence is found on the author's page by its beginning and end."""
    chat = visit().open()
    words = " ".join(f"w-{number}" for number in range(20))
    body = answer(quote(words))
    body["citations"][0]["url"] = "https://example.org/a#part"
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    chat.ask("Long?")
    expect(chat.part("source").get_by_role("link")).to_have_attribute(
        "href",
        "https://example.org/a#part:~:text="
        + "%20".join(f"w%2D{number}" for number in range(5))
        + ","
        + "%20".join(f"w%2D{number}" for number in range(15, 20)),
    )


@pytest.mark.parametrize(("confidence", "said"), [(0.49, 1), (0.5, 0)])
def test_unsure(visit: Visit, confidence: float, said: int) -> None:
    """An answer that is more likely wrong than right has a warning, which is also read aloud."""
    chat = visit().open()
    body = answer(quote("Perhaps."), confidence=confidence)
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    turn = chat.ask("Sure?")
    expect(turn.locator("[part=quote]")).to_have_text("Perhaps.")
    expect(turn.get_by_text("This may not answer it:")).to_have_count(said)
    assert ("This may not answer it:" in chat.element.get_by_role("status").inner_text()) == said


def test_understood_as(visit: Visit) -> None:
    """The chat shows how a question was understood, and can ask it again without history."""
    chat = visit().open()
    bodies = iter(
        [
            answer(quote("One.")),
            answer(quote("Two."), understood_as="Who is Anora's star?", conversation="c_1"),
            answer(quote("Three."), conversation="c_2"),
            answer(quote("Four.")),
        ]
    )
    sent: list[Any] = []

    def fulfil(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(json=next(bodies))

    chat.page.route("**/ask", fulfil)
    chat.ask("First?")
    turn = chat.ask("and its star?")
    expect(turn).to_contain_text("Understood as “Who is Anora's star?”")
    chat.button("No, I meant just that").click()
    expect(turn.locator("[part=quote]")).to_have_text("Three.")
    expect(chat.button("No, I meant just that")).to_have_count(0)
    assert sent[1]["conversation"] == "c_1" and len(sent[1]["history"]) == 1
    assert sent[2] == {"question": "and its star?"}
    chat.ask("Fourth?")
    assert sent[3]["conversation"] == "c_2"
    assert [turn["answer"] for turn in sent[3]["history"]] == ["One.", "Three."]


def test_abstains(visit: Visit) -> None:
    """If the articles do not answer, there is a message, unknown words and further reading."""
    chat = visit().open()
    turn = chat.ask(UNKNOWN)
    expect(turn.locator("[part=message]")).to_have_text("The articles here do not say that.")
    expect(turn).to_contain_text("In no article: “painted”, “Guernica”")
    expect(turn.locator("[part=quote]")).to_have_count(0)
    expect(chat.button("Did this help? Yes")).to_have_count(0)
    body = answer(None)
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    turn = chat.ask("Near?")
    reading = turn.locator("[part=reading]")
    expect(reading).to_contain_text("Not an answer")
    expect(reading.get_by_role("link")).to_have_attribute("href", re.compile("/articles/founder"))
    chat.shot("abstains")


def test_small_talk(visit: Visit) -> None:
    """A greeting is answered without a source, and does not count as history."""
    chat = visit().open()
    bodies = iter([answer(None, status="chat", message="Hello!", related=[]), answer(quote("A."))])
    sent: list[Any] = []

    def fulfil(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(json=next(bodies))

    chat.page.route("**/ask", fulfil)
    turn = chat.ask("hello")
    expect(turn.locator("[part=message]")).to_have_text("Hello!")
    expect(turn.locator("[part=reading], [part=source]")).to_have_count(0)
    chat.ask("A?")
    assert sent[1]["history"] == []


def test_follow_up_suggestions(visit: Visit) -> None:
    """Suggestions are only below the last answer, and a click asks one."""
    chat = visit().open()
    expect(chat.part("suggestion").first).to_be_visible()
    body = answer(quote("A."), suggestions=["Why?", "How?"])
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    chat.ask("A?")
    expect(chat.part("suggestion")).to_have_text(["Why?", "How?"])
    chat.button("Why?").click()
    expect(chat.part("question")).to_have_text(["A?", "Why?"])
    expect(chat.part("suggestion")).to_have_count(2)


def test_not_helpful(visit: Visit, service: Service) -> None:
    """A visitor who was not helped is asked why; both are stored, and the chat says thanks."""
    chat = visit().open()
    chat.ask(CARD)
    chat.button("Did this help? No").click()
    chat.button("Out of date").click()
    expect(chat.part("actions")).to_contain_text("Thank you.")
    chat.page.wait_for_load_state("networkidle")
    assert ("outdated", False) in {
        (turn.rating.reason, turn.rating.helpful) for turn in service.keeper.turns() if turn.rating
    }


def test_feedback_off(visit: Visit) -> None:
    """If the service stores no ratings, the chat does not ask for any."""
    chat = visit()
    chat.page.route("**/health", lambda route: route.fulfill(json={"feedback": False}))
    chat.open().ask(CARD)
    expect(chat.button("Copy")).to_be_visible()
    expect(chat.part("actions")).not_to_contain_text("Did this help?")


def test_copy(visit: Visit, host: Host) -> None:
    """An answer is copied with its source."""
    chat = visit(permissions=["clipboard-read", "clipboard-write"]).open()
    chat.ask(CARD)
    chat.button("Copy").click()
    expect(chat.button("Copied")).to_be_visible()
    copied = chat.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[:2] == ["“A library card costs $20 a year.”", "Opening hours and cards"]
    assert copied[2].startswith(f"{host.address}/hours#:~:text=")


def test_start_anew(visit: Visit) -> None:
    """With "Start anew" the conversation is forgotten, and suggestions are shown again."""
    chat = visit().open()
    chat.ask(CARD)
    with chat.page.expect_request("**/conversations/c_*") as forgotten:
        chat.button("Start anew").click()
    assert forgotten.value.method == "DELETE"
    expect(chat.turns).to_have_count(0)
    expect(chat.part("suggestion").first).to_be_visible()
    expect(chat.button("Start anew")).to_be_hidden()
    with chat.page.expect_request("**/ask") as asked:
        chat.ask(FLOOD)
    assert asked.value.post_data_json == {"question": FLOOD, "history": []}


def test_starting_anew_waits_for_nothing(visit: Visit) -> None:
    """A new conversation does not wait for an unfinished question of the old one."""
    chat = visit().open()
    chat.page.route("**/ask", lambda route: None)  # never answered
    chat.input.fill(CARD)
    with chat.page.expect_request("**/ask"):
        chat.input.press("Enter")
    chat.button("Start anew").click()
    chat.input.fill(FLOOD)
    with chat.page.expect_request("**/ask") as asked:
        chat.input.press("Enter")
    assert sent(asked)["question"] == FLOOD


def test_keys(visit: Visit) -> None:
    """Enter sends, Shift+Enter makes a new line, arrow up brings back the last question."""
    chat = visit().open()
    chat.input.press("ArrowUp")
    expect(chat.input).to_have_value("")
    chat.input.fill("One")
    chat.input.press("Shift+Enter")
    chat.input.press_sequentially("two?")
    expect(chat.input).to_have_value("One\ntwo?")
    chat.input.press("Enter")
    expect(chat.part("question")).to_have_text("One\ntwo?")
    expect(chat.input).to_have_value("")
    chat.input.press("ArrowUp")
    expect(chat.input).to_have_value("One\ntwo?")
    chat.input.fill("Something else")
    chat.input.press("ArrowUp")
    expect(chat.input).to_have_value("Something else")


def test_enter_that_chooses_a_character(visit: Visit) -> None:
    """While an input method is used, Enter does not send."""
    chat = visit().open()
    chat.input.fill("ね")
    chat.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(chat.turns).to_have_count(0)


def test_shortcuts_of_the_page(visit: Visit) -> None:
    """Typing in the chat does not trigger the page's shortcuts."""
    chat = visit().open()
    chat.input.press_sequentially("/help")
    assert chat.page.evaluate("window.keys") is None


def test_questions_in_a_row(visit: Visit) -> None:
    """A question before the last answer waits for it, and has it as history."""
    chat = visit().open()
    with chat.page.expect_request_finished(
        lambda request: FLOOD in (request.post_data or "") and "$20" in (request.post_data or "")
    ):
        chat.element.evaluate(
            f"(chat) => {{ chat.ask({json.dumps(CARD)}); chat.ask({json.dumps(FLOOD)}) }}"
        )
    expect(chat.quotes).to_have_count(2)


# Networks


def test_slow_network(visit: Visit) -> None:
    """While an answer is awaited, that is shown and announced."""
    chat = visit().open()
    waiting: list[Route] = []
    chat.page.route("**/ask", lambda route: waiting.append(route))
    chat.input.fill(CARD)
    chat.input.press("Enter")
    expect(chat.turns).to_contain_text("Searching …")
    expect(chat.element.get_by_role("status")).to_have_text("Searching …")
    waiting[0].continue_()
    expect(chat.quotes).to_be_visible()
    expect(chat.turns).not_to_contain_text("Searching …")


def test_lost_network(visit: Visit) -> None:
    """Without a network the question is kept, even after a reload, and can be sent again."""
    chat = visit().open()
    chat.page.context.set_offline(True)
    turn = chat.ask(CARD)
    expect(turn).to_contain_text("No connection. Your question is kept.")
    expect(chat.element.get_by_role("alert")).to_contain_text("No connection.")
    chat.page.context.set_offline(False)
    chat.page.reload()
    expect(turn).to_contain_text(CARD)
    chat.button("Try again").click()
    expect(chat.quotes).to_be_visible()
    expect(chat.button("Try again")).to_have_count(0)


def test_too_many_questions(visit: Visit, host: Host, serve: Serve, service: Service) -> None:
    """After too many questions, the chat says when to ask again."""
    few = service.settings.model_copy(update={"server": ServerSettings(questions_per_minute=1)})
    busy = serve(create_app(service.bot, few))
    chat = visit()
    chat.page.route(
        f"{host.service}/ask", lambda route: route.fulfill(response=route.fetch(url=f"{busy}/ask"))
    )
    chat.open().ask(CARD)
    turn = chat.ask(FLOOD)
    expect(turn).to_have_text(re.compile(r"Ask again in ([1-5]?\d|60) s\."))
    expect(chat.element.get_by_role("alert")).to_contain_text("Ask again in")
    expect(chat.button("Try again")).to_be_visible()
    expect(chat.quotes).to_have_count(1)


def test_faults(visit: Visit) -> None:
    """A refused question shows the service's message; a broken response one of the chat's own."""
    chat = visit().open()
    problem = json.dumps({"detail": "It is too long."})
    for status, body, told in (
        (422, problem, "It is too long."),
        (500, problem, "Something went wrong here."),
        (200, "<html>", "No connection."),
    ):
        content: dict[str, Any] = {"status": status, "body": body}
        chat.page.route("**/ask", lambda route: route.fulfill(**content))  # noqa: B023
        expect(chat.ask(CARD)).to_contain_text(told)


# Staying


def test_reload(visit: Visit, host: Host) -> None:
    """Reload and page change keep conversation, draft, and whether the chat is open."""
    chat = visit().open()
    chat.ask(CARD)
    chat.input.fill("and for chil")
    goes: list[Callable[[], object]]
    goes = [chat.page.reload, lambda: chat.page.goto(f"{host.address}/other")]
    for go in goes:
        go()
        expect(chat.part("question")).to_have_text(CARD)
        expect(chat.quotes).to_have_text("A library card costs $20 a year.")
        expect(chat.input).to_have_value("and for chil")
        assert chat.page.evaluate("document.activeElement === document.body")
    with chat.page.expect_request("**/ask") as asked:
        chat.ask(FLOOD)
    assert len(sent(asked)["history"]) == 1
    chat.button("Close").click()
    chat.page.reload()
    expect(chat.launcher).to_be_visible()
    expect(chat.panel).to_have_count(0)


def test_forget(visit: Visit, host: Host) -> None:
    """With `forget` nothing is ever stored."""
    chat = visit(body=host.tag.replace("async", "async data-forget")).open()
    chat.ask(CARD)
    assert chat.page.evaluate("sessionStorage.length") == 0


def test_two_on_a_page(visit: Visit, host: Host) -> None:
    """Two chats on a page have separate conversations, also after a reload."""
    element = f"<article-chat id='{{}}' position=inline src='{host.service}'></article-chat>"
    chat = visit(body=element.format("a") + element.format("b") + host.tag)
    one, two = Chat(chat.page, "#a"), Chat(chat.page, "#b")
    one.ask(CARD)
    two.ask(FLOOD)
    chat.page.reload()
    expect(one.part("question")).to_have_text(CARD)
    expect(two.part("question")).to_have_text(FLOOD)


def test_single_page_app(visit: Visit) -> None:
    """A chat that is removed and added again, even elsewhere, continues unchanged."""
    chat = visit().open()
    chat.ask(CARD)
    chat.element.evaluate("""(chat) => {
        for (const place of [document.body, document.querySelector("main")]) {
            chat.remove();
            place.append(chat);
        }
    }""")
    expect(chat.quotes).to_have_count(1)
    expect(chat.panel).to_have_count(1)
    chat.ask(FLOOD)
    expect(chat.quotes).to_have_count(2)


def test_removed_while_asking(visit: Visit) -> None:
    """An answer that arrives while the chat is removed is shown when it is back."""
    chat = visit().open()
    waiting: list[Route] = []
    chat.page.route("**/ask", lambda route: waiting.append(route))
    chat.input.fill(CARD)
    chat.input.press("Enter")
    expect(chat.turns).to_contain_text("Searching …")
    chat.page.evaluate("window.chat = document.querySelector('article-chat'); chat.remove()")
    with chat.page.expect_request_finished():
        waiting[0].continue_()
    chat.page.evaluate("document.body.append(chat)")
    expect(chat.quotes).to_be_visible()


def test_in_a_frame(visit: Visit, host: Host) -> None:
    """It works in a sandboxed frame, without storage, forms or origin."""
    chat = visit(
        body=f"<iframe sandbox='allow-scripts' src='{host.address}/' width=600 height=700></iframe>"
    )
    frame = chat.page.frame_locator("iframe")
    frame.locator("[part=launcher]").click()
    frame.locator("[part=input]").fill(CARD)
    frame.locator("[part=send]").click()
    expect(frame.locator("[part=quote]")).to_have_text("A library card costs $20 a year.")


# Anywhere

LOOKS = """(element) => {
    const style = getComputedStyle(element);
    return ["color", "fontSize", "fontFamily", "backgroundColor", "display", "textAlign", "cursor"]
        .map((name) => style[name]);
}"""


def test_hostile_styles(visit: Visit, host: Host) -> None:
    """No style sheet of the page changes the inside of the chat."""
    looks = []
    for style in ("plain", "hostile"):
        chat = visit(style=style)
        found = [chat.launcher.evaluate(LOOKS)]
        chat.open().ask(CARD)
        parts = ("panel", "heading", "question", "quote", "actions", "input", "send")
        found += [chat.part(name).evaluate(LOOKS) for name in parts]
        found.append(chat.panel.bounding_box())
        looks.append(found)
    assert looks[0] == looks[1]
    chat.shot("hostile")


def test_styles_of_the_author(visit: Visit) -> None:
    """Custom properties and parts let the page's author style the chat."""
    chat = visit(style="own").open()
    assert "rgb(160, 0, 80)" in chat.part("send").evaluate(LOOKS)
    chat.ask(CARD)
    weight = chat.part("question").evaluate("(element) => getComputedStyle(element).fontWeight")
    assert weight == "700"


def test_dark(visit: Visit) -> None:
    """It is dark if the page is dark, not if only the visitor's system is."""
    black, white = "rgb(18, 18, 18)", "rgb(255, 255, 255)"
    for style, scheme, background in (("dark", "light", black), ("plain", "dark", white)):
        chat = visit(style=style, color_scheme=scheme).open()
        chat.ask(CARD)
        assert background in chat.panel.evaluate(LOOKS)
        chat.shot(f"{style}-page")


def test_right_to_left(visit: Visit) -> None:
    """On an Arabic page it uses Arabic and is mirrored, with questions at the left."""
    chat = visit(lang="ar", dir="rtl").open()
    turn = chat.ask(CARD)
    expect(chat.part("heading")).to_have_text("اطرح سؤالاً")
    panel, question = chat.panel.bounding_box(), turn.locator("[part=question]").bounding_box()
    assert panel and question
    assert panel["x"] < 100
    assert question["x"] - panel["x"] < 50
    # Text in another language keeps its own direction.
    assert (
        turn.locator("[part=quote]").evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"
    )
    chat.shot("right-to-left")


@pytest.mark.parametrize("size", [(320, 640), (320, 256)], ids=["narrow", "zoomed to 400 %"])
def test_narrow(visit: Visit, size: tuple[int, int]) -> None:
    """On a screen of 320 px, or zoomed to 400 %, everything can be reached without side scroll."""
    chat = visit(size=size).open()
    chat.ask(CARD)
    for element in (chat.panel, chat.part("conversation")):
        assert element.evaluate("(element) => element.scrollWidth <= element.clientWidth")
    for element in (chat.input, chat.part("send"), chat.button("Close"), chat.button("Start anew")):
        expect(element).to_be_in_viewport(ratio=1)
    assert chat.panel.bounding_box() == {"x": 0, "y": 0, "width": size[0], "height": size[1]}
    assert chat.panel.evaluate("(panel) => panel.matches(':modal')")
    chat.shot(f"narrow-{size[1]}")


def test_grows_and_shrinks(visit: Visit) -> None:
    """If the window is made narrow while the chat is open, all of it is shown, and back again."""
    chat = visit().open()
    modal = "(panel) => panel.matches(':modal')"
    for width, wanted in ((360, True), (1000, False)):
        chat.page.set_viewport_size({"width": width, "height": 700})
        expect(chat.panel).to_be_visible()
        chat.page.wait_for_timeout(100)
        assert chat.panel.evaluate(modal) is wanted
        assert chat.element.get_attribute("open") is not None


def test_phone(visit: Visit) -> None:
    """On a phone nothing zooms while typing, and the keyboard covers nothing."""
    chat = visit(size=(390, 700), has_touch=True, is_mobile=True)
    chat.launcher.tap()
    assert chat.input.evaluate("(input) => parseFloat(getComputedStyle(input).fontSize)") >= 16
    expect(chat.input).not_to_be_focused()  # that would open the keyboard over the suggestions
    chat.page.evaluate("""() => {
        Object.defineProperty(visualViewport, "height", { value: 380 });
        Object.defineProperty(visualViewport, "offsetTop", { value: 20 });
        visualViewport.dispatchEvent(new Event("resize"));
    }""")
    assert chat.panel.bounding_box() == {"x": 0, "y": 20, "width": 390, "height": 380}


def test_reduced_motion(visit: Visit) -> None:
    """Nothing moves if the visitor wants no motion; otherwise the chat moves a little."""
    chat = visit().open()
    moves = "(panel) => getComputedStyle(panel).animationName"
    assert chat.panel.evaluate(moves) == "none"
    chat.page.emulate_media(reduced_motion="no-preference")
    assert chat.panel.evaluate(moves) != "none"


def test_forced_colours(visit: Visit) -> None:
    """With forced colours the mark is still visible, and buttons have a border."""
    chat = visit(forced_colors="active")
    chat.open()
    body = answer(quote("At seven."[:9], mark=(3, 8)))
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    chat.ask("When?")
    _, _, _, marked, *_ = chat.part("mark").evaluate(LOOKS)
    _, _, _, around, *_ = chat.panel.evaluate(LOOKS)
    assert marked != around
    assert chat.part("send").evaluate("(e) => getComputedStyle(e).borderTopWidth") == "1px"
    chat.shot("forced-colours")


# For everyone


def faults(page: Page) -> list[str]:
    """Return the problems that axe-core finds on the page."""
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("style", ["plain", "dark"])
@pytest.mark.parametrize("size", [(1100, 1000), (360, 640)], ids=["wide", "narrow"])
def test_axe(visit: Visit, style: str, size: tuple[int, int]) -> None:
    """axe-core finds no problem: closed, opened, answered, without an answer, failed."""
    chat = visit(style=style, size=size)
    expect(chat.launcher).to_be_visible()
    assert faults(chat.page) == []
    chat.open()
    expect(chat.part("suggestion").first).to_be_visible()
    assert faults(chat.page) == []
    chat.ask(CARD)
    body = answer(quote("At seven.", mark=(3, 8)), understood_as="When?", suggestions=["Why?"])
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    chat.ask("When?")
    chat.button("Did this help? No").last.click()
    assert faults(chat.page) == []
    chat.page.route("**/ask", lambda route: route.fulfill(json=answer(None, unknown_words=["x"])))
    chat.ask("Else?")
    assert faults(chat.page) == []
    chat.page.context.set_offline(True)
    chat.ask("Lost?")
    assert faults(chat.page) == []


def test_dialog(visit: Visit) -> None:
    """It is a dialog with a name; it takes and returns the focus, and Escape closes it."""
    chat = visit()
    expect(chat.launcher).to_have_attribute("aria-haspopup", "dialog")
    chat.launcher.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.element.get_by_role("dialog", name="Ask a question")).to_be_visible()
    expect(chat.input).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    link = chat.page.get_by_role("link", name="Another page")
    link.focus()
    chat.call("open")
    expect(chat.input).to_be_focused()
    chat.button("Close").click()
    expect(link).to_be_focused()


def test_keyboard_alone(visit: Visit) -> None:
    """Tab, Enter, Space and Escape are enough for everything, in visual order."""
    chat = visit()
    expect(chat.launcher).to_be_visible()
    keys = chat.page.keyboard

    def tab_to(name: str, back: bool = False) -> None:
        for _ in range(20):
            keys.press("Shift+Tab" if back else "Tab")
            if chat.page.evaluate(FOCUSED) == name:
                return
        raise AssertionError(f"{name} is not reached by Tab")

    tab_to("Ask a question")
    keys.press("Enter")
    expect(chat.part("suggestion").first).to_be_visible()
    question = chat.part("suggestion").last.inner_text()
    tab_to(question, back=True)
    keys.press("Enter")
    expect(chat.quotes).to_be_visible()
    assert chat.page.evaluate(FOCUSED) == "Your question"
    keys.press("Shift+Tab")
    order = []
    while chat.page.evaluate(FOCUSED) != "Start anew":
        order.append(chat.page.evaluate(FOCUSED))
        keys.press("Shift+Tab")
    wanted = ["Copy", "Did this help? No", "Did this help? Yes"]
    assert [name for name in order if name in wanted] == wanted
    tab_to("Did this help? Yes")
    keys.press("Space")
    assert chat.page.evaluate(FOCUSED) == "Thank you."
    keys.press("Escape")
    expect(chat.launcher).to_be_focused()


FOCUSED = """() => {
    let focused = document.activeElement;
    while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused.getAttribute("aria-label") ?? focused.textContent;
}"""


def test_live_regions(visit: Visit) -> None:
    """Both live regions exist, empty, before they are used: polite answers, immediate errors."""
    chat = visit().open()
    status, alert = (chat.element.get_by_role(role) for role in ("status", "alert"))
    for region in (status, alert):
        expect(region).to_have_text("")
        region.evaluate("(region) => { (window.regions ??= []).push(region) }")
    chat.ask(CARD)
    expect(status).to_have_text("A library card costs $20 a year. — Opening hours and cards")
    chat.ask(UNKNOWN)
    expect(status).to_have_text("The articles here do not say that.")
    expect(alert).to_have_text("")
    chat.page.context.set_offline(True)
    chat.ask(CARD)
    expect(alert).to_have_text("No connection. Your question is kept.")
    expect(status).to_have_text("")
    assert chat.page.evaluate("regions.every((region) => region.isConnected)")


def test_targets(visit: Visit) -> None:
    """Everything that can be clicked is at least 24 px high and wide."""
    chat = visit()
    small = (
        "(all) => all.filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect())"
        ".filter((box) => box.width < 24 || box.height < 24).length"
    )
    chat.open().ask(CARD)
    chat.page.route(
        "**/ask",
        lambda route: route.fulfill(json=answer(None, understood_as="x", suggestions=["Why?"])),
    )
    chat.ask("Else?")
    assert chat.element.locator("button, a, textarea").evaluate_all(small) == 0


# Nothing is run


def test_hostile_article(visit: Visit) -> None:
    """Tags in title, section, text and question are shown as text."""
    chat = visit().open()
    chat.ask(f"What does the zebra eat? {HOSTILE}")
    body = answer(
        quote(HOSTILE), understood_as=HOSTILE, suggestions=[HOSTILE], unknown_words=[HOSTILE]
    )
    body["citations"][0] |= {"title": HOSTILE, "heading": HOSTILE}
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    turn = chat.ask("What?")
    expect(chat.quotes.last).to_have_text(HOSTILE)
    expect(turn.get_by_role("link")).to_have_text(HOSTILE)
    expect(chat.part("suggestion")).to_have_text(HOSTILE)
    assert chat.element.locator("img, script").count() == 0
    chat.page.reload()
    expect(chat.quotes.last).to_have_text(HOSTILE)
    assert chat.element.locator("img, script").count() == 0


def test_hostile_attributes(visit: Visit, host: Host) -> None:
    """Tags in attributes are shown as text, and `javascript:` addresses are refused."""
    chat = visit()
    for name in ("heading", "greeting", "placeholder"):
        chat.element.evaluate(
            "(chat, [name, value]) => chat.setAttribute(name, value)", [name, HOSTILE]
        )
    chat.open()
    expect(chat.part("heading")).to_have_text(HOSTILE)
    body = answer(quote("A."))
    body["citations"][0] |= {"url": "javascript:alert(1)", "view": "javascript:alert(1)"}
    chat.page.route("**/ask", lambda route: route.fulfill(json=body))
    turn = chat.ask("A?")
    href = turn.locator("a").evaluate("(link) => link.href")
    assert not href.startswith("javascript:")
    chat.element.evaluate("(chat) => chat.setAttribute('src', 'javascript:alert(1)')")
    expect(chat.ask("B?")).to_contain_text("No connection.")


# The author


def test_attributes(visit: Visit, host: Host) -> None:
    """The attributes heading, greeting, placeholder and article work, also when they change."""
    tag = host.tag.replace(
        "async", "async data-heading=H data-greeting=G data-placeholder=P data-article=hours"
    )
    chat = visit(body=tag).open()
    expect(chat.part("heading")).to_have_text("H")
    expect(chat.part("greeting")).to_have_text("G")
    expect(chat.input).to_have_attribute("placeholder", "P")
    with chat.page.expect_request("**/ask") as asked:
        chat.ask(CARD)
    assert sent(asked)["article"] == "hours"
    chat.element.evaluate("(chat) => chat.setAttribute('heading', 'Else')")
    expect(chat.part("heading")).to_have_text("Else")
    expect(chat.quotes).to_be_visible()


def test_the_page_of_the_tag_goes_first(
    visit: Visit,
    host: Host,
    serve: Serve,
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If all pages say the same, the answer is from the tag's page, and so is a follow-up."""
    for name, hour, price in (("lyon", "eight", 2), ("nice", "nine", 3), ("metz", "ten", 4)):
        text = f"# Shop in {name.title()}\n\nThe shop opens at {hour}. A bag costs {price} euros."
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    bot = build_bot(service.settings, read_corpus(tmp_path, max_bytes=100_000).articles)
    monkeypatch.setattr(host, "service", serve(create_app(bot, service.settings)))
    for name, hour, price in (("nice", "nine", 3), ("lyon", "eight", 2)):
        tag = f"<script src={host.service}/widget.js async data-article={name}></script>"
        chat = visit(body=tag).open()
        chat.ask("When does the shop open?")
        expect(chat.quotes.last).to_contain_text(f"The shop opens at {hour}.")
        chat.ask("and what does a bag cost?")
        expect(chat.quotes.last).to_contain_text(f"A bag costs {price} euros.")


def test_open_attribute(visit: Visit, host: Host) -> None:
    """`open` shows the chat from the start without focus, but not over a small screen."""
    tag = host.tag.replace("async", "async data-open")
    chat = visit(body=tag)
    expect(chat.panel).to_be_visible()
    assert chat.page.evaluate("document.activeElement === document.body")
    assert chat.page.evaluate("sessionStorage.length") == 0
    chat.element.evaluate("(chat) => chat.removeAttribute('open')")
    expect(chat.panel).to_be_hidden()
    chat = visit(body=tag, size=(360, 640))
    expect(chat.launcher).to_be_visible()
    expect(chat.panel).to_have_count(0)


def test_inline(visit: Visit, host: Host) -> None:
    """Inline it is part of the page: no launcher, no dialog, suggestions once visible."""
    element = f"<article-chat position=inline src='{host.service}'></article-chat>"
    chat = visit(body=element + host.tag)
    expect(chat.launcher).to_have_count(0)
    expect(chat.element.get_by_role("dialog")).to_have_count(0)
    expect(chat.part("suggestion").first).to_be_visible()
    assert chat.page.evaluate("document.activeElement === document.body")
    chat.ask(CARD)
    expect(chat.quotes).to_be_visible()
    chat.shot("inline")


def test_unknown_attribute(visit: Visit, host: Host) -> None:
    """A misspelt attribute is reported in the console, with the known ones."""
    chat = visit(body="")
    told: list[str] = []
    chat.page.on("console", lambda message: told.append(message.text))
    element = (
        f"<article-chat class=a style='' data-b=c greting=x src='{host.service}'></article-chat>"
    )
    chat.page.goto(address(host, body=element.replace(" style=''", "") + host.tag))
    expect(chat.launcher).to_be_visible()
    [warning] = [text for text in told if "article-chat" in text]
    assert 'unknown attribute "greting"' in warning and "greeting" in warning


HEADINGS = {
    "en": "Ask a question",
    "de-AT": "Frage stellen",
    "es": "Hacer una pregunta",
    "fr": "Poser une question",
    "ar": "اطرح سؤالاً",
    "nl": "Ask a question",
}


def test_languages(visit: Visit) -> None:
    """The page's language decides; if it is unknown, English."""
    chat = visit()
    expect(chat.launcher).to_be_visible()
    for lang, heading in HEADINGS.items():
        chat.page.evaluate(
            """lang => {
                document.documentElement.lang = lang;
                document.body.append(document.querySelector("article-chat"));
            }""",
            lang,
        )
        expect(chat.launcher).to_have_text(heading)
        expect(chat.launcher).to_have_attribute("lang", "en" if lang == "nl" else lang[:2])
    chat.element.evaluate("(chat) => { chat.lang = 'fr' }")
    expect(chat.launcher).to_have_text(HEADINGS["fr"])


def test_other_language(visit: Visit, host: Host) -> None:
    """An author's JSON adds a language with its direction, or changes texts."""
    texts = json.dumps({"lang": "he", "dir": "rtl", "heading": "שאלה", "send": "שליחה"})
    element = f"<article-chat texts='{texts}' src='{host.service}'></article-chat>"
    chat = visit(body=element + host.tag).open()
    expect(chat.panel).to_have_attribute("lang", "he")
    expect(chat.panel).to_have_attribute("dir", "rtl")
    expect(chat.button("שליחה")).to_be_visible()
    expect(chat.input).to_have_attribute("placeholder", "Your question")


def test_slots(visit: Visit, host: Host) -> None:
    """The author can add an icon and a header; other content is a fallback."""
    element = (
        f"<article-chat src='{host.service}'><b slot=icon>?</b><h2 slot=header>Ada</h2>"
        "<p>Write to us.</p></article-chat>"
    )
    chat = visit(body=element + host.tag)
    expect(chat.page.get_by_text("?", exact=True)).to_be_visible()
    expect(chat.page.get_by_text("Write to us.")).to_be_hidden()
    chat.open()
    expect(chat.page.get_by_role("heading", name="Ada")).to_be_visible()


def test_methods(visit: Visit) -> None:
    """open(question) opens and asks, ask() returns a promise, clear() forgets, close() closes."""
    chat = visit()
    body = chat.call("open", CARD)
    assert body["answer"]["text"] == "A library card costs $20 a year."
    expect(chat.quotes).to_be_visible()
    chat.call("close")
    expect(chat.panel).to_be_hidden()
    assert chat.call("ask", UNKNOWN)["status"] == "abstained"
    expect(chat.turns).to_have_count(2)
    chat.call("clear")
    expect(chat.turns).to_have_count(0)
    assert chat.call("ask", "  ") is None


def test_fetch_can_be_replaced(visit: Visit) -> None:
    """All requests go through `fetch()`, which a page can replace."""
    chat = visit()
    chat.element.evaluate(
        "(chat, body) => { chat.fetch = async () => Response.json(body) }", answer(quote("Own."))
    )
    chat.open().ask("A?")
    expect(chat.quotes).to_have_text("Own.")


RECORD = """(chat) => {
    window.events = [];
    const types = ["beforetoggle", "toggle", "ask", "answer", "problem", "rate", "clear"];
    for (const type of types) document.addEventListener(type, (event) => {
        if (event.target === chat) events.push(type);
        if (window.cancel === type) event.preventDefault();
    });
}"""


def test_events(visit: Visit) -> None:
    """Events that bubble to the page report what happens, in order."""
    chat = visit()
    chat.element.evaluate(RECORD)
    chat.open().ask(CARD)
    chat.button("Did this help? Yes").click()
    chat.page.context.set_offline(True)
    chat.ask(FLOOD)
    chat.button("Start anew").click()
    chat.button("Close").click()
    told = chat.page.evaluate("events")
    assert told == (
        "beforetoggle toggle ask answer rate ask problem clear beforetoggle toggle".split()
    )


def test_events_can_be_cancelled(visit: Visit) -> None:
    """A page can keep the chat closed, stop a question or rating, and show answers itself."""
    chat = visit()
    chat.element.evaluate(RECORD)
    sent: list[str] = []
    chat.page.on("request", lambda request: sent.append(request.url))

    def cancel(type: str) -> None:
        chat.page.evaluate("(type) => { window.cancel = type }", type)

    cancel("beforetoggle")
    chat.launcher.click()
    expect(chat.panel).to_have_count(0)
    cancel("ask")
    chat.open()
    chat.input.fill(CARD)
    chat.input.press("Enter")
    expect(chat.input).to_have_value(CARD)
    expect(chat.turns).to_have_count(0)
    assert not [url for url in sent if url.endswith("/ask")]
    cancel("answer")
    assert chat.call("ask", CARD)["status"] == "answered"
    expect(chat.turns).to_have_count(0)
    cancel("rate")
    chat.ask(CARD)
    chat.button("Did this help? Yes").click()
    expect(chat.button("Did this help? Yes")).to_be_visible()
    assert not [url for url in sent if url.endswith("/feedback")]
    cancel("clear")
    chat.button("Start anew").click()
    expect(chat.turns).to_have_count(1)


# Our own pages


@pytest.fixture
def own(browser: Browser, service: Service) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of the service."""
    contexts: list[BrowserContext] = []

    def go(path: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(service.address + path)
        return page

    yield go
    for context in contexts:
        context.close()


def test_start_page(own: Callable[..., Page]) -> None:
    """The start page is the chat itself, under the page's own policy."""
    page = own("/")
    chat = Chat(page)
    chat.ask(CARD)
    expect(chat.quotes).to_have_text("A library card costs $20 a year.")
    expect(page.locator("form").first).to_be_hidden()
    assert page.evaluate("violations") == []
    assert faults(page) == []
    chat.shot("start-page")


def test_start_page_without_script(own: Callable[..., Page]) -> None:
    """Without JavaScript the start page is a form that answers."""
    page = own("/", java_script_enabled=False)
    page.get_by_label("Your question").fill(CARD)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("blockquote")).to_have_text("A library card costs $20 a year.")


@pytest.mark.parametrize("width", [1100, 360])
def test_parts_without_script(browser: Browser, boats: str, width: int) -> None:
    """Without JavaScript, lists, tables, code and links are the same, accessible, and fit."""
    size = ViewportSize(width=width, height=800)
    context = browser.new_context(java_script_enabled=False, viewport=size)
    page = context.new_page()
    shown = []
    for question, tags in ((FORM, "a"), (START, "ol > li > pre"), (FERRY, "table th")):
        page.goto(boats)
        page.get_by_label("Your question").fill(question)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator(f"blockquote >> nth=0 >> {tags} >> nth=0")).to_be_visible()
        expect(page.locator(".also blockquote li")).to_have_text(["حبل", "نار"])
        shown.append(page.content())
    page.get_by_role("link", name="Open at this sentence").click()
    expect(page.locator("td mark")).to_have_text(["Twelve 🦓", "$19", "$90"])
    shown.append(page.content())
    context.close()
    with contextlib.closing(browser.new_context(viewport=size)) as context:
        page = context.new_page()  # axe needs JavaScript; the page does not
        for content in shown:
            page.goto(f"{boats}/articles")
            page.set_content(content)
            assert faults(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_demo_page(own: Callable[..., Page]) -> None:
    """The demo is a help page with the tag at the end."""
    page = own("/demo", viewport={"width": 1100, "height": 760})
    chat = Chat(page).open()
    chat.ask(CARD)
    expect(chat.quotes).to_be_visible()
    assert page.evaluate("violations") == []
    assert faults(page) == []


# The README of the widget


def column(section: str) -> list[str]:
    """Return the first column of a section's table, without quotes."""
    [text] = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    return [re.split(r"[(=]", cell)[0] for cell in re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)]


def test_readme_interface(visit: Visit) -> None:
    """The README has exactly the attributes, public methods and events."""
    chat = visit()
    expect(chat.launcher).to_be_visible()
    attributes = chat.page.evaluate("ArticleChat.observedAttributes")
    assert sorted(column("Attributes")) == sorted(attributes)
    names = chat.page.evaluate("Object.getOwnPropertyNames(ArticleChat.prototype)")
    own = {name for name in names if name != "constructor" and not name.endswith("Callback")}
    assert set(column("Methods")) == own
    fired = re.findall(r"#fire\(.*", SCRIPT)
    assert set(column("Events")) == set(re.findall(r'"(\w+)"', "\n".join(fired)))


def test_readme_styles() -> None:
    """The README has exactly the custom properties, parts and slots."""
    assert set(column("Custom properties")) == set(
        re.findall(r"var\((--article-chat-[\w-]+)", SCRIPT)
    )
    assert set(column("Parts")) == set(re.findall(r'part: "([\w-]+)"', SCRIPT + PARTS))
    assert set(column("Slots")) == set(re.findall(r'"slot", \{ name: "(\w+)"', SCRIPT))


def test_readme_policy() -> None:
    """The policy in the README is exactly the one in these tests."""
    [block] = re.findall(r"```\n(Content-Security-Policy:.*?)```", README, re.DOTALL)
    lines = set(re.findall(r"(?:script|connect|style|img|font|frame)-src [^;\n]*", block))
    assert lines == {"script-src https://bot.example", "connect-src https://bot.example"}


def test_readme_texts() -> None:
    """The README names each text that can be replaced."""
    table = re.findall(r"const TEXTS = `\n(.*?)\n  `", SCRIPT, re.DOTALL)[0]
    names = {row.split("|")[0].strip() for row in table.splitlines()}
    [listed] = re.findall(r"^The texts are (.*?)\.$", README, re.MULTILINE)
    assert set(re.findall(r"`([\w-]+)`", listed)) == names
    assert {len(row.split("|")) for row in table.splitlines()} == {6}


def test_screenshot(browser: Browser, serve: Serve, service: Service, tmp_path: Path) -> None:
    """The picture in the README can be made again: `SCREENSHOTS=folder` keeps it."""
    settings = service.settings
    corpus = read_corpus(WEB.parent / "corpus", max_bytes=100_000)
    bot = build_bot(settings, corpus.articles)
    page = browser.new_page(viewport={"width": 1360, "height": 720})
    page.goto(serve(create_app(bot, settings, service.keeper)) + "/demo")
    chat = Chat(page).open()
    chat.ask("What was Anora's budget?")
    chat.ask("and its star?")
    path = (Path(SHOTS) if SHOTS else tmp_path) / "screenshot.png"
    page.screenshot(path=path)
    page.context.close()
    image.open(path).quantize(64).save(path, optimize=True)
    assert path.stat().st_size <= 60_000
    assert (WEB / "screenshot.png").stat().st_size <= 60_000
