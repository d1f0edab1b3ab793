"""Turns the files of the corpus into articles, and reports each file that cannot become one.

`opening` opens the files, `formats` reads their content, and `naming` makes ids and titles.
"""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chatbot.articles import opening
from chatbot.articles.naming import article_id, name_title
from chatbot.config import Source
from chatbot.errors import ArticleError
from chatbot.faults import NO_TEXT, ON_PURPOSE, Fault
from chatbot.formats import Parsed, parse, read_characters
from chatbot.formats.fields import Fields, why_withheld
from chatbot.parallel import each
from chatbot.passages import shortened
from chatbot.sources import File, Listing, languages, list_files, relative_to
from chatbot.sources.addresses import page_address
from chatbot.sources.settings import site_values
from chatbot.types import Article

LONGEST_TITLE = 300
"""At most this many characters of a title or alias are kept, since each passage repeats them."""
MOST_ALIASES = 100
_TEMPLATE = ("{{", "{%", "<%", "${")
"""The start of a placeholder that a site generator fills."""
_SAME_TITLE = 10
"""If at least this many articles have the same title, it comes from a template."""
_VALUES = {False: ("{{", "{%"), True: ("|", "{")}
"""The marks before a value of the site's settings; True: in reStructuredText and AsciiDoc."""


@dataclass(frozen=True)
class Corpus:
    """All articles, in the order of their files, and all faults."""

    articles: tuple[Article, ...]
    faults: tuple[Fault, ...]
    excluded: tuple[str, ...] = ()
    """The files that the globs of the sources exclude."""


@dataclass(frozen=True, slots=True)
class Read:
    """The result of reading a file."""

    article: Article | None
    faults: tuple[Fault, ...]
    """All its problems."""
    is_alone: bool = True
    """Whether the result depends only on the file: on no other file, and on no date."""


def read_corpus(
    where: Path | Sequence[Source],
    max_bytes: int,
    on_progress: Callable[[int, int], None] | None = None,
    workers: int = 1,
) -> Corpus:
    """Return the articles in a folder, or in all sources, in order of their paths.

    A file that cannot become an article is reported as a fault; it never raises an exception. Of
    two files with the same id, only the first becomes an article. `on_progress` is called after
    each file, with the number of files done and of all files. Many files are read by up to
    `workers` processes.

    Raises:
        ArticleError: a folder is missing or cannot be listed.
        SettingsError: the path of a source is missing, or one of its globs matches nothing.
    """
    site_values.cache_clear()
    listing = list_files(where)
    return corpus_of(listing, read_files(listing, max_bytes, on_progress, workers))


def read_files(
    listing: Listing,
    max_bytes: int,
    on_progress: Callable[[int, int], None] | None = None,
    workers: int = 1,
    known: Sequence[Read | None] | None = None,
) -> list[Read]:
    """Return the result for each file of `listing`, as `read_corpus` reads it.

    `known` has the results for files that have not changed, and None for those to read.
    """
    known = known or [None] * len(listing.files)
    new = [file for file, read in zip(listing.files, known, strict=True) if read is None]
    fresh = each(partial(_try, max_bytes=max_bytes), new, workers)
    reads: list[Read] = []
    for read in known:
        reads.append(next(fresh) if read is None else read)
        if on_progress:
            on_progress(len(reads), len(listing.files))
    return reads


def corpus_of(listing: Listing, reads: Iterable[Read]) -> Corpus:
    """Return the corpus of files that were read, in the order of `listing`."""
    faults = list(listing.faults)
    articles: dict[str, Article] = {}
    for read in reads:
        faults += read.faults
        article = read.article
        if article and article.id in articles:
            other = articles[article.id].source
            message = f"has the same id as {other}, “{article.id}”; rename one of them"
            faults.append(Fault(article.source, message, True, "has the same id as another"))
        elif article:
            articles[article.id] = article
    faults += _same_titles(articles.values())
    faults.sort(key=lambda fault: fault.source)
    return Corpus(tuple(articles.values()), tuple(faults), tuple(listing.excluded.values()))


def read_article(path: Path, folder: Path, max_bytes: int) -> tuple[Article, tuple[Fault, ...]]:
    """Return the article in the file at `path` below `folder`, and warnings about it.

    Raises:
        ArticleError: it cannot become an article; the message names the file and says why.
    """
    relative = relative_to(path, folder)
    try:
        read = _read(File(path, folder, relative, relative, Source(path=folder)), max_bytes, [])
    except ArticleError as error:
        raise ArticleError(f"{relative}: {error}", error.kind) from error
    return read


def _try(file: File, max_bytes: int) -> Read:
    """Return the result of reading a file."""
    besides: list[str] = []
    try:
        article, faults = _read(file, max_bytes, besides)
    except ArticleError as error:
        left_out = error.kind not in ON_PURPOSE
        fault = Fault(file.name, str(error), left_out, error.kind)
        return Read(None, (fault,), not besides)
    return Read(article, faults, not besides)


def _parsed(file: File, max_bytes: int, besides: list[str]) -> tuple[Parsed, str | None]:
    """Return the parsed file, and a warning if its encoding had to be guessed.

    Other files on which the result may depend are added to `besides`.
    """

    def included(name: str) -> str | None:
        besides.append(name)
        return opening.included(name, file, max_bytes)

    format = opening.format_of(file.path)
    data = opening.read_bytes(file.path, file.root, max_bytes)
    content, guess = read_characters(data, format)
    opening.check_size(content)
    if any(mark in content for mark in _VALUES[format in ("rst", "asciidoc")]):
        besides.append("the settings of the site")
    try:
        site = site_values(file.path.parent, file.root)
        return parse(content, format, included, site), guess
    except ArticleError:
        raise
    except Exception as error:
        # Parsers are libraries: if a file makes them fail, the other files are still served.
        raise ArticleError(f"cannot be parsed: {type(error).__name__}: {error}") from error


def _read(file: File, max_bytes: int, besides: list[str]) -> tuple[Article, tuple[Fault, ...]]:
    """Return the same as `read_article`, but messages do not name the file.

    What else the result depends on is added to `besides`: other files, or the date.
    """
    parsed, guess = _parsed(file, max_bytes, besides)
    fields = parsed.fields
    besides += [str(day) for day in (fields.publish_from, fields.publish_until) if day]
    if withheld := why_withheld(fields, datetime.date.today()):
        kind, message = withheld
        raise ArticleError(message, kind)
    if not any(character.isalnum() for character in parsed.text):
        if parsed.fields != Fields():
            raise ArticleError("has no words below its front matter", NO_TEXT)
        raise ArticleError("has no words")
    lang = file.source.lang or fields.lang or languages.of_place(file.relative, parsed.text) or "en"
    plain_name = languages.as_folder(file.name, lang)
    title = fields.title or name_title(plain_name)
    notes = [guess] if guess else []
    if any(sign in title for sign in _TEMPLATE):
        notes.append(f"has a template for its title: {title}")
        title = name_title(plain_name)
    article = Article(
        id=article_id(file.name),
        title=shortened(title, LONGEST_TITLE),
        text=parsed.text,
        blocks=parsed.blocks,
        source=file.name,
        url=_address(file, fields, lang),
        published=fields.published,
        place=parsed.place,
        lang=lang,
        aliases=tuple(shortened(alias, LONGEST_TITLE) for alias in fields.aliases[:MOST_ALIASES]),
        questions=fields.questions,
        links=parsed.links,
        weight=file.source.weight,
        abbreviations=fields.abbreviations,
    )
    notes += parsed.warnings
    return article, tuple(Fault(file.name, note, left_out=False) for note in notes)


def _same_titles(articles: Iterable[Article]) -> Iterator[Fault]:
    """Yield a warning for each article whose title many others also have."""
    by_title: dict[str, list[Article]] = {}
    for article in articles:
        by_title.setdefault(article.title, []).append(article)
    for title, same in by_title.items():
        if len(same) >= _SAME_TITLE:
            message = f"has the title “{title}”, as {len(same) - 1:,} others have"
            kind = (
                f"has the title “{textwrap.shorten(title, 60, placeholder=' …')}”, as others have"
            )
            yield from (Fault(article.source, message, False, kind) for article in same)


def _address(file: File, fields: Fields, lang: str) -> str | None:
    relative = languages.as_folder(file.relative, lang)
    own = fields.url or fields.permalink
    return page_address(file.source.url, relative, own, fields.slug, file.rule)
