"""Learns the linear weights of a reader with a network, and writes `neural.json` or `deep.json`.

    python training/learn_neural.py --eval ../shared/eval --sites ../shared/sites --reader deep

They are four small linear models on top of the network and the sentence reader (see
`chatbot/readers/neural.py`). They order sentences, choose the short answer among the spans of a
sentence, decide whether to mark it, and give the confidence. The network itself is made by
`train.py` and `export.py`. It is overconfident about its training questions. So these models are
learnt on half of the articles of the evaluation files; `halves.py` reports on both halves.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.published import read_cases
from chatbot import encoder, passages, retrievers
from chatbot.articles import read_corpus
from chatbot.encoder.vectors import Vectors
from chatbot.evaluation.cases import Case
from chatbot.evaluation.measures import f1
from chatbot.readers import features
from chatbot.readers.candidates import Candidate, Weights
from chatbot.readers.features import Features, weighted
from chatbot.readers.neural import NeuralReader
from chatbot.readers.spans import marking, short_answer, short_answers
from chatbot.types import Article, Hit, Question
from halves import is_learnt_from
from learn_hybrid import SITES
from learn_sentence import (
    HELD_OUT,
    SETTINGS,
    Asked,
    Table,
    fit_confidence,
    fit_logistic,
    fit_softmax,
    write,
)

START: Weights = {"sentence": {"span": 1.0}}
"""The weights of a reader before anything is learnt."""
LIKELY = {True: 1.0, False: 0.35}
"""The weights of kinds of questions: True for those that the articles answer, False for others."""
READERS = ("neural", "deep")
ORDER = ("sentence reader", "span", "passage score", "kind missing")
"""The features that order sentences: few, so that the weights also work for other texts."""
SHORT = ("span", "words", "typed", "typed thing")
"""The features that choose the short answer: also few.

"typed thing" is separate, since the form says less if every noun phrase has it.
"""


def reader_class(name: str) -> type[NeuralReader]:
    """Return the class of a reader; some readers need a package, such as `article-chat-deep`."""
    if name == "deep":
        from chatbot.readers.deep import DeepReader

        return DeepReader
    if name == "multilingual":
        from chatbot.readers.multilingual import MultilingualReader

        return MultilingualReader
    return NeuralReader


class Site:
    """A corpus with the questions of its visitors, an index and a reader."""

    def __init__(
        self,
        articles: Sequence[Article],
        cases: Sequence[Case],
        vectors: Vectors,
        reader: str,
        weights: Weights,
    ) -> None:
        self.articles, self.cases, self.vectors = articles, cases, vectors
        sizes = SETTINGS.passages
        cut = [p for a in articles for p in passages.cut(a, sizes.min_words, sizes.max_words)]
        self.retriever = retrievers.make(SETTINGS, cut)
        self.retriever.encode(vectors)
        self.reader = reader_class(reader)(self.retriever, SETTINGS.reader, weights)

    def with_weights(self, weights: Weights) -> None:
        """Use these weights from now on."""
        self.reader = type(self.reader)(self.retriever, SETTINGS.reader, weights)

    def without(self, article: str, weights: Weights) -> Site:
        """Return the same site without an article."""
        others = [other for other in self.articles if other.id != article]
        return Site(others, (), self.vectors, self.reader.name, weights)

    def ask(self, cases: Sequence[Case]) -> Iterator[Asked]:
        """Yield each case with the reader's sentences, the likeliest first."""
        for case in cases:
            question = Question(case.question)
            hits = self.retriever.search(question, self.reader.hits)
            wanted = self.reader.wanted(question)
            ranked = self.reader.rank(question, wanted, hits) if hits else []
            if ranked:
                yield Asked(case, wanted, ranked, self.retriever)

    def sureness(self, asked: Asked) -> Features:
        """Return the features that show whether the best sentence answers."""
        return self.reader.sureness(asked.wanted, asked.ranked)


@dataclass(frozen=True)
class Kind:
    """Questions of one kind, to learn the confidence from; each kind counts the same."""

    name: str
    rows: list[Features]
    answerable: list[float]
    right: list[float]

    @staticmethod
    def of(name: str, asked: Iterable[tuple[Site, Asked]], answerable: bool) -> Kind:
        """Return the kind `name`; unless it is `answerable`, every quote is wrong."""
        rows, right = [], []
        for site, each in asked:
            rows.append(site.sureness(each))
            right.append(float(answerable and quoted_right(each)))
        return Kind(name, rows, [float(answerable)] * len(rows), right)


def quoted_right(asked: Asked) -> bool:
    """Return whether the quote, the best sentence or two, would be right."""
    case = asked.case
    if case.gold and case.gold.answers:
        return asked.quoted_right()
    best = asked.ranked[0]
    if case.gold:
        return best.hit.passage.article == case.gold.article
    words = " ".join(best.text.split())
    return any(" ".join(wanted.split()) in words for wanted in case.contains)


def kinds(plain: Site, threads: Site, sites: dict[str, Site], weights: Weights) -> Iterator[Kind]:
    """Yield the kinds of questions that visitors ask, answerable by the articles and not."""
    for name, site in (("plain", plain), ("threads", threads)):
        yield from with_and_without(name, site, weights)
    for name, site in sites.items():
        theirs = [case for case in site.cases if not case.abstains]
        never = [case for case in site.cases if case.abstains]
        foreign = [
            case
            for other in sites.values()
            if other is not site
            for case in other.cases
            if not case.abstains
        ]
        yield Kind.of(name, ((site, asked) for asked in site.ask(theirs)), True)
        if never:
            yield Kind.of(f"{name}, unanswerable", ((site, a) for a in site.ask(never)), False)
        yield Kind.of(f"{name}, others' questions", ((site, a) for a in site.ask(foreign)), False)


def with_and_without(name: str, site: Site, weights: Weights) -> Iterator[Kind]:
    """Yield the questions of a site, and the same without the article that answers them."""
    yield Kind.of(name, ((site, asked) for asked in site.ask(site.cases)), True)
    gone: list[tuple[Site, Asked]] = []
    for article in dict.fromkeys(c.gold.article for c in site.cases if c.gold):
        less = site.without(article, weights)
        asked_of = [c for c in site.cases if c.gold and c.gold.article == article]
        gone += [(less, asked) for asked in less.ask(asked_of)]
    yield Kind.of(f"{name}, article left out", gone, False)


def learn_confidence(of_kinds: Sequence[Kind]) -> Features:
    """Return the weights of the confidence; print how good it is by kind (cross-validated)."""
    found = fit_kinds(of_kinds)
    for left_out in {kind.name.split(",")[0]: None for kind in of_kinds}:
        others = [kind for kind in of_kinds if kind.name.split(",")[0] != left_out]
        weights = fit_kinds(others)
        theirs = (kind for kind in of_kinds if kind.name.split(",")[0] == left_out)
        for kind in (kind for kind in theirs if kind.rows):
            sure = np.array([features.logistic(row, weights) for row in kind.rows])
            print(
                f"{kind.name}: {len(sure)} questions, {np.mean(kind.right):.3f} right, confidence "
                f"{sure.mean():.3f}, at least 0.2 in {(sure >= 0.2).mean():.3f}, "
                f"0.5 in {(sure >= 0.5).mean():.3f}"
            )
    return found


def fit_kinds(of_kinds: Sequence[Kind]) -> Features:
    """Return the weights that fit these kinds of questions best; each kind counts the same."""
    rows = [row for kind in of_kinds for row in kind.rows]
    share = [
        LIKELY[bool(kind.answerable[0])] / len(kind.rows) for kind in of_kinds for _ in kind.rows
    ]
    importance = np.array(share) * len(rows) / sum(share)
    answerable = [value for kind in of_kinds for value in kind.answerable]
    right = [value for kind in of_kinds for value in kind.right]
    return fit_confidence(rows, answerable, right, importance)


def learn(
    known: Sequence[Site], others: Sequence[Site], kinds_of: Callable[[Weights], Iterator[Kind]]
) -> Weights:
    """Return the weights of the four models.

    Sentences and short answers are learnt from the questions of `known` sites, whose answers are
    known. The confidence is learnt from the kinds of questions that `kinds_of` yields; these are
    also about the sites `others`.
    """
    weights = dict(START)
    read = [asked for site in known for asked in site.ask(site.cases)]
    weights["sentence"] = learn_order(read)
    weights["short answer"] = learn_short(read)
    for site in (*known, *others):
        site.with_weights(weights)
    marks, fits = [], []
    for asked in (asked for site in known for asked in site.ask(site.cases)):
        best, gold = asked.ranked[0], asked.case.gold
        short = short_answer(asked.wanted, best, weights["short answer"])
        if gold and short:
            marks.append(marking(asked.ranked, short))
            fits.append(float(f1(best.hit.passage.between(*short.span), gold.answers) >= 0.5))
    weights["highlight"] = fit_logistic(marks, fits, l2=0.3)
    print(f"highlight: {len(marks)} spans, {sum(fits) / len(fits):.3f} right")
    weights["confidence"] = learn_confidence([*kinds_of(weights)])
    return weights


def learn_order(read: Sequence[Asked]) -> Features:
    """Return the weights that put right sentences first, and then right passages.

    First, all sentences of a question are compared; most are from the same passages. Then the best
    sentences of different passages are compared, to correct the weight of a passage's score.
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


def half(path: Path, vectors: Vectors, reader: str) -> Site:
    """Return a site with all articles of an evaluation file, and questions about half of them."""
    file = read_cases(path)
    cases = [c for c in file.cases if is_learnt_from(c.group.rsplit(":", 1)[0])]
    return Site(file.articles, cases, vectors, reader, START)


def main() -> None:
    """Read the arguments, learn the weights, and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--eval", type=Path, required=True, help="folder of the evaluation files")
    parser.add_argument("--sites", type=Path, required=True, help="folder of the sites")
    parser.add_argument("--vectors", type=Path, help="folder in which to keep vectors")
    parser.add_argument("--every", type=int, default=1, help="use every nth question, as a trial")
    parser.add_argument("--reader", choices=READERS, default="neural")
    parser.add_argument("--out", type=Path, help="file to write, by default that of the reader")
    arguments = parser.parse_args()
    name = arguments.reader
    vectors = Vectors(encoder.shipped(), arguments.vectors)
    plain, misleading, threads = (
        half(arguments.eval / file, vectors, name) for file in (*HELD_OUT, "stackfaq-dev.json")
    )
    threads.cases = threads.cases[::2]
    sites = {}
    for of in SITES:
        articles = read_corpus(arguments.sites / of, SETTINGS.corpus.max_bytes).articles
        cases = [c for c in read_cases(arguments.sites / f"{of}.jsonl").cases if not c.follows]
        sites[of] = Site(articles, cases, vectors, name, START)
    for site in (plain, misleading, threads, *sites.values()):
        site.cases = site.cases[:: arguments.every]

    def kinds_of(weights: Weights) -> Iterator[Kind]:
        """Yield all kinds except unanswerable questions made to look answerable."""
        return kinds(plain, threads, sites, weights)

    learnt = learn((plain, misleading), (threads, *sites.values()), kinds_of)
    write(learnt, arguments.out or Path("chatbot/readers") / f"{name}.json")


if __name__ == "__main__":
    main()
