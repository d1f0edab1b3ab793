"""Prepares the lines of an AsciiDoc text: includes files, evaluates conditions and attributes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping

from chatbot.formats.dialects import HOLE
from chatbot.formats.growth import Growth

Include = Callable[[str], str | None]
"""From a path, as written in a file, to its content; None if missing or not allowed."""

BRACE = "\x02"
"""The sign for a brace that is shown; content never has control characters."""
VERBATIM = re.compile(r"(?:-{4,}|\.{4,}|`{3}\w*|\+{4,}|/{4,})[ \t]*$")
"""The lines that open and close a block that is shown unchanged."""

_ENTRY = re.compile(r":(!?)([\w][\w-]*)(!?):(?:[ \t]+(.*))?$")
_CONDITION = re.compile(r"(ifn?def|ifeval|endif)::([^\[\s]*)\[(.*)\][ \t]*$")
_COMPARED = re.compile(
    r"""^\s*["']?([^"'=<>!]*)(?:["']\s*)?(==|!=)(?:\s*["'])?([^"']*)(?:["']\s*)?$"""
)
_INCLUDE = re.compile(r"include::([^\[\n]{1,300})\[(.*)\][ \t]*$")
_REFERENCE = re.compile(r"(\\?)\{([a-zA-Z_][\w-]*)\}")
_TAG = re.compile(r"(tag|end)::([\w.-]+)\[\]")
_OFFSET = re.compile(r"leveloffset=\+?(-?\d)\b")
_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+\S")
_FAMILY = re.compile(r"(?:[\w.-]*:)?(partial|example|page)\$(.+)")
_MAX_DEPTH = 8  # levels of files that include others
_SIGNS = {
    "nbsp": " ", "sp": " ", "empty": "", "blank": "", "plus": "+", "amp": "&", "lt": "<",
    "gt": ">", "startsb": "[", "endsb": "]", "vbar": "|", "caret": "^", "asterisk": "*",
    "tilde": "~", "backtick": "`", "backslash": "\\", "apos": "'", "quot": '"', "ldquo": "“",
    "rdquo": "”", "lsquo": "‘", "rsquo": "’", "deg": "°", "cpp": "C++", "pp": "++",
    "two-colons": "::", "two-semicolons": ";;", "zwsp": "", "wj": "",
}  # fmt: skip


class Preprocessor:
    """Reads the lines of a file and of those that it includes, and the attributes they set."""

    def __init__(self, include: Include, attributes: Mapping[str, str], growth: Growth) -> None:
        self.include = include
        self.attributes = dict(attributes)
        self.growth = growth

    def lines(self, content: str, depth: int = 0, offset: int = 0) -> Iterator[str]:
        """Yield each line with attributes replaced; lines that set attributes are removed.

        An attribute that is not set leaves a hole; in code, the reference stays.
        """
        closes = ""
        skipping = 0  # nested conditions that are open and false
        waiting = ""
        for line in content.split("\n"):
            if condition := _CONDITION.match(line):
                skipping = self._skipped(condition, skipping)
                if condition[1] != "endif" and condition[3] and condition[1] != "ifeval":
                    skipping -= 1
                    if not skipping and self._holds(condition):
                        yield self._filled(condition[3], bool(closes))
                    skipping = max(skipping, 0)
                continue
            if skipping:
                continue
            if found := _INCLUDE.match(line):
                yield from self._included(found, depth, bool(closes))
                continue
            if VERBATIM.match(line):
                closes = "" if closes == line.strip() else closes or line.strip()
                if closes.startswith("```"):
                    closes = "```"
            elif not closes:
                entry = _ENTRY.match(waiting + line)
                if entry and line.endswith(" \\"):
                    waiting += line.removesuffix("\\")
                    continue
                waiting = ""
                if entry:
                    self._set(entry)
                    continue
                if offset and _HEADING.match(line):
                    line = line[0] * offset + line if offset > 0 else line[-offset:]
            yield self._filled(line, bool(closes))

    def _set(self, entry: re.Match[str]) -> None:
        if entry[1] or entry[3]:
            self.attributes.pop(entry[2].lower(), None)
        else:
            self.attributes[entry[2].lower()] = self._filled(entry[4] or "", False)

    def _skipped(self, condition: re.Match[str], skipping: int) -> int:
        """Return how many open conditions are false after this line."""
        if condition[1] == "endif":
            return max(skipping - 1, 0)
        is_line = bool(condition[3]) and condition[1] != "ifeval"
        return skipping + 1 if skipping or is_line or not self._holds(condition) else 0

    def _holds(self, condition: re.Match[str]) -> bool:
        if condition[1] == "ifeval":
            found = _COMPARED.match(self._filled(condition[3], True))
            if not found:
                return False
            return (found[1].strip() == found[3].strip()) is (found[2] == "==")
        join = all if "+" in condition[2] else any
        known = join(name.lower() in self.attributes for name in re.split(r"[,+]", condition[2]))
        return known is (condition[1] == "ifdef")

    def _filled(self, line: str, is_code: bool) -> str:
        if "{" not in line:
            return line
        ticks = [at for at, sign in enumerate(line) if sign == "`"]

        def fill(found: re.Match[str]) -> str:
            name = found[2].lower()
            if found[1]:
                return f"{BRACE}{found[2]}}}"
            if name in self.attributes:
                value = self.attributes[name]
                return value if self.growth.take("attributes", len(value)) else HOLE
            if name in _SIGNS:
                return _SIGNS[name] if not is_code else found[0]
            # Braces between backticks are mostly not attributes, but text: "`/users/{id}`".
            is_shown = is_code or sum(at < found.start() for at in ticks) % 2
            return f"{BRACE}{found[2]}}}" if is_shown else HOLE

        return _REFERENCE.sub(fill, line)

    def _included(self, found: re.Match[str], depth: int, is_code: bool) -> Iterator[str]:
        name = self._filled(found[1], False)
        places = _places(name) if HOLE not in name and depth < _MAX_DEPTH else ()
        text = next(filter(None, map(self.include, places)), None)
        if text is None:
            return
        options = found[2]
        offset = _OFFSET.search(options)
        tags = re.search(r"tags?=[\"']?([\w.;,-]+)", options)
        if tags:
            text = _tagged(text, re.split("[;,]", tags[1]))
        text = "\n".join(line for line in text.split("\n") if not _TAG.search(line))
        if is_code:
            yield from text.split("\n")
        else:
            yield from self.lines(text, depth + 1, int(offset[1]) if offset else 0)


def _places(name: str) -> Iterator[str]:
    """Yield the paths that an included name may mean, also in Antora's families of files."""
    found = _FAMILY.match(name)
    if not found:
        yield name
        return
    for up in ("..", "../..", "../../.."):
        yield posixpath.join(up, f"{found[1]}s", found[2])


def _tagged(text: str, tags: list[str]) -> str:
    """Return the lines between the marks of these tags."""
    kept = []
    opened: set[str] = set()
    for line in text.split("\n"):
        if mark := _TAG.search(line):
            (opened.add if mark[1] == "tag" else opened.discard)(mark[2])
        elif opened.intersection(tags):
            kept.append(line)
    return "\n".join(kept)
