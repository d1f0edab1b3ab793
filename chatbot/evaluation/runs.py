"""What came of the questions of a file, and the file that keeps it for a later comparison."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chatbot.errors import ChatbotError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case. What the case does not tell, or an unanswerable one cannot, is None."""

    id: str
    """The case's."""
    question: str
    group: str
    left_out: bool
    """Asked with its own article left out."""
    answerable: bool
    answered: bool
    """At the threshold; what follows is told as if there were none."""
    confidence: float
    quote: str | None
    highlight: str | None
    rank: int | None
    """Place of the first right passage among the retriever's hits, from 1; 0: not among `HITS`."""
    passage: bool | None
    """Whether the quoted passage is right."""
    cited: bool | None
    """Whether one of the passages cited is."""
    sentence: bool | None
    """Whether the quote lies in the right place and holds a gold answer."""
    has_sentence: bool
    """Whether the case tells which sentences are right; if not, all of the right place are."""
    exact: bool | None
    f1: float | None
    milliseconds: float
    own_rank: int | None = None
    """As `rank`, of the passage with the turn's own answer, where any of its article is right."""
    untitled_rank: int | None = None
    """As `rank`, asked after the earlier questions without title and section."""
    untitled_own_rank: int | None = None
    """As `own_rank`, asked so."""
    undistracted: bool | None = None
    """Whether the answer was the same after two questions about another article."""

    @property
    def quoted_right(self) -> bool:
        """Whether the quote is right, threshold aside."""
        return bool(self.sentence if self.has_sentence else self.passage)

    @property
    def right(self) -> bool:
        """Whether a visitor is served: the right quote given, or none where none is right."""
        return self.answered and self.quoted_right if self.answerable else not self.answered


@dataclass(frozen=True, slots=True)
class Run:
    """A file asked of a reader: all figures come of it, and it is what is saved."""

    file: str
    reader: str
    threshold: float
    outcomes: tuple[Outcome, ...]


def write_runs(path: Path, runs: Sequence[Run]) -> None:
    """Write `runs` as JSON, for `read_runs`.

    Raises:
        ChatbotError: the file cannot be written.
    """
    content = {"runs": [asdict(run) for run in runs]}
    try:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be written: {error.strerror}") from error


def read_runs(path: Path) -> list[Run]:
    """Return the runs that `write_runs` wrote.

    Raises:
        ChatbotError: the file cannot be read, or is not of that form.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [
            Run(**{**run, "outcomes": tuple(Outcome(**outcome) for outcome in run["outcomes"])})
            for run in content["runs"]
        ]
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ChatbotError(f"{path}: not what --save wrote: {error!r}") from error
