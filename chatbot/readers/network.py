"""Runs a network that reads a passage for a question and scores each sentence.

An extractive network scores every span of tokens as the answer, and also "no answer" (Devlin et al.
2019, section 4.3). Each passage is read separately, by one thread, so the number of threads does
not change the answer. Processors may round differently, which can change the answer if two are
about equally likely. Weights have 7 bits: with 8 bits, processors without VNNI, which add products
in 16 bits, could overflow.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer, normalizers

from chatbot import encoder
from chatbot.encoder.words import WordTable
from chatbot.errors import SettingsError
from chatbot.types import CELLS, Passage

STRIDE = 128
"""Tokens between the starts of two windows, for a passage that is too long to be read at once."""
MOST_SPANS = 20
"""This many of the likeliest spans of a sentence may be its short answer."""


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """The network's scores for a sentence."""

    odds: float
    """Log odds that the sentence answers: the sum of its spans against "no answer"."""
    spans: dict[tuple[int, int], float]
    """The likeliest short answers, best first: `(start, end)` in the article.

    The value is the logarithm of the span's probability among all spans of the sentence.
    """


SHIPPED = Path(__file__).parent / "model"


class Pieces(Protocol):
    """Cuts texts into the word pieces of a network."""

    @property
    def ends(self) -> tuple[int, int]:
        """The numbers of the pieces that begin an input, and that end or separate its parts."""
        ...

    def pieces(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the numbers of a text's word pieces, and their places `(start, end)`."""
        ...


class WordPieces:
    """Cuts texts into the word pieces of a network with its own vocabulary."""

    def __init__(self, tokenizer: str) -> None:
        """Take the content of a file `tokenizer.json`."""
        self._tokenizer = Tokenizer.from_str(tokenizer)
        # The vocabulary lacks ligatures such as "ﬃ" in "oﬃce"; offsets still fit the original.
        known = self._tokenizer.normalizer
        self._tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), known])
        first, last = self._tokenizer.encode("").ids
        self._ends = first, last

    @property
    def ends(self) -> tuple[int, int]:
        """See `Pieces`."""
        return self._ends

    def pieces(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """See `Pieces`."""
        found = self._tokenizer.encode(text, add_special_tokens=False)
        return found.ids, found.offsets


class Network:
    """Reads a passage for a question and scores each sentence."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Load the files in `folder`.

        Raises:
            SettingsError: a file is missing, or is not the one that was shipped.
        """
        try:
            facts = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
            for name, sha256 in facts["sha256"].items():
                if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sha256:
                    raise SettingsError(f"reader.engine: {folder / name} is damaged")
            self._pieces: Pieces
            self._words = None
            if facts.get("shared"):
                self._pieces = encoder.shipped()
                self._words = encoder.shipped().words
            else:
                tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
                self._pieces = WordPieces(tokenizer)
                if facts["words"]:
                    self._words = WordTable(folder / "words.npy", facts["width"])
        except (OSError, ValueError) as error:
            raise SettingsError(f"reader.engine: the model cannot be read: {error}") from error
        self._max_length: int = facts["max_length"]
        self._max_question: int = facts["max_question_tokens"]
        self._max_title: int = facts["max_title_tokens"]
        self._max_answer: int = facts["max_answer_tokens"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Without this, memory doubles with each longer passage.
        sizes = {"arena_extend_strategy": "kSameAsRequested"}
        self._session = onnxruntime.InferenceSession(
            folder / "reader.onnx", options, [("CPUExecutionProvider", sizes)]
        )
        self._inputs = [value.name for value in self._session.get_inputs()]

    def read(self, question: str, passage: Passage) -> list[SentenceScore | None]:
        """Return the score of each sentence of `passage`; None for a sentence without tokens."""
        opening, close = self._pieces.ends
        before = self._pieces.pieces(passage.titles)[0][: self._max_title]
        head = [opening, *self._pieces.pieces(question)[0][: self._max_question], close]
        tokens, offsets = self._tokens(passage)
        room = self._max_length - len(head) - len(before) - 1
        scores: list[SentenceScore | None] = [None] * len(passage.sentences)
        for first, last in _windows(len(tokens), room):
            ids = [*head, *before, *tokens[first:last], close]
            start, end = self._logits(ids, len(head))
            none = float(start[0] + end[0])
            inside = slice(len(head) + len(before), len(ids) - 1)
            for i, sentence in enumerate(passage.sentences):
                score = self._score(sentence, offsets[first:last], start[inside], end[inside], none)
                known = scores[i]
                if score and (known is None or score.odds > known.odds):
                    scores[i] = score
        return scores

    def length(self, passage: Passage) -> int:
        """Return how many tokens a passage has, without its title and heading."""
        return len(self._tokens(passage)[0])

    def _score(
        self,
        sentence: tuple[int, int],
        offsets: NDArray[np.int64],
        start: NDArray[np.float32],
        end: NDArray[np.float32],
        none: float,
    ) -> SentenceScore | None:
        """Return the score of a sentence from the scores of its tokens.

        `start` and `end` are the scores of each token as the first and the last of the answer.
        """
        inside = np.flatnonzero((offsets[:, 0] >= sentence[0]) & (offsets[:, 0] < sentence[1]))
        if not len(inside):
            return None
        start, end, offsets = start[inside], end[inside], offsets[inside]
        ones = np.ones((len(inside), len(inside)), bool)
        firsts, lasts = np.nonzero(np.triu(ones) & ~np.triu(ones, self._max_answer))
        scores = start[firsts].astype(np.float64) + end[lasts]
        highest = scores.max()
        together = highest + np.log(np.exp(scores - highest).sum())
        likeliest = np.argsort(-scores, kind="stable")[:MOST_SPANS]
        return SentenceScore(
            odds=float(together - none),
            spans={
                (int(offsets[firsts[i], 0]), int(offsets[lasts[i], 1])): float(scores[i] - together)
                for i in likeliest
            },
        )

    def _tokens(self, passage: Passage) -> tuple[list[int], NDArray[np.int64]]:
        """Return the tokens of a passage, as `read_aloud` reads it, with their article offsets.

        Tokens that are not in the article (a column's name before a cell) have the offset -1.
        """
        ids: list[int] = []
        offsets = []
        for text, start in read_aloud(passage):
            numbers, spans = self._pieces.pieces(text)
            ids += numbers
            places = np.array(spans, np.int64).reshape(-1, 2)
            offsets.append(np.full_like(places, -1) if start is None else places + start)
        return ids, np.concatenate(offsets)

    def _logits(
        self, ids: list[int], segment: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the scores of each token as first and as last of the answer, shape (tokens,)."""
        words = None if self._words is None else self._words[ids][None]
        fed = {
            "words": words,
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, len(ids)), np.int64),
            "token_type_ids": np.array([[0] * segment + [1] * (len(ids) - segment)], np.int64),
        }
        feed = {name: fed[name] for name in self._inputs}
        start, end = self._session.run(["start_logits", "end_logits"], feed)
        return start[0], end[0]


def read_aloud(passage: Passage) -> Iterator[tuple[str, int | None]]:
    """Yield the text of a passage in pieces, each with its offset in the article.

    In a table row, the name of the column comes before each cell, as if somebody read the table
    aloud; it has no offset. Text outside tables is one piece.
    """
    if not passage.columns:
        yield passage.text, passage.start
        return
    for start, end in passage.sentences:
        sentence = passage.between(start, end)
        cells = sentence.split(CELLS)
        if len(cells) != len(passage.columns):
            yield sentence, start
            continue
        for column, cell in zip(passage.columns, cells, strict=True):
            if cell:
                yield f"{column}:" if column else "", None
                yield cell, start
                yield ",", None
            start += len(cell) + len(CELLS)


def _windows(tokens: int, room: int) -> list[tuple[int, int]]:
    """Return the windows `(first, last)` in which to read a passage of `tokens` tokens.

    A window has at most `room` tokens.
    """
    cuts = [(0, min(room, tokens))]
    while cuts[-1][1] < tokens:
        first = cuts[-1][0] + STRIDE
        cuts.append((first, min(first + room, tokens)))
    return cuts


@cache
def shipped_network() -> Network:
    """Return the network of this package, loaded once."""
    return Network()
