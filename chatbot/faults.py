"""Describes problems with the files of a corpus to the site owner."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

NO_ARTICLE = "no article"
"""The kind of fault for files beside articles, such as images."""
NO_TEXT = "only front matter"
"""The kind of fault for pages without text, in which a site generator lists other pages."""
UNREADABLE = "of a kind that cannot be read"
ON_PURPOSE = frozenset(
    {
        NO_ARTICLE,
        NO_TEXT,
        "draft",
        "unlisted",
        "future",
        "expired",
        "noindex",
        "redirect",
        "404 page",
        "built file",
    }
)
"""The kinds of fault for files that are left out on purpose, which is not a failure."""

_SUFFIXES = 5
"""At most this many suffixes are listed."""
_WIDTH = 60  # characters of a detail
_DETAIL = re.compile(r"[:;,“].*", re.DOTALL)


@dataclass(frozen=True)
class Fault:
    """A problem with one file: a line of `chatbot check --all`."""

    source: str
    """The file, as in `Article.source`."""
    message: str
    left_out: bool
    """Whether the file is left out although it should be an article; if not, this is a warning."""
    kind: str = ""
    """The problem in a word or two, the same for all files that have it."""

    def __post_init__(self) -> None:
        if not self.kind:
            # "is too large: 12 bytes" is a kind with a detail.
            object.__setattr__(self, "kind", _DETAIL.sub("", self.message).strip())


def summary(faults: Iterable[Fault], most: int = 20) -> list[str]:
    """Return at most `most` lines, one for each kind of fault; the most frequent kinds come first.

    Files that are left out come before warnings: "is empty: 12 files, e.g. a/b.md (left out)".
    """
    kinds: dict[tuple[bool, str], list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((not fault.left_out, fault.kind), []).append(fault)
    ordered = sorted(kinds.items(), key=lambda item: (item[0][0], -len(item[1])))
    more = [f"{len(ordered) - most:,} more kinds: see --all"] if len(ordered) > most else []
    return [_line(of) for _, of in ordered[:most]] + more


def suffixes(sources: Iterable[str]) -> str:
    """Return how many files have each suffix, most frequent first: "12 .rst, 3 .pdf and others"."""
    counts = Counter(PurePosixPath(source).suffix.lower() or "without suffix" for source in sources)
    told = [f"{number:,} {suffix}" for suffix, number in counts.most_common(_SUFFIXES)]
    return ", ".join(told) + (" and others" if len(counts) > _SUFFIXES else "")


def _line(faults: Sequence[Fault]) -> str:
    first = faults[0]
    left_out = " (left out)" if first.left_out else ""
    sources = list(dict.fromkeys(fault.source for fault in faults))
    if len(sources) == 1:
        return f"{first.source}: {first.message}{left_out}"
    kinds = f" ({suffixes(sources)})" if first.kind in (NO_ARTICLE, UNREADABLE) else ""
    detail = first.message.removeprefix(first.kind)
    detail = textwrap.shorten(detail, _WIDTH, placeholder=" …") if detail[:1] == ":" else ""
    return f"{first.kind}: {len(sources):,} files{kinds}, e.g. {first.source}{detail}{left_out}"
