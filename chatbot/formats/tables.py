"""Completes the tables of a page: each row gets all its cells, and each cell gets words.

This changes the tree of elements before it is read, so that a row can be understood on its own.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise

from lxml.html import HtmlElement

from chatbot.formats.growth import COST, Growth
from chatbot.formats.headings import HEADINGS

_FIGURE = re.compile(r"\s*[$€£]?\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_ICONS = ("img", "svg", "i", "span", "input", "button")
_TICK, _NO_TICK = "✓", "✗"
_MAX_SPAN = 100  # columns or rows; cells are not copied further
_COPIES, _NAMES = "table cells over several rows or columns", "names of groups of table rows"


def square(root: HtmlElement, growth: Growth) -> None:
    """Make every row of data on the page complete.

    A cell that spans rows or columns is copied to each of them. An icon alone in its cell becomes
    words, from its `alt`, `aria-label` or `title`; a checkbox becomes ✓ or ✗. A row that is one
    cell over the whole width names the rows below it: "Adults" above "Day | $9" makes "Adults:
    Day". Two rows of column names are merged. Tables that only lay out a page are not changed.
    """
    for table in list(root.iter("table")):
        rows = list(_rows(table))
        if not rows or not all(map(is_row, rows)):
            continue
        for row in rows:
            for cell in _cells(row):
                _put_icons_in_words(cell)
        _name_columns(rows)
        _spread(rows, growth)
        _label_groups(table, rows, growth)
        _merge_headers([row for row in rows if row.getparent() is not None])


def is_row(row: HtmlElement) -> bool:
    """Return whether a `<tr>` is a row of data and not part of the layout of a page."""
    for inner in row.iter("table", "ul", "ol", "pre", "p", *HEADINGS):
        before = inner.getprevious()
        if inner.tag != "p" or (before is not None and before.tag == "p"):
            return False
    return True


def is_header(row: HtmlElement) -> bool:
    """Return whether a row only names columns.

    In Markdown, a table's first row is a header even if its author meant data: "Monday | 9 to 5".
    So in a header, a cell that begins with a figure must have another form than those below it ("20
    users" above "$5"), unless the page marks the row as a header.
    """
    cells = _cells(row)
    data = [cell for cell in cells if cell.tag == "td"]
    if data and row.getparent() is not None and row.getparent().tag == "thead":
        return True
    if any(map(_line, data)) or len(data) == len(cells):
        return False  # an empty corner cell: not data
    if any(cell.get("scope") in ("col", "colgroup") for cell in cells):
        return True
    names = [_line(cell) for cell in cells]
    figures = [column for column, name in enumerate(names) if _FIGURE.match(name)]
    if not figures:
        return bool(names)
    if any(True for _ in islice(row.itersiblings("tr", preceding=True), 1, 2)):
        return False  # a third row is too far down
    below = [_cells(other) for other in _following(row)]
    if not below:
        return False
    if len(names) > 1 and not names[0]:
        return True
    if _are_years([names[column] for column in figures]):
        return True
    forms = {
        (column, _form(_line(others[column])))
        for column in figures
        for others in below
        if column < len(others)
    }
    return not any((column, _form(names[column])) in forms for column in figures)


def _form(text: str) -> str:
    """Return the text with "#" for each number: "9 to 5" and "10 to 12:30" have the same form.

    A single year has another form than "12,000".
    """
    return "year" if _YEAR.fullmatch(text) else _NUMBER.sub("#", text).casefold()


def _are_years(names: Sequence[str]) -> bool:
    """Return whether the cells are consecutive years: "2024", "2025"."""
    years = [int(name) for name in names if _YEAR.fullmatch(name)]
    steps = {later - earlier for earlier, later in pairwise(years)}
    return len(years) == len(names) and steps in ({1}, {-1})


def _name_columns(rows: Sequence[HtmlElement]) -> None:
    """Make the first row a header if it is all in bold and no row is marked as a header."""
    if any(cell.tag == "th" for row in rows for cell in _cells(row)):
        return
    bold = [all(map(_is_label, _cells(row))) for row in islice(rows, 2)]
    if bold == [True, False] and len(_cells(rows[0])) > 1:
        for cell in _cells(rows[0]):
            cell.tag = "th"


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the rows of this table, the header first; not those of a table inside it."""
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in ("thead", "tbody", "tfoot"):
            yield from part.iterchildren("tr")


def _following(row: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the rows below this one, at most some hundred."""
    part = row.getparent()
    rows = row.itersiblings("tr")
    if part is not None and part.tag == "thead":
        bodies = part.itersiblings("tbody")
        rows = chain(rows, (other for body in bodies for other in body.iterchildren("tr")))
    yield from islice(rows, _MAX_SPAN)


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return list(row.iterchildren("td", "th"))


def _line(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name) or ""
    return min(int(value), _MAX_SPAN) if value.isdecimal() and len(value) < 7 and int(value) else 1


def _put_icons_in_words(cell: HtmlElement) -> None:
    """Write the meaning of its icons into a cell that has no words."""
    unread = sum(len(_line(part)) for part in cell.iter("svg", "button"))
    if len(_line(cell)) > unread:
        return
    if named := cell.get("aria-label") or cell.get("title"):
        cell.text = " ".join(named.split())
    for icon in list(cell.iter(*_ICONS)):
        if words := _words(icon):
            tail = icon.tail or ""
            icon.clear()
            icon.tag, icon.text, icon.tail = "span", words, f" {tail}"


def _words(icon: HtmlElement) -> str:
    if icon.tag == "input":
        if icon.get("type") != "checkbox":
            return ""
        return _TICK if icon.get("checked") is not None else _NO_TICK
    named = icon.get("alt") or icon.get("aria-label") or icon.get("title") or ""
    if not named and icon.tag == "svg":
        named = icon.findtext("title") or ""
    return " ".join(named.split()) or (_line(icon) if icon.tag == "button" else "")


def _spread(rows: Sequence[HtmlElement], growth: Growth) -> None:
    """Copy each cell to all places that it spans, until there are too many copies.

    A cell that is alone in its row, over the whole width, is not copied.
    """
    below: dict[int, tuple[int, HtmlElement]] = {}  # column: rows to come, the cell
    sizes: dict[HtmlElement, int] = {}
    for row in rows:
        cells, place = _cells(row), 0
        before: HtmlElement | None = None  # the cell on the left
        for cell in [*cells, None]:
            while place in below:
                rest, above = below.pop(place)
                if rest > 1:
                    below[place] = (rest - 1, above)
                if not growth.take(_COPIES, COST):
                    return
                before = _insert(row, before, above, sizes, growth)
                place += 1
            if cell is None:
                break
            before = cell
            width = 1 if len(cells) == 1 and place == 0 else _span(cell, "colspan")
            height = _span(cell, "rowspan")
            for column in range(place, place + width):
                if column > place:
                    if not growth.take(_COPIES, COST):
                        return
                    before = _insert(row, before, cell, sizes, growth)
                if height > 1:
                    below[column] = (height - 1, cell)
            place += width


def _insert(
    row: HtmlElement,
    before: HtmlElement | None,
    cell: HtmlElement,
    sizes: dict[HtmlElement, int],
    growth: Growth,
) -> HtmlElement:
    """Put a copy of `cell` after the cell `before`; it is empty if the content is too long."""
    if cell not in sizes:
        sizes[cell] = len(_line(cell)) + COST * sum(1 for _ in cell.iterdescendants())
    has_room = growth.take(_COPIES, sizes[cell])
    other = copy.deepcopy(cell) if has_room else cell.makeelement(cell.tag)
    other.tail = None
    for name in ("colspan", "rowspan", "id"):
        other.attrib.pop(name, None)
    if before is None:
        row.insert(0, other)
    else:
        before.addnext(other)
    return other


def _label_groups(table: HtmlElement, rows: Sequence[HtmlElement], growth: Growth) -> None:
    """Put the name of its group into each row, and make a caption of the table's name."""
    width = max(len(_cells(row)) for row in rows)
    label = ""
    for number, row in enumerate(rows):
        cells = _cells(row)
        if len(cells) == 1 and width > 1 and _is_label(cells[0]):
            label = _line(cells[0])
            if number == 0 and label:
                cells[0].tag = "caption"
                table.insert(0, cells[0])
                label = ""
            row.getparent().remove(row)
        elif label and cells and not is_header(row) and growth.take(_NAMES, len(label)):
            first = cells[0]
            first.text = f"{label}: {first.text or ''}"


def _is_label(cell: HtmlElement) -> bool:
    """Return whether a cell over the whole width is a heading of rows: by its tag, or in bold."""
    words = _line(cell)
    return bool(words) and (
        cell.tag == "th" or any(_line(bold) == words for bold in cell.iter("strong", "b"))
    )


def _merge_headers(rows: Sequence[HtmlElement]) -> None:
    """Merge several header rows at the top into one: "Price" above "Child"."""
    top = []
    for row in rows:
        if not is_header(row) or len(_cells(row)) != len(_cells(rows[0])):
            break
        top.append(row)
    if len(top) < 2 or len(top) == len(rows):
        return
    for column in zip(*map(_cells, top), strict=True):
        names = list(dict.fromkeys(filter(None, map(_line, column))))
        for child in list(column[0]):
            column[0].remove(child)
        column[0].text = " ".join(names)
    for row in top[1:]:
        row.getparent().remove(row)
