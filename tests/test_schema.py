"""The models of /ask validate and return what is documented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from chatbot.bodies import answer_body
from chatbot.bot import Bot
from chatbot.links import web_address
from chatbot.openapi import describe
from chatbot.schema import AnswerBody, AskForm, AskRequest
from chatbot.types import Also, Answer, Highlight, Passage, Question, Quote, Turn

SCHEMAS = describe()["components"]["schemas"]
SERVICE = "https://bot.example/"


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    )


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, model in SCHEMAS.items():
        for field, schema in model["properties"].items():
            yield f"{name}.{field}", schema


def answered(bot: Bot) -> Answer:
    """Return an answer made by hand: "$20" in a sentence of the article `hours`."""
    text = bot.articles["hours"].text
    sentence, short = "A library card costs $20 a year.", "$20"
    start, mark = text.index(sentence), text.index(short)
    passage = Passage("hours", "Opening hours and cards", "Cards", text[start:], start, ())
    highlight = Highlight(short, mark, mark + len(short))
    return Answer(
        Question("and a card?", understood_as="What does a card cost?"),
        "answered",
        Quote("hours", sentence, start, start + len(sentence), highlight),
        confidence=0.93456,
        message=sentence,
        citations=(passage,),
        suggestions=("When is the library open?",),
    )


@pytest.mark.parametrize(("name", "schema"), list(fields()))
def test_fields_are_documented(name: str, schema: dict[str, Any]) -> None:
    """Every field has a description and an example, and example and default are valid."""
    assert schema["description"].endswith("."), name
    assert schema["examples"], name
    resolved = {**schema, "components": {"schemas": SCHEMAS}}
    for example in [*schema["examples"], *([schema["default"]] if "default" in schema else [])]:
        Draft202012Validator(resolved).validate(example)


def test_schemas_are_schemas() -> None:
    """/openapi.json has JSON Schema, and every reference in it leads somewhere."""
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
    references = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(describe())))
    assert references == set(SCHEMAS)


def test_contract(bot: Bot) -> None:
    """The body has the fields of the model in order, and the values of the answer."""
    body = answer_body(bot, answered(bot), "a_1", "c_1", SERVICE).model_dump(mode="json")
    start = bot.articles["hours"].text.index("A library card")
    end = start + 32
    assert list(body.items()) == [
        ("id", "a_1"),
        ("conversation", "c_1"),
        ("status", "answered"),
        ("question", "and a card?"),
        ("understood_as", "What does a card cost?"),
        ("message", "A library card costs $20 a year."),
        (
            "answer",
            {
                "text": "A library card costs $20 a year.",
                "article": "hours",
                "start": start,
                "end": end,
                "highlight": {"text": "$20", "start": start + 21, "end": start + 24},
                "columns": [],
                "parts": [
                    {
                        "kind": "paragraph",
                        "start": start,
                        "end": end,
                        "number": None,
                        "depth": 0,
                        "columns": [],
                        "links": [],
                    }
                ],
            },
        ),
        ("confidence", 0.935),
        (
            "citations",
            [
                {
                    "article": "hours",
                    "title": "Opening hours and cards",
                    "url": "https://library.example/hours",
                    "published": "2025-01-05",
                    "lang": "en",
                    "heading": "Cards",
                    "passage": bot.articles["hours"].text[start:],
                    "start": start,
                    "end": len(bot.articles["hours"].text),
                    "view": f"/articles/hours?start={start}&end={end}#mark",
                    "answer": None,
                    "confidence": None,
                }
            ],
        ),
        ("related", []),
        ("reason", None),
        ("unknown_words", []),
        ("suggestions", ["When is the library open?"]),
        ("index", bot.index),
    ]
    validator("AnswerBody").validate(body)
    assert list(body) == list(AnswerBody.model_fields)


def test_also(bot: Bot) -> None:
    """An answer from another article is a citation with its own answer."""
    text = bot.articles["founder"].text
    sentence = "In 1967 a flood destroyed half of the books."
    start = text.index(sentence)
    end = start + len(sentence)
    passage = next(p for p in bot.passages if p.article == "founder" and p.end >= end)
    also = Also(Quote("founder", sentence, start, end), passage, confidence=0.81234)
    answer = replace(answered(bot), also=(also,))
    body = answer_body(bot, answer, "a_1", "c_1", SERVICE).model_dump(mode="json")
    validator("AnswerBody").validate(body)
    first, second = body["citations"]
    assert (first["article"], first["answer"]) == ("hours", None)
    assert (second["article"], second["confidence"]) == ("founder", 0.812)
    assert second["view"] == f"/articles/founder?start={start}&end={end}#mark"
    assert second["answer"]["text"] == sentence
    assert list(second["answer"]) == list(body["answer"])
    [part] = second["answer"]["parts"]
    assert text[part["start"] : part["end"]] == sentence


def test_related_is_linked_whole(bot: Bot) -> None:
    """The link to a passage without the quote opens at the passage."""
    passage = bot.passages[0]
    answer = Answer(
        Question("why?"), "abstained", reason="low_confidence", message="No.", related=(passage,)
    )
    (citation,) = answer_body(bot, answer, "a_1", "c_1", SERVICE).related
    assert citation.view == (
        f"/articles/{passage.article}?start={passage.start}&end={passage.end}#mark"
    )


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ("{}", ["question"]),
        ('{"question": ""}', ["question"]),
        ('{"question": null}', ["question"]),
        ('{"question": 7}', ["question"]),
        ('{"question": "%s"}' % ("x" * 1001), ["question"]),
        ('{"question": "x", "limit": 0}', ["limit"]),
        ('{"question": "x", "limit": 11}', ["limit"]),
        ('{"question": "x", "limit": 1e999}', ["limit"]),
        ('{"question": "x", "limit": NaN}', ["limit"]),
        ('{"question": "x", "limit": true}', ["limit"]),
        ('{"question": "x", "limit": "3"}', ["limit"]),
        ('{"question": "x", "conversation": "<b>"}', ["conversation"]),
        ('{"question": "x", "article": []}', ["article"]),
        ('{"question": "x", "history": {}}', ["history"]),
        ('{"question": "x", "history": [{"question": ""}]}', ["history.0.question"]),
        ('{"question": "x", "history": [1, {"a": 1}]}',
         ["history.0", "history.1.question", "history.1.a"]),
        ('{"question": "x", "more": 1, "Question": 2}', ["more", "Question"]),
    ],
)  # fmt: skip
def test_wrong_fields(content: str, fields: list[str]) -> None:
    """A field that is missing, unknown, or of a wrong type or size is refused."""
    with pytest.raises(ValidationError) as error:
        AskRequest.model_validate_json(content)
    assert [".".join(map(str, fault["loc"])) for fault in error.value.errors()] == fields


def test_same_rules_in_describe() -> None:
    """The service accepts exactly the questions that the description allows."""
    check = validator("AskRequest")
    for sent in ({"question": "x" * 1000, "limit": 10}, {"question": "x", "history": []}):
        AskRequest.model_validate(sent)
        check.validate(sent)
    for wrong in ({"question": ""}, {"question": "x", "limit": 11}, {"question": "x", "more": 1}):
        assert not check.is_valid(wrong)


def test_turns() -> None:
    """History becomes turns, oldest first; in a form it is JSON in a field."""
    asked = AskForm.model_validate(
        {
            "question": "x",
            "limit": "2",
            "history": '[{"question": "a", "answer": "b c", "highlight": "c"}]',
        }
    )
    assert asked.turns == (Turn("a", "b c", "c"),)
    assert asked.limit == 2


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (None, None),
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
        ("http://example.org", "http://example.org"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("data:text/html,<script>", None),
        ("//example.org", None),
        ("http://[", None),
    ],
)
def test_web_address(url: str | None, address: str | None) -> None:
    """Links are only made for http and https addresses."""
    assert web_address(url) == address


def test_a_whole_number_is_an_integer() -> None:
    """The service accepts 3.0 as an integer, as JSON Schema does, but not 3.5 or "3"."""
    assert AskRequest.model_validate_json('{"question": "x", "limit": 3.0}').limit == 3
    for wrong in ("3.5", '"3"', "true", "1e999"):
        with pytest.raises(ValidationError):
            AskRequest.model_validate_json(f'{{"question": "x", "limit": {wrong}}}')


def test_only_space_is_no_question() -> None:
    """The description also says that a question must not be only white space."""
    pattern = AskRequest.model_json_schema()["properties"]["question"]["pattern"]
    for sign in map(chr, range(0x3100)):
        assert bool(re.search(pattern, sign)) == bool(sign.split())
        try:
            AskRequest(question=sign)
        except ValidationError:
            assert sign.isspace()
        else:
            assert not sign.isspace()
