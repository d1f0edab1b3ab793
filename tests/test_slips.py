"""The cost of a slip shows how likely a word is a misspelling of another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.conversation import slips

WORDS = st.text("abcdeqwxyz'é", max_size=8)


@given(word=WORDS)
def test_the_same(word: str) -> None:
    """The right word costs nothing."""
    assert slips.cost(word, word) == 0


@given(one=WORDS, other=WORDS)
def test_something_else(one: str, other: str) -> None:
    """Any difference costs something."""
    assert one == other or slips.cost(one, other) > 0


@pytest.mark.parametrize(
    ("easy", "hard"),
    [
        ("budegt", "bxdget"),  # two letters swapped; any letter for another
        ("budgget", "budxget"),  # a letter doubled; another letter added
        ("budhet", "budpet"),  # g and h are neighbours, g and p are not
        ("bodget", "bkdget"),  # one vowel for another; a consonant for a vowel
        ("budgt", "udget"),  # the first letter is mostly typed right
    ],
)
def test_some_slips_come_easily(easy: str, hard: str) -> None:
    """Frequent slips cost less than rare ones."""
    assert slips.cost(easy, "budget") < slips.cost(hard, "budget")


def test_within() -> None:
    """Words within the number of slips are found, in order; two swapped letters are one slip."""
    assert slips.within("flim", ["movie", "film", "firm", "flip"], 1) == [(1, "film"), (1, "flip")]
