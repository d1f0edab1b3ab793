"""Of the training data: a question is changed so that its passage does not answer it any more."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unanswerable import unanswerable

ARTICLE = (
    "In 1734 Johanna Brandt built the mill for Elmsea. In 1924 a storm reached the northern town "
    "of Harwell and destroyed the wheel."
)
NEAR = "In 1734 Johanna Brandt built the mill for Elmsea."


def changed(question: str, article: str = ARTICLE) -> set[str | None]:
    return {unanswerable(question, article, NEAR, random.Random(seed)) for seed in range(30)}


@pytest.mark.parametrize(
    ("question", "one"),
    [
        ("Who built it in 1734?", "Who built it in 1924?"),
        ("Who built the mill for Elmsea?", "Who built the mill for Harwell?"),
        ("Who was the first owner?", "Who was the last owner?"),
        ("Who did build it?", "Who didn't build it?"),
    ],
)
def test_one_thing_is_changed(question: str, one: str) -> None:
    """A figure, a name or a word is exchanged, or a negation put in."""
    assert one in changed(question)


def test_nothing_to_change() -> None:
    """A question without name, figure, opposite or auxiliary stays out."""
    assert changed("Why so?", "") == {None}


@given(st.text(max_size=80), st.text(max_size=200), st.integers(0, 99))
def test_any_text(question: str, article: str, seed: int) -> None:
    """Whatever comes out is another question, the same one for the same seed."""
    made = unanswerable(question, article, "", random.Random(seed))
    assert made != question
    assert made == unanswerable(question, article, "", random.Random(seed))
