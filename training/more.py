"""Makes training files from published data that is incomplete or not in SQuAD's format.

    python more.py --source raw --train ../shared/train --eval ../shared/eval --out more

`--source` is a folder with the published files; README.md has their names and where to find them.
One file lists the unanswerable questions of SQuAD 2.0 in order, as tokens, without paragraphs. The
paragraph of some questions, if it is available, is found by all their words together. `pieces.py`
reads two sources that are published in pieces.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import loose
import pairs
import pieces
from held_back import HeldBack
from linking import Paragraphs, articles
from texts import joined, normalise

SAME_PARAGRAPH = (
    8  # this many first letters of an id are the same for all questions about one paragraph
)
DEV = 5945  # the first questions are SQuAD's dev set, which is not used for training
# A paragraph belongs to some questions if it has at least this share of their words' weight, and
# this much more than the next best paragraph. Of the 76 paragraphs whose questions are known, 60
# are found, and none is wrong.
LINKED = ((0.5, 0.10), (0.65, 0.04))
LEAST = 5  # if fewer paragraphs of an article are found, that is chance
OPENING = 60  # the subject of a paragraph is in this many first letters


def linked(paragraphs: Paragraphs, questions: Iterable[str]) -> int | None:
    """Return the number of the paragraph that all of `questions` are about; None if unsure."""
    (best, share), (_, second) = [*paragraphs.best(questions, 2), (None, 0.0), (None, 0.0)][:2]
    sure = any(share >= least and share - second >= ahead for least, ahead in LINKED)
    return best if sure else None


def unanswerable(lines: list[str], train: list[dict]) -> Iterator[dict]:
    """Yield articles in SQuAD's format: the questions of the list about paragraphs of `train`."""
    rows = [line.split("\t")[:2] for line in lines[1:]][DEV:]
    by_title = articles(train)
    texts = [text for of in by_title.values() for text in of]
    title = {text: name for name, of in by_title.items() for text in of}
    paragraphs = Paragraphs(texts)
    known = {qa["id"] for article in train for p in article["paragraphs"] for qa in p["qas"]}
    found: dict[str, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for _, group in groupby(rows, key=lambda row: row[0][:SAME_PARAGRAPH]):
        questions = {number: joined(tokens) for number, tokens in group}
        place = linked(paragraphs, questions.values())
        if place is None:
            continue
        for number in sorted(questions.keys() - known):
            found[title[texts[place]]][texts[place]].append(
                {"id": number, "question": questions[number], "answers": [], "is_impossible": True}
            )
    for name, of in found.items():
        if len(of) >= LEAST:
            yield {
                "title": name,
                "paragraphs": [{"context": text, "qas": qas} for text, qas in of.items()],
            }


def untitled(data: Iterable[dict], name: str) -> Iterator[dict]:
    """Yield articles of one paragraph in SQuAD's format; without a title, `name` is the title."""
    for article in data:
        yield {"title": article.get("title") or name, "paragraphs": article["paragraphs"]}


def kept(data: Iterable[dict], held: HeldBack, without: set[str]) -> list[dict]:
    """Return the articles without texts that are held back.

    Each question has an answer in its place, or none. Paragraphs that begin with one of the names
    in `without` are left out.
    """
    result = []
    for article in data:
        paragraphs = []
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            qas = [
                qa
                for qa in paragraph["qas"]
                if not held.question(qa["question"])
                and all(
                    a["text"] and text.startswith(a["text"], a["answer_start"])
                    for a in qa["answers"]
                )
            ]
            opening = normalise(text)[:OPENING]
            if qas and not held.passage(text) and not any(name in opening for name in without):
                paragraphs.append({"context": text, "qas": qas})
        if paragraphs:
            result.append({"title": article["title"], "paragraphs": paragraphs})
    return result


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="folder of the published files")
    parser.add_argument("--train", type=Path, required=True, help="folder of SQuAD JSON files")
    parser.add_argument("--eval", type=Path, required=True, help="folder of held-back files")
    parser.add_argument("--without", type=Path, help="names of articles to leave out, one a line")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    def data(path: Path) -> list[dict]:
        return json.loads(path.read_text(encoding="utf-8"))["data"]

    held = HeldBack(arguments.eval)
    train = data(arguments.train / "squad-train-part.json")
    listed = (arguments.source / "word_att_extended.tsv").read_text(encoding="utf-8").split("\n")
    tydi = data(arguments.source / "tydiqa.goldp.en.train.json")
    mlqa = data(arguments.source / "dev-context-en-question-en.json")
    cs224n = arguments.source / "cs224n"
    sentences = json.loads((arguments.source / "kou" / "train.json").read_text(encoding="utf-8"))
    complete = [*pieces.whole(cs224n)]
    others = loose.paragraphs(arguments.source / "paragraphs")
    asked = [*pieces.linked(cs224n, train, others)]
    more = [*complete, *asked]
    made = {
        "squad2-train-unans": unanswerable([line for line in listed if line], [*train, *more]),
        "squad-train-more": pieces.without(more, train),
        "squad-train-sentences": pieces.without(
            pieces.in_sentences(cs224n, sentences), [*train, *more]
        ),
        "squad2-pairs": [
            *pairs.whole(arguments.source / "unansq"),
            *pairs.of_known(arguments.source / "unansq", [*train, *more]),
        ],
        "tydiqa-en": untitled(tydi, "tydiqa-en"),
        "mlqa-en-dev": untitled(mlqa, "mlqa-en"),
    }
    lines = arguments.without.read_text(encoding="utf-8").split("\n") if arguments.without else []
    without = {normalise(line) for line in lines if line}
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, found in made.items():
        whole = kept(found, held, without)
        content = json.dumps({"version": "v2.0", "data": whole}, ensure_ascii=False)
        (arguments.out / f"{name}.json").write_text(content, encoding="utf-8")
        questions = sum(len(p["qas"]) for a in whole for p in a["paragraphs"])
        print(
            f"{name}: {questions} questions, {sum(len(a['paragraphs']) for a in whole)} paragraphs"
        )


if __name__ == "__main__":
    main()
