"""Questions in the training data are changed so that their passages do not answer them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unanswerable import moved, sentence_around, unanswerable

NEAR = "In 1734 Johanna Brandt built the mill for Elmsea."
LAST = "In 1924 a storm reached the northern town of Harwell and destroyed the wheel."
ARTICLE = f"{NEAR} {LAST}"


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
    """A number, a name or a word is replaced, or a negation is added."""
    assert one in changed(question)


def test_nothing_to_change() -> None:
    """A question without a name, number, opposite or auxiliary is not changed."""
    assert changed("Why so?", "") == {None}


@given(st.text(max_size=80), st.text(max_size=200), st.integers(0, 99))
def test_any_text(question: str, article: str, seed: int) -> None:
    """The result is another question, and the same one for the same seed."""
    made = unanswerable(question, article, "", random.Random(seed))
    assert made != question
    assert made == unanswerable(question, article, "", random.Random(seed))


def test_a_question_about_another_title_is_asked_about_this_one() -> None:
    """The question with the most words in the passage is chosen, but at most half of its own."""
    questions = [
        ("Who played the organ of Harwell?", "Harwell"),
        ("Which river drives the wheel of Harwell?", "Harwell"),
        ("When did a storm destroy Harwell?", "Harwell"),
    ]
    found = moved(questions, "Elmsea", ARTICLE)
    assert found == "Which river drives the wheel of Elmsea?"
    assert moved(questions, "Harwell", ARTICLE) is None
    assert moved([("Who rowed in South Harwell?", "Harwell")], "Elmsea", "Rowed.") is None


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who rowed ashore in Harwell?", "Who rowed ashore in Elmsea?"),
        (
            "Did Harwell's men row ashore, and who rowed?",
            "Did Elmsea's men row ashore, and who rowed?",
        ),
        ("Who rowed ashore in South Harwell?", None),
        ("Who rowed ashore in Harwell Bay?", None),
        ("Who rowed Harwellians ashore?", None),
    ],
)
def test_a_title_inside_a_longer_name_is_left_alone(question: str, asked: str | None) -> None:
    """Only whole names are replaced: "South Harwell" is another place."""
    assert moved([(question, "Harwell")], "Elmsea", "They rowed home.") == asked


@pytest.mark.parametrize(("words", "sentence"), [("Johanna Brandt", NEAR), ("Harwell", LAST)])
def test_sentence_around_an_answer(words: str, sentence: str) -> None:
    """A sentence extends from full stop to full stop, or to an end of the text."""
    begin = ARTICLE.index(words)
    start, stop = sentence_around(ARTICLE, (begin, begin + len(words)))
    assert ARTICLE[start:stop].strip() == sentence
