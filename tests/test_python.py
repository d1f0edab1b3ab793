"""`from chatbot import …` gives what docs/python.md promises, and loads no more than needed."""

from __future__ import annotations

import ast
import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import chatbot

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples run in order as written, and print what is shown."""
    monkeypatch.chdir(ROOT)
    examples = "".join(re.findall(r"```pycon\n(.*?)```", TEXT, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "docs/python.md", None, 0)
    assert len(test.examples) > 20
    assert doctest.DocTestRunner().run(test).failed == 0


def test_every_name_is_documented() -> None:
    """The table has each public name exactly once."""
    table = TEXT.partition("## The names")[2]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(chatbot.__all__)


def test_names_are_what_their_modules_have() -> None:
    """Type checkers and the interpreter find each public name in the same module."""
    tree = ast.parse(Path(chatbot.__file__).read_text(encoding="utf-8"))
    [checked] = [node for node in tree.body if isinstance(node, ast.If)]
    typed = {
        alias.name: node.module
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(typed) == chatbot.__all__ == sorted(chatbot.__all__)
    for name, module in typed.items():
        assert getattr(chatbot, name).__module__ == module
        assert getattr(chatbot, name).__doc__
    assert set(chatbot.__all__) < set(dir(chatbot))


def test_unknown_names_are_errors() -> None:
    """A name that is not public is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="'Robot'"):
        _ = chatbot.Robot


def test_import_loads_nothing() -> None:
    """`import chatbot` alone loads no other module of the package."""
    code = "import sys, chatbot; print([name for name in sys.modules if name[:8] == 'chatbot.'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
