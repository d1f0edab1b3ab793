"""Checks the metadata of a file, from its front matter or HTML head, and gives it uniform names."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from chatbot.formats.dateline import read_date

OWN = ("title", "url", "published", "lang", "aliases", "questions", "abbreviations")
"""The keys of this program, whose errors are reported. All others belong to site generators."""

_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")  # the part of BCP 47 that is needed here
_PATH = re.compile(r"[./]\S*|\S*/\S*|\S+\.html?")
_YES = frozenset({"true", "yes", "on"})
_NO = frozenset({"false", "no", "off"})


_DRAFT = (("draft", _YES), ("published", _NO), ("publish", _NO), ("status", ("draft",)))
_UNLISTED = (("unlisted", _YES), ("noindex", _YES), ("status", ("hidden",)))


@dataclass(frozen=True, slots=True)
class Fields:
    """The checked metadata of a file; what is missing is None or empty."""

    title: str | None = None
    url: str | None = None
    """An absolute http or https address, or a path from the root of the site, "/help/"."""
    published: datetime.date | None = None
    lang: str | None = None
    aliases: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    permalink: str | None = None
    """The path that its generator gives it on the site: "/help/hours/"."""
    slug: str | None = None
    """Its name in the address that the generator makes, "opening-hours", or a path."""
    abbreviations: tuple[tuple[str, str], ...] = ()
    """Short forms, each with its long form."""
    withheld: str | None = None
    """Why it must not be published, in a word: "draft", "unlisted"."""
    publish_from: datetime.date | None = None
    publish_until: datetime.date | None = None


def read_fields(values: Mapping[str, object]) -> tuple[Fields, tuple[str, ...]]:
    """Return the valid values, and a warning for each key in `OWN` with an invalid value.

    Other keys belong to the site generator: known ones are used, the others ignored. Empty values
    count as missing. A single alias or question need not be in a list.
    """
    values = {key.lower(): value for key, value in values.items()}  # as Hugo does
    fields = Fields(withheld=_withheld(values))
    warnings = []
    for key, name, reader in _KEYS:
        value = values.get(key)
        if value in ("", None, []) or getattr(fields, name):
            continue
        try:
            read: dict[str, Any] = {name: reader(value)}
        except ValueError as error:
            if key == name and key in OWN:
                warnings.append(f"front matter: {key} {error}")
        else:
            fields = replace(fields, **read)
    return fields, tuple(warnings)


def why_withheld(fields: Fields, today: datetime.date) -> tuple[str, str] | None:
    """Return why a file is not served today: a word for the kind, and a sentence.

    None if it is served.
    """
    if fields.withheld:
        return fields.withheld, f"is not served: its front matter says {fields.withheld}"
    if fields.publish_from and fields.publish_from > today:
        return "future", f"is not served before {fields.publish_from}, its publishDate"
    if fields.publish_until and fields.publish_until <= today:
        return "expired", f"is not served since {fields.publish_until}, its expiryDate"
    return None


def _withheld(values: Mapping[str, object]) -> str | None:
    said = {key: str(value).strip().lower() for key, value in values.items()}
    if any(said.get(key) in answers for key, answers in _DRAFT):
        return "draft"
    if any(said.get(key) in answers for key, answers in _UNLISTED):
        return "unlisted"
    return None


def _read_line(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a line of text")
    return " ".join(value.split())


def _read_lines(value: object) -> tuple[str, ...]:
    lines = value if isinstance(value, list) else [value]
    if not all(isinstance(line, str) for line in lines):
        raise ValueError("must be a list of lines of text")
    return tuple(text for line in lines if (text := _read_line(line)))


def _read_abbreviations(value: object) -> tuple[tuple[str, str], ...]:
    pairs = [line.partition(":") for line in _read_lines(value)]
    if not all(short.strip() and full.strip() for short, _, full in pairs):
        raise ValueError('must be a list of lines like "PTO: paid time off"')
    return tuple((short.strip(), full.strip()) for short, _, full in pairs)


def _read_names(value: object) -> tuple[str, ...]:
    """Return names; aliases of Hugo, which are addresses of the page, are ignored."""
    return tuple(
        name for name in _read_lines(value) if "://" not in name and not _PATH.fullmatch(name)
    )


def _read_url(value: object) -> str | None:
    address = _read_line(value)
    if address.startswith("/") and not address.startswith("//"):
        return None  # in Hugo, these are paths on the site
    parts = urlsplit(address)  # raises ValueError itself, for a broken host
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in address:
        raise ValueError(f"must be an http or https address, not {address[:80]!r}")
    return address


def _read_path(value: object) -> str:
    path = _read_line(value)
    if urlsplit(path).scheme or path.startswith("//") or " " in path:
        raise ValueError(f"must be a path, not {path[:80]!r}")
    return path


def _read_published(value: object) -> datetime.date | None:
    line = _read_line(value)
    if line.lower() in _YES | _NO:  # in Jekyll, this says whether the page is published
        return None
    date = read_date(line) or read_date(line[:10])
    if date is None:
        raise ValueError(f"must be a date like 2025-03-03, not {str(value)[:80]!r}")
    return date


def _read_update(value: object) -> datetime.date | None:
    """Return the date of the last update; Docusaurus also has the author in this field."""
    return _read_published(value.get("date", "") if isinstance(value, dict) else value)


def _read_lang(value: object) -> str:
    lang = _read_line(value).replace("_", "-")
    if not _LANG.fullmatch(lang):
        raise ValueError(f"must be a language tag like en or pt-BR, not {lang[:80]!r}")
    return lang


_KEYS: tuple[tuple[str, str, Callable[[Any], object]], ...] = (
    ("title", "title", _read_line),
    ("url", "url", _read_url),
    ("permalink", "url", _read_url),
    ("published", "published", _read_published),
    ("date", "published", _read_published),
    ("pubdate", "published", _read_published),
    ("lastmod", "published", _read_update),
    ("last_updated", "published", _read_update),
    ("last_modified_at", "published", _read_update),
    ("last_update", "published", _read_update),
    ("updated", "published", _read_update),
    ("lang", "lang", _read_lang),
    ("aliases", "aliases", _read_names),
    ("questions", "questions", _read_lines),
    ("abbreviations", "abbreviations", _read_abbreviations),
    ("permalink", "permalink", _read_path),
    ("url", "permalink", _read_path),
    ("slug", "slug", _read_path),
    ("publishdate", "publish_from", _read_published),
    ("expirydate", "publish_until", _read_published),
)
"""Key in the file, name in `Fields`, reader. The first key that is given sets a name."""
