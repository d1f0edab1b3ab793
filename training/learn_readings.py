"""Learns which reading of a question is right: `readings.json` in `chatbot/conversation/`.

    python training/learn_readings.py --eval ../shared/eval --rows rows.json

For every question, it collects the evidence for each reading (`chatbot/conversation/evidence.py`),
and whether the reading finds the right passage. Some questions depend on earlier turns: those of
CANARD's dialogues, after the earlier questions, after title and section as well, and after
questions and answers. Others do not: those of XQuAD and StackFAQ, each after two about another
article. Some only seem to: those of XQuAD with "it" in place of the article's title.

Collecting takes ten minutes or more, so the rows are saved in a file; if it exists, it is read. The
weights maximise the worth of the chosen readings, on the half of dialogues and articles whose name
has an even MD5. Both halves are reported.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.canard import UNKNOWN, FollowUp
from benchmarks.published import read_cases
from chatbot import encoder, passages, retrievers
from chatbot.conversation import evidence, questions
from chatbot.conversation.nouns import is_plural
from chatbot.encoder.vectors import Vectors
from chatbot.evaluation import distractions, is_right
from chatbot.evaluation.cases import Case
from chatbot.retrievers import Retriever
from chatbot.types import Article, Hit, Turn
from halves import is_learnt_from
from learn_sentence import SETTINGS

DIALOGUES = "canard-dev"
EVERY = {"untitled": 1, "titled": 2, "answered": 4, "xquad-dev": 1, "stackfaq-dev": 4, "with it": 1}
"""One of this many questions of a kind is used, since some kinds share their questions."""
COUNTS = {"xquad-dev": 2.0, "stackfaq-dev": 2.0, "with it": 5.0}
"""How much a question counts that depends on no earlier turn; others count 1."""
CARRIED = 0.2
"""How much more a right reading of a follow-up is worth if it uses earlier turns.

The reader then finds the sentence more often and with more confidence, which the rank does not
show.
"""
IN_FULL = 0.1
"""The same for a completed question, which the reader receives in that form."""
BY_HAND = {"by bare": 2.0, "by noun": 3.0, "by swap": 4.0}
"""The values to which regularisation draws these weights; it draws others to 0.

CANARD has few questions like "why?", "and the price?" and "and Anora's?".
"""
STEPS = 600
OUT = Path("chatbot/conversation/readings.json")


@dataclass(frozen=True)
class Tried:
    """A reading: the rule that proposed it, its evidence, and what it found."""

    rule: str
    seen: evidence.Evidence
    rank: int
    """The rank of the first right passage among ten, from 1; 0 if there is none."""
    own_rank: int | None
    """The rank of the passage with the turn's own answer, if that is known."""
    is_same: bool
    """Whether the first passage is the one that the visitor's own words find."""


@dataclass(frozen=True)
class Row:
    """The readings of a question asked after others; the visitor's own words come first."""

    kind: str
    is_learnt_from: bool
    tried: tuple[Tried, ...]


def worth(row: Row, tried: Tried) -> float:
    """Return how much it is worth to choose a reading of a question."""
    first = float(tried.rank == 1)
    if row.kind in COUNTS:
        return first + tried.is_same
    own = 0.0 if tried.own_rank is None else 0.7 * (tried.own_rank in (1, 2, 3))
    clear = CARRIED * (tried.rule != "own") + IN_FULL * (tried.rule not in ("own", "topic"))
    return first * (1 + clear) + own + 0.3 * (tried.own_rank == 1)


def indexed(articles: Sequence[Article], vectors: Vectors | None) -> Retriever:
    """Return an index of the articles' passages."""
    sizes = SETTINGS.passages
    cut = [p for a in articles for p in passages.cut(a, sizes.min_words, sizes.max_words)]
    made = retrievers.make(SETTINGS, cut)
    if vectors:
        made.encode(vectors)
    return made


def ask(case: Case, history: Sequence[Turn], kind: str, index: Retriever) -> Row:
    """Return the result of each reading of a case, asked after `history`."""
    readings = questions.understand(case.question, history, index=index)
    found = [index.search(reading.question, evidence.HITS) for reading in readings]
    seen = evidence.evidence(readings, found, index.idf)

    def rank(hits: Sequence[Hit], own: bool) -> int | None:
        told = case.own if isinstance(case, FollowUp) else None
        gold = told if own else case.gold
        right = (n for n, hit in enumerate(hits, 1) if gold and is_right(hit.passage, gold))
        return next(right, 0) if gold else None

    first = [hits[0].passage if hits else None for hits in found]
    tried = (
        Tried(reading.rule, of, rank(hits, False) or 0, rank(hits, True), at == first[0])
        for reading, of, hits, at in zip(readings, seen, found, first, strict=True)
    )
    return Row(kind, is_learnt_from(case.group.rsplit(":", 1)[0]), tuple(tried))


def read_answers(path: Path) -> dict[tuple[str, str], str]:
    """Return CANARD's answers by dialogue and question, except those that say nothing."""
    found: dict[tuple[str, str], str] = {}
    for turn in json.loads(path.read_text(encoding="utf-8")):
        _, _, *said = turn["History"]
        for question, answer in zip(said[::2], said[1::2], strict=False):
            if answer != UNKNOWN:
                found[turn["QuAC_dialog_id"], question] = answer
    return found


def follow_ups(path: Path, vectors: Vectors | None, every: int) -> Iterator[Row]:
    """Yield the questions of CANARD's dialogues, each with its earlier turns."""
    file, answers = read_cases(path), read_answers(path)
    index = indexed(file.articles, vectors)
    cases = [case for case in file.cases if isinstance(case, FollowUp)]
    for number, case in enumerate(cases[::every]):
        told = tuple(
            replace(turn, answer=answers.get((case.group, turn.question))) for turn in case.untitled
        )
        histories = {"untitled": case.untitled, "titled": case.history, "answered": told}
        for kind, history in histories.items():
            if number % EVERY[kind] == 0:
                yield ask(case, history, kind, index)


def standing_alone(path: Path, vectors: Vectors | None, every: int) -> Iterator[Row]:
    """Yield questions, each after two about another article; some have "it" for their subject."""
    file = read_cases(path)
    index = indexed(file.articles, vectors)
    before = distractions(file.cases)
    titles = {article.id: article.title.split(" (")[0] for article in file.articles}
    cases = [case for case in file.cases if case.id in before][:: every * EVERY[path.stem]]
    for case in cases:
        yield ask(case, before[case.id], path.stem, index)
        question = case.gold and with_it(case.question, titles[case.gold.article])
        if question:
            yield ask(replace(case, question=question), before[case.id], "with it", index)


def with_it(question: str, title: str) -> str | None:
    """Return `question` with "it" or "they" in place of its subject; None if that is missing."""
    named = re.search(rf"\b(?:the )?{re.escape(title)}(['’]s?)?(?!\w)", question, re.IGNORECASE)
    if not title or not named:
        return None
    it, its = ("they", "their") if is_plural(title) else ("it", "its")
    text = question[: named.start()] + (its if named[1] else it) + question[named.end() :]
    return text[0].upper() + text[1:]


def collected(folder: Path, every: int) -> list[Row]:
    """Return the rows of all files in `folder`, or of every nth question."""
    vectors = None if encoder.missing() else Vectors(encoder.shipped())
    rows = list(follow_ups(folder / f"{DIALOGUES}.json", vectors, every))
    for name in ("xquad-dev", "stackfaq-dev"):
        rows += standing_alone(folder / f"{name}.json", vectors, every)
    return rows


def fit(rows: Sequence[Row], l2: float) -> evidence.Evidence:
    """Return the weights with which the chosen readings are worth most, found by Adam.

    A softmax of the readings' scores replaces the choice, so that the worth has a gradient.
    """
    tried = [(row, one) for row in rows for one in row.tried]
    names = sorted({name for _, one in tried for name in one.seen} | BY_HAND.keys())
    drawn_to = np.array([BY_HAND.get(name, 0.0) for name in names])
    matrix = np.array([[one.seen.get(name, 0.0) for name in names] for _, one in tried])
    worths = np.array([worth(row, one) for row, one in tried])
    counts = np.array([COUNTS.get(row.kind, 1.0) for row, _ in tried])
    sizes = np.array([len(row.tried) for row in rows])
    of = np.repeat(np.arange(len(rows)), sizes)
    starts = np.cumsum(sizes) - sizes
    weights = drawn_to.copy()
    first, second = (np.zeros(len(names)) for _ in range(2))
    for step in range(1, STEPS + 1):
        likely = _softmax(matrix @ weights, starts, of)
        expected = np.add.reduceat(likely * worths, starts)
        slope = counts * likely * (expected[of] - worths)
        gradient = (matrix.T @ slope + l2 * (weights - drawn_to)) / len(rows)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = 0.05 * min(1.0, 2 * (1 - step / STEPS))
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
    return {n: round(float(w), 2) for n, w in zip(names, weights, strict=True) if abs(w) >= 0.005}


def _softmax(
    scores: NDArray[np.float64], starts: NDArray[np.int64], of: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the probability that each row is chosen in its group."""
    raised = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
    likely: NDArray[np.float64] = raised / np.add.reduceat(raised, starts)[of]
    return likely


def report(rows: Sequence[Row], weights: evidence.Evidence) -> None:
    """Print the results of the chosen readings, by kind and half."""
    print(f"{'':12} {'':11} {'number':>6} {'first':>6} {'own in 3':>8} {'as alone':>8}")
    for kind in dict.fromkeys(row.kind for row in rows):
        for half, name in ((True, "learnt from"), (False, "others")):
            mine = [row for row in rows if (row.kind, row.is_learnt_from) == (kind, half)]
            best = [evidence.surest([one.seen for one in row.tried], weights) for row in mine]
            taken = [row.tried[place] for row, place in zip(mine, best, strict=True)]
            first = _share([one.rank == 1 for one in taken])
            own = _share([one.own_rank in (1, 2, 3) for one in taken if one.own_rank is not None])
            same = _share([one.is_same for one in taken])
            print(f"{kind:12} {name:11} {len(taken):6} {first:6.1f} {own:8.1f} {same:8.1f}")


def _share(right: Sequence[bool]) -> float:
    """Return the percentage that is right; NaN if there are none."""
    return 100 * sum(right) / len(right) if right else float("nan")


def read_rows(path: Path) -> list[Row]:
    """Return the rows that `write_rows` wrote."""
    return [
        Row(row["kind"], row["is_learnt_from"], tuple(Tried(**one) for one in row["tried"]))
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows, for `read_rows`."""
    path.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")


def main() -> None:
    """Read the arguments, collect, learn, report, and write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--eval", type=Path, required=True, help="folder of the evaluation files")
    parser.add_argument("--rows", type=Path, help="file in which the rows are kept")
    parser.add_argument("--every", type=int, default=1, help="use every nth question, as a trial")
    parser.add_argument("--l2", type=float, default=1.0, help="how much large weights cost")
    parser.add_argument("--out", type=Path, default=OUT, help="file to write")
    arguments = parser.parse_args()
    kept = arguments.rows
    rows = read_rows(kept) if kept and kept.exists() else collected(arguments.eval, arguments.every)
    if kept and not kept.exists():
        write_rows(kept, rows)
    weights = fit([row for row in rows if row.is_learnt_from], arguments.l2)
    report(rows, weights)
    arguments.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
