"""The HTTP rim: `POST /ask`, the pages that work without JavaScript, and the server they run in.

No cookie is set and no address or question is logged. Whatever comes from the corpus or a visitor
is escaped by the templates; no page holds a style or script of its own.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import secrets
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, Response, render_template, request, send_from_directory
from pydantic import TypeAdapter, ValidationError
from waitress import wasyncore
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    NotFound,
    RequestEntityTooLarge,
    ServiceUnavailable,
    TooManyRequests,
    UnprocessableEntity,
    UnsupportedMediaType,
)

from chatbot import config, markup, openapi, schema
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.errors import QuestionError, SettingsError
from chatbot.openapi import FORM, PROBLEM
from chatbot.schema import AnswerBody, AskForm, AskRequest, Fault, PastTurn, Problem
from chatbot.types import Article

# In the wheel what browsers load lies inside the package, in the checkout beside it.
_HERE = Path(__file__).parent
WEB = next(folder for folder in (_HERE / "web", _HERE.parent / "web") if folder.is_dir())

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

REMEMBERED = 8
"""How many earlier turns a page hands on in its form."""

DRAINING = 30.0
"""Seconds that answers under way may take to be finished when the server is told to stop."""

HISTORY = TypeAdapter(list[PastTurn])


class Limiter:
    """Counts the questions of each address, a minute at a time; nothing outlives its minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._since = clock()
        self._lock = threading.Lock()

    def wait(self, address: str) -> int:
        """Count a question from `address`; return in how many seconds it may be asked, 0: now."""
        if not self._per_minute:
            return 0
        with self._lock:
            age = self._clock() - self._since
            if age >= 60:
                self._counts.clear()
                self._since += age
                age = 0
            self._counts[address] += 1
            allowed = self._counts[address] <= self._per_minute
        return 0 if allowed else math.ceil(60 - age)


class WrongFields(UnprocessableEntity):
    """A question with fields that are wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("A field is wrong.")
        self.faults = faults


def create_app(bot: Bot | Callable[[], Bot | None], settings: Settings) -> Flask:
    """Return the service as a WSGI app.

    Instead of a bot it takes what returns the present one, or None as long as there is none:
    until then the app answers 503.
    """
    app = Flask(__name__, template_folder=str(WEB), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.server.max_body_bytes
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.add_template_filter(_day, "day")
    app.add_template_filter(schema.web_address, "web_address")
    app.add_template_global(markup.mark, "mark")
    limiter = Limiter(settings.server.questions_per_minute)
    description = json.dumps(openapi.describe(), ensure_ascii=False)

    def present() -> Bot:
        found = bot if isinstance(bot, Bot) else bot()
        if found is None:
            raise ServiceUnavailable("The articles are still being read.", retry_after=2)
        return found

    def article(id: str) -> Article:
        found = present().articles.get(id)
        if found is None:
            raise NotFound("There is no such article.")
        return found

    @app.get("/")
    def start() -> str:
        articles = present().articles.values()
        suggestions = [question for article in articles for question in article.questions]
        return render_template("ask.html", suggestions=suggestions[:3])

    @app.post("/ask")
    def ask() -> Response | str:
        if seconds := limiter.wait(request.remote_addr or ""):
            raise TooManyRequests("Too many questions at once.", retry_after=seconds)
        bot = present()
        asked = _asked()
        try:
            answer = bot.ask(asked.question, asked.turns, asked.limit, asked.article)
        except QuestionError as error:
            raise WrongFields([Fault(field="question", message=str(error))]) from error
        conversation = asked.conversation or _id("c")
        body = schema.answer_body(bot, answer, _id("a"), conversation)
        if request.mimetype == FORM:
            return _answer_page(bot, body, asked)
        return _json(body.model_dump_json())

    @app.get("/articles")
    def articles() -> str:
        return render_template("articles.html", articles=present().articles.values())

    @app.get("/articles/<id>")
    def article_page(id: str) -> str:
        found = article(id)
        parts = markup.parts(found, *_marked(found))
        return render_template("article.html", article=found, parts=parts)

    @app.get("/articles/<id>.txt")
    def article_text(id: str) -> Response:
        text = article(id).text.encode("utf-8", "replace")
        response = Response(text, content_type="text/plain; charset=utf-8")
        response.set_etag(hashlib.sha256(text).hexdigest())
        return response.make_conditional(request)  # type: ignore[return-value]

    @app.get("/health")
    def health() -> Response:
        bot = present()
        body = schema.Health(
            status="ok",
            articles=len(bot.articles),
            passages=len(bot.passages),
            index=bot.index,
            reader=bot.reader_name,
        )
        return _json(body.model_dump_json())

    @app.get("/openapi.json")
    def openapi_json() -> Response:
        return _json(description)

    @app.get("/<any('page.css', 'icon.svg'):name>")
    def asset(name: str) -> Response:
        return send_from_directory(WEB, name)

    @app.errorhandler(HTTPException)
    def problem(error: HTTPException) -> Response:
        return _problem(error)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
        return _problem(InternalServerError())

    @app.after_request
    def headers(response: Response) -> Response:
        _allow_origin(response, settings.server.allowed_origins)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        # Not "no-store": going back to an answer's page must not ask to send its form again.
        response.headers["Cache-Control"] = "no-cache"
        return response

    return app


def _asked() -> AskRequest:
    """Return what the request asks.

    Raises:
        BadRequest, UnsupportedMediaType, WrongFields: it is not JSON, neither JSON nor a form,
            or its fields are wrong.
    """
    try:
        if request.mimetype == FORM:
            return AskForm.model_validate(request.form.to_dict())
        if request.mimetype == "application/json":
            return AskRequest.model_validate_json(request.get_data())
    except ValidationError as error:
        if why := schema.malformed(error):
            raise BadRequest(why) from error
        raise WrongFields(schema.faults(error)) from error
    raise UnsupportedMediaType("Send a question as application/json.")


def _id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_urlsafe(16)}"


def _json(text: str, status: int = 200, mimetype: str = "application/json") -> Response:
    return Response(text, status, mimetype=mimetype)


def _answer_page(bot: Bot, body: AnswerBody, asked: AskRequest) -> str:
    """Return the page of an answer; its form hands on what was asked so far."""
    quoted = body.answer
    turn = PastTurn(question=body.question, answer=quoted.text if quoted else None)
    history = [*asked.history, turn][-REMEMBERED:]
    return render_template(
        "ask.html",
        body=body,
        article=quoted and bot.articles[quoted.article],
        articles=bot.articles,
        history=HISTORY.dump_json(history).decode(),
        # Only the questions are shown again: what a form claims was answered may be made up.
        earlier=[turn.question for turn in history[:-1]],
        suggestions=body.suggestions,
    )


def _marked(article: Article) -> tuple[int, int]:
    """Return the range of the article that the request wants marked; nonsense marks nothing."""
    start = request.args.get("start", type=int, default=-1)
    end = request.args.get("end", type=int, default=-1)
    return (start, end) if 0 <= start < end <= len(article.text) else (0, 0)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _wants_page() -> bool:
    """Whether an error is to be a page: for browsers, not for whoever sent JSON or takes any."""
    if request.mimetype == "application/json":
        return False
    types = request.accept_mimetypes
    return request.mimetype == FORM or types["text/html"] > types["application/json"]


def _problem(error: HTTPException) -> Response:
    """Return the error as a problem (RFC 9457) or a page, with the headers it asks for."""
    status = error.code or 500
    problem = Problem(
        type="about:blank",
        title=error.name,
        status=status,
        detail=error.description or "",
        errors=error.faults if isinstance(error, WrongFields) else [],
    )
    if _wants_page():
        page = render_template("ask.html", problem=problem, typed=_typed())
        response = Response(page, status)
    else:
        response = _json(problem.model_dump_json(), status, PROBLEM)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _typed() -> str:
    """Return the question of a form, to be corrected or sent again."""
    try:
        return request.form.get("question", "")
    except RequestEntityTooLarge:
        return ""


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
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"


# The server


def serve(app: Flask, settings: Settings, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish the answers under way and return.

    `on_ready` gets the address once it can be opened. Asked to stop a second time, the process
    goes at once. waitress it is, because it reads each request whole before it takes a thread:
    connections that browsers open ahead, and slow ones, keep nobody waiting.

    Raises:
        SettingsError: nothing can listen at `server.host` and `server.port`.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # silent where questions queue
    listener = _listen(settings.server)
    host, port = listener.getsockname()[:2]
    connections: dict[int, Any] = {}
    server = waitress.create_server(
        app, map=connections, sockets=[listener], **_adjustments(settings.server)
    )
    stopping = threading.Event()

    def on_signal(handler: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, handler)

    def stop(number: int, frame: object) -> None:
        on_signal(signal.SIG_DFL)
        stopping.set()
        server.pull_trigger()

    def turn() -> None:
        wasyncore.loop(timeout=1, use_poll=True, map=connections, count=1)

    on_signal(stop)
    on_ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
    while not stopping.is_set():
        turn()
    server.del_channel()
    listener.close()
    until = time.monotonic() + DRAINING
    while time.monotonic() < until and any(
        channel.requests or channel.total_outbufs_len for channel in server.active_channels.values()
    ):
        turn()


def _listen(server: config.Server) -> socket.socket:
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    try:
        return socket.create_server((server.host, server.port), family=family, backlog=1024)
    except (OSError, ValueError) as error:  # ValueError: no name of a host at all
        raise SettingsError(
            f"server.host {server.host}, server.port {server.port}: cannot listen there: {error}"
        ) from error


def _adjustments(server: config.Server) -> dict[str, Any]:
    """Return the settings of waitress."""
    adjustments: dict[str, Any] = {
        "threads": server.threads,
        "ident": None,
        "connection_limit": 1000,
        "channel_timeout": 60,
        "asyncore_use_poll": True,
        # Up to here whoever sends too much is told so as a problem; beyond, waitress hangs up.
        "max_request_body_size": 16 * server.max_body_bytes,
    }
    if server.trusted_proxy:
        adjustments |= {
            "trusted_proxy": server.trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for"},
        }
    return adjustments
