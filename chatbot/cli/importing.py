"""The command `chatbot import`: copies a live site into a folder of the corpus."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import click


@click.command("import")
@click.argument("url", metavar="URL")
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pages; by default one named after the site, in the corpus.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; by default config.toml in this folder, if there is one.",
)
@click.option(
    "--pages", type=click.IntRange(1), default=2_000, show_default=True,
    help="Fetch at most this many pages.",
)  # fmt: skip
@click.option(
    "--pause", type=click.FloatRange(0, 60), default=1.0, show_default=True,
    help="Seconds between two requests; robots.txt may ask for more.",
)  # fmt: skip
@click.option(
    "--max-bytes", type=click.IntRange(1_000), default=5_000_000, show_default=True,
    help="Leave out larger pages.",
)  # fmt: skip
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True,
    help="Stop after this many minutes.",
)  # fmt: skip
def import_(
    url: str,
    folder: Path | None,
    config: Path | None,
    pages: int,
    pause: float,
    max_bytes: int,
    minutes: float,
) -> None:
    """Copy the pages of a site into the corpus, or update the copy.

    URL is a sitemap or a page; from a page, the links to pages below its folder are followed.
    robots.txt is obeyed. Pages that are gone from the site are deleted from the copy. Exit code 1
    if a page could not be fetched.
    """
    from chatbot.config import read_settings
    from chatbot.errors import ChatbotError
    from chatbot.terminal import count, plain

    try:
        from chatbot.importing import Limits, import_site
    except ModuleNotFoundError as error:
        raise ChatbotError(f"needs the extra `import`: {error.name} is not installed") from error

    if folder is None:
        host = (urlsplit(url).hostname or "").strip(".")
        folder = read_settings(config).corpus.dir / (host.replace(":", "-") or "site")
    limits = Limits(pages, max_bytes, minutes * 60, pause)
    shown = click.echo if sys.stderr.isatty() else (lambda line, err: None)
    done = import_site(url, folder, limits, lambda address: shown(plain(address), err=True))
    for line in (*done.left_out, *done.failed):
        click.echo(plain(line), err=True)
    numbers = (f"{done.new} new, {done.changed} changed, {done.same} unchanged"
               f", {done.deleted} deleted")  # fmt: skip
    click.echo(f"{count(done.new + done.changed + done.same, 'page')} in {folder}: {numbers}")
    click.echo(f"{len(done.left_out)} left out, {len(done.failed)} failed")
    if done.stopped:
        click.echo(f"Stopped early: {done.stopped}.", err=True)
    if done.failed or done.stopped:
        sys.exit(1)
