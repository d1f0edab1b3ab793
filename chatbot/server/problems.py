"""Turns errors into problem details (RFC 9457), or into a page for browsers."""

from __future__ import annotations

from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from chatbot.openapi import FORM, PROBLEM
from chatbot.schema import Problem
from chatbot.server.requests import WrongFields


def problem(error: HTTPException) -> Response:
    """Return an error as problem details (RFC 9457) or as a page, with the error's headers."""
    status = error.code or 500
    details = Problem(
        type="about:blank",
        title=error.name,
        status=status,
        detail=error.description or "",
        errors=error.faults if isinstance(error, WrongFields) else [],
    )
    if _wants_page():
        page = render_template("ask.html", problem=details, typed=_typed())
        response = Response(page, status)
    else:
        response = Response(details.model_dump_json(), status, mimetype=PROBLEM)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _wants_page() -> bool:
    """Return whether to send an error as a page: browsers ask for HTML and send no JSON."""
    if request.mimetype == "application/json":
        return False
    types = request.accept_mimetypes
    return request.mimetype == FORM or types["text/html"] > types["application/json"]


def _typed() -> str:
    """Return the question in a form, so that the visitor can correct it or send it again."""
    try:
        return request.form.get("question", "")
    except RequestEntityTooLarge:
        return ""
