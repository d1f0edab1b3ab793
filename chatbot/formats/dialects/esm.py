"""Removes imports and exports from MDX: JavaScript statements between the blocks of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.formats.dialects.code import CodeSpans

_STATEMENT = re.compile(r"^(?:import|export)\b[^\n]*", re.MULTILINE)
_IMPORTED = re.compile(r"([\w$*,{}\s]*?)\bfrom\s*|\s+")
_PATH = re.compile(r"""(['"])([^'"\n]+)\1[ \t]*;?[ \t]*(?://[^\n]*)?(?=\n|$)""")
_EXPORT = re.compile(
    r"export\s+(?:(?:const|let|var)\s+[\w$]+\s*[=:]|(?:default\s+)?(?:async\s+)?function\b"
    r"|class\s+\w+|[{*])"
)
_DEFAULT = re.compile(r"export\s+default\s+\S")
_SIGN = re.compile(r"[^\n]")
_LONGEST = 4_000  # characters of an import
_LINES = 300  # of an export


def has_statements(content: str) -> bool:
    """Return whether a line begins like an import or an export."""
    return _STATEMENT.search(content) is not None


def cut_statements(content: str, code: CodeSpans, is_mdx: bool) -> tuple[str, dict[str, str]]:
    """Return `content` with imports and exports blanked, and the paths of imports by their names.

    All other text keeps its place. A sentence that begins with the word "import" is not a
    statement; `export default` is a statement only in MDX.
    """
    imports: dict[str, str] = {}
    pieces = []
    at = 0
    for start, end, name, path in _statements(content, code, is_mdx):
        pieces += [content[at:start], _SIGN.sub(" ", content[start:end])]
        at = end
        if path:
            imports[name] = path
    return "".join([*pieces, content[at:]]), imports


def _statements(content: str, code: CodeSpans, is_mdx: bool) -> Iterator[tuple[int, int, str, str]]:
    at = 0
    while found := _STATEMENT.search(content, at):
        start, at = found.span()
        if past := code.end(start):
            at = past
        elif found[0].startswith("import"):
            last = at
            if "{" in found[0] and "}" not in found[0]:
                last = content.find("\n", content.find("}", at, start + _LONGEST))
                last = len(content) if last < 0 else last
            if statement := _import(content[start : min(last, start + _LONGEST)]):
                length, name, path = statement
                at = start + length
                is_mdx = True
                yield start, at, name, path
        elif _EXPORT.match(found[0]) or (is_mdx and _DEFAULT.match(found[0])):
            at = _end_of_export(content, start)
            yield start, at, "", ""


def _import(text: str) -> tuple[int, str, str] | None:
    """Return an import's length, its name and its path; None if it is not an import."""
    quote = min((at for sign in "'\"" if (at := text.find(sign)) >= 0), default=-1)
    path = _PATH.match(text, quote) if quote >= 0 else None
    if not path:
        return None
    names = _IMPORTED.fullmatch(text[len("import") : quote])
    return (path.end(), (names[1] or "").strip(), path[2]) if names else None


def _end_of_export(content: str, start: int) -> int:
    """Return the end of the line on which all brackets are closed again."""
    depth = 0
    at = start
    for _ in range(_LINES):
        end = content.find("\n", at)
        line = content[at:] if end < 0 else content[at:end]
        depth += sum(line.count(sign) for sign in "([{") - sum(line.count(sign) for sign in ")]}")
        at = len(content) if end < 0 else end
        if depth <= 0 or end < 0:
            return at
        at += 1
    # If the brackets are never closed, it ends at the first blank line.
    blank = content.find("\n\n", start)
    return len(content) if blank < 0 else blank
