"""Writes the log: a line for each event, with time, level and request id, as text or JSON.

The line for a request has its route, but never its path, address or words. Visitors' questions are
only in the store, where they can be deleted.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

LogFormat = Literal["text", "json"]

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The id of the request that is being answered, in this thread."""

STEPS = "steps"
"""The attribute of a log record that has the counts and times of a request, by name."""


def set_up(form: LogFormat) -> None:
    """Write all log records to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def stack(error: BaseException) -> str:
    """Return the type of `error` and where it was raised, without its message.

    The message may quote a visitor.
    """
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{frames}{type(error).__name__}"


class _Formatter(logging.Formatter):
    def _facts(self, record: logging.LogRecord) -> dict[str, Any]:
        when = datetime.fromtimestamp(record.created, UTC)
        facts: dict[str, Any] = {
            "time": when.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "request": request_id.get(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        facts |= getattr(record, STEPS, {})
        if record.exc_info and record.exc_info[1]:
            facts["stack"] = stack(record.exc_info[1])
        return facts


class JsonFormatter(_Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        return json.dumps(self._facts(record), ensure_ascii=False)


class TextFormatter(_Formatter):
    """A line with time, level, request id, message and counts, and a traceback below, if any."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        facts = self._facts(record)
        head = " ".join(str(facts.pop(name)) for name in ("time", "level", "request", "logger"))
        message, below = facts.pop("message"), facts.pop("stack", "")
        more = "".join(f" {name}={value}" for name, value in facts.items())
        return f"{head}: {message}{more}" + (f"\n{below}" if below else "")
