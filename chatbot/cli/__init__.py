"""The command line for the site owner.

Modules that are slow to import are imported inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

import io
import os
import secrets
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from chatbot import __version__
from chatbot.cli.evaluate import evaluate
from chatbot.cli.forget import forget
from chatbot.cli.importing import import_
from chatbot.cli.loading import (
    MANY_PASSAGES,
    encode,
    new_bot,
    one_line,
    prepare,
    ready_bot,
    settings_of,
    size,
    vectors_of,
)
from chatbot.cli.report import report
from chatbot.errors import ChatbotError

ABSTAINED = 3
"""Exit code of `ask` if the articles do not answer."""

TOKEN = "CHATBOT_REPORT_TOKEN"
"""The environment variable with the password of `/report`; without it, the page does not exist."""


class Commands(click.Group):
    """Runs a command; prints a `ChatbotError` as a one-line error and exits with code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ChatbotError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chatbot", help="Show the version and exit.")
def main() -> None:
    """Answer questions about a folder of articles with quotations from them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A character that the terminal cannot show must not stop the program.
            stream.reconfigure(errors="replace")


main.add_command(evaluate)
main.add_command(import_)
main.add_command(forget)
main.add_command(report)


def _of_the_articles(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options `--config` and `--corpus`."""
    for option in (
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Settings file; by default config.toml in this folder, if there is one.",
        ),
        click.option(
            "--corpus",
            type=click.Path(path_type=Path, file_okay=False, exists=True),
            help="Folder of the articles, instead of the one in the settings.",
        ),
    ):
        command = option(command)
    return command


@main.command()
@_of_the_articles
@click.option("--host", help="Address to listen at, instead of the one in the settings.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen at, instead of the one in the settings; 0 is any free port.",
)
def serve(config: Path | None, corpus: Path | None, host: str | None, port: int | None) -> None:
    """Serve the articles: a page to ask on, and POST /ask."""
    from chatbot import logs, server, wsgi
    from chatbot.store.keeper import Keeper

    settings = settings_of(config, corpus, host, port)
    logs.set_up(settings.server.log)
    bot, found = new_bot(settings)
    vectors = vectors_of(settings)
    if vectors and bot.unencoded(vectors) <= MANY_PASSAGES:
        bot.encode(vectors)
        vectors = None
    click.echo(f"{size(bot, found)}; {bot.reader_name} reader")
    if found.faults:
        click.echo("Some files have problems: `chatbot check` lists them.")
    keeper = Keeper(settings.store) if settings.store.enabled else None

    def ready(address: str) -> None:
        click.echo(f"Ready at {address}")
        threading.Thread(target=prepare, args=(bot, vectors), daemon=True).start()

    try:
        app = server.create_app(bot, settings, keeper, os.environ.get(TOKEN, ""))
        wsgi.serve(app, settings, ready)
    finally:
        if keeper:
            keeper.close()


@main.command()
@_of_the_articles
def index(config: Path | None, corpus: Path | None) -> None:
    """Build the index of the articles beforehand, so that the service starts at once."""
    settings = settings_of(config, corpus)
    bot, found = new_bot(settings)
    encode(bot, vectors_of(settings))
    click.echo(size(bot, found))


@main.command()
@click.argument("question")
@_of_the_articles
@click.option("--json", "as_json", is_flag=True, help="Print the JSON that POST /ask returns.")
def ask(question: str, config: Path | None, corpus: Path | None, as_json: bool) -> None:
    """Answer QUESTION with a sentence from the articles; exit code 3 if none answers."""
    from chatbot import terminal

    settings = settings_of(config, corpus)
    bot = ready_bot(settings)
    answer = bot.ask(_typed(question))
    if as_json:
        from chatbot.bodies import answer_body
        from chatbot.listening import service_address

        ids = (f"a_{secrets.token_urlsafe(16)}", f"c_{secrets.token_urlsafe(16)}")
        service = f"{service_address(settings.server.host, settings.server.port)}/"
        click.echo(answer_body(bot, answer, *ids, service).model_dump_json(indent=2))
    else:
        click.echo(terminal.answer(answer, bot.articles, bot.parts))
    if answer.status == "abstained":
        sys.exit(ABSTAINED)


@main.command()
@_of_the_articles
@click.option("--all", "each", is_flag=True, help="List each file, not only each kind of problem.")
def check(config: Path | None, corpus: Path | None, each: bool) -> None:
    """List what is wrong with the articles; exit code 1 if one could not be read."""
    from chatbot import faults
    from chatbot.formats import SUFFIXES
    from chatbot.terminal import plain

    settings = settings_of(config, corpus)
    bot, found = new_bot(settings)
    for line in map(one_line, found.faults) if each else faults.summary(found.faults):
        click.echo(plain(line))
    if not bot.articles:
        seen = [*found.excluded, *(fault.source for fault in found.faults)]
        there = (
            f"none of the files there ({faults.suffixes(seen)})" if seen else "no files are there"
        )
        known = ", ".join(SUFFIXES)
        raise ChatbotError(
            f"no articles: {there}{' can be served' if seen else ''}; articles end in {known}"
        )
    click.echo(size(bot, found))
    if any(fault.left_out for fault in found.faults):
        sys.exit(1)


@main.command()
@click.argument("article", required=False)
@_of_the_articles
def passages(article: str | None, config: Path | None, corpus: Path | None) -> None:
    """List the passages that can be found; for one ARTICLE, its sentences too."""
    from chatbot import terminal

    settings = settings_of(config, corpus)
    bot, _ = new_bot(settings)
    if article is not None and article not in bot.articles:
        raise ChatbotError(f"no article {article!r}; known are: {', '.join(bot.articles)}")
    for passage in bot.passages:
        if article in (None, passage.article):
            click.echo(terminal.passage(passage))
            if article:
                click.echo(terminal.sentences(passage))


@main.command()
@click.argument("question")
@_of_the_articles
@click.option(
    "--limit", type=click.IntRange(1, 50), default=3, show_default=True,
    help="How many sentences to explain.",
)  # fmt: skip
def explain(question: str, config: Path | None, corpus: Path | None, limit: int) -> None:
    """Say why QUESTION is answered with this sentence and not with another."""
    from chatbot import terminal
    from chatbot.language import kinds, text

    question = _typed(question)
    settings = settings_of(config, corpus)
    bot = ready_bot(settings)
    answer = bot.ask(question)
    understood = answer.question.understood
    asked = tuple(dict.fromkeys(text.terms(understood)))
    reader = f"{bot.reader_name} reader, threshold {settings.reader.threshold:g}"
    click.echo(f"Words: {', '.join(asked)}")
    click.echo(f"Kind: {kinds.asked(understood)}")
    click.echo(f"Outcome: {answer.status}, confidence {answer.confidence:.2f} ({reader})")
    considered = bot.explain(question, limit)
    for place, candidate in enumerate(considered):
        source = bot.articles[candidate.hit.passage.article].source
        click.echo(f"\n{terminal.explanation(place, considered, asked, source)}")


# Parts


def _typed(argument: str) -> str:
    """Return the typed text; bytes that are invalid in the terminal's encoding become U+FFFD."""
    return os.fsencode(argument).decode("utf-8", "replace")
