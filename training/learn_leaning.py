"""Learns when a question leans on those before it: `LEANING` of the conversation's questions.

    python training/learn_leaning.py --eval ../shared/eval

Logistic regression on the evidence that `questions.evidence` gathers: the turns of CANARD's
dialogues lean on their history, XQuAD's questions do not lean on two of another article. Learnt on
the half of dialogues and articles whose name's MD5 is even; prints the weights, and for either half
how often the regression is right. The bias in the code was then set by hand, looking at both.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.canard import FollowUp
from benchmarks.published import read_cases
from chatbot import passages
from chatbot.conversation import followups, memory, questions
from chatbot.evaluation.cases import read_squad
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Article, Turn
from learn_sentence import SETTINGS, fit_logistic

Row = tuple[dict[str, float], float, bool]
"""The evidence, 1.0 where the question leans on its history, and whether to learn from it."""


def indexed(articles: Sequence[Article]) -> Bm25Retriever:
    """Return the articles' passages, indexed."""
    sizes = SETTINGS.passages
    cut = [passages.cut(article, sizes.min_words, sizes.max_words) for article in articles]
    return Bm25Retriever([p for of in cut for p in of], SETTINGS.retriever)


def seen(text: str, history: Sequence[str], index: Bm25Retriever) -> dict[str, float]:
    """Return the evidence of a question asked after others."""
    conversation = memory.Conversation()
    for said in history:
        read = questions.reading(said, conversation, index)
        conversation.remember(said, read, Turn(said), False, index)
    named = memory.names(text, index)
    lean = followups.lean(text, named)
    return questions.evidence(text, lean, bool(named), conversation, index)


def is_learnt_from(name: str) -> bool:
    """Tell in which half an article is."""
    return hashlib.md5(name.encode()).digest()[0] % 2 == 0


def leaning(path: Path) -> Iterator[Row]:
    """Yield the turns of CANARD's dialogues after the first, with and without their title."""
    file = read_cases(path)
    index = indexed(file.articles)
    for case in file.cases:
        assert isinstance(case, FollowUp)
        for history in (case.untitled, case.history):
            if history:
                asked = [turn.question for turn in history]
                yield seen(case.question, asked, index), 1.0, is_learnt_from(case.group)


def standing_alone(path: Path, seed: int) -> Iterator[Row]:
    """Yield XQuAD's questions, each after two about another article."""
    articles, cases = read_squad(path)
    index, rng = indexed(articles), random.Random(seed)
    asked: dict[str, list[str]] = {}
    for case in cases:
        if case.gold:
            asked.setdefault(case.gold.article, []).append(case.question)
    for article, own in asked.items():
        for question in own:
            other = rng.choice([name for name in asked if name != article])
            history = rng.sample(asked[other], 2)
            yield seen(question, history, index), 0.0, is_learnt_from(article)


def main() -> None:
    """Read the arguments, learn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = [
        *leaning(arguments.eval / "canard-dev.json"),
        *standing_alone(arguments.eval / "xquad-dev.json", arguments.seed),
    ]
    learnt = [row for row in rows if row[2]]
    weights = fit_logistic([seen for seen, _, _ in learnt], [label for _, label, _ in learnt])
    for name, weight in weights.items():
        print(f"{name:>10} {weight:6.2f}")
    for half, name in ((True, "learnt from"), (False, "held out")):
        right = [
            (sum(weights.get(n, 0.0) * v for n, v in evidence.items()) > 0) == bool(label)
            for evidence, label, is_learnt in rows
            if is_learnt == half
        ]
        print(f"{name}: {len(right)} questions, right for {100 * np.mean(right):.1f} %")


if __name__ == "__main__":
    main()
