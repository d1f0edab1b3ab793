"""Amounts, dates, names and phrases in a sentence are found by their form."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import forms, kinds


@pytest.mark.parametrize(
    ("kind", "sentence", "found"),
    [
        ("money", "It cost $6 million, not €1,000.50 or 20 dollars.",
         ["$6 million", "€1,000.50", "20 dollars"]),
        ("percent", "From 84 % to 90 percent.", ["84 %", "90 percent"]),
        ("age", "Baker, 53, met Ann (41) and a 12-year-old aged 12.", ["53", "41", "12", "12"]),
        ("duration", "It ran from 1870 to 1939, for almost 70 years and five working days.",
         ["1870 to 1939", "almost 70 years", "five working days"]),
        ("date", "On 3 March 2025, in the 19th century, in 1870 and on 2025-03-03.",
         ["3 March 2025", "the 19th century", "1870", "2025-03-03"]),
        ("number", "Six of 1,200 people and two hundred more.", ["Six", "1,200", "two hundred"]),
        ("person", "The mayor, Ann de Vries, met J. K. Rowling's son Bob.",
         ["Ann de Vries", "J. K. Rowling", "Bob"]),
        ("person", "We met Dr. Ruth Vogt and Mr Lee.", ["Dr. Ruth Vogt", "Mr Lee"]),
        ("date", "closed on sundays and on Friday", ["sundays", "Friday"]),
        ("date", "from 8 a.m. to 6.30 pm, noon, 10:15", ["8 a.m.", "6.30 pm", "noon", "10:15"]),
        ("date", "8 am sharp, but 3 amps", ["8 am"]),
        ("person", "On Monday, in March, Ann came.", ["Ann"]),
        ("place", "closed on Sundays in May but for Harwell in Monday Bay.",
         ["Harwell", "Monday Bay"]),
        ("quotation", "He said “never again” and left.", ["“never again”"]),
        ("quotation", "He said: “Never again.", ["“Never again."]),
        ("quotation", "Not for gold,” he said.", ["Not for gold,”"]),
        ("reason", "They left because of the flood.", ["because of the flood."]),
    ],
)  # fmt: skip
def test_a_kind_is_found_by_its_form(kind: kinds.Kind, sentence: str, found: list[str]) -> None:
    """Each kind has its forms; they are found completely and in order."""
    assert [sentence[start:end] for start, end in forms.find(kind, sentence)] == found


def test_titles_may_hold_small_words() -> None:
    """Small words in a title belong to it; the parts that they join are also found separately."""
    sentence = "He beat Ann Lee of The Brutalist in A Complete Unknown."
    found = {sentence[start:end] for start, end in forms.find("title", sentence)}
    assert {"Ann Lee", "The Brutalist", "A Complete Unknown"} <= found


def test_phrases_are_words_of_substance_side_by_side() -> None:
    """Function words and punctuation separate phrases; "of" also joins two."""
    sentence = "The old mill, a modest budget of $6 million."
    found = {sentence[start:end] for start, end in forms.phrases(sentence)}
    assert found == {"old mill", "modest budget", "$6 million", "modest budget of $6 million"}


@given(st.sampled_from(get_args(kinds.Kind)), st.text())
def test_what_is_found_lies_in_the_sentence(kind: kinds.Kind, sentence: str) -> None:
    """For any text and kind, spans are not empty and are inside the text."""
    for start, end in forms.find(kind, sentence):
        assert 0 <= start < end <= len(sentence)
