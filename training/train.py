"""Trains the reader on a CPU: warm-up, constant rate, then a linear decay to zero.

    python train.py --train ../shared/train --eval ../shared/eval --out runs/reader \\
        --decay-at 2000 --steps 2800

    python train.py ... --start reader.onnx --first 2800 --decay-at 4000 --steps 5000

A run that was stopped continues from its last checkpoint when it is started again in the same
folder. `--decay-at` and `--steps` may then be changed if the decay has not begun. With `--start`, a
network that was trained and exported before is trained further.
"""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from torch import Tensor

import bodies
from changes import restored
from data import Batch, Stream, add_wrong, read
from evaluate import evaluate, torch_run
from export import imported
from model import Reader, from_base

WARM_UP = 100  # steps
LAYER_DECAY = 0.9  # each layer learns at 0.9 times the rate of the layer above
WEIGHT_DECAY = 0.01
CLIP = 1.0  # norm of the gradient
AVERAGE = 0.995  # decay per step of the averaged weights: about the last 200 steps


def losses(reader: Reader, batch: Batch, noise: torch.Generator | None) -> tuple[Tensor, Tensor]:
    """Return the loss of single passages, and of right and wrong passage together; sums of inputs.

    The first is the cross-entropy of first and last token over the tokens of the passage and [CLS].
    If the passage does not answer, [CLS] is right. The second is shared normalisation (Clark &
    Gardner 2018, section 3.2): one softmax over the tokens of both passages, each scored against
    its own [CLS]. So "span minus no answer" can be compared between passages. If the answer may be
    anywhere in the passage, all its tokens together are right.
    """
    alone = together = torch.zeros(())
    right, wrong = batch.pairs.unbind(1)
    logits = reader(batch.input_ids, batch.attention_mask, batch.token_type_ids, noise)
    for scores, gold in zip(logits, (batch.start, batch.end), strict=True):
        scores = scores.masked_fill(~batch.candidates, -1e4)
        alone = alone + negative_log_likelihood(scores, gold, slice(1, None)) / 2
        if len(right):
            odds = (scores - scores[:, :1]).masked_fill(~batch.candidates, -1e4)
            both = torch.cat([odds[right, 1:], odds[wrong, 1:]], dim=1)
            width = odds.shape[1] - 1
            inside = torch.where(gold[right] < 0, gold[right], gold[right] - 1)
            together = together + negative_log_likelihood(both, inside, slice(0, width)) / 2
    return alone, together


def negative_log_likelihood(scores: Tensor, gold: Tensor, passage: slice) -> Tensor:
    """Return the sum of the rows' cross-entropy; for gold -1, all columns `passage` are right."""
    rows = torch.arange(len(gold))
    right = torch.where(gold < 0, scores[:, passage].logsumexp(1), scores[rows, gold.clamp(min=0)])
    return (scores.logsumexp(1) - right).sum()


class Gradients:
    """Computes the gradients of a batch; threads of one core each work on its parts.

    A part goes to any free core, so another program on one core takes only its share of the time. A
    matrix product split over two cores would wait for the slower one. The parts are added in order,
    so that the sum does not depend on which one is ready first.
    """

    def __init__(
        self,
        reader: Reader,
        weights: list[Tensor],
        threads: int,
        float32: bool = False,
        dropout: bool = True,
    ) -> None:
        self.reader, self.weights = reader, weights
        self.float32, self.dropout = float32, dropout
        self.pool = ThreadPoolExecutor(threads, initializer=lambda: torch.set_num_threads(1))

    def __call__(self, parts: list[Batch], seed: int) -> tuple[float, float]:
        """Set every weight's gradient; return the two losses, means over the batch's inputs.

        `seed` decides which values are dropped.
        """
        seeds = range(seed * len(parts), (seed + 1) * len(parts))
        inputs = sum(len(part.end) for part in parts)
        sums = [0.0, 0.0]
        for weight in self.weights:
            if weight.grad is None:
                weight.grad = torch.zeros_like(weight)
            weight.grad.zero_()
        grads = [weight.grad for weight in self.weights]
        for alone, together, partial in self.pool.map(self._part, parts, seeds):
            sums[0] += alone / inputs
            sums[1] += together / inputs
            torch._foreach_add_(grads, partial, alpha=1 / inputs)
        return sums[0], sums[1]

    def _part(self, part: Batch, seed: int) -> tuple[float, float, tuple[Tensor, ...]]:
        # Products in bfloat16 are 2.4 times as fast if the CPU supports them, and 20 times as slow
        # if not.
        with torch.autocast("cpu", torch.bfloat16, enabled=not self.float32):
            noise = torch.Generator().manual_seed(seed) if self.dropout else None
            alone, together = losses(self.reader, part, noise)
        return alone.item(), together.item(), torch.autograd.grad(alone + together, self.weights)


def rate(step: int, first: int, decay_at: int, steps: int) -> float:
    """Return the share of the full learning rate at a step; `first` is the run's first step."""
    if step < decay_at:
        return min(1.0, (step - first + 1) / WARM_UP)
    return max(0.0, (steps - step) / (steps - decay_at))


def optimiser(reader: Reader, learning_rate: float, frozen: int = 0) -> torch.optim.AdamW:
    """Return AdamW with a rate for each layer; word embeddings are not trained.

    Word embeddings are half of the weights, and most words hardly occur in a few thousand steps.
    With `frozen`, all embeddings and this number of the lowest layers are not trained, which saves
    their part of the backward pass.
    """
    reader.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    if frozen:
        for part in (reader.encoder.embeddings, *reader.encoder.layers[:frozen]):
            part.requires_grad_(False)
    if reader.body.buckets:  # a constant, so that torch uses its fast attention
        reader.encoder.distance.weight.requires_grad_(False)
    groups = []
    for name, weight in reader.named_parameters():
        if not weight.requires_grad:
            continue
        layers = reader.body.layers
        below = 0 if name.startswith("span") else layers
        if name.startswith("encoder.layers."):
            below = layers - 1 - int(name.split(".")[2])
        groups.append(
            {
                "params": [weight],
                "scale": learning_rate * LAYER_DECAY**below,
                "weight_decay": WEIGHT_DECAY if weight.ndim == 2 else 0.0,
            }
        )
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), eps=1e-6, fused=True)


def save(path: Path, **state: object) -> None:
    """Write a checkpoint completely or not at all."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def main() -> None:
    """Read the command line and train to the last step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--train", type=Path, required=True, nargs="+", help="folders of SQuAD JSON files"
    )
    parser.add_argument("--eval", type=Path, required=True, help="folder of held-back files")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and log")
    parser.add_argument("--body", choices=bodies.BODIES, default="minilm")
    parser.add_argument("--start", type=Path, help="a reader.onnx, or a file of changes.py")
    parser.add_argument("--first", type=int, default=0, help="number of this run's first step")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--decay-at", type=int, required=True, help="first step of the decay")
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--tokens", type=int, default=16 * 192, help="of a batch, padding included")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--float32", action="store_true", help="for a CPU that does not multiply in bfloat16"
    )
    parser.add_argument("--frozen", type=int, default=0, help="lowest layers that do not learn")
    parser.add_argument("--no-dropout", action="store_true", help="for less than one epoch")
    parser.add_argument("--save-minutes", type=float, default=10)
    parser.add_argument("--eval-minutes", type=float, default=30)
    parser.add_argument("--overfit", type=int, default=0, help="check: learn only n batches")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)  # each thread of `Gradients` uses one core
    torch.manual_seed(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    last = arguments.out / "last.pt"
    dev = arguments.eval / "xquad-dev.json"
    log_file = (arguments.out / "log.jsonl").open("a", encoding="utf-8")

    def log(**entry: object) -> None:
        line = json.dumps({"time": time.strftime("%H:%M:%S"), **entry})
        print(line, flush=True)
        print(line, file=log_file, flush=True)

    body = bodies.BODIES[arguments.body]
    tokenizer = bodies.tokenizer(body)
    corpus = read(arguments.train, arguments.eval, tokenizer)
    add_wrong(corpus, arguments.out / "wrong.json")
    counts = {name: len(questions) for name, questions in corpus.questions.items()}
    log(arguments={k: str(v) for k, v in vars(arguments).items()}, questions=counts)

    reader = from_base(body)
    if arguments.start and arguments.start.suffix == ".npz":
        reader, _ = restored(arguments.start, body)
    elif arguments.start:
        reader = imported(arguments.start, body)
    optimizer = optimiser(reader, arguments.rate, arguments.frozen)
    weights = [weight for weight in reader.parameters() if weight.requires_grad]
    average = [weight.detach().clone() for weight in weights]
    first = arguments.first
    if last.exists():
        state = torch.load(last)
        reader.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average, first = state["average"], state["step"]

    def averaged() -> dict[str, Tensor]:
        ours = iter(average)
        return {
            name: (next(ours) if weight.requires_grad else weight.detach()).clone()
            for name, weight in reader.named_parameters()
        }

    def checkpoint(path: Path, step: int) -> None:
        save(
            path,
            model=reader.state_dict(),
            averaged=averaged(),
            average=average,
            optimizer=optimizer.state_dict(),
            step=step,
        )

    stream = iter(
        Stream(corpus, body, tokenizer, arguments.seed, arguments.tokens, arguments.first)
    )
    fixed = [next(stream) for _ in range(arguments.overfit)]
    for _ in range(0 if fixed else first - arguments.first):
        next(stream)

    gradients = Gradients(
        reader, weights, arguments.threads, arguments.float32, not arguments.no_dropout
    )
    saved = evaluated = logged = time.monotonic()
    sums = torch.zeros(5)  # loss alone, loss together, inputs, inputs without answer, steps
    for step in range(first, arguments.steps):
        batch = fixed[step % len(fixed)] if fixed else next(stream)
        share = rate(step, arguments.first, arguments.decay_at, arguments.steps)
        for group in optimizer.param_groups:
            group["lr"] = group["scale"] * share
        alone, together = gradients(batch, step)
        torch.nn.utils.clip_grad_norm_(weights, CLIP)
        optimizer.step()
        # At first a plain mean, so that the untrained weights soon stop counting.
        with torch.no_grad():
            torch._foreach_lerp_(
                average, weights, max(1 - AVERAGE, 1 / (step - arguments.first + 1))
            )
        ends = torch.cat([part.end for part in batch])
        sums += torch.tensor([alone, together, len(ends), int((ends == 0).sum()), 1])
        if (step + 1) % 25 == 0:
            now = time.monotonic()
            log(
                step=step + 1,
                loss=round(float(sums[0] / sums[4]), 4),
                shared=round(float(sums[1] / sums[4]), 4),
                unanswered=round(float(sums[3] / sums[2]), 3),
                inputs=int(sums[2]),
                seconds_per_step=round((now - logged) / float(sums[4]), 3),
            )
            logged = now
            sums.zero_()
        done = step + 1 == arguments.steps
        if done or time.monotonic() - saved > 60 * arguments.save_minutes:
            checkpoint(last, step + 1)
            saved = time.monotonic()
        if step + 1 == arguments.decay_at:  # saved, so that another decay can start from here
            checkpoint(arguments.out / "stable.pt", step + 1)
        if done or time.monotonic() - evaluated > 60 * arguments.eval_minutes:
            # At a constant rate, the averaged weights are far better than the last ones.
            steady = Reader(body).eval()
            steady.load_state_dict(averaged())
            figures = evaluate(torch_run(steady), body, tokenizer, dev, 1 if done else 3)
            log(step=step + 1, dev=figures, every=1 if done else 3)
            evaluated = logged = time.monotonic()


if __name__ == "__main__":
    main()
