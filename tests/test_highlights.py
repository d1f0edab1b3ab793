"""The short answer in a sentence is found."""

from hypothesis import given
from hypothesis import strategies as st

from chatbot.language.text import terms
from chatbot.readers import highlights
from chatbot.readers.features import Wanted, analyse
from chatbot.types import Question

WEIGHTS = {"typed": 3.0, "repeats": -4.0, "near": 1.0, "bias": -1.0}


def wanted(question: str) -> Wanted:
    return analyse(Question(question), dict.fromkeys(terms(question), 1.0), lambda term: 1.0)


def test_the_likeliest_candidate_is_of_the_kind_asked_for() -> None:
    """If an amount is asked for, the amount is marked."""
    sentence = "In 2024 the film was made on a budget of $6 million in New York."
    found = highlights.find(wanted("What was the budget of the film?"), sentence, WEIGHTS)
    assert found
    assert sentence[found.start : found.end] == "$6 million"


def test_nothing_is_marked_where_nothing_may_be() -> None:
    """A sentence without words has no short answer."""
    assert highlights.find(wanted("Who?"), "…", WEIGHTS) is None


@given(st.text(), st.text())
def test_what_is_marked_lies_in_the_sentence(question: str, sentence: str) -> None:
    """For any text, the mark is in the sentence, not empty, and has a probability from 0 to 1."""
    found = highlights.find(wanted(question), sentence, WEIGHTS)
    if found:
        assert 0 <= found.start < found.end <= len(sentence)
        assert 0 < found.probability < 1
