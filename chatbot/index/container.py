"""Stores named arrays in one file, which is mapped into memory when it is read.

The file begins with a magic number, the length of the manifest and its SHA-256. Then come the
manifest, with each array's place, type and SHA-256, and the arrays. The file is written under
another name and then renamed. A file that is incomplete, altered or of another format is rejected.
It contains only numbers and text, no code.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEADER = struct.Struct("<8sQ32s")
_MARK = b"index\0\0\1"
_ALIGNED = 64
_LARGEST = 1_000_000
"""The most bytes in a manifest."""
TYPES = ("|u1", "<i4", "<i8", "<f8")
"""The types that arrays may have, in numpy's notation."""

Array = NDArray[Any]


class DamagedError(Exception):
    """The file is incomplete or was altered."""


class Container(Mapping[str, Array]):
    """The arrays of a file; the checksum of each is tested when it is first used."""

    def __init__(self, path: Path) -> None:
        """Map the file at `path`.

        Raises:
            DamagedError: the file is missing, incomplete or of another format.
        """
        try:
            self._content = np.memmap(path, np.uint8, mode="r")
            mark, length, checksum = _HEADER.unpack(bytes(self._content[: _HEADER.size]))
            if mark != _MARK or length > _LARGEST:
                raise DamagedError(path)
            text = bytes(self._content[_HEADER.size : _HEADER.size + length])
            if hashlib.sha256(text).digest() != checksum:
                raise DamagedError(path)
            manifest = json.loads(text)
        except (OSError, ValueError, struct.error) as error:
            raise DamagedError(path) from error
        self.about: Mapping[str, str] = manifest["about"]
        """The description that was given when the file was written."""
        self._places: Mapping[str, tuple[str, int, int, str]] = manifest["arrays"]
        self._read: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        """Return the array of that name.

        Raises:
            DamagedError: the array is incomplete or altered.
        """
        if name not in self._read:
            kind, start, size, checksum = self._places[name]
            raw = self._content[start : start + size]
            if (
                kind not in TYPES
                or len(raw) != size
                or hashlib.sha256(raw.data).hexdigest() != checksum
            ):
                raise DamagedError(name)
            self._read[name] = np.asarray(raw).view(kind)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return how many arrays there are."""
        return len(self._places)


def write(path: Path, about: Mapping[str, str], arrays: Mapping[str, Array]) -> None:
    """Write a file with these arrays, of one dimension each, and replace what is at `path`.

    Raises:
        OSError: the file cannot be written; what was there is unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(_manifest(about, arrays))
            for array in arrays.values():
                file.write(b"\0" * (-file.tell() % _ALIGNED))
                file.write(np.ascontiguousarray(array).data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _manifest(about: Mapping[str, str], arrays: Mapping[str, Array]) -> bytes:
    """Return the manifest.

    It is padded, since its length and the places of the arrays depend on each other.
    """
    room = _aligned(_HEADER.size + 2_000 + 300 * len(arrays) + 6 * len(str(about)))
    places, at = {}, room
    for name, array in arrays.items():
        kind = array.dtype.str
        if kind not in TYPES or array.ndim != 1:
            raise TypeError(f"{name}: an array of {kind} with {array.ndim} dimensions")
        raw = np.ascontiguousarray(array)
        places[name] = (kind, at, raw.nbytes, hashlib.sha256(raw.data).hexdigest())
        at = _aligned(at + raw.nbytes)
    text = json.dumps({"about": about, "arrays": places}).encode()
    header = _HEADER.pack(_MARK, len(text), hashlib.sha256(text).digest())
    return (header + text).ljust(room, b"\0")


def _aligned(at: int) -> int:
    return at + -at % _ALIGNED
