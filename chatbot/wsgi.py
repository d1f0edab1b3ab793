"""Runs the service in waitress, with limits on connections and requests.

Why waitress? It reads each request completely, in one loop, before it uses a thread, so slow
clients do not delay others. The servers gunicorn (gthread) and cheroot read in the threads that
answer, so a few half-sent requests, one per thread, block them. The server granian reads like
waitress, but it answers unreadable requests itself, serves from a separate process, and cannot
limit the connections of one address.

This module adds what waitress lacks: a deadline for a request to arrive, and a limit of connections
per address. The accept loop pauses when file descriptors run out, and all errors have the same
format. Separate threads answer requests that must not queue behind questions. `docs/operations.md`
has the measurements.
"""

from __future__ import annotations

import io
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.utilities import Error

from chatbot import config
from chatbot.config import Settings
from chatbot.limiter import visitor_of
from chatbot.listening import adjustments, listen, most_connections, service_address

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

REFUSED = "chatbot.refused"
"""The key in a request's environment for `(status, why)` if the request could not be read."""

HEADERS, WHOLE = 10.0, 30.0
"""Seconds within which the headers of a request, and the whole request, must arrive."""
QUICK = frozenset(
    ("/health", "/openapi.json", "/page.css", "/icon.svg", "/widget.js", "/chat-widget.js")
)
"""Paths that need neither articles nor store; separate threads answer them."""
QUICK_THREADS = 2
REST = 0.5
"""Seconds to pause after a connection could not be accepted."""
SWITCH = 0.001
"""Seconds after which a computing thread lets another thread run; short, for quick answers."""

_log = logging.getLogger(__name__)


class TimedOut(Error):  # type: ignore[misc]  # waitress has no type hints
    """A request that did not arrive in time."""

    code = 408
    reason = "Request Timeout"


class _Refusal(ErrorTask):  # type: ignore[misc]
    """Lets the app answer a request that could not be read, so that all errors have one format."""

    def execute(self) -> None:
        error = self.request.error
        headers = getattr(self.request, "headers", {})
        self.request.path = "/"  # waitress logs the path if the app fails
        body = io.BytesIO()
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_ACCEPT": headers.get("ACCEPT", "*/*"),
            "CONTENT_TYPE": headers.get("CONTENT_TYPE", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            REFUSED: (error.code, error.body),
        }

        def start_response(status: str, sent: list[tuple[str, str]], _: object = None) -> Any:
            self.status = status
            self.response_headers = list(sent)
            return body.write

        content = b"".join(self.channel.server.application(environ, start_response))
        self.content_length = len(content)
        self.set_close_on_finish()
        self.write(content)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows when its current request began to arrive."""

    error_task_class = _Refusal
    request: Any
    since: float | None = None

    def received(self, data: bytes) -> bool:
        if self.since is None:
            self.since = time.monotonic()
        done = bool(super().received(data))
        if self.request is None:
            self.since = None
        return done

    def is_late(self, now: float) -> bool:
        """Return whether its request should have arrived by now."""
        request, since = self.request, self.since
        if request is None or since is None:
            return False
        return now - since > (WHOLE if request.headers_finished else HEADERS)

    def refuse(self) -> None:
        """Answer that the request did not arrive in time, and close the connection."""
        with self.requests_lock:
            request, self.request, self.since = self.request, None, None
            if request is None or self.requests:
                self.will_close = True
                return
            request.error = TimedOut("The request took too long to arrive.")
            request.completed = True
            self.requests.append(request)
            self.server.add_task(self)


class _Threads:
    """Two pools of threads: one for questions, one for requests that must not queue behind them."""

    def __init__(self, questions: int) -> None:
        self._pools = {False: ThreadedTaskDispatcher(), True: ThreadedTaskDispatcher()}
        self._pools[False].set_thread_count(questions)
        self._pools[True].set_thread_count(QUICK_THREADS)

    def add_task(self, channel: Any) -> None:
        request = channel.requests[0]
        is_quick = bool(request.error) or getattr(request, "path", "") in QUICK
        self._pools[is_quick].add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> None:
        for pool in self._pools.values():
            pool.shutdown(cancel_pending, timeout)


class _Server(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket with a limit of connections, per address and in total."""

    channel_class = _Channel
    per_address = 0
    trusted = ""
    next_channel_cleanup: float = 0
    _resting_until = 0.0

    def __init__(self, *args: Any, **named: Any) -> None:
        self._told: dict[str, float] = {}
        super().__init__(*args, **named)

    def readable(self) -> bool:
        """Return whether a connection may be accepted; waitress would log each change of this."""
        now = time.time()
        if now >= self.next_channel_cleanup:
            self.next_channel_cleanup = now + self.adj.cleanup_interval
            self.maintenance(now)
        if len(self._map) >= self.adj.connection_limit:
            self._tell("there are %d connections; further ones wait", self.adj.connection_limit)
            return False
        return bool(self.accepting) and time.monotonic() >= self._resting_until

    def handle_accept(self) -> None:
        try:
            accepted = self.accept()
            if accepted is None:
                return
            connection, address = accepted
            self.set_socket_options(connection)
        except OSError as error:
            # Without free file descriptors, the poll would report the same connection again at
            # once.
            self._resting_until = time.monotonic() + REST
            self._tell("no connection can be accepted: %s", error)
            return
        if self._is_too_many(address[0]):
            connection.close()
            self._tell("an address has more than %d connections", self.per_address)
            return
        self.channel_class(self, connection, self.fix_addr(address), self.adj, map=self._map)

    def maintenance(self, now: float) -> None:
        """Close connections that are idle or whose request does not arrive in time."""
        super().maintenance(now)
        moment = time.monotonic()
        for channel in list(self.active_channels.values()):
            if channel.is_late(moment):
                channel.refuse()

    def _is_too_many(self, address: str) -> bool:
        if not self.per_address or address == self.trusted:
            return False
        visitor = visitor_of(address)
        channels = list(self.active_channels.values())
        return sum(visitor_of(c.addr[0]) == visitor for c in channels) >= self.per_address

    def _tell(self, message: str, what: object) -> None:
        """Log the message, each at most once a minute."""
        now = time.monotonic()
        if message not in self._told or now - self._told[message] > 60:
            self._told[message] = now
            _log.warning(message, what)


def serve(app: WSGIApplication, settings: Settings, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish the running requests and return.

    `on_ready` is called with the address once it can be opened. A second signal ends the process at
    once; after `server.grace` seconds it ends in any case. SIGHUP stops it if a terminal was
    closed, and is ignored if there is no terminal.

    Raises:
        SettingsError: nothing can listen at `server.host` and `server.port`.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # no warnings when questions queue
    sys.setswitchinterval(SWITCH)
    listener = listen(settings.server)
    host, port = listener.getsockname()[:2]
    connections: dict[int, Any] = {}
    server = _server(app, listener, connections, settings.server)
    stopping = threading.Event()

    def on_signal(handler: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, handler)

    def stop(number: int, frame: object) -> None:
        on_signal(signal.SIG_DFL)
        stopping.set()
        server.pull_trigger()

    def hang_up(number: int, frame: object) -> None:
        if sys.stdin is not None and sys.stdin.isatty():
            stop(number, frame)
        else:
            _log.info("SIGHUP is ignored; to read articles or settings again, restart")

    def turn() -> None:
        wasyncore.loop(timeout=1, use_poll=True, map=connections, count=1)

    on_signal(stop)
    signal.signal(signal.SIGHUP, hang_up)
    on_ready(service_address(host, port))
    while not stopping.is_set():
        turn()
    server.del_channel()
    listener.close()
    until = time.monotonic() + settings.server.grace
    while time.monotonic() < until and any(
        channel.requests or channel.total_outbufs_len for channel in server.active_channels.values()
    ):
        turn()


def _server(
    app: WSGIApplication,
    listener: socket.socket,
    connections: dict[int, Any],
    own: config.ServerSettings,
) -> _Server:
    """Return the server for a listening socket."""
    place = (listener.family, listener.type, listener.proto, listener.getsockname())
    server = _Server(
        app,
        connections,
        _sock=listener,
        dispatcher=_Threads(own.threads),
        adj=Adjustments(sockets=[listener], **adjustments(own, most_connections())),
        sockinfo=place,
        bind_socket=False,
    )
    server.per_address = own.connections_per_visitor
    server.trusted = own.trusted_proxy
    return server
