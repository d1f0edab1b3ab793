"""Learns how the neural reader weighs its network, and writes `chatbot/readers/neural.json`.

    python training/learn_neural.py --eval ../shared/eval

Four small linear models on top of the network and the sentence reader (see
`chatbot/readers/neural.py`): the order of sentences, the short answer among the spans of a
sentence, whether to mark it, and the confidence. The network itself is made by `train.py` and
`export.py`. It has read all training questions, and is too sure of those, so these models are
learnt on half of the articles of the evaluation files; `halves.py` reports on both halves.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.evaluation.cases import read_squad
from chatbot.evaluation.measures import f1
from chatbot.readers.candidates import Candidate
from chatbot.readers.features import Features, weighted
from chatbot.readers.neural import NeuralReader, marking, short_answer, short_answers
from chatbot.types import Hit, Question
from learn_leaning import is_learnt_from
from learn_sentence import (
    HELD_OUT,
    SETTINGS,
    Asked,
    Table,
    Weights,
    World,
    fit_confidence,
    fit_logistic,
    fit_softmax,
    write,
)

ORDER = ("sentence reader", "span", "passage score", "kind missing")
"""Features that order sentences: the network's, and few of the others, so that they generalise."""
SHORT = ("span", "words", "typed", "typed thing")
"""Features that choose the short answer, few as well.

That a stretch has the form asked for says less where that is any noun phrase.
"""


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


def learn(plain: World, misleading: World) -> Weights:
    """Return the four models' weights.

    Some questions of the `misleading` world look as if they were answered. Visitors ask otherwise,
    so the confidence is learnt on the `plain` one alone, each question asked with its article and
    without.
    """
    weights: Weights = {"sentence": {"span": 1.0}}
    read = [asked for world in (plain, misleading) for asked, _ in ask(world, weights)]
    weights["sentence"] = learn_order(read)
    weights["short answer"] = learn_short(read)

    rows, answerable, right, marks, fits = [], [], [], [], []
    for world, left_out in ((plain, False), (plain, True), (misleading, False)):
        for asked, reader in ask(world, weights, left_out):
            best, gold = asked.ranked[0], asked.case.gold
            if world is plain:
                rows.append(reader.sureness(asked.wanted, asked.ranked))
                answerable.append(float(not left_out))
                right.append(float(not left_out and asked.quoted_right()))
            if not gold or left_out or asked.case.abstains:
                continue
            short = short_answer(asked.wanted, best, weights["short answer"])
            if short:
                start, end = (place - best.hit.passage.start for place in short.span)
                marks.append(marking(asked.ranked, short))
                fits.append(float(f1(best.hit.passage.text[start:end], gold.answers) >= 0.5))
    weights["highlight"] = fit_logistic(marks, fits, l2=0.3)
    print(f"highlight: {len(marks)} spans, {sum(fits) / len(fits):.3f} right")
    weights["confidence"] = fit_confidence(rows, answerable, right)
    print(f"confidence: {len(rows)} questions, {sum(right) / len(right):.3f} right")
    return weights


def learn_order(read: Sequence[Asked]) -> Features:
    """Return the weights that put right sentences first, and then right passages.

    Most sentences are told from others of their passage. How much more the passage's own score
    tells between passages is learnt from the best sentence of each.
    """
    sentences, passages = Table(), Table()
    for asked in read:
        place = next((i for i, c in enumerate(asked.ranked) if asked.right(c)), None)
        if place is not None:
            rows = [{name: c.features[name] for name in ORDER} for c in asked.ranked]
            sentences.add(rows, place)
    weights = fit_softmax(sentences, l2=0.3)

    def score(candidate: Candidate) -> float:
        return sum(weighted(candidate.features, weights).values())

    for asked in read:
        best: dict[Hit, Candidate] = {}
        for candidate in sorted(asked.ranked, key=score, reverse=True):
            best.setdefault(candidate.hit, candidate)
        right = {c.hit for c in asked.ranked if asked.right(c)}
        place = next((i for i, hit in enumerate(best) if hit in right), None)
        if place is not None and len(best) > 1:
            signs = ((score(c), c.features["passage score"]) for c in best.values())
            passages.add([{"score": s / 5, "passage score": p} for s, p in signs], place)
    both = fit_softmax(passages, l2=0.3)
    weights["passage score"] += round(both["passage score"] / (both["score"] / 5), 3)
    print(f"order: {len(sentences.groups)} questions, {len(passages.groups)} of several passages")
    return weights


def learn_short(read: Sequence[Asked]) -> Features:
    """Return the weights that choose the short answer among the spans of a right sentence."""
    spans = Table()
    for asked in read:
        right = next((c for c in asked.ranked if asked.right(c)), None)
        if right and asked.case.gold:
            found = short_answers(asked.wanted, right)
            fits = [f1(right.text[c.start : c.end], asked.case.gold.answers) for c in found]
            if max(fits, default=0.0) >= 0.5:
                rows = [{n: x for n, x in c.features.items() if n in SHORT} for c in found]
                spans.add(rows, fits.index(max(fits)))
    print(f"short answers: {len(spans.groups)} questions")
    return fit_softmax(spans)


def unseen_half(path: Path) -> World:
    """Return the questions about half of the articles of an evaluation file; all articles."""
    articles, cases = read_squad(path)
    return World(articles, [c for c in cases if is_learnt_from(c.group.rsplit(":", 1)[0])])


def main() -> None:
    """Read the arguments, learn, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--eval", type=Path, required=True, help="folder of the evaluation files")
    parser.add_argument("--out", type=Path, default=Path("chatbot/readers/neural.json"))
    arguments = parser.parse_args()
    plain, misleading = (unseen_half(arguments.eval / name) for name in HELD_OUT)
    write(learn(plain, misleading), arguments.out)


if __name__ == "__main__":
    main()
