"""Opens the address at which the service listens, and sets up its server."""

from __future__ import annotations

import contextlib
import resource
import socket
from pathlib import Path
from typing import Any

from chatbot.config import ServerSettings
from chatbot.errors import SettingsError

CONNECTIONS = 1000
"""The most connections at once; fewer if there are not enough file descriptors."""
DESCRIPTORS = 4096
"""How many file descriptors to ask the system for."""
SPARE = 64
"""File descriptors that are kept free for files, the database and the like."""


def service_address(host: str, port: int) -> str:
    """Return the address of the service that listens at `host` and `port`."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(server: ServerSettings) -> socket.socket:
    """Return a socket that listens where the settings say.

    Raises:
        SettingsError: nothing can listen there.
    """
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    try:
        return socket.create_server((server.host, server.port), family=family, backlog=1024)
    except (OSError, ValueError) as error:  # ValueError: not the name of a host
        raise SettingsError(
            f"server.host {server.host}, server.port {server.port}: cannot listen there: {error}"
        ) from error


def adjustments(server: ServerSettings, connections: int) -> dict[str, Any]:
    """Return the settings of waitress for this many `connections` at once."""
    found: dict[str, Any] = {
        "threads": server.threads,
        "ident": None,
        "connection_limit": connections,
        "channel_timeout": 60,
        "cleanup_interval": 1,
        "asyncore_use_poll": True,
        # A client that disconnects is not an error of the service.
        "log_socket_errors": False,
        # A body up to this size gets an error from the app; a larger one is not even read.
        "max_request_body_size": 16 * server.max_body_bytes,
        "max_request_header_size": 65_536,
    }
    if server.trusted_proxy:
        found |= {
            "trusted_proxy": server.trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"},
        }
    return found


def most_connections() -> int:
    """Return how many connections to allow: fewer if there are few file descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < DESCRIPTORS:
        soft = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return CONNECTIONS
    folder = Path("/dev/fd")
    opened = sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0
    return max(8, min(CONNECTIONS, soft - SPARE - opened))
