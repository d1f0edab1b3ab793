"""Finds the weight of meaning compared with words: `SENSE` in `chatbot/retrievers/hybrid.py`.

    python training/learn_hybrid.py --eval ../shared/eval --sites ../shared/sites

For every question, passages are ranked by their match in words and their nearness in meaning. Of
`WEIGHTS`, the weight that puts most right passages first and among the first three is chosen; each
file counts the same. Only groups (articles, threads) whose name has an even MD5 are used for this.
The figures of both halves are printed for every weight, and for meaning alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.published import read_cases
from chatbot import encoder, passages
from chatbot.articles import read_corpus
from chatbot.config import Settings
from chatbot.encoder.vectors import Vectors
from chatbot.evaluation import is_right
from chatbot.evaluation.cases import Case
from chatbot.retrievers.hybrid import HybridRetriever
from chatbot.types import Article, Passage, Question
from halves import is_learnt_from

FILES = (
    "xquad-dev", "squad2-two-articles", "stackfaq-dev", "xquad-dev.de", "xquad-dev.es",
    "xquad-dev.ru", "xquad-dev.zh", "xquad-dev.ar",
)  # fmt: skip
SITES = ("plausible", "login", "carpentries")
REPORTED = ("doc2dial",)
"""Sites from which nothing is learnt."""
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
PLACES = (1, 3, 10)
SETTINGS = Settings()


@dataclass(frozen=True)
class Found:
    """The passages of a question: how well each matches, how near it is, whether it is right."""

    match: NDArray[np.float64]
    nearness: NDArray[np.float64]
    right: NDArray[np.bool_]
    is_learnt_from: bool

    def rank(self, weight: float) -> int:
        """Return the number of passages ahead of the first right one."""
        scores = self.match + weight * self.nearness if weight >= 0 else self.nearness
        return int((scores > scores[self.right].max()).sum())


def search(articles: Sequence[Article], cases: Sequence[Case], vectors: Vectors) -> Iterator[Found]:
    """Yield the passages found for each case that at least one passage answers."""
    sizes = SETTINGS.passages
    cut = [p for a in articles for p in passages.cut(a, sizes.min_words, sizes.max_words)]
    made = HybridRetriever(cut, SETTINGS.retriever, SETTINGS.synonyms, encoder.shipped())
    made.encode(vectors)
    for case in cases:
        right = np.array([is_answer(case, passage) for passage in cut])
        if right.any():
            match, nearness, _ = made.compared(Question(case.question))
            group = case.group.rsplit(":", 1)[0] if case.gold else case.question
            yield Found(match, nearness, right, is_learnt_from(group))


def is_answer(case: Case, passage: Passage) -> bool:
    """Return whether a passage is right for a case."""
    if case.gold:
        return is_right(passage, case.gold)
    words = " ".join(passage.text.split())
    return any(" ".join(wanted.split()) in words for wanted in case.contains)


def sources(files: Path, sites: Path, vectors: Vectors) -> Iterator[tuple[str, list[Found]]]:
    """Yield the name of each file or site, with the passages found for its questions."""
    english = read_cases(files / "xquad-dev.json")
    for name in FILES:
        file = read_cases(files / f"{name}.json")
        cases = [case for case in file.cases if case.gold and not case.abstains]
        yield name, [*search(file.articles, cases, vectors)]
    for language in ("de", "es"):
        asked = {
            case.id: case.question
            for case in read_cases(files / f"xquad-dev.{language}.json").cases
        }
        cases = [
            Case(case.id, asked[case.id], case.gold, group=case.group) for case in english.cases
        ]
        yield f"asked in {language}", [*search(english.articles, cases, vectors)]
    for name in (*SITES, *REPORTED):
        articles = read_corpus(sites / name, SETTINGS.corpus.max_bytes).articles
        asked_of = read_cases(sites / f"{name}.jsonl").cases
        cases = [case for case in asked_of if case.contains and not case.follows]
        yield name, [*search(articles, cases, vectors)]


def figures(found: Sequence[Found], weight: float) -> str:
    """Return the percentages of questions with a right passage first, among three and among ten."""
    ranks = np.array([each.rank(weight) for each in found])
    return (
        " ".join(f"{100 * (ranks < place).mean():5.1f}" for place in PLACES) if len(ranks) else "-"
    )


def main() -> None:
    """Read the arguments, learn, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--eval", type=Path, required=True, help="folder of the evaluation files")
    parser.add_argument("--sites", type=Path, required=True, help="folder of the sites")
    parser.add_argument("--vectors", type=Path, help="folder to keep vectors in")
    arguments = parser.parse_args()
    vectors = Vectors(encoder.shipped(), arguments.vectors)
    all_found = dict(sources(arguments.eval, arguments.sites, vectors))
    learnt_from = [
        [each for each in found if each.is_learnt_from]
        for name, found in all_found.items()
        if name not in REPORTED
    ]

    def worth(weight: float) -> float:
        """Return the share with a right passage first plus that among three, mean over files."""
        ranks = [np.array([each.rank(weight) for each in of]) for of in learnt_from if of]
        return float(np.mean([(of < 1).mean() + (of < 3).mean() for of in ranks]))

    best = max(WEIGHTS, key=worth)
    print(f"best weight if each file counts the same: {best:.2f}")
    for name, found in all_found.items():
        print(f"\n{name}: {len(found)} questions; first, among three, among ten")
        for half in (True, False):
            of = [each for each in found if each.is_learnt_from is half]
            columns = {f"{weight:.2f}": figures(of, weight) for weight in WEIGHTS}
            columns["sense"] = figures(of, -1.0)
            print("learnt from" if half else "others", len(of), columns, flush=True)


if __name__ == "__main__":
    main()
