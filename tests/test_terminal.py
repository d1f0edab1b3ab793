"""What the commands print is plain text, whatever the articles hold."""

from __future__ import annotations

import datetime

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import terminal
from chatbot.types import Answer, Article, Explanation, Highlight, Hit, Passage, Question, Quote

TEXT = "It costs $6\nmillion. It is \x1b[31mred."


def article(**more: object) -> Article:
    return Article("a", "Title", TEXT, (), "deep/a.txt", **more)  # type: ignore[arg-type]


def passage(text: str = TEXT, heading: str | None = "Money") -> Passage:
    return Passage("a", "Title", heading, text, 0, ((0, 20), (21, len(text))))


def answered(highlight: Highlight | None, confidence: float = 0.9) -> Answer:
    quote = Quote("a", TEXT[:20], 0, 20, highlight)
    return Answer(Question("?"), "answered", quote, confidence, citations=(passage(),))


@given(st.text())
def test_plain(text: str) -> None:
    """A line stays a line of the same length, and holds nothing that a terminal obeys."""
    shown = terminal.plain(text)
    assert len(shown) == len(text)
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in shown)
    assert len(f"{shown}.".splitlines()) == 1


@given(text=st.text(min_size=1), heading=st.none() | st.text())
def test_a_passage_is_a_line(text: str, heading: str | None) -> None:
    """Whatever a passage holds, it is shown on one line that fits."""
    shown = terminal.passage(Passage("a", "Title", heading, text, 0, ()))
    assert len(shown.splitlines()) == 1
    assert len(shown) <= terminal.WIDTH


def test_highlight_is_bold() -> None:
    """The short answer, and only that, is bold, also where a line ends within it."""
    shown = terminal.answer(answered(Highlight("$6\nmillion", 9, 19)), {"a": article()})
    assert shown.startswith(f"It costs {click.style('$6 million', bold=True)}.\n\n")


def test_columns_stand_above_a_row() -> None:
    """A row of a table comes below the names of its columns."""
    quote = Quote("a", "Small | $3", 0, 10, columns=("Size", "Price"))
    said = Answer(Question("?"), "answered", quote, 0.9, citations=(passage(),))
    shown = click.unstyle(terminal.answer(said, {"a": article()}))
    assert shown.startswith("Size | Price\nSmall | $3\n\n")


def test_no_highlight() -> None:
    """Where the reader is not sure of a short answer, nothing is bold."""
    assert "\x1b" not in terminal.answer(answered(None), {"a": article()})


@pytest.mark.parametrize(("confidence", "is_said"), [(0.49, True), (0.5, False)])
def test_unsure(confidence: float, is_said: bool) -> None:
    """An answer that is less likely right than wrong is introduced as such."""
    shown = terminal.answer(answered(None, confidence), {"a": article()})
    assert shown.startswith("This may not answer it:\n\n") == is_said


def test_source() -> None:
    """The source has what is known of it: title, heading, date, address, file and range."""
    known = article(url="https://example.org/a", published=datetime.date(2025, 3, 3))
    assert terminal.answer(answered(None), {"a": known}).splitlines()[2:] == [
        "  Title, Money, 2025-03-03",
        "  https://example.org/a",
        "  deep/a.txt, characters 0 to 20",
    ]


def test_abstained() -> None:
    """Without an answer there is the message, what is unknown, and what is nearest."""
    said = Answer(
        Question("?"),
        "abstained",
        message="Not said.",
        related=(passage(heading=None),),
        unknown_words=("zebra",),
    )
    assert terminal.answer(said, {"a": article()}).splitlines() == [
        "Not said.",
        "In no article: zebra",
        "",
        "Nearest:",
        "  a 0-36, 7 words: It costs $6 million. It is \N{REPLACEMENT CHARACTER}[31mred.",
    ]


def test_explanation_compares_with_the_first() -> None:
    """Of a sentence that is not the first, the features it lacks most come first."""
    hit = Hit(passage(), 2.5)
    first = Explanation(hit, 0, 20, "It costs $6 million.", 3.0, {"kind": 2.0, "order": 1.0})
    second = Explanation(hit, 21, 36, "It is red.", 0.9, {"order": 0.9})
    shown = terminal.explanation(1, [first, second], ["cost", "red"], "a.txt")
    assert "words in it: red; around it: cost" in shown
    assert shown.endswith("beside 1: -2.10 (kind -2.00, order -0.10)")
    assert "beside 1" not in terminal.explanation(0, [first, second], ["cost"], "a.txt")


def test_count() -> None:
    """One is singular, everything else plural, thousands set apart."""
    assert [terminal.count(n, "word") for n in (0, 1, 1200)] == ["0 words", "1 word", "1,200 words"]
