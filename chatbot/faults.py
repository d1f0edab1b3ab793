"""What is wrong with the files of a corpus, and what the owner is told of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

NO_ARTICLE = "no article"
"""The kind of what lies beside articles, as pictures do."""
UNREADABLE = "of a kind that cannot be read"

_OF_FILES = (NO_ARTICLE, UNREADABLE)
_SUFFIXES = 5
"""So many suffixes of a kind are told."""
_DETAIL = re.compile(r"[:;,“].*", re.DOTALL)


@dataclass(frozen=True)
class Fault:
    """Something wrong with one file: a line of `chatbot check --all`."""

    source: str
    """The file, as in `Article.source`."""
    message: str
    left_out: bool
    """Whether it is no article because of that; else only a warning."""
    kind: str = ""
    """What is wrong in a word or two, the same for all files that it is wrong with."""

    def __post_init__(self) -> None:
        if not self.kind:
            # "is too large: 12 bytes" is a kind with a detail.
            object.__setattr__(self, "kind", _DETAIL.sub("", self.message).strip())


def summary(faults: Iterable[Fault]) -> list[str]:
    """Return a line for each kind of fault, those with the most files first.

    What is left out comes before warnings: "is empty: 12 files, e.g. a/b.md (left out)".
    """
    ordered = sorted(faults, key=lambda fault: (not fault.left_out, fault.kind))
    kinds = [list(of) for _, of in groupby(ordered, lambda f: (not f.left_out, f.kind))]
    kinds.sort(key=lambda of: (not of[0].left_out, -len(of)))
    return [_line(of) for of in kinds]


def _line(faults: list[Fault]) -> str:
    first = faults[0]
    left_out = " (left out)" if first.left_out else ""
    sources = list(dict.fromkeys(fault.source for fault in faults))
    if len(sources) == 1 and first.kind not in _OF_FILES:
        return f"{first.source}: {first.message}{left_out}"
    files = f"{len(sources):,} file{'' if len(sources) == 1 else 's'}"
    suffixes = f" ({suffixes_of(sources)})" if first.kind in _OF_FILES else ""
    return f"{first.kind}: {files}{suffixes}, e.g. {first.source}{left_out}"


def suffixes_of(sources: Iterable[str]) -> str:
    """Return how many files have which suffix, the most first: "12 .rst, 3 .pdf and others"."""
    counts = Counter(PurePosixPath(source).suffix.lower() or "without suffix" for source in sources)
    told = [f"{number:,} {suffix}" for suffix, number in counts.most_common(_SUFFIXES)]
    return ", ".join(told) + (" and others" if len(counts) > _SUFFIXES else "")
