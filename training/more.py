"""Makes training files out of published data that is not in the SQuAD form, or not whole.

    python more.py --source raw --train ../shared/train --eval ../shared/eval --out more

`--source` is a folder with three files, named as where they are published (README.md has the
repositories): `word_att_extended.tsv`, `tydiqa.goldp.en.train.json` and
`dev-context-en-question-en.json`. The first lists the unanswerable questions of SQuAD 2.0 in its
order, in tokens and without their paragraphs. Those about a paragraph that we have are found by
their words: together they name what the paragraph tells.
"""

import argparse
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from data import HeldBack, normalise

SAME_PARAGRAPH = 8  # the first letters of an id that all questions about one paragraph share
DEV = 5945  # the list's first questions: SQuAD's dev set, which nothing is learnt from
STEM = 6  # letters by which words are compared
COMMON = 0.3  # share of the paragraphs: a word that more of them have tells nothing
# A paragraph is that of some questions if it has this share of their words' weight, and this much
# more than the next best. Of the 76 paragraphs whose questions are known, 60 are found, none wrong.
LINKED = ((0.5, 0.10), (0.65, 0.04))
LEAST = 5  # paragraphs of an article; fewer are chance hits
OPENING = 60  # letters of a paragraph that say what it is about
# How tokens are joined up to a question again: pattern and replacement.
JOINED = (
    (r" (n't|'s|'S|'re|'ve|'d|'ll|'m|n’t|’s)(?= )", r"\1"),
    (r" ([?,.;:!%)\]])", r"\1"),
    (r"([(\[$£€#]) ", r"\1"),
    (r"(?<=\w) ([-–/]) (?=\w)", r"\1"),
    (r"`` ", '"'),
    (r" ''", '"'),
    (r'" ([^"]*?) "', r'"\1"'),
    (r"(?<= )' ([^']*?) '(?=[ ?,])", r"'\1'"),
    (r"(?i)\b(can) (not)\b", r"\1\2"),
    (r"(\w)'s' ", r"\1's' "),
    (r"(\ws) ' ", r"\1' "),
    (r"(\d)([a-z]+) ", r"\1\2 "),
    (r"  +", " "),
)


def joined(tokens: str) -> str:
    """A question as it was written, from its tokens with a space between each two."""
    text = f" {tokens} "
    for pattern, replacement in JOINED:
        text = re.sub(pattern, replacement, text)
    return text.strip()


def stems(text: str) -> list[str]:
    """The words of a text, cut short, one-letter words left out."""
    return [w[:STEM] for w in re.findall(r"[a-z0-9]+", text.lower()) if len(w) > 1]


def articles(data: Iterable[dict]) -> dict[str, list[str]]:
    """Title -> its paragraphs, each once; under the title of a real article where there is one."""
    titles: dict[str, tuple[str, str]] = {}
    for article in data:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            known, _ = titles.get(normalise(text), ("squad-train-misc", ""))
            if known == "squad-train-misc":
                titles[normalise(text)] = article["title"], text
    found = defaultdict(list)
    for title, text in titles.values():
        found[title].append(text)
    return found


class Paragraphs:
    """Paragraphs, each to be found by the questions about it."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.having: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            for stem in set(stems(text)):
                self.having[stem].append(number)

    def weight(self, stem: str) -> float:
        """How rare a word is."""
        return math.log((len(self.texts) + 1) / (len(self.having.get(stem, ())) + 1)) + 0.2

    def of(self, questions: Iterable[str]) -> int | None:
        """The number of the paragraph that all of `questions` are about, if one is surely."""
        counts = Counter(stem for question in questions for stem in stems(question))
        weights = {
            stem: min(count, 2) * self.weight(stem)
            for stem, count in counts.items()
            if len(self.having.get(stem, ())) <= COMMON * len(self.texts)
        }
        scores: Counter[int] = Counter()
        for stem, weight in weights.items():
            for number in self.having.get(stem, ()):
                scores[number] += weight
        (best, score), (_, second) = [*scores.most_common(2), (None, 0.0), (None, 0.0)][:2]
        share, ahead = (x / (sum(weights.values()) or 1.0) for x in (score, score - second))
        return best if any(share >= s and ahead >= a for s, a in LINKED) else None


def unanswerable(lines: list[str], train: list[dict]) -> Iterator[dict]:
    """Articles in the SQuAD form: the questions of the list about paragraphs of `train`."""
    rows = [line.split("\t")[:2] for line in lines[1:]][DEV:]
    by_title = articles(train)
    texts = [text for of in by_title.values() for text in of]
    title = {text: name for name, of in by_title.items() for text in of}
    paragraphs = Paragraphs(texts)
    known = {qa["id"] for article in train for p in article["paragraphs"] for qa in p["qas"]}
    found: dict[str, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for _, group in groupby(rows, key=lambda row: row[0][:SAME_PARAGRAPH]):
        questions = {number: joined(tokens) for number, tokens in group}
        place = paragraphs.of(questions.values())
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
    """SQuAD's form for one paragraph an article; `name` where it has no title."""
    for article in data:
        yield {"title": article.get("title") or name, "paragraphs": article["paragraphs"]}


def kept(data: Iterable[dict], held: HeldBack, without: set[str]) -> list[dict]:
    """Articles without what is held back, each question with an answer at its place or none.

    Nor is there a paragraph that opens with one of the names `without`.
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
                and all(text.startswith(a["text"], a["answer_start"]) for a in qa["answers"])
            ]
            opening = normalise(text)[:OPENING]
            if qas and not held.passage(text) and not any(name in opening for name in without):
                paragraphs.append({"context": text, "qas": qas})
        if paragraphs:
            result.append({"title": article["title"], "paragraphs": paragraphs})
    return result


def main() -> None:
    """Reads the command line and writes the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="folder of the published files")
    parser.add_argument("--train", type=Path, required=True, help="folder of SQuAD JSON files")
    parser.add_argument("--eval", type=Path, required=True, help="folder of held-back files")
    parser.add_argument("--without", type=Path, help="names of articles to leave out, a line each")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    def data(path: Path) -> list[dict]:
        return json.loads(path.read_text(encoding="utf-8"))["data"]

    held = HeldBack(arguments.eval)
    listed = (arguments.source / "word_att_extended.tsv").read_text(encoding="utf-8").split("\n")
    tydi = data(arguments.source / "tydiqa.goldp.en.train.json")
    mlqa = data(arguments.source / "dev-context-en-question-en.json")
    made = {
        "squad2-train-unans": unanswerable(
            [line for line in listed if line], data(arguments.train / "squad-train-part.json")
        ),
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
