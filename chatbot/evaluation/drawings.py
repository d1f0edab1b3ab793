"""Draws two diagrams: risk against coverage, and reliability. Needs the extra `evaluation`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import ChatbotError
from chatbot.evaluation.figures import is_calibrated
from chatbot.evaluation.measures import BINS, bins, risk_coverage
from chatbot.evaluation.runs import Run

SIZE = (5.0, 4.0)
"""Width and height in inches."""
DPI = 120
"""Dots per inch."""


def draw(runs: Sequence[Run], folder: Path) -> list[Path]:
    """Write the diagrams of each file into `folder`, and return their paths.

    The folder is created if it does not exist. A diagram has a line for each reader.

    Raises:
        ChatbotError: the folder cannot be written, or matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ChatbotError('drawing needs the extra "evaluation" (matplotlib)') from error
    written = []
    for file in dict.fromkeys(run.file for run in runs):
        readers = [run for run in runs if run.file == file]
        plots = {"risk": _risk}
        if any(is_calibrated(outcome) for run in readers for outcome in run.outcomes):
            plots["reliability"] = _reliability
        for name, plot in plots.items():
            drawing = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
            axes = drawing.subplots()
            for run in readers:
                plot(axes, run)
            axes.set_title(file, loc="left", fontsize=10)
            axes.grid(alpha=0.3)
            axes.legend(loc="upper left", frameon=False)
            path = folder / f"{Path(file).stem}-{name}.png"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                # Without the software's name and version, the same figures give the same file.
                drawing.savefig(path, metadata={"Software": None})
            except OSError as error:
                raise ChatbotError(f"{path}: cannot be written: {error.strerror}") from error
            written.append(path)
    return written


def _risk(axes: Any, run: Run) -> None:
    """Draw the share of wrong answers against the share of questions that are answered."""
    confidence = np.array([o.confidence if o.quote is not None else -1.0 for o in run.outcomes])
    right = np.array([outcome.quoted_right for outcome in run.outcomes], np.float64)
    coverage, risk = risk_coverage(confidence, right)
    (line,) = axes.step(coverage * 100, risk * 100, where="post", label=run.reader)
    answered = np.array([outcome.answered for outcome in run.outcomes])
    if answered.any():
        here = answered.mean() * 100, (1 - right[answered].mean()) * 100
        axes.plot(*here, "o", color=line.get_color(), label=f"threshold {run.threshold:g}")
    axes.set(xlabel="questions answered, %", ylabel="wrong among the answers, %", xlim=(0, 100))
    axes.set_ylim(bottom=0)


def _reliability(axes: Any, run: Run) -> None:
    """Draw the share of right answers at each confidence; larger dots stand for more answers."""
    counted = [outcome for outcome in run.outcomes if is_calibrated(outcome)]
    confidence = np.array([outcome.confidence for outcome in counted], np.float64)
    right = np.array([outcome.quoted_right for outcome in counted], np.float64)
    members = bins(confidence)
    sizes = np.bincount(members, minlength=BINS)
    filled = sizes > 0
    x, y = (
        np.bincount(members, values, BINS)[filled] / sizes[filled] for values in (confidence, right)
    )
    (line,) = axes.plot(x, y, label=run.reader)
    axes.scatter(x, y, s=20 + 200 * sizes[filled] / max(1, len(counted)), color=line.get_color())
    axes.plot((0, 1), (0, 1), color="grey", linewidth=0.8, linestyle="--")
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
