"""The command `chatbot evaluate`: asks the questions in files and judges the answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chatbot.config import Settings
    from chatbot.evaluation.cases import CaseFile
    from chatbot.evaluation.figures import Figure
    from chatbot.evaluation.runs import Run

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


def _files(context: click.Context, argument: click.Argument, given: Sequence[Path]) -> list[Path]:
    """Check that no two files have the same name, since figures are listed by file name."""
    twice = {path.name for path in given if sum(path.name == other.name for other in given) > 1}
    if twice:
        raise click.UsageError(f"two files have the name {', '.join(sorted(twice))}")
    return list(given)


def _bound(context: click.Context, option: click.Option, given: Sequence[str]) -> dict[str, float]:
    """Return the values of `--fail-under NAME=VALUE` by name."""
    from chatbot.evaluation.figures import DEFINITIONS

    bounds = {}
    for text in given:
        name, _, value = text.partition("=")
        if name not in DEFINITIONS:
            raise click.BadParameter(f"no figure {name!r}; known are: {', '.join(DEFINITIONS)}")
        try:
            bounds[name] = float(value)
        except ValueError:
            raise click.BadParameter(f"{text!r} is not of the form {name}=NUMBER") from None
    return bounds


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE, callback=_files)
@click.option("--config", type=FILE, help="Settings file; by default config.toml.")
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the articles to ask about, instead of those in a FILE.",
)
@click.option("--reader", "readers", multiple=True, help="Reader to measure; may be repeated.")
@click.option("--leave-out", is_flag=True, help="Ask again without the article that answers.")
@click.option("--distract", is_flag=True, help="Ask again after two questions about other things.")
@click.option("--limit", type=click.IntRange(1), help="Ask only this many questions.")
@click.option("--save", type=FILE, help="Save the result of each question to this file.")
@click.option("--compare", type=FILE, help="Print what changed since this file was saved.")
@click.option(
    "--fail-under", "bounds", multiple=True, callback=_bound, metavar="NAME=VALUE",
    help="Exit code 1 if this figure is worse; may be repeated.",
)  # fmt: skip
@click.option("--figures", "drawings", type=FOLDER, help="Draw the figures as PNG in this folder.")
@click.option("--json", "form", flag_value="json", help="Print the figures as JSON.")
@click.option(
    "--markdown", "form", flag_value="markdown",
    help="Print them as tables, with a column for each reader.",
)  # fmt: skip
def evaluate(
    files: Sequence[Path],
    config: Path | None,
    corpus: Path | None,
    readers: Sequence[str],
    leave_out: bool,
    distract: bool,
    limit: int | None,
    save: Path | None,
    compare: Path | None,
    bounds: dict[str, float],
    drawings: Path | None,
    form: str | None,
) -> None:
    """Measure how good the answers to the questions of each FILE... are.

    A file of questions about your own articles has a line for each conversation:
    {"turns": [{"question": "When are you open?", "contains": "from 9 to 5"}]}, or "abstain" if
    your articles do not answer. The exit code is 1 if one of these gets a wrong answer.
    """
    from chatbot.config import read_settings
    from chatbot.evaluation.cases import read_cases
    from chatbot.evaluation.figures import figures
    from chatbot.evaluation.runs import read_runs, run_of, write_runs

    settings = read_settings(config)
    earlier = read_runs(compare) if compare else []
    read = [read_cases(path) for path in files]
    guards = {file.name for file in read if not file.articles}
    asked = [_about(file, settings, corpus, limit) for file in read]
    if compare:
        for file in asked:  # fails now, not after minutes of asking
            run_of(file.name, "", earlier, compare)
    runs = [
        measure(settings, file, reader, leave_out, distract)
        for file in asked
        for reader in readers or (settings.reader.engine,)
    ]
    measured = [(run, figures(run)) for run in runs]
    failures = list(_failures(measured, bounds, guards))
    old = [run_of(run.file, run.reader, earlier, compare) for run in runs] if compare else []
    _show(measured, old, failures, guards, form)
    if save:
        write_runs(save, runs)
    if drawings:
        _draw(runs, drawings)
    for failure in failures:
        click.echo(failure, err=True)
    if failures:
        sys.exit(1)


def _draw(runs: Sequence[Run], folder: Path) -> None:
    from chatbot.evaluation.drawings import draw

    for path in draw(runs, folder):
        click.echo(f"drawn: {path}", err=True)


def _about(file: CaseFile, settings: Settings, corpus: Path | None, limit: int | None) -> CaseFile:
    """Return the file with the articles to ask about, and only `limit` of its cases."""
    from chatbot.articles import read_corpus
    from chatbot.evaluation import sampled
    from chatbot.evaluation.cases import relocated

    cases = file.cases
    if corpus or not file.articles:
        found = read_corpus(corpus or settings.corpus.where, settings.corpus.max_bytes)
        cases = tuple(relocated(cases, file.articles, found.articles))
        file = replace(file, articles=found.articles)
    return replace(file, cases=tuple(sampled(cases, limit)) if limit else cases)


def measure(
    settings: Settings,
    file: CaseFile,
    reader: str,
    leave_out: bool = False,
    distract: bool = False,
) -> Run:
    """Return the outcomes of a file with a reader; a progress bar is shown on a terminal."""
    from chatbot.evaluation import by_article, evaluate

    chosen = settings.reader.model_copy(update={"engine": reader})
    again = sum(map(len, by_article(file.cases).values())) if leave_out else 0
    with _progress(file.name, len(file.cases) + again) as on_progress:
        changed = settings.model_copy(update={"reader": chosen})
        return evaluate(changed, file, leave_out, distract, on_progress)


def _show(
    measured: Sequence[tuple[Run, Sequence[Figure]]],
    old: Sequence[Run],
    failures: Sequence[str],
    guards: set[str],
    form: str | None,
) -> None:
    """Print the figures of each run, and the differences from the `old` run of each."""
    from chatbot.evaluation import report
    from chatbot.evaluation.figures import compare

    pairs = zip(old, (run for run, _ in measured), strict=True) if old else ()
    comparisons = [(before, now, compare(before, now)) for before, now in pairs]
    if form == "json":
        click.echo(report.as_json(measured, comparisons, failures))
    elif form == "markdown":
        for file in dict.fromkeys(run.file for run, _ in measured):
            columns = [found for found in measured if found[0].file == file]
            click.echo(report.markdown(columns) + "\n")
    else:
        for run, found in measured:
            click.echo(report.table(run, found) + "\n")
            if run.file in guards and not all(outcome.right for outcome in run.outcomes):
                click.echo(report.wrong(run) + "\n")
        for changed in comparisons:
            click.echo(report.comparison(*changed) + "\n")


@contextmanager
def _progress(label: str, length: int) -> Iterator[Any]:
    """Show a progress bar if the output is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


def _failures(
    measured: Sequence[tuple[Run, list[Figure]]], bounds: dict[str, float], guards: set[str]
) -> Iterator[str]:
    """Yield a message for each file with a wrong answer, and for each `--fail-under` not met."""
    from chatbot.evaluation.figures import missed

    for run, found in measured:
        wrong = sum(not outcome.right for outcome in run.outcomes)
        if run.file in guards and wrong:
            share = f"{wrong} of {len(run.outcomes)} answers are wrong"
            yield f"{run.file}, {run.reader} reader: {share}"
        for figure in found:
            bound = bounds.get(figure.name)
            if bound is not None and missed(figure, bound):
                side = "over" if figure.definition.lower_is_better else "under"
                value = f"{figure.name} is {figure.value:.4g}, {side} {bound:g}"
                yield f"{run.file}, {run.reader} reader: {value}"
    names = {figure.name for _, found in measured for figure in found}
    for name in bounds.keys() - names:
        yield f"{name}: none of these files measures it"
