"""Finds an FAQ in any form: lines of a page that are questions answered by the text below.

It goes by form, not by words: a short block that ends in a question mark, is followed by an answer,
and is set off (bold, `<summary>`, `<dt>`) or near others like it. "Q:" and "A:" are labels because
all questions have one and all answers another, whatever the letters are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_LONGEST = 160  # characters of a question
_SENTENCES = 2  # "I lost my card. What now?"
_NEAR = 8  # lines: the greatest distance between two questions of an FAQ
_LABEL = re.compile(r"([^\W\d_]{1,12}) ?\d{0,3} ?[:.)]\s*(?=\S)")
_END = re.compile(r"[?？]\s+")
_CLOSING = "\"'”’»)*_"
_STOP = re.compile(r"[.!?](?=\s)")


@dataclass(frozen=True, slots=True)
class Line:
    """A block of a page, or its first line, which may be a question or its answer."""

    text: str
    """White space collapsed."""
    form: str
    """What it is set as, "heading", "paragraph" or "item"; those of one form make a row."""
    strong: bool = False
    """It is set off from the text around it."""
    rest: str = ""
    """What follows it in the same block."""
    fixed: bool = False
    """It is a heading already, or only a link: no question, whatever it ends in."""


@dataclass(frozen=True, slots=True)
class Faq:
    """The questions that were found."""

    questions: frozenset[int]
    """Numbers of the lines that are to be headings of what follows."""
    headed: frozenset[int]
    """Of those, and of questions that are headings already."""
    labels: frozenset[str]
    """What stands before questions and answers: "Q", "A"."""

    def label(self, text: str) -> int:
        """Return how many characters of `text` are its label: 3 of "Q: Why?", else 0."""
        found = _LABEL.match(text[:30])
        return found.end() if found and found[1] in self.labels else 0


def label_break(text: str) -> int:
    """Return where the question ends in a line such as "Q: Why? A: So."; 0 if it is none."""
    if _LABEL.match(text[:30]):
        for found in _END.finditer(text[:_LONGEST]):
            if _LABEL.match(text[found.end() : found.end() + 30]):
                return found.start() + 1
    return 0


def find_faq(lines: Sequence[Line]) -> Faq:
    """Return which lines are questions with an answer.

    A line that is set off counts by itself, others only if another of the same form is near.
    A list that has only questions is a table of contents and has no answers.
    """
    asked = [number for number, line in enumerate(lines) if _is_question(line)]
    first = {lines[number].text: number for number in reversed(asked)}
    among = set(asked)
    answered = [
        number
        for number in asked
        if _is_answered(lines, number, among)
        # The last of a list of questions answers to none, unless they are listed above it too.
        and not (_is_listed(lines, number, among) and first[lines[number].text] == number)
    ]
    forms = {number: (lines[number].form, bool(lines[number].rest)) for number in answered}
    questions = {number for number in answered if lines[number].strong}
    last: dict[tuple[str, bool], int] = {}
    for number in answered:
        before = last.get(forms[number])
        if before is not None and number - before <= _NEAR:
            questions |= {before, number}
        last[forms[number]] = number
    headed = questions | {
        number
        for number, line in enumerate(lines[:-1])
        if line.form == "heading" and line.text.endswith("?")
    }
    return Faq(frozenset(questions), frozenset(headed), _labels(lines, headed))


def _is_question(line: Line) -> bool:
    text = line.text.rstrip(_CLOSING)
    return (
        not line.fixed
        and text.endswith(("?", "？"))
        and len(text) <= _LONGEST
        and len(_STOP.findall(text)) < _SENTENCES
    )


def _is_answered(lines: Sequence[Line], number: int, asked: Collection[int]) -> bool:
    if lines[number].rest:
        return True
    below = number + 1
    return below < len(lines) and not lines[below].fixed and below not in asked


def _is_listed(lines: Sequence[Line], number: int, asked: Collection[int]) -> bool:
    """Whether it is in a list, directly below a question without an answer."""
    above, line = lines[number - 1], lines[number]
    return line.form == "item" and not line.strong and number - 1 in asked and not above.rest


def _labels(lines: Sequence[Line], questions: Collection[int]) -> frozenset[str]:
    """Return the label that the questions share, and the one that the answers share."""
    before: Counter[str] = Counter()
    behind: Counter[str] = Counter()
    for number in questions:
        answer = lines[number].rest or lines[number + 1].text
        for text, counter in ((lines[number].text, before), (answer, behind)):
            if found := _LABEL.match(text[:30]):
                counter[found[1]] += 1
    asking = {label for label, times in before.items() if times > 1}
    answering = {label for label, times in behind.items() if times > 1}
    return frozenset(asking | answering if asking else ())
