"""Finds the code in a text; in code, tags are shown unchanged."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

Span = tuple[int, int]

_TICKS = re.compile(r"`+")
_RAW = re.compile(r"\s*<(?:pre|script|style|textarea)\b", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t]*\n")


class CodeSpans:
    """The parts of a text that are code, in order."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def end(self, at: int) -> int:
        """Return the end of the code that `at` is in, or 0 if it is not in code."""
        number = bisect_right(self._starts, at) - 1
        return self._spans[number][1] if number >= 0 and at < self._spans[number][1] else 0


def read_code(content: str, parser: MarkdownIt) -> CodeSpans:
    """Return which parts of a Markdown text are code."""
    blocks = list(_blocks(content, parser))
    return CodeSpans([*blocks, *_inline(content, blocks)])


def _blocks(content: str, parser: MarkdownIt) -> Iterator[Span]:
    """Yield the lines of fences, indented code, scripts, and VitePress's verbatim blocks."""
    tokens: list[Token] = []
    parser.block.parse(content, parser, {}, tokens)
    lines = [0]
    for line in content.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    for token in tokens:
        is_shown = token.type == "container_box_open" and token.info.strip() == "v-pre"
        is_code = token.type in ("fence", "code_block") or bool(_RAW.match(token.content))
        if (is_code or is_shown) and token.map:
            first, last = token.map
            yield lines[first], min(lines[last], len(content))


def _inline(content: str, blocks: list[Span]) -> Iterator[Span]:
    """Yield the text between equal numbers of backticks in one paragraph, outside of `blocks`."""
    start = 0
    for first, last in [*blocks, (len(content), len(content))]:
        for paragraph in _between(_BLANK, content, start, first):
            yield from _pairs(content, *paragraph)
        start = last


def _between(pattern: re.Pattern[str], content: str, start: int, end: int) -> Iterator[Span]:
    for found in pattern.finditer(content, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _pairs(content: str, start: int, end: int) -> Iterator[Span]:
    runs = [found.span() for found in _TICKS.finditer(content, start, end)]
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    for first, last in reversed(runs):
        waiting[last - first].append(first)
    done = start
    for first, last in runs:
        alike = waiting[last - first]
        alike.pop()  # itself
        if first >= done and alike:
            done = alike[-1] + last - first
            yield first, done
