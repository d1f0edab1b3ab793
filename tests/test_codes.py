"""Versions, years and error codes are found in questions and in passages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import codes
from chatbot.types import Passage


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What came with v4.20.0?", ["v4.20.0"]),
        ("does it run on 3.7.1", ["3.7.1"]),
        ("Is version 5 out?", ["5"]),
        ("Is v5 out?", ["v5"]),
        ("What does error 512 mean?", ["512"]),
        ("what is 512", ["512"]),
        ("What does 512 mean?", ["512"]),
        ("I see E-2207, what now?", ["E-2207"]),
        ("what does e2207 mean", ["e2207"]),
        ("How heavy is the TX-40?", ["TX-40"]),
        ("Can I play an MP3?", ["MP3"]),
        ("Does it run on Windows 11?", ["11"]),
        ("What did it cost in 1998?", ["1998"]),
        ("Who won in 1998 and in 2002?", ["1998", "2002"]),
        ("Is there a course in F#?", ["F#"]),
        ("Do you teach C++?", ["C++"]),
        ("Which .NET do I need?", [".NET"]),
    ],
)
def test_what_a_question_names(question: str, named: list[str]) -> None:
    """Codes are versions, years, letters with digits, names with a sign, numbers used as names."""
    assert [code.text for code in codes.named(question)] == named
    for code in codes.named(question):
        assert question[code.start : code.end] == code.text


@pytest.mark.parametrize(
    "question",
    [
        "Can I bring 3 friends?",
        "Does it fit 500 people?",
        "Is it more than 2.5 kg?",
        "Does it stand 640 °C?",
        "Do I get 20 % off?",
        "Is it $300 or more?",
        "Are you open at 9?",
        "May I drive at age 17?",
        "Do you have size 44?",
        "How many of the 4000 left?",
        "What was built in the 1890s?",
        "Are houses of the mid-1890s sold?",
        "When was 12/05 and 14:30 again?",
        "Do you watch Disney+?",
        "Can I send a .pdf?",
    ],
)
def test_amounts_and_times_are_no_names(question: str) -> None:
    """Amounts and times are not codes, since they may be written in other ways."""
    assert not codes.named(question)


@pytest.mark.parametrize(
    ("question", "text", "has"),
    [
        ("What is new in v4.20?", "News of 4.20.0", True),
        ("What is new in v4.20?", "News of 4.20.3", True),
        ("What is new in v4.20.0?", "News of 4.20.3", False),
        ("What is new in 4.20.0?", "News of v4.20", True),
        ("What is new in v4.2?", "News of 4.20", False),
        ("What is new in v4.20?", "News of 4.2", False),
        ("What is new in version 4?", "News of 4.2", True),
        ("What is new in v4?", "News of version 4", True),
        ("What is new in v4?", "For up to 4 users", False),
        ("What does v3.0.0 bring?", "For up to 3 users", False),
        ("What does E-2207 mean?", "E2207: no paper", True),
        ("What does e2207 mean?", "E-2207: no paper", True),
        ("What does E2207 mean?", "E 2207: no paper", True),
        ("What does E-220 mean?", "E-2207: no paper", False),
        ("What does error 220 mean?", "2207: no paper", False),
        ("Can I play MP3?", "It plays MP3s.", True),
        ("What did it cost in 1998?", "In 1998 it was free.", True),
        ("What did it cost in 1998?", "It was free in the 1990s.", False),
        ("What did it cost in 1998?", "It was free from 1995 to 2001.", True),
        ("Does version 9 run?", "Versions 8–12 run.", True),
        ("What is in part 14?", "Part XIV is about bees.", True),
        ("What is in part 15?", "Part XIV is about bees.", False),
        ("Does version 13 run?", "Versions 8–12 run.", False),
        ("Do you teach F#?", "We teach F and C#.", False),
        ("Do you teach F#?", "We teach C#, f# and more.", True),
    ],
)
def test_what_a_text_has(question: str, text: str, has: bool) -> None:
    """Signs and case do not matter; another number is another code, even if it is close."""
    assert all(map(codes.held(text).has, codes.named(question))) is has


def test_a_passage_has_what_it_stands_in() -> None:
    """An article's title, headings, folder and year show which version its passages are about."""
    passage = Passage(
        "a", "Guide to R7", "Notes", "It is new.", 0, ((0, 10),),
        placed=("docs/v3", "2031"), above=("Release 6.1",),
    )  # fmt: skip
    for question in ("Is the R7 new?", "Is v3 new?", "Is it new in 2031?", "Is it new in 6.1?"):
        assert codes.named(question)
        assert all(map(codes.of_passage(passage).has, codes.named(question)))
    assert not codes.of_passage(passage).has(codes.named("Is v4 new?")[0])


@given(st.text(), st.text())
def test_any_text_has_codes(question: str, text: str) -> None:
    """For any text, each code is at its place, and the text has the codes found in it."""
    for code in codes.named(question):
        assert question[code.start : code.end] == code.text
        codes.held(text).has(code)


def test_a_text_of_signs_takes_little_time() -> None:
    """Neither a page of digits and full stops, nor one of letters and hyphens, takes long."""
    for piece in ("1.", "1 ", "1-", "a1", "a-1", "a", "a.", "1to", "+", "c#"):
        text = piece * 5_000
        codes.held(text)
        codes.named(text[:1000])
