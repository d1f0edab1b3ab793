"""Trains multilingual-e5-small to put questions near their passages and far from others.

    python train_encoder.py --train ../shared/train more --eval ../shared/eval \\
        --languages published/mlqa --start ../chatbot/encoder/model/layers.onnx \\
        --out runs/encoder --steps 200

There are three kinds of batch, each of questions with right and wrong passages:
- English questions of the reader's training files, with the wrong passages that BM25 finds;
- the same of help: headings of free documentation with their sections, and questions of policies;
- questions of one language about passages of another (MLQA's and TyDi QA's training parts).

The loss is InfoNCE (van den Oord et al. 2018). In English, half of the target comes from a teacher
(Hinton et al. 2015), all-MiniLM-L6-v2. It gives the similarities of the same questions and
passages, and of the questions among themselves. It was trained with a billion pairs and judges
similarity better. Word embeddings are not trained, so that all networks with this body can share
one table. With `--start`, an encoder that was trained and exported before is trained further.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

import bodies
from bodies import E5, E5_VECTORS, MINILM, Body
from data import add_wrong, prefix, read
from export import encoder_state, stored_weights
from held_back import HeldBack
from model import Encoder
from train import rate, save

QUESTIONS = 48  # questions of a batch
LONGEST = {True: 48, False: 144}  # most tokens of a question, of a passage
SHARPNESS = {E5: 50.0, MINILM: 20.0}  # cosines are multiplied by this before the softmax
TAUGHT = 0.5  # share of the teacher in the target, in English; the rest is the right passage
PART = 12  # texts that are computed together
KINDS = {"english": 0.40, "help": 0.35, "languages": 0.25}
LEFT_OUT = {"qamr", "squad-train-sentences", "languages"}  # single sentences; other languages


class Pair(NamedTuple):
    """A question, a passage that answers it, and one that does not ("" if unknown)."""

    question: str
    passage: str
    wrong: str = ""


def english(train: list[Path], held_back: Path, cache: Path) -> dict[str, dict[str, list[Pair]]]:
    """Return pairs of "english" and of "help" by article, with wrong passages from BM25."""
    corpus = read(train, held_back, bodies.tokenizer(MINILM))
    add_wrong(corpus, cache)
    rng = random.Random(5)
    found: dict[str, dict[str, list[Pair]]] = {
        kind: defaultdict(list) for kind in ("english", "help")
    }
    for name, questions in corpus.questions.items():
        if name in LEFT_OUT:
            continue
        kind = "help" if name.startswith("help-") else "english"
        for question in (q for q in questions if q.answer):
            own = corpus.passages[question.passage]
            texts = [
                f"{prefix(p.title)} {p.text}".strip()
                for p in (own, *(corpus.passages[n] for n in question.wrong))
            ]
            wrong = rng.choice(texts[1:]) if len(texts) > 1 else ""
            found[kind][own.article].append(Pair(question.text, texts[0], wrong))
    return found


def languages(folder: Path, held: HeldBack) -> dict[str, list[Pair]]:
    """Return pairs by their language, or by the two languages of question and passage."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for file in sorted(folder.glob("*.json")):
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                text = paragraph["context"]
                if held.passage(text):
                    continue
                title = article.get("title", "")
                found[file.stem] += [
                    Pair(qa["question"], f"{prefix(title)} {text}".strip())
                    for qa in paragraph["qas"]
                    if not held.question(qa["question"])
                ]
    return found


class Batches:
    """Yields endless batches, (kind, pairs), the same for the same seed.

    A batch has a few pairs from each of several groups, so that some of its passages are hard to
    distinguish.
    """

    def __init__(self, groups: dict[str, dict[str, list[Pair]]], seed: int) -> None:
        self.groups, self.rng = groups, random.Random(seed)

    def __iter__(self) -> Iterator[tuple[str, list[Pair]]]:
        while True:
            kind = self.rng.choices(list(KINDS), list(KINDS.values()))[0]
            by_name = self.groups[kind]
            names, each = list(by_name), 24 if kind == "languages" else 4
            weights = [min(len(pairs), 60) for pairs in by_name.values()]
            pairs: dict[str, Pair] = {}  # by passage, since no passage may answer two questions
            while len(pairs) < QUESTIONS:
                of = by_name[self.rng.choices(names, weights)[0]]
                for pair in self.rng.sample(of, min(each, len(of))):
                    pairs.setdefault(pair.passage, pair)
            yield kind, list(pairs.values())[:QUESTIONS]


@dataclass
class Part:
    """A few texts, and after `run` their unit vectors, [texts, W]: means of the last layer."""

    encoder: Encoder
    body: Body
    rows: list[int]
    ids: list[list[int]]
    found: Tensor | None = None

    def run(self) -> None:
        """Compute the vectors in bfloat16, on one core."""
        longest = max(map(len, self.ids))
        inputs = torch.full((len(self.ids), longest), self.body.pad)
        mask = torch.zeros(len(self.ids), longest, dtype=torch.int64)
        for at, ids in enumerate(self.ids):
            inputs[at, : len(ids)] = torch.tensor(ids)
            mask[at, : len(ids)] = 1
        learns = self.encoder.training
        with torch.set_grad_enabled(learns), torch.autocast("cpu", torch.bfloat16):
            hidden = self.encoder(inputs, mask, torch.zeros_like(inputs)).float()
        means = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        self.found = F.normalize(means, dim=-1)


def parts_of(encoder: Encoder, body: Body, texts: list[str], asked: bool) -> list[Part]:
    """Return parts, each of a few texts of similar length, which have not run yet."""
    before = E5_VECTORS[not asked] if body is E5 else ""
    encoded = bodies.tokenizer(body).encode_batch(
        [before + text for text in texts], add_special_tokens=False
    )
    ids = [[body.cls, *e.ids[: LONGEST[asked] - 2], body.sep] for e in encoded]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    rows = [order[start : start + PART] for start in range(0, len(order), PART)]
    return [Part(encoder, body, of, [ids[row] for row in of]) for of in rows]


def gathered(parts: list[Part]) -> Tensor:
    """Return the vectors of parts that have run, in the order of the texts, without gradients."""
    rows = torch.tensor([row for part in parts for row in part.rows])
    found = torch.cat([part.found.detach() for part in parts if part.found is not None])
    return found[rows.argsort()]


def target(taught: Tensor, right: Tensor) -> Tensor:
    """Return the target for a question's passages: half from the teacher, half the right one."""
    return (1 - TAUGHT) * F.one_hot(right, taught.shape[1]) + TAUGHT * taught.softmax(1)


def logits(body: Body, asked: Tensor, passages: Tensor) -> tuple[Tensor, Tensor]:
    """Return each question's logits for all passages, right ones first, and for all questions."""
    among = (asked @ asked.T).masked_fill(torch.eye(len(asked), dtype=torch.bool), -1.0)
    return SHARPNESS[body] * (asked @ passages.T), SHARPNESS[body] * among


class Step:
    """Computes the gradients of a batch; threads of one core each work on its parts."""

    def __init__(self, encoder: Encoder, teacher: Encoder, threads: int) -> None:
        self.encoder, self.teacher = encoder, teacher
        self.learnt = [weight for weight in encoder.parameters() if weight.requires_grad]
        self.pool = ThreadPoolExecutor(threads, initializer=lambda: torch.set_num_threads(1))

    def __call__(self, kind: str, pairs: list[Pair]) -> tuple[float, float]:
        """Set the gradients; return the loss, and how often the right passage comes first."""
        questions = [pair.question for pair in pairs]
        passages = [pair.passage for pair in pairs] + [pair.wrong for pair in pairs if pair.wrong]
        both = [(questions, True), (passages, False)]
        ours = [parts_of(self.encoder, E5, texts, asked) for texts, asked in both]
        theirs = [parts_of(self.teacher, MINILM, texts, asked) for texts, asked in both]
        if kind == "languages":
            theirs = [[], []]
        parts = [part for of in (*ours, *theirs) for part in of]
        list(self.pool.map(Part.run, sorted(parts, key=lambda part: -len(part.ids[0]))))
        leaves = [gathered(of).requires_grad_() for of in ours]
        found, among = logits(E5, *leaves)
        right = torch.arange(len(pairs))
        if kind == "languages":
            loss = F.cross_entropy(found, right)
        else:
            taught, taught_among = logits(MINILM, *map(gathered, theirs))
            loss = F.cross_entropy(found, target(taught, right))
            loss = loss + 0.5 * F.cross_entropy(among, taught_among.softmax(1))
        loss.backward()
        for weight in self.learnt:
            weight.grad = torch.zeros_like(weight)
        grads = [weight.grad for weight in self.learnt]
        back = [
            (part, leaf.grad[part.rows])
            for of, leaf in zip(ours, leaves, strict=True)
            for part in of
        ]
        for partial in self.pool.map(lambda each: self._backward(*each), back):
            torch._foreach_add_(grads, partial)
        first = float((found.detach().argmax(1) == right).float().mean())
        return loss.item(), first

    def _backward(self, part: Part, above: Tensor) -> tuple[Tensor, ...]:
        return torch.autograd.grad(part.found, self.learnt, above)


def main() -> None:
    """Read the command line and train to the last step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, required=True, nargs="+")
    parser.add_argument("--eval", type=Path, required=True, help="folder of held-back files")
    parser.add_argument("--languages", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="layers.onnx to go on from; else the base")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and log")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # each thread of `Step` uses one core
    torch.manual_seed(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    last = arguments.out / "last.pt"

    groups = {
        **english(arguments.train, arguments.eval, arguments.out / "wrong.json"),
        "languages": languages(arguments.languages, HeldBack(arguments.eval)),
    }
    print({kind: sum(map(len, of.values())) for kind, of in groups.items()}, flush=True)
    encoder, teacher = Encoder(E5), Encoder(MINILM).eval()
    start = encoder_state(stored_weights(arguments.start), E5) if arguments.start else None
    encoder.load_state_dict(start or bodies.weights(E5))
    teacher.load_state_dict(bodies.weights(MINILM))
    encoder.embeddings.requires_grad_(False)
    compute = Step(encoder, teacher, arguments.threads)
    learnt = compute.learnt
    optimizer = torch.optim.AdamW(learnt, lr=0.0, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    first = 0
    if last.exists():
        state = torch.load(last)
        encoder.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    batches = iter(Batches(groups, arguments.seed))
    for _ in range(first):
        next(batches)
    sums: dict[str, list[tuple[float, float]]] = defaultdict(list)
    started = time.monotonic()
    for step in range(first, arguments.steps):
        kind, pairs = next(batches)
        share = min(rate(step, 0, 0, arguments.steps), (step + 1) / 20)
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * share
        found, right = compute(kind, pairs)
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        sums[kind].append((found, right))
        if (step + 1) % 10 == 0:
            means = {
                kind: [round(sum(values) / len(values), 3) for values in zip(*of, strict=True)]
                for kind, of in sums.items()
            }
            took = (time.monotonic() - started) / 10
            print(json.dumps({"step": step + 1, "seconds": round(took, 2), **means}), flush=True)
            sums.clear()
            started = time.monotonic()
        if (step + 1) % 80 == 0 or step + 1 == arguments.steps:
            state = {"model": encoder.state_dict(), "optimizer": optimizer.state_dict()}
            save(last, **state, step=step + 1)


if __name__ == "__main__":
    main()
