"""Questions are made from headings, sentences and an author's front matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.suggestions.askable import meaning, of_author, of_passage, of_questions, of_task
from chatbot.suggestions.usage import Usage
from chatbot.types import Article, Passage

MANUAL = "To export your data, open the menu. You can pay monthly. The order status is on the bill."


def below(heading: str, text: str = "Text.") -> Passage:
    return Passage("a", "Help", heading, text, 0, ((0, len(text)),))


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Cancel your subscription", "How do I cancel my subscription?"),
        ("Cancel Your Monthly Order", "How do I cancel my monthly order?"),
        ("How to invite a colleague", "How do I invite a colleague?"),
        ("3. Reset a password", "How do I reset a password?"),
        ("Sign in", "How do I sign in?"),
        ("Export data", "How do I export data?"),
        ("Install", "How do I install Lumen Desktop?"),
        # Things, not tasks
        ("Order status", None),
        ("Export formats", None),
        ("Search and filters", None),
        ("Contact us", None),
        # Not plain sentences
        ("Pay & promotions", None),
        ("How to pay / refund", None),
        ("Top tips: pay monthly", None),
        ("Contact the people to:", None),
        ("Send a copy to", None),
        # Neither
        ("What happens to my data?", None),
        ("About us", None),
        ("A Multi-Talented Filmmaker", None),
        ("Why?", None),
        ("", None),
        ("How to", None),
    ],
)
def test_tasks(heading: str, question: str | None) -> None:
    """A heading that plainly names a task becomes the question "How do I …?"; others do not."""
    assert of_task(heading, "Lumen Desktop", Usage(MANUAL)) == question


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("What happens to my data?", "What happens to my data?"),
        ("2. Can I Pay In Euros?", "Can I pay in Euros?"),
        ("When Is the Bill Sent?", "When is the bill Sent?"),
        ("How to pay?", "How do I pay?"),
        # Not whole sentences
        ("Lost or stolen card?", None),
        ("Need help with it?", None),
        ("Pay & promotions?", None),
        ("Refunds: how long?", None),
        ("Why?", None),
        # Not a visitor's questions
        ("What do we do with your data?", None),
        ("Did you save your changes?", None),
        ("Pay a bill", None),
    ],
)
def test_headings_that_ask(heading: str, question: str | None) -> None:
    """A heading that is a whole question of a visitor is used unchanged."""
    found = of_questions([below(heading)], "en-GB", Usage(MANUAL))
    assert [seen.question for seen in found] == ([question] if question else [])


@pytest.mark.parametrize(
    ("heading", "lang"),
    [
        ("¿Cómo cambio mi contraseña?", "es"),
        ("何時に開きますか、教えて？", "ja"),
        ("متى تفتحون؟", "ar"),
    ],
)
def test_headings_in_other_languages(heading: str, lang: str) -> None:
    """In other languages, any heading with a question mark is a question."""
    assert [seen.question for seen in of_questions([below(heading)], lang, Usage(""))] == [heading]


def test_a_task_alone() -> None:
    """A heading of one word only becomes a question if its article has a name as its title."""
    assert of_task("Install", "How to get started with it", Usage(MANUAL)) is None


@given(heading=st.text(max_size=60), title=st.text(max_size=30), lang=st.sampled_from(["en", "es"]))
def test_any_heading(heading: str, title: str, lang: str) -> None:
    """For any heading, a question ends with a question mark."""
    usage = Usage(MANUAL)
    asked = [seen.question for seen in of_questions([below(heading)], lang, usage)]
    asked += filter(None, [of_task(heading, title, usage)])
    assert all(question.endswith(("?", "？", "؟")) for question in asked)


def test_passages_of_a_section() -> None:
    """A heading's question comes before those of its passages; its whole section may answer."""
    first = Passage("a", "Help", "Pay a bill", "Delivery takes 3 days.", 20, ((20, 42),))
    second = Passage("a", "Help", "Pay a bill", "A card costs $3.", 50, ((50, 66),))
    usage = Usage(first.text + second.text)
    heading, sentence = of_passage([first, second], 0, usage)
    assert (heading.question, heading.start, heading.end) == ("How do I pay a bill?", 20, 66)
    assert (sentence.question, sentence.start) == ("How long does delivery take?", 20)
    assert [seen.question for seen in of_passage([first, second], 1, usage)] == [
        "How much does a card cost?"
    ]


def test_author() -> None:
    """The author's questions are used unchanged."""
    article = Article("a", "A", "Text.", (), "a.txt", questions=("Is it?",))
    assert [seen.question for seen in of_author(article)] == ["Is it?"]


def test_meaning() -> None:
    """Questions with the same words and the same question word mean the same."""
    assert meaning("What was Anora's budget?") == meaning("what is the budget of Anora")
    assert meaning("Who founded it?") != meaning("When was it founded?")
