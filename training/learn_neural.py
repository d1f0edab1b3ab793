"""Learns how the neural reader weighs its network, and writes `chatbot/readers/neural.json`.

    python training/learn_neural.py --train ../shared/train --eval ../shared/eval

Three small linear models on top of the network and the sentence reader (see
`chatbot/readers/neural.py`): the order of sentences, the confidence, and whether the span of the
best sentence is the short answer. The network itself is made by `train.py` and `export.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from chatbot.evaluation.measures import f1
from chatbot.readers.neural import NeuralReader, marking
from chatbot.types import Question
from learn_sentence import (
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
        assert case.gold
        without = case.gold.article if left_out else None
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


def learn(part: list[World]) -> Weights:
    """Return the three models' weights; the confidence is learnt on worlds of its own."""
    start: Weights = {"sentence": {"span": 1.0}, "confidence": {}, "highlight": {}}
    unseen, seen = part[: len(part) // 2], part[len(part) // 2 :]

    order = Table()
    for asked, _ in (pair for world in seen for pair in ask(world, start)):
        place = next((i for i, c in enumerate(asked.ranked) if asked.right(c)), None)
        if place is not None:
            rows = [{name: c.features[name] for name in ORDER} for c in asked.ranked]
            order.add(rows, place)
    weights = start | {"sentence": fit_softmax(order)}
    print(f"sentences: {len(order.groups)} questions")

    rows, answerable, right, marks, fits = [], [], [], [], []
    for world in unseen:
        for left_out in (False, True):
            for asked, reader in ask(world, weights, left_out):
                best, gold = asked.ranked[0], asked.case.gold
                rows.append(reader.sureness(asked.wanted, asked.ranked))
                answerable.append(float(not left_out and not asked.case.abstains))
                right.append(float(not left_out and asked.quoted_right()))
                if answerable[-1] and best.mark and gold:
                    start_of = best.hit.passage.start
                    text = best.hit.passage.text[best.mark[0] - start_of : best.mark[1] - start_of]
                    marks.append(marking(best))
                    fits.append(float(f1(text, gold.answers) >= 0.5))
    weights["confidence"] = fit_confidence(rows, answerable, right)
    weights["highlight"] = fit_logistic(marks, fits)
    print(f"confidence: {len(rows)} questions, {sum(right) / len(right):.3f} right")
    print(f"highlight: {len(marks)} spans, {sum(fits) / len(fits):.3f} right")
    return weights


def main() -> None:
    """Read the arguments, learn, write."""
    arguments = arguments_of(__doc__, "neural.json", limit=1400, seed=2)
    part: list[World] = []
    for world in worlds(paragraphs_of(arguments), random.Random(arguments.seed)):
        # One question a paragraph: many corpora teach more than many questions about one.
        one_each = {(c.gold.article, c.gold.start): c for c in world.cases if c.gold}
        part.append(replace(world, cases=list(one_each.values())))
        if sum(len(w.cases) for w in part) >= arguments.limit:
            break
    write(learn(part), arguments.out)


if __name__ == "__main__":
    main()
