"""Learns how the neural reader weighs its network, and writes `chatbot/readers/neural.json`.

    python training/learn_neural.py --eval ../shared/eval \\
        --unread more/squad-loose.json --network fifth.onnx

Four small linear models on top of the network and the sentence reader (see
`chatbot/readers/neural.py`): the order of sentences, the short answer among the spans of a
sentence, whether to mark it, and the confidence. The network itself is made by `train.py` and
`export.py`. It has read all training questions, and is too sure of those. So three of these models
are learnt on half of the articles of the evaluation files; `halves.py` reports on both halves.
The confidence is learnt on questions that an earlier network, that of the fifth run, had not read
(`--unread`, of `more.py`), as that network reads them; only its scale is that half's.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.evaluation.cases import read_squad
from chatbot.evaluation.measures import f1
from chatbot.readers.candidates import Candidate
from chatbot.readers.features import Features, weighted
from chatbot.readers.neural import NeuralReader, SpanModel, marking, short_answer, short_answers
from chatbot.types import Hit, Question
from learn_leaning import is_learnt_from
from learn_sentence import (
    HELD_OUT,
    SETTINGS,
    Asked,
    Table,
    Weights,
    World,
    fit_logistic,
    fit_softmax,
    read_paragraphs,
    to_scale,
    up_to,
    worlds,
    write,
)

ORDER = ("sentence reader", "span", "passage score", "kind missing")
"""Features that order sentences: the network's, and few of the others, so that they generalise."""
SHORT = ("span", "words", "typed", "typed thing")
"""Features that choose the short answer, few as well.

That a stretch has the form asked for says less where that is any noun phrase.
"""


def ask(
    world: World, weights: Weights, left_out: bool = False, model: SpanModel | None = None
) -> Iterator[tuple[Asked, NeuralReader]]:
    """Yield the world's questions, asked; with `left_out` each without its own article.

    Read by the shipped network, or by `model`.
    """
    readers: dict[str | None, NeuralReader] = {}
    retrievers = {}
    for case in world.cases:
        if left_out and (not case.gold or case.abstains):
            continue
        without = case.gold.article if left_out and case.gold else None
        if without not in readers:
            retrievers[without] = world.retriever(without)
            readers[without] = NeuralReader(retrievers[without], SETTINGS.reader, weights, model)
        reader, question = readers[without], Question(case.question)
        hits = retrievers[without].search(question, reader.hits)
        if not hits:
            continue
        wanted = reader.wanted(question)
        ranked = reader.rank(question, wanted, hits)
        if ranked:
            yield Asked(case, wanted, ranked, retrievers[without]), reader


def learn(plain: World, misleading: World, unread: Sequence[World], earlier: SpanModel) -> Weights:
    """Return the four models' weights.

    Some questions of the `misleading` world look as if they were answered. `unread` is what the
    network `earlier` has not read.
    """
    weights: Weights = {"sentence": {"span": 1.0}}
    read = [asked for world in (plain, misleading) for asked, _ in ask(world, weights)]
    weights["sentence"] = learn_order(read)
    weights["short answer"] = learn_short(read)
    weights["highlight"] = learn_marks([plain, misleading], weights)
    weights["confidence"] = learn_confidence(plain, unread, earlier, weights)
    return weights


def learn_marks(worlds: Sequence[World], weights: Weights) -> Features:
    """Return the weights that tell whether a short answer is right."""
    marks, fits = [], []
    for asked, _ in (asked for world in worlds for asked in ask(world, weights)):
        best, gold = asked.ranked[0], asked.case.gold
        short = short_answer(asked.wanted, best, weights["short answer"])
        if short and gold and not asked.case.abstains:
            start, end = (place - best.hit.passage.start for place in short.span)
            marks.append(marking(asked.ranked, short))
            fits.append(float(f1(best.hit.passage.text[start:end], gold.answers) >= 0.5))
    print(f"highlight: {len(marks)} spans, {sum(fits) / len(fits):.3f} right")
    return fit_logistic(marks, fits, l2=0.3)


def learn_confidence(
    plain: World, unread: Sequence[World], earlier: SpanModel, weights: Weights
) -> Features:
    """Return the weights that tell whether the best sentence answers.

    They tell the answerable questions of `unread` from the others, and from all with their article
    left out. How likely a quote is right is learnt on the `plain` world, with its articles and
    without: visitors seldom ask what is all but answered, as a third of the unread do.
    """
    rows, answerable = [], []
    for world in unread:
        for left_out in (False, True):
            for asked, reader in ask(world, weights, left_out, earlier):
                rows.append(reader.sureness(asked.wanted, asked.ranked))
                answerable.append(float(not left_out and not asked.case.abstains))
    told = fit_logistic(rows, answerable)
    print(f"confidence: {len(rows)} questions, {sum(answerable) / len(rows):.3f} answerable")

    rows, right = [], []
    for left_out in (False, True):
        for asked, reader in ask(plain, weights, left_out):
            rows.append(reader.sureness(asked.wanted, asked.ranked))
            right.append(float(not left_out and asked.quoted_right()))
    print(f"its scale: {len(rows)} questions, {sum(right) / len(rows):.3f} right")
    return to_scale(told, rows, right)


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
    parser.add_argument("--unread", type=Path, required=True, help="what --network has not read")
    parser.add_argument("--network", type=Path, required=True, help="an earlier reader.onnx")
    parser.add_argument("--limit", type=int, default=6000, help="unread questions to learn from")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    plain, misleading = (unseen_half(arguments.eval / name) for name in HELD_OUT)
    paragraphs = read_paragraphs(arguments.unread, set(), unanswerable=True)
    unread = up_to(arguments.limit, worlds(paragraphs, random.Random(arguments.seed)))
    earlier = SpanModel(arguments.network.read_bytes())
    write(learn(plain, misleading, unread, earlier), arguments.out)


if __name__ == "__main__":
    main()
