"""The embeddings of word pieces: 4 bits a value, in a file that is mapped and not read whole.

A row is a run of blocks, each of 32 values: a float16 scale, then 16 bytes, whose low halves are
the first sixteen values and high halves the last sixteen; a value is (half - 8) x scale. That is
the form "Q4_0" of ggml, in which the base's package has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VALUES = 32
"""Values that share a scale."""
BYTES = 2 + VALUES // 2
"""Of a block."""


class WordTable:
    """Rows of `width` values, looked up by their numbers."""

    def __init__(self, path: Path, width: int) -> None:
        """Map the file at `path`.

        Raises:
            OSError, ValueError: it cannot be read, or is not such a table.
        """
        self._rows: NDArray[np.uint8] = np.load(path, mmap_mode="r")
        if self._rows.dtype != np.uint8 or self._rows.shape[1:] != (width // VALUES * BYTES,):
            raise ValueError(f"{path} is no table of {width} values a row")
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
