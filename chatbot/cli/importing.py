"""The command `chatbot import`: a live site into a folder of the corpus."""

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
    help="Folder for the pages; without it one named after the site, in the corpus.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; without it config.toml of this folder, if there is one.",
)
@click.option(
    "--pages", type=click.IntRange(1), default=2_000, show_default=True,
    help="Fetch at most so many.",
)  # fmt: skip
@click.option(
    "--pause", type=click.FloatRange(0, 60), default=1.0, show_default=True,
    help="Seconds between two requests; robots.txt may ask for more.",
)  # fmt: skip
@click.option(
    "--max-bytes", type=click.IntRange(1_000), default=5_000_000, show_default=True,
    help="Leave out a page that is larger.",
)  # fmt: skip
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True,
    help="Stop after so many.",
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
    """Bring the pages of a site into the corpus, or up to date there.

    URL is a sitemap, or a page: then what it links to below its folder is taken. What robots.txt
    forbids is left alone. A page that is gone from the site is deleted; exit 1 when one could not
    be fetched.
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
    numbers = (f"{done.new} new, {done.changed} changed, {done.same} as before"
               f", {done.deleted} deleted")  # fmt: skip
    click.echo(f"{count(done.new + done.changed + done.same, 'page')} in {folder}: {numbers}")
    click.echo(f"{len(done.left_out)} left out, {len(done.failed)} failed")
    if done.stopped:
        click.echo(f"Not all was fetched: {done.stopped}.", err=True)
    if done.failed or done.stopped:
        sys.exit(1)
