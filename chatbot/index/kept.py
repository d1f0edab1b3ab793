"""Opens the index of a corpus if nothing has changed; otherwise builds it again and saves it.

A file's size and times show whether it has changed, so unchanged files are not opened. An index
that is damaged, or was made by another version or with other settings, is not used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import astuple
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from re import match
from typing import Any

import numpy as np

from chatbot.articles import Corpus, Read, corpus_of, read_files
from chatbot.config import Settings
from chatbot.faults import Fault
from chatbot.index import Index, build
from chatbot.index.building import ROWS, digests_of
from chatbot.index.container import Array, Container, DamagedError, write
from chatbot.sources import File, list_files

log = logging.getLogger(__name__)

NAME = "index.bin"
SURE = 2.0
"""A file's times are trusted only if it was at least this many seconds old when it was read.

If a file is changed twice within a moment, it may have the same times after both changes.
"""
PACKAGE = Path(__file__).parent.parent
_MADE_OF = ("*.py", "language/*.npz", "**/*.py")

ShowProgress = Callable[[int, int], None]


def ready(
    settings: Settings, on_progress: ShowProgress | None = None, workers: int = 1
) -> tuple[Index, Corpus]:
    """Return the index of the corpus that the settings name, and the corpus with its faults.

    The corpus has articles only if files were read. If the index cannot be saved, that is logged,
    and the next start builds it again.

    Raises:
        ArticleError, SettingsError: as `articles.read_corpus`.
    """
    path = settings.index.dir / NAME
    began = time.time()
    listing = list_files(settings.corpus.where)
    stamps = [_stamp(file, began) for file in listing.files]
    seen = [astuple(fault) for fault in listing.faults], list(listing.excluded.values())
    about = {"program": _program(), "settings": _settings(settings)}
    kept = _opened(path, about)
    known = _known(kept) if kept else {}
    if kept and _json(kept.arrays, "seen") == json.loads(json.dumps(seen)):
        same = [stamp and stamp in known for stamp in stamps]
        if all(same) and len(stamps) == len(known):
            return kept, _report(kept)

    found = [
        _read_before(kept, known.get(stamp), file)
        for stamp, file in zip(stamps, listing.files, strict=True)
    ]
    reads = read_files(listing, settings.corpus.max_bytes, on_progress, workers, found)
    corpus = corpus_of(listing, reads)
    told = {
        "digests": digests_of(corpus.articles),
        "files": _text([_file(stamp, read) for stamp, read in zip(stamps, reads, strict=True)]),
        "seen": _text(seen),
        "report": _text(([astuple(fault) for fault in corpus.faults], corpus.excluded)),
    }
    if kept and all(np.array_equal(array, kept.arrays[name]) for name, array in told.items()):
        return kept, corpus  # the files that were read again have not changed
    try:
        index = build(settings, corpus.articles, kept, workers)
    except DamagedError:
        log.warning("%s is damaged; all articles are analysed again", path)
        index = build(settings, corpus.articles, None, workers)
    return _keep(path, about, {**index.arrays, **told}) or index, corpus


def _opened(path: Path, about: Mapping[str, str]) -> Index | None:
    """Return the index in the file `path` if it is complete and was made with the same `about`."""
    if not path.exists():
        return None
    try:
        content = Container(path)
        if content.about != about:
            log.info("%s was made with other settings or another version; it is built again", path)
            return None
        for name in content:
            if not name.startswith(ROWS):  # these are needed only to build again
                content[name]
        return Index(content)
    except (DamagedError, KeyError, ValueError, IndexError, TypeError):
        log.warning("%s is damaged; it is built again", path)
        return None


def _keep(path: Path, about: Mapping[str, str], arrays: Mapping[str, Array]) -> Index | None:
    """Save an index and return it as read from the file; if that fails, log it and return None."""
    try:
        write(path, about, arrays)
        return Index(Container(path))
    except OSError as error:
        log.warning(
            "%s cannot be written: %s; the next start builds the index again",
            path, error.strerror or error,
        )  # fmt: skip
    except DamagedError:
        log.warning("%s was replaced meanwhile", path)
    return None


def _known(kept: Index) -> dict[str, tuple[str, list[list[object]]]]:
    """Return, by the stamp of each file, its result: an article's id or "", and faults."""
    files: list[tuple[str, str, list[list[object]]]] = _json(kept.arrays, "files")
    return {stamp: (id, faults) for stamp, id, faults in files if stamp}


def _file(stamp: str, read: Read) -> tuple[str, str, list[object]]:
    """Return the saved form of a file's result; a file without a stamp is read again."""
    id = read.article.id if read.article else ""
    return stamp if read.is_alone else "", id, [astuple(fault) for fault in read.faults]


def _read_before(
    kept: Index | None, found: tuple[str, list[list[object]]] | None, file: File
) -> Read | None:
    """Return the result of a file when it was read before; None if that is not known."""
    if not kept or not found:
        return None
    id, faults = found
    article = kept.articles[id] if id else None
    if article and article.source != file.name:
        return None  # another file has this id
    return Read(article, tuple(Fault(*fault) for fault in faults))  # type: ignore[arg-type]


def _report(kept: Index) -> Corpus:
    """Return the corpus, without articles, with the faults that were found."""
    faults, excluded = _json(kept.arrays, "report")
    return Corpus((), tuple(Fault(*fault) for fault in faults), tuple(excluded))


def _stamp(file: File, now: float) -> str:
    """Return a text that changes if the file or its result may have changed; "" if unsure."""
    try:
        status = file.path.stat()
    except (OSError, ValueError):
        return ""
    if max(status.st_mtime, status.st_ctime) > now - SURE or file.path.is_symlink():
        return ""
    times = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    told = (file.name, file.relative, file.rule.__name__, file.source, times)
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _settings(settings: Settings) -> str:
    """Return the settings on which an index depends, as text."""
    parts = (
        settings.passages.model_dump(),
        settings.retriever.model_dump(exclude={"engine"}),
        settings.synonyms.english,
        settings.corpus.max_bytes,
    )
    return json.dumps(parts, sort_keys=True)


@cache
def _program() -> str:
    """Return a SHA-256 of the program and of the versions of the libraries that read files."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _MADE_OF for path in PACKAGE.glob(pattern)}):
        digest.update(path.read_bytes())
    versions = [sys.version, unicodedata.unidata_version]
    try:
        needed = distribution("article-chat").requires or []
    except PackageNotFoundError:
        needed = []
    for requirement in needed:
        name = match(r"[\w.-]+", requirement)
        try:
            versions.append(f"{requirement} {version(name[0]) if name else ''}")
        except PackageNotFoundError:
            versions.append(requirement)
    digest.update(repr(versions).encode())
    return digest.hexdigest()


def _text(value: object) -> Array:
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def _json(arrays: Mapping[str, Array], name: str) -> Any:
    return json.loads(arrays[name].tobytes())
