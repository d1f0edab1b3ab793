"""A small file that would expand to gigabytes becomes a small article, or none, with a message.

Characters are counted, not seconds: without a limit, each of these files would fill the memory.
"""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.articles import Corpus, read_corpus
from chatbot.formats import growth
from chatbot.formats.growth import MOST, Growth
from chatbot.formats.site_values import read_site_settings

LONG = "words " * 500
DOUBLED = [f"x{i}" for i in range(60)]
ALIASES = "\n".join(f"{a}: &{a} [*{b}, *{b}]" for b, a in pairwise(DOUBLED))
BOMBS: dict[str, tuple[str, dict[str, str]]] = {
    "attributes that double each other": ("attributes", {
        "a.adoc": ":x0: word\n"
        + "\n".join(f":{a}: {{{b}}} {{{b}}}" for b, a in pairwise(DOUBLED))
        + "\n\nSome text.\n\nMore: {x59}\n",
    }),
    "an attribute that is used often": ("attributes", {
        "a.adoc": f":x: {LONG}\n\nSome text.\n\n" + "And {x}.\n\n" * 2_000,
    }),
    "titles that refer to each other": ("titles of sections", {
        "a.adoc": "Some text.\n\n" + "".join(
            f"[[{a}]]\n== {LONG} <<{b}>> <<{b}>>\n\nSee <<{a}>>.\n\n"
            for b, a in pairwise(DOUBLED)
        ),
    }),
    "cells that are repeated": ("repeated cells", {
        "a.adoc": f"Some text.\n\n|===\n{f'100*| {LONG}'}\n{f'100*| {LONG}'}\n|===\n",
    }),
    "a value that is used often": ("values", {
        "a.md": f"---\nlong: {LONG}\n---\nSome text.\n\n" + "It is {{ page.long }}.\n\n" * 2_000,
    }),
    "a setting that is used often": ("values", {
        "_config.yml": f"long: {LONG}\n",
        "a.html": "---\n---\n<p>Some text.</p>" + "<p>It is {{ site.long }}.</p>" * 2_000,
    }),
    "a shortcode that is used often": ("values", {
        "_variables.yml": f"long: {LONG}\n",
        "a.qmd": "Some text.\n\n" + "It is {{< var long >}}.\n\n" * 2_000,
    }),
    "lists in lists": ("repeated lists", {
        "_data/n.yml": "".join(f"- {i}\n" for i in range(1_000)),
        "a.md": "Some text.\n\n" + "{% for i in site.data.n %}" * 5 + "{# no word #}" * 50
        + "{% endfor %}" * 5,
    }),
    "a file that is included often": ("included files", {
        "part.txt": LONG,
        "a.md": "Some text.\n\n" + '--8<-- "part.txt"\n\n' * 2_000,
    }),
    "an included file that is indented": ("included files", {
        "part.txt": "a\n" * 10_000,
        "a.md": "Some text.\n\n" + " " * 10_000 + '--8<-- "part.txt"\n',
    }),
    "an address that is used often": ("addresses", {
        "a.md": f"Some text.\n\n[a]: https://a.example/{'a' * 100_000}\n\n" + "[a]\n\n" * 2_000,
    }),
    "an address in footnotes": ("addresses", {
        "a.md": f"Some text.\n\n[a]: https://a.example/{'a' * 100_000}\n\n" + "b^[[a]]\n\n" * 200,
    }),
    "a base for all addresses": ("addresses", {
        "a.html": f"<base href='https://a.example/{'a/' * 900}'><p>Some text.</p>"
        + "<p><a href=b>b</a></p>" * 2_000,
    }),
    "a link around a page": ("links over several", {
        "a.html": f"<p>Some text.</p><a href='https://a.example/{'a' * 1_900}'>"
        + "<p>a</p>" * 10_000 + "</a>",
    }),
    "cells over rows and columns": ("table cells over", {
        "a.html": "<p>Some text.</p><table><tr>"
        + "<td colspan=65534 rowspan=65534>words</td>" * 100 + "</tr>" + "<tr></tr>" * 99,
    }),
    "empty cells over columns": ("table cells over", {
        "a.html": "<p>Some text.</p>"
        + "<table><tr><td colspan=100><td>a<td></table>" * 1_000,
    }),
    "names of groups of rows": ("names of groups", {
        "a.html": f"<p>Some text.</p><table><tr><td>a<td>b<tr><th colspan=2>{LONG}</th>"
        + "<tr><td>a<td>b" * 1_000,
    }),
    "substitutions that double each other": ("substitutions", {
        "a.rst": "Some text.\n\n.. |x0| replace:: word\n" + "\n".join(
            f".. |{a}| replace:: |{b}| |{b}|"
            for b, a in pairwise(DOUBLED)
        ) + "\n\nMore: |x59|.\n",
    }),
    "substitutions in a circle": ("substitutions", {
        "a.rst": "Some text.\n\n.. |a| replace:: |b|\n.. |b| replace:: |a|\n\nMore: |a|.\n",
    }),
    "a substitution that is used often": ("substitutions", {
        "a.rst": f"Some text.\n\n.. |a| replace:: {LONG}\n\n" + "So |a|.\n\n" * 2_000,
    }),
    "a target that is used often": ("addresses", {
        "a.rst": "Some text.\n\n.. _a: https://a.example/" + "\n   ".join(["b" * 9_000] * 9)
        + "\n\n" + "So a_.\n\n" * 2_000,
    }),
    "short rows of a wide table": ("cells of tables", {
        "a.rst": f"Some text.\n\n.. csv-table::\n\n   {'a,' * 4_000}\n" + "   a\n" * 4_000,
    }),
}  # fmt: skip


def read(folder: Path, files: dict[str, str]) -> Corpus:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return read_corpus(folder, 10_000_000)


@pytest.mark.parametrize("name", BOMBS)
def test_what_repeats_is_bounded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article grows only up to a limit; `chatbot check` says what was left out."""
    monkeypatch.setattr(growth, "MOST", 100_000)  # a tenth, for a faster test
    what, files = BOMBS[name]
    found = read(tmp_path, files)
    [article] = [article for article in found.articles if article.id == "a"]
    links = sum(len(link.url) for link in article.links)
    written = sum(map(len, files.values()))
    assert len(article.text) + links < 2 * written + 2 * growth.MOST
    assert "Some text." in article.text
    [fault] = [fault for fault in found.faults if fault.source.startswith("a.")]
    assert not fault.left_out
    assert fault.message.startswith(f"repeats too much: {what}")


REFUSED: dict[str, tuple[str, str, str]] = {
    "lists in lists": ("a.rst", "nested too deep", "Some text.\n\n" + "* " * 2_000 + "word\n"),
    "aliases": ("a.md", "aliases", f"---\nx0: &x0 word\n{ALIASES}\n---\nSome text."),
    "an alias of itself": ("a.md", "aliases", "---\nx: &x [*x]\n---\nSome text."),
    "columns of a simple table": (
        "a.rst", "columns", f"Some text.\n\n{'= ' * 4_000}\n" + "a\n" * 4_000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_too_much_is_left_out(name: str, tmp_path: Path) -> None:
    """A file whose metadata or tables would be too large is left out, with the reason."""
    file, what, content = REFUSED[name]
    found = read(tmp_path, {file: content, "b.md": "Another text."})
    assert [article.id for article in found.articles] == ["b"]
    [fault] = found.faults
    assert fault.left_out and what in fault.message


def test_aliases_in_settings_are_bounded() -> None:
    """Settings whose aliases expand too much have no values; others may use aliases."""
    assert read_site_settings("_config.yml", f"x0: &x0 word\n{ALIASES}") == {}
    plain = read_site_settings("_config.yml", "a: &a [1, 2]\nb: *a\n")
    assert plain == {"site": {"a": ["1", "2"], "b": ["1", "2"]}}


def test_an_included_file_may_not_shift_headings_far(tmp_path: Path) -> None:
    """`leveloffset` has one digit, so a heading never becomes a gigabyte of "="."""
    (tmp_path / "part.adoc").write_text("== Part\n\nWords.\n", encoding="utf-8")
    found = read(tmp_path, {"a.adoc": "Text.\n\ninclude::part.adoc[leveloffset=+999999999]\n"})
    [article] = [article for article in found.articles if article.id == "a"]
    assert "=" not in article.text


# Office files


def docx(path: Path, body: str, **parts: str) -> Path:
    """Write a Word file with this body, and with other parts by their names."""
    pytest.importorskip("mammoth")
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    names = (
        f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{kinds}"'
    )
    related = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{related}"><Relationship Id="r" Type="{kinds}/officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
        )
        packed.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{related}"><Relationship Id="n" Type="{kinds}/footnotes"'
            f' Target="footnotes.xml"/>{parts.get("links", "")}</Relationships>',
        )
        packed.writestr(
            "word/footnotes.xml", f"<w:footnotes {names}>{parts.get('notes', '')}</w:footnotes>"
        )
        packed.writestr(
            "word/document.xml", f"<w:document {names}><w:body>{body}</w:body></w:document>"
        )
    return path


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def run(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def test_a_footnote_of_word_is_read_once(tmp_path: Path) -> None:
    """However often a Word file refers to a footnote, its text is there once."""
    note = f'<w:footnote w:id="1">{paragraph(run(f"<w:t>{LONG}</w:t>"))}</w:footnote>'
    call = run('<w:footnoteReference w:id="1"/>')
    said = run("<w:t>Some text.</w:t>")
    docx(tmp_path / "a.docx", paragraph(said + call) + paragraph(said + call) * 1_000, notes=note)
    [article] = read_corpus(tmp_path, 10_000_000).articles
    assert article.text.count(LONG.strip()) == 1


def test_addresses_in_word_are_bounded(tmp_path: Path) -> None:
    """A Word file with a long address at each word is left out."""
    pytest.importorskip("mammoth")
    link = (
        '<Relationship Id="a" TargetMode="External" Target="https://a.example/'
        f'{"a" * 100_000}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/hyperlink"/>'
    )
    word = f'<w:hyperlink r:id="a">{run("<w:t>a</w:t>")}</w:hyperlink>'
    docx(tmp_path / "a.docx", paragraph(word) * 1_000, links=link)
    [fault] = read_corpus(tmp_path, 10_000_000).faults
    assert "repeats addresses" in fault.message


def pdf(*objects: str) -> bytes:
    """Return a PDF of one page; its content is object 5, and `others` are objects that it uses."""
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R"
        " /Resources << /XObject << /F0 6 0 R >> /Font << /A 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    written = io.BytesIO()
    written.write(b"%PDF-1.4\n")
    places = []
    for number, part in enumerate(parts, 1):
        places.append(written.tell())
        written.write(f"{number} 0 obj\n{part}\nendobj\n".encode())
    start = written.tell()
    written.write(f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode())
    for place in places:
        written.write(f"{place:010d} 00000 n \n".encode())
    written.write(f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\n".encode())
    written.write(f"startxref\n{start}\n%%EOF".encode())
    return written.getvalue()


def page_of(content: str) -> bytes:
    """Return a PDF of one page that draws this."""
    return pdf(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")


def figures(number: int, times: int) -> bytes:
    """Return a PDF whose page draws a figure, which draws another several times, and so on."""
    streams = []
    for i in range(number):
        inner = f"/F{i + 1} Do " * times if i + 1 < number else "BT /A 9 Tf (word) Tj ET"
        streams.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length {len(inner)}"
            f" /Resources << /XObject << /F{i + 1} {i + 7} 0 R >>"
            " /Font << /A 4 0 R >> >> >>\nstream\n" + inner + "\nendstream"
        )
    return pdf("<< /Length 6 >>\nstream\n/F0 Do\nendstream", *streams)


def test_figures_of_a_pdf_are_bounded(tmp_path: Path) -> None:
    """A page whose figures draw each other again and again is left out."""
    pytest.importorskip("pdfplumber")
    (tmp_path / "a.pdf").write_bytes(figures(30, 2))
    [fault] = read_corpus(tmp_path, 10_000_000).faults
    assert "figures" in fault.message


def test_characters_of_a_page_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with more characters than anybody could read is left out."""
    pytest.importorskip("pdfplumber")
    from chatbot.formats import pdf_page

    monkeypatch.setattr(pdf_page, "MOST_CHARACTERS", 100)
    (tmp_path / "a.pdf").write_bytes(figures(6, 2))
    [fault] = read_corpus(tmp_path, 10_000_000).faults
    assert "characters" in fault.message


def test_lines_of_a_page_are_bounded(tmp_path: Path) -> None:
    """A page with thousands of separate words is left out; hundreds of them are read."""
    pytest.importorskip("pdfplumber")
    many = "".join(f"1 0 0 1 {i % 50 * 11} {i // 50 * 5} Tm (a) Tj " for i in range(3_100))
    (tmp_path / "a.pdf").write_bytes(page_of(f"BT /A 2 Tf {many} ET"))
    some = "".join(f"1 0 0 1 {i % 7 * 80} {i // 7 * 7} Tm (Word{i}.) Tj " for i in range(700))
    (tmp_path / "b.pdf").write_bytes(page_of(f"BT /A 2 Tf {some} ET"))
    found = read_corpus(tmp_path, 10_000_000)
    [fault] = found.faults
    assert "lines" in fault.message
    [article] = found.articles
    assert all(f"Word{i}." in article.text for i in range(700))


# The limit itself


@given(st.lists(st.integers(0, 3 * MOST // 2)))
def test_growth_is_never_exceeded(sizes: list[int]) -> None:
    """Whatever is requested, no more than the limit is allowed, and the rest is reported."""
    left = Growth()
    taken = [size for size in sizes if left.take("words", size)]
    assert sum(taken) + left.left == MOST
    assert bool(left.warnings()) == (len(taken) < len(sizes))


def test_ordinary_tables_are_complete(tmp_path: Path) -> None:
    """A thousand cells that span two rows are all copied."""
    rows = "<tr><td rowspan=2>day<td>a<tr><td>b" * 1_000
    [article] = read(tmp_path, {"a.html": f"<table>{rows}</table>"}).articles
    assert article.text.count("day") == 2_000
