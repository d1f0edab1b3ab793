"""Reads training questions of SQuAD 1.1 from two published splits, both in pieces.

Assignment 4 of Stanford's CS224n in 2017 divided the training set, as tokens. `val.*` is a
twentieth of it and complete. A public copy of `train.*` has questions, answers and their places in
the paragraph, but no paragraphs. The paragraph of a question, if it is available, is found by its
words: it has the words of the question, and the answer at that place. The other split (KOU) has
10,000 of the questions, each with the sentence that answers it; this sentence is then the whole
passage.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from linking import UNTITLED, Paragraphs, articles
from texts import joined, joined_with_place, normalise

TOKEN = re.compile(r"[^\W_]+(?:[.,'’\-–/&][^\W_]+)*|\S")  # almost the same tokens as in the split
LOOKED_AT = 12  # this many paragraphs, with most of a question's words, are tried
# The paragraph must have at least this share of the weight of the question's words. Of 11,015
# linked questions whose paragraph is known, 10,945 are linked to the right place; of 6,692 whose
# paragraph was removed, 25 are linked to another.
SHARE = 0.6
ENOUGH = 2  # a paragraph that this many questions find is from SQuAD
OFF = 3  # the answer's place may differ by this many tokens, which are not quite the same
OFF_SHARE = 0.05  # and by this much more for each token before the answer


class Questions:
    """The questions of one part of the split, each with its answer's tokens and their place."""

    def __init__(self, folder: Path, part: str) -> None:
        self.answers = _lines(folder / f"{part}.answer")
        self.spans = [tuple(map(int, span)) for span in _lines(folder / f"{part}.span")]
        written = folder / f"{part}.question"
        if written.exists():
            self.texts = [joined(" ".join(tokens)) for tokens in _lines(written)]
        else:
            words = (folder / "vocab.dat").read_text(encoding="utf-8").split("\n")
            numbers = _lines(folder / f"{part}.ids.question")
            self.texts = [joined(" ".join(words[int(n)] for n in of)) for of in numbers]


def _lines(file: Path) -> list[list[str]]:
    return [
        line.split() for line in file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    ]


def whole(folder: Path) -> Iterator[dict]:
    """Yield the part that was published completely, as articles of one paragraph."""
    questions = Questions(folder, "val")
    found: dict[str, list[dict]] = defaultdict(list)
    rows = zip(questions.texts, questions.spans, _lines(folder / "val.context"), strict=True)
    for number, (text, (first, last), tokens) in enumerate(rows):
        if last < len(tokens):
            context, start, end = joined_with_place(tokens, first, last)
            found[context].append(_question(f"val{number}", text, context[start:end], start))
    yield from _articles(found)


def linked(folder: Path, train: list[dict], others: Iterable[dict] = ()) -> Iterator[dict]:
    """Yield questions of the other part about paragraphs of `train`, as articles in SQuAD's format.

    Paragraphs of `others` are also used if several questions find them, since they are then from
    SQuAD.
    """
    by_title = articles([*train, *others])
    title = {text: name for name, of in by_title.items() for text in of}
    sure = {normalise(p["context"]) for article in train for p in article["paragraphs"]}
    paragraphs = Paragraphs(list(title))
    questions = Questions(folder, "train")
    found: dict[str, list[dict]] = defaultdict(list)
    rows = zip(questions.texts, questions.answers, questions.spans, strict=True)
    for number, (text, answer, (first, _)) in enumerate(rows):
        if not answer:
            continue  # some tokens are missing
        pattern = _spaced(answer)
        for place, share in paragraphs.best([text], LOOKED_AT):
            if share < SHARE:
                break  # the next paragraphs have even less
            context = paragraphs.texts[place]
            start = _nearest(pattern, context, first)
            if start is not None:
                found[context].append(_question(f"train{number}", text, *start))
                break
    found = {
        context: qas
        for context, qas in found.items()
        if len(qas) >= ENOUGH or normalise(context) in sure
    }
    yield from _articles(found, title)


def in_sentences(folder: Path, sentences: dict) -> Iterator[dict]:
    """Yield articles in SQuAD's format: sentences that answer a question, with the short answer."""
    questions = Questions(folder, "train")
    answers = dict(zip(map(normalise, questions.texts), questions.answers, strict=True))
    found: dict[str, list[dict]] = defaultdict(list)
    for number, (text, sentence) in enumerate(
        zip(sentences["questions"], sentences["answers"], strict=True)
    ):
        answer = answers.get(normalise(text))
        places = list(_spaced(answer).finditer(sentence)) if answer else []
        if len(places) == 1:
            found[sentence].append(
                _question(f"sentence{number}", text, places[0].group(), places[0].start())
            )
    yield from _articles(found)


def without(data: Iterable[dict], known: Iterable[dict]) -> Iterator[dict]:
    """Yield the articles of `data` without the questions in `known`, each question once."""
    seen = {normalise(qa["question"]) for a in known for p in a["paragraphs"] for qa in p["qas"]}
    for article in data:
        paragraphs = []
        for paragraph in article["paragraphs"]:
            new = []
            for qa in paragraph["qas"]:
                if (text := normalise(qa["question"])) not in seen:
                    seen.add(text)
                    new.append(qa)
            if new:
                paragraphs.append({"context": paragraph["context"], "qas": new})
        if paragraphs:
            yield {"title": article["title"], "paragraphs": paragraphs}


def _question(number: str, text: str, answer: str, start: int) -> dict:
    answers = [{"text": answer, "answer_start": start}]
    return {"id": number, "question": text, "answers": answers, "is_impossible": False}


def _articles(found: dict[str, list[dict]], title: dict[str, str] | None = None) -> Iterator[dict]:
    for context, qas in found.items():
        name = title[context] if title else UNTITLED
        yield {"title": name, "paragraphs": [{"context": context, "qas": qas}]}


def _spaced(tokens: list[str]) -> re.Pattern[str]:
    """Return a pattern that finds tokens in a text, whatever its spaces and quotation marks."""
    parts = (re.escape(token) if token != '"' else '["“”]' for token in tokens)
    return re.compile(r"(?<!\w)" + r"\s*".join(parts) + r"(?!\w)")


def _nearest(pattern: re.Pattern[str], text: str, place: int) -> tuple[str, int] | None:
    """Return the match nearest to token `place`, and its place; None if it is too far away."""
    best = None
    for match in pattern.finditer(text):
        off = abs(len(TOKEN.findall(text[: match.start()])) - place)
        if off <= OFF + OFF_SHARE * place and (best is None or off < best[0]):
            best = off, match
    return (best[1].group(), best[1].start()) if best else None
