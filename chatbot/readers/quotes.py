"""Turns a sentence of a passage into a `Quote`, with the sentences that belong to it."""

from __future__ import annotations

from chatbot.language import sentences
from chatbot.types import CELLS, Highlight, Passage, Quote

MAX_WORDS = 120
"""A quote of several sentences has at most this many words."""


def quote(
    passage: Passage,
    index: int,
    highlight: tuple[int, int] | None = None,
    beside: int | None = None,
    is_how: bool = False,
    above: int | None = None,
) -> Quote:
    """Return sentence `index` of `passage` as a quote, with the sentences that belong to it.

    - If quotation marks open in one sentence and close in a later one, all of them are quoted.
    - The sentence `beside`, before or after it in the same paragraph, is also quoted.
    - A sentence that ends with a colon is quoted with the list or code after it, if there is room.
    - If the question asks how something is done (`is_how`), the whole list is quoted.
    - If a heading above is quoted, `above` is where it starts in the article; the quote begins
      there.

    `highlight` is `(start, end)` in the article, inside the sentence or that heading.
    """
    start, end = _extent(passage, index, index if beside is None else beside, is_how)
    quoted = passage.between(start, end)
    if above is not None:
        start = above
        quoted = passage.lead[above - passage.start :] + passage.between(passage.start, end)
    marked = None
    if highlight:
        marked = Highlight(quoted[highlight[0] - start : highlight[1] - start], *highlight)
    is_row = len(quoted.split(CELLS)) == len(passage.columns)
    return Quote(
        article=passage.article,
        text=quoted,
        start=start,
        end=end,
        highlight=marked,
        columns=passage.columns if is_row else (),
    )


def _extent(passage: Passage, index: int, beside: int, is_how: bool) -> tuple[int, int]:
    """Return `(start, end)` in the article of the quote of sentence `index`."""
    spans = passage.sentences
    inside = [(start - passage.start, end - passage.start) for start, end in spans]

    def around(*indices: int) -> tuple[int, int]:
        ends = [i for at in indices for i in sentences.extend_quotation(passage.text, inside, at)]
        return spans[min(ends)][0], spans[max(ends)][1]

    start, end = spans[index]
    for wider in (around(index), around(index, beside)):
        if _fits(passage, *wider):
            start, end = wider
    for first, last in passage.lists:
        if first <= start and end <= last:
            leads_in = passage.between(start, end).endswith(":")
            if is_how and _fits(passage, first, last):
                start, end = first, last
            elif leads_in or (is_how and start == first):
                end = max(
                    e for _, e in spans if e == end or (e <= last and _fits(passage, start, e))
                )
    return start, end


def _fits(passage: Passage, start: int, end: int) -> bool:
    """Return whether the text between two offsets of the article is short enough to be quoted."""
    words = passage.between(start, end).split()
    return end - start <= sentences.LONGEST and len(words) <= MAX_WORDS
