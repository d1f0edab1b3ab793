"""Features show how well a sentence fits a question."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import sentences
from chatbot.language.text import terms
from chatbot.readers import features, headings
from chatbot.types import Passage, Question

TEXT = "The mill was built in 1734. It cost £1,200. Nobody lives there now."


def passage(text: str = TEXT) -> Passage:
    return Passage("mill", "The Tide Mill", "History", text, 0, tuple(sentences.spans(text)))


def wanted(question: str) -> features.Wanted:
    words = terms(question)
    return features.analyse(Question(question), dict.fromkeys(words, 1.0), lambda term: 2.0)


def test_coverage_is_the_share_of_the_question() -> None:
    """Rare words count more; here, all words are equally rare."""
    seen = features.of_sentences(wanted("When was the old mill built?"), passage())
    assert [s["coverage"] for s in seen] == pytest.approx([2 / 3, 0, 0])


def test_the_kind_asked_for_is_seen() -> None:
    """A sentence without the kind of thing asked for is marked as missing it."""
    seen = features.of_sentences(wanted("How much did the mill cost?"), passage())
    assert [s["kind"] for s in seen] == [0, 1, 0]
    assert [s["kind missing"] for s in seen] == [-1, 0, -1]


def test_a_thing_that_the_question_names_is_no_answer() -> None:
    """A date that is already in the question is not the date asked for."""
    seen = features.of_sentences(wanted("When in 1734 was it built?"), passage())
    assert seen[0]["kind missing"] == -1


def test_words_that_only_ask_need_not_be_found() -> None:
    """The words "What year" count as covered if the sentence has a year."""
    seen = features.of_sentences(wanted("What year was the mill built?"), passage())
    assert seen[0]["coverage of kind"] == 1
    assert seen[1]["coverage of kind"] == 0


def test_words_of_one_beginning_are_alike() -> None:
    """Similar words with different stems still count a little."""
    seen = features.of_sentences(wanted("Who is the director?"), passage("She directed it."))
    assert seen[0]["coverage"] == 0
    assert seen[0]["alike"] == 1


def test_the_title_helps_the_sentences_below() -> None:
    """Words of the title count as covered, even if the sentence does not have them."""
    seen = features.of_sentences(wanted("How much did the tide mill cost?"), passage())
    assert seen[1]["coverage with title"] > seen[1]["coverage"]


PRICES = "Small | 5 kg | €3.90\n\nLarge | 20 kg | €8.20\n\nBatteries are refused."


def test_the_row_that_is_asked_for() -> None:
    """If the question has a word of only one row, that row is asked for, and no other."""
    rows = tuple(match.span() for match in re.finditer(".+", PRICES))
    table = replace(passage(PRICES), sentences=rows)
    seen = [
        [s["row asked"] for s in features.of_sentences(wanted(question), table)]
        for question in ("How much is a large one?", "What may weigh 5 kg?", "How much is it?")
    ]
    assert seen == [[-1, 1, 0], [1, -1, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How do I send a parcel?", True),
        ("How can parcels be sent with the Tide Mill?", True),
        ("How much is sending a parcel?", True),
        ("How do I send a parcel abroad?", False),
        ("What is a parcel?", False),
    ],
)
def test_a_section_that_is_asked_for(question: str, asked: bool) -> None:
    """A question repeats a heading if it has all its words and few others."""
    section = replace(passage(), heading="Sending a parcel")
    seen = features.of_sentences(wanted(question), section)
    assert [s["section asked"] for s in seen] == [asked] * 3


@pytest.mark.parametrize(
    ("question", "given", "rivals"),
    [
        ("Who may use the business plan?", "Starter plan|Business plan", [True, False]),
        ("Who may use this plan?", "Starter plan|Business plan", [False, False]),
        ("Who may use the business plan?", "Plans for schools|Business", [False, False]),
        ("Who may use the business plan?", "Opening hours|Business plan", [False, False]),
    ],
)
def test_a_better_heading_next_to_it(question: str, given: str, rivals: list[bool]) -> None:
    """A passage has a rival if a similar heading has more of the question's words."""
    passages = [replace(passage(), heading=heading) for heading in given.split("|")]
    assert headings.have_rivals(wanted(question), passages) == rivals


def test_a_section_needs_a_heading() -> None:
    """A question never asks for a section whose heading is missing or has no content words."""
    for heading in (None, "How to"):
        seen = features.of_sentences(wanted("How?"), replace(passage(), heading=heading))
        assert not any(s["section asked"] for s in seen)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What did it cost in 1735?", -1),
        ("What did it cost in 1734?", 0),
        ("What did 1200 people see in 1734?", -1),
        ("What did it cost?", 0),
        ("How many of the 3000 came?", 0),
        ("What was built in the 1930's?", 0),
        ("What was built in the 1730s and in 1734–1736?", 0),
    ],
)
def test_a_year_that_the_passage_has_not(question: str, missing: float) -> None:
    """A sentence about another year does not answer; other numbers may be written differently."""
    seen = features.of_passage(wanted(question), passage(), 1.0, 1.0)
    assert seen["code missing"] == missing


@given(st.text(), st.text(min_size=1))
def test_features_are_small_numbers(question: str, text: str) -> None:
    """For any question and passage, every feature is between -1 and 1."""
    if not text.strip():
        return
    asked, read = wanted(question), passage(text)
    seen = features.of_sentences(asked, read)
    assert len(seen) == len(read.sentences)
    for values in [*seen, features.of_passage(asked, read, 1.0, 2.0)]:
        assert all(-1.0001 <= value <= 1.0001 for value in values.values())
