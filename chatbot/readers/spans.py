"""Chooses the short answer in a sentence, by the network's scores of spans and by their form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.language.text import terms
from chatbot.readers import highlights
from chatbot.readers.candidates import Candidate
from chatbot.readers.features import Features, Wanted
from chatbot.types import CELLS

BORDERS = " |>"
"""Separators of cells and of steps ("Settings > Data"); a mark never begins or ends with one."""


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The likeliest short answer of a sentence."""

    span: tuple[int, int]
    """`(start, end)` in the article."""
    agreement: float
    """Its expected F1, 0 to 1, counted in letters, if one of the spans is right."""


def short_answers(wanted: Wanted, candidate: Candidate) -> list[highlights.AnswerSpan]:
    """Return the spans of a sentence that contain a word, with the features to choose among them.

    Spans that begin or end inside a word are left out (the network reads pieces of words), and so
    are spans over several cells. A cell that only repeats the question is also left out: "Saturday"
    does not say when it is open on Saturday. If the question names a column, all spans are in that
    column.
    """
    first, text = candidate.span[0], candidate.text
    low, high = asked_cell(wanted, text, candidate.hit.passage.columns)
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


def asked_cell(wanted: Wanted, row: str, columns: Sequence[str]) -> tuple[int, int]:
    """Return `(start, end)` of the cell in the column that the question names, else of the row.

    If it names several columns, the word after "how many" or "which" decides: "Which size costs
    $3?" asks for the size. Without such a word, the first column does not count, since its name may
    only say which row is meant.
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
    """Return whether the characters before and after `at` are letters of one word."""
    return text[max(0, at - 1) : at].isalpha() and text[at : at + 1].isalpha()


def short_answer(wanted: Wanted, candidate: Candidate, weights: Features) -> ShortAnswer | None:
    """Return the likeliest short answer of a sentence; None if no span contains a word.

    The form also counts, since the network tends to mark too much.
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


def _overlap(one: highlights.AnswerSpan, other: highlights.AnswerSpan) -> float:
    """Return the F1 of two spans: twice the shared letters, divided by the sum of the lengths."""
    shared = max(0, min(one.end, other.end) - max(one.start, other.start))
    return 2 * shared / (one.end - one.start + other.end - other.start)


def marking(ranked: Sequence[Candidate], short: ShortAnswer) -> Features:
    """Return the features that show whether `short`, in the best candidate, is right to mark."""
    return {
        "agreement": short.agreement,
        "margin": (ranked[0].score - ranked[1].score) / 10 if len(ranked) > 1 else 0.5,
    }
