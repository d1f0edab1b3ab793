"""Finds the columns of a printed page and puts its parts into reading order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_COLUMN = 0.6  # share of the page's width; wider parts are in no column
_CELL = 0.2  # narrower parts may be cells of a table


def in_columns(parts: list[Any], width: float) -> list[Any]:
    """Return the parts of a page column by column; parts over the whole width keep their place."""
    narrow = [part for part in parts if part.width < _COLUMN * width]
    gutter = _gutter([part for part in narrow if hasattr(part, "get_text")], width)
    if gutter is None:
        return parts
    ordered: list[Any] = []
    left: list[Any] = []
    right: list[Any] = []
    for part in sorted(parts, key=lambda part: -part.y1):
        if part.x0 < gutter < part.x1:
            ordered += left + right + [part]
            left, right = [], []
        else:
            (left if part.x1 <= gutter else right).append(part)
    return ordered + left + right


def _gutter(boxes: Sequence[Any], width: float) -> float | None:
    """Return where two columns of text meet; None if there are no columns, or only table cells."""
    wide = [box for box in boxes if box.width > _CELL * width]
    reach = 0.0
    for number, box in enumerate(ordered := sorted(wide, key=lambda box: float(box.x0))):
        # At least two boxes on each side: a single box beside another need not be a column.
        if box.x0 > reach and 2 <= number <= len(ordered) - 2:
            gutter = (box.x0 + reach) / 2
            if not any(box.x0 < gutter < box.x1 for box in boxes):
                return float(gutter)
        reach = max(reach, box.x1)
    return None
