"""The command `chatbot evaluate`: files of questions in, figures out, and whether they hold."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from chatbot.config import Settings
    from chatbot.evaluation.cases import CaseFile
    from chatbot.evaluation.figures import Figure
    from chatbot.evaluation.runs import Run

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


def _bound(context: click.Context, option: click.Option, given: Sequence[str]) -> dict[str, float]:
    """Return the bounds of `--fail-under name=value` by name."""
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
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--config", type=FILE, help="Settings file; by default config.toml.")
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the articles to ask about, instead of those in a FILE.",
)
@click.option("--reader", "readers", multiple=True, help="Reader to measure; may be repeated.")
@click.option("--leave-out", is_flag=True, help="Ask again with the article left out.")
@click.option("--distract", is_flag=True, help="Ask again after two other questions.")
@click.option("--limit", type=click.IntRange(1), help="Ask only this many questions.")
@click.option("--save", type=FILE, help="Save the result of each question to this file.")
@click.option("--compare", type=FILE, help="Say what has changed since this file was saved.")
@click.option(
    "--fail-under", "bounds", multiple=True, callback=_bound, metavar="NAME=VALUE",
    help="Exit code 1 if this figure is worse; may be repeated.",
)  # fmt: skip
@click.option("--figures", "drawings", type=FOLDER, help="Draw the figures as PNG in this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--markdown", is_flag=True, help="Print them as tables, a column for each reader.")
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
    as_json: bool,
    markdown: bool,
) -> None:
    """Measure how good the answers to the questions of each FILE... are.

    A file of questions about your own articles has a line for each conversation:
    {"turns": [{"question": "When are you open?", "contains": "from 9 to 5"}]}, or "abstain" where
    your articles do not say it. Exit 1 when one of these comes out wrong.
    """
    from chatbot.config import read_settings
    from chatbot.evaluation import report
    from chatbot.evaluation.cases import read_cases
    from chatbot.evaluation.figures import compare as compared
    from chatbot.evaluation.figures import figures
    from chatbot.evaluation.runs import read_runs, write_runs

    twice = {path.name for path in files if sum(path.name == other.name for other in files) > 1}
    if twice:
        raise click.UsageError(f"two files have the name {', '.join(sorted(twice))}")
    settings = read_settings(config)
    earlier = read_runs(compare) if compare else []
    asked = [read_cases(path) for path in files]
    guards = {file.name for file in asked if not file.articles}
    asked = [_about(file, settings, corpus, limit) for file in asked]
    before = [_before(earlier, file.name, compare) for file in asked] if compare else []

    runs: list[tuple[Run, list[Figure]]] = []
    for file in asked:
        for reader in readers or (settings.reader.engine,):
            run = _run(settings, file, reader, leave_out, distract)
            runs.append((run, figures(run)))
    failures = list(_failures(runs, bounds, guards))
    comparisons = [
        (old, run, compared(old, run))
        for run, _ in runs
        for old in [_before(before, run.file, compare, run.reader)]
    ] if compare else []  # fmt: skip

    if as_json:
        click.echo(report.as_json(runs, comparisons, failures))
    elif markdown:
        for file in asked:
            click.echo(
                report.markdown([found for found in runs if found[0].file == file.name]) + "\n"
            )
    else:
        for run, found in runs:
            click.echo(report.table(run, found) + "\n")
            if run.file in guards and not all(outcome.right for outcome in run.outcomes):
                click.echo(report.wrong(run) + "\n")
        for changed in comparisons:
            click.echo(report.comparison(*changed) + "\n")
    if save:
        write_runs(save, [run for run, _ in runs])
    if drawings:
        from chatbot.evaluation.drawings import draw

        for path in draw([run for run, _ in runs], drawings):
            click.echo(f"drawn: {path}", err=True)
    for failure in failures:
        click.echo(failure, err=True)
    if failures:
        sys.exit(1)


def _about(file: CaseFile, settings: Settings, corpus: Path | None, limit: int | None) -> CaseFile:
    """Return the cases to ask, with the articles to ask about."""
    from chatbot.articles import read_corpus
    from chatbot.evaluation import sampled
    from chatbot.evaluation.cases import relocated

    cases = file.cases
    if corpus or not file.articles:
        found = read_corpus(corpus or settings.corpus.where, settings.corpus.max_bytes)
        cases = tuple(relocated(cases, file.articles, found.articles))
        file = replace(file, articles=found.articles)
    return replace(file, cases=tuple(sampled(cases, limit)) if limit else cases)


def _run(settings: Settings, file: CaseFile, reader: str, leave_out: bool, distract: bool) -> Run:
    from chatbot.evaluation import by_article, evaluate

    chosen = settings.reader.model_copy(update={"engine": reader})
    again = sum(map(len, by_article(file.cases).values())) if leave_out else 0
    with _progress(file.name, len(file.cases) + again) as on_progress:
        changed = settings.model_copy(update={"reader": chosen})
        return evaluate(changed, file, leave_out, distract, on_progress)


@contextmanager
def _progress(label: str, length: int) -> Iterator[Any]:
    """Show on a terminal how far it is; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


def _failures(
    runs: Sequence[tuple[Run, list[Figure]]], bounds: dict[str, float], guards: set[str]
) -> Iterator[str]:
    """Yield what does not hold, each on a line."""
    from chatbot.evaluation.figures import DEFINITIONS, missed

    for run, found in runs:
        wrong = sum(not outcome.right for outcome in run.outcomes)
        if run.file in guards and wrong:
            yield f"{run.file}, {run.reader} reader: {wrong} of {len(run.outcomes)} came out wrong"
        for figure in found:
            bound = bounds.get(figure.name)
            if bound is not None and missed(figure, bound):
                side = "over" if DEFINITIONS[figure.name].lower_is_better else "under"
                value = f"{figure.name} is {figure.value:.4g}, {side} {bound:g}"
                yield f"{run.file}, {run.reader} reader: {value}"
    measured = {figure.name for _, found in runs for figure in found}
    for name in bounds.keys() - measured:
        yield f"{name}: none of these files measures it"


def _before(runs: Sequence[Run], file: str, path: Path | None, reader: str = "") -> Run:
    """Return the run of `file` to compare with: by the same reader if there is one."""
    same = [run for run in runs if run.file == file]
    if not same:
        raise ChatbotError(f"{path}: has nothing of {file}")
    return next((run for run in same if run.reader == reader), same[0])
