"""The report lists unanswered questions, bad ratings and frequent questions, by meaning."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from string import ascii_lowercase as LETTERS

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.cli import report_text
from chatbot.errors import ChatbotError
from chatbot.language import text
from chatbot.store import report
from chatbot.store.report import (
    ALIKE,
    Day,
    NearestArticle,
    OwnerReport,
    RatedDown,
    owner_report,
    start_of,
)
from chatbot.store.turns import KeptTurn, Near, Rating

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def answered(question: str, number: int = 0, **more: object) -> KeptTurn:
    turn = KeptTurn(
        id=f"a_{number}_{question}",
        conversation="c_1",
        asked=NOON,
        question=question,
        understood_as=None,
        status="answered",
        reason=None,
        confidence=0.9,
        article="hours",
        start=4,
        end=40,
        quote="The library is open from nine to six.",
        highlight=None,
        near=(),
        unknown_words=(),
        index="5f0c1b9e22d4a7c3",
    )
    return replace(turn, **more)  # type: ignore[arg-type]


def unanswered(question: str, number: int = 0, **more: object) -> KeptTurn:
    return replace(
        answered(question, number),
        **{  # type: ignore[arg-type]
            "status": "abstained",
            "reason": "no_match",
            "article": None,
            "start": None,
            "end": None,
            "quote": None,
        }
        | more,
    )


def senses(turns: Sequence[KeptTurn]) -> list[tuple[str, int]]:
    return [(group.question, group.times) for group in owner_report(turns).unanswered]


def test_nothing() -> None:
    """The report on nothing is empty in every form."""
    empty = owner_report([])
    assert empty == OwnerReport(0, 0, 0, 0, (), (), (), ())
    assert report_text.prose(empty) == "Nothing was asked."
    assert len(report_text.table(empty).splitlines()) == 1
    assert json.loads(report_text.as_json(empty))["asked"] == 0


def test_small_talk_does_not_count() -> None:
    """Greetings do not count as questions, but their ratings count."""
    hello = answered("Hello", status="chat", quote=None, rating=Rating(True))
    found = owner_report([hello, answered("Open?")])
    assert (found.asked, found.answered, found.helpful) == (1, 1, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How much does parking cost?", "how much do the parkings cost"),
        ("How much does parking cost?", "parking cost"),
        ("Who directed the film Anora?", "who was the director of Anora, the film?"),
    ],
)
def test_same_sense(one: str, other: str) -> None:
    """Questions with the same words in other forms, or with most of them, are one group."""
    assert len(senses([unanswered(one), unanswered(other)])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Who directed Anora?", "When was Anora directed?"),
        ("Who is Anora?", "What was Anora's budget?"),
        ("Is there parking?", "Is there a café?"),
        ("???", "!!!"),
    ],
)
def test_other_sense(one: str, other: str) -> None:
    """Questions with other words, or that ask for another thing, are another group."""
    assert len(senses([unanswered(one), unanswered(other)])) == 2


def test_most_frequent_first() -> None:
    """A group is named by its most frequent wording, and the largest group comes first."""
    turns = [
        unanswered("Is there a café?"),
        unanswered("parking", 1),
        unanswered("Parking", 2),
        unanswered("Parking", 3),
    ]
    assert senses(turns) == [("Parking", 3), ("Is there a café?", 1)]
    assert owner_report(turns).unanswered[0].wordings == ("Parking", "parking")


def test_understood_counts() -> None:
    """A follow-up question is listed as it was understood."""
    turns = [unanswered("and its star?", understood_as="Who is Anora's star?")]
    assert senses(turns) == [("Who is Anora's star?", 1)]


def test_near_misses() -> None:
    """A group has the words that no article has, and the nearest articles."""
    turns = [
        unanswered(
            "parking?", 1, near=(Near("b", 0, 9), Near("z", 0, 9)), unknown_words=("parking",)
        ),
        unanswered("parking?", 2, near=(Near("a", 5, 9),), unknown_words=("parking",)),
        unanswered("parking?", 3, near=(Near("b", 20, 30),), unknown_words=("parking", "PARKING")),
        unanswered("parking?", 4, near=(Near("b", 20, 30),)),
    ]
    [group] = owner_report(turns).unanswered
    assert group.unknown_words == ("parking", "PARKING")
    assert group.nearest == (NearestArticle("b", 20, 30, 3), NearestArticle("a", 5, 9, 1))


def test_rated_down() -> None:
    """A badly rated answer is listed once, with quote and notes, the most frequent first."""
    turns = [
        answered("Open?", rating=Rating(False, "outdated", "it is ten")),
        unanswered("Parking?", asked=NOON + timedelta(hours=1), rating=Rating(False)),
        answered("Closed?", rating=Rating(True)),
    ]
    later = NOON + timedelta(hours=2)
    turns.append(answered("Open?", 2, asked=later, rating=Rating(False, None, "not on Mondays")))
    turns.append(answered("Open?", 3, rating=Rating(False)))
    found = owner_report(turns)
    quote = "The library is open from nine to six."
    notes = ("not on Mondays", "outdated: it is ten")
    assert found.rated_down == (
        RatedDown("Open?", 3, later, "hours", 4, 40, quote, notes),
        RatedDown("Parking?", 1, NOON + timedelta(hours=1), None, None, None, None, ()),
    )
    assert (found.helpful, found.unhelpful) == (1, 4)


def test_asked_most() -> None:
    """The most frequent questions include answered and unanswered ones."""
    turns = [answered("Open?", 1), unanswered("open", 2), unanswered("Parking?", 3)]
    found = [(g.question, g.times, g.answered) for g in owner_report(turns).asked_most]
    assert found == [("Open?", 2, 1), ("Parking?", 1, 0)]


def test_days() -> None:
    """Each day from the first to the last is listed, also days without questions."""
    turns = [answered("Open?", 1), unanswered("Open?", 2, asked=NOON + timedelta(days=2))]
    assert owner_report(turns).days == (
        Day(date(2025, 3, 3), 1, 1),
        Day(date(2025, 3, 4), 0, 0),
        Day(date(2025, 3, 5), 1, 0),
    )


WORDS = st.sampled_from("park parking cost open library when who price café ?".split())


@given(st.lists(st.lists(WORDS, max_size=4).map(" ".join)), st.randoms(use_true_random=False))
def test_order_makes_no_difference(questions: list[str], luck: random.Random) -> None:
    """The same turns in any order make the same report, and no question is lost."""
    turns = [unanswered(question, number) for number, question in enumerate(questions)]
    found = owner_report(turns)
    luck.shuffle(turns)
    assert owner_report(turns) == found
    assert sum(group.times for group in found.unanswered) == len(turns)


@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1), min_size=1, max_size=12))
def test_no_two_groups_found_alike(senses: list[frozenset[str]]) -> None:
    """For rare and for common words, the first questions of two groups are never similar."""
    turns = [
        unanswered(" ".join(sorted(f"{word}9" for word in words)), n)
        for n, words in enumerate(senses)
    ]
    leaders = [
        set(group.question.split()) for group in owner_report(turns).unanswered if group.times == 1
    ]
    for one, other in combinations(leaders, 2):
        assert len(one & other) / len(one | other) < ALIKE


@pytest.mark.parametrize(
    ("period", "since"),
    [
        ("12h", NOON - timedelta(hours=12)),
        ("7d", NOON - timedelta(days=7)),
        ("4w", NOON - timedelta(weeks=4)),
    ],
)
def test_period(period: str, since: datetime) -> None:
    """A period is a number of hours, days or weeks."""
    assert start_of(period, NOON) == since


@pytest.mark.parametrize("period", ["", "7", "d", "-7d", "7 d", "7y", "99999w", "٣d\n"])
def test_no_period(period: str) -> None:
    """Any other period is an error that shows a valid one."""
    with pytest.raises(ChatbotError, match="such as 12h, 7d or 4w"):
        start_of(period, NOON)


# As text

TURNS = [
    answered("Open?", rating=Rating(False, "outdated", "=SUM(1)\x1b[31m\nred")),
    unanswered("Parking?", near=(Near("hours", 0, 9),), unknown_words=("Parking",)),
]


def test_prose() -> None:
    """The text lists unanswered, badly rated and frequent questions, and the days."""
    assert report_text.prose(owner_report(TURNS)) == (
        "Asked 2, answered 1 (50%); rated helpful 0, not helpful 1\n"
        "\n"
        "Unanswered\n"
        "      1  Parking?\n"
        "         in no article: Parking\n"
        "         nearest: hours 0-9\n"
        "\n"
        "Rated down\n"
        "      1  Open?\n"
        "         hours: The library is open from nine to six.\n"
        "         note: outdated: =SUM(1)\N{REPLACEMENT CHARACTER}[31m red\n"
        "\n"
        "Asked most\n"
        "      1  Open? (1 answered)\n"
        "      1  Parking? (0 answered)\n"
        "\n"
        "Answered, by day\n"
        "    50%  2025-03-03, 1 of 2"
    )


def test_prose_is_short() -> None:
    """The text shows the beginning of long lists, and how many more there are."""
    found = report_text.prose(owner_report([unanswered(f"number{n}") for n in range(30)]))
    assert found.count("and 10 more") == 2


def test_table() -> None:
    """The table has a row for each entry of each list."""
    rows = list(csv.DictReader(io.StringIO(report_text.table(owner_report(TURNS)))))
    assert [(row["list"], row["question"], row["times"]) for row in rows] == [
        ("unanswered", "Parking?", "1"),
        ("asked most", "Open?", "1"),
        ("asked most", "Parking?", "1"),
        ("rated down", "Open?", "1"),
        ("day", "2025-03-03", "2"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t=", " @", "\r+", "\n-"])
def test_table_has_no_formulas(start: str) -> None:
    """No cell is a formula for a spreadsheet."""
    formula = f'{start}cmd|" /C calc"!A0'
    note = f"fine;{formula}\t{formula}\n{formula}"
    turn = unanswered(formula, unknown_words=(f"{start}1",), rating=Rating(False, None, note))
    for row in csv.DictReader(io.StringIO(report_text.table(owner_report([turn])), newline="")):
        for cell in row.values():
            for piece in re.split(r"[;\t\r\n]", cell):
                assert not piece.lstrip().startswith(("=", "+", "-", "@", "＝"))


def test_json() -> None:
    """JSON has everything, with dates as text."""
    found = json.loads(report_text.as_json(owner_report(TURNS)))
    assert found["days"] == [{"date": "2025-03-03", "asked": 2, "answered": 1}]
    assert found["unanswered"][0]["nearest"] == [
        {"article": "hours", "start": 0, "end": 9, "times": 1}
    ]


# Bounds


def made_up(number: int, words: int = 12, of: int = 10**9) -> list[str]:
    """Return this many questions made of this many different made-up words."""
    chance = random.Random(7)
    every = ["".join(chance.choices(LETTERS, k=8)) for _ in range(min(of, number * words))]
    return [" ".join(chance.sample(every, words)) for _ in range(number)]


@pytest.mark.parametrize("of", [25, 200, 10**9])
def test_comparing_is_bounded(of: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question is compared with at most `NEAR` groups, whatever words they share."""
    compared = 0

    def likeness(one: frozenset[str], other: frozenset[str]) -> float:
        nonlocal compared
        compared += 1
        return len(one & other) / len(one | other)

    monkeypatch.setattr(report, "_likeness", likeness)
    owner_report(answered(question, i) for i, question in enumerate(made_up(1000, of=of)))
    assert compared <= 1000 * report.NEAR


def test_analysing_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of analysed words is limited, each wording is analysed once, all turns count."""
    monkeypatch.setattr(report, "ANALYSED", 500)
    analysed: list[str] = []
    analyse = text.terms

    def terms(question: str) -> list[str]:
        analysed.append(question)
        return analyse(question)

    monkeypatch.setattr(text, "terms", terms)
    turns = [unanswered(question, i) for i, question in enumerate(made_up(300) * 2)]
    found = owner_report(turns)
    assert len({word for question in analysed for word in question.split()}) <= 500
    assert len(set(analysed)) == len(analysed)
    assert found.asked == sum(group.times for group in found.unanswered) == 600
    assert all(group.times == 2 for group in found.unanswered)


def test_what_is_listed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of groups and wordings that are listed is limited; all are counted."""
    monkeypatch.setattr(report, "GROUPS", 3)
    asked = [f"What is a {word}?" for word in made_up(9, words=1) for _ in range(2)]
    asked += [f"{'so ' * i}what is a walrus?" for i in range(50)]
    found = owner_report(answered(question, i) for i, question in enumerate(asked))
    assert len(found.asked_most) == 3
    assert found.asked == 68
    assert found.asked_most[0].times == 50
    assert len(found.asked_most[0].wordings) == report.WORDINGS
