"""The command line: what an owner needs to serve articles, and to see what becomes of them.

Whatever takes long to import is imported by the command that needs it, so that `--help` is quick.
"""

from __future__ import annotations

import io
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chatbot import __version__
from chatbot.cli.evaluate import evaluate
from chatbot.cli.forget import forget
from chatbot.cli.importing import import_
from chatbot.cli.report import report
from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from chatbot.articles import Corpus
    from chatbot.bot import Bot
    from chatbot.config import Settings
    from chatbot.encoder.vectors import Vectors
    from chatbot.faults import Fault

ABSTAINED = 3
"""Exit code of `ask` when the articles do not answer."""

TOKEN = "CHATBOT_REPORT_TOKEN"
"""The environment variable with the password of `/report`; without it there is no such page."""

LANGUAGES = 8
"""So many languages of the articles are told at most."""

MANY_FILES = 200
"""From as many files on, reading them takes long enough to show how far it is."""

MANY_PASSAGES = 100
"""More new passages than these are encoded while the service answers already, by words alone."""


class Commands(click.Group):
    """A group of commands that tells errors of ours in a line and exits 2."""

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
            # A sign that the terminal's encoding does not have is no reason to stop.
            stream.reconfigure(errors="replace")


main.add_command(evaluate)
main.add_command(import_)
main.add_command(forget)
main.add_command(report)


def _of_the_articles(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which articles and which settings."""
    for option in (
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Settings file; without it config.toml of this folder, if there is one.",
        ),
        click.option(
            "--corpus",
            type=click.Path(path_type=Path, file_okay=False, exists=True),
            help="Folder of the articles, instead of the one that the settings name.",
        ),
    ):
        command = option(command)
    return command


@main.command()
@_of_the_articles
@click.option("--host", help="Address to listen at, instead of the one that the settings name.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen at, instead of the one that the settings name; 0 is any that is free.",
)
def serve(config: Path | None, corpus: Path | None, host: str | None, port: int | None) -> None:
    """Serve the articles: a page to ask on, and POST /ask."""
    from chatbot import logs, server, wsgi
    from chatbot.store.keeper import Keeper

    settings = _settings(config, corpus, host, port)
    logs.set_up(settings.server.log)
    bot, found = _bot(settings)
    vectors = _vectors(settings)
    if vectors and bot.unencoded(vectors) <= MANY_PASSAGES:
        bot.encode(vectors)
        vectors = None
    click.echo(f"{_size(bot, found)}; {bot.reader_name} reader")
    if found.faults:
        click.echo("`chatbot check` says what is wrong with which files.")
    keeper = Keeper(settings.store) if settings.store.enabled else None

    def ready(address: str) -> None:
        click.echo(f"Ready at {address}")
        threading.Thread(target=_prepare, args=(bot, vectors), daemon=True).start()

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
    settings = _settings(config, corpus)
    bot, found = _bot(settings)
    vectors = _vectors(settings)
    if vectors:
        with _shown("Encoding", MANY_PASSAGES) as show:
            bot.encode(vectors, show)
    click.echo(_size(bot, found))


@main.command()
@click.argument("question")
@_of_the_articles
@click.option("--json", "as_json", is_flag=True, help="Print the body that POST /ask answers with.")
def ask(question: str, config: Path | None, corpus: Path | None, as_json: bool) -> None:
    """Answer QUESTION with the sentence that says it; exit 3 when none does."""
    from chatbot import terminal

    settings = _settings(config, corpus)
    bot = _ready_bot(settings)
    answer = bot.ask(_typed(question))
    if as_json:
        from chatbot import wsgi
        from chatbot.schema import answer_body

        ids = (f"a_{secrets.token_urlsafe(16)}", f"c_{secrets.token_urlsafe(16)}")
        service = f"{wsgi.address(settings.server.host, settings.server.port)}/"
        click.echo(answer_body(bot, answer, *ids, service).model_dump_json(indent=2))
    else:
        click.echo(terminal.answer(answer, bot.articles, bot.parts))
    if answer.status == "abstained":
        sys.exit(ABSTAINED)


@main.command()
@_of_the_articles
@click.option("--all", "each", is_flag=True, help="List each file, not only each kind of fault.")
def check(config: Path | None, corpus: Path | None, each: bool) -> None:
    """Say what is wrong with the articles; exit 1 when one had to be left out."""
    from chatbot import faults
    from chatbot.formats import SUFFIXES
    from chatbot.terminal import plain

    settings = _settings(config, corpus)
    bot, found = _bot(settings)
    for line in map(_line, found.faults) if each else faults.summary(found.faults):
        click.echo(plain(line))
    if not bot.articles:
        seen = [*found.excluded, *(fault.source for fault in found.faults)]
        there = (
            f"of what is there ({faults.suffixes(seen)}) nothing" if seen else "nothing is there"
        )
        known = ", ".join(SUFFIXES)
        raise ChatbotError(
            f"no articles: {there}{' can be served' if seen else ''}; they end in {known}"
        )
    click.echo(_size(bot, found))
    if any(fault.left_out for fault in found.faults):
        sys.exit(1)


@main.command()
@click.argument("article", required=False)
@_of_the_articles
def passages(article: str | None, config: Path | None, corpus: Path | None) -> None:
    """List what was indexed and where it was cut; of one ARTICLE, its sentences too."""
    from chatbot import terminal

    settings = _settings(config, corpus)
    bot, _ = _bot(settings)
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
    """Say why QUESTION is answered with this sentence and not with the next."""
    from chatbot import terminal
    from chatbot.language import kinds, text

    question = _typed(question)
    settings = _settings(config, corpus)
    bot = _ready_bot(settings)
    answer = bot.ask(question)
    reading = answer.question.reading
    asked = tuple(dict.fromkeys(text.terms(reading)))
    reader = f"{bot.reader_name} reader, threshold {settings.reader.threshold:g}"
    click.echo(f"Words: {', '.join(asked)}")
    click.echo(f"Kind: {kinds.asked(reading)}")
    click.echo(f"Outcome: {answer.status}, confidence {answer.confidence:.2f} ({reader})")
    considered = bot.explain(question, limit)
    for place, candidate in enumerate(considered):
        source = bot.articles[candidate.hit.passage.article].source
        click.echo(f"\n{terminal.explanation(place, considered, asked, source)}")


# Parts


def _typed(argument: str) -> str:
    """Return what was typed; what is no character in this terminal's encoding is U+FFFD."""
    return os.fsencode(argument).decode("utf-8", "replace")


def _settings(
    config: Path | None, corpus: Path | None, host: str | None = None, port: int | None = None
) -> Settings:
    """Return the settings, with what the command line says in place of what the file says."""
    from chatbot.config import read_settings

    settings = read_settings(config)
    changes: dict[str, dict[str, Any]] = {
        "corpus": {"dir": corpus, "sources": () if corpus else None},
        "server": {"host": host, "port": port},
    }
    sections = {
        section: getattr(settings, section).model_copy(
            update={key: value for key, value in values.items() if value is not None}
        )
        for section, values in changes.items()
    }
    return settings.model_copy(update=sections)


@contextmanager
def _shown(label: str, many: int) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows on a terminal how many are done of how many, if these are `many`."""
    with ExitStack() as shown:
        bars: list[Any] = []

        def show(done: int, total: int) -> None:
            if total >= many and done < total and not bars and sys.stderr.isatty():
                bar = click.progressbar(length=total, label=label, file=sys.stderr)
                bars.append(shown.enter_context(bar))
            for bar in bars:
                bar.update(done - bar.pos)

        yield show


def _bot(settings: Settings) -> tuple[Bot, Corpus]:
    """Return a bot whose passages are not encoded yet, and what is wrong with its articles.

    On a terminal, show how far reading is where it takes long.
    """
    from chatbot.bot import Bot
    from chatbot.index import kept
    from chatbot.parallel import cores

    with _shown("Reading", MANY_FILES) as show:
        index, found = kept.ready(settings, show, cores())
    return Bot(settings, index), found


def _vectors(settings: Settings) -> Vectors | None:
    """Return the vectors that are kept beside the settings; None where none are needed."""
    from chatbot import retrievers

    return retrievers.vectors(settings, settings.index.dir)


def _ready_bot(settings: Settings) -> Bot:
    """Return a bot for the corpus of the settings, its passages encoded."""
    bot, _ = _bot(settings)
    vectors = _vectors(settings)
    if vectors:
        with _shown("Encoding", MANY_PASSAGES) as show:
            bot.encode(vectors, show)
    return bot


def _prepare(bot: Bot, vectors: Vectors | None) -> None:
    """Do what is done while the service answers already."""
    if vectors:
        with _shown("Encoding", MANY_PASSAGES) as show:
            bot.encode(vectors, show)
    bot.prepare()


def _size(bot: Bot, found: Corpus) -> str:
    """Return how much there is, in which languages if not English, and how much is not served."""
    from chatbot.terminal import count

    langs = bot.languages
    most = sorted(langs.items(), key=lambda item: (-item[1], item[0]))[:LANGUAGES]
    told = ", ".join(f"{lang} {number:,}" for lang, number in most)
    told += ", …" if len(langs) > LANGUAGES else ""
    left_out = len({fault.source for fault in found.faults if fault.left_out})
    excluded = f", {len(found.excluded):,} excluded" if found.excluded else ""
    articles = count(len(bot.articles), "article") + (f" ({told})" if langs.keys() - {"en"} else "")
    return f"{articles}, {count(len(bot.passages), 'passage')}; {left_out:,} left out{excluded}"


def _line(fault: Fault) -> str:
    """Return a fault of the corpus on one line."""
    return f"{fault.source}: {fault.message}{' (left out)' if fault.left_out else ''}"
