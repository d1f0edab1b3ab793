"""The settings of the generators of sites: found beside the pages or above them, and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from chatbot.formats.site_values import DATA, SETTINGS, Values, joined, read_data, read_settings

_ABOVE = 3
"""So many folders above the pages of a source the settings may be."""
_MAX_BYTES, _MAX_FILES = 200_000, 500
"""Of each file, and of all of a folder: what is larger is not read, what comes behind neither."""


@lru_cache(maxsize=4096)
def site_values(folder: Path, root: Path) -> Values:
    """Return what the settings nearest to the pages in `folder` say, by the names of templates.

    They are in that folder or above it, at most three folders above `root`, the source's. They
    are read once: `site_values.cache_clear()` forgets them. Nobody may change what is returned.
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
    """Yield each file of settings, then each of data, with its name and what reads it."""
    yield from ((folder / name, name, read_settings) for name in SETTINGS)
    data = folder / "_data"
    if data.is_dir():
        files = sorted(path for path in data.rglob("*") if path.suffix.lower() in DATA)
        for path in files[:_MAX_FILES]:
            yield path, path.relative_to(data).as_posix(), read_data
