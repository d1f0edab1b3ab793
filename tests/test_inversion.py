"""A sentence of a plain form becomes a question in good English; others become none."""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from chatbot.suggestions.inversion import as_visitor, of_sentence
from chatbot.suggestions.usage import Usage

TEXT = (
    "We met Ada Byrne, who founded Lumen in Cork. The city of Warsaw, like Lumen, has a Team plan."
    " So says Sean Baker, 53, of Kenya, and of Poland, to the Summer Theatre and to Old Town."
)
USAGE = Usage(TEXT)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Baker wrote the first film, his best.", "Who wrote the first film?"),
        ("In 2024, Baker won a prize for best film after a row.", "Who won a prize for best film?"),
        ("Lumen was founded by Ada Byrne in 2011.", "Who founded Lumen?"),
        ("Lumen was founded in 2011.", "When was Lumen founded?"),
        ("Lumen was founded in Cork.", "Where was Lumen founded?"),
        ("In 1817, the Summer Theatre was built.", "When was the Summer Theatre built?"),
        ("Warsaw's first bank was built in 1817.", "When was Warsaw's first bank built?"),
        ("The novel was written by Ada Byrne.", "Who wrote the novel?"),
        ("The support team is based in Cork.", "Where is the support team based?"),
        ("The film was made on a budget of $6 million.", "What was the budget of the film?"),
        ("The Team plan costs $12 a month.", "How much does the Team plan cost?"),
        ("Refunds take five working days.", "How long do refunds take?"),
        ("A turbine consists of two parts.", "What does a turbine consist of?"),
        ("There are three branches in the city.", "How many branches are there in the city?"),
        ("The causes of child labour include poverty.", "What are the causes of child labour?"),
        ("The average depth of the river is 20 m.", "What is the average depth of the river?"),
        ("To reset your password, open Settings.", "How do I reset my password?"),
        ("You can cancel your plan under Billing.", "How can I cancel my plan?"),
        ("If you lose your card, tell us.", "What should I do if I lose my card?"),
        ("Lumen is a program that prints photos on paper.", "What is Lumen?"),
    ],
)  # fmt: skip
def test_forms(sentence: str, question: str | None) -> None:
    """A sentence of each form makes its question."""
    assert of_sentence(sentence, USAGE) == ([question] if question else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "He won the prize.",  # who?
        "It was founded in 2011.",  # what?
        "This film was made on a budget of $6 million.",
        "The other team is based in Cork.",
        "Baker said that he was glad.",
        "Why was Lumen founded in 2011?",
        "To be fair, it rained.",
        "If you ask me, he won.",
        "The man who founded Lumen was born in 1950.",
        "Membership is free.",
        "“There are three branches,” said Baker.",
        "",
    ],
)
def test_no_question(sentence: str) -> None:
    """A sentence that refers to another, or has another form, becomes no question."""
    assert of_sentence(sentence, USAGE) == []


THING = st.sampled_from(("Lumen", "The Summer Theatre", "Warsaw's first bank", "the 3 é-mills"))
FORM = st.sampled_from(
    (
        "{} was founded in {}.",
        "{} was built by {}.",
        "In {1}, {0} closed.",
        "{} costs {} a year.",
    )
)


@given(form=FORM, of=THING, words=st.text("Aé 1.,'“$—?-", min_size=1, max_size=12))
def test_any_question(form: str, of: str, words: str) -> None:
    """A question made from a sentence of a plain form always has the form of a question."""
    sentence = form.format(of, words)
    for question in of_sentence(sentence, Usage(f"{TEXT} {sentence}")):
        event("a question")
        assert question[0].isupper() and question.endswith("?")


@given(text=st.text(max_size=200))
def test_any_text(text: str) -> None:
    """For any sentence, a question begins with a capital and ends in "?"."""
    for question in of_sentence(text, Usage(text)):
        assert question[0].isupper() and question.endswith("?")


def test_as_visitor() -> None:
    """Words addressed to a visitor become the visitor's own."""
    assert as_visitor("if you are late with your book") == "if I am late with my book"
