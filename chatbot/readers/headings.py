"""Compares headings, and finds short answers in them: "Express parcel: 9.90 euros", "v2.1.0"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatbot.language import codes, overlap, text
from chatbot.readers import features
from chatbot.readers.candidates import Candidate, Headed
from chatbot.readers.features import Wanted
from chatbot.types import Passage

FIGURES = ("money", "percent", "age", "duration", "number")
"""Kinds that can be recognised by their form alone."""
SIMILAR = 0.5
"""Two headings are similar if they share at least this part of their words."""

Span = tuple[int, int]


def short_answer(wanted: Wanted, candidate: Candidate) -> Headed | None:
    """Return the heading right above the sentence's passage, if it has the short answer.

    None if the sentence itself has it, unless the heading has all that the question asks about. The
    short answer is a figure of the kind asked for. For a question with "which" ("Which version can
    print?"), it is the version or code in the heading.
    """
    for start, heading in reversed(list(_headings(candidate.hit.passage))):
        found = None
        is_told = features.has(wanted, candidate.text) and not features.has_all(wanted, heading)
        if wanted.kind in FIGURES and not is_told:
            found = _figure(wanted, heading)
        elif wanted.kind == "thing" and wanted.focus and not wanted.codes:
            found = _code(wanted, heading, candidate.text)
        if found:
            return Headed(start, (start + found[0], start + found[1]))
    return None


def has_figure(wanted: Wanted, passage: Passage) -> bool:
    """Return whether a heading right above a passage has a figure of the kind asked for."""
    return any(_figure(wanted, heading) for _, heading in _headings(passage))


def _headings(passage: Passage) -> Iterator[tuple[int, str]]:
    """Yield the headings right above a passage, each with its start in the article."""
    start = passage.start - len(passage.lead)
    for line in passage.lead.splitlines(keepends=True):
        if line.strip():
            yield start, line.rstrip()
        start += len(line)


def _figure(wanted: Wanted, heading: str) -> Span | None:
    """Return the place in a heading of a figure of the kind asked for, or None."""
    is_figure = wanted.kind in FIGURES
    return next(iter(features.found(wanted.kind, heading)), None) if is_figure else None


def _code(wanted: Wanted, heading: str, sentence: str) -> Span | None:
    """Return the place in a heading of a version or code that the sentence does not have, or None.

    The heading may have nothing else but the word after "which" and a date: "Version 2.1 (May
    2024)".
    """
    named = [code for code in codes.named(heading) if not code.is_year]
    if not named or codes.held(sentence).has(named[0]):
        return None
    dated = features.found("date", heading)
    others = {
        word.term
        for word in text.split(heading)
        if word.term.isalpha()
        and not word.is_function
        and not any(start <= word.start < end for start, end in dated)
    }
    return (named[0].start, named[0].end) if others <= {wanted.focus} else None


def have_rivals(wanted: Wanted, passages: Sequence[Passage]) -> list[bool]:
    """Return for each passage whether a similar heading of its article is a better match.

    That heading has all words of the question that the passage's own heading has, and more.
    """
    headings = [frozenset(text.terms(passage.heading or "")) for passage in passages]
    asked = [heading & wanted.weights.keys() for heading in headings]
    return [
        any(
            other.article == passage.article
            and asked[i] < asked[j]
            and overlap.dice(headings[i], headings[j]) >= SIMILAR
            for j, other in enumerate(passages)
        )
        for i, passage in enumerate(passages)
    ]
