"""Measures how much each part of the retrievers helps, by leaving out one part after another.

    python training/rent.py --eval ../shared/eval --sites ../shared/sites

For both engines, it prints the percentage of questions with a right passage first and among the
first three: with all parts, and without each part.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.published import read_cases
from chatbot import encoder, passages, retrievers
from chatbot.articles import read_corpus
from chatbot.config import Settings
from chatbot.encoder.vectors import Vectors
from chatbot.evaluation.cases import Case
from chatbot.retrievers import bm25
from chatbot.types import Passage, Question
from learn_hybrid import SITES, is_answer

FILES = ("xquad-dev", "squad2-two-articles", "stackfaq-dev")
PARTS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "without English synonyms and rarity (likeness.npz)": {"synonyms": {"english": False}},
    "without the title": {"retriever": {"title_weight": 0}},
    "without the heading": {"retriever": {"heading_weight": 0}},
    "without names of two words": {"WHOLE": 0.0},
    "without the article's other passages": {"OF_ARTICLE": 0.0},
}


@contextmanager
def changed(part: dict) -> Iterator[Settings]:
    """Leave out a part while the context is open; yield the settings for this."""
    constants = {name: getattr(bm25, name) for name in part if name.isupper()}
    settings = Settings()
    for name, value in part.items():
        if name.isupper():
            setattr(bm25, name, value)
        else:
            section = getattr(settings, name).model_copy(update=value)
            settings = settings.model_copy(update={name: section})
    yield settings
    for name, value in constants.items():
        setattr(bm25, name, value)


def found(
    settings: Settings, cut: Sequence[Passage], cases: Sequence[Case], vectors: Vectors | None
) -> str:
    """Return the percentage of questions with a right passage first, and among the first three."""
    engine = "hybrid" if vectors else "bm25"
    section = settings.retriever.model_copy(update={"engine": engine})
    made = retrievers.make(settings.model_copy(update={"retriever": section}), cut)
    if vectors:
        made.encode(vectors)
    asked = [case for case in cases if any(is_answer(case, passage) for passage in cut)]
    first = three = 0
    for case in asked:
        right = [is_answer(case, hit.passage) for hit in made.search(Question(case.question), 3)]
        first += right[:1] == [True]
        three += any(right)
    return f"{100 * first / len(asked):5.1f} {100 * three / len(asked):5.1f}"


def main() -> None:
    """Read the arguments, and print a table for each file and site."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--eval", type=Path, required=True, help="folder of the evaluation files")
    parser.add_argument("--sites", type=Path, required=True, help="folder of the sites")
    arguments = parser.parse_args()
    vectors = Vectors(encoder.shipped())
    corpora = {name: read_cases(arguments.eval / f"{name}.json") for name in FILES}
    texts = {name: (file.articles, file.cases) for name, file in corpora.items()}
    for name in SITES:
        articles = read_corpus(arguments.sites / name, Settings().corpus.max_bytes).articles
        cases = read_cases(arguments.sites / f"{name}.jsonl").cases
        texts[name] = (articles, tuple(case for case in cases if not case.follows))
    for name, (articles, cases) in texts.items():
        answerable = [case for case in cases if not case.abstains]
        sizes = Settings().passages
        cut = [p for a in articles for p in passages.cut(a, sizes.min_words, sizes.max_words)]
        print(f"\n{name}: words alone; words and sense")
        for part, change in PARTS.items():
            with changed(change) as settings:
                ways = (found(settings, cut, answerable, way) for way in (None, vectors))
                print(f"{'; '.join(ways)}  {part}", flush=True)


if __name__ == "__main__":
    main()
