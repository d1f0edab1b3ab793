"""Turns AsciiDoc tables into HTML."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chatbot.formats.growth import COST, Growth

_CELL = re.compile(
    r"(?:(?<=\s)|^)(?:(\d+)?(?:\.(\d+))?([+*]))?[<^>]?(?:\.[<^>])?([adehlms])?(?<!\\)\|",
    re.MULTILINE,
)
_COLUMN = re.compile(r"(?:(\d+)\*)?[^,;]*")
_MAX_CELLS = 100_000
_MAX_SPAN = 100


@dataclass(slots=True)
class _Cell:
    text: str
    columns: int = 1
    rows: int = 1
    is_header: bool = False


def read_table(
    lines: list[str], attributes: Mapping[str, str], read: Callable[[str], str], growth: Growth
) -> str:
    """Return a table as HTML; `read` turns the text of a cell into HTML."""
    options = ",".join(attributes.get(name, "") for name in ("options", "opts", "%"))
    kind = attributes.get("format", "psv")
    if kind in ("csv", "dsv", "tsv"):
        signs = {"csv": ",", "dsv": ":", "tsv": "\t"}
        sign = attributes.get("separator", signs[kind])[:1] or ","
        table = csv.reader(io.StringIO("\n".join(lines)), delimiter=sign)
        try:
            rows = [[_Cell(cell) for cell in row] for row in table if row]
        except csv.Error:
            return ""
    else:
        rows = _rows(lines, _columns(attributes.get("cols", "")), growth)
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    is_implied = first + 1 < len(lines) and not lines[first + 1].strip() and first == 0
    has_header = "header" in options or (is_implied and "noheader" not in options)
    html = [_row(row, read, number == 0 and has_header) for number, row in enumerate(rows)]
    return f"<table>{''.join(html)}</table>" if html else ""


def _columns(spec: str) -> int:
    """Return how many columns `cols` names: "1,2a,3", "3*", "2*,1"; 0 if it is empty."""
    parts = [part.strip() for part in re.split("[,;]", spec.strip("\"'"))] if spec else []
    count = 0
    for part in parts:
        found = _COLUMN.match(part)
        count += min(int(found[1]), _MAX_SPAN) if found and found[1] else 1
    return count


def _rows(lines: list[str], columns: int, growth: Growth) -> list[list[_Cell]]:
    text = "\n".join(lines)
    found = list(_CELL.finditer(text))[:_MAX_CELLS]
    cells: list[_Cell] = []
    in_first_line = 0
    ends = [one.start() for one in found[1:]] + [len(text)]
    first_line = text.find("\n", len(text) - len(text.lstrip()))
    for one, end in zip(found, ends, strict=False):
        words = text[one.end() : end].strip().replace("\\|", "|")
        number = min(int(one[1] or 1), _MAX_SPAN)
        down = min(int(one[2] or 1), _MAX_SPAN)
        if one[3] == "*":
            is_too_much = not growth.take("repeated cells", (number - 1) * (len(words) + COST))
            made = [_Cell(words) for _ in range(1 if is_too_much else number)]
        else:
            made = [_Cell(words, number, down, one[4] == "h")]
        cells += made
        if first_line < 0 or one.start() < first_line:
            in_first_line += sum(cell.columns for cell in made)
    return _filled(cells, columns or in_first_line or 1)


def _filled(cells: list[_Cell], columns: int) -> list[list[_Cell]]:
    """Return the cells in rows of `columns` columns; cells from rows above may span into a row."""
    rows: list[list[_Cell]] = []
    row: list[_Cell] = []
    width = 0
    above: list[int] = []  # columns that cells from rows above cover, in this row and below
    for cell in cells:
        row.append(cell)
        width += cell.columns
        for down in range(1, cell.rows):
            above += [0] * (down + 1 - len(above))
            above[down] += cell.columns
        if width + (above[0] if above else 0) >= columns:
            rows.append(row)
            row, width = [], 0
            above = above[1:]
    return [*rows, row] if row else rows


def _row(row: list[_Cell], read: Callable[[str], str], is_header: bool) -> str:
    html = []
    for cell in row:
        tag = "th" if is_header or cell.is_header else "td"
        spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        html.append(f"<{tag}{spans}>{read(cell.text)}</{tag}>")
    return f"<tr>{''.join(html)}</tr>"
