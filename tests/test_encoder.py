"""Texts become vectors: similar meanings give similar vectors, always the same ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import encoder
from chatbot.encoder import Encoder
from chatbot.encoder.words import WordTable
from chatbot.errors import ModelError

if encoder.missing():
    pytest.skip("needs the extra neural", allow_module_level=True)

REFERENCE = Path(__file__).with_name("encoder_reference.npz")
"""Texts of several languages, and the vectors that the network gives them in float32."""


@pytest.fixture(scope="module")
def shipped() -> Encoder:
    """Return the encoder of the package."""
    return encoder.shipped()


def passages(made: Encoder, *texts: str) -> np.ndarray:
    """Return the vectors of passages, shape (texts, width)."""
    return np.array(list(made.passages(texts)))


def test_what_means_the_same_is_near(shipped: Encoder) -> None:
    """A question is nearest to the passage that answers it, in other words."""
    texts = (
        "To end your plan, open the billing page and press Stop renewal.",
        "The tower was built of granite by the town's own masons.",
        "Dogs are welcome in the garden but not in the dining room.",
    )
    nearest = passages(shipped, *texts) @ shipped.question("how do i cancel my subscription")
    assert nearest.argmax() == 0


@pytest.mark.parametrize(
    "question",
    [
        "Wo darf mein Hund hin?",
        "¿Dónde puede entrar mi perro?",
        "Куда можно с собакой?",
        "狗可以去哪里？",
    ],
)
def test_other_languages_are_near_too(shipped: Encoder, question: str) -> None:
    """A question in another language is nearest to the passage that answers it."""
    texts = (
        "To end your plan, open the billing page and press Stop renewal.",
        "Dogs are welcome in the garden but not in the dining room.",
        "The tower was built of granite by the town's own masons.",
    )
    assert (passages(shipped, *texts) @ shipped.question(question)).argmax() == 1


def test_small_numbers_change_little(shipped: Encoder) -> None:
    """Vectors and neighbours are almost those of the float32 network."""
    with np.load(REFERENCE) as stored:
        texts, expected = [str(text) for text in stored["texts"]], stored["vectors"]
    made = passages(shipped, *texts)
    assert (made * expected).sum(axis=1).mean() >= 0.99
    apart = np.eye(len(texts)) * 2
    assert ((made @ made.T - apart).argmax(1) == (expected @ expected.T - apart).argmax(1)).all()


def test_threads_change_nothing(shipped: Encoder) -> None:
    """One thread gives the same vectors as four, bit for bit."""
    texts = [f"Room {number} is on floor {number % 7}. " * (number % 5 + 1) for number in range(9)]
    one, four = Encoder(threads=1), Encoder(threads=4)
    assert (passages(one, *texts) == passages(four, *texts)).all()


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_any_text_has_a_vector_of_length_one(text: str) -> None:
    """The vector of any text has length 1."""
    assert np.linalg.norm(encoder.shipped().question(text)) == pytest.approx(1, abs=1e-3)


def test_a_long_text_is_read_in_windows(shipped: Encoder) -> None:
    """The end of a long passage changes its vector."""
    filler = "The harbour office keeps a list of all boats. " * 80
    plain, told = passages(shipped, filler, filler + "Dogs are welcome in the garden. " * 40)
    asked = shipped.question("Where may my dog go?")
    assert told @ asked > plain @ asked


def test_a_text_without_end_costs_no_more(
    shipped: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of windows that are read is limited, for any length of text."""
    read: list[int] = []
    window = Encoder._window

    def counted(self: Encoder, tokens: list[int]) -> np.ndarray:
        read.append(len(tokens))
        return window(self, tokens)

    monkeypatch.setattr(Encoder, "_window", counted)
    passages(shipped, "one two three " * 20_000)
    assert len(read) == encoder.MOST_WINDOWS


def test_rows_are_unpacked(tmp_path: Path) -> None:
    """A value is its four bits minus eight, times the scale of its block."""
    scale = np.array([0.5], np.float16).view(np.uint8)
    packed = np.arange(16, dtype=np.uint8) | (15 << 4)
    np.save(tmp_path / "words.npy", np.concatenate((scale, packed))[None])
    row = WordTable(tmp_path / "words.npy", 32)[[0]][0]
    assert row.tolist() == [(value - 8) / 2 for value in range(16)] + [3.5] * 16


def test_a_damaged_model_is_an_error_that_names_it(tmp_path: Path) -> None:
    """If files are missing, changed or of another format, an error names their folder."""
    with pytest.raises(ModelError, match=str(tmp_path)):
        Encoder(tmp_path)
    (tmp_path / "encoder.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Encoder(tmp_path)
    (tmp_path / "encoder.json").unlink()
    for name in ("encoder.json", "layers.onnx", encoder.WEIGHTS, "words.npy"):
        (tmp_path / name).symlink_to(encoder.SHIPPED / name)
    (tmp_path / "pieces.model").write_bytes(b"not the one that was shipped")
    with pytest.raises(ModelError, match="not those that were shipped"):
        Encoder(tmp_path)
    (tmp_path / "pieces.model").unlink()
    (tmp_path / "pieces.model").symlink_to(encoder.SHIPPED / "pieces.model")
    (tmp_path / encoder.WEIGHTS).unlink()
    (tmp_path / encoder.WEIGHTS).write_bytes(b"other weights")
    with pytest.raises(ModelError, match="not those that were shipped"):
        Encoder(tmp_path)
