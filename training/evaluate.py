"""Measures a reader that is given the right passage: exact match, F1, and AUROC.

    python evaluate.py --model reader.onnx --eval ../shared/eval/xquad-dev.json

The model is an exported `.onnx` file or a `.pt` checkpoint of `train.py`. Each passage is read
alone, without padding, as in the chatbot, since int8 activations share one scale for a whole input.
"""

import argparse
import json
import re
import string
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import bodies
from bodies import Body
from data import MAX_LENGTH, MAX_PREFIX, MAX_QUESTION, assemble, clean_title, prefix, windows

MAX_ANSWER = 30  # tokens
# (input_ids, attention_mask, token_type_ids), int64 [1, T] -> (start, end), float32 [1, T]
Run = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def load(model: Path, body: Body, threads: int = 1, averaged: bool = True) -> Run:
    """Return the network as a function; a checkpoint has its averaged weights if `averaged`."""
    if model.suffix == ".onnx":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        names = ("input_ids", "attention_mask", "token_type_ids")
        words = model.with_name("words.npy")
        wanted = [value.name for value in session.get_inputs()]
        if "words" in wanted:
            table = bodies.e5_table() if body is bodies.E5 else np.load(words)

            def run_apart(*arrays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
                ids, *_ = arrays
                rows = bodies.unpacked(table[ids[0]]).reshape(1, len(ids[0]), -1)
                fed = dict(zip(names, arrays, strict=True)) | {"words": rows}
                return session.run(None, {name: fed[name] for name in wanted})

            return run_apart

        def run(*arrays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return session.run(None, dict(zip(names, arrays, strict=True)))

        return run

    import torch

    from changes import restored
    from model import Reader

    if model.suffix == ".npz":
        return torch_run(restored(model, body)[0].eval())
    reader = Reader(body).eval()
    reader.load_state_dict(torch.load(model)["averaged" if averaged else "model"])
    return torch_run(reader)


def torch_run(reader) -> Run:
    """Return a torch module as a function of numpy arrays."""
    import torch

    def run(*arrays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with torch.inference_mode():
            start, end = reader(*map(torch.from_numpy, arrays))
        return start.numpy(), end.numpy()

    return run


def best_span(
    run: Run, body: Body, tokenizer: Tokenizer, question: str, before: str, passage: str
) -> tuple[int, int, float]:
    """Return the best answer's characters in the passage, and its score against "no answer".

    The score is the largest start[i] + end[j] - start[CLS] - end[CLS] with i <= j < i + MAX_ANSWER,
    in logits (Devlin et al. 2019, section 4.3).
    """
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:MAX_QUESTION]
    front = tokenizer.encode(before, add_special_tokens=False).ids[:MAX_PREFIX]
    whole = tokenizer.encode(passage, add_special_tokens=False)
    best = (0, 0, -np.inf)
    for begin, stop in windows(len(whole.ids), MAX_LENGTH - len(asked) - len(front) - 3):
        made = assemble(body, asked, front, whole.ids[begin:stop])
        ids = np.array([made.ids], dtype=np.int64)
        types = (np.arange(ids.shape[1])[None] >= made.segment).astype(np.int64)
        start, end = (logits[0] for logits in run(ids, np.ones_like(ids), types))
        own = slice(made.first, made.first + stop - begin)
        sums = start[own, None] + end[None, own]
        sums = np.where(np.tri(len(sums), k=-1) + np.tri(len(sums), k=-MAX_ANSWER).T, -np.inf, sums)
        i, j = np.unravel_index(sums.argmax(), sums.shape)
        score = float(sums[i, j] - start[0] - end[0])
        if score > best[2]:
            best = (whole.offsets[begin + i][0], whole.offsets[begin + j][1], score)
    return best


def normalise_answer(text: str) -> str:
    """Return an answer in SQuAD's form: lower case, no punctuation, no articles, single spaces."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def f1(given: str, gold: str) -> float:
    """Return the F1 score of the words of two normalised answers (Rajpurkar et al. 2016)."""
    a, b = given.split(), gold.split()
    common = sum((Counter(a) & Counter(b)).values())
    if not a or not b:
        return float(a == b)
    return 2 * common / (len(a) + len(b)) if common else 0.0


def auroc(answerable: list[float], others: list[float]) -> float:
    """Return how often an answerable question scores above an unanswerable one; ties count half."""
    a, b = np.array(answerable)[:, None], np.array(others)[None]
    return float((a > b).mean() + (a == b).mean() / 2)


def evaluate(
    run: Run, body: Body, tokenizer: Tokenizer, file: Path, every: int = 1
) -> dict[str, float]:
    """Return EM and F1 (percent) for answerable questions, and AUROC if some are unanswerable."""
    exact: list[float] = []
    overlap: list[float] = []
    scores: dict[bool, list[float]] = {True: [], False: []}
    questions = [
        (prefix(clean_title(article["title"])), paragraph["context"], qa)
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]
    for before, passage, qa in questions[::every]:
        start, end, score = best_span(run, body, tokenizer, qa["question"], before, passage)
        answerable = not qa.get("is_impossible", False)
        scores[answerable].append(score)
        if answerable:
            given = normalise_answer(passage[start:end])
            golds = [normalise_answer(answer["text"]) for answer in qa["answers"]]
            exact.append(max(given == gold for gold in golds))
            overlap.append(max(f1(given, gold) for gold in golds))
    figures = {
        "questions": len(questions[::every]),
        "EM": round(100 * float(np.mean(exact)), 2),
        "F1": round(100 * float(np.mean(overlap)), 2),
    }
    if scores[False]:
        figures["AUROC"] = round(auroc(scores[True], scores[False]), 4)
    return figures


def main() -> None:
    """Print the figures of each file as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--eval", type=Path, required=True, nargs="+", help="SQuAD JSON files")
    parser.add_argument("--every", type=int, default=1, help="ask only every nth question")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--raw", action="store_true", help="use the last weights, not the averaged")
    parser.add_argument("--body", choices=bodies.BODIES, default="minilm")
    arguments = parser.parse_args()
    body = bodies.BODIES[arguments.body]
    tokenizer = bodies.tokenizer(body)
    run = load(arguments.model, body, arguments.threads, not arguments.raw)
    for file in arguments.eval:
        figures = evaluate(run, body, tokenizer, file, arguments.every)
        print(file.name, json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
