"""Makes `chatbot/language/likeness.npz`: a vector for each common English term, by its meaning.

    PYTHONPATH=.. python likeness.py --out ../chatbot/language/likeness.npz

The base model, all-MiniLM-L6-v2 (Apache-2.0), reads each word alone. Its 384 numbers are reduced to
64 by principal components and stored in int8 (as in Tulkens & van Dongen 2024, "Model2Vec"). The
first components are left out (Mu & Viswanath 2018, "All-but-the-Top"). Words with the same term are
averaged. The words are the most frequent ones of the list in the package symspellpy.
"""

import argparse
import re
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch

from bodies import MINILM, tokenizer, weights
from chatbot.language import text
from model import Encoder

WORDS = 40_000  # how many words of the list are read
TERMS = 20_000  # how many of their terms are kept, the most frequent ones
NUMBERS = 64  # how many numbers a vector has
COMMON = 4  # first components left out, which all words share, such as frequency; 384 / 100
AT_ONCE = 512  # words the network reads at once
ENGLISH = "frequency_dictionary_en_82_765.txt"


def frequencies() -> dict[str, int]:
    """Return word -> how often it was counted, the most frequent first."""
    lines = files("symspellpy").joinpath(ENGLISH).read_text(encoding="utf-8-sig").splitlines()
    pairs = (line.split() for line in lines)
    return {word: int(count) for word, count in pairs if re.fullmatch("[a-z]{2,}", word)}


def embedded(encoder: Encoder, words: list[str]) -> np.ndarray:
    """Return the vector of each word, [n, 384]: the mean over [CLS], its pieces and [SEP]."""
    body, tokens = encoder.body, tokenizer(encoder.body)
    ids = [
        [body.cls, *tokens.encode(word, add_special_tokens=False).ids, body.sep] for word in words
    ]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    vectors = np.zeros((len(ids), body.width), np.float32)
    for first in range(0, len(order), AT_ONCE):
        some = order[first : first + AT_ONCE]
        length = len(ids[some[-1]])
        padded = torch.tensor([ids[i] + [0] * (length - len(ids[i])) for i in some])
        mask = (padded > 0).long()
        with torch.inference_mode():
            x = encoder(padded, mask, torch.zeros_like(padded))
            vectors[some] = ((x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)).numpy()
    return vectors


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return the vectors scaled to length 1."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    counts = frequencies()
    words = list(counts)[:WORDS]
    encoder = Encoder(MINILM).eval()
    encoder.load_state_dict(weights(MINILM))
    vectors = embedded(encoder, words)
    vectors = unit(vectors - vectors.mean(0))
    sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(vectors.shape[1]))
    for word, vector in zip(words, vectors, strict=True):
        found = text.terms(word)
        if len(found) == 1:
            sums[found[0]] += np.sqrt(counts[word]) * vector
    terms = list(sums)[:TERMS]
    together = unit(np.array([sums[term] for term in terms]))
    together -= together.mean(0)
    axes = np.linalg.eigh(together.T @ together)[1][:, ::-1]
    small = unit(together @ axes[:, COMMON : COMMON + NUMBERS])
    small = np.round(127 * small / np.abs(small).max(axis=1, keepdims=True)).astype(np.int8)
    np.savez_compressed(
        arguments.out,
        terms=np.frombuffer("\n".join(terms).encode("ascii"), np.uint8),
        vectors=small,
    )
    print(f"{len(terms)} terms, {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
