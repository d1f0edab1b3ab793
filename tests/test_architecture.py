"""The documents for developers match the code: names exist, and the picture is current."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from imports import DOCUMENT, PICTURE, RIM, ROOT, direct, modules, packages, picture

from chatbot.cli import main
from chatbot.config import Settings

TEXT = DOCUMENT.read_text(encoding="utf-8")
DOCUMENTS = [DOCUMENT, ROOT / "CONTRIBUTING.md"]
FOLDERS = [ROOT, ROOT / "training"]  # folders below which a document names files
OUTSIDE = set("/ask dist/ .venv MODEL_CARD.md article.text[start:end] v v0.1.0 None".split())
"""Other code words in the documents, which are neither paths nor names of the package."""


@cache
def names() -> set[str]:
    """Return the names in the package: modules, classes, functions, constants, fields."""
    found = set(modules())
    trees = [*modules().values(), ast.parse((ROOT / "tests" / "test_manual.py").read_text("utf-8"))]
    for tree in trees:
        for node in tree.body:
            found |= defined(node)
            if isinstance(node, ast.ClassDef):
                members = {name for child in node.body for name in defined(child)}
                found |= members | {f"{node.name}.{member}" for member in members}
    return found


def defined(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def settings() -> set[str]:
    """Return each section and setting, as documents name them, and each extra."""
    sections = {f"[{name}]" for name in Settings.model_fields} | {"[[corpus.sources]]"}
    keys = {f"{name}.{key}" for name, section in Settings() for key in type(section).model_fields}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return sections | keys | set(project["optional-dependencies"])


def is_there(name: str) -> bool:
    """Return whether a command exists, or whether a name or path is in the tree."""
    program, _, rest = name.partition(" ")
    first = rest.split(" ")[0]
    if program == "make" and rest:
        return f"\n{first}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    if program == "chatbot" and rest:
        return first in main.commands
    if program in ("python", "pip"):
        return all((ROOT / word).exists() for word in rest.split() if "/" in word)
    if (program, rest) == ("POST", "/ask"):
        return True
    return name in names() | settings() | OUTSIDE or any((f / name).exists() for f in FOLDERS)


def test_picture_is_current() -> None:
    """The picture is the one that `make picture` draws from the source."""
    assert PICTURE.findall(TEXT) == [picture()]


def test_every_package_is_described() -> None:
    """The table has each package exactly once."""
    described = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert sorted(described) == sorted(packages().keys() - RIM)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_names_exist(document: Path) -> None:
    """Each command, path, module, class, function and setting in the documents exists."""
    prose = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [name for name in re.findall(r"`([^`\n]+)`", prose) if not is_there(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Each file to which a document links exists."""
    for target in re.findall(r"\]\((?!http)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_what_a_longer_way_implies_is_not_drawn() -> None:
    """If a → b → c, then a → c is left out; a circle is an error."""
    assert direct({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": {"b"}, "b": {"c"}, "c": set()}
    with pytest.raises(ValueError, match="cycle"):
        direct({"a": {"b"}, "b": {"a"}})
