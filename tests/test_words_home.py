"""All lists of English words are in `chatbot/language/words.py`."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

import pytest
from imports import modules

from chatbot.language import words

HOME = "language.words"
PHRASES = "conversation.smalltalk"
"""Its patterns are whole messages, such as "what can you do", and not lists of words."""
ENOUGH = 4
"""A list elsewhere may have fewer words of a class than this."""
CLASSES = {
    name: frozenset(members)
    for name, members in vars(words).items()
    if name.isupper() and len(members) >= ENOUGH
}
_ALTERNATIVES = re.compile(r"[a-z']+(?:\|[a-z']+)+")


def lists(tree: ast.AST) -> Iterator[tuple[int, Collection[str]]]:
    """Yield each list of words in a module with its line.

    A list is a set, tuple, list or the keys of a dictionary, a string that is split, or the
    alternatives of a pattern ("the|a|an"). The values of a type (`Literal`) are no list.
    """
    types = {id(node.slice) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    for node in ast.walk(tree):
        if id(node) in types:
            continue
        if isinstance(node, ast.Set | ast.Tuple | ast.List):
            yield node.lineno, _strings(node.elts)
        elif isinstance(node, ast.Dict):
            yield node.lineno, _strings(key for key in node.keys if key)
        elif isinstance(node, ast.Attribute) and node.attr == "split":
            for text in _strings([node.value]):
                yield node.lineno, text.split()
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in _ALTERNATIVES.findall(node.value):
                yield node.lineno, found.split("|")


def _strings(nodes: Iterator[ast.expr] | Collection[ast.expr]) -> list[str]:
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    return [value for value in constants if isinstance(value, str)]


@pytest.mark.parametrize("name", sorted(modules().keys() - {HOME, PHRASES}))
def test_words_have_one_home(name: str) -> None:
    """No other module lists four or more words of one class: it imports the class."""
    for line, listed in lists(modules()[name]):
        for known, members in CLASSES.items():
            assert len(members.intersection(listed)) < ENOUGH, f"line {line}: use {known}"


def test_the_check_finds_lists() -> None:
    """Every form of a list is found: literals, keys, split strings and patterns."""
    source = """
{"do", "does"}, ("has", "had"), ["may"], {"can": 1}
"is are".split(), rf"x(?:was|were){y}"
"""
    found = [sorted(listed) for _, listed in lists(ast.parse(source)) if listed]
    expected = [["do", "does"], ["had", "has"], ["may"], ["can"], ["are", "is"], ["was", "were"]]
    assert sorted(found) == sorted(expected)


def test_a_longer_word_is_tried_first() -> None:
    """A pattern of words finds the longest: "September" and not "Sep"."""
    assert re.findall(words.either(("sep", "sept", "september")), "september, sep") == [
        "september",
        "sep",
    ]


def test_a_word_of_a_pattern_is_itself() -> None:
    """Signs in a word mean themselves in a pattern of words."""
    assert re.fullmatch(words.either(["e.g"]), "e.g")
    assert not re.fullmatch(words.either(["e.g"]), "egg")
