"""Makes the arrays of an index from articles; unchanged articles are not analysed again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from chatbot import passages as cutting
from chatbot.config import Settings
from chatbot.conversation.initials import initials
from chatbot.encoder.vectors import KEY, key, searched
from chatbot.index import words
from chatbot.index.analysis import analyse, called
from chatbot.index.container import Array
from chatbot.index.records import (
    article_record,
    definitions_record,
    head_of,
    head_record,
    passage_record,
)
from chatbot.index.rows import Rows, rows_of, selected
from chatbot.index.strings import Strings, encoded
from chatbot.index.words import keys, stored, strings
from chatbot.language.sentences import QUESTION_MARKS
from chatbot.parallel import WORTH, each
from chatbot.types import Article, Passage

AT_ONCE = 250
"""A process analyses this many articles at a time."""
DIGEST = 32
"""The number of bytes in an article's digest."""
KINDS = ("facts", "terms", "pairs")
ROWS = "rows."
"""The prefix of arrays that are needed only to build the next index."""
OF_ARTICLES = ("heads", "articles", "definitions")
OF_PASSAGES = ("passages", "initials")
"""The names of the data stored as texts, one for each article or passage."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The analysis of some articles, in their order."""

    rows: Mapping[str, Rows]
    texts: Mapping[str, list[bytes]]
    sizes: Sequence[int]
    """The number of passages of each article."""
    lengths: Sequence[int]
    """The number of terms of each passage."""
    asked: Sequence[int]
    senses: bytes
    """The keys of the passages' vectors, one after another."""


def arrays_of(
    settings: Settings,
    articles: Sequence[Article],
    earlier: Mapping[str, Array] | None,
    workers: int = 1,
) -> dict[str, Array]:
    """Return the arrays of an index of `articles`.

    `earlier` are the arrays of an earlier index. They save time, but do not change the result. Many
    articles are analysed by up to `workers` processes.
    """
    records = [article_record(article) for article in articles]
    digests = list(map(_digest, records))
    known: dict[bytes, int] = {}
    if earlier is not None and earlier["settings"].tobytes() != _learnt_with(settings):
        earlier = None
    if earlier is not None:
        raw = earlier["digests"].tobytes()
        known = {raw[i : i + DIGEST]: i // DIGEST for i in range(0, len(raw), DIGEST)}
    new = [number for number, digest in enumerate(digests) if digest not in known]
    fresh = _analysed(settings, [articles[i] for i in new], [records[i] for i in new], workers)
    place = {number: i for i, number in enumerate(new)}
    order = [
        (0, place[number]) if number in place else (1, known[digest])
        for number, digest in enumerate(digests)
    ]
    segment = fresh
    if earlier is not None and len(new) < len(articles):
        segment = _together((fresh, _segment_of(earlier)), order)
    return _arrays(settings, segment, b"".join(digests))


def digests_of(articles: Sequence[Article]) -> Array:
    """Return the digests of articles as an index stores them: bytes, one digest after another."""
    return np.frombuffer(b"".join(_digest(article_record(one)) for one in articles), np.uint8)


def _digest(record: bytes) -> bytes:
    return hashlib.sha256(record).digest()


def _learnt_with(settings: Settings) -> bytes:
    """Return the settings on which the analysis of an article depends, as text."""
    weights = {"title_weight", "heading_weight"}
    parts = (settings.passages.model_dump(), settings.retriever.model_dump(include=weights))
    return json.dumps(parts, sort_keys=True).encode()


def _analysed(
    settings: Settings, articles: Sequence[Article], records: list[bytes], workers: int
) -> Segment:
    """Return the analysis of articles."""
    pieces = [
        (articles[at : at + AT_ONCE], records[at : at + AT_ONCE])
        for at in range(0, len(articles), AT_ONCE)
    ] or [((), [])]
    learn = partial(_segment_analysed, settings)
    segments = [*each(learn, pieces, workers, worth=WORTH // AT_ONCE, at_once=1)]
    if len(segments) == 1:
        return segments[0]
    return _together(
        segments, [(p, a) for p, segment in enumerate(segments) for a in range(len(segment.sizes))]
    )


def _segment_analysed(settings: Settings, piece: tuple[Sequence[Article], list[bytes]]) -> Segment:
    """Return the analysis of some articles, given with their records."""
    articles, records = piece
    sizes = settings.passages
    cut = [cutting.cut(article, sizes.min_words, sizes.max_words) for article in articles]
    found = [analyse(passages, settings.retriever) for passages in cut]
    heads = [head_of(article, run) for article, run in zip(articles, cut, strict=True)]
    flat = [passage for run in cut for passage in run]
    return Segment(
        {
            "facts": rows_of([
                [one.facts | called(article)] for article, one in zip(articles, found, strict=True)
            ]),
            "terms": rows_of([one.terms for one in found]),
            "pairs": rows_of([one.pairs for one in found]),
        },
        {
            "heads": list(map(head_record, heads)),
            "articles": records,
            "definitions": [
                definitions_record(article.abbreviations, one.definitions)
                for article, one in zip(articles, found, strict=True)
            ],
            "passages": list(map(passage_record, flat)),
            "initials": [encoded(letters) for one in found for letters in one.initials],
        },
        [len(run) for run in cut],
        [length for one in found for length in one.lengths],
        [
            2 * bool(article.questions) + _has_question_above(run)
            for article, run in zip(articles, cut, strict=True)
        ],
        b"".join(key(searched(passage)) for passage in flat),
    )  # fmt: skip


def _has_question_above(passages: Sequence[Passage]) -> bool:
    """Return whether any heading of an article's passages ends like a question."""
    return any((passage.heading or "").endswith(QUESTION_MARKS) for passage in passages)


def _segment_of(arrays: Mapping[str, Array]) -> Segment:
    """Return the analysis of the articles in an earlier index."""
    return Segment(
        {
            name: Rows(
                keys(arrays, name),
                *(arrays[f"{ROWS}{name}.{column}"] for column in ("ends", "key", "place", "count")),
            )
            for name in KINDS
        },
        {name: strings(arrays, name).raws() for name in (*OF_ARTICLES, *OF_PASSAGES)},
        arrays["sizes"].tolist(),
        arrays["lengths"].tolist(),
        arrays["asked"].tolist(),
        arrays["senses"].tobytes(),
    )


def _together(segments: Sequence[Segment], order: Sequence[tuple[int, int]]) -> Segment:
    """Return the analysis of articles, each given by its segment and its number in that segment."""
    starts = [np.cumsum([0, *segment.sizes]).tolist() for segment in segments]
    passages = [(p, place) for p, a in order for place in range(starts[p][a], starts[p][a + 1])]
    texts = {name: [segments[p].texts[name][a] for p, a in order] for name in OF_ARTICLES}
    texts |= {name: [segments[p].texts[name][i] for p, i in passages] for name in OF_PASSAGES}
    return Segment(
        {name: selected([segment.rows[name] for segment in segments], order) for name in KINDS},
        texts,
        [segments[p].sizes[a] for p, a in order],
        [segments[p].lengths[i] for p, i in passages],
        [segments[p].asked[a] for p, a in order],
        b"".join(segments[p].senses[i * KEY : (i + 1) * KEY] for p, i in passages),
    )


def _arrays(settings: Settings, segment: Segment, digests: bytes) -> dict[str, Array]:
    """Return the arrays of the index whose articles are `segment`."""
    sizes = np.array(segment.sizes, np.int64)
    lengths = np.array(segment.lengths, np.int64)
    is_english = settings.synonyms.english
    arrays = words.arrays_of(segment.rows, sizes, lengths, settings.retriever, is_english)
    for name, raws in segment.texts.items():
        arrays |= stored(name, Strings.of(raws))
    above = words.Facts(segment.rows["facts"].keys, arrays["facts.totals"]).items("above")
    arrays |= stored("initials.above", Strings.of([encoded(initials(line)) for line, _ in above]))
    for name, rows in segment.rows.items():
        arrays |= {
            f"{ROWS}{name}.ends": rows.ends,
            f"{ROWS}{name}.key": rows.key,
            f"{ROWS}{name}.place": rows.place,
            f"{ROWS}{name}.count": rows.count,
        }
    return arrays | {
        "settings": np.frombuffer(_learnt_with(settings), np.uint8),
        "lengths": lengths,
        "asked": np.array(segment.asked, np.uint8),
        "senses": np.frombuffer(segment.senses, np.uint8),
        "digests": np.frombuffer(digests, np.uint8),
        "digest": np.frombuffer(hashlib.sha256(digests).digest(), np.uint8),
    }
