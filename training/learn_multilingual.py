"""Learns the weights of the multilingual reader: `multilingual.json` in `chatbot/readers/`.

    python training/learn_multilingual.py --eval ../shared/eval

They are the same four models as in `learn_neural.py`, learnt on half of XQuAD's articles in five
languages, and on German and Spanish questions about half of the English articles.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks.published import read_cases
from chatbot import encoder
from chatbot.encoder.vectors import Vectors
from chatbot.evaluation.cases import Case
from chatbot.readers.candidates import Weights
from halves import is_learnt_from
from learn_neural import START, Kind, Site, learn, with_and_without
from learn_sentence import write

LANGUAGES = ("de", "es", "ru", "zh", "ar")
ASKED = ("de", "es")
"""The languages of questions about English articles."""


def halves_of(folder: Path, vectors: Vectors) -> Iterator[tuple[str, Site]]:
    """Yield a site for each language, and for each language of questions about English articles."""
    english = read_cases(folder / "xquad-dev.json")
    for language in LANGUAGES:
        file = read_cases(folder / f"xquad-dev.{language}.json")
        cases = [c for c in file.cases if is_learnt_from(c.group.rsplit(":", 1)[0])]
        yield language, Site(file.articles, cases, vectors, "multilingual", START)
        if language in ASKED:
            asked = {case.id: case.question for case in cases}
            theirs = [
                Case(case.id, asked[case.id], case.gold, group=case.group)
                for case in english.cases
                if case.id in asked
            ]
            site = Site(english.articles, theirs, vectors, "multilingual", START)
            yield f"asked in {language}", site


def main() -> None:
    """Read the arguments, learn the weights, and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--eval", type=Path, required=True, help="folder of the evaluation files")
    parser.add_argument("--vectors", type=Path, help="folder in which to keep vectors")
    parser.add_argument("--every", type=int, default=2, help="use every nth question")
    parser.add_argument(
        "--out", type=Path, default=Path("chatbot/readers/multilingual.json"), help="file to write"
    )
    arguments = parser.parse_args()
    vectors = Vectors(encoder.shipped(), arguments.vectors)
    sites = dict(halves_of(arguments.eval, vectors))
    for site in sites.values():
        site.cases = site.cases[:: arguments.every]

    def kinds_of(weights: Weights) -> Iterator[Kind]:
        for name, site in sites.items():
            yield from with_and_without(name, site, weights)

    write(learn(list(sites.values()), (), kinds_of), arguments.out)


if __name__ == "__main__":
    main()
