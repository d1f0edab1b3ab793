"""Turns Word files (.docx) into HTML with mammoth: headings by style, lists, tables, links."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import mammoth
from lxml import etree
from mammoth import documents

from chatbot.errors import ArticleError
from chatbot.formats.growth import MOST

_MAX_UNPACKED = 100_000_000  # bytes
_STYLES = "\n".join(
    (
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='Subtitle'] => p:fresh",
        *(f"p[style-name='toc {level}'] => !" for level in range(1, 10)),
        "p[style-name='TOC Heading'] => !",
        "p[style-name='header'] => !",
        "p[style-name='footer'] => !",
    )
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLAIN = ("TableGrid", "TableNormal", "")
"""Table styles whose first row looks like the others."""


def read_docx(data: bytes) -> str:
    """Return the HTML of a Word file, without pictures, comments and tables of contents.

    Raises:
        ArticleError: the file is broken, locked or too large when unpacked.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ArticleError("is locked with a password, or from Word before 2007; save it again")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
            if size > _MAX_UNPACKED:
                raise ArticleError(
                    f"has {size:,} bytes unpacked; at most {_MAX_UNPACKED:,} are read"
                )
            lang = _lang(parts)
            data = _prepared(parts)
        page = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            include_embedded_style_map=False,  # a file may not decide which elements are written
            transform_document=_refuse_addresses,
            convert_image=mammoth.images.img_element(lambda image: {}),
        )
    except ArticleError:
        raise
    except Exception as error:
        raise ArticleError(f"is a broken Word file: {type(error).__name__}") from error
    return f'<html lang="{lang}"><body><main>{page.value}</main></body></html>'


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(content, parser)


def _lang(parts: zipfile.ZipFile) -> str:
    """Return the language that the file's styles name."""
    if "word/styles.xml" not in parts.namelist():
        return ""
    named = _parse(parts.read("word/styles.xml")).find(f".//{_W}rPrDefault//{_W}lang")
    value = named.get(f"{_W}val") if named is not None else ""
    return value if value and value.replace("-", "").isalnum() else ""


def _prepared(parts: zipfile.ZipFile) -> bytes:
    """Return the file as mammoth should read it.

    First rows of tables are marked as headers if they look like headers. mammoth writes a note once
    for each reference; Word shows each note only once, so repeated references are removed.
    """
    name = "word/document.xml"
    document = _parse(parts.read(name))
    _mark_headers(document)
    for kind in ("footnoteReference", "endnoteReference"):
        known: set[str | None] = set()
        for reference in list(document.iter(f"{_W}{kind}")):
            if reference.get(f"{_W}id") in known:
                reference.getparent().remove(reference)
            known.add(reference.get(f"{_W}id"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as changed:
        for part in parts.infolist():
            content = etree.tostring(document) if part.filename == name else parts.read(part)
            changed.writestr(part.filename, content)
    return packed.getvalue()


def _refuse_addresses(document: Any) -> Any:
    """Return the document if its addresses, written out wherever they are used, are not too long.

    Raises:
        ArticleError: they are too long.
    """
    size = 0
    known: set[str] = set()
    waiting = [*document.children]
    while waiting:
        part = waiting.pop()
        if isinstance(part, documents.Hyperlink):
            address = part.href or part.anchor or ""
            size += len(address) if address in known else 0
            known.add(address)
        elif isinstance(part, documents.NoteReference):
            waiting += document.notes.resolve(part).body
        waiting += getattr(part, "children", ())
        if size > MOST:
            raise ArticleError(f"repeats addresses of more than {MOST:,} characters")
    return document


def _mark_headers(document: Any) -> None:
    for table in document.iter(f"{_W}tbl"):
        row = table.find(f"{_W}tr")
        if row is None or not _names_columns(table, row):
            continue
        properties = row.find(f"{_W}trPr")
        if properties is None:
            properties = etree.Element(f"{_W}trPr")
            row.insert(0, properties)
        if properties.find(f"{_W}tblHeader") is None:
            etree.SubElement(properties, f"{_W}tblHeader")


def _names_columns(table: Any, row: Any) -> bool:
    """Return whether the first row is set off by the style of the table, or all in bold."""
    style = table.find(f"{_W}tblPr/{_W}tblStyle")
    looks = table.find(f"{_W}tblPr/{_W}tblLook")
    first = looks is not None and (
        looks.get(f"{_W}firstRow") in ("1", "true")
        or int(looks.get(f"{_W}val") or "0", 16) & 0x20 != 0
    )
    if first and style is not None and style.get(f"{_W}val") not in _PLAIN:
        return True
    words = list(_runs(row))
    return bool(words) and all(run.find(f"{_W}rPr/{_W}b") is not None for run in words)


def _runs(row: Any) -> Iterator[Any]:
    for run in row.iter(f"{_W}r"):
        if "".join(run.itertext()).strip():
            yield run
