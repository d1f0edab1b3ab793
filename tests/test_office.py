"""PDF and Word files are read, and the message says why one cannot be read."""

from __future__ import annotations

import builtins
import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import docx
import pytest
from reportlab.lib import colors, pagesizes
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    ListFlowable,
    PageBreak,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
)  # fmt: skip

from chatbot.articles import read_corpus
from chatbot.bot import build_bot
from chatbot.config import ReaderSettings, Settings
from chatbot.errors import ArticleError
from chatbot.formats import parse, read_characters

STYLES = getSampleStyleSheet()
TIMES = [["Day", "First boat", "Last boat"], ["Weekdays", "6:10", "23:40"], ["Sunday", "8", "21"]]


def set_as(style: str, text: str) -> Paragraph:
    return Paragraph(text, STYLES[style])


def handbook() -> bytes:
    """A handbook of three pages, each with a footer."""
    out = io.BytesIO()
    story = [
        set_as("Title", "Ferry handbook"),
        set_as("Heading1", "Tickets"),
        set_as("BodyText", "A crossing costs four euros, and " + "rather more at night " * 9 + "."),
        set_as("Heading2", "Where to buy"),
        set_as("BodyText", "At the kiosk on the pier."),
        ListFlowable([set_as("BodyText", "Bring cash.")], bulletType="bullet", start="•"),
        Table(TIMES, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)]),
        PageBreak(),
        set_as("Heading1", "Refunds"),
        set_as("BodyText", "Within a fortnight."),
        PageBreak(),
        set_as("Heading1", "Lost things"),
        set_as("BodyText", "They are kept for a year."),
    ]

    def footer(canvas: Any, document: Any) -> None:
        canvas.drawString(72, 30, f"Harbour board, page {document.page}")

    SimpleDocTemplate(out, pagesize=pagesizes.A4).build(story, footer, footer)
    return out.getvalue()


def blocks(data: bytes, format: Any) -> list[tuple[str, int, str]]:
    parsed = parse(read_characters(data, format)[0], format)
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


# PDF


def test_pdf() -> None:
    """Large letters are headings, a ruled grid a table, bullets items; page footers are removed."""
    found = blocks(handbook(), "pdf")
    assert [text for kind, _, text in found if kind == "heading"] == [
        *("Ferry handbook", "Tickets", "Where to buy", "Refunds", "Lost things")
    ]
    long = "A crossing costs four euros, and " + "rather more at night " * 9 + "."
    assert found[2] == ("paragraph", 0, " ".join(long.split()))
    assert ("item", 0, "Bring cash.") in found
    assert [(kind, text) for kind, _, text in found if kind in ("header", "row")] == [
        ("header", "Day | First boat | Last boat"),
        ("row", "Weekdays | 6:10 | 23:40"),
        ("row", "Sunday | 8 | 21"),
    ]
    assert not any("Harbour board" in text for _, _, text in found)
    levels = {text: level for kind, level, text in found if kind == "heading"}
    assert levels["Tickets"] < levels["Where to buy"]


def test_columns_of_a_pdf() -> None:
    """Two columns are read one after the other."""
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=pagesizes.A4)
    frames = [Frame(50, 50, 240, 740), Frame(305, 50, 240, 740)]
    document.addPageTemplates(PageTemplate(frames=frames))
    sentences = [f"Rule {n} of the harbour is longer than its column is wide." for n in range(70)]
    document.build([set_as("BodyText", sentence) for sentence in sentences])
    assert [text for _, _, text in blocks(out.getvalue(), "pdf")] == sentences


def test_pdfs_that_cannot_be_read() -> None:
    """A damaged, locked, empty or too long PDF is reported as such."""
    whole = handbook()
    for data in (b"%PDF-1.7", whole[: len(whole) // 3], b"no"):
        with pytest.raises(ArticleError, match="PDF"):
            read_characters(data, "pdf")
    for pages, key, message in (
        (1, None, "is a PDF that has only pictures of text; run `ocrmypdf`"),
        (1, StandardEncryption("secret"), "is locked with a password"),
        (501, None, "has 501 pages; at most 500 are read: split it"),
    ):
        out = io.BytesIO()
        canvas = Canvas(out, encrypt=key)
        for _ in range(pages):
            canvas.rect(1, 1, 5, 5)
            canvas.showPage()
        canvas.save()
        with pytest.raises(ArticleError, match=message):
            read_characters(out.getvalue(), "pdf")


def test_a_pdf_that_is_larger_than_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The unpacked size is checked before the library unpacks anything."""
    monkeypatch.setattr("chatbot.formats.pdf._MAX_UNPACKED", 200_000)
    packed = zlib.compress(bytes(210_000))
    with pytest.raises(ArticleError, match="has more than 200,000 bytes unpacked"):
        read_characters(b"%PDF-1.7\n1 0 obj\nstream\n" + packed + b"\nendstream", "pdf")


# Word


def test_word() -> None:
    """Styles show headings and lists, a table's style its header; a bold question is a heading."""
    document = docx.Document()
    document.add_heading("Ferry handbook", 0)
    document.add_heading("Tickets", 1)
    document.add_paragraph("A crossing costs four euros.")
    document.add_paragraph("Bring cash.", style="List Bullet")
    table = document.add_table(rows=0, cols=3, style="Light List Accent 1")
    for row in TIMES:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    plain = document.add_table(rows=0, cols=2, style="Table Grid")
    for row in (["Berth", "Pier three"], ["Phone", "none"]):
        for cell, text in zip(plain.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph().add_run("Do dogs pay?").bold = True
    document.add_paragraph("Never.")
    out = io.BytesIO()
    document.save(out)
    assert blocks(out.getvalue(), "docx") == [
        ("heading", 1, "Ferry handbook"),
        ("heading", 1, "Tickets"),
        ("paragraph", 0, "A crossing costs four euros."),
        ("item", 0, "Bring cash."),
        ("header", 0, "Day | First boat | Last boat"),
        ("row", 0, "Weekdays | 6:10 | 23:40"),
        ("row", 0, "Sunday | 8 | 21"),
        ("row", 0, "Berth | Pier three"),
        ("row", 0, "Phone | none"),
        ("heading", 2, "Do dogs pay?"),
        ("paragraph", 0, "Never."),
    ]


def test_files_of_word_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged, old, locked or too large Word file is reported as such."""
    with pytest.raises(ArticleError, match="is a broken Word file"):
        read_characters(b"PK\x03\x04", "docx")
    with pytest.raises(ArticleError, match="is locked with a password, or from Word before 2007"):
        read_characters(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "docx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", b" " * 100_001)
    monkeypatch.setattr("chatbot.formats.word._MAX_UNPACKED", 100_000)
    with pytest.raises(ArticleError, match="has 100,001 bytes unpacked"):
        read_characters(out.getvalue(), "docx")


# Both


def test_a_visitor_is_answered_from_a_pdf(tmp_path: Path) -> None:
    """A PDF in the corpus becomes an article, and a broken one beside it is named."""
    (tmp_path / "ferry handbook.pdf").write_bytes(handbook())
    (tmp_path / "broken.docx").write_bytes(b"PK")
    corpus = read_corpus(tmp_path, 1_000_000)
    assert [fault.source for fault in corpus.faults] == ["broken.docx"]
    bot = build_bot(Settings(reader=ReaderSettings(engine="sentence")), corpus.articles)
    answer = bot.ask("How long are lost things kept?")
    assert answer.quote and answer.quote.text == "They are kept for a year."
    article = corpus.articles[0]
    assert article.text[answer.quote.start : answer.quote.end] == answer.quote.text
    assert article.title == "Ferry handbook"


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the libraries are not installed, the message names the extra."""
    imported = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name in ("chatbot.formats.pdf", "chatbot.formats.word"):
            raise ModuleNotFoundError("no", name="mammoth")
        return imported(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    for format in ("pdf", "docx"):
        with pytest.raises(ArticleError, match="needs the extra `office` to be read: mammoth"):
            read_characters(b"", format)
