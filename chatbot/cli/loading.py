"""Loads settings, articles and a bot for the commands, and summarises them in lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chatbot.articles import Corpus
    from chatbot.bot import Bot
    from chatbot.config import Settings
    from chatbot.encoder.vectors import Vectors
    from chatbot.faults import Fault

LANGUAGES = 8
"""At most this many languages of the articles are listed."""

MANY_FILES = 200
"""With this many files or more, reading takes long enough for a progress bar."""

MANY_PASSAGES = 100
"""With more new passages than this, the service searches by words until all are encoded."""


def settings_of(
    config: Path | None, corpus: Path | None, host: str | None = None, port: int | None = None
) -> Settings:
    """Return the settings from the file, overridden by those from the command line."""
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
def shown(label: str, many: int) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows progress on a terminal if there are at least `many` to do."""
    with ExitStack() as shown:
        bars: list[Any] = []

        def show(done: int, total: int) -> None:
            if total >= many and done < total and not bars and sys.stderr.isatty():
                bar = click.progressbar(length=total, label=label, file=sys.stderr)
                bars.append(shown.enter_context(bar))
            for bar in bars:
                bar.update(done - bar.pos)

        yield show


def new_bot(settings: Settings) -> tuple[Bot, Corpus]:
    """Return a bot whose passages are not encoded yet, and its corpus.

    On a terminal, a progress bar is shown if there are many files to read.
    """
    from chatbot.bot import Bot
    from chatbot.index import kept
    from chatbot.parallel import cores

    with shown("Reading", MANY_FILES) as show:
        index, found = kept.ready(settings, show, cores())
    return Bot(settings, index), found


def vectors_of(settings: Settings) -> Vectors | None:
    """Return the store of vectors; None if the retriever needs no vectors."""
    from chatbot import retrievers

    return retrievers.vectors(settings, settings.index.dir)


def ready_bot(settings: Settings) -> Bot:
    """Return a bot for the corpus of the settings, with its passages encoded."""
    bot, _ = new_bot(settings)
    encode(bot, vectors_of(settings))
    return bot


def encode(bot: Bot, vectors: Vectors | None) -> None:
    """Encode the passages of `bot`, if its retriever needs vectors."""
    if vectors:
        with shown("Encoding", MANY_PASSAGES) as show:
            bot.encode(vectors, show)


def prepare(bot: Bot, vectors: Vectors | None) -> None:
    """Do the work that can be done while the service is already answering."""
    encode(bot, vectors)
    bot.prepare()


def size(bot: Bot, found: Corpus) -> str:
    """Return a line with the number of articles, passages and files left out, and the languages."""
    from chatbot.terminal import count

    langs = bot.languages
    most = sorted(langs.items(), key=lambda item: (-item[1], item[0]))[:LANGUAGES]
    told = ", ".join(f"{lang} {number:,}" for lang, number in most)
    told += ", …" if len(langs) > LANGUAGES else ""
    left_out = len({fault.source for fault in found.faults if fault.left_out})
    excluded = f", {len(found.excluded):,} excluded" if found.excluded else ""
    articles = count(len(bot.articles), "article") + (f" ({told})" if langs.keys() - {"en"} else "")
    return f"{articles}, {count(len(bot.passages), 'passage')}; {left_out:,} left out{excluded}"


def one_line(fault: Fault) -> str:
    """Return a fault of the corpus on one line."""
    return f"{fault.source}: {fault.message}{' (left out)' if fault.left_out else ''}"
