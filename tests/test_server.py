"""The service over HTTP keeps the contract of /ask, explains errors, and has pages."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from chatbot import index, logs
from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import ReaderSettings, ServerSettings, Settings, StoreSettings
from chatbot.limiter import Limiter
from chatbot.openapi import describe
from chatbot.server import GUESSES, create_app
from chatbot.store.keeper import Keeper
from chatbot.types import Article, Block, Link

SCHEMAS = describe()["components"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\0{{7*7}}"


def check(name: str, body: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": SCHEMAS}
    Draft202012Validator(schema).validate(body)


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    """Check that `response` is a problem, and return it."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = json.loads(response.data)
    check("Problem", body)
    assert body["status"] == status
    assert body["detail"]
    assert "Traceback" not in response.text
    return body


class Page(HTMLParser):
    """The content of a page: its text without tags, and each tag with its attributes."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        assert response.content_type == "text/html; charset=utf-8"
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self.feed(response.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", {}))

    def handle_data(self, data: str) -> None:
        self.text += data
        opened = [tag for tag, _ in self.tags if tag in ("mark", "/mark")]
        if opened and opened[-1] == "mark":
            self.marked[-1] += data

    def values(self, tag: str, attribute: str) -> list[str]:
        """Return the value of the attribute in each such tag that has it."""
        return [found[attribute] or "" for name, found in self.tags if found.get(attribute)
                and name == tag]  # fmt: skip

    def hidden(self) -> dict[str, str]:
        """Return the hidden fields of the page's forms."""
        return {
            found["name"] or "": found["value"] or ""
            for tag, found in self.tags
            if tag == "input" and found.get("type") == "hidden"
        }


# POST /ask


def test_answered(client: FlaskClient, bot: Bot) -> None:
    """The quoted sentence is in the article at the place that the answer gives."""
    response = client.post("/ask", json={"question": "What does a library card cost?"})
    assert response.status_code == 200
    assert response.content_type == "application/json"
    body = json.loads(response.data)
    check("AnswerBody", body)
    assert body["status"] == "answered"
    answer = body["answer"]
    assert answer["text"] == "A library card costs $20 a year."
    text = client.get(f"/articles/{answer['article']}.txt").text
    assert text[answer["start"] : answer["end"]] == answer["text"]
    assert body["index"] == bot.index


@pytest.fixture
def prices(tmp_path: Path, settings: Settings) -> FlaskClient:
    """A client of a service with one article, a table of prices."""
    table = "| Ticket | Adults | Pupils |\n|---|---|---|\n| Day | $7 | $4 |\n| Week | $30 | $16 |\n"
    (tmp_path / "prices.md").write_text(f"# Prices\n\n{table}", encoding="utf-8")
    bot = build_bot(settings, read_corpus(tmp_path, max_bytes=10_000).articles)
    return create_app(bot, settings).test_client()


@pytest.fixture
def shops(tmp_path: Path, settings: Settings) -> FlaskClient:
    """A client of a service whose articles say the same about three shops."""
    for name, hour in (("lyon", "eight"), ("nice", "nine"), ("metz", "ten")):
        text = f"# Shop in {name.title()}\n\nThe shop opens at {hour}. On Sundays it is closed."
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    bot = build_bot(settings, read_corpus(tmp_path, max_bytes=10_000).articles)
    return create_app(bot, settings).test_client()


@pytest.mark.parametrize(("page", "hour"), [("lyon", "eight"), ("nice", "nine"), ("metz", "ten")])
def test_the_page_goes_first_among_equals(shops: FlaskClient, page: str, hour: str) -> None:
    """With `article`, a text that all articles have is quoted from that article."""
    asked = {"question": "When does the shop open?", "article": page}
    body = shops.post("/ask", json=asked).get_json()
    assert f"opens at {hour}" in body["answer"]["text"]
    assert body["answer"]["article"] == body["citations"][0]["article"] == page
    other = shops.post("/ask", json=asked | {"question": "When does the shop in Lyon open?"})
    assert other.get_json()["answer"]["article"] == "lyon", "what is named goes before the page"


def test_an_unknown_page_changes_nothing(shops: FlaskClient) -> None:
    """An unknown `article` has no effect."""
    asked = {"question": "When does the shop open?"}
    first, second = (
        shops.post("/ask", json=asked | more).get_json() for more in ({}, {"article": "gone"})
    )
    assert first["answer"] == second["answer"]


def test_a_form_stays_on_its_page(shops: FlaskClient) -> None:
    """The next form keeps the article of the form before."""
    asked = {"question": "When does the shop open?", "article": "metz"}
    page = Page(shops.post("/ask", data=asked))
    assert "opens at ten" in page.text
    page = Page(shops.post("/ask", data={"question": "When is it closed?"} | page.hidden()))
    assert page.hidden()["article"] == "metz"
    assert "Shop in Metz" in page.text


def test_a_row_is_quoted_with_its_columns(prices: FlaskClient) -> None:
    """The row that is asked for is quoted, with the names of its columns."""
    body = prices.post("/ask", json={"question": "How much is a ticket for a week?"}).get_json()
    check("AnswerBody", body)
    assert body["answer"]["text"] == "Week | $30 | $16"
    assert body["answer"]["columns"] == ["Ticket", "Adults", "Pupils"]
    page = Page(prices.post("/ask", data={"question": "How much is a ticket for a week?"}))
    assert [page.text.count(cell) for cell in ("Ticket", "Adults", "Week", "$30")] == [1] * 4
    assert [tag for tag, _ in page.tags if tag in ("th", "td")] == ["th"] * 3 + ["td"] * 3


def test_abstained(client: FlaskClient) -> None:
    """If the articles do not answer, the status is 200, with a reason and no quote."""
    body = client.post("/ask", json={"question": "Who painted Guernica?"}).get_json()
    check("AnswerBody", body)
    assert body["status"] == "abstained"
    assert body["answer"] is None
    assert body["citations"] == []
    assert body["reason"]
    assert body["unknown_words"] == ["painted", "Guernica"]


def test_ids_are_new(client: FlaskClient) -> None:
    """Each answer has its own id, too long to be guessed."""
    bodies = [client.post("/ask", json={"question": "flood?"}).get_json() for _ in range(3)]
    for key, prefix in (("id", "a_"), ("conversation", "c_")):
        assert len({body[key] for body in bodies}) == 3
        assert all(re.fullmatch(rf"{prefix}[\w-]{{22}}", body[key]) for body in bodies)


def test_conversation_goes_on(client: FlaskClient) -> None:
    """The conversation's id that a client sends comes back."""
    first = client.post("/ask", json={"question": "flood?"}).get_json()["conversation"]
    body = client.post("/ask", json={"question": "flood?", "conversation": first}).get_json()
    assert body["conversation"] == first


def test_same_answer(client: FlaskClient) -> None:
    """The same question has the same answer, byte for byte, with keys in order, except ids."""
    texts = [client.post("/ask", json={"question": "flood?"}).text for _ in range(2)]
    first, second = (re.sub(r'"[ac]_[\w-]{22}"', '""', text) for text in texts)
    assert first == second
    assert list(json.loads(first)) == list(SCHEMAS["schemas"]["AnswerBody"]["properties"])


def test_characters_are_not_escaped(client: FlaskClient) -> None:
    """JSON has letters unescaped."""
    assert "João Pérez" in client.post("/ask", json={"question": "What did Perez say?"}).text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"question"',
        b"\xff\xfe",
        b'{"question": "\xff"}',
        b'{"question": "\\ud800"}',
        b'{"question": "x", "limit": ' + b"9" * 5000 + b"}",
        b"[" * 50_000,
        b'{"question":' * 3_000,
    ],
    ids=lambda content: repr(content[:24]),
)
def test_malformed(client: FlaskClient, content: bytes) -> None:
    """A body that is not a JSON object is a 400."""
    problem(client.post("/ask", data=content, content_type="application/json"), 400)


def test_wrong_fields(client: FlaskClient) -> None:
    """Wrong fields are a 422 that names each; for unknown fields it lists the known ones."""
    body = problem(client.post("/ask", json={"question": "x", "limit": 0, "more": 1}), 422)
    assert [fault["field"] for fault in body["errors"]] == ["limit", "more"]
    assert "question, conversation, history, limit, article" in body["errors"][1]["message"]


@pytest.mark.parametrize("part", ["answer", "highlight"])
def test_a_history_is_no_longer_than_answers_are(client: FlaskClient, part: str) -> None:
    """An earlier answer that is longer than any quote is a 422, since reading it takes long."""
    history = [{"question": "x", part: "Baker of the Vale " * 1000}]
    problem(client.post("/ask", json={"question": "and he?", "history": history}), 422)


def test_blank_question(client: FlaskClient) -> None:
    """A question of only white space is also a 422."""
    body = problem(client.post("/ask", json={"question": " \n "}), 422)
    assert body["errors"][0]["field"] == "question"


def test_doubled_key(client: FlaskClient) -> None:
    """If a key is given twice, the last one counts."""
    content = '{"question": "x", "question": "flood?"}'
    response = client.post("/ask", data=content, content_type="application/json")
    assert response.get_json()["question"] == "flood?"


@pytest.mark.parametrize("type", ["text/plain", "multipart/form-data; boundary=x", "", "json"])
def test_neither_json_nor_form(client: FlaskClient, type: str) -> None:
    """Another type of content is a 415."""
    problem(client.post("/ask", data=b'{"question": "x"}', content_type=type), 415)


def test_too_large(client: FlaskClient, settings: Settings) -> None:
    """A body larger than `server.max_body_bytes` is a 413, as JSON and as a form."""
    content = b" " * (settings.server.max_body_bytes + 1)
    problem(client.post("/ask", data=content, content_type="application/json"), 413)
    response = client.post("/ask", data={"question": content.decode()})
    assert response.status_code == 413
    assert "Request Entity Too Large" in Page(response).text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {"question": st.text(max_size=50) | JSON},
        optional={
            "conversation": JSON,
            "history": st.lists(st.fixed_dictionaries({"question": st.text()})) | JSON,
            "limit": st.integers(0, 11) | JSON,
            "article": st.sampled_from(["hours", "none"]) | JSON,
        },
    )
)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_sent_has_an_answer_or_a_problem(client: FlaskClient, sent: Any) -> None:
    """Any JSON gets an answer or an error of the client, as documented."""
    response = client.post("/ask", data=json.dumps(sent), content_type="application/json")
    if response.status_code == 200:
        check("AnswerBody", response.get_json())
    else:
        assert response.status_code in (400, 422)
        problem(response, response.status_code)


# Errors


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/articles/none", "/articles/none.txt", "/articles/..%2f..%2fpasswd", "/%00"],
)
def test_not_found(client: FlaskClient, path: str) -> None:
    """An unknown path is a 404: a problem, or a page for a browser."""
    problem(client.get(path), 404)
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert "Not Found" in Page(response).text


def test_method_not_allowed(client: FlaskClient) -> None:
    """A 405 lists the allowed methods."""
    response = client.get("/ask")
    problem(response, 405)
    assert "POST" in response.headers["Allow"]


def test_no_page_for_json(client: FlaskClient) -> None:
    """A client that sends JSON gets problems, even if it accepts pages."""
    problem(client.post("/ask", json={}, headers=BROWSER), 422)
    problem(client.post("/nothing", json={}, headers=BROWSER), 404)


def test_fault_of_ours(
    settings: Settings, articles: tuple[Article, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """An error of the service is a 500 without details, and its cause is in the log."""

    class Broken(Bot):
        def ask(self, text: str, *_: Any, **__: Any) -> Any:
            raise RuntimeError(f"secret: {text}")

    client = create_app(Broken(settings, index.build(settings, articles)), settings).test_client()
    response = client.post("/ask", json={"question": "visitor's words"})
    problem(response, 500)
    assert "secret" not in response.text
    assert "RuntimeError" in caplog.text
    assert "in ask" in caplog.text
    # An error may quote what was asked.
    assert "visitor's words" not in caplog.text
    assert client.post("/ask", data={"question": "x"}).status_code == 500


def test_not_ready(bot: Bot, settings: Settings) -> None:
    """Until there is a bot, requests that need it are a 503 with Retry-After."""
    bots: list[Bot] = []
    client = create_app(lambda: bots[0] if bots else None, settings).test_client()
    for path in ("/", "/health", "/articles", "/articles/hours", "/articles/hours.txt"):
        response = client.get(path)
        problem(response, 503)
        assert int(response.headers["Retry-After"]) > 0
    problem(client.post("/ask", json={"question": "x"}), 503)
    assert client.get("/openapi.json").status_code == 200
    bots.append(bot)
    assert client.get("/health").status_code == 200
    assert client.post("/ask", json={"question": "x"}).status_code == 200


# Limit


def test_too_many_questions(bot: Bot) -> None:
    """Questions of one address above the limit are a 429 with Retry-After; others are answered."""
    client = create_app(bot, Settings(server=ServerSettings(questions_per_minute=2))).test_client()

    def ask(address: str) -> TestResponse:
        return client.post("/ask", json={"question": "x"}, environ_base={"REMOTE_ADDR": address})

    assert [ask("192.0.2.1").status_code for _ in range(2)] == [200, 200]
    response = ask("192.0.2.1")
    problem(response, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert ask("192.0.2.2").status_code == 200


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Returns a function that sets the clock by which questions are counted."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: seconds)

    set_to(100.0)
    return set_to


def test_limiter_forgets(now: Callable[[float], None]) -> None:
    """Each question counts for a minute, and the response says how long to wait."""
    limiter = Limiter(1)
    assert limiter.wait("a") == 0
    now(130.5)
    assert limiter.wait("a") == 30
    now(160.5)
    assert limiter.wait("a") == 0
    assert limiter.wait("a") == 60


def test_no_minute_lets_more_through(now: Callable[[float], None]) -> None:
    """No 60 seconds have more questions than the limit, whenever they begin."""
    limiter = Limiter(5)
    through = []
    for second in range(0, 400, 3):
        now(100.0 + second)
        through += [second for _ in range(3) if not limiter.wait("a")]
    most = max(sum(start <= s < start + 60 for s in through) for start in range(400))
    assert most == 5
    assert len(through) > 25


def test_limiter_survives_a_clock_that_is_set_back(now: Callable[[float], None]) -> None:
    """If the clock is set back by an hour, no visitor has to wait for an hour."""
    now(4000.0)
    limiter = Limiter(1)
    assert limiter.wait("a") == 0
    now(400.0)
    assert limiter.wait("a") == 0
    assert limiter.wait("a") == 60


def test_limiter_counts_a_network_as_one() -> None:
    """The addresses of an IPv6 network of 64 bits count as one visitor, IPv4 addresses singly."""
    limiter = Limiter(1)
    assert limiter.wait("2001:db8:1:2::1") == 0
    assert limiter.wait("2001:db8:1:2:ffff::9") > 0
    assert limiter.wait("2001:db8:1:3::1") == 0
    assert limiter.wait("192.0.2.1") == 0
    assert limiter.wait("::ffff:192.0.2.1") > 0
    assert limiter.wait("192.0.2.2") == 0
    assert limiter.wait("no address") == 0


def test_limiter_stays_small(now: Callable[[float], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses that asked once are forgotten after a minute."""
    monkeypatch.setattr("chatbot.limiter.MANY", 10)
    limiter = Limiter(1)
    for round in range(5):
        now(100.0 + 100 * round)
        for number in range(50):
            limiter.wait(f"192.0.{round}.{number}")
        limiter._storage._MemoryStorage__expire_events()  # type: ignore[attr-defined]  # as its timer does
    assert len(limiter._storage.events) < 120


def test_passwords_cannot_be_guessed(bot: Bot, tmp_path: Path) -> None:
    """Wrong passwords are limited even if questions are not; the right one still works."""
    with closing(Keeper(StoreSettings(url=f"sqlite:///{tmp_path}/chatbot.db"))) as keeper:
        client = create_app(bot, bot.settings, keeper, "right").test_client()
        sent = [client.get("/report", auth=("owner", f"wrong{i}")) for i in range(GUESSES + 1)]
        assert [response.status_code for response in sent] == [401] * GUESSES + [429]
        right = client.get("/report", auth=("owner", "right"))
        assert right.status_code not in (401, 429)
        assert client.get("/report").status_code == 401  # so that a browser asks for it


@pytest.mark.parametrize("path", ["//evil.example/articles/", "//evil.example", "/\\evil.example/"])
def test_no_path_leads_to_another_host(client: FlaskClient, path: str) -> None:
    """A path that begins with a host is a 404 and does not redirect."""
    response = client.get("/", environ_overrides={"PATH_INFO": path})
    assert response.status_code == 404
    assert "Location" not in response.headers


def test_each_request_has_a_line_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the route, the status and the steps, but no words, address or id."""
    caplog.set_level(logging.INFO)
    response = client.post("/ask", json={"question": "Who founded the Zanzibar?"})
    client.delete("/conversations/c_zanzibar")
    client.get("/zanzibar?zanzibar")
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["POST /ask", "DELETE /conversations/<id>", "GET -"]
    steps = getattr(caplog.records[0], logs.STEPS)
    assert (steps["status"], steps["read"] > 0) == (200, True)
    lines = [
        form().format(record)
        for form in (logs.JsonFormatter, logs.TextFormatter)
        for record in caplog.records
    ]
    assert "zanzibar" not in "".join(lines).lower()
    assert "127.0.0.1" not in "".join(lines)
    assert json.loads(lines[0])["level"] == "INFO"
    assert response.headers["X-Request-Id"]


def test_limiter_off() -> None:
    """0 means no limit."""
    limiter = Limiter(0)
    assert {limiter.wait("a") for _ in range(1000)} == {0}


# Headers


@pytest.mark.parametrize("path", ["/", "/articles", "/articles/hours", "/nothing", "/health"])
def test_security_headers(client: FlaskClient, path: str) -> None:
    """Every page forbids scripts, styles, frames and forms of other sites."""
    headers = client.get(path, headers=BROWSER).headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'self'" in policy
    assert not any("unsafe" in rule or "*" in rule for rule in policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_cookies(client: FlaskClient) -> None:
    """No response sets a cookie."""
    responses = [
        client.get("/"),
        client.get("/articles/hours"),
        client.post("/ask", json={"question": "x"}),
        client.post("/ask", data={"question": "x"}),
    ]
    assert not any("Set-Cookie" in response.headers for response in responses)


def test_any_site_may_ask(client: FlaskClient) -> None:
    """By default a page of any site may ask: preflight and answer allow it."""
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = client.options("/ask", headers=headers)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "Content-Type"
    for sent in ({"question": "x"}, {}):
        response = client.post("/ask", json=sent, headers=headers)
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_only_named_sites_may_ask(bot: Bot) -> None:
    """With `server.allowed_origins`, pages of no other site may read answers."""
    named = ("https://example.org", "http://localhost:3000")
    client = create_app(bot, Settings(server=ServerSettings(allowed_origins=named))).test_client()
    for origin in named:
        headers = client.options("/ask", headers={"Origin": origin}).headers
        assert headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in headers["Vary"]
    for origin in ("https://example.org.evil.example", "null", "https://EXAMPLE.org"):
        headers = client.options("/ask", headers={"Origin": origin}).headers
        assert "Access-Control-Allow-Origin" not in headers
        assert "Origin" in headers["Vary"]
    assert "Access-Control-Allow-Origin" not in client.options("/ask").headers


# Articles


def test_text_is_exact(client: FlaskClient, bot: Bot) -> None:
    """/articles/<id>.txt is the text for all offsets; its ETag avoids sending it twice."""
    for id, article in bot.articles.items():
        response = client.get(f"/articles/{id}.txt")
        assert response.content_type == "text/plain; charset=utf-8"
        assert response.data.decode() == article.text
        tag, weak = response.get_etag()
        assert tag
        assert not weak
        again = client.get(f"/articles/{id}.txt", headers={"If-None-Match": f'"{tag}"'})
        assert (again.status_code, again.data) == (304, b"")


def test_article_page(client: FlaskClient) -> None:
    """An article's page has its title, place, date, where it was published, and all its text."""
    page = Page(client.get("/articles/founder"))
    for text in ("Founder", "3 March 2025", "The Great Flood", "clothes lines,” said João Pérez."):
        assert text in page.text
    assert "2025-03-03" in page.values("time", "datetime")
    page = Page(client.get("/articles/hours"))
    assert "https://library.example/hours" in page.values("a", "href")
    assert [tag for tag, _ in page.tags if tag in ("h1", "h2", "li")] == ["h1", "h2", "li", "li"]
    assert page.marked == []


def test_view_marks_the_quotation(client: FlaskClient) -> None:
    """The `view` of a citation opens the article with exactly the quote marked, as the target."""
    body = client.post("/ask", json={"question": "What does a library card cost?"}).get_json()
    view = body["citations"][0]["view"]
    assert view.endswith("#mark")
    page = Page(client.get(view))
    assert "".join(page.marked) == body["answer"]["text"]
    assert page.values("mark", "id") == ["mark"]


def test_mark_over_blocks(client: FlaskClient, bot: Bot) -> None:
    """A range over several blocks has several marks; the first is the target."""
    text = bot.articles["hours"].text
    page = Page(client.get(f"/articles/hours?start={text.index('Cards')}&end={len(text)}"))
    assert len(page.marked) == 4
    assert page.values("mark", "id") == ["mark"]


@pytest.mark.parametrize(
    "query",
    ["start=5", "end=5", "start=9&end=5", "start=-5&end=5", "start=0&end=99999", "start=a&end=b",
     "start=1e1&end=20", f"start=0&end={'9' * 5000}", "start=%00&end=%ff", "start=5&end=5"],
)  # fmt: skip
def test_nonsense_marks_nothing(client: FlaskClient, query: str) -> None:
    """An invalid range is ignored."""
    response = client.get(f"/articles/hours?{query}")
    assert response.status_code == 200
    assert Page(response).marked == []


def test_articles_page(client: FlaskClient, bot: Bot) -> None:
    """/articles links to each article."""
    links = Page(client.get("/articles")).values("a", "href")
    assert {f"/articles/{id}" for id in bot.articles} <= set(links)


def test_no_articles(settings: Settings) -> None:
    """Without articles there are still pages, and an answer that says so."""
    client = create_app(build_bot(settings, []), settings).test_client()
    assert "none yet" in Page(client.get("/articles")).text
    assert client.get("/").status_code == 200
    body = client.post("/ask", json={"question": "x"}).get_json()
    check("AnswerBody", body)
    assert body["reason"] == "empty_corpus"


# Pages


def test_start_page(client: FlaskClient) -> None:
    """The first page has a labelled field for a question, and suggests the owner's questions."""
    page = Page(client.get("/"))
    assert page.values("html", "lang") == ["en"]
    assert page.values("label", "for") == page.values("input", "id") == ["question"]
    assert page.values("form", "action")[0] == "/ask"
    assert "When is the library open?" in page.values("button", "value")


def test_form_answer(client: FlaskClient) -> None:
    """A form gets a page: the sentence, the short answer marked, its source, a link to it."""
    response = client.post("/ask", data={"question": "What does a library card cost?"})
    assert response.status_code == 200
    page = Page(response)
    assert "A library card costs $20 a year." in page.text
    assert "Opening hours and cards" in page.text
    assert "5 January 2025" in page.text
    (link,) = (link for link in page.values("a", "href") if link.endswith("#mark"))
    assert "".join(Page(client.get(link)).marked) == "A library card costs $20 a year."


def test_form_abstains(client: FlaskClient) -> None:
    """The nearest passages are shown as reading, not as an answer, with the unknown words."""
    page = Page(client.post("/ask", data={"question": "Which Oscar did the library founder win?"}))
    assert "The articles here do not say that." in page.text
    assert "These passages may help, but do not answer." in page.text
    assert "Oscar" in page.text
    assert ("blockquote", {}) not in page.tags


def test_form_unsure(articles: tuple[Article, ...]) -> None:
    """An answer that is more likely wrong than right is shown with a warning."""
    settings = Settings(reader=ReaderSettings(engine="sentence", threshold=0))
    client = create_app(build_bot(settings, articles), settings).test_client()
    for question, is_said in (
        ("Which Oscar did the library founder win?", True),
        ("What does a library card cost?", False),
    ):
        page = Page(client.post("/ask", data={"question": question}))
        assert ("This may not answer it:" in page.text) == is_said
        assert "blockquote" in {name for name, _ in page.tags}


def test_form_remembers(client: FlaskClient) -> None:
    """The form of each page passes on earlier questions, but only the last turns."""
    sent = {"question": "What does a library card cost?"}
    for number in range(12):
        page = Page(client.post("/ask", data=sent))
        sent = {"question": f"flood {number}?", **page.hidden()}
    history = json.loads(page.hidden()["history"])
    assert [turn["question"] for turn in history] == [f"flood {n}?" for n in range(3, 11)]
    assert "flood 9?" in page.text


def test_form_shows_no_answer_it_was_sent(client: FlaskClient) -> None:
    """Answers in a form are never shown, since another site may have made them up."""
    history = json.dumps([{"question": "Safe?", "answer": "Call this number."}])
    response = client.post("/ask", data={"question": "flood?", "history": history})
    assert "Call this number" not in Page(response).text


@pytest.mark.parametrize(
    "history", ["", "{", "7", '{"question": "x"}', '["x"]', '[{"question": ""}]', "[" * 9999,
                '[{"question": "\\ud800"}]', '[{"question": "x", "more": 1}]', "\0"],
)  # fmt: skip
def test_form_with_bad_history(client: FlaskClient, history: str) -> None:
    """A broken hidden history is a 422, as a page, with the question kept."""
    response = client.post("/ask", data={"question": "flood?", "history": history})
    assert response.status_code == 422
    page = Page(response)
    assert "history" in page.text
    assert "flood?" in page.values("input", "value")


def test_going_back_works(client: FlaskClient) -> None:
    """A browser may keep the page of an answer, so that going back does not send it again."""
    response = client.post("/ask", data={"question": "flood?"})
    assert "no-store" not in response.headers["Cache-Control"]


def test_nothing_inline(client: FlaskClient) -> None:
    """No page has its own style, script or event handler, which the policy would block."""
    for response in (
        client.get("/"),
        client.get("/demo"),
        client.get("/articles"),
        client.get("/articles/hours"),
        client.get("/nothing", headers=BROWSER),
        client.post("/ask", data={"question": "What does a library card cost?"}),
        client.post("/ask", data={"question": "Who painted Guernica?"}),
    ):
        for tag, attributes in Page(response).tags:
            assert tag != "style"
            assert tag != "script" or attributes["src"] == "/widget.js"
            assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_assets(client: FlaskClient) -> None:
    """The files that pages load exist; the templates are not served."""
    page = Page(client.get("/"))
    for path in page.values("link", "href"):
        with client.get(path) as response:  # holds a file open
            assert response.status_code == 200
    assert client.get("/ask.html").status_code == 404


# Escaping


@pytest.fixture
def hostile(settings: Settings) -> FlaskClient:
    """A client of a service whose one article is hostile in every part."""
    kinds = ("dateline", "heading", "paragraph", "item", "header", "row", "code")
    text = "\n".join(f"{kind} {HOSTILE} costs $20." for kind in kinds)
    ends = [match.end() for match in re.finditer(r"\$20\.", text)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    blocks = tuple(
        Block(kind, start, end, level=2 if kind == "heading" else 0)  # type: ignore[arg-type]
        for kind, start, end in zip(kinds, starts, ends, strict=True)
    )
    article = Article(
        id="hostile",
        title=HOSTILE,
        text=text,
        blocks=blocks,
        source="hostile.txt",
        url="javascript:alert(1)",
        place=HOSTILE,
        lang='"><script>',
        aliases=(HOSTILE,),
        questions=(HOSTILE,),
        links=(
            Link(0, 5, "javascript:alert(1)"),
            Link(6, 12, " JAVA\nSCRIPT:alert(1)"),
            Link(13, 20, HOSTILE),
            Link(starts[2], ends[2], f"other.txt#{HOSTILE}"),
        ),
    )
    other = replace(article, id="other", lang=HOSTILE, source="other.txt")
    bot = build_bot(settings, [article, other])
    return create_app(bot, settings).test_client()


def hostile_pages(client: FlaskClient) -> Iterator[TestResponse]:
    yield client.get("/")
    yield client.get("/articles")
    yield client.get("/articles/hostile")
    yield client.get("/articles/hostile?start=5&end=300#mark")
    yield client.get(f"/{HOSTILE}", headers=BROWSER)
    history = json.dumps([{"question": HOSTILE, "answer": HOSTILE}])
    for question in ("paragraph costs?", "What does it cost?", HOSTILE, "Who was Napoleon?"):
        yield client.post("/ask", data={"question": question, "history": history})
    yield client.post("/ask", data={"question": HOSTILE, HOSTILE: HOSTILE})


def test_everything_is_escaped(hostile: FlaskClient) -> None:
    """The content of articles, questions and addresses is shown as text, never as markup."""
    for response in hostile_pages(hostile):
        page = Page(response)
        assert "img" not in {tag for tag, _ in page.tags}
        assert set(page.values("script", "src")) <= {"/widget.js"}
        assert not [name for _, found in page.tags for name in found if name.startswith("on")]
        assert not [url for url in page.values("a", "href") if url[0] not in "/#"]
        assert "49" not in page.text


def test_a_link_of_a_hostile_article(hostile: FlaskClient) -> None:
    """Only links that lead to another article are kept."""
    page = Page(hostile.get("/articles/hostile"))
    assert [url for url in page.values("a", "href") if url[0] == "/"][2:] == ["/articles/other"]


def test_hostile_url_is_not_handed_on(hostile: FlaskClient) -> None:
    """An address that is neither http nor https is not in the JSON either."""
    body = hostile.post("/ask", json={"question": "What does the paragraph cost?"}).get_json()
    cited = body["citations"] + body["related"]
    assert cited
    assert {citation["url"] for citation in cited} == {None}


# /health, /openapi.json


def test_health(client: FlaskClient, bot: Bot) -> None:
    """/health says what is being served."""
    body = client.get("/health").get_json()
    check("Health", body)
    assert body == {
        "status": "ok",
        "articles": 2,
        "passages": len(bot.passages),
        "index": bot.index,
        "reader": "sentence",
        "feedback": False,
        "vectors": {"done": len(bot.passages), "of": len(bot.passages)},
        "store": "off",
    }


def test_openapi(client: FlaskClient) -> None:
    """/openapi.json describes every path that speaks JSON or text, and no other."""
    body = client.get("/openapi.json").get_json()
    assert body == describe()
    assert body["openapi"].startswith("3.1")
    rules = client.application.url_map.iter_rules()
    paths = {re.sub(r"<(\w+)>", r"{\1}", rule.rule) for rule in rules}
    pages = {"/", "/demo", "/articles", "/openapi.json", "/widget.js", "/chat-widget.js"}
    assert set(body["paths"]) == {path for path in paths if "any(" not in path} - pages


def test_a_long_article_is_read_page_by_page(settings: Settings) -> None:
    """A page of a long article is small, links to its neighbours, and has the marked part."""
    text = "\n\n".join(f"Paragraph {number} is here. " + "word " * 400 for number in range(500))
    starts = [0, *(match.end() for match in re.finditer("\n\n", text))]
    blocks = tuple(Block("paragraph", at, text.find("\n", at) % len(text)) for at in starts[:-1])
    article = Article("long", "Long", text, blocks, "long.txt")
    client = create_app(build_bot(settings, [article]), settings).test_client()
    first = client.get("/articles/long")
    assert len(first.data) < 100_000
    assert "Paragraph 0 is here" in first.text and "?page=2" in first.text
    at = text.index("Paragraph 300 is")
    marked = client.get(f"/articles/long?start={at}&end={at + 13}")
    assert '<mark id="mark">Paragraph 300</mark>' in marked.text
    for page in ("0", "x", "9999", "-1"):
        assert client.get(f"/articles/long?page={page}").data == first.data
