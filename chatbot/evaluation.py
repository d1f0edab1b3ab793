"""How good the answers are: measured on questions with known answers."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)


def normalised(text: str) -> str:
    """Return `text` as SQuAD's official evaluation compares it: no case, punctuation, articles."""
    bare = "".join(c for c in text.lower() if c not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact(text: str, answers: Sequence[str]) -> bool:
    """Tell whether `text` is one of `answers` but for what `normalised` takes away."""
    return normalised(text) in {normalised(answer) for answer in answers}


def f1(text: str, answers: Sequence[str]) -> float:
    """Return the best F1 of the words of `text` with those of one of `answers` (SQuAD's own)."""
    return max((_f1(normalised(text).split(), normalised(a).split()) for a in answers), default=0.0)


def _f1(found: Sequence[str], right: Sequence[str]) -> float:
    common = sum((Counter(found) & Counter(right)).values())
    return 2 * common / (len(found) + len(right)) if common else 0.0
