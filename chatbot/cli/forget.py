"""The command `chatbot forget`: what was kept of a visitor is deleted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from chatbot.errors import ChatbotError


@click.command()
@click.argument("conversation", required=False)
@click.option("--question", metavar="TEXT", help="Every turn in whose question or note TEXT is.")
@click.option("--all", "every", is_flag=True, help="Every turn there is.")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; without it config.toml of this folder, if there is one.",
)
def forget(
    conversation: str | None, question: str | None, every: bool, config: Path | None
) -> None:
    """Delete what was kept: a CONVERSATION, what has some words in it, or all.

    The id of a conversation is in each answer of /ask.
    """
    from chatbot.cli.report import opened
    from chatbot.config import read_settings
    from chatbot.terminal import count

    if bool(conversation) + (question is not None) + every != 1:
        raise ChatbotError("say what to forget: a CONVERSATION, --question TEXT or --all")
    if question is not None and not question.strip():
        raise ChatbotError("--question: must not be empty; --all deletes everything")
    with closing(opened(read_settings(config).store)) as store:
        gone = store.forget(conversation, question, every)
    click.echo(f"{count(gone, 'turn')} deleted")
