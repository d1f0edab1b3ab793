"""Divides plain text into blocks: paragraphs, headings and lists as people type them.

The text itself is not changed; only offsets are found. Two questions must be answered:

- Does a line continue in the next one? A line that was wrapped ends where the next word did not
  fit. If a line ends earlier, its author ended it.
- Is a line a heading? It is short, looks like a heading, does not end like a sentence, and
  something longer follows. If in doubt, it is a paragraph, since a paragraph can be quoted and a
  heading cannot. If there are several questions that the next line answers, they are headings,
  however long they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot.formats.dateline import read_dateline
from chatbot.formats.faq import Faq, Line, find_faq, label_break
from chatbot.language.words import FINITE_AUXILIARIES, INTERROGATIVES, SMALL_IN_TITLES
from chatbot.types import Block

_RULE = re.compile(r"([=\-~_*#+])(?: ?\1){2,}")
_ITEM = re.compile(r"(?:[-*+•‣◦▪●○·–—]|\(?(?P<number>\d{1,3}|[a-z])[.)])[ \t]+(?=\S)")
_NUMBERED = re.compile(
    r"(?:(?i:chapter|part|section|appendix|step)[ ]\w{1,8}\b|\d{1,2}(?:\.\d{1,2})*[.)]?(?=\s)"
    r"|[IVXLC]{1,6}\.(?=\s))[\s:.–—-]*"
)
_BYLINE = re.compile(r"[Bb]y(?: [A-Z][\w.'’-]*){2,4}")
# A short line with one of these is a sentence without its full stop; "things to do" is not.
_VERBS = FINITE_AUXILIARIES - {"do"} | {"am", "said", "says"}
_WIDEST = 120  # characters; longer lines are paragraphs, since nobody wraps lines that late
_HEADING_LENGTH = 100
_HEADING_WORDS = 14
_PHRASE_WORDS = 7


@dataclass(slots=True)
class _Draft:
    """A future block: one or more lines."""

    start: int
    """Where it begins, including the mark if it is an item of a list."""
    words: int
    """Where its words begin, after the mark."""
    last: int
    """Where its last line begins."""
    end: int
    number: bool = False
    """Whether it is an item whose mark is a number or letter."""
    level: int = 0
    """The level of the heading; 0 if it is not a heading."""

    @property
    def is_item(self) -> bool:
        return self.words > self.start

    @property
    def is_line(self) -> bool:
        return self.last == self.start


def read_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a plain text whose lines end with "\\n".

    A heading has a line of "=" under it, or is in capitals, numbered, in title case, or a short
    phrase above a longer paragraph. Its level is 1 if it is the first of the text or has a line of
    "=". Otherwise it is 2, or one more for each part of its number. The first line may be a
    headline: a sentence without a full stop. Marks of items, "Q:", "A:" and ruled lines are in no
    block.
    """
    drafts = _drafts(text)
    faq = find_faq([_line(text, draft) for draft in drafts])
    for number in faq.questions:
        drafts[number].level = 2
    # Backwards: whether a line is a heading depends on what follows it.
    for number in range(len(drafts) - 1, -1, -1):
        draft = drafts[number]
        is_answer = number - 1 in faq.questions
        if not draft.level and not is_answer and _is_heading(text, drafts, number):
            draft.level, draft.words = _level(text, draft, first=number == 0), draft.start
    for number in faq.questions:
        _strip(text, drafts[number : number + 2], faq)
    return tuple(
        Block("heading", draft.start, draft.end, draft.level)
        if draft.level
        else Block(
            "item" if draft.is_item else "paragraph",
            draft.words,
            draft.end,
            number=_number(text[draft.start : draft.words]),
        )
        for draft in drafts
    )


def _number(mark: str) -> int | None:
    """Return the number in the mark of an item, if there is one."""
    digits = mark.strip("(.) \t")
    return int(digits) if digits.isdecimal() else None


def _line(text: str, draft: _Draft) -> Line:
    form = "item" if draft.is_item else "paragraph"
    is_long = draft.end - draft.start > 2 * _HEADING_LENGTH
    words = text[draft.words : draft.end]
    return Line(words, form, fixed=bool(draft.level) or is_long or not draft.is_line)


def _strip(text: str, pair: Sequence[_Draft], faq: Faq) -> None:
    """Remove number and label from a question, and the label from its answer."""
    question, answer = pair
    question.start = question.words = question.words + faq.label(
        text[question.words : question.end]
    )
    if not answer.is_item and (length := faq.label(text[answer.start : answer.end])):
        answer.start = answer.words = answer.start + length


def _drafts(text: str) -> list[_Draft]:
    """Return the lines, joined if a paragraph was wrapped; headings include a ruled line below."""
    width = _wrap_width(text)
    asks = _asks(text)
    drafts: list[_Draft] = []
    apart = True  # a blank or ruled line stands above
    for start, end in _lines(text):
        line = text[start:end]
        if not line:
            apart = True
        elif len(line) >= 3 and _RULE.fullmatch(line[:200]) and len(set(line)) <= 2:
            if not apart and _underlines(line, drafts[-1]):
                drafts[-1].level = 1 if line[0] == "=" else 2
            apart = True
        else:
            mark = _ITEM.match(line[:20]) if end - start > 1 else None
            is_answer = asks and not apart and _is_question(text, drafts[-1])
            if not apart and not is_answer and _goes_on(text, drafts[-1], line, mark, width):
                drafts[-1].last, drafts[-1].end = start, end
            else:
                words = start + mark.end() if mark else start
                if asks and (at := label_break(text[words:end])):
                    drafts.append(_Draft(start, words, start, words + at))
                    start = words = words + at + 1
                drafts.append(_Draft(start, words, start, end, bool(mark and mark["number"])))
            apart = False
    return drafts


def _asks(text: str) -> bool:
    """Return whether two lines or more are questions with an answer below or on the same line."""
    lines = ["", *(text[start:end] for start, end in _lines(text)), ""]
    answered = 0
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        opens = not above or _is_item(line)
        is_question = line.rstrip("*_ ")[-1:] == "?"
        answered += (opens and is_question and below != "") or label_break(line) > 0
    return answered > 1


def _is_item(line: str) -> bool:
    return _ITEM.match(line[:20]) is not None


def _is_question(text: str, draft: _Draft) -> bool:
    return draft.is_line and text[draft.start : draft.end].rstrip("*_ ")[-1:] == "?"


def _underlines(rule: str, draft: _Draft) -> bool:
    """Return whether a ruled line right below the draft makes it a heading."""
    short = draft.end - draft.start <= _HEADING_LENGTH
    return rule[0] in "=-~" and " " not in rule and short and draft.is_line and not draft.is_item


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield `(start, end)` of each line without the white space around it."""
    start = 0
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        yield start + indent, max(start + indent, start + len(line.rstrip()))
        start += len(line) + 1


def _wrap_width(text: str) -> int:
    """Return the length that nine of ten lines do not exceed; some do, such as addresses."""
    lengths = sorted(end - start for start, end in _lines(text) if end > start)
    return lengths[(len(lengths) - 1) * 9 // 10 if len(lengths) > 9 else -1] if lengths else 0


def _goes_on(text: str, draft: _Draft, line: str, mark: re.Match[str] | None, width: int) -> bool:
    """Return whether `line`, right below the draft, belongs to it."""
    first_word = line[:_WIDEST].split(maxsplit=1)[0]
    wrapped = width <= _WIDEST and draft.end - draft.last + 1 + len(first_word) > width
    if mark:
        # Wrapping may put a number at the start of a line: "in the year / 5. ..."
        return wrapped and bool(mark["number"]) and not draft.is_item
    return wrapped or (line[0].islower() and text[draft.end - 1] not in ".!?:")


def _is_heading(text: str, drafts: Sequence[_Draft], number: int) -> bool:
    """Return whether a draft is a heading; all drafts after it must be decided already."""
    draft = drafts[number]
    if not draft.is_line or number + 1 == len(drafts):
        return False
    below = drafts[number + 1]
    if draft.is_item and (
        not draft.number or below.is_item or (number and drafts[number - 1].is_item)
    ):
        return False  # one of a list
    line = text[draft.start : draft.end]
    if number <= 1 and read_dateline(line):  # it may be below the title
        return False
    likeness = _likeness(line, is_first=number == 0)
    if not likeness:
        return False
    after = number + 1
    if number == 0:
        # The author's name, the place and the date may be between a headline and its text.
        while after + 1 < len(drafts) and _is_about_text(text[drafts[after].start : below.end]):
            after += 1
            below = drafts[after]
    if below.level:
        # A title above a heading, but not a column of names, which all look like titles.
        return after + 1 < len(drafts) and not drafts[after + 1].level
    if below.is_item:
        return not draft.is_item
    body = text[below.start : below.end]
    return len(body) >= likeness * len(line) and not (below.is_line and _likeness(body))


def _is_about_text(line: str) -> bool:
    """Return whether a line only says who wrote the text, where and when."""
    author = _BYLINE.match(line)
    dateline = read_dateline(line)
    return len(line) <= _HEADING_LENGTH and (
        author is not None or (dateline is not None and dateline.end == len(line))
    )


def _likeness(line: str, is_first: bool = False) -> int:
    """Return how many times longer the text below must be; 0 if it does not look like a heading."""
    if len(line) > _HEADING_LENGTH or line[-1] in ".!,;:…\"'”’" or _BYLINE.fullmatch(line):
        return 0
    mark = _NUMBERED.match(line)
    name = line[mark.end() :] if mark else line
    words = re.findall(r"[^\W_][\w'’.-]*", name)
    if not words:
        return 1 if mark and mark[0][0].isalpha() else 0  # "Chapter 3"
    if len(words) > _HEADING_WORDS or not (name[0].isalnum() and (mark or name[0].isalpha())):
        return 0
    letters = [character for character in name if character.isalpha()]
    if len(letters) > 1 and all(character.isupper() for character in letters):
        return 1
    if re.search(r"[:;=|\t]|[.!?] ", name) or name[0].islower():
        return 0
    if all(word in SMALL_IN_TITLES or not word[0].islower() for word in words) and len(letters) > 1:
        return 1
    lowered = [word.lower() for word in words]
    if lowered[0] in INTERROGATIVES or line.endswith("?"):
        return 2
    is_long = len(words) > _PHRASE_WORDS or "," in name
    if (is_long and not is_first) or _VERBS.intersection(lowered):
        return 0
    return 2


def _level(text: str, draft: _Draft, first: bool) -> int:
    number = re.match(r"\d[\d.]*", text[draft.start : draft.end])
    if number:
        return min(6, 2 + number[0].rstrip(".").count("."))
    return 1 if first else 2
