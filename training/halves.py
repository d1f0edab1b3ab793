"""Prints the figures of both halves: that used to learn the neural reader's weights, and the other.

    chatbot evaluate --leave-out --reader neural --save saved.json ../shared/eval/xquad-dev.json
    PYTHONPATH=. python training/halves.py saved.json

The halves are those of `learn_neural.py`; trust the figures of the other half.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

from chatbot.evaluation.figures import figures
from chatbot.evaluation.report import markdown
from chatbot.evaluation.runs import read_runs


def is_learnt_from(name: str) -> bool:
    """Return whether an article, thread or dialogue is in the half used to learn the weights."""
    return hashlib.md5(name.encode()).digest()[0] % 2 == 0


def main() -> None:
    """Read the saved file, and print the figures of both halves of each run side by side."""
    for run in read_runs(Path(sys.argv[1])):
        columns = []
        for name, half in (("learnt from", True), ("others", False)):
            mine = [o for o in run.outcomes if is_learnt_from(o.group.rsplit(":", 1)[0]) == half]
            part = replace(run, reader=name, outcomes=tuple(mine))
            columns.append((part, figures(part)))
        print(markdown(columns))


if __name__ == "__main__":
    main()
