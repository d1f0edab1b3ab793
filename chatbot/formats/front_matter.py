"""Reads the front matter of a text: YAML between `---`, TOML between `+++`, or JSON in braces."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from typing import Any

from chatbot.errors import ArticleError

_MAX_LENGTH = 65_536  # characters of front matter, since YAML is slow and nobody writes more
_YAML_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_TOML_END = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_YAML_KEY = re.compile(r"\w[\w -]*:(?:\s|$)")
_TOML_KEY = re.compile(r"[\w.\"'-]+\s*=|\[")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def split_front_matter(content: str) -> tuple[dict[str, object], str]:
    """Return the values of the front matter at the start, and the rest of the content.

    Every scalar is a string, so that `title: 1984` and `lang: no` keep their spelling. True and
    false in TOML and JSON become the words "true" and "false". A first line `---` without YAML
    below it is a ruled line of the text, and a brace without a JSON object is text.

    Raises:
        ArticleError: the front matter has no end, is too long, is broken, or has a key twice;
            the message gives the line in the file.
    """
    if content.startswith("{"):
        return _split_json(content)
    first, _, rest = content.partition("\n")
    marks = {"---": (_YAML_END, _YAML_KEY), "+++": (_TOML_END, _TOML_KEY)}
    mark = first.rstrip()
    if mark not in marks or not rest or rest[0].isspace():
        return {}, content
    ends, key = marks[mark]
    end = ends.search(rest)
    if end is None:
        if key.match(rest):
            raise ArticleError(f"front matter starts in line 1 and has no line {mark} at its end")
        return {}, content
    if end.start() > _MAX_LENGTH:
        raise ArticleError(f"front matter is longer than {_MAX_LENGTH:,} characters")
    matter = rest[: end.start()]
    values = _read_yaml(matter) if mark == "---" else _read_toml(matter)
    return values, rest[end.end() :].lstrip("\n")


def as_markdown(value: object) -> str:
    """Return the values that have several lines, as Markdown.

    Some pages have only front matter, from which the generator builds them.
    """
    if isinstance(value, str):
        return value if "\n" in value.strip() else ""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return "\n\n".join(filter(None, map(as_markdown, inner)))


def _split_json(content: str) -> tuple[dict[str, object], str]:
    """Return the JSON object at the start and the rest, as Hugo does; anything else is text."""
    if len(content) > 1 and content[1] not in '\n "}':
        return {}, content
    try:
        values, end = json.JSONDecoder().raw_decode(content[:_MAX_LENGTH])
    except (ValueError, RecursionError):
        return {}, content
    rest = content[end:]
    if rest.strip() and not rest.lstrip(" \t").startswith("\n"):
        return {}, content
    return as_texts(values), rest.lstrip()


def _read_toml(text: str) -> dict[str, object]:
    try:
        values: dict[str, object] = as_texts(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _TOML_PLACE.search(str(error))
        line = f", line {int(place[1]) + 1}" if place and place[1] else ""
        problem = _TOML_PLACE.sub("", str(error)) or "not TOML"
        raise ArticleError(f"front matter{line}: {problem}") from error
    return values


def _read_yaml(text: str) -> dict[str, object]:
    import yaml

    try:
        return _load_yaml(text)
    except yaml.MarkedYAMLError as error:
        if "\t" in text:  # YAML does not allow tabs for indentation, but Hugo does
            try:
                return _load_yaml(text.expandtabs(2))
            except yaml.YAMLError:
                pass
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 2}" if mark else ""
        problem = error.problem or error.context
        if problem == "mapping values are not allowed here":
            problem = "a value with a colon in it needs quotes around it"
        raise ArticleError(f"front matter{line}: {problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ArticleError(f"front matter: not YAML ({type(error).__name__})") from error


def _load_yaml(text: str) -> dict[str, object]:
    import yaml

    from chatbot.formats.yaml_values import compose

    node, values = compose(text)
    if isinstance(node, yaml.MappingNode):
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        times = Counter(key.value for key in keys)
        twice = next((key for key in keys if times[key.value] > 1), None)
        if twice:
            line = twice.start_mark.line + 2
            raise ArticleError(f"front matter, line {line}: {twice.value} occurs twice")
    if not values:
        return {}
    if not isinstance(values, dict):
        raise ArticleError("front matter, line 2: must be lines of `key: value`")
    return {str(key): value for key, value in values.items()}


def as_texts(value: Any) -> Any:
    """Return values of TOML or JSON like those of YAML: every scalar a string, null as ""."""
    if isinstance(value, dict):
        return {str(key): as_texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_texts(inner) for inner in value]
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
