"""Headings, sentences and an author's front matter hold questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.suggestions.askable import meaning, of_author, of_heading, of_passage
from chatbot.suggestions.inversion import Names
from chatbot.types import Article, Passage


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Cancel your subscription", "How do I cancel my subscription?"),
        ("How to invite a colleague", "How do I invite a colleague?"),
        ("3. Reset a password", "How do I reset a password?"),
        ("What happens to my data?", "What happens to my data?"),
        ("Install", "How do I install Lumen Desktop?"),
        ("About us", None),
        ("A Multi-Talented Filmmaker", None),
        ("Why?", None),
        ("", None),
        ("How to", None),
    ],
)
def test_headings(heading: str, question: str | None) -> None:
    """A heading that asks or names a task is a question, any other is not."""
    assert of_heading(heading, "Lumen Desktop") == question


def test_a_task_alone() -> None:
    """A heading of one word needs an article about something with a name."""
    assert of_heading("Install", "How to get started with it") is None


@given(heading=st.text(max_size=60), title=st.text(max_size=30))
def test_any_heading(heading: str, title: str) -> None:
    """Whatever a heading holds, a question ends as one."""
    question = of_heading(heading, title)
    assert question is None or question.endswith("?")


def test_passages_of_a_section() -> None:
    """A heading's question stands before those of its first passage; all of the section answers."""
    first = Passage("a", "Help", "Pay a bill", "Delivery takes 3 days.", 20, ((20, 42),))
    second = Passage("a", "Help", "Pay a bill", "A card costs $3.", 50, ((50, 66),))
    names = Names(first.text + second.text)
    heading, sentence = of_passage([first, second], 0, names)
    assert (heading.question, heading.start, heading.end) == ("How do I pay a bill?", 20, 66)
    assert (sentence.question, sentence.start) == ("How long does delivery take?", 20)
    assert [seen.question for seen in of_passage([first, second], 1, names)] == [
        "How much does a card cost?"
    ]


def test_author() -> None:
    """What the author wants asked is taken as it is."""
    article = Article("a", "A", "Text.", (), "a.txt", questions=("Is it?",))
    assert [seen.question for seen in of_author(article)] == ["Is it?"]


def test_meaning() -> None:
    """Questions of the same words mean the same, but not those that ask with another one."""
    assert meaning("What was Anora's budget?") == meaning("what is the budget of Anora")
    assert meaning("Who founded it?") != meaning("When was it founded?")
