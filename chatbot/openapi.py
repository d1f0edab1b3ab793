"""Generates the OpenAPI 3.1 description of the service from the models that validate requests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic.json_schema import models_json_schema

from chatbot import __version__, schema

FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"


def describe() -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the service."""
    _, schemas = models_json_schema(
        [
            (schema.AskRequest, "validation"),
            (schema.AskForm, "validation"),
            (schema.Feedback, "validation"),
            (schema.AnswerBody, "serialization"),
            (schema.Problem, "serialization"),
            (schema.Health, "serialization"),
            (schema.Suggestions, "serialization"),
        ],
        ref_template="#/components/schemas/{model}",
    )
    article_id = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The article's id.",
        "schema": {"type": "string", "examples": ["anora"]},
    }
    ask = {
        "operationId": "ask",
        "summary": "Ask the articles",
        "requestBody": {
            "required": True,
            "content": {"application/json": _holds("AskRequest"), FORM: _holds("AskForm")},
        },
        "responses": {
            "200": {
                "description": "The answer: as JSON, or as a page if a form was sent.",
                "content": {"application/json": _holds("AnswerBody"), "text/html": {}},
            }
        }
        | _problems("400", "413", "415", "422", "429", "500", "503", or_page=True),
    }
    feedback = {
        "operationId": "rate",
        "summary": "Rate an answer",
        "description": "An answer has one rating: the last one sent.",
        "requestBody": {"required": True, "content": {"application/json": _holds("Feedback")}},
        "responses": {"204": {"description": "Kept."}}
        | _problems(
            *("400", "404", "413", "415", "422", "429", "500", "503"),
            meanings={
                "404": "There is no such answer, or nothing is stored here.",
                "503": "The rating cannot be stored now; Retry-After says when to send it again.",
            },
        ),
    }
    forget = {
        "operationId": "forget",
        "summary": "Delete a conversation",
        "parameters": [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "The `conversation` of an answer.",
                "schema": {
                    "type": "string",
                    "pattern": schema.CONVERSATION,
                    "examples": ["c_Zr3hX0vYyJkQ8sT1uWb2Lg"],
                },
            }
        ],
        "responses": {"204": {"description": "The conversation is not stored any more."}}
        | _problems(
            *("404", "429", "500", "503"),
            meanings={
                "404": "This is not the id of a conversation.",
                "503": "Deleting it failed; Retry-After says when to try again.",
            },
        ),
    }
    report = {
        "operationId": "report",
        "summary": "The owner's report, as a page",
        "description": "The password, or the bearer's token, is the environment variable "
        "CHATBOT_REPORT_TOKEN of the service; the user name does not matter.",
        "security": [{"password": []}, {"token": []}],
        "parameters": [
            {
                "name": "since",
                "in": "query",
                "description": "Only the last hours, days or weeks.",
                "schema": {"type": "string", "pattern": "^([0-9]{1,4}[hdw])?$", "examples": ["7d"]},
            }
        ],
        "responses": {"200": {"description": "The page.", "content": {"text/html": {}}}}
        | _problems(
            *("400", "401", "404", "429", "500", "503"),
            meanings={
                "400": "`since` is not a period such as 7d.",
                "404": "There is no report: no token is set, or nothing is stored here.",
                "503": "The stored questions cannot be read now.",
            },
        ),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Article chat",
            "description": "Answers questions about articles with quotations from them.",
            "version": __version__,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/ask": {"post": ask},
            "/articles/{id}": {
                "get": {
                    "operationId": "readArticle",
                    "summary": "An article as a page, a part of it marked",
                    "parameters": [
                        article_id,
                        _offset("start", "Where the marked part starts, in Unicode code points."),
                        _offset("end", "Where it ends, exclusive."),
                        {
                            "name": "page",
                            "in": "query",
                            "description": "The page of a long article, from 1 on; "
                            "by default the page with the marked part.",
                            "schema": {"examples": [2]},
                        },
                    ],
                    "responses": {"200": {"description": "The page.", "content": {"text/html": {}}}}
                    | _problems("404", "503"),
                }
            },
            "/articles/{id}.txt": {
                "get": {
                    "operationId": "readArticleText",
                    "summary": "The text to which all offsets refer",
                    "parameters": [article_id],
                    "responses": {
                        "200": {
                            "description": "The text, in UTF-8, with a strong ETag.",
                            "content": {"text/plain": {"schema": {"type": "string"}}},
                        },
                        "304": {"description": "The text is still the one named by If-None-Match."},
                    }
                    | _problems("404", "503"),
                }
            },
            "/feedback": {"post": feedback},
            "/conversations/{id}": {"delete": forget},
            "/suggestions": {
                "get": {
                    "operationId": "suggestions",
                    "summary": "Questions to begin with",
                    "description": "In the language `lang`, else in one of Accept-Language. "
                    "If no article is in these, in the language of most articles.",
                    "parameters": [
                        {
                            "name": "lang",
                            "in": "query",
                            "description": "The reader's language, a BCP 47 tag.",
                            "schema": {"type": "string", "examples": ["en"]},
                        }
                    ],
                    "responses": {
                        "200": {
                            "description": "Questions that the articles answer.",
                            "content": {"application/json": _holds("Suggestions")},
                        }
                    }
                    | _problems("503"),
                }
            },
            "/report": {"get": report},
            "/health": {
                "get": {
                    "operationId": "health",
                    "summary": "What is being served",
                    "responses": {
                        "200": {
                            "description": "Ready.",
                            "content": {"application/json": _holds("Health")},
                        }
                    }
                    | _problems("503"),
                }
            },
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "password": {"type": "http", "scheme": "basic"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _holds(model: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{model}"}}


def _offset(name: str, description: str) -> dict[str, Any]:
    # The parameter has no type, so that a damaged link still opens the article.
    return {
        "name": name,
        "in": "query",
        "description": f"{description} An invalid offset marks nothing.",
        "schema": {"examples": [412]},
    }


def _problems(
    *statuses: str, meanings: Mapping[str, str] = MappingProxyType({}), or_page: bool = False
) -> dict[str, Any]:
    """Return the errors of a path, each with its meaning.

    `meanings` replaces the usual meanings. All errors are problem details; with `or_page`, they are
    pages if a browser asks for a page or sends a form.
    """
    known = {
        "400": "The content is not a JSON object.",
        "401": "The password is missing or wrong.",
        "404": "There is no such article.",
        "413": "The content is too large.",
        "415": "The content is neither JSON nor a form.",
        "422": "A field is wrong; the answer says which, and why.",
        "429": "Too many questions; Retry-After says when to ask again.",
        "500": "The service has failed; the request may be right.",
        "503": "The articles are still being read; Retry-After says when to ask again.",
    } | dict(meanings)
    content: dict[str, Any] = {PROBLEM: _holds("Problem")}
    if or_page:
        content["text/html"] = {}
    return {status: {"description": known[status], "content": content} for status in statuses}
