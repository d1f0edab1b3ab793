"""A sentence of a passage to a `Quote`: whole sentences, as many as belong together."""

from __future__ import annotations

from chatbot.language import sentences
from chatbot.types import CELLS, Highlight, Passage, Quote

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

    def around(*indices: int) -> tuple[int, int]:
        ends = [i for at in indices for i in sentences.extend_quotation(passage.text, spans, at)]
        return spans[min(ends)][0], spans[max(ends)][1]

    start, end = spans[index]
    for wider in (around(index), around(index, index if beside is None else beside)):
        if len(passage.text[slice(*wider)].split()) <= MAX_WORDS:
            start, end = wider
    marked = None
    if highlight:
        text = passage.text[highlight[0] - passage.start : highlight[1] - passage.start]
        marked = Highlight(text, *highlight)
    quoted = passage.text[start:end]
    is_row = len(quoted.split(CELLS)) == len(passage.columns)
    return Quote(
        article=passage.article,
        text=quoted,
        start=passage.start + start,
        end=passage.start + end,
        highlight=marked,
        columns=passage.columns if is_row else (),
    )
