"""Keeps the vectors of passages on disk, so that unchanged passages are not encoded again.

Each encoder has one file: a header, a key for each vector, and the vectors. A key is the SHA-256 of
the encoded text, cut to 16 bytes. The file is written under another name and then renamed. Its
checksum is tested before it is used. An incomplete file, or that of another encoder, is ignored.
The file is mapped into memory, so that several processes with one corpus share it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.encoder import Encoder
from chatbot.types import Passage

log = logging.getLogger(__name__)

_HEADER = struct.Struct("<8s32s32sQQ")  # magic number, encoder, checksum of the rest, rows, width
_MAGIC = b"vectors1"
KEY = 16
"""The number of bytes in a key."""
AT_LEAST = 2_000
"""The file is written after this many new vectors, so that little is lost if the process stops.

They must also be a tenth of all vectors, so that writing does not take too much time.
"""


def key(text: str) -> bytes:
    """Return the key of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:KEY]


def searched(passage: Passage) -> str:
    """Return the text that is encoded for a passage: title, heading and text."""
    return f"{passage.titles} {passage.text}".lstrip()


class VectorFile:
    """The vectors that one encoder made of texts, kept in a folder."""

    def __init__(self, folder: Path, encoder: str, width: int) -> None:
        """Take `folder`, which need not exist, and the encoder's checksum in hexadecimal."""
        self._encoder, self._width = bytes.fromhex(encoder), width
        self.path = folder / f"vectors-{encoder[:16]}.bin"

    def read(self) -> tuple[list[bytes], NDArray[np.float32]]:
        """Return the keys and the vectors of the file, shape (keys, width); the vectors are mapped.

        Both are empty if the file cannot be trusted.
        """
        none: tuple[list[bytes], NDArray[np.float32]] = ([], np.zeros((0, self._width), np.float32))
        try:
            content = np.memmap(self.path, np.uint8, mode="r")
            header = _HEADER.unpack(bytes(content[: _HEADER.size]))
        except (OSError, ValueError, struct.error):
            return none
        magic, encoder, checksum, rows, width = header
        body = content[_HEADER.size :]
        expected = (_MAGIC, self._encoder, self._width)
        whole = (magic, encoder, width) == expected and len(body) == rows * (KEY + 4 * width)
        if not whole or hashlib.sha256(body.data).digest() != checksum:
            log.warning("%s is damaged; the passages are encoded again", self.path)
            return none
        keys = body[: rows * KEY].tobytes()
        # A row of a `memmap` takes four times the memory of a row of a plain array.
        vectors = np.asarray(body[rows * KEY :].view(np.float32).reshape(rows, width))
        return [keys[i * KEY : (i + 1) * KEY] for i in range(rows)], vectors

    def write(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Replace the file with these vectors.

        Raises:
            OSError: the file cannot be written; the old one is unchanged.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        parts = (b"".join(keys), np.ascontiguousarray(vectors, np.float32).data)
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        header = _HEADER.pack(_MAGIC, self._encoder, digest.digest(), *vectors.shape)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        try:
            with beside.open("wb") as file:
                for part in (header, *parts):
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)


class Vectors:
    """Computes the vector of each passage once; keeps them in a file if a folder is given."""

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        """Take the encoder, and the folder to keep the vectors in."""
        self._encoder = encoder
        self._file = VectorFile(folder, encoder.checksum, encoder.width) if folder else None
        self._known: dict[bytes, NDArray[np.float32]] = {}
        self._mapped: NDArray[np.float32] | None = None
        if self._file:
            keys, self._mapped = self._file.read()
            self._known = dict(zip(keys, self._mapped, strict=True))

    def new(self, keys: Sequence[bytes]) -> int:
        """Return how many of these keys have no vector yet."""
        return sum(key not in self._known for key in keys)

    def of(
        self,
        passages: Sequence[Passage],
        on_progress: Callable[[int, int], None] | None = None,
        keys: Sequence[bytes] | None = None,
    ) -> NDArray[np.float32]:
        """Return the vectors of passages, shape (passages, width); new ones are encoded.

        If the passages' `keys` are given, only the texts of new passages are read. `on_progress` is
        called with the number done and the number of all; the first call counts the known ones. If
        the file cannot be written, that is only logged.
        """
        keys = keys or [key(searched(passage)) for passage in passages]
        size = len(keys)
        places = {k: place for place, k in enumerate(keys) if k not in self._known}
        new = {k: searched(passages[place]) for k, place in places.items()}
        if on_progress:
            on_progress(size - len(new), size)
        unkept, found = 0, self._encoder.passages(list(new.values()))
        for done, (k, vector) in enumerate(zip(new, found, strict=True), 1):
            self._known[k] = vector
            unkept += 1
            if unkept >= max(AT_LEAST, len(self._known) // 10):
                self._keep(self._known)
                unkept = 0
            if on_progress:
                on_progress(size - len(new) + done, size)
        kept = list(dict.fromkeys(keys))
        if new or kept != list(self._known):
            self._keep(kept)
        if self._mapped is not None and not new and list(self._known) == list(keys):
            return self._mapped
        if self._file:
            there, mapped = self._file.read()
            if there == list(keys):  # mapped, not copied: processes with one corpus share them
                self._known = dict(zip(there, mapped, strict=True))
                self._mapped = mapped
                return mapped
        width = self._encoder.width
        return np.array([self._known[k] for k in keys], np.float32).reshape(size, width)

    def _keep(self, keys: Iterable[bytes]) -> None:
        """Keep the vectors of exactly these keys on disk."""
        if not self._file:
            return
        keys = list(keys)
        together = np.array([self._known[k] for k in keys], np.float32)
        try:
            self._file.write(keys, together.reshape(len(keys), self._encoder.width))
        except OSError as error:
            log.warning("%s cannot be written: %s", self._file.path, error.strerror)
