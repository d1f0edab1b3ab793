"""Figures and comparisons as text: for people, as the Markdown of `EVALUATION.md`, as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from textwrap import shorten
from typing import Any

from chatbot.evaluation.figures import DEFINITIONS, Comparison, Figure
from chatbot.evaluation.runs import Outcome, Run
from chatbot.terminal import WIDTH, count, plain


def table(run: Run, figures: Sequence[Figure]) -> str:
    """Return a line for each figure: value, 95 % interval, number of questions, meaning."""
    lines = [heading(run), *_distracted([run]), ""]
    for figure in figures:
        lines.append(
            f"  {figure.name:<18}{_value(figure.name, figure.value):>9}"
            f"  {_interval(figure):>16}{figure.count:>7}  {DEFINITIONS[figure.name].meaning}"
        )
    return "\n".join(lines)


def heading(run: Run) -> str:
    """Return what was asked of which reader, on one line."""
    return f"{run.file}: {asked(run)}; {run.reader} reader, threshold {run.threshold:g}"


def asked(run: Run) -> str:
    """Return how many questions a run has, and of what kind."""
    unanswerable = sum(not (o.answerable or o.left_out) for o in run.outcomes)
    left_out = sum(outcome.left_out for outcome in run.outcomes)
    parts = [count(len(run.outcomes) - left_out, "question")]
    if unanswerable:
        parts.append(f"{unanswerable:,} of them unanswerable")
    if left_out:
        parts.append(f"{left_out:,} asked again with their article left out")
    return ", ".join(parts)


def wrong(run: Run) -> str:
    """Return a line for each question of a run that came out wrong, and what came."""
    return "\n".join(_came("wrong", outcome) for outcome in run.outcomes if not outcome.right)


def comparison(old: Run, new: Run, found: Comparison) -> str:
    """Return what changed: figures by how much, then the questions, better ones first."""
    lines = [
        f"{new.file}: {new.reader} reader, threshold {new.threshold:g}, "
        f"against {old.reader} reader, threshold {old.threshold:g}",
        f"  {count(len(found.better), 'question')} better, {len(found.worse):,} worse; "
        f"so uneven by chance: {found.chance:.2g}",
    ]
    if found.unmatched:
        lines.append(f"  {count(found.unmatched, 'question')} only in one of the two, not compared")
    for figure in found.differences:
        if figure.value or figure.low or figure.high:
            value = _value(figure.name, figure.value, sign="+")
            lines.append(
                f"  {figure.name:<18}{value:>9}  {_interval(figure, sign='+'):>16}{figure.count:>7}"
            )
    lines += [_came("better", outcome) for outcome in found.better]
    lines += [_came("worse", outcome) for outcome in found.worse]
    return "\n".join(lines)


def markdown(columns: Sequence[tuple[Run, Sequence[Figure]]]) -> str:
    """Return a section with the figures of one file: a row a figure, a column a reader."""
    runs = [run for run, _ in columns]
    by_name = [{figure.name: figure for figure in figures} for _, figures in columns]
    lines = [
        f"### {runs[0].file}",
        "",
        f"{asked(runs[0])[:1].upper()}{asked(runs[0])[1:]}.",
        *(f"{line}." for line in _distracted(runs)),
        "",
        "".join(["| figure |", *(f" {run.reader} |" for run in runs), " what it says |"]),
        "".join(["|---|", "---|" * len(runs), "---|"]),
    ]
    for name, definition in DEFINITIONS.items():
        if any(name in figures for figures in by_name):
            cells = [_cell(figures.get(name)) for figures in by_name]
            lines.append(f"| `{name}` | {' | '.join(cells)} | {definition.meaning} |")
    return "\n".join(lines)


def as_json(
    runs: Sequence[tuple[Run, Sequence[Figure]]],
    comparisons: Sequence[tuple[Run, Run, Comparison]],
    failures: Sequence[str],
) -> str:
    """Return all of it for programs: figures by name, percentages from 0 to 100."""
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
    """Return a line with how many answers changed after other questions, by each reader."""
    again = sum(outcome.undistracted is not None for outcome in runs[0].outcomes)
    changed = (f"{len(_changed(run)):,} by the {run.reader} reader" for run in runs)
    line = f"{again:,} asked again after two about another article, answered otherwise: "
    return [line + ", ".join(changed)] if again else []


def _changed(run: Run) -> list[str]:
    """Return the ids of the questions answered otherwise after two about another article."""
    return [outcome.id for outcome in run.outcomes if outcome.undistracted is False]


def _by_name(figures: Sequence[Figure]) -> dict[str, dict[str, Any]]:
    """Return figures by name; what is not a number, which JSON does not know, is null."""
    known = {figure.name: asdict(figure) for figure in figures}
    return {
        name: {
            key: None if value != value else value for key, value in fields.items() if key != "name"
        }
        for name, fields in known.items()
    }


def _came(label: str, outcome: Outcome) -> str:
    """Return a question and, below it, what came of it."""
    said = "answered" if outcome.answered else "abstained, nearest"
    left_out = ", its article left out" if outcome.left_out else ""
    lines = (
        f"{outcome.id}{left_out}",
        f"{said} ({outcome.confidence:.2f}): {outcome.quote or 'nothing'}",
    )
    asked, came = (shorten(plain(line), 2 * WIDTH, placeholder=" …") for line in lines)
    return f"  {label:<7} {asked}\n  {'':<7} {came}"


def _cell(figure: Figure | None) -> str:
    if not figure:
        return ""
    return f"**{_value(figure.name, figure.value)}** ({_interval(figure)}; {figure.count})"


def _value(name: str, value: float, sign: str = "") -> str:
    """Return a value in its unit, as precise as it is."""
    unit = DEFINITIONS[name].unit
    return f"{value:{sign}.{1 if unit else 3}f}{' ' + unit if unit in ('%', 'ms') else ''}"


def _interval(figure: Figure, sign: str = "") -> str:
    if math.isnan(figure.low):
        return ""
    digits = 1 if DEFINITIONS[figure.name].unit else 3
    return f"{figure.low:{sign}.{digits}f} to {figure.high:{sign}.{digits}f}"
