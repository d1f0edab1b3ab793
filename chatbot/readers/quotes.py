"""A sentence of a passage to a `Quote`: whole sentences, as many as belong together."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.language import sentences
from chatbot.types import Highlight, Passage, Quote

MAX_WORDS = 120
"""A quotation that runs on over more words than this is not quoted as a whole."""


def quote(
    passage: Passage,
    index: int,
    highlight: tuple[int, int] | None = None,
    beside: int | None = None,
) -> Quote:
    """Return sentence `index` of `passage` as a quote, with what belongs to it.

    Where a quotation opens in one sentence and closes in a later one, all of them are quoted, and
    so is the sentence `beside` it, before or after it in the same paragraph. `highlight` is
    `(start, end)` in the article, inside the sentence.
    """
    spans = [(s - passage.start, e - passage.start) for s, e in passage.sentences]

    def together(indices: Sequence[int]) -> tuple[int, int]:
        ranges = [sentences.extend_quotation(passage.text, spans, i) for i in indices]
        return spans[min(first for first, _ in ranges)][0], spans[max(last for _, last in ranges)][
            1
        ]

    start, end = spans[index]
    for indices in ([index], [index, beside]) if beside is not None else ([index],):
        begin, stop = together(indices)
        if len(passage.text[begin:stop].split()) <= MAX_WORDS:
            start, end = begin, stop
    marked = None
    if highlight:
        text = passage.text[highlight[0] - passage.start : highlight[1] - passage.start]
        marked = Highlight(text, *highlight)
    return Quote(
        article=passage.article,
        text=passage.text[start:end],
        start=passage.start + start,
        end=passage.start + end,
        highlight=marked,
    )
