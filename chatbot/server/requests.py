"""Reads a request: its fields, a password, the visitor's languages."""

from __future__ import annotations

from typing import TypeVar

from flask import request
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

from chatbot import bodies
from chatbot.openapi import FORM
from chatbot.schema import Asked, WrongField
from chatbot.types import Article

_Sent = TypeVar("_Sent", bound=Asked)


class WrongFields(UnprocessableEntity):
    """A request whose fields are wrong."""

    def __init__(self, faults: list[WrongField]) -> None:
        super().__init__("A field is wrong.")
        self.faults = faults


def sent(model: type[_Sent], form: type[_Sent] | None = None) -> _Sent:
    """Return the content of the request: a `model` from JSON, or a `form` where forms are allowed.

    Raises:
        BadRequest, UnsupportedMediaType, WrongFields: the content is not JSON, has another type, or
            its fields are wrong.
    """
    try:
        if form and request.mimetype == FORM:
            return form.model_validate(request.form.to_dict())
        if request.mimetype == "application/json":
            return model.model_validate_json(request.get_data())
    except ValidationError as error:
        if why := bodies.malformed(error):
            raise BadRequest(why) from error
        raise WrongFields(bodies.faults(error, model)) from error
    raise UnsupportedMediaType("Send it as application/json.")


def password() -> str:
    """Return the password in the request (from a browser) or the token (from a program)."""
    sent = request.authorization
    return (sent.password or sent.token or "") if sent else ""


def languages() -> list[str]:
    """Return the visitor's languages, best first: from the page, or else from the browser."""
    lang = request.args.get("lang")
    return [lang] if lang else list(request.accept_languages.values())


def marked_range(article: Article) -> tuple[int, int]:
    """Return the range of the article to mark, from the request; an invalid one marks nothing."""
    start = request.args.get("start", type=int, default=-1)
    end = request.args.get("end", type=int, default=-1)
    return (start, end) if 0 <= start < end <= len(article.text) else (0, 0)


def route() -> str:
    """Return the route of the request, since the path itself may have an id or private words."""
    return request.url_rule.rule if request.url_rule else "-"
