"""Compares texts with gold answers, and computes statistics with bootstrap intervals.

A statistic is computed for many resamples at once. A resample is a row of weights with one number
for each question: how often it was drawn. So a statistic is a few products of arrays. A row of
ones gives its value, and the percentiles over all resamples give its interval.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
"""Shape (questions,) for values of questions, (resamples,) for results."""
Resamples = NDArray[np.float64]
"""Shape (resamples, questions)."""

BINS = 10
"""Number of bins of the calibration error; all have the same width."""

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)


def normalised(text: str) -> str:
    """Return `text` without capitals, punctuation and articles, as SQuAD's evaluation does."""
    bare = "".join(c for c in text.lower() if c not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact(text: str, answers: Sequence[str]) -> bool:
    """Return whether `text` equals one of `answers` after `normalised`."""
    return normalised(text) in {normalised(answer) for answer in answers}


def f1(text: str, answers: Sequence[str]) -> float:
    """Return the F1 of the words of `text` and those of the most similar answer, 0 to 1.

    As in SQuAD 2.0's official evaluation, two texts without words are equal (1).
    """
    words = normalised(text).split()
    return max((_f1(words, normalised(answer).split()) for answer in answers), default=0.0)


def _f1(found: Sequence[str], right: Sequence[str]) -> float:
    if not found or not right:
        return float(found == right)
    common = sum((Counter(found) & Counter(right)).values())
    return 2 * common / (len(found) + len(right))


def resamples(groups: Sequence[str], number: int = 1000, seed: int = 0) -> Resamples:
    """Return the weights of a bootstrap that samples whole groups, shape (number, questions).

    Questions about one paragraph tend to be right or wrong together. If they were drawn one by one,
    the intervals would be too narrow (cluster bootstrap: Davison and Hinkley 1997, 3.8).
    """
    places = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    of_question = [places[group] for group in groups]
    drawn = np.random.default_rng(seed).multinomial(
        len(places), np.full(len(places), 1 / max(1, len(places))), size=number
    )
    return drawn[:, of_question].astype(np.float64)


def interval(values: Vector) -> tuple[float, float]:
    """Return the two values between which 95 % of the resamples lie; NaN if none has a value."""
    known = values[~np.isnan(values)]
    if not len(known):
        return math.nan, math.nan
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def mean(values: Vector, weights: Resamples) -> Vector:
    """Return the mean of `values` in each resample; NaN where none was drawn."""
    return _ratio(weights @ values, weights.sum(axis=1))


def quantile(values: Vector, share: float, weights: Resamples) -> Vector:
    """Return the quantile in each resample: the smallest value that `share` of them do not exceed.

    It is always one of the values ("nearest rank"); NaN where none was drawn.
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    # Slightly less, so that 0.99 of 100 is the 99th despite rounding.
    wanted = share * reached[:, -1:] * (1 - 1e-12)
    return np.where(reached[:, -1] > 0, values[order][np.argmax(reached >= wanted, axis=1)], np.nan)


def auroc(scores: Vector, positive: NDArray[np.bool_], weights: Resamples) -> Vector:
    """Return, for each resample, how often a positive has a higher score than a negative.

    A tie counts half. This is the area under the ROC curve, computed as the Mann-Whitney statistic
    (Hanley and McNeil 1982); NaN where there are only positives or only negatives.
    """
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    up, down = (
        np.add.reduceat(weights[:, order] * kind[order], starts, axis=1)
        for kind in (positive, ~positive)
    )
    below = np.cumsum(down, axis=1) - down
    return _ratio((up * (below + down / 2)).sum(axis=1), up.sum(axis=1) * down.sum(axis=1))


def calibration_error(confidence: Vector, right: Vector, weights: Resamples) -> Vector:
    """Return, for each resample, how far the confidence is from the share of right answers.

    This is the expected calibration error, 0 to 1 (Naeini and others 2015). The answers are divided
    into `BINS` bins by confidence; the result is the mean difference, weighted by the bins' sizes.
    """
    members = np.eye(BINS)[bins(confidence)]
    gaps = np.abs((weights * (confidence - right)) @ members)
    return _ratio(gaps.sum(axis=1), weights.sum(axis=1))


def bins(confidence: Vector) -> NDArray[np.int64]:
    """Return the bin of each confidence, 0 to `BINS` - 1; 1.0 is in the last bin."""
    return np.minimum((confidence * BINS).astype(np.int64), BINS - 1)


def risk_coverage(confidence: Vector, right: Vector) -> tuple[Vector, Vector]:
    """Return coverage and risk at each possible threshold, the highest threshold first.

    Coverage is the share of all questions that are answered, risk the share of these answers that
    are wrong (El-Yaniv and Wiener 2010). Questions of equal confidence are answered together.
    """
    order = np.argsort(-confidence, kind="stable")
    ends = np.flatnonzero(np.diff(confidence[order], append=-np.inf)) + 1
    wrong = np.cumsum(1 - right[order])[ends - 1]
    return ends / max(1, len(order)), wrong / ends


def sign_test(better: int, worse: int) -> float:
    """Return the chance of a split at least this uneven if better and worse are equally likely.

    This is the exact two-sided binomial test with p = 1/2 (McNemar's exact test).
    """
    total = better + worse
    tail = sum(math.comb(total, k) for k in range(min(better, worse) + 1))
    return min(1.0, float(2 * tail / 2**total))


def _ratio(above: Vector, below: Vector) -> Vector:
    ratios = np.full(len(below), np.nan)
    np.divide(above, below, out=ratios, where=below > 0)
    return ratios
