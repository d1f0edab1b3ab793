"""Turns the files of the corpus into articles, and reports each file that cannot become one.

This is the only module that opens the files of the corpus; `formats` reads their content.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import stat
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chatbot.config import Source
from chatbot.errors import ArticleError
from chatbot.faults import NO_ARTICLE, NO_TEXT, ON_PURPOSE, UNREADABLE, Fault
from chatbot.formats import SUFFIXES, Format, Parsed, parse, read_characters
from chatbot.formats.encoding import decode
from chatbot.formats.fields import Fields, why_withheld
from chatbot.parallel import each
from chatbot.passages import shortened
from chatbot.sources import File, Listing, is_inside, languages, list_files, relative_to
from chatbot.sources.addresses import INDEXES, address
from chatbot.sources.settings import site_values
from chatbot.types import Article

LONGEST_TITLE = 300
"""How many characters of a title or alias are kept, since each passage repeats them."""
MOST_ALIASES = 100
MOST_LINES, MOST_TAGS, MOST_WORDS = 200_000, 500_000, 200_000
"""A file with more lines, tags or different words than this does not become an article.

A book of a million words has some 120,000 lines and 60,000 different words. A file that has more
of them in the 10 MB that `corpus.max_bytes` allows would take minutes and answer nothing.
"""

_ASSETS = frozenset(  # files beside articles that never are articles: mentioned, but not a failure
    ".avif .bmp .css .gif .ico .jpeg .jpg .js .json .map .mp3 .mp4 .ogg .png .svg .ttf .webm .webp"
    " .woff .woff2 .xml .yaml .yml".split()
)
_LICENCES = (".js.LICENSE.txt", ".css.LICENSE.txt")
_BUILT = frozenset({"_static", "_sources"})
_CONVERTED = {
    ".doc": "a Word file from before 2007; save it as .docx",
    ".odt": "an OpenOffice file; save it as .docx",
    ".rtf": "an RTF file; save it as .docx",
}
"""Formats that cannot be read, and how to convert them."""
_TEMPLATE = ("{{", "{%", "<%", "${")
"""The start of a placeholder that a site generator fills."""
_SAME_TITLE = 10
"""If at least this many articles have the same title, it comes from a template."""
_LATIN = str.maketrans(  # letters that Unicode does not decompose
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


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

    A file that cannot be an article is a fault, never an exception. Of two files with the same id,
    only the first becomes an article. `on_progress` is called after each file, with the number of
    files done and of all files. Many files are read by up to `workers` processes.

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
    """Return the result for each file of `listing`, read as `read_corpus` does.

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


def article_id(source: str) -> str:
    """Return the id of the file at this path: lower-case ASCII letters, digits and hyphens.

    It consists of the folders and the name: "help/Getting Started.md" is "help-getting-started".
    Names beyond ASCII ("日本.md") get the first digits of the SHA-256 of the path.
    """
    path = unicodedata.normalize("NFC", source.removesuffix(Path(source).suffix))
    folded = unicodedata.normalize("NFKD", path.lower().translate(_LATIN))
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if slug and not any(character.isalnum() and not character.isascii() for character in letters):
        return slug
    mark = hashlib.sha256(path.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{slug}-{mark}" if slug else f"article-{mark}"


def name_title(source: str) -> str:
    """Return a title made from a file's name: "help/getting-started.md" is "Getting started".

    For "index" and "readme" it is made from the name of the folder.
    """
    path = Path(source)
    if path.stem.lower() in INDEXES and path.parent.name:
        path = path.parent
    words = unicodedata.normalize("NFC", re.sub(r"[\s_-]+", " ", path.stem).strip() or path.name)
    return words[0].upper() + words[1:]


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
        return _included(name, file, max_bytes)

    format = _format(file.path)
    content, guess = read_characters(_read_bytes(file.path, file.root, max_bytes), format)
    _check_size(content)
    if any(mark in content for mark in _VALUES[format in ("rst", "asciidoc")]):
        besides.append("the settings of the site")
    try:
        site = site_values(file.path.parent, file.root)
        return parse(content, format, included, site), guess
    except ArticleError:
        raise
    except Exception as error:
        # Parsers are libraries: whatever a file makes them raise, the other files are served.
        raise ArticleError(f"cannot be parsed: {type(error).__name__}: {error}") from error


def _read(file: File, max_bytes: int, besides: list[str]) -> tuple[Article, tuple[Fault, ...]]:
    """Return the same as `read_article`, but messages do not name the file.

    Whatever else the result depends on is added to `besides`: other files, or the date.
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
    """Yield a warning for each article whose title many others have too."""
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
    return address(file.source.url, relative, own, fields.slug, file.rule)


def _check_size(content: str) -> None:
    """Check that reading and indexing a file takes only seconds.

    Raises:
        ArticleError: it has too many lines, tags or words; the message says which.
    """
    for what, number, most in (
        ("lines", content.count("\n") + content.count("\r"), MOST_LINES),
        ("tags", content.count("<"), MOST_TAGS),
        ("different words", len(set(content.split())), MOST_WORDS),
    ):
        if number > most:
            raise ArticleError(f"has {number:,} {what}; {most:,} are allowed: split it")


def _format(path: Path) -> Format:
    suffix = path.suffix.lower()
    for folder in _BUILT.intersection(path.parts):
        raise ArticleError(f"is in {folder}, where generators keep no pages", "built file")
    if path.name.endswith(_LICENCES):
        raise ArticleError("is the licence of a script that is part of the site", "built file")
    if suffix in SUFFIXES:
        if path.stem == "404" and SUFFIXES[suffix] == "html":
            raise ArticleError("is what a web server shows if a page is missing", "404 page")
        return SUFFIXES[suffix]
    known = ", ".join(SUFFIXES)
    if suffix in _CONVERTED:
        raise ArticleError(f"is {_CONVERTED[suffix].format(name=path.name)}")
    if suffix in _ASSETS:
        raise ArticleError(f"is not an article: articles end in {known}", NO_ARTICLE)
    raise ArticleError(f"is {UNREADABLE}; convert it to one of {known}", UNREADABLE)


def _included(name: str, file: File, max_bytes: int) -> str | None:
    """Return the content of a file that `file` includes, or None.

    It is looked for beside `file`, then in the folder of the source. It must be inside that folder.
    """
    name = name.lstrip("/@")
    parts = Path(name).parts
    if any(part[0] == "." and part not in (".", "..", ".gitbook") for part in parts):
        return None
    root = file.root
    for place in (file.path.parent, root, root / "_includes", root / "includes"):
        try:
            if is_inside(place / name, root) and (place / name).is_file():
                return decode(_read_bytes(place / name, root, max_bytes))[0]
        except (ArticleError, OSError, ValueError):
            continue
    return None


def _read_bytes(path: Path, folder: Path, max_bytes: int) -> bytes:
    try:
        if path.is_symlink() and not is_inside(path, folder):
            raise ArticleError("is a link that leaves the corpus folder or leads nowhere")
        status = path.stat()
        # Checked before opening: opening a pipe would wait until somebody writes to it.
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError("is not a regular file")
        if status.st_size > max_bytes:
            allowed = f"[corpus] max_bytes allows {max_bytes:,}"
            raise ArticleError(f"is too large: {status.st_size:,} bytes; {allowed}")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ArticleError("was deleted after the folder was listed") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ArticleError(f"cannot be read: {reason}") from error
    if not data.strip():
        raise ArticleError("is empty")
    return data
