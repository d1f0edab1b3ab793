"""Finds and reads the settings of site generators, beside the pages or above them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from chatbot.formats.site_values import (
    DATA,
    SETTINGS,
    Values,
    joined,
    read_data,
    read_site_settings,
)

_ABOVE = 3
"""The settings are searched in this many folders above the pages of a source."""
_MAX_BYTES, _MAX_FILES = 200_000, 500
"""Larger files are not read, and at most this many files in a folder."""


@lru_cache(maxsize=4096)
def site_values(folder: Path, root: Path) -> Values:
    """Return the values in the settings nearest to the pages in `folder`, as templates name them.

    The settings are in that folder or above it, at most three folders above the source's `root`.
    They are read once; `site_values.cache_clear()` forgets them. Callers must not change the
    result.
    """
    found: Values = {}
    for path, name, read in _files(folder):
        try:
            if not path.is_file() or path.stat().st_size > _MAX_BYTES:
                continue
            content = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found = joined(found, read(name, content))
    if found:
        return found
    above = len(root.parts) - _ABOVE
    return site_values(folder.parent, root) if len(folder.parts) > max(above, 1) else {}


def _files(folder: Path) -> Iterator[tuple[Path, str, Callable[[str, str], Values]]]:
    """Yield each settings file, then each data file, with its name and the function to read it."""
    yield from ((folder / name, name, read_site_settings) for name in SETTINGS)
    data = folder / "_data"
    if data.is_dir():
        files = sorted(path for path in data.rglob("*") if path.suffix.lower() in DATA)
        for path in files[:_MAX_FILES]:
            yield path, path.relative_to(data).as_posix(), read_data
