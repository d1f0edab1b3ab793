"""Replaces lines that include another file, as in mdBook, MkDocs snippets and VitePress."""

from __future__ import annotations

import re
from collections.abc import Callable

from chatbot.formats.dialects.code import CodeSpans
from chatbot.formats.dialects.templates import Include
from chatbot.formats.growth import Growth

_LINE = re.compile(
    r"""^[ \t]*(?:
        (?P<snippet>;?-{1,2}8<-{1,2}[ \t]+(?P<quote>["'])(?P<snipped>[^"'\n]{1,300})(?P=quote))
      | <!--[ \t]*@include:[ \t]*(?P<part>[^\s{}>]{1,300})[^>\n]{0,100}-->
      | <<<[ \t]*(?P<file>[^\s{}\[\]]{1,300})[^\n]{0,200}
    )[ \t]*$""",
    re.MULTILINE | re.VERBOSE,
)
_MDBOOK = re.compile(
    r"(?<!\\)\{\{#(?:rustdoc_)?(?:include|playground)[ \t]+([^}\s]{1,300})[^}\n]*\}\}"
)
_BLOCK = re.compile(
    r"^[ \t]*-{1,2}8<-{1,2}[ \t]*\n((?:[^\n]{1,300}\n){1,50}?)[ \t]*-{1,2}8<-{1,2}[ \t]*$",
    re.MULTILINE,
)
_MARK = re.compile(
    r"^[^\n]{0,40}?(?:-{1,2}8<-{1,2}[ \t]*\[(start|end):[ \t]*([\w-]{1,100})\]"
    r"|ANCHOR(_END)?:[ \t]*([\w-]{1,100}))[^\n]*\n?",
    re.MULTILINE,
)
_MAX_DEPTH = 8  # levels of files that include others


def include_files(
    content: str, growth: Growth, parse_code: Callable[[str], CodeSpans], include: Include
) -> str:
    """Return `content` with each line that includes a file replaced by the file's content.

    If the file does not exist, the line is removed; in code it stays, since it is shown there.
    """
    return _Including(growth, parse_code, include).read(content, 0)


class _Including:
    def __init__(
        self, growth: Growth, parse_code: Callable[[str], CodeSpans], include: Include
    ) -> None:
        self.growth = growth
        self.parse_code = parse_code
        self.include = include

    def read(self, content: str, depth: int) -> str:
        if depth > _MAX_DEPTH:
            return content
        for sign, pattern in (
            ("8<-", _BLOCK),
            ("8<-", _LINE),
            ("@include", _LINE),
            ("<<<", _LINE),
            ("{{#", _MDBOOK),
        ):
            if sign in content:
                content = self._replace(content, pattern, depth)
        return content

    def _replace(self, content: str, pattern: re.Pattern[str], depth: int) -> str:
        code = self.parse_code(content)

        def fill(found: re.Match[str]) -> str:
            if pattern is _BLOCK:
                paths = found[1].split()
            elif pattern is _LINE:
                paths = [found["snipped"] or found["part"] or found["file"]]
            else:
                paths = [found[1]]
            texts = [self._file(path.strip("\"'"), depth) for path in paths]
            inside = code.end(found.start())
            if inside and None in texts:
                return found[0]
            text = "\n".join(text for text in texts if text is not None)
            if pattern is _LINE and found["file"] and text and not inside:
                return f"```\n{text}\n```"
            indent = found[0][: len(found[0]) - len(found[0].lstrip())]
            if not self.growth.take("included files", text.count("\n") * len(indent)):
                return ""
            return text.replace("\n", f"\n{indent}") if indent else text

        return pattern.sub(fill, content)

    def _file(self, path: str, depth: int) -> str | None:
        path, *part = path.split(":")
        text = self.include(path)
        if text is None:
            return None
        return _MARK.sub("", self.read(_part(text, part), depth + 1)).strip("\n")


def _part(text: str, part: list[str]) -> str:
    """Return the text between two line numbers, or between the marks of a section."""
    if not part or not any(part):
        return text
    if all(not number or number.isdecimal() for number in part):
        lines = text.split("\n")
        first = int(part[0] or 1)
        last = int(part[1] or len(lines)) if len(part) > 1 else first
        return "\n".join(lines[first - 1 : last])
    marks = [found for found in _MARK.finditer(text) if (found[2] or found[4]) == part[0]]
    starts = [found.end() for found in marks if found[1] == "start" or (found[4] and not found[3])]
    ends = [found.start() for found in marks if found[1] == "end" or found[3]]
    return text[starts[0] : ends[-1]] if starts and ends else text
