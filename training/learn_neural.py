"""Learns how the neural reader weighs its network, and writes `chatbot/readers/neural.json`.

    python training/learn_neural.py --train ../shared/train --eval ../shared/eval

Three small linear models on top of the network and the sentence reader (see
`chatbot/readers/neural.py`): the order of sentences, the confidence, and whether the span of the
best sentence is the short answer. The network itself is made by `train.py` and `export.py`; since
it has read all training questions, a half of the evaluation's articles is learnt from as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from chatbot.evaluation.cases import read_squad
from chatbot.evaluation.measures import f1
from chatbot.readers.features import Features, weighted
from chatbot.readers.neural import NeuralReader, marking
from chatbot.types import Question
from learn_leaning import is_learnt_from
from learn_sentence import (
    HELD_OUT,
    SETTINGS,
    Asked,
    Table,
    Weights,
    World,
    arguments_of,
    fit_confidence,
    fit_logistic,
    fit_softmax,
    paragraphs_of,
    worlds,
    write,
)

ORDER = ("sentence reader", "span", "span lead", "passage score", "kind missing")
"""Features that order sentences: the network's, and few of the others, so that they generalise."""


def ask(
    world: World, weights: Weights, left_out: bool = False
) -> Iterator[tuple[Asked, NeuralReader]]:
    """Yield the world's questions, asked; with `left_out` each without its own article."""
    readers: dict[str | None, NeuralReader] = {}
    retrievers = {}
    for case in world.cases:
        if left_out and not case.gold:
            continue
        without = case.gold.article if left_out and case.gold else None
        if without not in readers:
            retrievers[without] = world.retriever(without)
            readers[without] = NeuralReader(retrievers[without], SETTINGS.reader, weights)
        reader, question = readers[without], Question(case.question)
        hits = retrievers[without].search(question, reader.hits)
        if not hits:
            continue
        wanted = reader.wanted(question)
        ranked = reader.rank(question, wanted, hits)
        if ranked:
            yield Asked(case, wanted, ranked, retrievers[without]), reader


def learn(part: list[World], unseen: list[World]) -> Weights:
    """Return the three models' weights.

    The network has read the questions of `part` in training and is too sure of them. So they only
    teach which of the other signs tell whether a sentence answers; how much the network's own
    scores are worth, and how likely all that is right, is learnt on the `unseen` ones.
    """
    start: Weights = {"sentence": {"span": 1.0}, "confidence": {}, "highlight": {}}
    order = Table()
    for asked, _ in (pair for world in unseen for pair in ask(world, start)):
        place = next((i for i, c in enumerate(asked.ranked) if asked.right(c)), None)
        if place is not None:
            rows = [{name: c.features[name] for name in ORDER} for c in asked.ranked]
            order.add(rows, place)
    weights = start | {"sentence": fit_softmax(order, l2=0.3)}
    print(f"sentences: {len(order.groups)} questions")

    seen, there, right = [], [], []
    for row, is_there, is_right, _ in judged(part, weights):
        seen.append(row)
        there.append(is_there)
        right.append(is_right)
    confidence = fit_confidence(seen, there, right)
    print(f"confidence: {len(seen)} questions, {sum(right) / len(right):.3f} right")

    # SQuAD 2's questions are made to mislead: visitors ask otherwise, so they set no scale.
    plain = list(judged(unseen[:1], weights))
    scores = [{"score": sum(weighted(row, confidence).values())} for row, *_ in plain]
    right = [is_right for _, _, is_right, _ in plain]
    both = chain(plain, judged(unseen[1:], weights))
    marks, fits = zip(*(mark for *_, mark in both if mark), strict=True)
    scale = fit_logistic(scores, right, l2=0.0)
    scaled = {n: round(w * scale["score"], 3) for n, w in confidence.items() if n != "bias"}
    weights["confidence"] = scaled | {"bias": round(scale["bias"], 3)}
    weights["highlight"] = fit_logistic(marks, fits)
    print(f"its scale: {len(scores)} questions, {sum(right) / len(right):.3f} right")
    print(f"highlight: {len(marks)} spans, {sum(fits) / len(fits):.3f} right")
    return weights


def judged(
    part: list[World], weights: Weights
) -> Iterator[tuple[Features, float, float, tuple[Features, float] | None]]:
    """Yield what tells of each question whether it is answered, whether it could be, and is.

    Each is asked with its article and without; where the article is there, also what tells of the
    short answer whether it is right, and whether it is.
    """
    for world in part:
        for left_out in (False, True):
            for asked, reader in ask(world, weights, left_out):
                best, gold = asked.ranked[0], asked.case.gold
                answerable = gold is not None and not left_out and not asked.case.abstains
                mark = None
                if answerable and best.mark and gold:
                    start_of = best.hit.passage.start
                    text = best.hit.passage.text[best.mark[0] - start_of : best.mark[1] - start_of]
                    mark = marking(best), float(f1(text, gold.answers) >= 0.5)
                is_right = float(answerable and asked.quoted_right())
                row = reader.sureness(asked.wanted, asked.ranked)
                yield row, float(answerable), is_right, mark


def unseen_half(folder: Path) -> list[World]:
    """Return the questions about half of the articles of the evaluation files; all articles.

    Nothing else is left that the network has not read. The other half is what to report.
    """
    found = []
    for name in HELD_OUT:
        articles, cases = read_squad(folder / name)
        mine = [case for case in cases if is_learnt_from(case.group.rsplit(":", 1)[0])]
        found.append(World(articles, mine))
    return found


def main() -> None:
    """Read the arguments, learn, write."""
    arguments = arguments_of(__doc__, "neural.json", limit=1000, seed=2)
    part: list[World] = []
    for world in worlds(paragraphs_of(arguments), random.Random(arguments.seed)):
        # One question a paragraph: many corpora teach more than many questions about one.
        one_each = {(c.gold.article, c.gold.start): c for c in world.cases if c.gold}
        part.append(replace(world, cases=list(one_each.values())))
        if sum(len(w.cases) for w in part) >= arguments.limit:
            break
    write(learn(part, unseen_half(arguments.eval)), arguments.out)


if __name__ == "__main__":
    main()
