"""The figures are computed from outcomes as `EVALUATION.md` explains."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatbot.evaluation.figures import DEFINITIONS, Figure, compare, figures, missed
from chatbot.evaluation.runs import Outcome, Run

RIGHT = Outcome(
    id="1",
    question="?",
    group="1",
    left_out=False,
    answerable=True,
    answered=True,
    confidence=0.9,
    quote="It is blue, they say.",
    highlight="blue",
    rank=1,
    passage=True,
    cited=True,
    sentence=True,
    has_sentence=True,
    exact=True,
    f1=1.0,
    milliseconds=2.0,
)
UNMOVED = replace(RIGHT, undistracted=True)
MOVED = replace(RIGHT, undistracted=False)
WRONG = replace(
    RIGHT, rank=4, passage=False, cited=False, sentence=False, highlight="they", exact=False, f1=0.0
)
UNMARKED = replace(RIGHT, highlight=None, exact=False, f1=0.0)
LOST = replace(RIGHT, answered=False, confidence=0.3)
NOTHING = replace(WRONG, answered=False, confidence=0.0, quote=None, highlight=None, rank=0)
UNANSWERABLE = replace(
    RIGHT, answerable=False, rank=None, passage=None, cited=None, sentence=None, exact=None, f1=None
)
REFUSED = replace(UNANSWERABLE, answered=False, confidence=0.1, left_out=True, milliseconds=99.0)


def run(*outcomes: Outcome) -> Run:
    numbered = (replace(o, id=str(i), group=str(i)) for i, o in enumerate(outcomes))
    return Run("file", "sentence", 0.5, tuple(numbered))


def values(*outcomes: Outcome) -> dict[str, tuple[Any, int]]:
    return {f.name: (pytest.approx(f.value), f.count) for f in figures(run(*outcomes))}


def test_each_figure_by_hand() -> None:
    """For seven outcomes of all kinds, the figures are those counted by hand."""
    found = values(RIGHT, WRONG, UNMARKED, LOST, NOTHING, UNANSWERABLE, REFUSED)
    assert found == {
        "found-first": (60, 5),
        "found-in-3": (60, 5),
        "found-in-20": (80, 5),
        "passage": (60, 5),
        "cited": (60, 5),
        "sentence": (60, 5),
        "words": (5, 4),  # of the four answerable ones with a quote
        "exact": (40, 5),  # without a highlight: not exact
        "f1": (40, 5),
        "highlighted": (75, 4),
        "highlight-right": (pytest.approx(200 / 3), 3),
        "answered-passage": (40, 5),  # not the lost one
        "answered-sentence": (40, 5),
        "answers-right": (50, 4),  # two of them; the wrong and the unanswerable one are not
        "lost": (40, 5),
        "refused": (50, 2),
        "right": (pytest.approx(300 / 7), 7),
        # Answerable .9 .9 .9 .3 0, others .9 .1: against .9 three ties, against .1 four higher.
        "auroc": ((1.5 + 4) / 10, 7),
        # Of those with a quote: .9 four times, twice right; .3 once, right; .1 once, wrong.
        "calibration-error": ((4 * (0.9 - 2 / 4) + (1 - 0.3) + 0.1) / 6, 6),
        "ms-p50": (2, 6),  # not the left-out one
        "ms-p99": (2, 6),
    }


def test_undistracted_by_hand() -> None:
    """Only the questions that were asked again after others count."""
    assert values(RIGHT, UNMOVED, UNMOVED, MOVED)["undistracted"] == (pytest.approx(200 / 3), 3)


def test_every_figure_is_covered() -> None:
    """The outcomes above give every figure that exists, in order."""
    outcomes = (RIGHT, WRONG, REFUSED, MOVED)
    assert list(values(*outcomes)) == list(DEFINITIONS)


def test_what_is_not_known_has_no_figure() -> None:
    """A figure for which no question counts is left out."""
    found = values(replace(RIGHT, sentence=None, has_sentence=False, exact=None, f1=None))
    assert "passage" in found
    assert not found.keys() & {
        "refused", "auroc", "sentence", "exact", "highlight-right", "calibration-error"
    }  # fmt: skip


def test_intervals_hold_their_values() -> None:
    """An interval contains the value, and is the same each time."""
    outcomes = (RIGHT, WRONG, UNMARKED, LOST, NOTHING, UNANSWERABLE, REFUSED) * 5
    assert figures(run(*outcomes)) == figures(run(*outcomes))
    for figure in figures(run(*outcomes)):
        assert figure.low <= figure.value <= figure.high, figure


def test_a_bound_is_missed_on_its_wrong_side() -> None:
    """A value misses its bound if it is worse; an equal value does not."""
    sentence, lost = (Figure(DEFINITIONS[name], 5.0, 0, 9, 10) for name in ("sentence", "lost"))
    assert [missed(sentence, bound) for bound in (4, 5, 6)] == [False, False, True]
    assert [missed(lost, bound) for bound in (4, 5, 6)] == [True, False, False]


def test_compare_finds_what_changed() -> None:
    """Questions are matched by id and by whether their article was left out."""
    old = run(RIGHT, WRONG, LOST, RIGHT)
    new = run(RIGHT, RIGHT, LOST, WRONG, RIGHT)
    found = compare(old, new)
    assert [outcome.id for outcome in found.better] == ["1"]
    assert [outcome.id for outcome in found.worse] == ["3"]
    assert found.chance == 1
    assert found.unmatched == 1
    differences = {figure.name: figure for figure in found.differences}
    assert differences["sentence"].value == 0
    assert differences["sentence"].count == 4
    assert differences["sentence"].low < 0 < differences["sentence"].high
    assert not differences.keys() & {"auroc", "ms-p50", "refused"}


def test_compare_with_itself_finds_nothing() -> None:
    """A run compared with itself has no better and no worse questions, and no differences."""
    same = run(RIGHT, WRONG, REFUSED)
    found = compare(same, same)
    assert (found.better, found.worse, found.unmatched) == ((), (), 0)
    assert all(figure.value == figure.low == figure.high == 0 for figure in found.differences)


def test_every_figure_is_explained() -> None:
    """EVALUATION.md says what each figure means, and names no other."""
    text = (Path(__file__).parent.parent / "EVALUATION.md").read_text(encoding="utf-8")
    section = text.partition("## What the figures mean")[2].partition("\n## ")[0]
    explained = [
        name
        for line in re.findall(r"^- (`.*?):", section, re.MULTILINE)
        for name in re.findall(r"`([\w-]+)`", line)
    ]
    assert explained == list(DEFINITIONS)
