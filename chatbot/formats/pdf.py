"""Turns PDF into HTML, as far as possible: a PDF says where letters are, not what they mean.

Lines in larger letters are headings, lines close to each other are a paragraph, and a ruled grid is
a table. Text at the same place on most pages is left out.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.layout import LTChar, LTTextBox, LTTextLine
from pdfminer.pdfdocument import PDFPasswordIncorrect

from chatbot.errors import ArticleError
from chatbot.formats.columns import in_columns
from chatbot.formats.pdf_page import lay_out

_STREAM = re.compile(rb"stream\r?\n")
_MAX_UNPACKED = 200_000_000  # bytes
_MAX_PAGES = 500
_MAX_CHARACTERS = 5_000_000
_MAX_STROKES = 2_000  # on a page; if there are more, they are a drawing, not a table
_LARGER = 1.12  # letters this many times larger than most are a heading
_LEVELS = 4
_HEADING = 150  # characters at most
_INDENT = 60  # points from the mark of an item to its text
_UNKNOWN = re.compile(r"\(cid:\d+\)")  # a letter without a name in the file, mostly a bullet
_DIGITS = str.maketrans("0123456789", "##########")


@dataclass(slots=True)
class _Line:
    text: str
    size: float
    bold: bool
    place: int
    """Its distance from the lower edge of the page, in points."""
    is_item: bool = False
    """Whether the mark of a list item is before it."""


@dataclass(slots=True)
class _Box:
    """Lines that belong together, or a table."""

    page: int
    lines: list[_Line] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)


def read_pdf(data: bytes) -> str:
    """Return the HTML of a PDF: its headings, paragraphs, items of lists and ruled tables.

    Raises:
        ArticleError: the file is broken, locked or too long, or has only pictures of text.
    """
    _refuse_bomb(data)
    try:
        with pdfplumber.open(io.BytesIO(data), laparams={}) as pdf:
            if len(pdf.pages) > _MAX_PAGES:
                pages = f"{len(pdf.pages):,} pages; at most {_MAX_PAGES:,} are read"
                raise ArticleError(f"has {pages}: split it")
            boxes = list(_boxes(pdf.pages))
            lang = _lang(pdf)
    except ArticleError:
        raise
    except Exception as error:
        reason: object = error.args[0] if error.args else error
        if isinstance(reason, PDFPasswordIncorrect):
            raise ArticleError("is locked with a password") from error
        raise ArticleError(f"is a broken PDF: {type(reason).__name__}") from error
    boxes = _without_margins(boxes)
    if not boxes:
        raise ArticleError("is a PDF that has only pictures of text; run `ocrmypdf` on it first")
    body = "\n".join(_elements(boxes))
    return f'<html lang="{html.escape(lang)}"><body><main>{body}</main></body></html>'


def _refuse_bomb(data: bytes) -> None:
    """Reject a PDF whose streams are far larger when unpacked: the library would unpack them."""
    size = 0
    for found in _STREAM.finditer(data):
        packed = data[found.end() : data.find(b"endstream", found.end())]
        for _ in range(2):  # a stream may be packed twice
            if packed[:1] != b"\x78":
                break
            try:
                packed = zlib.decompressobj().decompress(packed, _MAX_UNPACKED)
            except zlib.error:
                break
            size += len(packed)
        if size >= _MAX_UNPACKED:
            raise ArticleError(f"has more than {_MAX_UNPACKED:,} bytes unpacked; split it")


def _lang(pdf: Any) -> str:
    value = pdf.doc.catalog.get("Lang")
    return value.decode("ascii", "replace") if isinstance(value, bytes) else ""


def _boxes(pages: Sequence[Any]) -> Iterator[_Box]:
    """Yield the boxes of the pages, in reading order."""
    size = 0
    for number, page in enumerate(pages):
        lay_out(page)
        tables = _tables(page)
        marks = [line for part in page.layout for line in _lines(part) if _is_mark(line)]
        for part in in_columns(list(page.layout), float(page.width)):
            box = _Box(number)
            for line in _lines(part):
                inside = next((table for table in tables if _is_inside(line, table, page)), None)
                if inside is None:
                    if line not in marks:
                        box.lines.append(_line(line, marks))
                elif tables[inside]:  # the table comes where its first line is
                    yield _Box(number, rows=tables[inside])
                    tables[inside] = []
            if box.lines:
                size += sum(len(line.text) for line in box.lines)
                yield box
        page.close()
        if size > _MAX_CHARACTERS:
            raise ArticleError(f"has more than {_MAX_CHARACTERS:,} characters; split it")


def _lines(part: Any) -> Iterator[LTTextLine]:
    """Yield the lines of a box that have words, or a line that is in no box."""
    for line in part if isinstance(part, LTTextBox) else [part]:
        if isinstance(line, LTTextLine) and line.get_text().strip():
            yield line


def _is_mark(line: LTTextLine) -> bool:
    """Return whether a line is only the mark of a list item: "•", "2."."""
    text = line.get_text().strip()
    return bool(_UNKNOWN.fullmatch(text)) or _item(f"{text} x") is not None


def _tables(page: Any) -> dict[tuple[float, ...], list[list[str | None]]]:
    """Return the rows of each ruled table by its box."""
    if len(page.rects) + len(page.lines) + len(page.curves) > _MAX_STROKES:
        return {}
    found = {}
    for table in page.find_tables():
        rows = table.extract()
        if len(rows) > 1 and max(map(len, rows)) > 1:
            found[tuple(table.bbox)] = rows
    return found


def _is_inside(line: LTTextLine, table: tuple[float, ...], page: Any) -> bool:
    left, top, right, bottom = table
    middle = float(page.height) - (line.y0 + line.y1) / 2
    return bool(left <= (line.x0 + line.x1) / 2 <= right and top <= middle <= bottom)


def _line(line: LTTextLine, marks: Sequence[LTTextLine]) -> _Line:
    letters = [letter for letter in line if isinstance(letter, LTChar)]
    sizes = Counter(round(letter.size * 2) / 2 for letter in letters)
    bold = sum("bold" in letter.fontname.lower() for letter in letters)
    text = " ".join(_UNKNOWN.sub("•", line.get_text()).split())
    is_item = any(
        mark.x1 <= line.x0 <= mark.x1 + _INDENT and abs(mark.y0 - line.y0) < line.height / 2
        for mark in marks
    )
    return _Line(text, sizes.most_common(1)[0][0], 2 * bold > len(letters), round(line.y0), is_item)


def _without_margins(boxes: Sequence[_Box]) -> list[_Box]:
    """Leave out text that is at the same place on most pages; numbers in it may differ."""
    pages = len({box.page for box in boxes})
    marks = {(box.page, _mark(line)) for box in boxes for line in box.lines}
    seen = Counter(mark for _, mark in marks)
    for box in boxes:
        box.lines = [line for line in box.lines if pages < 3 or seen[_mark(line)] * 2 <= pages]
    return [box for box in boxes if box.lines or box.rows]


def _mark(line: _Line) -> tuple[int, str]:
    return line.place, line.text.translate(_DIGITS)


def _elements(boxes: Sequence[_Box]) -> Iterator[str]:
    """Yield the elements of the page, in order."""
    sizes: Counter[float] = Counter()
    for box in boxes:
        for line in box.lines:
            sizes[line.size] += len(line.text)
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted((size for size in sizes if size > _LARGER * usual), reverse=True)
    levels = {size: min(level, _LEVELS) for level, size in enumerate(larger, start=1)}
    words = Counter(word for box in boxes for line in box.lines for word in line.text.split())
    open_paragraph = ""
    for box in boxes:
        if box.rows:
            yield from _closed(open_paragraph)
            open_paragraph = ""
            yield _table(box.rows)
            continue
        for tag, text in _blocks(box.lines, levels, words):
            if tag == "p" and open_paragraph and _goes_on(open_paragraph, text):
                open_paragraph = _join(open_paragraph, text, words)
                continue
            yield from _closed(open_paragraph)
            open_paragraph = text if tag == "p" else ""
            if tag != "p":
                yield f"<{tag}>{html.escape(text)}</{tag}>"
    yield from _closed(open_paragraph)


def _closed(paragraph: str) -> Iterator[str]:
    if paragraph:
        yield f"<p>{html.escape(paragraph)}</p>"


def _blocks(
    lines: Sequence[_Line], levels: dict[float, int], words: Counter[str]
) -> Iterator[tuple[str, str]]:
    """Yield tag and text of each run of lines that belong together."""
    run: list[_Line] = []
    tag = ""
    for line in lines:
        level = levels.get(line.size, _LEVELS + 1 if line.bold else 0)
        kind = f"h{level}" if level and len(line.text) <= _HEADING else "p"
        item = _item(line.text) if kind == "p" else None
        if item is not None or line.is_item:
            line.text, kind = item or line.text, "li"
        starts = kind == "li" or (kind != tag and not (tag == "li" and kind == "p"))
        if starts and run:
            yield tag, _text(run, words)
            run = []
        if starts:
            tag = kind
        run.append(line)
    if run:
        yield tag, _text(run, words)


def _item(text: str) -> str | None:
    """Return a list item without its mark; None if the line is not an item."""
    mark, _, rest = text.partition(" ")
    is_sign = len(mark) == 1 and unicodedata.category(mark) in ("Po", "So", "Co", "Pd", "Sm")
    is_number = mark[:-1].isdecimal() and len(mark) < 4 and mark[-1] in ".)"
    return rest if rest and (is_sign or is_number) else None


def _text(lines: Sequence[_Line], words: Counter[str]) -> str:
    text = ""
    for line in lines:
        text = _join(text, line.text, words)
    return text


def _join(text: str, following: str, words: Counter[str]) -> str:
    """Join two lines with a space, or without one if a word was split at the end of the line."""
    if text.endswith("-") and following[:1].islower():
        last, first = text.split()[-1], following.split()[0]
        # How the word is written elsewhere shows whether the hyphen belongs to it.
        together = last[:-1] + first
        if words[together] or not words[last + first]:
            return text[:-1] + following
        return text + following
    return f"{text} {following}" if text else following


def _goes_on(paragraph: str, following: str) -> bool:
    """Return whether a paragraph continues in the next column or on the next page."""
    return (paragraph[-1].isalnum() and following[0].islower()) or paragraph[-1] in ",-"


def _table(rows: Sequence[Sequence[str | None]]) -> str:
    """Return a table; its first row is the header unless the cells begin with figures."""
    lines = []
    for number, row in enumerate(rows):
        tag = "td" if number else "th"
        cells = (html.escape(" ".join((cell or "").split())) for cell in row)
        lines.append(f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>")
    return f"<table>{''.join(lines)}</table>"
