"""Turns the text of an AsciiDoc paragraph into HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape

from chatbot.formats.asciidoc.lines import BRACE
from chatbot.formats.growth import Growth

_KEPT = "\x03{}\x04"
"""The sign that replaces a piece that is already HTML while the rest is read."""
_PLACE = re.compile("\x03(\\d+)\x04")
_URL = r"(?:https?|ftp|irc)://[^\s\[\]<>\x03\x04]{1,1000}"
_PASSED = re.compile(
    r"\+\+\+(.+?)\+\+\+|pass:[a-z,]*\[(.{0,2000}?)(?<!\\)\]|(?<![\w\\])`\+(.+?)\+`(?!\w)"
    r"|\+\+(.+?)\+\+|(?<![\w\\+])\+(?=\S)([^+]+?)(?<=\S)\+(?![\w+])",
    re.DOTALL,
)
_MACRO = re.compile(
    r"\\?\b(link|mailto|xref|kbd|btn|menu|image|icon|footnote|footnoteref|stem|latexmath|asciimath"
    r"|anchor|indexterm2?|video|audio):(?!:)([^\s\[\]]{0,1000})\[((?:\\\]|[^\]]){0,2000})\]"
)
_LINK = re.compile(rf"\\?({_URL})\[((?:\\\]|[^\]]){{0,2000}})\]")
_BARE = re.compile(rf"(?<![\w/\"'>=\\])&lt;({_URL})&gt;|(?<![\w/\"'>=])\\?({_URL})")
_REFERENCE = re.compile(r"&lt;&lt;([^&,\n]{1,300}?)(?:,\s*([^&]*?))?&gt;&gt;", re.DOTALL)
_ANCHOR = re.compile(r"\[\[[^\]\n]{1,200}\]\]")
_INDEX = re.compile(r"\(\(\([^()]{1,300}\)\)\)")
_SHOWN_INDEX = re.compile(r"\(\(([^()]{1,300})\)\)")
_ROLE = r"(?:\[[^\]\[\n]{1,100}\])?"
_MARKS = tuple(
    (re.compile(pattern, re.DOTALL), tag)
    for pattern, tag in (
        (rf"{_ROLE}\*\*(.+?)\*\*", "strong"),
        (rf"(?<![\w\\]){_ROLE}\*(?=\S)([^\n*](?:.{{0,2000}}?[^\s*])??)\*(?!\w)", "strong"),
        (rf"{_ROLE}``(.+?)``", "code"),
        (rf"(?<![\w\\`\"'])(?:{_ROLE})`(?=\S)([^`]+?)(?<=\S)`(?![\w\"'`])", "code"),
        (rf"{_ROLE}__(.+?)__", "em"),
        (rf"(?<![\w\\]){_ROLE}_(?=\S)([^\n_](?:.{{0,2000}}?[^\s_])??)_(?!\w)", "em"),
        (rf"{_ROLE}##(.+?)##", "span"),
        (rf"(?<![\w\\&]){_ROLE}#(?=\S)([^\n#](?:.{{0,2000}}?[^\s#])??)#(?!\w)", "span"),
        (r"\^(\S+?)\^", "sup"),
        (r"~(\S+?)~", "sub"),
    )
)
_QUOTES = (
    (re.compile(r'"`(.{1,2000}?)`"', re.DOTALL), r"“\1”"),
    (re.compile(r"'`(.{1,2000}?)`'", re.DOTALL), r"‘\1’"),
)
_SIGNS = (
    (re.compile(r"(?<=\w)--(?=\w)"), "—"),
    (re.compile(r"(?<=[\w.,;:)]) -- "), " — "),
    (re.compile(r"\.\.\.(?!\.)"), "…"),
    (re.compile(r"\(C\)"), "©"),
    (re.compile(r"\(R\)"), "®"),
    (re.compile(r"\(TM\)"), "™"),
    (re.compile(r"(?<=\w)`'(?=\w)"), "’"),
    (re.compile(r"-&gt;"), "→"),
    (re.compile(r"[ \t]\+$", re.MULTILINE), "<br>"),
    (re.compile(r"\\(?=[*_`#^~+\[{<:])"), ""),
)
_LONGEST = 50_000  # characters; the marks in a longer paragraph are not read


@dataclass(slots=True)
class PageContext:
    """What is known about the page of a paragraph."""

    titles: Mapping[str, str]
    """The titles of its sections, by the names that references use."""
    growth: Growth
    notes: dict[str, str] = field(default_factory=dict)
    """Its footnotes so far, as HTML, by their names."""
    kept: list[str] = field(default_factory=list)
    """The pieces that are already HTML; signs replace them while the rest is read."""


def read_inline(text: str, page: PageContext) -> str:
    """Return a paragraph as HTML; its footnotes are added to those of the page."""
    if len(text) > _LONGEST:
        return escape(text, quote=False)
    kept = page.kept

    def keep(html: str) -> str:
        kept.append(html)
        return _KEPT.format(len(kept) - 1)

    def passed(found: re.Match[str]) -> str:
        words = next(part for part in found.groups() if part is not None)
        if found[3]:
            return keep(f"<code>{escape(words)}</code>")
        return keep(escape(words) if not found[1] else words)

    def macro(found: re.Match[str]) -> str:
        if found[0].startswith("\\"):
            return found[0][1:]
        return keep(_macro(found[1], found[2], found[3].replace("\\]", "]"), page))

    def link(found: re.Match[str]) -> str:
        shown = _first(found[2].replace("\\]", "]")) or found[1]
        return keep(_link(found[1], shown if found[0][0] != "\\" else found[1], page))

    def bare(found: re.Match[str]) -> str:
        url = found[1] or found[2].rstrip(".,;:!?)")
        rest = "" if found[1] else found[2][len(url) :]
        return keep(f'<a href="{url}">{url}</a>') + rest

    text = _PASSED.sub(passed, text)
    text = escape(text, quote=False)
    text = _MACRO.sub(macro, text)
    text = _LINK.sub(link, text)
    text = _BARE.sub(bare, text)
    text = _REFERENCE.sub(lambda found: keep(_reference(found[1], found[2], page)), text)
    for pattern in (_ANCHOR, _INDEX):
        text = pattern.sub("", text)
    text = _SHOWN_INDEX.sub(r"\1", text)
    for pattern, shown in _QUOTES:
        text = pattern.sub(shown, text)
    for pattern, tag in _MARKS:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    for _ in range(3):  # pieces may be nested
        text = _PLACE.sub(lambda found: kept[int(found[1])], text)
    return text.replace(BRACE, "{")


def _macro(name: str, target: str, inside: str, page: PageContext) -> str:
    first = _first(inside)
    if name == "mailto":
        return _link(f"mailto:{target}", first or target, page)
    if name == "link":
        return _link(target, first or target, page)
    if name == "xref":
        return _reference(target, first, page)
    if name == "kbd":
        return f"<kbd>{escape(inside, quote=False)}</kbd>"
    if name == "btn":
        return f"<b>{read_inline(inside, page)}</b>"
    if name == "menu":
        path = [target, *re.split(r"\s*(?:&gt;|>)\s*", inside)]
        return escape(" › ".join(filter(None, (part.replace("&gt;", ">") for part in path))))
    if name in ("footnote", "footnoteref"):
        return _call(target, inside, page)
    if name in ("stem", "latexmath", "asciimath"):
        return f"<code>{inside}</code>"
    if name == "image":
        return f'<img alt="{escape(_unescaped(first))}" src="{target}">' if first else ""
    return _unescaped(inside) if name == "indexterm2" else ""


def _call(target: str, inside: str, page: PageContext) -> str:
    """Return a reference to a footnote, which is kept for the end of the page."""
    name = target or f"_footnote_{len(page.notes) + 1}"
    if inside:
        page.notes[name] = read_inline(_unescaped(inside), page)
    return f'<sup><a role="doc-noteref" href="#{escape(name)}">1</a></sup>'


def _link(url: str, shown: str, page: PageContext) -> str:
    words = shown if shown == url else read_inline(_unescaped(shown.rstrip("^")), page)
    return f'<a href="{url}">{words}</a>'


def _reference(target: str, shown: str | None, page: PageContext) -> str:
    """Return a link to a section of this page or to another page (Antora's coordinates)."""
    file, _, section = target.partition("#")
    is_page = ".adoc" in file or section
    if not is_page:
        file, section = "", target
    words = shown or page.titles.get(section) or page.titles.get(section.lower()) or ""
    if not shown:
        page = replace(page, titles={})  # a title may refer to other titles, and they to it
        if not page.growth.take("titles of sections in references", len(words)):
            words = ""
    if not words:
        stem = file.rpartition("/")[2].rpartition(":")[2].removesuffix(".adoc")
        words = " ".join(re.split(r"[-_]+", section if not is_page else stem)).strip()
    words = read_inline(_unescaped(words), page)
    if is_page and file and not set("@:$").intersection(file):
        return f'<a href="{file}{"#" + section if section else ""}">{words}</a>'
    return words


def _first(inside: str) -> str:
    """Return the visible text in the brackets of a macro, without options."""
    inside = inside.strip()
    if inside.startswith('"') and '"' in inside[1:]:
        return inside[1 : inside.index('"', 1)]
    named = re.search(r'(?:^|,)\s*(?:text|alt)="([^"]*)"', inside)
    if named:
        return named[1]
    parts = re.split(r",\s*(?=[\w-]+=|role|window|opts)", inside)
    return "" if re.match(r"[\w-]+=", parts[0]) else parts[0]


def _unescaped(text: str) -> str:
    """Undo `escape`, for text that is read a second time."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
