"""Adds the headers that all responses have, and logs each request."""

from __future__ import annotations

import logging
import time

from flask import Response, g, request

from chatbot import logs
from chatbot.conversation.budget import Budget
from chatbot.server.requests import route

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")

_log = logging.getLogger("chatbot.server")


def finish(response: Response, allowed_origins: tuple[str, ...]) -> Response:
    """Return a response with all its headers, and log it."""
    response.headers["X-Request-Id"] = logs.request_id.get()
    _log_request(response)
    if request.endpoint in ("start", "suggestions"):
        response.vary.add("Accept-Language")
    if request.endpoint != "report":
        _allow_origin(response, allowed_origins)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    # Not "no-store", or going back to an answer would ask whether to send the form again.
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _log_request(response: Response) -> None:
    """Log that a request was answered, how long it took, and how long its steps took."""
    steps = {"status": response.status_code}
    steps["ms"] = round(1000 * (time.monotonic() - g.get("began", time.monotonic())))
    if found := g.get("budget"):
        counted: Budget = found
        steps |= {
            "corrected": len(counted.corrected),
            "searched": counted.searched,
            "read": counted.read,
        }
    method = request.method if request.method in METHODS else "-"
    _log.info("%s %s", method, route(), extra={logs.STEPS: steps})


def _allow_origin(response: Response, allowed: tuple[str, ...]) -> None:
    """Let pages of the allowed sites read the response (https://fetch.spec.whatwg.org/#cors)."""
    origin = request.headers.get("Origin")
    if "*" in allowed:
        origin = "*"
    else:
        response.vary.add("Origin")
        if origin not in allowed:
            return
    response.headers["Access-Control-Allow-Origin"] = origin or ""
    response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"
