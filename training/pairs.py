"""Reads pairs of an answerable and an unanswerable question that differ in a word or two.

UnAnsQ (Zhu et al. 2019, "Learning to Ask Unanswerable Questions") aligns questions of SQuAD 2.0's
training set that are about the same part of a paragraph. `dev-*` have their paragraphs, as tokens.
`train-*` have only questions, which are used if their paragraph is available. `test-*` are SQuAD's
own dev articles and are not read.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from linking import UNTITLED
from texts import joined, joined_with_place


def whole(folder: Path) -> Iterator[dict]:
    """Yield the paragraphs of `dev-*` with both questions, as articles in SQuAD's format."""
    paragraphs: dict[str, list[dict]] = defaultdict(list)
    sides = (_rows(folder / f"dev-{name}-questions.txt") for name in ("answerable", "unanswerable"))
    for context, right, wrong in zip(_rows(folder / "dev-context.txt"), *sides, strict=True):
        tokens, first, last = context[0].split(), int(right[2]), int(right[3])
        try:
            text, start, end = joined_with_place(tokens, first, last)
        except ValueError:
            continue
        answer = {"text": text[start:end], "answer_start": start}
        paragraphs[text] += [_asked(right[0], right[1], [answer]), _asked(wrong[0], wrong[1], [])]
    for text, questions in paragraphs.items():
        each = {question["id"]: question for question in questions}
        yield {"title": UNTITLED, "paragraphs": [{"context": text, "qas": list(each.values())}]}


def of_known(folder: Path, known: Iterable[dict]) -> Iterator[dict]:
    """Yield the unanswerable questions of `train-*` about `known` articles, in SQuAD's format."""
    places, ids = {}, set()
    for article in known:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                ids.add(qa["id"])
                places[qa["id"]] = article["title"], paragraph["context"]
    sides = (
        _rows(folder / f"train-{name}-questions.txt") for name in ("answerable", "unanswerable")
    )
    found: dict[tuple[str, str], dict[str, dict]] = defaultdict(dict)
    for right, wrong in zip(*sides, strict=True):
        if right[0] in places and wrong[0] not in ids:
            found[places[right[0]]][wrong[0]] = _asked(wrong[0], wrong[1], [])
    for (title, text), questions in found.items():
        qas = list(questions.values())
        yield {"title": title, "paragraphs": [{"context": text, "qas": qas}]}


def _rows(file: Path) -> Iterator[list[str]]:
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line:
            yield line.split("\t")


def _asked(number: str, tokens: str, answers: list[dict]) -> dict:
    question = joined(tokens)
    return {
        "id": number,
        "question": question[:1].upper() + question[1:],
        "answers": answers,
        "is_impossible": not answers,
    }
