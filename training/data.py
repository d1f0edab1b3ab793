"""Reads questions and passages to learn from, adds wrong passages, and makes batches.

    SQuAD JSON files -> Corpus -> wrong passages by BM25 -> endless stream of batches

The stream depends only on its seed, so no state is saved: to resume, the stream is repeated.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from bodies import Body
from held_back import HeldBack
from okapi import BM25, words
from texts import normalise
from unanswerable import asked_otherwise, moved, sentence_around, unanswerable

MAX_LENGTH = 320  # tokens of an input: [CLS] question [SEP] title. heading. passage [SEP]
MAX_QUESTION = 64  # tokens
MAX_PREFIX = 32  # tokens of title and heading together

# The share of each file among the questions drawn. At first, many data sets are read, later almost
# only the carefully made ones, since the later steps decide how the reader answers.
EARLY_MIX = {
    "squad-train-part": 0.42,
    "newwiki": 0.16,
    "squad2-half-dev": 0.14,
    "afriqa-en": 0.10,
    "nq-open-oracle": 0.04,
    "nq-qed-dev": 0.04,
    "quoref-subset": 0.01,
    "fairytaleqa": 0.04,
    "qamr": 0.05,
}
LATE_MIX = {
    "squad-train-part": 0.48,
    "newwiki": 0.19,
    "squad2-half-dev": 0.23,
    "afriqa-en": 0.04,
    "nq-open-oracle": 0.02,
    "nq-qed-dev": 0.03,
    "quoref-subset": 0.01,
}
LAST_MIX = {
    "squad-train-part": 0.48,
    "newwiki": 0.19,
    "squad2-half-dev": 0.18,
    "afriqa-en": 0.06,
    "nq-open-oracle": 0.03,
    "nq-qed-dev": 0.04,
    "quoref-subset": 0.01,
    "fairytaleqa": 0.01,
}

NEXT_MIX = {
    "squad-train-part": 0.40,
    "newwiki": 0.14,
    "squad2-half-dev": 0.10,
    "squad2-train-unans": 0.18,
    "tydiqa-en": 0.05,
    "mlqa-en-dev": 0.02,
    "afriqa-en": 0.04,
    "nq-open-oracle": 0.02,
    "nq-qed-dev": 0.03,
    "quoref-subset": 0.01,
    "fairytaleqa": 0.01,
}

OTHERS = {
    "tydiqa-en": 0.03,
    "mlqa-en-dev": 0.01,
    "afriqa-en": 0.02,
    "nq-open-oracle": 0.01,
    "nq-qed-dev": 0.02,
    "quoref-subset": 0.01,
}
MORE_MIX = {
    "squad-train-more": 0.34,
    "squad-train-sentences": 0.09,
    "squad-train-part": 0.16,
    "newwiki": 0.06,
    "squad2-half-dev": 0.08,
    "squad2-train-unans": 0.17,
    **OTHERS,
}

LOOSE_MIX = {
    "squad-train-more": 0.38,
    "squad-train-sentences": 0.04,
    "squad-train-part": 0.13,
    "newwiki": 0.05,
    "squad2-half-dev": 0.08,
    "squad2-train-unans": 0.22,
    **OTHERS,
}
LAST_LOOSE_MIX = {
    "squad-train-more": 0.44,
    "squad-train-sentences": 0.03,
    "squad-train-part": 0.11,
    "newwiki": 0.05,
    "squad2-half-dev": 0.08,
    "squad2-train-unans": 0.19,
    **OTHERS,
}
# A larger network begins with all files, which have many unanswerable questions.
TEACHER_MIX = {
    "squad-train-more": 0.26,
    "squad-train-part": 0.22,
    "newwiki": 0.09,
    "squad2-half-dev": 0.09,
    "squad2-train-unans": 0.16,
    "squad2-pairs": 0.05,
    "squad-train-sentences": 0.03,
    **OTHERS,
}
# Questions about help differ from those about encyclopedias, and are often not answered.
HELP_MIX = {
    **TEACHER_MIX,
    "help-sections": 0.20,
    "help-policies": 0.06,
    "help-gov": 0.06,
}
# The multilingual network.
LANGUAGES_MIX = {**HELP_MIX, "languages": 0.25}


class Phase(NamedTuple):
    """What is drawn from step `first` on.

    Questions are changed only once the network can answer. Shares are shares of the answerable
    questions without a wrong passage; each one is taken from the questions that the shares before
    it leave.
    """

    first: int  # step
    mix: dict[str, float]
    changed: float  # share that is repeated with a change, so that the passage does not answer
    moved: float  # share whose passage is repeated with a question moved from another article
    exchanged: float = 0.0  # share that is repeated, asking another thing about the same subject


PHASES = (
    Phase(0, EARLY_MIX, 0.0, 0.0),
    Phase(1500, EARLY_MIX, 0.15, 0.0),
    Phase(3300, LATE_MIX, 0.15, 0.0),
    Phase(4200, LATE_MIX, 0.15, 0.15),
    Phase(6800, LAST_MIX, 0.20, 0.20),
    Phase(12600, NEXT_MIX, 0.08, 0.12),
    Phase(19400, MORE_MIX, 0.08, 0.12),
    Phase(23400, LOOSE_MIX, 0.08, 0.12),
    Phase(27000, LAST_LOOSE_MIX, 0.08, 0.12),
    Phase(30000, TEACHER_MIX, 0.06, 0.12, 0.10),
    Phase(32000, HELP_MIX, 0.06, 0.12, 0.10),
    Phase(34000, LANGUAGES_MIX, 0.06, 0.12, 0.10),
)
FILES = tuple(dict.fromkeys(name for phase in PHASES for name in phase.mix))
CAPS = {"fairytaleqa": 2000, "qamr": 4000}  # questions taken at most
QAMR_EACH = 5  # questions of one sentence
QAMR_WORDS = 90  # sentences are joined until a passage has this many words

WRONG_SHARE = 0.25  # of the answerable questions also come with a wrong passage
WRONG_NEAR = 0.7  # the same if the answer is anywhere in the passage
HEADED = 0.4  # of those have the headings of the passages
UNTITLED = 0.30  # of the inputs have no title
NO_MARK = 0.10  # of the questions lose their question mark
TYPO = 0.05  # of the questions get a typing error
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass
class Passage:
    """A paragraph of an article, with its word pieces and the place of each in `text`."""

    title: str  # "" if the file has no title that a person would write
    article: str  # identifies the article; the network never reads it
    text: str
    heading: str = ""  # the one above it, if the file has headings
    ids: list[int] = field(default_factory=list)
    offsets: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Question:
    """A question, the number of its passage, and the answer's characters (None: no answer).

    If the answer is `somewhere` in the passage, its characters are the whole passage.
    """

    text: str
    passage: int
    answer: tuple[int, int] | None
    somewhere: bool = False
    wrong: list[int] = field(default_factory=list)  # similar passages that do not answer


@dataclass
class Corpus:
    """All passages and questions to learn from."""

    passages: list[Passage]
    questions: dict[str, list[Question]]  # by file


def clean_title(title: str) -> str:
    """Return an article's title as a person writes it, or "" for a mere label."""
    title = unquote(title).replace("_", " ")
    slug = title == title.lower() and "-" in title  # FairytaleQA's "enchanted-wreath"
    return "" if slug or title.startswith(("squad-train", "Wiki1k:")) else title


def prefix(title: str, heading: str = "") -> str:
    """Return the text before the passage, "Title. Heading."; an empty part is left out."""
    parts = (part.strip() for part in (title, heading))
    return " ".join(part if part[-1] in ".?!:" else f"{part}." for part in parts if part)


def read(train: list[Path], held_back: Path, tokenizer: Tokenizer, seed: int = 1) -> Corpus:
    """Return all questions of FILES except those held back for evaluation, and their passages.

    Each file is taken from the first of the folders `train` that has it.
    """
    held, rng = HeldBack(held_back), random.Random(seed)
    passages: list[Passage] = []
    numbers: dict[tuple[str, str], int] = {}
    questions: dict[str, list[Question]] = {}
    for name in FILES:
        file = next(f for folder in train if (f := folder / f"{name}.json").exists())
        articles = json.loads(file.read_text(encoding="utf-8"))["data"]
        if name == "qamr":
            articles = [_joined(article, rng) for article in articles]
        found: list[Question] = []
        for article in articles:
            for paragraph in article["paragraphs"]:
                text = paragraph["context"]
                if held.passage(text):
                    continue
                key = (normalise(text), clean_title(article["title"]))
                if key not in numbers:
                    numbers[key] = len(passages)
                    group = article.get("group") or article["title"]
                    heading = paragraph.get("heading", "")
                    passages.append(Passage(key[1], f"{name}/{group}", text, heading))
                number = numbers[key]
                text = passages[number].text
                for qa in paragraph["qas"]:
                    if held.question(qa["question"]):
                        continue
                    answer = None
                    if qa["answers"]:
                        start = qa["answers"][0]["answer_start"]
                        answer = (start, start + len(qa["answers"][0]["text"]))
                        if text[slice(*answer)] != qa["answers"][0]["text"]:
                            continue  # another copy of the passage has other spaces
                    somewhere = bool(qa.get("somewhere"))
                    answer = (0, len(text)) if somewhere else answer
                    found.append(Question(qa["question"].strip(), number, answer, somewhere))
        rng.shuffle(found)
        questions[name] = found[: CAPS.get(name)]
    for passage, encoding in zip(
        passages,
        tokenizer.encode_batch([p.text for p in passages], add_special_tokens=False),
        strict=True,
    ):
        passage.ids, passage.offsets = encoding.ids, encoding.offsets
    # Checked again: nothing is learnt from texts of the evaluation files.
    assert not any(normalise(p.text) in held.texts for p in passages)
    assert not any(normalise(q.text) in held.texts for qs in questions.values() for q in qs)
    return Corpus(passages, questions)


def _joined(article: dict, rng: random.Random) -> dict:
    """Join QAMR's sentences of one title into paragraphs, and keep a few questions of each."""
    paragraphs: list[dict] = []
    for sentence in article["paragraphs"]:
        if not paragraphs or len(paragraphs[-1]["context"].split()) >= QAMR_WORDS:
            paragraphs.append({"context": "", "qas": []})
        whole = paragraphs[-1]
        shift = len(whole["context"]) + 1 if whole["context"] else 0
        whole["context"] = f"{whole['context']} {sentence['context']}".strip()
        for qa in rng.sample(sentence["qas"], min(QAMR_EACH, len(sentence["qas"]))):
            answer = dict(qa["answers"][0])
            answer["answer_start"] += shift
            whole["qas"].append({"question": qa["question"], "answers": [answer]})
    return {"title": article["title"], "paragraphs": paragraphs}


# --- wrong passages -------------------------------------------------------------------------


def _flat(text: str) -> str:
    """Return the words of a text with spaces around each, so that only whole words are found."""
    return f" {' '.join(words(text))} "


def add_wrong(corpus: Corpus, cache: Path, each: int = 3) -> None:
    """Give each answerable question up to `each` wrong passages, of its own or other articles.

    They are the best by BM25 that do not contain the answer's text. If the answer is anywhere in
    its passage, their scores are below that passage's, since better ones may also answer. They are
    saved in `cache` as JSON.
    """
    answerable = [q for qs in corpus.questions.values() for q in qs if q.answer]
    if cache.exists():
        stored = json.loads(cache.read_text())
        if len(stored) == len(answerable):
            for question, wrong in zip(answerable, stored, strict=True):
                question.wrong = wrong
            return
    index = BM25([f"{p.title} {p.text}" for p in corpus.passages])
    flat = [_flat(p.text) for p in corpus.passages]
    articles = np.unique([p.article for p in corpus.passages], return_inverse=True)[1]
    for question in answerable:
        gold = corpus.passages[question.passage]
        assert question.answer
        answer = _flat(gold.text[slice(*question.answer)])
        scores = index.scores(question.text)
        near = articles == articles[question.passage]
        for where in (near, ~near):
            most = scores[question.passage] if question.somewhere else np.inf
            pool = np.flatnonzero(where & (scores > 0) & (scores < most))
            best = pool[np.argsort(-scores[pool], kind="stable")[: each * 4]]
            right = (int(n) for n in best if n != question.passage and answer not in flat[n])
            question.wrong += [n for n, _ in zip(right, range(each), strict=False)]
    cache.write_text(json.dumps([question.wrong for question in answerable]))


# --- inputs and batches ---------------------------------------------------------------------


@dataclass
class Input:
    """One sequence for the network; the tokens of the passage begin at `first`."""

    ids: list[int]
    segment: int  # where segment B (title and passage) begins
    first: int
    start: int = 0  # the first and last token of the answer; 0, [CLS], if there is none
    end: int = 0  # both -1 if any tokens of the passage may answer


@dataclass
class Batch:
    """B inputs padded to T tokens; all int64 [B, T] unless a comment says otherwise."""

    input_ids: Tensor
    attention_mask: Tensor
    token_type_ids: Tensor
    candidates: Tensor  # bool: where an answer may begin or end: at [CLS] or in the passage
    start: Tensor  # [B]; -1: anywhere in the passage
    end: Tensor  # [B]
    pairs: Tensor  # [P, 2]: rows of the right and the wrong passage of one question


def assemble(body: Body, question: list[int], before: list[int], passage: list[int]) -> Input:
    """Return `[CLS] question [SEP] title. heading. passage [SEP]` as an input."""
    head = [body.cls, *question, body.sep]
    ids = [*head, *before, *passage, body.sep]
    return Input(ids, len(head), len(head) + len(before))


def windows(tokens: int, room: int, stride: int = 128) -> list[tuple[int, int]]:
    """Return where to cut a passage of `tokens` tokens into pieces that fit: [(from, to), ...]."""
    cuts = [(0, min(room, tokens))]
    while cuts[-1][1] < tokens:
        begin = cuts[-1][0] + stride
        cuts.append((begin, min(begin + room, tokens)))
    return cuts


def typo(text: str, rng: random.Random) -> str:
    """Return `text` with one letter swapped with the next, left out, doubled or mistyped."""
    places = [i for i, c in enumerate(text[:-1]) if c.isalpha() and text[i + 1].isalpha()]
    if not places:
        return text
    i = rng.choice(places)
    a, b = text[i], text[i + 1]
    row = next((row for row in _KEYS if a.lower() in row), a)
    beside = row[max(0, min(len(row) - 1, row.find(a.lower()) + rng.choice((-1, 1))))]
    return text[:i] + rng.choice((b + a, b, a + a + b, beside + b)) + text[i + 2 :]


class Stream:
    """Yields endless batches, in parts of similar length; the same arguments give the same batches.

    `tokens` is the size of a batch with its padding; `first` is the number of the first step.
    """

    POOL = 32  # how many batches are drawn, sorted by length, and shuffled together
    PARTS = 4  # about how many parts a batch has

    def __init__(
        self,
        corpus: Corpus,
        body: Body,
        tokenizer: Tokenizer,
        seed: int,
        tokens: int,
        first: int = 0,
    ) -> None:
        self.corpus, self.tokenizer, self.tokens, self.first = corpus, tokenizer, tokens, first
        self.body = body
        self.rng = random.Random(seed)
        self.decks: dict[str, list[int]] = {name: [] for name in corpus.questions}
        self.by_title: list[tuple[str, str]] = []  # questions that name their title, with the title
        for question in (q for of in corpus.questions.values() for q in of):
            title = corpus.passages[question.passage].title
            if title and title in question.text:
                self.by_title.append((question.text, title))

    def __iter__(self) -> Iterator[list[Batch]]:
        step = self.first
        while True:
            phase = [phase for phase in PHASES if phase.first <= step][-1]
            groups, total = [], 0
            while total < self.POOL * self.tokens:
                groups.append(self._draw(phase))
                total += sum(len(i.ids) for i in groups[-1])
            groups.sort(key=lambda group: max(len(i.ids) for i in group))
            batches = _cut(groups, self.tokens)
            self.rng.shuffle(batches)
            for batch in batches:
                parts = _cut(batch, self.tokens // self.PARTS)
                yield [collate(part, self.body.pad) for part in parts]
                step += 1

    def _draw(self, phase: Phase) -> list[Input]:
        """Return the input for one question, sometimes with a second input that has no answer.

        The second one has a wrong passage or a changed question.
        """
        rng = self.rng
        name = rng.choices(list(phase.mix), list(phase.mix.values()))[0]
        if not self.decks[name]:  # each question is drawn once before any is drawn again
            self.decks[name] = list(range(len(self.corpus.questions[name])))
            rng.shuffle(self.decks[name])
        question = self.corpus.questions[name][self.decks[name].pop()]
        text = question.text
        if rng.random() < NO_MARK:
            text = text.rstrip("?")
        if rng.random() < TYPO:
            text = typo(text, rng)
        asked = self.tokenizer.encode(text, add_special_tokens=False).ids[:MAX_QUESTION]
        own = self.corpus.passages[question.passage]
        headed = question.somewhere and rng.random() < HEADED
        group = [self._input(asked, own, question.answer, headed)]
        if question.somewhere:
            group[0].start = group[0].end = -1
        if question.wrong and rng.random() < (WRONG_NEAR if question.somewhere else WRONG_SHARE):
            passage = self.corpus.passages[rng.choice(question.wrong)]
            group.append(self._input(asked, passage, None, headed))
            return group
        other = None
        if question.somewhere:
            return group
        if question.answer and phase.changed and rng.random() < phase.changed:
            other = self._changed(question)
        elif question.answer and phase.moved and rng.random() < phase.moved:
            other = self._moved(own)
        elif question.answer and phase.exchanged and rng.random() < phase.exchanged:
            other = self._exchanged(question)
        if other:
            asked = self.tokenizer.encode(other, add_special_tokens=False).ids[:MAX_QUESTION]
            group.append(self._input(asked, own, None))
        return group

    def _moved(self, passage: Passage) -> str | None:
        """Return a question about another article's title, moved to the title of `passage`."""
        if not passage.title:
            return None
        return moved(self.rng.sample(self.by_title, 30), passage.title, passage.text)

    def _exchanged(self, question: Question) -> str | None:
        """Return the question, changed to ask for something that other questions ask for."""
        own = self.corpus.passages[question.passage]
        others = (
            self.rng.choice(self.corpus.questions[name]) for name in 20 * ["squad-train-part"]
        )
        return asked_otherwise(question.text, [other.text for other in others], own.text)

    def _changed(self, question: Question) -> str | None:
        """Return the question with a word changed to one from its passage or a neighbour."""
        passages, rng = self.corpus.passages, self.rng
        own = passages[question.passage]
        source = own
        if rng.random() < 0.5:  # a neighbour in the file, mostly of the same article
            source = passages[(question.passage + rng.randint(1, 5)) % len(passages)]
        assert question.answer
        near = own.text[slice(*sentence_around(own.text, question.answer))]
        return unanswerable(question.text, source.text, near, rng)

    def _input(
        self,
        asked: list[int],
        passage: Passage,
        answer: tuple[int, int] | None,
        headed: bool = False,
    ) -> Input:
        rng = self.rng
        title = passage.title if rng.random() >= UNTITLED else ""
        above = prefix(title, passage.heading if headed else "")
        before = self.tokenizer.encode(above, add_special_tokens=False).ids[:MAX_PREFIX]
        room = MAX_LENGTH - len(asked) - len(before) - 3
        gold = (0, 0)
        if answer:
            inside = [
                i for i, (a, b) in enumerate(passage.offsets) if a < answer[1] and b > answer[0]
            ]
            gold = inside[0], inside[-1]
        # A passage that is too long is cut to a piece with the answer.
        low = max(0, gold[1] + 1 - room)
        high = max(0, len(passage.ids) - room)
        begin = rng.randint(low, max(low, min(high, gold[0]) if answer else high)) if high else 0
        made = assemble(self.body, asked, before, passage.ids[begin : begin + room])
        if answer and begin <= gold[0] and gold[1] < begin + room:
            made.start, made.end = (made.first + g - begin for g in gold)
        return made


def _cut(groups: list[list[Input]], tokens: int) -> list[list[list[Input]]]:
    """Cut groups, sorted by length, into runs of at most `tokens` tokens with padding."""
    runs: list[list[list[Input]]] = [[]]
    for group in groups:
        longest = max(len(i.ids) for i in group)
        rows = sum(map(len, runs[-1])) + len(group)
        if runs[-1] and rows * longest > tokens:
            runs.append([])
        runs[-1].append(group)
    return runs


def collate(groups: list[list[Input]], pad: int = 0) -> Batch:
    """Return padded tensors for groups of inputs: one or two inputs for each question."""
    inputs = [i for group in groups for i in group]
    shape = (len(inputs), max(len(i.ids) for i in inputs))
    ids, mask, types, candidates = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    ids += pad
    for row, made in enumerate(inputs):
        length = len(made.ids)
        ids[row, :length] = made.ids
        mask[row, :length] = 1
        types[row, made.segment : length] = 1
        candidates[row, made.first : length - 1] = 1
        candidates[row, 0] = 1
    pairs, row = [], 0
    for group in groups:
        if len(group) == 2 and group[0].end:
            pairs.append((row, row + 1))
        row += len(group)
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(mask),
        torch.from_numpy(types),
        torch.from_numpy(candidates).bool(),
        torch.tensor([i.start for i in inputs]),
        torch.tensor([i.end for i in inputs]),
        torch.tensor(pairs, dtype=torch.int64).reshape(-1, 2),
    )
