"""Finds the text and lines on a page of a PDF, up to a limit.

A figure may use other figures several times, and these may do the same, so a few lines of a PDF can
draw gigabytes. The library pdfminer also compares each line of a page with all others near it, and
each pair of boxes. Neither pdfminer nor pdfplumber has a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pdfminer.layout import LTPage, LTTextGroupLRTB
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from chatbot.errors import ArticleError

MOST_FIGURES = 10_000
"""The most figures on a page, including pictures."""
MOST_CHARACTERS = 100_000
"""The most characters on a page; a page with the smallest readable letters has 20,000."""
MOST_LINES = 3_000
"""The most lines on a page, or parts of lines with space between them, such as table cells."""
_MOST_BOXES = 500  # more are not grouped, but read from the top left to the bottom right
_MOST_STROKES = 20_000  # the others are ignored


def lay_out(page: Any) -> None:
    """Find the text and lines of a page for pdfplumber, which then uses them.

    Raises:
        ArticleError: the page has too many figures, characters or lines.
    """
    pdf = page.pdf
    device = _Bounded(pdf.rsrcmgr, pageno=page.page_number, laparams=pdf.laparams)
    PDFPageInterpreter(pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()


class _Page(LTPage):
    def group_textlines(self, laparams: Any, lines: Iterable[Any]) -> Any:
        lines = list(lines)
        if len(lines) > MOST_LINES:
            raise ArticleError(f"has a page with more than {MOST_LINES:,} lines")
        return super().group_textlines(laparams, lines)

    def group_textboxes(self, laparams: Any, boxes: Sequence[Any]) -> Any:
        if len(boxes) <= _MOST_BOXES:
            return super().group_textboxes(laparams, boxes)
        return [LTTextGroupLRTB(boxes)]


class _Bounded(PDFPageAggregatorWithMarkedContent):
    figures = characters = strokes = 0

    def begin_page(self, *args: Any) -> None:
        super().begin_page(*args)
        page: Any = self.cur_item
        self.cur_item = _Page(page.pageid, page.bbox, page.rotate)

    def begin_figure(self, *args: Any) -> None:
        self.figures += 1
        if self.figures > MOST_FIGURES:
            raise ArticleError(f"has a page with more than {MOST_FIGURES:,} figures")
        super().begin_figure(*args)

    def render_char(self, *args: Any, **named: Any) -> float:
        self.characters += 1
        if self.characters > MOST_CHARACTERS:
            raise ArticleError(f"has a page with more than {MOST_CHARACTERS:,} characters")
        return super().render_char(*args, **named)

    def paint_path(self, *args: Any, **named: Any) -> None:
        self.strokes += 1
        if self.strokes <= _MOST_STROKES:
            super().paint_path(*args, **named)
