"""The service stores conversations and ratings, and reports on them to the owner."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from chatbot.bot import Bot
from chatbot.cli import main
from chatbot.config import Settings, StoreSettings
from chatbot.openapi import describe
from chatbot.server import create_app
from chatbot.store.keeper import Keeper
from chatbot.store.reports import FRESH, Reports

TOKEN = "größer als null"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
OPEN = "When is the library open?"
CARD = "What does a library card cost?"


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    with closing(Keeper(StoreSettings(url=f"sqlite:///{tmp_path}/chatbot.db"))) as keeper:
        yield keeper


@pytest.fixture
def keeping(bot: Bot, settings: Settings, keeper: Keeper) -> FlaskClient:
    """A client of a service that stores questions."""
    return create_app(bot, settings, keeper, TOKEN).test_client()


def ask(client: FlaskClient, question: str, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = client.post("/ask", json={"question": question, **more}).get_json()
    return body


def problem(response: TestResponse, status: int) -> str:
    """Return the detail of a problem response, after checking its form."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    return str(json.loads(response.data)["detail"])


def password(secret: str, user: str = "owner") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()}


# Conversations

CONVERSATIONS = [
    (CARD, "and for children?", "What about a lost one?"),
    ("Who founded the library?", "when?", "and how many books?", "Hello", "thanks"),
    (
        "Tell me about the flood",
        "What did it destroy?",
        "Who painted Guernica?",
        "and when was it?",
    ),
]


@pytest.mark.parametrize("questions", CONVERSATIONS, ids=lambda questions: questions[0])
def test_two_ways_to_remember(
    bot: Bot, settings: Settings, client: FlaskClient, url: str, questions: tuple[str, ...]
) -> None:
    """Answers are the same whether the client or the service keeps the history."""
    with closing(Keeper(StoreSettings(url=url))) as keeper:
        keeping = create_app(bot, settings, keeper).test_client()
        conversation: dict[str, str] = {}
        history: list[dict[str, str | None]] = []
        for question in questions:
            remembered = ask(keeping, question, **conversation)
            sent = ask(client, question, history=history)
            conversation = {"conversation": remembered["conversation"]}
            quoted = sent["answer"]
            marked = quoted and quoted["highlight"]
            history.append(
                {
                    "question": question,
                    "answer": quoted and quoted["text"],
                    "highlight": marked and marked["text"],
                }
            )
            del remembered["id"], remembered["conversation"], sent["id"], sent["conversation"]
            assert remembered == sent


def test_history_goes_first(keeping: FlaskClient) -> None:
    """History that a client sends is used instead of what the service remembers."""
    first = ask(keeping, CARD)
    history = [{"question": "Who founded the library?"}]
    follow_up: dict[str, Any] = {"question": "and when?", "history": history}
    alone = ask(keeping, **follow_up)
    both = ask(keeping, **follow_up, conversation=first["conversation"])
    assert both["conversation"] == first["conversation"]
    assert both["understood_as"] == alone["understood_as"]
    assert both["answer"] == alone["answer"]


def test_conversation_keeps_its_id(keeping: FlaskClient) -> None:
    """A conversation that is remembered keeps its id."""
    first = ask(keeping, CARD)
    assert (
        ask(keeping, OPEN, conversation=first["conversation"])["conversation"]
        == (first["conversation"])
    )


def test_unknown_conversation(keeping: FlaskClient) -> None:
    """An unknown conversation becomes a new one, with an id that cannot be guessed."""
    body = ask(keeping, OPEN, conversation="c_mine")
    assert body["status"] == "answered"
    assert body["conversation"] != "c_mine"


def test_nothing_of_the_visitor(keeping: FlaskClient, keeper: Keeper, tmp_path: Path) -> None:
    """Only the visitor's words are stored, but no address or browser."""
    keeping.post(
        "/ask",
        json={"question": OPEN},
        headers={"User-Agent": "Netscape/4", "Referer": "https://site.example/"},
        environ_base={"REMOTE_ADDR": "192.0.2.77"},
    )
    assert len(list(keeper.turns())) == 1
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert OPEN.encode() in stored
    for trace in (b"192.0.2.77", b"Netscape", b"site.example"):
        assert trace not in stored


def test_form_is_kept_too(keeping: FlaskClient, keeper: Keeper) -> None:
    """A question from a page is stored like any other."""
    keeping.post("/ask", data={"question": OPEN})
    assert [turn.question for turn in keeper.turns()] == [OPEN]


# Feedback


def test_rating(keeping: FlaskClient, keeper: Keeper) -> None:
    """An answer can be rated again; the last rating counts."""
    answer = ask(keeping, OPEN)["id"]
    for helpful in (True, True, False):
        sent = {"answer": answer, "helpful": helpful, "reason": "outdated", "note": "n" * 1000}
        response = keeping.post("/feedback", json=sent)
        assert response.status_code == 204
        assert response.data == b""
        [turn] = keeper.turns()
        assert turn.rating
        assert turn.rating.helpful == helpful


def test_rating_of_nothing(keeping: FlaskClient) -> None:
    """An answer that does not exist cannot be rated."""
    sent = {"answer": "a_none", "helpful": True}
    assert "no such answer" in problem(keeping.post("/feedback", json=sent), 404)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answer", "a_'; DROP TABLE turns; --"),
        ("answer", None),
        ("helpful", "yes"),
        ("helpful", 1),
        ("reason", "x" * 101),
        ("note", "x" * 1001),
        ("stars", 5),
    ],
)
def test_wrong_rating(keeping: FlaskClient, field: str, value: object) -> None:
    """A wrong field is a 422 that names it; for an unknown field it lists the known ones."""
    sent = {"answer": "a_none", "helpful": True, field: value}
    response = keeping.post("/feedback", json=sent)
    problem(response, 422)
    [fault] = response.get_json()["errors"]
    assert fault["field"] == field
    assert field != "stars" or "known are: answer, helpful, reason, note" in fault["message"]


def test_rating_is_json(keeping: FlaskClient) -> None:
    """Anything but JSON is refused, as with questions."""
    problem(keeping.post("/feedback", data="helpful", content_type="text/plain"), 415)
    problem(keeping.post("/feedback", data="{", content_type="application/json"), 400)


def test_any_site_may_rate(keeping: FlaskClient) -> None:
    """Pages of other sites that may ask may also rate."""
    headers = {"Origin": "https://site.example", "Access-Control-Request-Method": "POST"}
    response = keeping.options("/feedback", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_off(client: FlaskClient) -> None:
    """If nothing is stored there is no feedback and no report, and /health says so."""
    sent = {"answer": "a_none", "helpful": True}
    assert problem(client.post("/feedback", json=sent), 404) == "Feedback is off."
    problem(client.get("/report"), 404)
    assert client.get("/health").get_json()["feedback"] is False


def test_on(keeping: FlaskClient) -> None:
    """/health says that answers can be rated."""
    assert keeping.get("/health").get_json()["feedback"] is True


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/chatbot.db"])
def test_store_that_fails(
    bot: Bot, settings: Settings, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """If the store fails, answers continue; only what needs it gets a 503, and the log says why."""
    with closing(Keeper(StoreSettings(url=url))) as keeper:
        client = create_app(bot, settings, keeper, TOKEN).test_client()
        body = ask(client, OPEN, conversation="c_mine")
        assert body["status"] == "answered"
        sent = {"answer": body["id"], "helpful": True}
        response = client.post("/feedback", json=sent)
        problem(response, 503)
        assert int(response.headers["Retry-After"]) > 0
        problem(client.get("/report", headers=password(TOKEN)), 503)
    [warning] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "/no/such/folder" in warning.getMessage()


# Suggestions


def test_suggestions(client: FlaskClient, bot: Bot) -> None:
    """There are suggested questions, and each is answered."""
    body = client.get("/suggestions").get_json()
    schema = {"$ref": "#/components/schemas/Suggestions", "components": describe()["components"]}
    Draft202012Validator(schema).validate(body)
    assert body["suggestions"] == list(bot.starters)
    assert body["suggestions"]
    for question in body["suggestions"]:
        assert ask(client, question)["status"] == "answered"


# Report


def test_report(keeping: FlaskClient) -> None:
    """The owner sees unanswered, badly rated and frequent questions, with links."""
    answer = ask(keeping, OPEN)["id"]
    ask(keeping, "Who painted the flood?")
    keeping.post("/feedback", json={"answer": answer, "helpful": False, "note": "it is ten"})
    response = keeping.get("/report", headers=password(TOKEN))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    page = response.text
    for part in (
        "Who painted the flood?",
        "painted",
        "it is ten",
        OPEN,
        "/articles/founder?start=",
    ):
        assert part in page
    assert "style=" not in page
    assert "<script" not in page


def test_report_on_nothing(keeping: FlaskClient) -> None:
    """The report says if nothing was asked yet."""
    for path in ("/report", "/report?since=7d"):
        assert "Nothing was asked" in keeping.get(path, headers=password(TOKEN)).text


def test_report_of_a_time(keeping: FlaskClient) -> None:
    """The report may cover a period; an invalid period is a 400 that shows a valid one."""
    ask(keeping, OPEN)
    assert OPEN in keeping.get("/report?since=1h", headers=password(TOKEN)).text
    assert "Nothing" in keeping.get("/report?since=0h", headers=password(TOKEN)).text
    assert "such as 12h" in problem(keeping.get("/report?since=ever", headers=password(TOKEN)), 400)


def test_report_is_escaped(keeping: FlaskClient) -> None:
    """Anything that visitors write is shown as text."""
    answer = ask(keeping, HOSTILE)["id"]
    sent = {"answer": answer, "helpful": False, "reason": HOSTILE[:100], "note": HOSTILE}
    assert keeping.post("/feedback", json=sent).status_code == 204
    page = keeping.get("/report", headers=password(TOKEN)).text
    assert page.count("&lt;script&gt;") >= 4
    assert "<script" not in page
    assert "<img" not in page
    assert "{{7*7}}" in page


@pytest.mark.parametrize(
    "headers",
    [
        {},
        password(""),
        password("wrong"),
        password("", user=TOKEN),
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic !"},
        {"Authorization": 'Digest username="owner"'},
    ],
    ids=str,
)
def test_report_wants_the_password(keeping: FlaskClient, headers: dict[str, str]) -> None:
    """Without the password there is no report, and the browser asks for the password."""
    response = keeping.get("/report", headers=headers)
    problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith('Basic realm="')


def test_password_is_not_in_the_address(keeping: FlaskClient) -> None:
    """A password in the address is not accepted, since addresses are logged."""
    problem(keeping.get("/report", query_string={"token": TOKEN, "password": TOKEN}), 401)


def test_report_by_token(bot: Bot, settings: Settings, keeper: Keeper) -> None:
    """A program may send the password as a token."""
    client = create_app(bot, settings, keeper, "secret").test_client()
    assert client.get("/report", headers={"Authorization": "Bearer secret"}).status_code == 200


def test_no_report_without_a_password(bot: Bot, settings: Settings, keeper: Keeper) -> None:
    """If no password is set, there is no report, whatever is sent."""
    client = create_app(bot, settings, keeper).test_client()
    for headers in ({}, password(""), {"Authorization": "Bearer "}):
        problem(client.get("/report", headers=headers), 404)


def test_passwords_cannot_be_tried_fast(bot: Bot, keeper: Keeper) -> None:
    """Somebody who guesses passwords soon has to wait."""
    settings = Settings.model_validate({"server": {"questions_per_minute": 2}})
    client = create_app(bot, settings, keeper, TOKEN).test_client()
    for status in (401, 401, 429):
        problem(client.get("/report", headers=password("wrong")), status)


def test_no_other_site_reads_the_report(keeping: FlaskClient) -> None:
    """Pages of other sites may ask questions, but not read the report."""
    headers = {"Origin": "https://site.example"} | password(TOKEN)
    assert "Access-Control-Allow-Origin" not in keeping.get("/report", headers=headers).headers


# chatbot report


def test_report_command(bot: Bot, settings: Settings, tmp_path: Path) -> None:
    """The command prints the report of the store that the settings name: as text, table, JSON."""
    config = tmp_path / "config.toml"
    config.write_text("[store]\nurl = 'sqlite:///visits.db'\n", encoding="utf-8")
    with closing(Keeper(StoreSettings(url=f"sqlite:///{tmp_path}/visits.db"))) as keeper:
        ask(create_app(bot, settings, keeper).test_client(), OPEN)

    def run(*options: str) -> str:
        done = CliRunner().invoke(main, ["report", "--config", str(config), *options])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert run().startswith("Asked 1, answered 1 (100%)")
    assert run("--since", "0h") == "Nothing was asked.\n"
    assert run("--csv").startswith("list,question,")
    assert json.loads(run("--json"))["asked"] == 1


@pytest.mark.parametrize(
    ("config", "option", "error"),
    [
        ("enabled = false", (), "store.enabled is false"),
        ("", ("--since", "ever"), "such as 12h, 7d or 4w"),
        ("url = 'sqlite:///none/chatbot.db'", (), "No such file"),
        ("", (), "nothing was stored yet"),
    ],
)
def test_report_command_errors(
    tmp_path: Path, config: str, option: tuple[str, ...], error: str
) -> None:
    """An error is one line, with exit code 2."""
    path = tmp_path / "config.toml"
    path.write_text(f"[store]\n{config}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["report", "--config", str(path), *option])
    assert done.exit_code == 2
    assert error in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == [path]


# Forgetting


def test_a_conversation_is_forgotten(keeping: FlaskClient, keeper: Keeper, tmp_path: Path) -> None:
    """A deleted conversation cannot be continued, and no file has its words; others stay."""
    first = ask(keeping, "Who founded the library? Zanzibar")
    other = ask(keeping, OPEN)
    path = f"/conversations/{first['conversation']}"
    assert keeping.delete(path).status_code == 204
    assert keeping.delete(path).status_code == 204
    next_one = ask(keeping, "How many books did she have?", conversation=first["conversation"])
    assert next_one["understood_as"] is None
    assert next_one["conversation"] != first["conversation"]
    assert {turn.conversation for turn in keeper.turns()} == {
        other["conversation"], next_one["conversation"],
    }  # fmt: skip
    assert b"Zanzibar" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_what_is_no_conversation_cannot_be_forgotten(keeping: FlaskClient) -> None:
    """An id of another form is an error."""
    problem(keeping.delete("/conversations/x"), 404)


def test_forgetting_where_nothing_is_kept(client: FlaskClient) -> None:
    """If nothing is stored, everything is forgotten."""
    assert client.delete("/conversations/c_1").status_code == 204


@pytest.mark.parametrize(
    ("arguments", "left"),
    [(["--question", "LIBRARY card"], [OPEN]), (["--all"], []), (["c_none"], [CARD, OPEN])],
)
def test_forget_command(bot: Bot, tmp_path: Path, arguments: list[str], left: list[str]) -> None:
    """The owner can delete a conversation, turns with some words, or all, and sees how many."""
    url = f"sqlite:///{tmp_path}/chatbot.db"
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")
    with closing(Keeper(StoreSettings(url=url))) as keeper:
        client = create_app(bot, bot.settings, keeper).test_client()
        ask(client, CARD)
        ask(client, OPEN)
    told = CliRunner().invoke(main, ["forget", *arguments, "--config", str(config)])
    assert told.output == f"{2 - len(left)} turn{'s' * (len(left) != 1)} deleted\n"
    with closing(Keeper(StoreSettings(url=url))) as keeper:
        assert [turn.question for turn in keeper.turns()] == left


@pytest.mark.parametrize("arguments", [[], ["c_1", "--all"], ["--question", " "]])
def test_forget_command_is_told_what(tmp_path: Path, arguments: list[str]) -> None:
    """No choice, or two at once, is an error and deletes nothing."""
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")
    told = CliRunner().invoke(main, ["forget", *arguments, "--config", str(config)])
    assert told.exit_code == 2
    assert "--all" in told.output


def test_health_says_how_the_store_is(
    keeping: FlaskClient, client: FlaskClient, keeper: Keeper
) -> None:
    """`/health` says whether questions are stored."""
    ask(keeping, OPEN)
    assert len(list(keeper.turns())) == 1  # the turn is written by now
    assert keeping.get("/health").get_json()["store"] == "ok"
    assert client.get("/health").get_json()["store"] == "off"


def test_the_report_is_remembered_for_a_while(keeping: FlaskClient, keeper: Keeper) -> None:
    """A report is remembered for a while, for each period separately; then it is made again."""
    now = 0.0
    reports = Reports(lambda: now)
    ask(keeping, OPEN)
    assert reports.of(keeper).asked == 1
    ask(keeping, CARD)
    assert (reports.of(keeper).asked, reports.of(keeper, "1h").asked) == (1, 2)
    now = FRESH
    assert reports.of(keeper).asked == 2


def test_the_report_is_on_the_newest_turns(keeping: FlaskClient, keeper: Keeper) -> None:
    """If there are too many turns for a report, the oldest are left out."""
    for question in (OPEN, CARD, OPEN):
        ask(keeping, question)
    assert [turn.question for turn in keeper.turns(limit=2)] == [CARD, OPEN]
    assert len(list(keeper.turns(limit=5))) == 3
