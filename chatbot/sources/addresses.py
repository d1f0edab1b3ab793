"""Finds the address of a page: in the file, or else from its path and the `url` of its source."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

INDEXES = frozenset({"index", "_index", "readme"})
"""File names, in lower case and without suffix, whose page has the address of the folder."""

_SAFE = "/%:@!$&'()*+,;=~?#"
_DATED = re.compile(r"\d{4}-\d\d?-\d\d?-")
_OPEN = ("{", "[", ":", "*")
"""In a `permalink`, these begin a value that only the site generator knows."""


def page_address(
    template: str,
    relative: str,
    own: str | None,
    slug: str | None,
    rule: Callable[[str], str] = str,
) -> str | None:
    """Return the http or https address of a page, or None if it is not known.

    `own` is the address in the file, absolute or relative to the site's root. `slug`, also in the
    file, is the last part of the address; if it begins with a slash, it is everything below the
    source's address. `template` has `{path}`, the path of the file relative to the source's folder,
    or `{slug}`, the last part of that path. Both have no suffix, and an index page has those of its
    folder. Then `rule` changes them as the site generator does.
    """
    if own and _is_absolute(own):
        return own
    if not template:
        return None
    base = template.partition("{")[0]
    if base.count("/") > 2:
        base = base[: base.rfind("/") + 1]
    if own and not any(sign in own for sign in _OPEN):
        return _below(base, own)
    if slug and slug.startswith("/"):
        return _below(base, slug)
    path = rule(_path(relative, keeps_index="{path}." in template))
    if slug:
        path = f"{path.rpartition('/')[0]}/{slug}".strip("/")
    last = path.rpartition("/")[2]
    values = {"path": path, "slug": slug or _DATED.sub("", last) or last}
    for name, value in values.items():
        # The top folder has no name, so no slash follows it.
        gone = "" if value else "/"
        template = template.replace(f"{{{name}}}{gone}", quote(value, safe=_SAFE))
        template = template.replace(f"{{{name}}}", quote(value, safe=_SAFE))
    return template


def _is_absolute(own: str) -> bool:
    return own.startswith(("http://", "https://"))


def _path(relative: str, keeps_index: bool) -> str:
    """Return the path of a page from that of its file: "guide" for "guide/index.md".

    If page addresses end with a suffix, an index page keeps its name.
    """
    path = PurePosixPath(relative)
    path = path.with_suffix("") if path.suffix else path
    if path.name.lower() not in INDEXES:
        return str(path)
    return str(path.with_name("index")) if keeps_index else str(path.parent).removeprefix(".")


def _below(base: str, own: str) -> str:
    """Return the address of the site's page `own`; `base` is where the source's pages begin."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    is_whole = parts.path.strip("/") and f"{own.rstrip('/')}/".startswith(parts.path)
    front = origin if is_whole else base.rstrip("/")
    return f"{front}/{quote(own.lstrip('/'), safe=_SAFE)}"
