"""The measures agree with their definitions and with values computed by hand."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evaluation import measures
from chatbot.evaluation.measures import exact, f1, normalised

WORDS = st.lists(st.sampled_from("a an the cat Cat, sat! 6 — Zoë".split()), max_size=6).map(
    " ".join
)
SCORES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.booleans()), min_size=1, max_size=20
)


def once(values: object) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the weights of one sample that has each value once."""
    return np.ones((1, len(np.atleast_1d(np.asarray(values)))))


# Texts


def test_normalised_takes_away_what_squad_does() -> None:
    """Case, ASCII punctuation and articles do not count; other signs and letters do."""
    assert normalised("The $6-Million,  an “A” team") == "6million “ ” team"


@pytest.mark.parametrize(
    ("text", "answers", "right", "shared"),
    [
        ("Sean Baker", ["Baker", "Sean Baker"], True, 1),
        ("the Baker", ["Baker"], True, 1),
        ("Sean Baker", ["Baker"], False, 2 / 3),  # precision 1/2, recall 1
        ("six six", ["six"], False, 2 / 3),  # a word counts as often as it is in both
        ("53", ["six"], False, 0),
        ("the", ["a"], True, 1),  # nothing is left of either
        ("the", ["cat"], False, 0),
        ("cat", [], False, 0),
    ],
)
def test_exact_and_f1_by_hand(text: str, answers: list[str], right: bool, shared: float) -> None:
    """The best of the gold answers counts."""
    assert exact(text, answers) is right
    assert f1(text, answers) == pytest.approx(shared)


@given(WORDS | st.text(), WORDS | st.text())
def test_f1_is_a_share_and_symmetric(one: str, other: str) -> None:
    """F1 lies between 0 and 1, and is the same both ways."""
    assert 0 <= f1(one, [other]) <= 1
    assert f1(one, [other]) == f1(other, [one])


@given(WORDS | st.text(), st.lists(WORDS, min_size=1, max_size=3))
def test_exact_means_all_words(text: str, answers: list[str]) -> None:
    """A text that equals the answer has an F1 of 1, even if both have no words left."""
    assert exact(text, [text])
    if exact(text, answers):
        assert f1(text, answers) == 1


# Figures


@given(SCORES)
def test_auroc_is_its_pairwise_definition(scores: list[tuple[float, bool]]) -> None:
    """It is the share of pairs in which the positive has the higher score; a tie counts half."""
    ups = [score for score, positive in scores if positive]
    downs = [score for score, positive in scores if not positive]
    values = np.array([score for score, _ in scores])
    kinds = np.array([positive for _, positive in scores])
    (found,) = measures.auroc(values, kinds, once(values))
    if not ups or not downs:
        assert math.isnan(found)
    else:
        won = sum((up > down) + (up == down) / 2 for up in ups for down in downs)
        assert found == pytest.approx(won / (len(ups) * len(downs)))


@given(SCORES, st.randoms())
def test_a_weight_is_a_repetition(scores: list[tuple[float, bool]], random: Random) -> None:
    """Weights give the same figure as repeating each question as often as it was drawn."""
    values = np.array([score for score, _ in scores])
    kinds = np.array([positive for _, positive in scores])
    weights = np.array([random.randrange(3) for _ in scores], np.float64)[None]
    drawn = np.repeat(np.arange(len(scores)), weights[0].astype(int))
    if not len(drawn):
        return
    for weighted, repeated in (
        (measures.mean(values, weights), measures.mean(values[drawn], once(drawn))),
        (
            measures.quantile(values, 0.5, weights),
            measures.quantile(values[drawn], 0.5, once(drawn)),
        ),
        (
            measures.auroc(values, kinds, weights),
            measures.auroc(values[drawn], kinds[drawn], once(drawn)),
        ),
        (
            measures.calibration_error(values, kinds.astype(float), weights),
            measures.calibration_error(values[drawn], kinds[drawn].astype(float), once(drawn)),
        ),
    ):
        assert weighted == pytest.approx(repeated, nan_ok=True)


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_quantile_is_the_nearest_rank(share: float, value: float) -> None:
    """For the numbers 1 to 100 in any order, the quantile 0.99 is 99."""
    values = np.arange(100, 0, -1.0)
    assert measures.quantile(values, share, once(values)) == [value]


def test_calibration_error_by_hand() -> None:
    """A bin counts by its number of answers; 1.0 is in the last bin."""
    confidence = np.array([0.92, 1.0, 0.11, 0.19])
    right = np.array([1.0, 0.0, 0.0, 0.0])
    # 0.9 to 1: mean 0.96 against 1/2, twice; 0.1 to 0.2: mean 0.15 against 0, twice.
    wanted = (2 * 0.46 + 2 * 0.15) / 4
    assert measures.calibration_error(confidence, right, once(right)) == pytest.approx([wanted])


def test_risk_and_coverage_by_hand() -> None:
    """The surest questions are answered first, and equally sure ones together."""
    confidence = np.array([0.5, 0.9, 0.5, 0.1])
    right = np.array([0.0, 1.0, 1.0, 0.0])
    coverage, risk = measures.risk_coverage(confidence, right)
    assert coverage == pytest.approx([1 / 4, 3 / 4, 1])
    assert risk == pytest.approx([0, 1 / 3, 1 / 2])


@pytest.mark.parametrize(
    ("better", "worse", "chance"),
    [(0, 0, 1), (3, 3, 1), (1, 0, 1), (5, 0, 2 / 32), (1, 7, 18 / 256), (2000, 0, 0)],
)
def test_sign_test_by_hand(better: int, worse: int, chance: float) -> None:
    """It is the sum of both tails of the binomial distribution with p = 1/2."""
    assert measures.sign_test(better, worse) == pytest.approx(chance)


# Resamples


def test_a_group_is_drawn_as_a_whole() -> None:
    """A sample has as many groups as there are; the questions of a group have the same weight."""
    weights = measures.resamples(["x", "x", "y", "z", "z"], number=50)
    assert weights.shape == (50, 5)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 3] == weights[:, 4]).all()
    assert (weights[:, [0, 2, 3]].sum(axis=1) == 3).all()


def test_resamples_are_always_the_same() -> None:
    """The same groups give the same samples."""
    groups = [str(i) for i in range(9)]
    assert (measures.resamples(groups) == measures.resamples(groups)).all()


def test_interval_of_a_share() -> None:
    """For 80 right of 100, it is near 0.72 to 0.88, the normal approximation."""
    values = np.array([1.0] * 80 + [0.0] * 20)
    weights = measures.resamples([str(i) for i in range(100)])
    low, high = measures.interval(measures.mean(values, weights))
    assert (low, high) == pytest.approx((0.72, 0.88), abs=0.02)


def test_grouped_questions_have_a_wider_interval() -> None:
    """Ten questions that are always wrong together say no more than one."""
    values = np.array(([1.0] * 10 + [0.0] * 10) * 5)
    alone = measures.resamples([str(i) for i in range(100)])
    together = measures.resamples([str(i // 10) for i in range(100)])

    def width(weights: measures.Resamples) -> float:
        low, high = measures.interval(measures.mean(values, weights))
        return high - low

    assert width(together) > 2 * width(alone)
