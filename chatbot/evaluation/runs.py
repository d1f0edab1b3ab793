"""Defines the outcomes of a file's questions, and saves them for a later comparison."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chatbot.errors import ChatbotError


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a question, and which parts of it are right; None where that is not known."""

    id: str
    """The id of the case."""
    question: str
    group: str
    left_out: bool
    """Whether it was asked without its article."""
    answerable: bool
    answered: bool
    """Whether the confidence reaches the threshold. All other fields ignore the threshold."""
    confidence: float
    quote: str | None
    highlight: str | None
    rank: int | None
    """Rank of the first right passage among the hits, from 1; 0 if it is not among `HITS`."""
    passage: bool | None
    """Whether the quoted passage is right."""
    cited: bool | None
    """Whether one of the cited passages is right."""
    sentence: bool | None
    """Whether the quote lies in the right place and contains a gold answer."""
    has_sentence: bool
    """Whether the case says which sentences are right; if not, all in the right place are right."""
    exact: bool | None
    f1: float | None
    milliseconds: float
    undistracted: bool | None = None
    """Whether the answer was the same after two questions about another article."""

    @property
    def quoted_right(self) -> bool:
        """Whether the quote is right, at any threshold."""
        return bool(self.sentence if self.has_sentence else self.passage)

    @property
    def right(self) -> bool:
        """Whether a visitor gets the right quote, or rightly no quote."""
        return self.answered and self.quoted_right if self.answerable else not self.answered


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of one file with one reader. All figures are computed from it."""

    file: str
    reader: str
    threshold: float
    outcomes: tuple[Outcome, ...]


def write_runs(path: Path, runs: Sequence[Run]) -> None:
    """Save `runs` as JSON, for `read_runs`.

    Raises:
        ChatbotError: the file cannot be written.
    """
    content = {"runs": [asdict(run) for run in runs]}
    try:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be written: {error.strerror}") from error


def run_of(file: str, reader: str, runs: Sequence[Run], path: Path) -> Run:
    """Return the run of a file in `runs` (read from `path`): that of `reader`, or else the first.

    Raises:
        ChatbotError: there is no run of this file.
    """
    same = [run for run in runs if run.file == file]
    if not same:
        raise ChatbotError(f"{path}: has no results for {file}")
    return next((run for run in same if run.reader == reader), same[0])


def read_runs(path: Path) -> list[Run]:
    """Return the runs that `write_runs` wrote.

    Raises:
        ChatbotError: the file cannot be read, or was not written by `write_runs`.
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
        raise ChatbotError(f"{path}: not a file that --save wrote: {error!r}") from error
