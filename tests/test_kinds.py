"""The kind of thing that a question asks for is recognised."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import kinds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What was the budget?", "money"),
        ("How much did it cost to make?", "money"),
        ("budget?", "money"),
        ("How much money was spent on it?", "money"),
        ("What percentage of people vote?", "percent"),
        ("How old is she?", "age"),
        ("What age is the mayor?", "age"),
        ("How long did the war last?", "duration"),
        ("How many years did it take?", "duration"),
        ("How many people live there?", "number"),
        ("What is the population of Lyon?", "number"),
        ("What is the atomic number of lead?", "number"),
        ("What is your phone number?", "thing"),
        ("When was that?", "date"),
        ("In which year did it open?", "date"),
        ("Why did they leave?", "reason"),
        ("What did the mayor say about the tower?", "quotation"),
        ("Who won?", "person"),
        ("Which actor plays the king?", "person"),
        ("and its star?", "person"),
        ("Which film won?", "title"),
        ("What does she play?", "thing"),
        ("Where was it built?", "place"),
        ("In which city is it set?", "place"),
        ("What is the name of the ship?", "name"),
        ("What is a sluice?", "thing"),
        ("How does it work?", "manner"),
        ("Is it open on Sundays?", "yes_no"),
        ("tangerine", "thing"),
    ],
)
def test_the_words_that_ask_tell_the_kind(question: str, kind: str) -> None:
    """Question words, alone or with the noun after them, name the kind."""
    assert kinds.asked(question) == kind


def test_words_that_only_ask_are_told_apart() -> None:
    """An answer to "What age is Baker?" need not have the word "age"."""
    assert kinds.words_that_ask("What age is Baker?", "age") == ["age"]
    assert kinds.words_that_ask("What is a sluice?", "thing") == []


@given(st.text())
def test_every_text_has_a_kind(question: str) -> None:
    """Any question asks for some kind."""
    assert kinds.asked(question) in get_args(kinds.Kind)
