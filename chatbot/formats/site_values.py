"""What the settings of a site's generator say: values that the texts of the site name.

Pure: from the content of a file of settings to its values, by the names that templates use.
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
"""Names to texts, lists and further values; every scalar is a string."""

SPHINX = "sphinx"
"""Under this name are the values of Sphinx: they are no part of its templates' names."""
_OF_SPHINX = ("project", "version", "release", "author", "copyright", "rst_prolog", "rst_epilog")
_BROKEN = (tomllib.TOMLDecodeError, ValueError, SyntaxError, RecursionError)

SETTINGS = tuple(
    "_config.yml _config.yaml _config.toml hugo.toml hugo.yaml hugo.yml hugo.json config.toml"
    " config/_default/hugo.toml config/_default/params.toml mkdocs.yml mkdocs.yaml _quarto.yml"
    " _variables.yml antora.yml conf.py book.json".split()
)
"""The names of the files of settings that are read; of two that say the same the first holds."""
DATA = frozenset((".yml", ".yaml", ".json", ".toml"))
"""The suffixes of files of data that are read."""


def read_settings(name: str, content: str) -> Values:
    """Return the values in a file of settings called `name`, as templates know them.

    Nothing in it is run: of `conf.py` what is assigned as it stands is read. A broken file, or one
    that is not known, says nothing.
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
    if stem == "mkdocs":  # its macros know what is under `extra` by itself
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
    """Return the values of a file of data by the path to it: "en/fees.yml" is `site.data.en.fees`.

    Eleventy knows them without `site.data`.
    """
    try:
        value = _load(path, content)
    except _BROKEN:
        return {}
    for part in reversed(PurePosixPath(path).with_suffix("").parts):
        value = {part: value}
    return joined(value, {"site": {"data": value}})


def joined(values: Mapping[str, Any], others: Mapping[str, Any]) -> Values:
    """Return the values of both, those in `values` first."""
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

    try:
        # BaseLoader makes strings, lists and dicts, whatever tags there are, and nothing else.
        return yaml.load(content, yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _assigned(content: str) -> Values:
    """Return what a file of Python assigns to names as it stands; nothing of it is run."""
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
