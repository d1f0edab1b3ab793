"""The server that the service runs in: waitress, told when to stop."""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore

from chatbot import config
from chatbot.config import Settings
from chatbot.errors import SettingsError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

DRAINING = 30.0
"""Seconds that answers under way may take to be finished when the server is told to stop."""


def serve(app: WSGIApplication, settings: Settings, on_ready: Callable[[str], None]) -> None:
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
    on_ready(address(host, port))
    while not stopping.is_set():
        turn()
    server.del_channel()
    listener.close()
    until = time.monotonic() + DRAINING
    while time.monotonic() < until and any(
        channel.requests or channel.total_outbufs_len for channel in server.active_channels.values()
    ):
        turn()


def address(host: str, port: int) -> str:
    """Return the address of the service that listens at `host` and `port`."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"},
        }
    return adjustments
