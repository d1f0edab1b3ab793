"""Vectors on disk are computed once, and checked before they are used."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chatbot.encoder.vectors import VectorFile, Vectors, key
from chatbot.types import Passage

WIDTH = 4
NAME = "ab" * 32


class CountingEncoder:
    """A fake encoder: returns the text's length as the vector, and records what it encoded."""

    width = WIDTH

    def __init__(self, checksum: str = NAME) -> None:
        self.checksum = checksum
        self.encoded: list[str] = []

    def passages(self, texts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        """Yield a vector for each text."""
        for text in texts:
            self.encoded.append(text)
            yield np.array([len(text), 1, 2, 3], np.float32)


def cut(*texts: str) -> list[Passage]:
    """Return passages with these texts, without title."""
    return [Passage("a", "", None, text, 0, ((0, len(text)),)) for text in texts]


def vectors(encoder: CountingEncoder, folder: Path | None) -> Vectors:
    """Return the vectors of `encoder`."""
    return Vectors(encoder, folder)  # type: ignore[arg-type]


def test_what_is_known_is_not_encoded_again(tmp_path: Path) -> None:
    """A second start encodes only new passages, and gives the same vectors."""
    first = vectors(CountingEncoder(), tmp_path).of(cut("one", "three"))
    encoder = CountingEncoder()
    again = vectors(encoder, tmp_path).of(cut("one", "two!", "three"))
    assert encoder.encoded == ["two!"]
    assert (again[[0, 2]] == first).all()


def test_the_same_passages_twice(tmp_path: Path) -> None:
    """Asked for the same passages again, it returns the same vectors, also after a first start."""
    known = vectors(CountingEncoder(), tmp_path)
    first = known.of(cut("one", "three")).copy()
    assert (known.of(cut("one", "three")) == first).all()


def test_the_same_text_is_encoded_once() -> None:
    """Two passages with the same text share a vector."""
    encoder = CountingEncoder()
    assert len(vectors(encoder, None).of(cut("same", "same"))) == 2
    assert encoder.encoded == ["same"]


def test_what_is_gone_is_not_kept(tmp_path: Path) -> None:
    """If a passage is deleted, its vector is removed from disk."""
    vectors(CountingEncoder(), tmp_path).of(cut("stays", "goes"))
    vectors(CountingEncoder(), tmp_path).of(cut("stays"))
    assert VectorFile(tmp_path, NAME, WIDTH).read()[0] == [key("stays")]


def test_the_title_counts(tmp_path: Path) -> None:
    """If its title changes, a passage is encoded again."""
    encoder = CountingEncoder()
    known = vectors(encoder, tmp_path)
    known.of([Passage("a", "Hours", "Monday", "From 9.", 0, ((0, 7),))])
    known.of([Passage("a", "Hours?", "Monday", "From 9.", 0, ((0, 7),))])
    assert encoder.encoded == ["Hours. Monday. From 9.", "Hours? Monday. From 9."]


def test_another_encoder_has_a_file_of_its_own(tmp_path: Path) -> None:
    """The vectors of another encoder are not used."""
    vectors(CountingEncoder(), tmp_path).of(cut("one"))
    other = CountingEncoder("cd" * 32)
    vectors(other, tmp_path).of(cut("one"))
    assert other.encoded == ["one"]


@settings(max_examples=60)
@given(place=st.integers(0, 10_000), value=st.integers(1, 255), short=st.integers(0, 200))
def test_a_torn_file_is_rebuilt(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int, short: int
) -> None:
    """If one byte is wrong or the end is missing, all is encoded again, with the right result."""
    folder = tmp_path_factory.mktemp("torn")
    expected = vectors(CountingEncoder(), folder).of(cut("one", "three"))
    file = VectorFile(folder, NAME, WIDTH).path
    content = bytearray(file.read_bytes())
    content[place % len(content)] ^= value
    file.unlink()  # the old one is mapped, and stays as long as somebody reads it
    file.write_bytes(bytes(content[: max(0, len(content) - short)]))
    encoder = CountingEncoder()
    assert (vectors(encoder, folder).of(cut("one", "three")) == expected).all()
    assert encoder.encoded == ["one", "three"]


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """If the file cannot be written, that is logged, and the vectors can still be used."""
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert len(vectors(CountingEncoder(), blocked).of(cut("one"))) == 1
    assert "cannot be written" in caplog.text


def test_what_is_on_disk_is_not_copied(tmp_path: Path) -> None:
    """Stored vectors are mapped into memory, so that processes share them."""
    vectors(CountingEncoder(), tmp_path).of(cut("one", "three"))
    again = vectors(CountingEncoder(), tmp_path).of(cut("one", "three"))
    base: object = again
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)


def test_progress_is_told(tmp_path: Path) -> None:
    """Known vectors count as done from the start."""
    vectors(CountingEncoder(), tmp_path).of(cut("one", "three"))
    told: list[tuple[int, int]] = []
    vectors(CountingEncoder(), tmp_path).of(
        cut("one", "two!", "three", "fourth"), lambda done, of: told.append((done, of))
    )
    assert told == [(2, 4), (3, 4), (4, 4)]
