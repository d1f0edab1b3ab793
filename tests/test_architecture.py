"""docs/architecture.md describes the tree as it is: its names exist, its picture is current."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest
from imports import DOCUMENT, PICTURE, RIM, ROOT, direct, modules, packages, picture

TEXT = DOCUMENT.read_text(encoding="utf-8")
PROSE = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
COMMANDS = re.compile(r"(make|chatbot) \w+|(GET|POST) /\w+")
"""What other tests look after, or stands for itself."""


@cache
def names() -> set[str]:
    """Return what the package defines: modules, classes, functions, methods and fields."""
    found = set(modules())
    for tree in modules().values():
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(node.name)
            if isinstance(node, ast.ClassDef):
                members = (getattr(child, "name", "") for child in node.body)
                found |= {f"{node.name}.{member}" for member in members}
    return found


def test_picture_is_current() -> None:
    """The picture is what `make picture` draws from the source."""
    assert PICTURE.findall(TEXT) == [picture()]


def test_every_package_is_described() -> None:
    """The table has each package once, and no other."""
    described = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert sorted(described) == sorted(packages().keys() - RIM)


def test_names_exist() -> None:
    """Each path, module, class and function that is named is in the tree."""
    settings = {"reader.threshold"}
    extras = {"neural"}
    for name in re.findall(r"`([^`\n]+)`", PROSE):
        known = (ROOT / name).exists() or name in names() | settings | extras | {"None", "/ask"}
        assert known or COMMANDS.fullmatch(name) or name.startswith("article.text["), name


def test_links_lead_somewhere() -> None:
    """Each file that the document links to is there."""
    for target in re.findall(r"\]\((?!http)([^)#]+)", TEXT):
        assert (DOCUMENT.parent / target).exists(), target


def test_what_a_longer_way_implies_is_not_drawn() -> None:
    """Of a → b → c and a → c, the last is left out; a circle is an error."""
    assert direct({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": {"b"}, "b": {"c"}, "c": set()}
    with pytest.raises(ValueError, match="cycle"):
        direct({"a": {"b"}, "b": {"a"}})
