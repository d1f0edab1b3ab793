"""The command `chatbot report`: lists which questions visitors asked and how they were answered."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from chatbot.config import StoreSettings
    from chatbot.store.store import Store


@click.command()
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; by default config.toml in this folder, if there is one.",
)
@click.option("--since", metavar="PERIOD", help="Only the last 12h, 7d or 4w.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def report(config: Path | None, since: str | None, as_csv: bool, as_json: bool) -> None:
    """List the unanswered questions, the most frequent ones and those rated down."""
    from chatbot.cli import report_text
    from chatbot.config import read_settings
    from chatbot.store import report as owner_report

    settings = read_settings(config)
    start = owner_report.start_of(since, datetime.now(UTC)) if since else None
    with closing(opened(settings.store)) as store:
        found = owner_report.owner_report(store.turns(start))
    if as_json:
        click.echo(report_text.as_json(found))
    elif as_csv:
        click.echo(report_text.table(found), nl=False)
    else:
        click.echo(report_text.prose(found))


def opened(settings: StoreSettings) -> Store:
    """Return the store that the settings name.

    Raises:
        ChatbotError: there is nothing stored, or it cannot be opened.
    """
    from chatbot.config import SQLITE

    if not settings.enabled:
        raise ChatbotError("nothing is stored: store.enabled is false")
    file = Path(settings.url.removeprefix(SQLITE))
    if settings.url.startswith(SQLITE) and not file.exists():
        raise ChatbotError(f"nothing was stored yet: {file}: No such file")

    from chatbot.store.store import Store

    return Store(settings.url)
