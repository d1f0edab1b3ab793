"""Measures the time and memory to find passages by meaning, for each number of passages.

    python benchmarks/sense.py [SIZE ...]

The vectors are random, in clusters like those of an article's passages. More than 50,000 are
searched with a graph; the last column is the share of the ten nearest vectors that it finds.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.encoder.nearest import EXACT, Nearest

WIDTH, CLUSTER, QUESTIONS = 384, 12, 200


def resident() -> float:
    """Return the resident memory of this process, in MB."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096 / 1e6


def clustered(size: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return unit vectors, shape (size, WIDTH), `CLUSTER` of them around each centre."""
    centres = rng.normal(size=(size // CLUSTER + 1, WIDTH)).astype(np.float32)
    noise = rng.normal(scale=0.7, size=(size, WIDTH)).astype(np.float32)
    made = centres[np.arange(size) % len(centres)] + noise
    unit: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit


def main(sizes: list[int]) -> None:
    """Print a line for each size."""
    print("passages  build      memory    p50       p99       recall@10")
    for size in sizes:
        rng = np.random.default_rng(1)
        vectors = clustered(size, rng)
        before, start = resident(), time.perf_counter()
        nearest = Nearest(vectors)
        took, grown = time.perf_counter() - start, resident() - before
        grown += vectors.nbytes / 1e6
        places = rng.integers(0, size, QUESTIONS)
        asked = vectors[places] + rng.normal(scale=0.02, size=(QUESTIONS, WIDTH))
        times, recalls = [], []
        for question in asked.astype(np.float32):
            start = time.perf_counter()
            found = np.argsort(-nearest.cosines(question))[:10]
            times.append(1000 * (time.perf_counter() - start))
            exact = np.argsort(-(vectors @ question))[:10]
            recalls.append(len(set(found.tolist()) & set(exact.tolist())) / 10)
        p99 = sorted(times)[int(0.99 * len(times))]
        recall = f"{statistics.mean(recalls):.3f}" if size > EXACT else "exact"
        print(
            f"{size:8,}  {took:6.2f} s  {grown:5.0f} MB  {statistics.median(times):5.2f} ms  "
            f"{p99:5.2f} ms  {recall}",
            flush=True,
        )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000, 30_000, 50_000, 100_000])
