"""The reader with a model: a small extractive network that we trained ourselves (`training/`).

It reads the likeliest passages, one by one, and gives every stretch of tokens a score to be the
answer, and one score to there being none (Devlin et al. 2019, section 4.3). What it says is put
together with what the sentence reader sees: linear models again, kept in `neural.json`.

Each passage is read by itself, by one thread, so that the same question gets the same answer
however many threads there are. Processors of another kind round otherwise, and a close call may
turn out otherwise with them; weights of 7 bits see to it that it is no more than that, since they
cannot overflow where a processor without VNNI adds products in 16 bits.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer, normalizers

from chatbot import config
from chatbot.errors import SettingsError
from chatbot.language.text import terms
from chatbot.readers import features, headings, highlights
from chatbot.readers.candidates import Candidate, Weights, conclude, explain, learnt, preferred
from chatbot.readers.features import Features, Wanted
from chatbot.readers.quotes import quote
from chatbot.readers.sentence import NO_FIGURE, SentenceReader, likelihood, sureness
from chatbot.retrievers import Retriever
from chatbot.types import CELLS, Also, Answer, Explanation, Hit, Passage, Question

LEAST_PASSAGES = 3
"""So many of the best passages are read, as long as there is room."""
MAX_PASSAGES = 8
CLOSE = 0.6
"""Further ones are read if the retriever scores them at least this high, beside the best one."""
MAX_TOKENS = 1_600
"""The best passage is read whole, others only as long as all together have no more than this.

It bounds the time: 180 tokens take a core 12 ms. Counted in tokens, the same question has the same
answer on every machine.
"""
CONFIDENCE = ("span", "passage subject", "sense")
"""What the confidence goes by: few signs, so that they hold for other articles too.

How many words passage and question share is hardly looked at: questions about an article's subject
have its words, also those that it does not answer.
"""
ALSO = 0.7
"""A sentence of another article is cited too if it is at least this likely to answer, and if the
network says that it does rather than not."""
DOUBTS = {features.CODE_MISSING: 0.15, NO_FIGURE: 0.25}
"""What speaks against a sentence, whatever the network says; and what it leaves of the likelihood.

The sentence reader has more of them. With sense among the signs the others brought nothing: on
three sites they refused no question more, and two right answers.
"""
FAIR = 0.75
"""The cosine of a question and a passage that may answer it, or only be of the same subject."""
STRIDE = 128
"""Tokens from one window to the next, in a passage too long to be read at once."""


MOST_SPANS = 20
"""Spans of a sentence that may be its short answer, the network's likeliest."""
BORDERS = " |>"
"""What stands between a row's cells and the steps of "Settings > Data": at no end of a mark."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network makes of a sentence."""

    odds: float
    """Log odds that the sentence answers: all its spans together against no answer."""
    spans: dict[tuple[int, int], float]
    """The likeliest short answers, the best first: `(start, end)` in the article.

    To each the logarithm of its probability among all spans of the sentence.
    """


class SpanModel:
    """The network: question and passage in, a reading of each sentence out.

    Raises:
        SettingsError: a file of the model is missing or is not the one that was shipped.
    """

    def __init__(self) -> None:
        folder = files("chatbot.readers").joinpath("model")
        try:
            facts = json.loads(folder.joinpath("reader.json").read_text(encoding="utf-8"))
            tokenizer = folder.joinpath("tokenizer.json").read_text(encoding="utf-8")
            content = folder.joinpath("reader.onnx").read_bytes()
        except (OSError, ValueError) as error:
            raise SettingsError(f"reader.engine neural: the model is not there: {error}") from error
        if hashlib.sha256(content).hexdigest() != facts["sha256"]:
            raise SettingsError("reader.engine neural: reader.onnx is damaged: wrong checksum")
        self._max_length: int = facts["max_length"]
        self._max_question: int = facts["max_question_tokens"]
        self._max_title: int = facts["max_title_tokens"]
        self._max_answer: int = facts["max_answer_tokens"]
        self._tokenizer = Tokenizer.from_str(tokenizer)
        # "oﬃce" in one sign is not among its words; offsets stay those of the text as it is.
        known = self._tokenizer.normalizer
        self._tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), known])
        self._cls, self._sep = self._tokenizer.encode("").ids
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Else memory doubles each time that a longer passage comes.
        sizes = {"arena_extend_strategy": "kSameAsRequested"}
        self._session = onnxruntime.InferenceSession(
            content, options, [("CPUExecutionProvider", sizes)]
        )

    def read(self, question: str, passage: Passage) -> list[Reading | None]:
        """Return the reading of each sentence of `passage`; None where it has no token."""
        before = self._encode(passage.titles).ids[: self._max_title]
        head = [self._cls, *self._encode(question).ids[: self._max_question], self._sep]
        tokens, offsets = self._tokens(passage)
        room = self._max_length - len(head) - len(before) - 1
        readings: list[Reading | None] = [None] * len(passage.sentences)
        for first, last in _windows(len(tokens), room):
            ids = [*head, *before, *tokens[first:last], self._sep]
            start, end = self._logits(ids, len(head))
            none = float(start[0] + end[0])
            inside = slice(len(head) + len(before), len(ids) - 1)
            for i, sentence in enumerate(passage.sentences):
                reading = self._reading(
                    sentence, offsets[first:last], start[inside], end[inside], none
                )
                known = readings[i]
                if reading and (known is None or reading.odds > known.odds):
                    readings[i] = reading
        return readings

    def length(self, passage: Passage) -> int:
        """Return how many tokens a passage has, title and heading aside."""
        return len(self._tokens(passage)[0])

    def _reading(
        self,
        sentence: tuple[int, int],
        offsets: NDArray[np.int64],
        start: NDArray[np.float32],
        end: NDArray[np.float32],
        none: float,
    ) -> Reading | None:
        """Return what the scores of tokens to begin and to end the answer say of a sentence."""
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
        return Reading(
            odds=float(together - none),
            spans={
                (int(offsets[firsts[i], 0]), int(offsets[lasts[i], 1])): float(scores[i] - together)
                for i in likeliest
            },
        )

    def _tokens(self, passage: Passage) -> tuple[list[int], NDArray[np.int64]]:
        """Return the tokens of a passage as it is read, and where in the article each stands.

        What stands nowhere, the name of a column before a cell of it, is at -1.
        """
        ids: list[int] = []
        offsets = []
        for text, start in _read_aloud(passage):
            piece = self._encode(text)
            ids += piece.ids
            places = np.array(piece.offsets, np.int64).reshape(-1, 2)
            offsets.append(np.full_like(places, -1) if start is None else places + start)
        return ids, np.concatenate(offsets)

    def _encode(self, text: str) -> Encoding:
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _logits(
        self, ids: list[int], segment: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the scores of each token to begin and to end the answer, shape (tokens,) each."""
        types = [0] * segment + [1] * (len(ids) - segment)
        feed = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, len(ids)), np.int64),
            "token_type_ids": np.array([types], np.int64),
        }
        start, end = self._session.run(["start_logits", "end_logits"], feed)
        return start[0], end[0]


def _read_aloud(passage: Passage) -> Iterator[tuple[str, int | None]]:
    """Yield the text of a passage in pieces, each with its offset in the article.

    Rows of a table are read as one would read them to somebody: each cell after the name of its
    column, which has no offset. What is not of a table is one piece.
    """
    if not passage.columns:
        yield passage.text, passage.start
        return
    for start, end in passage.sentences:
        sentence = passage.text[start - passage.start : end - passage.start]
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
    """Return where to cut a passage of so many tokens into pieces that fit: `(first, last)`."""
    cuts = [(0, min(room, tokens))]
    while cuts[-1][1] < tokens:
        first = cuts[-1][0] + STRIDE
        cuts.append((first, min(first + room, tokens)))
    return cuts


@cache
def shipped_model() -> SpanModel:
    """Return the network of this package, loaded once."""
    return SpanModel()


class NeuralReader:
    """Chooses passage, sentence and short answer together, by the network and by features."""

    name = "neural"
    hits = 10

    def __init__(
        self,
        retriever: Retriever,
        settings: config.Reader,
        weights: Weights | None = None,
    ) -> None:
        self._retriever = retriever
        self._settings = settings
        self._sentence = SentenceReader(retriever, settings)
        self._weights = weights or learnt("neural")
        self._order = self._weights["sentence"] | features.RULES
        self._model = shipped_model()
        self._pool = ThreadPoolExecutor(min(MAX_PASSAGES, os.cpu_count() or 1))

    def read(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Return the answer that the hits give; abstained where no sentence is likely enough."""
        if not hits:
            return Answer(question, "abstained", reason="no_match")
        wanted = self.wanted(question)
        ranked = self.rank(question, wanted, hits)
        if not ranked:
            return Answer(question, "abstained", reason="no_match")
        best = ranked[0]
        seen = self.sureness(wanted, ranked)
        confidence = likelihood(best, seen, self._weights["confidence"], DOUBTS)
        mark = None
        short = short_answer(wanted, best, self._weights["short answer"])
        if short:
            likely = features.logistic(marking(ranked, short), self._weights["highlight"])
            mark = short.span if likely >= self._settings.highlight_threshold else None
        headed = headings.short_answer(wanted, best)
        answer = conclude(question, ranked, confidence, self._settings.threshold, mark, headed)
        return replace(answer, also=tuple(self._also(wanted, ranked))) if answer.quote else answer

    def explain(self, question: Question, hits: Sequence[Hit], limit: int) -> list[Explanation]:
        """Return the best `limit` sentences read, with each feature's share of the score."""
        ranked = self.rank(question, self.wanted(question), hits)
        return explain(ranked[:limit], self._order)

    def wanted(self, question: Question) -> Wanted:
        """Return the question analysed for reading."""
        return self._sentence.wanted(question)

    def rank(self, question: Question, wanted: Wanted, hits: Sequence[Hit]) -> list[Candidate]:
        """Return the sentences of the passages read, the likeliest first."""
        worth = self._worth_reading(hits)
        ranked = self._sentence.rank(wanted, worth)
        read = self._pool.map(
            lambda passage: self._model.read(question.reading, passage),
            [hit.passage for hit in worth],
        )
        readings = dict(zip(worth, read, strict=True))
        candidates = [
            self._scored(candidate, reading)
            for candidate in ranked
            if candidate.hit in readings and (reading := readings[candidate.hit][candidate.index])
        ]
        return preferred(candidates)

    def _worth_reading(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits to read: the best ones, and those not far behind, if there is room.

        The retriever orders them; which of them answers is for the network to say.
        """
        worth: list[Hit] = []
        tokens = 0
        for hit in hits[:MAX_PASSAGES]:
            tokens += self._model.length(hit.passage)
            is_close = len(worth) < LEAST_PASSAGES or hit.score >= CLOSE * hits[0].score
            if worth and (tokens > MAX_TOKENS or not is_close):
                break
            worth.append(hit)
        return worth

    def sureness(self, wanted: Wanted, ranked: Sequence[Candidate]) -> Features:
        """Return what tells whether the best candidate answers at all, for the confidence."""
        seen = ranked[0].features | sureness(self._retriever, wanted, ranked)
        sense = ranked[0].hit.sense
        seen["sense"] = 0.0 if sense is None else 10 * (sense - FAIR)
        return {name: seen[name] for name in CONFIDENCE}

    def _also(self, wanted: Wanted, ranked: Sequence[Candidate]) -> Iterator[Also]:
        """Yield what other articles say to the question, where it is likely to answer too."""
        least = max(self._settings.threshold, ALSO)
        told = {ranked[0].hit.passage.article: ranked[0].text}
        for candidate in ranked[1:]:
            passage = candidate.hit.passage
            if passage.article in told or candidate.features["span"] <= 0:
                continue
            seen = self.sureness(wanted, [candidate])
            confidence = likelihood(candidate, seen, self._weights["confidence"], DOUBTS)
            if confidence >= least and candidate.text not in told.values():
                told[passage.article] = candidate.text
                yield Also(quote(passage, candidate.index), passage, confidence)

    def _scored(self, candidate: Candidate, reading: Reading) -> Candidate:
        seen = candidate.features | {
            "sentence reader": candidate.score / 10,
            "span": reading.odds / 10,
        }
        score = sum(features.weighted(seen, self._order).values())
        return replace(candidate, features=seen, score=score, spans=reading.spans)


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The likeliest short answer of a sentence."""

    span: tuple[int, int]
    """`(start, end)` in the article."""
    agreement: float
    """F1 to be expected of it, 0 to 1, counted in letters, if one of the spans is right."""


def short_answers(wanted: Wanted, candidate: Candidate) -> list[highlights.Candidate]:
    """Return the spans of a sentence that have a word, with the features that choose among them.

    None of them begins or ends within a word, as the network's pieces of words may, or reaches from
    one cell of a row into the next, and none is the cell that was asked about: "Saturday" says
    nothing about when it is open on Saturday. Where the question has the name of a column, all are
    of that one.
    """
    first, text = candidate.span[0], candidate.text
    low, high = _asked_cell(wanted, text, candidate.hit.passage.columns)
    spans = {
        (start - first, end - first): odds
        for (start, end), odds in candidate.spans.items()
        if CELLS not in text[start - first : end - first].strip(BORDERS)
        and low <= start - first
        and end - first <= high
        and not (_is_within_word(text, start - first) or _is_within_word(text, end - first))
    }
    return [
        replace(seen, features=seen.features | {"span": spans[seen.start, seen.end]})
        for seen in highlights.described(wanted, text, spans)
        if CELLS not in text or not seen.features["repeats all"]
    ]


def _asked_cell(wanted: Wanted, row: str, columns: Sequence[str]) -> tuple[int, int]:
    """Return `(start, end)` of the cell in the column that the question names; else of all.

    What stands behind "how many" or "which" goes first: "Which size costs $3?" asks for the size,
    though "size" may be named because it is what tells the rows apart.
    """
    cells = row.split(CELLS)
    own = [set(terms(column)) for column in columns]
    named = [i for i, column in enumerate(own) if column & wanted.weights.keys()]
    focused = [i for i in named if wanted.focus in own[i]]
    asked = focused or [i for i in named if i] or named
    if len(cells) != len(columns) or len(asked) != 1:
        return 0, len(row)
    start = sum(len(cell) + len(CELLS) for cell in cells[: asked[0]])
    return start, start + len(cells[asked[0]])


def _is_within_word(text: str, at: int) -> bool:
    """Tell whether the characters before and behind `at` are letters of one word."""
    return text[max(0, at - 1) : at].isalpha() and text[at : at + 1].isalpha()


def short_answer(wanted: Wanted, candidate: Candidate, weights: Features) -> ShortAnswer | None:
    """Return the likeliest short answer of a sentence; None where no span has a word.

    The network's score is put together with the form: what it marks tends to be too long.
    """
    found = highlights.likely(short_answers(wanted, candidate), weights)
    if not found:
        return None
    best = max(found, key=lambda seen: seen.probability)
    first = candidate.span[0]
    marked = candidate.text[best.start : best.end]
    start = best.end - len(marked.lstrip(BORDERS))
    end = best.start + len(marked.rstrip(BORDERS))
    return ShortAnswer(
        (first + start, first + end),
        agreement=sum(seen.probability * _overlap(seen, best) for seen in found),
    )


def _overlap(one: highlights.Candidate, other: highlights.Candidate) -> float:
    """Return the F1 of two stretches: twice the letters shared, by the letters of both."""
    shared = max(0, min(one.end, other.end) - max(one.start, other.start))
    return 2 * shared / (one.end - one.start + other.end - other.start)


def marking(ranked: Sequence[Candidate], short: ShortAnswer) -> Features:
    """Return what tells whether `short`, in the best candidate, is what was asked for."""
    return {
        "agreement": short.agreement,
        "margin": (ranked[0].score - ranked[1].score) / 10 if len(ranked) > 1 else 0.5,
    }
