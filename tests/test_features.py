"""What readers see of a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import sentences
from chatbot.readers import features
from chatbot.types import Passage, Question

TEXT = "The mill was built in 1734. It cost £1,200. Nobody lives there now."


def passage(text: str = TEXT) -> Passage:
    return Passage("mill", "The Tide Mill", "History", text, 0, tuple(sentences.spans(text)))


def wanted(question: str) -> features.Wanted:
    words = features.text.terms(question)
    return features.analyse(Question(question), dict.fromkeys(words, 1.0), lambda term: 2.0)


def test_coverage_is_the_share_of_the_question() -> None:
    """Rare words weigh more; here all are as rare."""
    seen = features.of_sentences(wanted("When was the old mill built?"), passage())
    assert [s["coverage"] for s in seen] == pytest.approx([2 / 3, 0, 0])


def test_the_kind_asked_for_is_seen() -> None:
    """A sentence without a thing of that kind is marked as missing it."""
    seen = features.of_sentences(wanted("How much did the mill cost?"), passage())
    assert [s["kind"] for s in seen] == [0, 1, 0]
    assert [s["kind missing"] for s in seen] == [-1, 0, -1]


def test_a_thing_that_the_question_names_is_no_answer() -> None:
    """A date of the question, found again, is not the date asked for."""
    seen = features.of_sentences(wanted("When in 1734 was it built?"), passage())
    assert seen[0]["kind missing"] == -1


def test_words_that_only_ask_need_not_be_found() -> None:
    """ "What year" is covered where there is a year."""
    seen = features.of_sentences(wanted("What year was the mill built?"), passage())
    assert seen[0]["coverage of kind"] == 1
    assert seen[1]["coverage of kind"] == 0


def test_words_of_one_beginning_are_alike() -> None:
    """What stems keep apart still counts a little."""
    seen = features.of_sentences(wanted("Who is the director?"), passage("She directed it."))
    assert seen[0]["coverage"] == 0
    assert seen[0]["alike"] == 1


def test_the_title_helps_the_sentences_below() -> None:
    """Words of the title are covered without being in the sentence."""
    seen = features.of_sentences(wanted("How much did the tide mill cost?"), passage())
    assert seen[1]["coverage with title"] > seen[1]["coverage"]


@given(st.text(), st.text(min_size=1))
def test_features_are_small_numbers(question: str, text: str) -> None:
    """For any question and passage: every feature is between -1 and 1."""
    if not text.strip():
        return
    asked, read = wanted(question), passage(text)
    seen = features.of_sentences(asked, read)
    assert len(seen) == len(read.sentences)
    for values in [*seen, features.of_passage(asked, read, 1.0, 2.0)]:
        assert all(-1.0001 <= value <= 1.0001 for value in values.values())
