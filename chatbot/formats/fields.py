"""What a file says about itself: the front matter above its text, and what the values must be."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from chatbot.errors import ArticleError
from chatbot.formats.dateline import read_date

OWN = ("title", "url", "published", "lang", "aliases", "questions", "abbreviations")
"""Keys that are ours; all others are those of generators."""

_MAX_LENGTH = 65_536  # characters of front matter: YAML is slow, and nobody writes that much
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"\w[\w -]*:(?:\s|$)")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")  # BCP 47, as far as it matters here


@dataclass(frozen=True, slots=True)
class Fields:
    """What a file says about itself, checked; None or empty where it says nothing."""

    title: str | None = None
    url: str | None = None
    """Absolute, http or https; or seen from the site's root, with a slash in front."""
    published: datetime.date | None = None
    lang: str | None = None
    aliases: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    permalink: str | None = None
    """The page's address as `url`, in the word of another generator."""
    slug: str | None = None
    """The last part of its address; below the source's, if it begins with a slash."""
    abbreviations: tuple[tuple[str, str], ...] = ()
    """Short forms, each with what it stands for."""


def split_front_matter(content: str) -> tuple[dict[str, object], str]:
    """Return the values of the YAML between two lines `---` at the start, and what follows.

    Every scalar is a string, so that `title: 1984` and `lang: no` mean what they say.
    A first line `---` that no YAML follows is a ruled line of the text.

    Raises:
        ArticleError: the front matter does not end, is too long, is not YAML, or has a key twice;
            the message has the line of the file.
    """
    first, _, rest = content.partition("\n")
    if first.rstrip() != "---" or not rest or rest[0].isspace():
        return {}, content
    end = _END.search(rest)
    if end is None:
        if _KEY.match(rest):
            raise ArticleError("front matter starts in line 1 and has no line --- at its end")
        return {}, content
    if end.start() > _MAX_LENGTH:
        raise ArticleError(f"front matter is longer than {_MAX_LENGTH:,} characters")
    return _read_yaml(rest[: end.start()]), rest[end.end() :].lstrip("\n")


def read_fields(values: Mapping[str, object]) -> tuple[Fields, tuple[str, ...]]:
    """Return the values that are right, and a warning for each that is wrong or unknown.

    Empty values count as not given. One alias or question may stand without a list.
    """
    fields = Fields()
    warnings = []
    for key, value in values.items():
        if key not in _READERS:
            warnings.append(f"front matter: unknown key {key}; known are: {', '.join(_READERS)}")
        elif value not in ("", None, []):
            try:
                # By name, because the key chooses; `_READERS` holds the names of the fields.
                fields = replace(fields, **{key: _READERS[key](value)})
            except ValueError as error:
                warnings.append(f"front matter: {key} {error}")
    return fields, tuple(warnings)


def _read_yaml(text: str) -> dict[str, object]:
    import yaml

    try:
        # BaseLoader makes strings, lists and dicts, and nothing else: as safe as safe_load.
        loader = yaml.BaseLoader(text)
        node = loader.get_single_node()
        if isinstance(node, yaml.MappingNode):
            keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            times = Counter(key.value for key in keys)
            twice = next((key for key in keys if times[key.value] > 1), None)
            if twice:
                line = twice.start_mark.line + 2
                raise ArticleError(f"front matter, line {line}: {twice.value} stands twice")
        values = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 2}" if mark else ""
        problem = error.problem or error.context
        if problem == "mapping values are not allowed here":
            problem = "a value with a colon in it needs quotes around it"
        raise ArticleError(f"front matter{line}: {problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ArticleError(f"front matter: not YAML ({type(error).__name__})") from error
    if not values:
        return {}
    if not isinstance(values, dict):
        raise ArticleError("front matter, line 2: must be lines of `key: value`")
    return {str(key): value for key, value in values.items()}


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


def _read_url(value: object) -> str:
    address = _read_line(value)
    if address.startswith("/") and not address.startswith("//"):
        return address  # seen from the site's root
    parts = urlsplit(address)  # raises ValueError itself, for a broken host
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in address:
        raise ValueError(f"must be an http or https address, not {address[:80]!r}")
    return address


def _read_published(value: object) -> datetime.date:
    date = read_date(_read_line(value))
    if date is None:
        raise ValueError(f"must be a date like 2025-03-03, not {str(value)[:80]!r}")
    return date


def _read_lang(value: object) -> str:
    lang = _read_line(value)
    if not _LANG.fullmatch(lang):
        raise ValueError(f"must be a language tag like en or pt-BR, not {lang[:80]!r}")
    return lang


_READERS: dict[str, Any] = {
    "title": _read_line,
    "url": _read_url,
    "published": _read_published,
    "lang": _read_lang,
    "aliases": _read_lines,
    "questions": _read_lines,
    "permalink": _read_line,
    "slug": _read_line,
    "abbreviations": _read_abbreviations,
}
