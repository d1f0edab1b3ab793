"""Quotes are whole sentences, word for word."""

from dataclasses import replace

import pytest

from chatbot.language import sentences
from chatbot.readers.quotes import quote
from chatbot.types import Passage


def passage(text: str, start: int = 100) -> Passage:
    spans = tuple((start + s, start + e) for s, e in sentences.spans(text))
    return Passage("a", "", None, text, start, spans)


def test_one_sentence_is_quoted() -> None:
    """A single sentence is quoted alone, at its place in the article."""
    made = quote(passage("It rained. The budget was $6. All left."), 1)
    assert (made.text, made.start, made.end) == ("The budget was $6.", 111, 129)


def test_the_short_answer_is_at_its_place() -> None:
    """The offsets of the highlight are those of the article."""
    made = quote(passage("The budget was $6."), 0, highlight=(115, 117))
    assert made.highlight
    assert made.highlight.text == "$6"


def test_a_heading_is_quoted_with_what_is_below() -> None:
    """A quote can begin with the heading, which may have the short answer."""
    text = "It rained. All left."
    lead = "News\n\nVersion 2.1\n\n"
    below = replace(passage(text), lead=lead)
    at = 100 - len("Version 2.1\n\n")
    made = quote(below, 1, (at + 8, at + 11), above=at)
    assert made.text == "Version 2.1\n\nIt rained. All left."
    assert (made.start, made.end) == (at, 120)
    assert made.highlight and made.highlight.text == "2.1"
    assert (lead + text)[made.start - 100 + len(lead) :][: len(made.text)] == made.text


def test_a_row_comes_with_its_columns() -> None:
    """A quoted row has the names of its columns; a sentence beside the table has none."""
    text = "Small | $3\n\nAll sizes are sold."
    spans = ((100, 110), (112, 131))
    table = Passage("a", "", None, text, 100, spans, columns=("Size", "Price"))
    assert [quote(table, i).columns for i in (0, 1)] == [("Size", "Price"), ()]


STEPS = "To send it:\n\nOpen it.\n\nClick Send. Wait.\n\nAll is well."
SPANS = ((100, 111), (113, 121), (123, 134), (135, 140), (142, 154))


def steps(start: int) -> Passage:
    """A list from `start` on, with or without an introduction, and a paragraph below it."""
    return Passage("a", "", None, STEPS, 100, SPANS, lists=((start, 140),))


def test_what_leads_in_to_a_list_is_quoted_with_it() -> None:
    """A sentence that introduces steps is quoted with them; a single step is quoted alone."""
    assert quote(steps(100), 0).text == STEPS[:40]
    assert quote(steps(100), 2).text == "Click Send."


@pytest.mark.parametrize("start", [100, 113])
def test_how_it_is_done_is_quoted_from_the_first_step_on(start: int) -> None:
    """For a "how" question, the whole list is quoted with its introduction, without later text."""
    assert quote(steps(start), 2, is_how=True).text == STEPS[start - 100 : 40]
    assert quote(steps(start), 4, is_how=True).text == "All is well."


def test_a_long_list_is_quoted_as_far_as_there_is_room() -> None:
    """A sentence that introduces a list is quoted with as many items as fit."""
    text = "To send it:" + "\n\nOpen the box and look." * 60
    spans = ((0, 11), *((13 + 24 * i, 35 + 24 * i) for i in range(60)))
    made = quote(Passage("a", "", None, text, 0, spans, lists=((0, len(text)),)), 0, is_how=True)
    assert made.text.endswith("look.") and 100 < len(made.text.split()) <= 120


def test_a_quotation_is_never_torn() -> None:
    """A quotation of several sentences is quoted from its opening mark to its end."""
    text = "He rose. “We laugh. We cry,” he said. Then he left."
    assert quote(passage(text), 2).text == "“We laugh. We cry,” he said."


def test_a_speech_is_not_quoted_whole() -> None:
    """If a quotation is too long, only the sentence that answers is quoted."""
    text = "“" + "We laugh and cry together all night. " * 30 + "So it is,” he said."
    assert quote(passage(text), 3).text == "We laugh and cry together all night."


def test_two_that_stand_side_by_side() -> None:
    """A sentence next to the best one may also be quoted, before or after it."""
    rain = passage("It rained. The budget was $6. All left.")
    assert quote(rain, 1, beside=0).text == "It rained. The budget was $6."
    assert quote(rain, 1, beside=2).text == "The budget was $6. All left."


def test_two_that_are_too_long_together() -> None:
    """Two sentences that are too long together are not quoted together."""
    long = "It rained " + "and rained " * 60 + "on. "
    assert quote(passage(long * 2), 1, beside=0).text == long.strip()


def test_a_quotation_has_no_more_letters_than_a_sentence() -> None:
    """The limit in characters also holds for scripts without spaces."""
    long = passage("他说：" + "“" + "好。" * 1500 + "” End.")
    assert all(
        len(quote(long, i, beside=i - 1).text) <= 2_000 for i in range(1, len(long.sentences))
    )
