"""Computes figures from outcomes. `FIGURES` lists each figure once, with its meaning.

`EVALUATION.md` explains them in more detail, and a test checks that none is missing there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from chatbot.evaluation import measures
from chatbot.evaluation.measures import Resamples, Vector
from chatbot.evaluation.runs import Outcome, Run

Unit = Literal["%", "words", "ms", ""]
ValueOf = Callable[[Any], float | None]
Statistic = Callable[[Sequence[Outcome], Resamples], Vector]


class Grouped(Protocol):
    """What figures are computed from: an `Outcome`, or another result of one question."""

    @property
    def group(self) -> str:
        """Questions of one group tend to be right or wrong together."""


@dataclass(frozen=True, slots=True)
class Metric:
    """Says what a figure means and how it is computed."""

    name: str
    meaning: str
    unit: Unit
    value: ValueOf
    """Returns the value of one outcome, or None if it does not count."""
    statistic: Statistic | None = None
    """Computes the figure from the outcomes that count; if it is None, the figure is their mean."""
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of a figure and its 95 % interval, in the unit in which they are printed."""

    definition: Metric
    value: float
    low: float
    high: float
    count: int
    """The number of questions that count."""

    @property
    def name(self) -> str:
        """The name of its definition."""
        return self.definition.name


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two runs of the same file."""

    better: tuple[Outcome, ...]
    """The new outcomes of questions whose answers were wrong and are now right."""
    worse: tuple[Outcome, ...]
    """The new outcomes of questions whose answers were right and are now wrong."""
    chance: float
    """How likely such an uneven split would be by chance alone: `measures.sign_test`."""
    differences: tuple[Figure, ...]
    """New minus old value of each figure that is a mean, over questions that count in both runs."""
    unmatched: int
    """How many questions are in only one of the two runs."""


def _if(condition: bool, value: float | None) -> float | None:
    return value if condition else None


def _auroc(outcomes: Sequence[Outcome], weights: Resamples) -> Vector:
    answerable = np.array([outcome.answerable for outcome in outcomes])
    return measures.auroc(_confidence(outcomes), answerable, weights)


def _calibration(outcomes: Sequence[Outcome], weights: Resamples) -> Vector:
    right = np.array([outcome.quoted_right for outcome in outcomes], np.float64)
    return measures.calibration_error(_confidence(outcomes), right, weights)


def _time(share: float) -> Statistic:
    def statistic(outcomes: Sequence[Outcome], weights: Resamples) -> Vector:
        times = np.array([outcome.milliseconds for outcome in outcomes])
        return measures.quantile(times, share, weights)

    return statistic


def _timed(outcome: Outcome) -> float | None:
    return _if(not outcome.left_out, outcome.milliseconds)


METRICS = (
    Metric(
        "found-first",
        "the retriever's first passage is right",
        "%",
        lambda o: _if(o.rank is not None, o.rank == 1),
    ),
    Metric(
        "found-in-3",
        "one of its first 3 passages is right",
        "%",
        lambda o: _if(o.rank is not None, o.rank in (1, 2, 3)),
    ),
    Metric(
        "found-in-20",
        "one of its first 20 passages is right",
        "%",
        lambda o: _if(o.rank is not None, o.rank != 0),
    ),
    Metric("passage", "quotes the right passage, at any threshold", "%", lambda o: o.passage),
    Metric("cited", "cites the right passage, at any threshold", "%", lambda o: o.cited),
    Metric("sentence", "quotes the right sentence, at any threshold", "%", lambda o: o.sentence),
    Metric(
        "words",
        "mean length of a quote",
        "words",
        lambda o: _if(o.answerable and o.quote is not None, len((o.quote or "").split())),
        lower_is_better=True,
    ),
    Metric("exact", "equal to a gold answer; 0 without a highlight", "%", lambda o: o.exact),
    Metric("f1", "words shared with a gold answer; 0 without a highlight", "%", lambda o: o.f1),
    Metric(
        "highlighted",
        "share of quotes with a highlight",
        "%",
        lambda o: _if(o.f1 is not None and o.quote is not None, o.highlight is not None),
    ),
    Metric(
        "highlight-right",
        "share of these highlights with an F1 of 0.5 or more",
        "%",
        lambda o: _if(None not in (o.f1, o.highlight), (o.f1 or 0) >= 0.5),
    ),
    Metric(
        "answered-passage",
        "answered, from the right passage",
        "%",
        lambda o: _if(o.passage is not None, o.answered and bool(o.passage)),
    ),
    Metric(
        "answered-sentence",
        "answered, with the right sentence",
        "%",
        lambda o: _if(o.sentence is not None, o.answered and bool(o.sentence)),
    ),
    Metric(
        "answers-right",
        "share of right answers among all answers given",
        "%",
        lambda o: _if(o.answered, o.right),
    ),
    Metric(
        "lost",
        "answerable, but not answered",
        "%",
        lambda o: _if(o.answerable, not o.answered),
        lower_is_better=True,
    ),
    Metric(
        "refused",
        "unanswerable, and not answered",
        "%",
        lambda o: _if(not o.answerable, not o.answered),
    ),
    Metric("right", "right answer, or rightly no answer", "%", lambda o: o.right),
    Metric(
        "undistracted",
        "same answer after two questions about another article",
        "%",
        lambda o: o.undistracted,
    ),
    Metric("auroc", "answerable ranked above unanswerable", "", lambda o: o.confidence, _auroc),
    Metric(
        "calibration-error",
        "gap between confidence and share of right answers",
        "",
        lambda o: _if(is_calibrated(o), o.confidence),
        _calibration,
        lower_is_better=True,
    ),
    Metric("ms-p50", "time for a question, median", "ms", _timed, _time(0.5), lower_is_better=True),
    Metric(
        "ms-p99", "time for a question, 99 of 100", "ms", _timed, _time(0.99), lower_is_better=True
    ),
)
DEFINITIONS = {definition.name: definition for definition in METRICS}


def is_calibrated(outcome: Outcome) -> bool:
    """Return whether an outcome says if the quote is right, so that it can test the confidence."""
    return outcome.quote is not None and outcome.has_sentence


def figures(run: Run) -> list[Figure]:
    """Return all figures that can be computed from a run, in the order of `FIGURES`."""
    return measured(METRICS, run.outcomes)


def measured(definitions: Iterable[Metric], outcomes: Sequence[Grouped]) -> list[Figure]:
    """Return the figures of `definitions` for `outcomes`; those without a value are left out."""
    found = []
    weights = measures.resamples([outcome.group for outcome in outcomes])
    for definition in definitions:
        values = [definition.value(outcome) for outcome in outcomes]
        counted = [i for i, value in enumerate(values) if value is not None]
        figure = _figure(
            definition,
            [outcomes[i] for i in counted],
            np.array([values[i] for i in counted], np.float64),
            weights[:, counted],
        )
        if not math.isnan(figure.value):
            found.append(figure)
    return found


def missed(figure: Figure, bound: float) -> bool:
    """Return whether `figure` is worse than `bound`: lower, or higher if lower is better."""
    lower = figure.definition.lower_is_better
    return figure.value > bound if lower else figure.value < bound


def compare(old: Run, new: Run) -> Comparison:
    """Compare two runs of a file, question by question."""
    before = {(outcome.id, outcome.left_out): outcome for outcome in old.outcomes}
    pairs = [
        (before[outcome.id, outcome.left_out], outcome)
        for outcome in new.outcomes
        if (outcome.id, outcome.left_out) in before
    ]
    better = tuple(now for then, now in pairs if now.right and not then.right)
    worse = tuple(now for then, now in pairs if then.right and not now.right)
    weights = measures.resamples([now.group for _, now in pairs])
    differences = []
    for definition in METRICS:
        if definition.statistic:
            continue
        values = [(definition.value(then), definition.value(now)) for then, now in pairs]
        counted = [i for i, pair in enumerate(values) if None not in pair]
        changes = np.array([(now or 0) - (then or 0) for then, now in values], np.float64)
        figure = _figure(definition, pairs, changes[counted], weights[:, counted])
        if not math.isnan(figure.value):
            differences.append(figure)
    return Comparison(
        better,
        worse,
        measures.sign_test(len(better), len(worse)),
        tuple(differences),
        len(old.outcomes) + len(new.outcomes) - 2 * len(pairs),
    )


def _confidence(outcomes: Sequence[Outcome]) -> Vector:
    return np.array([outcome.confidence for outcome in outcomes], np.float64)


def _figure(
    definition: Metric, outcomes: Sequence[Any], values: Vector, weights: Resamples
) -> Figure:
    if not len(values):
        return Figure(definition, math.nan, math.nan, math.nan, 0)

    def measured(weights: Resamples) -> Vector:
        if definition.statistic:
            return definition.statistic(outcomes, weights)
        return measures.mean(values, weights)

    scale = 100 if definition.unit == "%" else 1
    low, high = measures.interval(measured(weights))
    value = float(measured(np.ones((1, len(values))))[0])
    return Figure(definition, value * scale, low * scale, high * scale, len(values))
