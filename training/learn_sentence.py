"""Learns the weights of the sentence reader and writes `chatbot/readers/sentence.json`.

    python training/learn_sentence.py --train ../shared/train --eval ../shared/eval

There are three linear models (see `chatbot/readers/sentence.py`), each learnt by L2-regularised
maximum likelihood. One orders sentences (softmax over all sentences of a question's hits). One
chooses the short answer (softmax over the candidates of the right sentence and "none"). One gives
the confidence (logistic regression; it must refuse questions whose article is left out). Only the
project's own packages are needed.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot import passages
from chatbot.config import Settings
from chatbot.evaluation.cases import Case, read_squad
from chatbot.evaluation.measures import f1
from chatbot.readers import highlights
from chatbot.readers.candidates import Candidate, Weights, beside
from chatbot.readers.features import RULES, Features, Wanted
from chatbot.readers.sentence import DOUBTS, LOOKED_INTO, SentenceReader, sureness
from chatbot.retrievers import Retriever
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Article, Block, Question

FILES = ("squad-train-part.json", "newwiki.json", "squad2-half-dev.json", "nq-qed-dev.json")
HELD_OUT = ("xquad-dev.json", "squad2-two-articles.json")
SIZES = (12, 60, 180, 180)
"""The numbers of paragraphs in a corpus: the first article of a site, a few articles, or many."""
SETTINGS = Settings()
BY_RULE = {*RULES, *DOUBTS}
"""The features whose weights are set by hand."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the training data with the questions about it."""

    article: str
    title: str
    text: str
    cases: list[Case]


@dataclass(frozen=True)
class World:
    """A small corpus, as a site might have, with its questions."""

    articles: list[Article]
    cases: list[Case]

    def retriever(self, without: str | None = None) -> Bm25Retriever:
        """Return a retriever for the corpus; the article `without` is left out."""
        sizes = SETTINGS.passages
        kept = (article for article in self.articles if article.id != without)
        cut = [passages.cut(article, sizes.min_words, sizes.max_words) for article in kept]
        return Bm25Retriever([p for of in cut for p in of], SETTINGS.retriever)


@dataclass(frozen=True)
class Asked:
    """A case that was asked, with every sentence of its hits in order."""

    case: Case
    wanted: Wanted
    ranked: list[Candidate]
    retriever: Retriever

    def right(self, candidate: Candidate) -> bool:
        """Return whether a sentence is in the right place and has an answer."""
        gold, passage = self.case.gold, candidate.hit.passage
        if gold is None or self.case.abstains or passage.article != gold.article:
            return False
        start, end = passage.sentences[candidate.index]
        inside = gold.start <= start and end <= gold.end
        return inside and any(answer in candidate.text for answer in gold.answers)

    def quoted_right(self) -> bool:
        """Return whether the quote, the best sentence or two, would be right."""
        also = beside(self.ranked)
        return self.right(self.ranked[0]) or (also is not None and self.right(also))


def read_paragraphs(train: Path, held_out: set[str]) -> list[Paragraph]:
    """Return the paragraphs of all training files that are not in `held_out`."""
    found = []
    for name in FILES:
        articles, cases = read_squad(train / name)
        by_place: dict[tuple[str, int], list[Case]] = {}
        for case in cases:
            if case.gold:
                by_place.setdefault((case.gold.article, case.gold.start), []).append(case)
        for article in articles:
            for block in article.blocks:
                text = article.text[block.start : block.end]
                if text not in held_out:
                    mine = by_place.get((article.id, block.start), [])
                    found.append(Paragraph(name + article.id, article.title, text, mine))
    return found


def worlds(paragraphs: Sequence[Paragraph], rng: random.Random) -> Iterator[World]:
    """Yield corpora that together have each paragraph once; each has at most 12 of one article."""
    by_article: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs:
        by_article.setdefault(paragraph.article, []).append(paragraph)
    pieces = []
    for members in by_article.values():
        rng.shuffle(members)
        pieces += [members[i : i + 12] for i in range(0, len(members), 12)]
    rng.shuffle(pieces)
    while pieces:
        size, wanted = 0, rng.choice(SIZES)
        chosen: dict[str, list[Paragraph]] = {}
        waiting = []
        for piece in pieces:
            if size < wanted and piece[0].article not in chosen:
                chosen[piece[0].article] = piece
                size += len(piece)
            else:
                waiting.append(piece)
        pieces = waiting
        yield _world(list(chosen.values()), rng)


def _world(pieces: Sequence[Sequence[Paragraph]], rng: random.Random) -> World:
    """Return a corpus with an article from each piece, and at most 4 questions per paragraph."""
    articles, cases = [], []
    for number, paragraphs in enumerate(pieces):
        text, blocks = "", []
        for paragraph in paragraphs:
            text += "\n\n" if text else ""
            blocks.append(Block("paragraph", len(text), len(text) + len(paragraph.text)))
            text += paragraph.text
            for case in rng.sample(paragraph.cases, min(4, len(paragraph.cases))):
                assert case.gold
                gold = replace(
                    case.gold, article=str(number), start=blocks[-1].start, end=blocks[-1].end
                )
                cases.append(replace(case, gold=gold))
        # A made-up title ("squad-train-misc") would teach that titles mean nothing.
        title = "" if "misc" in paragraphs[0].title else paragraphs[0].title
        articles.append(Article(str(number), title, text, tuple(blocks), source=""))
    return World(articles, cases)


def ask(
    world: World, weights: Weights, left_out: bool = False, first: bool = False
) -> Iterator[Asked]:
    """Ask the questions of a corpus and yield them; with `left_out`, each without its article.

    With `first`, sentences are only put into the reader's first order.
    """
    whole = world.retriever()
    without: dict[str, Bm25Retriever] = {}
    for case in world.cases:
        assert case.gold
        retriever = whole
        if left_out:
            article = case.gold.article
            if article not in without:
                without[article] = world.retriever(article)
            retriever = without[article]
        reader = SentenceReader(retriever, SETTINGS.reader, weights)
        question = Question(case.question)
        hits = retriever.search(question, reader.hits)
        if hits:
            wanted = reader.wanted(question)
            ranked = (reader.order if first else reader.rank)(wanted, hits)
            yield Asked(case, wanted, ranked, retriever)


@dataclass
class Table:
    """Rows of features in groups; `targets` has the right row of each group, -1 for none."""

    rows: list[Features] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)

    def add(self, rows: Sequence[Features], target: int) -> None:
        """Add a group."""
        self.rows.extend(rows)
        self.groups.append(len(rows))
        self.targets.append(target)


def _matrix(rows: Sequence[Features]) -> tuple[list[str], NDArray[np.float64]]:
    """Return the names of the features and their values, shape (rows, names)."""
    names = sorted({name for row in rows for name in row})
    column = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names)))
    for i, row in enumerate(rows):
        for name, value in row.items():
            matrix[i, column[name]] = value
    return names, matrix


def fit_softmax(table: Table, none: bool = False, l2: float = 1.0, steps: int = 300) -> Features:
    """Return weights that make the target rows the likeliest of their groups, found by Adam.

    With `none`, each group has one more row of score 0, which is the target if no row is right.
    """
    names, matrix = _matrix(table.rows)
    groups = np.repeat(np.arange(len(table.groups)), table.groups)
    starts = np.concatenate(([0], np.cumsum(table.groups)[:-1]))
    targets = np.array(table.targets)
    chosen = matrix[(starts + targets)[targets >= 0]].sum(axis=0)
    weights, first, second = (np.zeros(len(names)) for _ in range(3))
    for step in range(1, steps + 1):
        scores = matrix @ weights
        highest = np.maximum.reduceat(scores, starts)
        if none:
            highest = np.maximum(highest, 0)
        exp = np.exp(scores - highest[groups])
        total = np.add.reduceat(exp, starts) + (np.exp(-highest) if none else 0)
        gradient = matrix.T @ (exp / total[groups]) - chosen + l2 * weights
        gradient /= len(targets)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = 0.1 * min(1.0, 2 * (1 - step / steps))
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
    return _named(names, weights)


def fit_logistic(
    rows: Sequence[Features],
    labels: Sequence[float],
    l2: float = 1.0,
    importance: NDArray[np.float64] | None = None,
) -> Features:
    """Return the weights of logistic regression, including "bias", found by Newton's method.

    `importance` is how much each row counts, shape (rows,); if it is None, all count the same.
    """
    names, matrix = _matrix([row | {"bias": 1.0} for row in rows])
    y, weights = np.array(labels), np.zeros(len(names))
    counts = np.ones(len(rows)) if importance is None else importance
    for _ in range(30):
        p = 1 / (1 + np.exp(-(matrix @ weights)))
        hessian = (matrix * (counts * p * (1 - p))[:, None]).T @ matrix + l2 * np.eye(len(weights))
        weights -= np.linalg.solve(hessian, matrix.T @ (counts * (p - y)) + l2 * weights)
    return _named(names, weights)


def fit_confidence(
    rows: Sequence[Features],
    answerable: Sequence[float],
    right: Sequence[float],
    importance: NDArray[np.float64] | None = None,
) -> Features:
    """Return weights that recognise answerable questions and estimate how likely a quote is right.

    First, weights are fitted to whether questions are answerable. Then a logistic regression on
    their score is fitted to whether quotes are right (Platt 1999).
    """
    weights = fit_logistic(rows, answerable, importance=importance)
    scores = [
        {"score": sum(value * weights.get(name, 0.0) for name, value in row.items())}
        for row in rows
    ]
    scale = fit_logistic(scores, right, l2=1e-6, importance=importance)
    scaled = {n: round(w * scale["score"], 3) for n, w in weights.items() if n != "bias"}
    return scaled | {"bias": round(scale.get("bias", 0.0), 3)}


def _named(names: Sequence[str], weights: NDArray[np.float64]) -> Features:
    return {n: round(float(w), 3) for n, w in zip(names, weights, strict=True) if abs(w) > 5e-4}


def learn(paragraphs: Sequence[Paragraph], limit: int, seed: int) -> Weights:
    """Return the weights of the three models, learnt on about `limit` questions.

    The confidence is learnt on corpora that the other two have not seen.
    """
    rng = random.Random(seed)
    part: list[World] = []
    for world in worlds(paragraphs, rng):
        part.append(world)
        if sum(len(w.cases) for w in part) >= limit:
            break
    unseen, seen = part[: len(part) // 4], part[len(part) // 4 :]
    weights: Weights = {"sentence": {}, "highlight": {}, "confidence": {}}

    order, marks = Table(), Table()
    for asked in (asked for world in seen for asked in ask(world, weights, first=True)):
        right = next((c for c in asked.ranked if asked.right(c)), None)
        if right is None or asked.case.gold is None:
            continue
        rows = [{n: x for n, x in c.features.items() if n not in BY_RULE} for c in asked.ranked]
        order.add(rows, asked.ranked.index(right))
        found = highlights.candidates(asked.wanted, right.text)
        fits = [f1(right.text[c.start : c.end], asked.case.gold.answers) for c in found]
        if found:
            best = int(np.argmax(fits))
            marks.add([c.features for c in found], best if fits[best] >= 0.6 else -1)
    weights["sentence"] = fit_softmax(order)
    weights["highlight"] = fit_softmax(marks, none=True)
    print(f"sentences: {len(order.groups)} questions, {len(order.rows)} sentences")

    again = Table()
    for asked in (asked for world in seen for asked in ask(world, weights)):
        first = asked.ranked[:LOOKED_INTO]
        place = next((i for i, c in enumerate(first) if asked.right(c)), None)
        if place is not None:
            again.add([{"score": c.score, "marks": c.features["marks"]} for c in first], place)
    both = fit_softmax(again)
    weights["sentence"]["marks"] = round(both["marks"] / both["score"], 3)

    rows, answerable, right_ones = [], [], []
    for world in unseen:
        for left_out in (False, True):
            for asked in ask(world, weights, left_out):
                rows.append(sureness(asked.retriever, asked.wanted, asked.ranked))
                answerable.append(float(not left_out and not asked.case.abstains))
                right_ones.append(float(not left_out and asked.quoted_right()))
    weights["confidence"] = fit_confidence(rows, answerable, right_ones)
    print(
        f"confidence: {len(rows)} questions, {sum(answerable):.0f} of them answerable, "
        f"{sum(right_ones):.0f} right"
    )
    return weights


def training_paragraphs(train: Path, held_back: Path) -> list[Paragraph]:
    """Return the training paragraphs that no evaluation file has."""
    held_out = set()
    for name in HELD_OUT:
        for article in read_squad(held_back / name)[0]:
            held_out |= {article.text[block.start : block.end] for block in article.blocks}
    return read_paragraphs(train, held_out)


def write(weights: Weights, path: Path) -> None:
    """Write the weights as sorted JSON, one per line."""
    content = {part: dict(sorted(values.items())) for part, values in weights.items()}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Read the arguments, learn the weights, and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--train", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--eval", type=Path, required=True, help="paragraphs here are left out")
    parser.add_argument("--out", type=Path, default=Path("chatbot/readers/sentence.json"))
    parser.add_argument("--limit", type=int, default=7000, help="questions to learn from")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    paragraphs = training_paragraphs(arguments.train, arguments.eval)
    write(learn(paragraphs, arguments.limit, arguments.seed), arguments.out)


if __name__ == "__main__":
    main()
