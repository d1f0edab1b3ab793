"""Turns the blocks of an AsciiDoc text into HTML: sections, lists, notes, code, tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from chatbot.formats.asciidoc.inline import PageContext, read_inline
from chatbot.formats.asciidoc.lines import BRACE
from chatbot.formats.asciidoc.tables import read_table
from chatbot.formats.dialects import CLOSES
from chatbot.formats.growth import Growth

_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?[ \t]*$")
_ATTRIBUTES = re.compile(r"\[(?!\[)([^\n]*)\][ \t]*$")
_ANCHOR = re.compile(r"\[\[([^\],]+)(?:,[^\]]*)?\]\][ \t]*$")
_TITLE = re.compile(r"\.(?![.\s])(\S.*)$")
_FENCE = re.compile(
    r"(-{4,}|\.{4,}|`{3}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|~{4,})(?=[ \t]*$|(?<=`)\w)"
)
_TABLE = re.compile(r"[|,:!]={3,}[ \t]*$")
_ITEM = re.compile(
    r"[ \t]*(?:(\*{1,6}|-|•)|(\.{1,6}|\d{1,4}\.|[a-zA-Z]\.)|<(\d+|\.)>)[ \t]+(\S.*)$"
)
_TERM = re.compile(r"^[ \t]*(?!//)(\S.*?)(:{2,4}|;;)(?:[ \t]+(\S.*))?$")
_CHECK = re.compile(r"\[[ x*]\][ \t]+")
_NOTE = re.compile(r"(NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+(\S.*)$")
_NOTES = frozenset("NOTE TIP IMPORTANT WARNING CAUTION".split())
_MACRO = re.compile(r"(image|video|audio|toc|icon)::(\S*)\[(.*)\][ \t]*$")
_CALLOUT = re.compile(
    r"(?<![ \t])[ \t]*(?:(?://|#|--|;;)[ \t]*)?(?:<!--(\d+|\.)-->|<(\d+|\.)>)(?=[ \t]*(?:<|$))",
    re.MULTILINE,
)
_NAMED = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)'|([^,\s]*))""")
_RULE = re.compile(r"(?:'{3,}|<{3,}|-{3}|\*{3})[ \t]*$")
_MAX_DEPTH = 20  # nested blocks and lists; deeper ones are left out

Lines = list[str]


@dataclass(slots=True)
class _About:
    """The attributes of a block, from the lines above it."""

    style: str = ""
    """Its first word ("source", "NOTE", "qanda") and options that begin with "%": "%header"."""
    named: dict[str, str] = field(default_factory=dict)
    title: str = ""


class Blocks:
    """Reads blocks; `titles` has the titles of the sections that references may name."""

    def __init__(self, titles: Mapping[str, str], growth: Growth) -> None:
        self.page = PageContext(titles, growth)
        self.level = 1

    def read(self, lines: Lines, depth: int = 0) -> str:
        """Return the HTML of the blocks in these lines."""
        if depth > _MAX_DEPTH:
            return ""
        html: list[str] = []
        about = _About()
        at = 0
        while at < len(lines):
            line = lines[at]
            if not line.strip() or (line.startswith("//") and not line.startswith("///")):
                at += 1
                about = about if about.style or about.named else _About()
            elif self._describes(line, about):
                at += 1
            else:
                made, at = self._block(lines, at, about, depth)
                html.append(made)
                about = _About()
        return "\n".join(html)

    def notes(self) -> str:
        """Return the footnotes to which the text has referred so far."""
        return "".join(
            f'<div role="doc-footnote" id="{escape(name)}">{note}</div>'
            for name, note in self.page.notes.items()
        )

    def inline(self, text: str) -> str:
        """Return the text of a line as HTML."""
        return read_inline(text.strip(), self.page)

    def _describes(self, line: str, about: _About) -> bool:
        """Store the attributes in a line for the block below; return False for any other line."""
        if _ANCHOR.match(line):
            return True
        if found := _ATTRIBUTES.match(line):
            first, *_ = found[1].split(",")
            if "=" not in first:
                about.style = re.split(r"[#.%]", first)[0].strip() or about.style
                about.named["%"] = ",".join(re.findall(r"%([\w-]+)", found[1]))
            about.named |= {
                one[1]: one[2] or one[3] or one[4] or "" for one in _NAMED.finditer(found[1])
            }
            return True
        if (found := _TITLE.match(line)) and not _ITEM.match(line):
            about.title = found[1]
            return True
        return bool(_RULE.match(line))

    def _block(self, lines: Lines, at: int, about: _About, depth: int) -> tuple[str, int]:
        """Return the HTML of the block that begins at a line, and where the next one begins."""
        line = lines[at]
        if not depth and (found := _HEADING.match(line)) and about.style != "discrete":
            self.level = len(found[1])
            return f"<h{self.level}>{self.inline(found[2])}</h{self.level}>", at + 1
        if found := _HEADING.match(line):
            return self._titled(found[2], ""), at + 1
        if found := _MACRO.match(line):
            alt = found[3].split(",")[0].strip('"') if found[1] == "image" else ""
            shown = self.inline(about.title) or escape(alt if "=" not in alt else "")
            return f"<p>{shown}</p>" if shown else "", at + 1
        if _TABLE.match(line):
            end = _end(lines, at)
            named = about.named | ({"format": "csv"} if line[0] == "," else {})
            table = read_table(
                lines[at + 1 : end], named, lambda cell: self._cell(cell, depth), self.page.growth
            )
            return self._caption(about.title) + table, end + 1
        if fence := _FENCE.match(line):
            end = _end(lines, at)
            return self._fenced(fence[1], lines[at + 1 : end], about, depth), end + 1
        if _ITEM.match(line) or (_TERM.match(line) and ":::" not in line[:3]):
            return self._list(lines, at, about, depth)
        end = at + 1
        while end < len(lines) and lines[end].strip() and not self._interrupts(lines[end]):
            end += 1
        return self._paragraph(lines[at:end], about), end

    def _interrupts(self, line: str) -> bool:
        return any(sign.match(line) for sign in (_TABLE, _FENCE, _ATTRIBUTES, _ANCHOR))

    def _paragraph(self, lines: Lines, about: _About) -> str:
        text = "\n".join(line for line in lines if not line.startswith("//"))
        if about.style in ("source", "listing", "literal") or text[:1] in " \t":
            return self._caption(about.title) + _code(text)
        if found := _NOTE.match(text.split("\n")[0]):
            return self._note(found[1], f"<p>{self.inline(text[len(found[1]) + 1 :])}</p>", about)
        html = f"<p>{self.inline(text)}</p>"
        if about.style in _NOTES:
            return self._note(about.style, html, about)
        return self._caption(about.title) + html

    def _fenced(self, fence: str, inside: Lines, about: _About, depth: int) -> str:
        text = "\n".join(inside)
        if fence[0] == "/" or about.style == "comment":
            return ""
        if fence[0] == "+":  # HTML, kept unchanged
            return "" if about.style in ("stem", "latexmath", "asciimath") else text
        if (fence[0] in "-.`" and fence != "--") or about.style in ("source", "listing", "literal"):
            return self._caption(about.title) + _code(text)
        if about.style == "verse":
            return f"<p>{self.inline(text)}</p>"
        first = _next(inside, 0)
        if about.style == "tabs" and first < len(inside) and _mark(inside[first]):
            return self._list(inside, first, about, depth + 1)[0]
        html = self.read(inside, depth + 1)
        if about.style in _NOTES:
            return self._note(about.style, html, about)
        return self._titled(about.title, html) if about.title else f"<section>{html}</section>"

    def _note(self, kind: str, html: str, about: _About) -> str:
        return self._titled(about.title, html) if about.title else f"<div>{html}</div>"

    def _titled(self, title: str, html: str) -> str:
        """Return a section below its own title; after it, the section around it continues."""
        level = min(self.level + 1, 6)
        return (
            f'<section {CLOSES}="{level}"><h{level}>{self.inline(title)}</h{level}>{html}</section>'
        )

    def _caption(self, title: str) -> str:
        """Return the title of a table, of code or a list: a line above it."""
        return f"<p>{self.inline(title.rstrip(':'))}:</p>" if title else ""

    def _cell(self, text: str, depth: int) -> str:
        parts = re.split(r"\n[ \t]*\n", text)
        if any(_ITEM.match(line) or _FENCE.match(line) for line in text.split("\n")):
            return self.read(text.split("\n"), depth + 1)
        return " ".join(map(self.inline, parts))

    def _list(
        self, lines: Lines, at: int, about: _About, depth: int, outer: tuple[str, ...] = ()
    ) -> tuple[str, int]:
        """Read the items of a list; deeper lists have other marks, which are not in `outer`."""
        kind = _mark(lines[at])
        tag = {"*": "ul", "-": "ul", "\u2022": "ul", ".": "ol", "<": "ol"}.get(kind[0], "dl")
        html: list[str] = []
        while at < len(lines) and _mark(lines[at]) == kind:
            term, words = _head(lines[at])
            body, at = self._item(lines, at + 1, words, (*outer, kind), depth)
            if about.style == "tabs":
                html.append(self._titled(term, body))
            elif tag == "dl":
                html.append(f"<dt>{self.inline(term)}</dt>{f'<dd>{body}</dd>' if body else ''}")
            else:
                html.append(f"<li>{body}</li>")
            following = _next(lines, at)
            if following < len(lines) and _mark(lines[following]) == kind:
                at = following
        if about.style == "tabs":
            return "".join(html), at
        start = f' start="{about.named["start"]}"' if about.named.get("start", "").isdigit() else ""
        return f"{self._caption(about.title)}<{tag}{start}>{''.join(html)}</{tag}>", at

    def _item(
        self, lines: Lines, at: int, words: str, outer: tuple[str, ...], depth: int
    ) -> tuple[str, int]:
        """Return the content of an item: its text, nested lists, and blocks joined by a "+"."""
        own = [words] if words else []
        if not own:  # a term, whose text is below it
            at = _next(lines, at) if _next(lines, at) < len(lines) else at
        while at < len(lines) and lines[at].strip() not in ("", "+"):
            if _mark(lines[at]) or self._interrupts(lines[at]):
                break
            own += [] if lines[at].startswith("//") else [lines[at].strip()]
            at += 1
        html = [self.inline("\n".join(own))] if own else []
        while at < len(lines) and depth + len(outer) <= _MAX_DEPTH:
            following = _next(lines, at)
            mark = _mark(lines[following]) if following < len(lines) else ""
            if lines[at].strip() == "+":
                made, at = self._attached(lines, at + 1, depth)
            elif mark and mark not in outer and not _is_over(lines, at, following):
                made, at = self._list(lines, following, _About(), depth, outer)
            else:
                break
            html.append(made)
        return "".join(html), at

    def _attached(self, lines: Lines, at: int, depth: int) -> tuple[str, int]:
        """Return the one block that a "+" joins to an item."""
        about = _About()
        while at < len(lines) and self._describes(lines[at], about):
            at += 1
        if at >= len(lines) or not lines[at].strip():
            return "", at
        if _mark(lines[at]) or _TABLE.match(lines[at]) or _FENCE.match(lines[at]):
            return self._block(lines, at, about, depth + 1)
        end = at + 1
        while end < len(lines) and lines[end].strip() not in ("", "+") and not _mark(lines[end]):
            end += 1
        return self._paragraph(lines[at:end], about), end


def _mark(line: str) -> str:
    """Return the mark of a list item, "*", "**", ".", "<" or "::"; "" if it is not an item."""
    if found := _ITEM.match(line):
        return found[1] or ("." if found[2] and found[2][:-1].isalnum() else found[2]) or "<"
    found = _TERM.match(line)
    return found[2] if found else ""


def _head(line: str) -> tuple[str, str]:
    """Return the term, if there is one, and the text of an item."""
    if found := _ITEM.match(line):
        return "", _CHECK.sub("", found[4], count=1)
    found = _TERM.match(line)
    return (found[1], found[3] or "") if found else ("", line)


def _next(lines: Lines, at: int) -> int:
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith("//")):
        at += 1
    return at


def _is_over(lines: Lines, at: int, following: int) -> bool:
    """Return whether two empty lines, or a comment, end the list here."""
    return any(line.startswith("//") for line in lines[at:following])


def _end(lines: Lines, at: int) -> int:
    """Return the end of the block that begins at line `at`: the next equal line."""
    closing = "```" if lines[at].startswith("```") else lines[at].rstrip()
    end = at + 1
    while end < len(lines) and lines[end].rstrip() != closing:
        end += 1
    return end


def _code(text: str) -> str:
    shown = _CALLOUT.sub("", text).replace(BRACE, "{")
    return f"<pre><code>{escape(shown, quote=False)}</code></pre>"
