"""Visitors see the links, lists, tables and code of an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import Settings
from chatbot.server import create_app
from chatbot.types import Also, Answer, Passage, Quote

FILES = {
    "boats/rent.md": """\
---
title: Renting a boat
url: https://boats.example/rent/
---
You can download the rental form [here](../forms/rental.pdf), or
[ask us](mailto:pier@boats.example).

What a rowing boat costs an hour is told in [our prices](prices.md#hour).

To start the electric motor of the ferry, do this:

1. Turn the key:

   ```
   key on
     wait 5
   ```
2. Choose the <a href="javascript:alert(1)">direction</a>:
   - ahead
   - astern
""",
    "boats/prices.md": """\
# Prices

A pedal boat with a slide is rented by the [day](rent.md), in a [harbour](gone.md) of your choice.

| Boat | Hour | Day |
|---|---|---|
| Rowing boat | $9 | [$40](https://pay.example/rowing) |
| Canoe | $7 | $31 |
""",
    "dogs.html": """\
<title>Dogs on board</title><p>Dogs need a life jacket on every sailing boat. See
<a href="boats/prices.md">prices</a>, <a href="/boats/rent">renting</a> or <a href="x">x</a>.</p>
""",
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Bot:
    folder = tmp_path_factory.mktemp("boats")
    for name, content in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return build_bot(settings, read_corpus(folder, max_bytes=10_000).articles)


@pytest.fixture(scope="module")
def client(bot: Bot, settings: Settings) -> FlaskClient:
    return create_app(bot, settings).test_client()


def asked(client: FlaskClient, question: str) -> tuple[dict[str, Any], str]:
    """Return the answer and the text to which its offsets refer."""
    body = client.post("/ask", json={"question": question}).get_json()
    answer = body["answer"]
    assert answer, body
    text = client.get(f"/articles/{answer['article']}.txt").text
    assert text[answer["start"] : answer["end"]] == answer["text"]
    return answer, text


def links(answer: dict[str, Any], text: str) -> list[tuple[str, str]]:
    found = [link for part in answer["parts"] for link in part["links"]]
    return [(text[link["start"] : link["end"]], link["url"]) for link in found]


class Tree(HTMLParser):
    """Collects a page's text with the tags that show its form, such as "<li value=1>"."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        kept = "".join(f" {k}={v}" for k, v in attributes if k in ("href", "value", "id"))
        self.shown += f"<{tag}{kept}>"

    def handle_endtag(self, tag: str) -> None:
        self.shown += f"</{tag}>"

    def handle_data(self, data: str) -> None:
        self.shown += data


def within(page: str, tag: str) -> str:
    """Return the content of the first such element, without white space between tags."""
    [inner] = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", Tree(page).shown, re.DOTALL)[:1]
    return re.sub(r">\s+(?=<)|(?<=>)\s+(?=<)", ">", inner).strip()


# Links


def test_the_form_can_be_opened(client: FlaskClient) -> None:
    """An answer that says "here" has the link, resolved against the page's address."""
    answer, text = asked(client, "Where can I download the rental form?")
    assert links(answer, text) == [
        ("here", "https://boats.example/forms/rental.pdf"),
        ("ask us", "mailto:pier@boats.example"),
    ]
    page = client.post("/ask", data={"question": "Where can I download the rental form?"}).text
    assert '<a href="https://boats.example/forms/rental.pdf" rel="noopener">here</a>' in page


def test_a_link_to_another_article(client: FlaskClient) -> None:
    """A link leads to the other article's published page, or else to its page in the service."""
    answer, text = asked(client, "Where is told what a rowing boat costs an hour?")
    assert links(answer, text) == [("our prices", "http://localhost/articles/boats-prices")]
    answer, text = asked(client, "Do dogs need a life jacket?")
    page = client.get("/articles/dogs").text
    found = re.findall(r'<a href="([^"]+)" rel="noopener">', page)
    assert found == ["/articles/boats-prices", "https://boats.example/rent/"]
    assert client.get("/articles/boats-prices").status_code == 200


def test_a_link_that_leads_nowhere_is_text(client: FlaskClient) -> None:
    """A link that leads nowhere or runs a script is removed, but its words are kept."""
    answer, text = asked(client, "How is a pedal boat with a slide rented?")
    assert links(answer, text) == [("day", "https://boats.example/rent/")]
    assert "in a harbour of your choice" in answer["text"]
    assert "javascript" not in client.get("/articles/boats-rent").text


@pytest.mark.parametrize("host", ["bot.example", "localhost:9000"])
def test_addresses_are_absolute(client: FlaskClient, host: str) -> None:
    """A client on any page can open a link to an article: it has the service's address."""
    question = {"question": "Where is told what a rowing boat costs an hour?"}
    body = client.post("/ask", json=question, headers={"Host": host}).get_json()
    [[link]] = [part["links"] for part in body["answer"]["parts"]]
    assert link["url"] == f"http://{host}/articles/boats-prices"


# Form


def test_steps(client: FlaskClient) -> None:
    """A list of steps has each step with its number, its code and its own list."""
    answer, text = asked(client, "How do I start the electric motor of the ferry?")
    assert [
        (part["kind"], part["number"], part["depth"], text[part["start"] : part["end"]])
        for part in answer["parts"]
    ] == [
        ("paragraph", None, 0, "To start the electric motor of the ferry, do this:"),
        ("item", 1, 0, "Turn the key:"),
        ("code", None, 1, "key on\n  wait 5"),
        ("item", 2, 0, "Choose the direction:"),
        ("item", None, 1, "ahead"),
        ("item", None, 1, "astern"),
    ]
    shown = (
        "<ol><li value=1><p>Turn the key:</p><pre><code>key on\n  wait 5</code></pre></li>"
        "<li value=2><p>Choose the direction:</p>"
        "<ul><li><p>ahead</p></li><li><p>astern</p></li></ul></li></ol>"
    )
    question = {"question": "How do I start the electric motor of the ferry?"}
    assert shown in within(client.post("/ask", data=question).text, "blockquote")
    assert shown in within(client.get("/articles/boats-rent").text, "article")


def test_rows(client: FlaskClient) -> None:
    """A row has its columns and is shown as a table; a link in a cell stays there."""
    answer, text = asked(client, "How much is a rowing boat for a day?")
    [part] = answer["parts"]
    assert (part["kind"], part["columns"]) == ("row", ["Boat", "Hour", "Day"])
    assert links(answer, text) == [("$40", "https://pay.example/rowing")]
    question = {"question": "How much is a rowing boat for a day?"}
    page = within(client.post("/ask", data=question).text, "blockquote")
    link = "<a href=https://pay.example/rowing>"
    for cell in ("<th>Day</th>", "<td>Rowing boat</td>", link):
        assert cell in page
    page = within(client.get("/articles/boats-prices").text, "article")
    assert page.count("<th>") == 3 and page.count("<td>") == 6


def test_a_mark_within_a_table(client: FlaskClient, bot: Bot) -> None:
    """A citation's view marks the row that was quoted, cell by cell, the first as the target."""
    body = client.post("/ask", json={"question": "How much is a canoe for a day?"}).get_json()
    page = within(client.get(body["citations"][0]["view"]).text, "article")
    assert "<td><mark id=mark>Canoe</mark></td><td><mark>$7</mark></td>" in page


def test_command_line_body(client: FlaskClient, bot: Bot) -> None:
    """The command line prints the same body, with the address from the settings."""
    from chatbot.bodies import answer_body

    answer = bot.ask("Where is told what a rowing boat costs an hour?")
    body = answer_body(bot, answer, "a_1", "c_1", "http://127.0.0.1:8000/")
    assert body.answer
    [[link]] = [part.links for part in body.answer.parts]
    assert link.url == "http://127.0.0.1:8000/articles/boats-prices"


# More than one article


class Second:
    """A reader that finds an answer in every article about boats."""

    def __init__(self, reader: Any, passages: Sequence[Passage]) -> None:
        self._reader, self._passages = reader, passages

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def read(self, *asked: Any) -> Answer:
        answer: Answer = self._reader.read(*asked)
        if not answer.quote:
            return answer
        others = [p for p in self._passages if p.article != answer.citations[0].article]
        return replace(answer, also=tuple(_also(p) for p in others if "boat" in p.text))


def _also(passage: Passage) -> Also:
    start, end = passage.sentences[0]
    text = passage.text[start - passage.start : end - passage.start]
    return Also(Quote(passage.article, text, start, end), passage, confidence=0.7)


@pytest.fixture(scope="module")
def second(bot: Bot, settings: Settings) -> FlaskClient:
    answering = build_bot(settings, list(bot.articles.values()))
    answering._reader = Second(answering._reader, bot.passages)
    return create_app(answering, settings).test_client()


def test_other_articles_answer_too(second: FlaskClient) -> None:
    """Each further citation has its own answer, word for word, and opens its article there."""
    sent = {"question": "Do dogs need a life jacket?", "limit": 2}
    body = second.post("/ask", json=sent).get_json()
    first, other = body["citations"]
    assert first["answer"] is None and other["answer"]["article"] == other["article"] != "dogs"
    answer = other["answer"]
    text = second.get(f"/articles/{other['article']}.txt").text
    assert text[answer["start"] : answer["end"]] == answer["text"]
    assert answer["parts"]
    assert f"start={answer['start']}&" in other["view"]
    page = second.post("/ask", data=sent).text
    also = page[page.index("Also in") :]
    assert also.count("<blockquote") == 1 and other["title"] in also and answer["text"][:9] in also


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_limit_counts_all_citations(second: FlaskClient, limit: int) -> None:
    """At most `limit` articles are cited, including the quoted one."""
    sent = {"question": "Do dogs need a life jacket?", "limit": limit}
    assert len(second.post("/ask", json=sent).get_json()["citations"]) == limit
