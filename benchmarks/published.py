"""Measures how good the answers to the questions of published data sets are.

    python -m benchmarks.published [OPTION ...] FILE...

Besides the formats that `chatbot evaluate` reads, a file may have that of StackFAQ or CANARD. It
must have its own articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from benchmarks import canard
from benchmarks.canard import read_dialogues
from benchmarks.stackfaq import read_threads
from chatbot.cli.evaluate import measure
from chatbot.config import read_settings
from chatbot.evaluation import cases, report, sampled
from chatbot.evaluation.cases import CaseFile
from chatbot.evaluation.figures import METRICS, Figure, compare, figures
from chatbot.evaluation.runs import read_runs, run_of, write_runs

FILE = click.Path(path_type=Path, dir_okay=False)
ROWS = (*METRICS[:-2], *canard.FIGURES, *METRICS[-2:])
"""The rows of a table; the times come last."""


def read_cases(path: Path) -> CaseFile:
    """Return the cases of a file in any format, like `chatbot.evaluation.cases.read_cases`."""
    return cases.read_cases(path, [read_threads, read_dialogues])


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--config", type=FILE, help="Settings file; by default config.toml.")
@click.option("--reader", "readers", multiple=True, help="Reader to measure; may be repeated.")
@click.option("--limit", type=click.IntRange(1), help="Ask only this many questions.")
@click.option("--save", type=FILE, help="Save the result of each question to this file.")
@click.option("--compare", "earlier", type=FILE, help="Print what changed since this was saved.")
@click.option("--markdown", is_flag=True, help="Print tables, with a column for each reader.")
def main(
    files: Sequence[Path],
    config: Path | None,
    readers: Sequence[str],
    limit: int | None,
    save: Path | None,
    earlier: Path | None,
    markdown: bool,
) -> None:
    """Measure how good the answers to the questions of each FILE... are."""
    settings = read_settings(config)
    old = read_runs(earlier) if earlier else []
    runs = []
    for path in files:
        file = read_cases(path)
        if not file.articles:
            raise click.UsageError(f"{path} has no articles of its own; use chatbot evaluate")
        file = replace(file, cases=tuple(sampled(file.cases, limit or len(file.cases))))
        shared = canard.figures(settings, file)
        found = [measure(settings, file, name) for name in readers or (settings.reader.engine,)]
        columns = [(run, _in_order([*figures(run), *shared])) for run in found]
        if markdown:
            click.echo(report.markdown(columns, ROWS) + "\n")
        else:
            click.echo("".join(report.table(*column) + "\n\n" for column in columns), nl=False)
        if earlier:
            for run in found:
                before = run_of(run.file, run.reader, old, earlier)
                click.echo(report.comparison(before, run, compare(before, run)) + "\n")
        runs += found
    if save:
        write_runs(save, runs)


def _in_order(found: Sequence[Figure]) -> list[Figure]:
    return sorted(found, key=lambda figure: ROWS.index(figure.definition))


if __name__ == "__main__":
    main()
