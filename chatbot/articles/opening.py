"""Opens the files of the corpus, and rejects those that cannot become articles.

No other module opens them.
"""

from __future__ import annotations

import stat
from pathlib import Path

from chatbot.errors import ArticleError
from chatbot.faults import NO_ARTICLE, UNREADABLE
from chatbot.formats import SUFFIXES, Format
from chatbot.formats.encoding import decode
from chatbot.sources import File, is_inside

MOST_LINES, MOST_TAGS, MOST_WORDS = 200_000, 500_000, 200_000
"""A file with more lines, tags or different words than this does not become an article.

A book of a million words has about 120,000 lines and 60,000 different words. A file of 10 MB
(`corpus.max_bytes`) with far more of them would take minutes and answer nothing.
"""

_ASSETS = frozenset(  # files beside articles that are never articles: listed, but not as failures
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


def format_of(path: Path) -> Format:
    """Return the format of a file, by its name.

    Raises:
        ArticleError: it is not an article; the message says why, and `kind` says so if it is left
        out on purpose.
    """
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


def read_bytes(path: Path, folder: Path, max_bytes: int) -> bytes:
    """Return the content of a file below `folder`.

    Raises:
        ArticleError: it is empty, larger than `max_bytes`, not a regular file, outside `folder`, or
            cannot be read; the message says which.
    """
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


def included(name: str, file: File, max_bytes: int) -> str | None:
    """Return the content of a file that `file` includes, or None.

    The file is searched beside `file`, then in the folder of the source. It must be inside that
    folder.
    """
    name = name.lstrip("/@")
    parts = Path(name).parts
    if any(part[0] == "." and part not in (".", "..", ".gitbook") for part in parts):
        return None
    root = file.root
    for place in (file.path.parent, root, root / "_includes", root / "includes"):
        try:
            if is_inside(place / name, root) and (place / name).is_file():
                return decode(read_bytes(place / name, root, max_bytes))[0]
        except (ArticleError, OSError, ValueError):
            continue
    return None


def check_size(content: str) -> None:
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
