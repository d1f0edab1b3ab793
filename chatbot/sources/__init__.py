"""Lists the files from which articles are made: those in the folders that the settings name.

Only folders are opened here; `articles` reads the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.config import Source
from chatbot.errors import ArticleError, SettingsError
from chatbot.faults import Fault
from chatbot.sources.generators import rule_for
from chatbot.sources.globs import Globs


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source, which may become an article."""

    path: Path
    root: Path
    """The folder of the source; no symbolic link may leave it."""
    relative: str
    """Its path relative to `root`, with forward slashes; invalid bytes become U+FFFD."""
    name: str
    """The value of `Article.source`: `relative`, after the folder's name if there are several."""
    source: Source
    rule: Callable[[str], str] = str
    """How the site generator changes the path to make the address."""


@dataclass(slots=True)
class Listing:
    """The files of all sources, in the order of the sources and then of their paths."""

    files: list[File] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    excluded: dict[Path, str] = field(default_factory=dict)
    """Path -> name of each file that the globs of all sources leave out."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A source, and where its files are."""

    source: Source
    setting: str
    """Its name in an error, such as "corpus.sources.0"; "" for a folder that no setting names."""
    root: Path
    real: Path
    """The root with all symbolic links resolved; two sources in one folder have the same."""
    is_file: bool


def list_files(where: Path | Sequence[Source]) -> Listing:
    """Return the files of a folder, or of all sources.

    Hidden files and folders are ignored. A file in two sources belongs to the first.

    Raises:
        ArticleError: a folder is missing or cannot be listed.
        SettingsError: the path of a source is missing, or one of its globs matches nothing.
    """
    places = _places(where)
    names = _names([place.real for place in places])
    listing = Listing()
    taken: set[Path] = set()
    for place in places:
        wanted = sorted(_wanted(place, names[place.real], listing), key=lambda file: file.relative)
        free = [file for file in wanted if (place.real / file.relative) not in taken]
        if wanted and not free:
            raise SettingsError(
                f"{place.setting}.path: every file in {place.source.path} belongs to an earlier "
                "source; put this source before it"
            )
        taken.update(place.real / file.relative for file in free)
        listing.files += free
    for path in listing.excluded.keys() & taken:
        del listing.excluded[path]
    return listing


def relative_to(path: Path, root: Path) -> str:
    """Return `path` relative to `root`, with forward slashes on every system."""
    return _printable(path.relative_to(root).as_posix())


def is_inside(path: Path, root: Path) -> bool:
    """Return whether a path exists and is inside `root` after all symbolic links are followed."""
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a loop is a RuntimeError before Python 3.13
        return False


def _places(where: Path | Sequence[Source]) -> list[_Place]:
    if isinstance(where, Path):
        return [_Place(Source(path=where), "", where, where.resolve(), is_file=False)]
    places = []
    for number, source in enumerate(where):
        setting = f"corpus.sources.{number}"
        if not source.path.exists():
            raise SettingsError(f"{setting}.path: there is no file or folder {source.path}")
        is_file = not source.path.is_dir()
        if not is_file and source.url and "{" not in source.url:
            raise SettingsError(
                f"{setting}.url: without {{path}} or {{slug}} all pages have the same address"
            )
        root = source.path.parent if is_file else source.path
        places.append(_Place(source, setting, root, root.resolve(), is_file))
    return places


def _names(roots: Sequence[Path]) -> dict[Path, str]:
    """Return the prefix for the names of the files in each of `roots`.

    It is empty if there is only one root. Otherwise it is the folder's name, or enough of its path
    to distinguish it from the others. So neither the order nor the content of folders changes a
    name.
    """
    different = set(roots)
    if len(different) == 1:
        return dict.fromkeys(different, "")
    length = 1
    while len({root.parts[-length:] for root in different}) < len(different):
        length += 1
    tails = {root: "/".join(root.parts[-length:]).strip("/") for root in different}
    return {root: f"{_printable(tail)}/" for root, tail in tails.items()}


def _wanted(place: _Place, name: str, listing: Listing) -> Iterator[File]:
    """Yield the files of a source, unordered; note faults and excluded files.

    Raises:
        SettingsError: a glob is invalid, or matches nothing although there are files.
    """
    source, root = place.source, place.root
    include = _globs(source.include, f"{place.setting}.include")
    exclude = _globs(source.exclude, f"{place.setting}.exclude")
    rule = rule_for(root) if source.url else str
    is_empty = True
    for path in [source.path] if place.is_file else _walk(root, name, exclude.match, listing):
        is_empty = False
        relative = relative_to(path, root)
        # Both are called, so that each glob learns whether it matches anything.
        if (include.match(relative) or not source.include) & (not exclude.match(relative)):
            yield File(path, root, relative, f"{name}{relative}", source, rule)
        else:
            listing.excluded[place.real / relative] = f"{name}{relative}"
    for globs, setting in ((include, "include"), (exclude, "exclude")):
        if globs.unused and not is_empty:
            listed = ", ".join(f'"{glob}"' for glob in globs.unused)
            raise SettingsError(
                f"{place.setting}.{setting}: nothing in {source.path} matches {listed}"
            )


def _globs(globs: Sequence[str], setting: str) -> Globs:
    try:
        return Globs(globs)
    except ValueError as error:
        raise SettingsError(f"{setting}: {error}") from error


def _walk(
    root: Path, name: str, is_excluded: Callable[[str], bool], listing: Listing
) -> Iterator[Path]:
    """Yield every file that is not hidden, unordered; a folder that cannot be listed is a fault."""

    def fault(path: Path, message: str, left_out: bool = True) -> None:
        relative = relative_to(path, root)
        if not is_excluded(relative):
            listing.faults.append(Fault(f"{name}{relative}", message, left_out))

    def note(error: OSError) -> None:
        path = Path(os.fsdecode(error.filename))
        if path == root:
            raise ArticleError(f"{root}: the corpus cannot be listed: {error.strerror}")
        fault(path, f"cannot be listed: {error.strerror}")

    for directory, folders, files in os.walk(root, onerror=note):
        folders[:] = [folder for folder in folders if not folder.startswith(".")]
        for folder in folders:
            path = Path(directory, folder)
            if path.is_symlink():  # `os.walk` does not follow links, so that it cannot loop
                fault(path, "is a link to a folder and is not followed", not is_inside(path, root))
        yield from (Path(directory, file) for file in files if not file.startswith("."))


def _printable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
