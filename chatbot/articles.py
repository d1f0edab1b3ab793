"""The corpus folder to articles, and a line for every file that cannot be one.

The only module that opens the files of the corpus; what is in them is read by `formats`.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from chatbot.errors import ArticleError
from chatbot.formats import SUFFIXES, Format, parse
from chatbot.formats.encoding import decode
from chatbot.types import Article

_ASSETS = frozenset(  # what lies beside articles and never is one: worth a word, not a failure
    ".avif .bmp .css .gif .ico .jpeg .jpg .js .json .map .mp3 .mp4 .ogg .png .svg .ttf .webm .webp"
    " .woff .woff2 .xml .yaml .yml".split()
)
_INDEXES = frozenset({"index", "readme"})
_LATIN = str.maketrans(  # letters that Unicode does not take apart
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


@dataclass(frozen=True)
class Fault:
    """Something wrong with one file: a line of `chatbot check`."""

    source: str
    """The file, relative to the corpus folder, with forward slashes."""
    message: str
    left_out: bool
    """Whether it is no article because of that; else only a warning."""


@dataclass(frozen=True)
class Corpus:
    """All articles of a folder, and all that is wrong with it, both in order of their files."""

    articles: tuple[Article, ...]
    faults: tuple[Fault, ...]


def read_corpus(
    folder: Path, max_bytes: int, on_progress: Callable[[int, int], None] | None = None
) -> Corpus:
    """Return the articles in `folder` and the folders in it, in order of their paths.

    Hidden files and folders are passed over in silence. A file that cannot be an article is a
    fault, never an exception. Of two files with one id, the first is the article.
    `on_progress` is called after each file with how many are done and how many there are.

    Raises:
        ArticleError: the folder itself is missing or cannot be listed.
    """
    faults: list[Fault] = []
    paths = sorted(_walk(folder, faults), key=lambda path: _source(path, folder))
    articles: dict[str, Article] = {}
    for done, path in enumerate(paths, start=1):
        source = _source(path, folder)
        try:
            article, warnings = _read(path, folder, max_bytes)
        except ArticleError as error:
            left_out = path.suffix.lower() not in _ASSETS
            faults.append(Fault(source, str(error), left_out))
        else:
            faults += warnings
            if article.id in articles:
                other = articles[article.id].source
                message = f"has the same id as {other}, “{article.id}”; rename one of them"
                faults.append(Fault(source, message, left_out=True))
            else:
                articles[article.id] = article
        if on_progress:
            on_progress(done, len(paths))
    faults.sort(key=lambda fault: fault.source)
    return Corpus(tuple(articles.values()), tuple(faults))


def read_article(path: Path, folder: Path, max_bytes: int) -> tuple[Article, tuple[Fault, ...]]:
    """Return the article in the file at `path`, which lies in `folder`, and warnings about it.

    Raises:
        ArticleError: it cannot be one; the message names the file and says why.
    """
    try:
        return _read(path, folder, max_bytes)
    except ArticleError as error:
        raise ArticleError(f"{_source(path, folder)}: {error}") from error


def article_id(source: str) -> str:
    """Return the id of the file at this path: lower-case ASCII letters, digits and hyphens.

    Folders and name, joined: "help/Getting Started.md" is "help-getting-started". What ASCII
    cannot hold ("日本.md") is told apart by the first digits of the path's SHA-256.
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

    That of an "index" or "readme" is its folder's name.
    """
    path = Path(source)
    if path.stem.lower() in _INDEXES and path.parent.name:
        path = path.parent
    words = unicodedata.normalize("NFC", re.sub(r"[\s_-]+", " ", path.stem).strip() or path.name)
    return words[0].upper() + words[1:]


def _walk(folder: Path, faults: list[Fault]) -> Iterator[Path]:
    """Yield every file that is not hidden, in no order; what cannot be listed is a fault."""

    def note(error: OSError) -> None:
        path = Path(os.fsdecode(error.filename))
        if path == folder:
            raise ArticleError(f"{folder}: the corpus cannot be listed: {error.strerror}")
        faults.append(
            Fault(_source(path, folder), f"cannot be listed: {error.strerror}", left_out=True)
        )

    for directory, folders, files in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            path = Path(directory, name)
            if path.is_symlink():  # `os.walk` does not follow it, so that no loop is endless
                message = "is a link to a folder and is not followed"
                faults.append(Fault(_source(path, folder), message, not _is_inside(path, folder)))
        yield from (Path(directory, name) for name in files if not name.startswith("."))


def _read(path: Path, folder: Path, max_bytes: int) -> tuple[Article, tuple[Fault, ...]]:
    """As `read_article`, the message without the file's name."""
    source = _source(path, folder)
    format = _format(path)
    content, guess = decode(_read_bytes(path, folder, max_bytes))
    try:
        parsed = parse(content, format)
    except ArticleError:
        raise
    except Exception as error:
        # Parsers are other people's; whatever a file makes them do, the rest is served.
        raise ArticleError(f"cannot be parsed: {type(error).__name__}: {error}") from error
    if not any(character.isalnum() for character in parsed.text):
        raise ArticleError("holds no words")
    fields = parsed.fields
    article = Article(
        id=article_id(source),
        title=fields.title or name_title(source),
        text=parsed.text,
        blocks=parsed.blocks,
        source=source,
        url=fields.url,
        published=fields.published,
        place=parsed.place,
        lang=fields.lang or "en",
        aliases=fields.aliases,
        questions=fields.questions,
        links=parsed.links,
        abbreviations=fields.abbreviations,
    )
    warnings = (*((guess,) if guess else ()), *parsed.warnings)
    return article, tuple(Fault(source, warning, left_out=False) for warning in warnings)


def _format(path: Path) -> Format:
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    known = ", ".join(SUFFIXES)
    if suffix in _ASSETS:
        raise ArticleError(f"is not an article: those end in {known}")
    raise ArticleError(f"is of a kind that cannot be read; convert it to one of {known}")


def _read_bytes(path: Path, folder: Path, max_bytes: int) -> bytes:
    try:
        if path.is_symlink() and not _is_inside(path, folder):
            raise ArticleError("is a link that leaves the corpus folder, or leads nowhere")
        status = path.stat()
        # Asked before opening: a pipe would keep us waiting for someone to write.
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError("is not a regular file")
        if status.st_size > max_bytes:
            allowed = f"[corpus] max_bytes allows {max_bytes:,}"
            raise ArticleError(f"is too large: {status.st_size:,} bytes; {allowed}")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ArticleError("is gone since the folder was listed") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ArticleError(f"cannot be read: {reason}") from error
    if not data.strip():
        raise ArticleError("is empty")
    return data


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether a link leads to something that exists in `folder`."""
    try:
        return path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop is a RuntimeError before Python 3.13
        return False


def _source(path: Path, folder: Path) -> str:
    """The path in the corpus, the same on every system; bytes that are no text become U+FFFD."""
    relative = path.relative_to(folder).as_posix()
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
