"""The HTTP interface: `POST /ask`, and the pages that work without JavaScript.

No cookie is set, and no address or question is logged: a line of the log has only the route. The
templates escape all text from the corpus and from visitors. No page has inline styles or scripts.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask, Response, g, render_template, request, send_from_directory
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    default_exceptions,
)

from chatbot import bodies, logs, markup, openapi, schema
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.conversation.budget import Budget
from chatbot.errors import ChatbotError, QuestionError, StoreError
from chatbot.limiter import Limiter
from chatbot.links import web_address
from chatbot.openapi import FORM
from chatbot.schema import AskForm, AskRequest, Feedback, WrongField
from chatbot.server import headers, problems
from chatbot.server.pages import answer_page
from chatbot.server.requests import WrongFields, languages, marked_range, password, route, sent
from chatbot.store.keeper import Keeper
from chatbot.store.reports import Reports
from chatbot.store.turns import Rating, kept_turn
from chatbot.types import Article
from chatbot.wsgi import REFUSED

# The files that browsers load are inside the package in a wheel, and beside it in a checkout.
_HERE = Path(__file__).parent.parent
WEB = next(folder for folder in (_HERE / "web", _HERE.parent / "web") if folder.is_dir())

GUESSES = 10
"""An address may send at most this many wrong passwords per minute; not a setting."""

BASIC = WWWAuthenticate("basic", {"realm": "The owner's report", "charset": "UTF-8"})
"""The header that makes a browser ask for the password."""


def create_app(
    bot: Bot | Callable[[], Bot | None],
    settings: Settings,
    keeper: Keeper | None = None,
    report_token: str = "",
) -> Flask:
    """Return the service as a WSGI app.

    `bot` may be a function that returns the current bot. While it returns None, the app answers
    with status 503. Without a keeper, nothing is stored; without a token, there is no report.
    """
    app = Flask(__name__, template_folder=str(WEB), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.server.max_body_bytes
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.add_template_filter(_day, "day")
    app.add_template_filter(web_address, "web_address")
    app.url_map.merge_slashes = False  # "//host/path" would be redirected to that host
    limiter = Limiter(settings.server.questions_per_minute)
    guesses = Limiter(min(GUESSES, settings.server.questions_per_minute or GUESSES))
    reports = Reports()
    description = json.dumps(openapi.describe(), ensure_ascii=False)

    def present() -> Bot:
        found = bot if isinstance(bot, Bot) else bot()
        if found is None:
            raise ServiceUnavailable("The articles are still being read.", retry_after=2)
        return found

    def article(bot: Bot, id: str) -> Article:
        found = bot.articles.get(id)
        if found is None:
            raise NotFound("There is no such article.")
        return found

    def limit() -> None:
        if seconds := limiter.wait(request.remote_addr or ""):
            raise TooManyRequests("Too many questions at once.", retry_after=seconds)

    @app.get("/")
    def start() -> str:
        return render_template("ask.html", suggestions=present().starters_in(languages()))

    @app.post("/ask")
    def ask() -> Response | str:
        limit()
        bot = present()
        asked = sent(AskRequest, AskForm)
        conversation = asked.conversation
        remembered = keeper.history(conversation) if keeper and conversation else ()
        if not conversation or (keeper and not remembered):
            conversation = _id("c")
        g.budget = Budget()
        try:
            answer = bot.ask(
                asked.question, asked.turns or remembered, asked.limit, asked.article, g.budget
            )
        except QuestionError as error:
            raise WrongFields([WrongField(field="question", message=str(error))]) from error
        body = bodies.answer_body(bot, answer, _id("a"), conversation, request.url_root)
        if keeper:
            now = datetime.now(UTC)
            keeper.keep(kept_turn(answer, body.id, body.conversation, body.index, now))
        if request.mimetype == FORM:
            return answer_page(bot, body, asked)
        return _json(body.model_dump_json())

    @app.post("/feedback")
    def feedback() -> Response:
        if not keeper:
            raise NotFound("Feedback is off.")
        limit()
        rated = sent(Feedback)
        try:
            known = keeper.rate(rated.answer, Rating(rated.helpful, rated.reason, rated.note))
        except StoreError as error:
            raise ServiceUnavailable("The rating cannot be stored now.", retry_after=10) from error
        if not known:
            raise NotFound("There is no such answer.")
        return Response(status=204)

    @app.delete("/conversations/<id>")
    def forget(id: str) -> Response:
        limit()
        if not re.fullmatch(schema.CONVERSATION, id):
            raise NotFound("This is not the id of a conversation.")
        try:
            if keeper:
                keeper.forget(id)
        except StoreError as error:
            raise ServiceUnavailable("It cannot be deleted now.", retry_after=10) from error
        return Response(status=204)

    @app.get("/suggestions")
    def suggestions() -> Response:
        found = present().starters_in(languages())
        return _json(schema.Suggestions(suggestions=list(found)).model_dump_json())

    @app.get("/report")
    def report() -> Response:
        if not keeper or not report_token:
            raise NotFound("There is no report here.")
        if not hmac.compare_digest(password().encode(), report_token.encode()):
            if password() and (seconds := guesses.wait(request.remote_addr or "")):
                raise TooManyRequests("Too many wrong passwords.", retry_after=seconds)
            raise Unauthorized("The password is missing or wrong.", www_authenticate=BASIC)
        since = request.args.get("since", "")
        try:
            found = reports.of(keeper, since)
        except StoreError as error:
            raise ServiceUnavailable("The stored questions cannot be read now.") from error
        except ChatbotError as error:
            raise BadRequest(str(error)) from error
        page = render_template(
            "report.html", report=found, since=since, articles=present().articles
        )
        # The report has other people's questions, so the browser must not keep a copy.
        return Response(page, headers={"Cache-Control": "no-store"}, mimetype="text/html")

    @app.get("/articles")
    def articles() -> str:
        return render_template("articles.html", articles=present().heads)

    @app.get("/articles/<id>")
    def article_page(id: str) -> str:
        bot = present()
        found = article(bot, id)
        marked = marked_range(found)
        pages = markup.pages(found)
        asked = request.args.get("page", type=int, default=0)
        page = asked if 1 <= asked <= len(pages) else markup.page_of(pages, marked[0])
        parts = bot.parts(found, *pages[page - 1])
        nodes = markup.nodes(
            found, markup.without_title(found, parts) if page == 1 else parts, *marked
        )
        return render_template(
            "article.html", article=found, nodes=nodes, page=page, pages=len(pages)
        )

    @app.get("/articles/<id>.txt")
    def article_text(id: str) -> Response:
        text = article(present(), id).text.encode("utf-8", "replace")
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
            feedback=keeper is not None,
            vectors=bodies.progress(bot.encoded),
            store=bodies.store_health(keeper.condition if keeper else None),
        )
        return _json(body.model_dump_json())

    @app.get("/openapi.json")
    def openapi_json() -> Response:
        return _json(description)

    @app.get("/<any('page.css', 'icon.svg'):name>")
    def asset(name: str) -> Response:
        return send_from_directory(WEB, name)

    @app.get("/demo")
    def demo() -> str:
        return render_template("demo.html", articles=present().heads[:8])

    @app.get("/widget.js")
    @app.get("/<any('chat-widget.js', 'chat-parts.js'):name>")
    def widget(name: str = "chat-widget.js") -> Response:
        script = (WEB / name).read_bytes()
        response = Response(script, mimetype="text/javascript")
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            # Every visitor has to load this script first, so it is sent compressed.
            response.data = gzip.compress(script, 9, mtime=0)
            response.content_encoding = "gzip"
        response.add_etag()
        return response.make_conditional(request)  # type: ignore[return-value]

    @app.errorhandler(HTTPException)
    def problem(error: HTTPException) -> Response:
        return problems.problem(error)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        app.logger.error("%s %s failed: %s", request.method, route(), logs.stack(error))
        return problems.problem(InternalServerError())

    @app.before_request
    def begin() -> None:
        logs.request_id.set(secrets.token_urlsafe(9))
        g.began = time.monotonic()
        if REFUSED in request.environ:
            code, why = request.environ[REFUSED]
            raise default_exceptions.get(code, BadRequest)(why)

    @app.after_request
    def complete(response: Response) -> Response:
        return headers.finish(response, settings.server.allowed_origins)

    return app


def _id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_urlsafe(16)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")
