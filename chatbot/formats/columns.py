"""The columns in which a page of paper is set: its parts in order of reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_COLUMN = 0.6  # of the width of the page: what is wider is in no column
_CELL = 0.2  # what is narrower may be a cell of a table


def in_columns(parts: list[Any], width: float) -> list[Any]:
    """Return the parts of a page column by column, those over its whole width in between."""
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
    """Return where two columns of text meet; None where there are none, or cells of a table."""
    wide = [box for box in boxes if box.width > _CELL * width]
    reach = 0.0
    for number, box in enumerate(ordered := sorted(wide, key=lambda box: float(box.x0))):
        # Two boxes on each side at least: one beside another may be anything.
        if box.x0 > reach and 2 <= number <= len(ordered) - 2:
            gutter = (box.x0 + reach) / 2
            if not any(box.x0 < gutter < box.x1 for box in boxes):
                return float(gutter)
        reach = max(reach, box.x1)
    return None
