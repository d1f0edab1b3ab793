"""The command `chatbot forget`: deletes stored questions and answers."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from chatbot.errors import ChatbotError


@click.command()
@click.argument("conversation", required=False)
@click.option("--question", metavar="TEXT", help="Every turn with TEXT in its question or note.")
@click.option("--all", "every", is_flag=True, help="Every turn.")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; by default config.toml in this folder, if there is one.",
)
def forget(
    conversation: str | None, question: str | None, every: bool, config: Path | None
) -> None:
    """Delete a CONVERSATION, the turns with certain words, or everything.

    Each answer of /ask has the id of its conversation.
    """
    from chatbot.cli.report import opened
    from chatbot.config import read_settings
    from chatbot.terminal import count

    if bool(conversation) + (question is not None) + every != 1:
        raise ChatbotError("give one of: a CONVERSATION, --question TEXT, --all")
    if question is not None and not question.strip():
        raise ChatbotError("--question: must not be empty; --all deletes everything")
    with closing(opened(read_settings(config).store)) as store:
        gone = store.forget(conversation, question, every)
    click.echo(f"{count(gone, 'turn')} deleted")
