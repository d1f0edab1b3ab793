"""Formats the owner's report: as text for people, as a table for spreadsheets, as JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from textwrap import shorten

from chatbot.store.report import Day, Group, OwnerReport, RatedDown
from chatbot.terminal import WIDTH, plain

SHOWN = 20
"""This many entries of each list are printed; the table and JSON have all."""

COLUMNS = ("list", "question", "times", "answered", "article", "quote", "note", "unknown_words")

# Signs that begin a formula in a spreadsheet: at the start of a cell, and after ";" or a tab, since
# a spreadsheet may split cells there.
_FORMULA = re.compile(r"(^|[;\t\r\n])(?=[^\S\t\r\n]*[=+\-@＝＋－＠])")


def prose(found: OwnerReport) -> str:
    """Return the report as text for a terminal; long lists are cut."""
    if not found.asked:
        return "Nothing was asked."
    lines = [
        f"Asked {found.asked:,}, answered {found.answered:,} ({found.answered / found.asked:.0%}); "
        f"rated helpful {found.helpful:,}, not helpful {found.unhelpful:,}"
    ]
    for title, entries in (
        ("Unanswered", [_unanswered(group) for group in found.unanswered]),
        ("Rated down", [_rated_down(rated) for rated in found.rated_down]),
        ("Asked most", [_asked_most(group) for group in found.asked_most]),
        ("Answered, by day", [_day(day) for day in reversed(found.days) if day.asked]),
    ):
        if entries:
            lines += ["", title, *chain.from_iterable(entries[:SHOWN])]
        if len(entries) > SHOWN:
            lines.append(_line("", f"and {len(entries) - SHOWN:,} more"))
    return "\n".join(lines)


def as_json(found: OwnerReport) -> str:
    """Return the whole report as JSON."""
    return json.dumps(asdict(found), default=str, ensure_ascii=False, indent=2)


def table(found: OwnerReport) -> str:
    """Return the whole report as one table in CSV (RFC 4180)."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, restval="")
    writer.writeheader()
    for row in _rows(found):
        writer.writerow({name: _safe(value) for name, value in row.items()})
    return file.getvalue()


def _rows(found: OwnerReport) -> Iterator[dict[str, str | int]]:
    for title, groups in (("unanswered", found.unanswered), ("asked most", found.asked_most)):
        for group in groups:
            yield {
                "list": title,
                "question": group.question,
                "times": group.times,
                "answered": group.answered,
                "article": " ".join(near.article for near in group.nearest),
                "unknown_words": " ".join(group.unknown_words),
            }
    for rated in found.rated_down:
        yield {
            "list": "rated down",
            "question": rated.question,
            "times": rated.times,
            "answered": rated.times if rated.quote else 0,
            "article": rated.article or "",
            "quote": rated.quote or "",
            "note": "; ".join(rated.notes),
        }
    for day in found.days:
        yield {
            "list": "day",
            "question": day.date.isoformat(),
            "times": day.asked,
            "answered": day.answered,
        }


def _safe(value: str | int) -> str | int:
    """Return a value in a form that no spreadsheet reads as a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value


def _unanswered(group: Group) -> Iterator[str]:
    yield _line(f"{group.times:,}", group.question)
    if group.unknown_words:
        yield _line("", f"in no article: {', '.join(group.unknown_words)}")
    if group.nearest:
        near = (f"{near.article} {near.start}-{near.end}" for near in group.nearest[:3])
        yield _line("", f"nearest: {', '.join(near)}")


def _rated_down(rated: RatedDown) -> Iterator[str]:
    yield _line(f"{rated.times:,}", rated.question)
    yield _line("", f"{rated.article}: {rated.quote}" if rated.quote else "not answered")
    for note in rated.notes:
        yield _line("", f"note: {note}")


def _asked_most(group: Group) -> Iterator[str]:
    yield _line(f"{group.times:,}", f"{group.question} ({group.answered:,} answered)")


def _day(day: Day) -> Iterator[str]:
    share = f"{day.answered / day.asked:.0%}"
    yield _line(share, f"{day.date}, {day.answered:,} of {day.asked:,}")


def _line(number: str, words: str) -> str:
    return f"{number:>7}  {shorten(plain(words), WIDTH, placeholder=' …')}"
