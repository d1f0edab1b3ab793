"""Reads the values in a site generator's settings, which the site's pages may show.

No file is opened: the content of a settings file goes in, its values come out, by the names that
templates use.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from chatbot.formats.front_matter import as_texts

Values = dict[str, Any]
"""Texts, lists and nested values by their names; every scalar is a string."""

SPHINX = "sphinx"
"""The name for Sphinx's values; Sphinx's templates do not use it."""
_OF_SPHINX = ("project", "version", "release", "author", "copyright", "rst_prolog", "rst_epilog")
_BROKEN = (tomllib.TOMLDecodeError, ValueError, SyntaxError, RecursionError)

SETTINGS = tuple(
    "_config.yml _config.yaml _config.toml hugo.toml hugo.yaml hugo.yml hugo.json config.toml"
    " config/_default/hugo.toml config/_default/params.toml mkdocs.yml mkdocs.yaml _quarto.yml"
    " _variables.yml antora.yml conf.py book.json".split()
)
"""The names of the settings files that are read; if two set the same value, the first wins."""
DATA = frozenset((".yml", ".yaml", ".json", ".toml"))
"""The suffixes of the data files that are read."""


def read_site_settings(name: str, content: str) -> Values:
    """Return the values in a settings file called `name`, by the names that templates use.

    No code is run: from `conf.py`, only constants that are assigned to names are read. A broken or
    unknown file has no values.
    """
    try:
        if name == "conf.py":
            return _of_sphinx(_assigned(content))
        values = _load(name, content)
    except _BROKEN:
        return {}
    if not isinstance(values, dict):
        return {}
    stem = PurePosixPath(name).stem
    if stem == "mkdocs":  # its macros use the values under `extra` without that name
        extra = values.get("extra")
        return {**(extra if isinstance(extra, dict) else {}), "config": values}
    if stem == "_variables":
        return {"var": values}
    if stem == "_quarto":
        return {"meta": values}
    if stem == "book":
        return {"book": values.get("variables", {})}
    if stem == "params":
        return {"site": {"params": values}}
    if stem == "antora":
        described = values.get("asciidoc")
        return (
            {"attributes": described.get("attributes", {})} if isinstance(described, dict) else {}
        )
    return {"site": values}


def read_data(path: str, content: str) -> Values:
    """Return the values of a data file by its path: `site.data.en.fees` for "en/fees.yml".

    Eleventy uses them without `site.data`.
    """
    try:
        value = _load(path, content)
    except _BROKEN:
        return {}
    for part in reversed(PurePosixPath(path).with_suffix("").parts):
        value = {part: value}
    return joined(value, {"site": {"data": value}})


def joined(values: Mapping[str, Any], others: Mapping[str, Any]) -> Values:
    """Return all values of both; those in `values` take precedence."""
    both = dict(others)
    for key, value in values.items():
        known = both.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            both[key] = joined(value, known)
        else:
            both[key] = value
    return both


def _load(name: str, content: str) -> Any:
    suffix = PurePosixPath(name).suffix
    if suffix == ".json":
        return as_texts(json.loads(content))
    if suffix == ".toml":
        return as_texts(tomllib.loads(content))
    import yaml

    from chatbot.formats.yaml_values import compose

    try:
        return compose(content)[1]
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _assigned(content: str) -> Values:
    """Return the constants that a Python file assigns to names; nothing in it is run."""
    found: Values = {}
    for node in ast.parse(content).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                if isinstance(node.value, ast.Name) and node.value.id in found:
                    found[node.targets[0].id] = found[node.value.id]
    return found


def _of_sphinx(values: Values) -> Values:
    known = {name: values[name] for name in _OF_SPHINX if isinstance(values.get(name), str)}
    substitutions = values.get("myst_substitutions")
    own = as_texts(substitutions) if isinstance(substitutions, dict) else {}
    return {**own, SPHINX: known}
