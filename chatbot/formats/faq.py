"""Finds an FAQ in any form: lines of a page that are questions answered by the text below.

It is recognised by its form, not by words. A question is a short block that ends with a question
mark and is followed by an answer. It is also set off from the text (bold, `<summary>`, `<dt>`) or
near other such blocks. "Q:" and "A:" are labels if all questions begin with one and all answers
with the other; other letters also work.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_LONGEST = 160  # characters of a question
_SENTENCES = 2  # "I lost my card. What now?"
_NEAR = 8  # lines between two questions of an FAQ, at most
_LABEL = re.compile(r"([^\W\d_]{1,12}) ?\d{0,3} ?[:.)]\s*(?=\S)")
_END = re.compile(r"[?？]\s+")
_CLOSING = "\"'”’»)*_"
_STOP = re.compile(r"[.!?](?=\s)")


@dataclass(frozen=True, slots=True)
class Line:
    """A block of a page, or its first line, which may be a question or its answer."""

    text: str
    """With white space collapsed."""
    form: str
    """How it is written: "heading", "paragraph" or "item". Questions of an FAQ have one form."""
    strong: bool = False
    """Whether it is set off from the text around it."""
    rest: str = ""
    """The rest of its block."""
    fixed: bool = False
    """Whether it cannot become a question, since it is already a heading or is only a link."""


@dataclass(frozen=True, slots=True)
class Faq:
    """The questions that were found."""

    questions: frozenset[int]
    """The numbers of the lines that will become headings of the text below them."""
    headed: frozenset[int]
    """Those numbers, and those of questions that are already headings."""
    labels: frozenset[str]
    """The labels before questions and answers: "Q", "A"."""

    def label(self, text: str) -> int:
        """Return the length of the label of `text`: 3 for "Q: Why?"; 0 if it has none."""
        found = _LABEL.match(text[:30])
        return found.end() if found and found[1] in self.labels else 0


def label_break(text: str) -> int:
    """Return where the question ends in a line such as "Q: Why? A: So."; 0 for other lines."""
    if _LABEL.match(text[:30]):
        for found in _END.finditer(text[:_LONGEST]):
            if _LABEL.match(text[found.end() : found.end() + 30]):
                return found.start() + 1
    return 0


def find_faq(lines: Sequence[Line]) -> Faq:
    """Return which lines are questions with an answer.

    A line that is set off may be the only question; other lines count only if another one of the
    same form is near. A list that has only questions is a table of contents and has no answers.
    """
    asked = [number for number, line in enumerate(lines) if _is_question(line)]
    first = {lines[number].text: number for number in reversed(asked)}
    among = set(asked)
    answered = [
        number
        for number in asked
        if _is_answered(lines, number, among)
        # The text below a list of questions does not answer the last of them, unless the question
        # was already listed above: then this is the FAQ itself.
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
    """Return whether a line is in a list, directly below a question without an answer."""
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
