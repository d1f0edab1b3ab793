"""Turns texts into vectors: texts with similar meanings have similar vectors.

The encoder is made from multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text
Embeddings"), which reads a hundred languages; `model/MODEL_CARD.md` says how. It needs the extra
`neural`. Each text is read separately, so the same text always gives the same vector, whatever else
is encoded and on however many threads.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.encoder.words import WordTable
from chatbot.errors import ModelError

FORMAT = 1
"""The version of the file format that this code reads."""

QUESTION = 128
"""At most this many tokens of a question are read, about a long sentence, to limit the time."""
OVERLAP = 64
"""The number of tokens that two windows of a long text share."""
MOST_WINDOWS = 8
"""At most this many windows of a text are read."""

WEIGHTS = "layers.onnx.data"
"""The weights, in a file of their own that is mapped into memory."""
FILES = ("layers.onnx", WEIGHTS, "words.npy", "pieces.model")
"""The files of an encoder; their checksum is in `encoder.json`."""

SHIPPED = Path(__file__).parent / "model"


PACKAGES = ("onnxruntime", "sentencepiece")
"""The packages that the encoder needs."""


def missing() -> list[str]:
    """Return the packages that the encoder needs and that are not installed."""
    return [package for package in PACKAGES if not find_spec(package)]


@dataclass(frozen=True, slots=True)
class _Sizes:
    """The content of `encoder.json`."""

    format: int
    base: str
    width: int
    longest: int
    question: str
    passage: str
    begin: int
    end: int
    sha256: str


class Encoder:
    """Turns texts into vectors of length 1; the cosine of two vectors is their dot product."""

    def __init__(self, folder: Path = SHIPPED, threads: int | None = None) -> None:
        """Load the files in `folder`.

        Raises:
            ModelError: a file is missing, damaged, or of a format that this code cannot read.
        """
        import onnxruntime
        import sentencepiece

        try:
            self._sizes = _Sizes(**json.loads((folder / "encoder.json").read_text("utf-8")))
            if self._sizes.format != FORMAT:
                raise ValueError(f"format {self._sizes.format}, not {FORMAT}")
            if _checksum(folder) != self._sizes.sha256:
                raise ValueError("the files are not those that were shipped")
            self._words = WordTable(folder / "words.npy", self._sizes.width)
            self._pieces = sentencepiece.SentencePieceProcessor(
                model_file=str(folder / "pieces.model")
            )
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            # Without this, memory doubles with each longer text.
            sizes = {"arena_extend_strategy": "kSameAsRequested"}
            self._session = onnxruntime.InferenceSession(
                folder / "layers.onnx", options, [("CPUExecutionProvider", sizes)]
            )
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            raise ModelError(f"{folder}: the encoder cannot be loaded: {error}") from error
        self._threads = threads or os.cpu_count() or 1

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return self._sizes.width

    @property
    def checksum(self) -> str:
        """SHA-256 of the encoder's files, in hexadecimal; it shows which encoder made a vector."""
        return self._sizes.sha256

    @property
    def words(self) -> WordTable:
        """The embeddings of the word pieces."""
        return self._words

    @property
    def ends(self) -> tuple[int, int]:
        """The numbers of the pieces that begin and end an input."""
        return self._sizes.begin, self._sizes.end

    def pieces(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the numbers of a text's word pieces, and their places `(start, end)` in the text.

        The place of a piece does not include the white space before it.
        """
        found = self._pieces.encode(text, return_type="offset_mapping")
        return found["ids"], [
            (end - len(text[start:end].lstrip()), end) for start, end in found["offsets"]
        ]

    def question(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, shape (width,); at most `QUESTION` tokens are read."""
        return self._window(self._pieces.encode(self._sizes.question + text)[:QUESTION])

    def passage(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text that may answer, shape (width,)."""
        return self._vector(self._sizes.passage + text)

    def passages(self, texts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        """Yield the vectors of passages, shape (width,) each, in their order.

        All cores work on this. They stop when the caller stops iterating.
        """
        with ThreadPoolExecutor(self._threads) as pool:
            running: deque[Future[NDArray[np.float32]]] = deque()
            for text in texts:
                running.append(pool.submit(self.passage, text))
                if len(running) > 2 * self._threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()

    def _vector(self, text: str) -> NDArray[np.float32]:
        tokens = self._pieces.encode(text)
        windows = [self._window(piece) for piece in self._cuts(tokens)]
        if len(windows) == 1:
            return windows[0]
        mean: NDArray[np.float32] = np.mean(windows, axis=0, dtype=np.float32)
        return mean / np.linalg.norm(mean)

    def _cuts(self, tokens: list[int]) -> Iterator[list[int]]:
        """Yield the tokens in overlapping windows, each as long as the encoder can read."""
        room = self._sizes.longest - 2
        yield tokens[:room]
        starts = range(room - OVERLAP, max(len(tokens) - OVERLAP, 0), room - OVERLAP)
        for start in starts[: MOST_WINDOWS - 1]:
            yield tokens[start : start + room]

    def _window(self, tokens: list[int]) -> NDArray[np.float32]:
        words = self._words[[self._sizes.begin, *tokens, self._sizes.end]]
        (vector,) = self._session.run(["vector"], {"words": words[None]})
        found: NDArray[np.float32] = vector[0]
        return found


def _checksum(folder: Path) -> str:
    """Return the SHA-256 of the encoder's files, concatenated, in hexadecimal."""
    digest = hashlib.sha256()
    for name in FILES:
        with (folder / name).open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


@cache
def shipped() -> Encoder:
    """Return the encoder of this package, loaded once."""
    return Encoder()
