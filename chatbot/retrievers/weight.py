"""Applies the weights of sources in the settings, which decide between equally good passages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

GENTLE = 0.1
"""Scores are multiplied by the weight to this power: twice the weight gives 7 % more."""


def factors(weights: Sequence[float]) -> NDArray[np.float64]:
    """Return the factor for each passage's score, shape (passages,).

    `weights` has, for each passage, the weight of its article; the default weight is 1.
    """
    return np.array(weights, float) ** GENTLE


def boosted(scores: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `scores` times the factors `by`, scaled so that the best score does not change."""
    together = scores * by
    best = together.max(initial=0.0)
    return together * (scores.max() / best) if best else together
