"""Formats figures and comparisons: as a table for people, as Markdown, or as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from textwrap import shorten
from typing import Any

from chatbot.evaluation.figures import METRICS, Comparison, Figure, Metric
from chatbot.evaluation.runs import Outcome, Run
from chatbot.terminal import WIDTH, count, plain


def table(run: Run, figures: Sequence[Figure]) -> str:
    """Return a line for each figure: its value, 95 % interval, number of questions and meaning."""
    lines = [heading(run), *_distracted([run]), ""]
    for figure in figures:
        lines.append(
            f"  {figure.name:<18}{_value(figure):>9}"
            f"  {_interval(figure):>16}{figure.count:>7}  {figure.definition.meaning}"
        )
    return "\n".join(lines)


def heading(run: Run) -> str:
    """Return one line: the file, the number of questions, the reader and its threshold."""
    return f"{run.file}: {asked(run)}; {run.reader} reader, threshold {run.threshold:g}"


def asked(run: Run) -> str:
    """Return how many questions were asked, and how many were unanswerable or asked again."""
    unanswerable = sum(not (o.answerable or o.left_out) for o in run.outcomes)
    left_out = sum(outcome.left_out for outcome in run.outcomes)
    parts = [count(len(run.outcomes) - left_out, "question")]
    if unanswerable:
        parts.append(f"{unanswerable:,} of them unanswerable")
    if left_out:
        parts.append(f"{left_out:,} asked again with their article left out")
    return ", ".join(parts)


def wrong(run: Run) -> str:
    """Return each question that was answered wrong, with the answer."""
    return "\n".join(_answered("wrong", outcome) for outcome in run.outcomes if not outcome.right)


def comparison(old: Run, new: Run, found: Comparison) -> str:
    """Return how much each figure changed, and the questions that got better or worse."""
    lines = [
        f"{new.file}: {new.reader} reader, threshold {new.threshold:g}, "
        f"against {old.reader} reader, threshold {old.threshold:g}",
        f"  {count(len(found.better), 'question')} better, {len(found.worse):,} worse; "
        f"probability by chance: {found.chance:.2g}",
    ]
    if found.unmatched:
        lines.append(f"  {count(found.unmatched, 'question')} only in one of the two, not compared")
    for figure in found.differences:
        if figure.value or figure.low or figure.high:
            value = _value(figure, sign="+")
            lines.append(
                f"  {figure.name:<18}{value:>9}  {_interval(figure, sign='+'):>16}{figure.count:>7}"
            )
    lines += [_answered("better", outcome) for outcome in found.better]
    lines += [_answered("worse", outcome) for outcome in found.worse]
    return "\n".join(lines)


def markdown(
    columns: Sequence[tuple[Run, Sequence[Figure]]], definitions: Sequence[Metric] = METRICS
) -> str:
    """Return a section for one file: a table with a column for each run, a row for each figure.

    The rows have the order of `definitions`.
    """
    runs = [run for run, _ in columns]
    lines = [
        f"### {runs[0].file}",
        "",
        f"{asked(runs[0])[:1].upper()}{asked(runs[0])[1:]}.",
        *(f"{line}." for line in _distracted(runs)),
        "",
        "".join(["| figure |", *(f" {run.reader} |" for run in runs), " what it says |"]),
        "".join(["|---|", "---|" * len(runs), "---|"]),
    ]
    by_name = [{figure.name: figure for figure in figures} for _, figures in columns]
    for definition in definitions:
        found = [figures.get(definition.name) for figures in by_name]
        if any(found):
            cells = " | ".join(map(_cell, found))
            lines.append(f"| `{definition.name}` | {cells} | {definition.meaning} |")
    return "\n".join(lines)


def as_json(
    runs: Sequence[tuple[Run, Sequence[Figure]]],
    comparisons: Sequence[tuple[Run, Run, Comparison]],
    failures: Sequence[str],
) -> str:
    """Return everything as JSON: figures by name, percentages from 0 to 100."""
    content = {
        "runs": [
            {
                "file": run.file,
                "reader": run.reader,
                "threshold": run.threshold,
                "figures": _by_name(figures),
                "wrong": [outcome.id for outcome in run.outcomes if not outcome.right],
                "changed": _changed(run),
            }
            for run, figures in runs
        ],
        "comparisons": [
            {
                "file": new.file,
                "reader": new.reader,
                "against": old.reader,
                "better": [outcome.id for outcome in found.better],
                "worse": [outcome.id for outcome in found.worse],
                "chance": found.chance,
                "differences": _by_name(found.differences),
            }
            for old, new, found in comparisons
        ],
        "failures": failures,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _distracted(runs: Sequence[Run]) -> list[str]:
    """Return a line that says for each run how many answers `--distract` changed."""
    again = sum(outcome.undistracted is not None for outcome in runs[0].outcomes)
    changed = (f"{len(_changed(run)):,} with the {run.reader} reader" for run in runs)
    asked = f"{again:,} asked again after two questions about another article"
    line = f"{asked}. The answer changed for "
    return [line + ", ".join(changed)] if again else []


def _changed(run: Run) -> list[str]:
    """Return the ids of the questions whose answer `--distract` changed."""
    return [outcome.id for outcome in run.outcomes if outcome.undistracted is False]


def _by_name(figures: Sequence[Figure]) -> dict[str, dict[str, Any]]:
    """Return figures by name, with null for NaN, which JSON does not have."""
    found = {}
    for figure in figures:
        numbers = {"value": figure.value, "low": figure.low, "high": figure.high}
        known = {key: None if math.isnan(number) else number for key, number in numbers.items()}
        found[figure.name] = {**known, "count": figure.count}
    return found


def _answered(label: str, outcome: Outcome) -> str:
    """Return a line with the question, and below it a line with the answer."""
    said = "answered" if outcome.answered else "abstained, nearest"
    left_out = ", its article left out" if outcome.left_out else ""
    lines = (
        f"{outcome.id}{left_out}",
        f"{said} ({outcome.confidence:.2f}): {outcome.quote or 'nothing'}",
    )
    asked, came = (shorten(plain(line), 2 * WIDTH, placeholder=" …") for line in lines)
    return f"  {label:<7} {asked}\n  {'':<7} {came}"


def _cell(figure: Figure | None) -> str:
    return f"**{_value(figure)}** ({_interval(figure)}; {figure.count})" if figure else ""


def _value(figure: Figure, sign: str = "") -> str:
    """Return the value with its unit, rounded to significant digits."""
    unit = figure.definition.unit
    return f"{figure.value:{sign}.{1 if unit else 3}f}{' ' + unit if unit in ('%', 'ms') else ''}"


def _interval(figure: Figure, sign: str = "") -> str:
    if math.isnan(figure.low):
        return ""
    digits = 1 if figure.definition.unit else 3
    return f"{figure.low:{sign}.{digits}f} to {figure.high:{sign}.{digits}f}"
