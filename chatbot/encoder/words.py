"""Reads the embeddings of word pieces: 4 bits per value, in a file that is mapped into memory.

A row consists of blocks of 32 values: a float16 scale, then 16 bytes. The low halves of the bytes
are the first 16 values, the high halves the last 16. A value is (half - 8) x scale. This is the
format "Q4_0" of ggml, which the package of the base model uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VALUES = 32
"""The number of values that share a scale."""
BYTES = 2 + VALUES // 2
"""The number of bytes in a block."""


class WordTable:
    """Rows of `width` values, looked up by their numbers."""

    def __init__(self, path: Path, width: int) -> None:
        """Map the file at `path`.

        Raises:
            OSError, ValueError: the file cannot be read, or is not a word table.
        """
        self._rows: NDArray[np.uint8] = np.load(path, mmap_mode="r")
        if self._rows.dtype != np.uint8 or self._rows.shape[1:] != (width // VALUES * BYTES,):
            raise ValueError(f"{path} is not a table with {width} values a row")
        self._width = width

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def __getitem__(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return these rows, float32, shape (numbers, width)."""
        blocks = self._rows[np.asarray(numbers, np.int64)].reshape(len(numbers), -1, BYTES)
        scales = np.ascontiguousarray(blocks[:, :, :2]).view(np.float16).astype(np.float32)
        packed = blocks[:, :, 2:]
        halves = np.concatenate((packed & 15, packed >> 4), axis=2).astype(np.float32) - 8
        return (halves * scales).reshape(len(numbers), self._width)
