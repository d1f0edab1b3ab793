"""Article to passages: a paragraph under its heading, joined when tiny, split when long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from chatbot.language import sentences
from chatbot.types import Article, Block, Passage

Span = tuple[int, int]


def cut(article: Article, min_words: int, max_words: int) -> list[Passage]:
    """Return the passages of `article`, in order.

    Every sentence that is not a heading lies in exactly one passage. Neighbours under one heading
    are joined until they have `min_words` words; a block of more than `max_words` is split between
    sentences, so that only a single longer sentence makes a longer passage.
    """
    passages = []
    datelines = [(b.start, b.end) for b in article.blocks if b.kind == "dateline"]
    for heading, blocks in _sections(article):
        units = (unit for block in blocks for unit in _split(article.text, block, max_words))
        for spans in _join(article.text, units, min_words, max_words):
            start, end = spans[0][0], spans[-1][1]
            passages.append(
                Passage(
                    article=article.id,
                    title=article.title,
                    heading=heading,
                    text=article.text[start:end],
                    start=start,
                    # "Paris, 3 May:" answers nothing; but a passage without sentence is none.
                    sentences=tuple(s for s in spans if not _inside(s, datelines)) or tuple(spans),
                    aliases=article.aliases,
                )
            )
    return passages


def _inside(span: Span, others: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _sections(article: Article) -> Iterator[tuple[str | None, list[Block]]]:
    """Yield each heading with the blocks below it, up to the next; the title is no heading."""
    heading: str | None = None
    for is_heading, run in groupby(article.blocks, key=lambda block: block.kind == "heading"):
        blocks = list(run)
        if is_heading:
            text = article.text[blocks[-1].start : blocks[-1].end]
            heading = None if text == article.title else text
        else:
            yield heading, blocks


def _split(text: str, block: Block, max_words: int) -> Iterator[list[Span]]:
    """Yield the sentences of a block, in as many runs as keep each within `max_words`."""
    run: list[Span] = []
    size = 0
    for start, end in sentences.spans(text[block.start : block.end]):
        sentence = (block.start + start, block.start + end)
        words = _count(text, [sentence])
        if run and size + words > max_words:
            yield run
            run, size = [], 0
        run.append(sentence)
        size += words
    if run:
        yield run


def _join(
    text: str, units: Iterable[list[Span]], min_words: int, max_words: int
) -> list[list[Span]]:
    """Return runs of sentences, a run as short as possible that has `min_words`.

    What is left over at the end and too short goes to the run before it, if it fits there.
    """
    runs: list[list[Span]] = []
    for unit in units:
        short = bool(runs) and _count(text, runs[-1]) < min_words
        if short and _count(text, runs[-1]) + _count(text, unit) <= max_words:
            runs[-1] = runs[-1] + unit
        else:
            runs.append(unit)
    left_over = len(runs) > 1 and _count(text, runs[-1]) < min_words
    if left_over and _count(text, runs[-2]) + _count(text, runs[-1]) <= max_words:
        runs[-2:] = [runs[-2] + runs[-1]]
    return runs


def _count(text: str, spans: list[Span]) -> int:
    """Return how many words, set apart by space, the spans hold."""
    return sum(len(text[start:end].split()) for start, end in spans)
