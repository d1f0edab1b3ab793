"""AsciiDoc is read as its processor shows it: text is kept, marks are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.articles import read_corpus
from chatbot.formats import parse

FILES = {
    "../partials/note.adoc": "= Night boats\n\n:last: ten\nThe last leaves at {last}.\n",
    "lines.adoc": "One.\n// tag::a[]\nTwo.\n// end::a[]\n",
}
SITE = {"attributes": {"operator": "Harbour Ltd", "beta": ""}}


def read(content: str) -> list[str]:
    """Return the blocks: headings begin with "# ", code with "> ", items with "- "."""
    parsed = parse(content, "asciidoc", FILES.get, SITE)
    marks = {"heading": "# ", "code": "> ", "item": "- "}
    return [
        marks.get(block.kind, "") + parsed.text[block.start : block.end] for block in parsed.blocks
    ]


def test_the_header() -> None:
    """The title becomes that of the article; author, revision and attributes are not text."""
    page = "= Ferry *fees*\nJane Doe <jane@example.org>\nv1, 2025-03-03\n:toc:\n:a: b\n\nIt is {a}."
    assert read(page) == ["# Ferry fees", "It is b."]
    assert parse(page, "asciidoc").fields.title == "Ferry fees"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("*bold* _slanted_ `code` #marked# [.red]#role# **b**old H~2~O", None),
        ("https://example.org[the site^], link:a.pdf[a form], mailto:a@example.org[us]", None),
        ("See <<fees,the fees>>, <<_By_card>>, xref:pay.adoc#card[pay] and xref:pay-late.adoc[].",
         "See the fees, By card, pay and pay late."),
        ("Press kbd:[Ctrl+S], btn:[OK] or menu:File[Save].", "Press Ctrl+S, OK or File › Save."),
        ("Run by {operator}, {nobody}. It is dry.", "It is dry."),
        ("Get `/users/\\{id}` or `/users/{id}`.", "Get /users/{id} or /users/{id}."),
        ("5 * 3 * 2 in snake_case_name -- \"`so`\" it's... (C)",
         "5 * 3 * 2 in snake_case_name — “so” it's… ©"),
        ("Free.footnote:[Not *by* night.] Dry.", "Free.\u2063 Not by night. Dry."),
        ("One ((pier)) (((pier,old)))[[here]]two +\nthree", "One pier two\nthree"),
        ("image:boat.png[A boat] +++<u>x</u>+++ pass:[*a*]", "x *a*"),
    ],
)  # fmt: skip
def test_what_stands_in_a_line(line: str, text: str | None) -> None:
    """Marks and macros become their text; a sentence with an unknown value is left out."""
    plain = {
        "*": "bold slanted code marked role bold H2O",
        "h": "the site, a form, us",
    }
    assert read(f"{line}\n\n== By card\n\nNow.")[:-2] == [text or plain[line[0]]]


def test_links() -> None:
    """Links keep their addresses."""
    page = "See https://example.org/a[this], xref:pay.adoc#card[that] and https://example.org."
    urls = [link.url for link in parse(page, "asciidoc").links]
    assert urls == ["https://example.org/a", "pay.adoc#card", "https://example.org"]


def test_lists() -> None:
    """Marks decide how items are nested; a plus joins a block to an item."""
    page = """
.Steps
. Open it.
. Run:
+
[source,bash]
----
pay {now} <1>
----
<1> This pays.
. Choose:
** one
** two
- [x] three

Deposit:: Five euros.
Return::
Within a week.
Code::
+
----
x
----
"""
    assert read(page) == [
        *("Steps:", "- Open it.", "- Run:", "> pay {now}", "- This pays.", "- Choose:"),
        *("- one", "- two", "- three", "- Deposit: Five euros.", "- Return: Within a week."),
        *("- Code", "> x"),
    ]


def test_boxes() -> None:
    """Notes and examples are read below their titles, tabs below their labels."""
    page = """
== Deck

NOTE: Dogs travel free.

[WARNING]
.Slippery
====
Hold the rail.
====

Go on.

[tabs]
====
Linux::
+
Use a shell.
Windows::
+
Use a window.
====

|===
|===

****
Beside.
****

[quote]
____
Said.
____

// remark
////
hidden
////
'''
toc::[]
"""
    assert read(page) == [
        *("# Deck", "Dogs travel free.", "# Slippery", "Hold the rail.", "Go on."),
        *("# Linux", "Use a shell.", "# Windows", "Use a window.", "Beside.", "Said."),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "|===\n|Size |Price\n\n|Small\n|5\n\n|Large |9\n|===",
        '[cols="1,2",options="header"]\n|===\n|Size\n|Price\n|Small\n|5\n|Large\n|9\n|===',
        "[%header,cols=2*]\n|===\n|Size ^|Price\n|Small >.^s|5\n|Large a|9\n|===",
        "[%header,format=csv]\n|===\nSize,Price\nSmall,5\nLarge,9\n|===",
        "[%header]\n,===\nSize,Price\nSmall,5\nLarge,9\n,===",
    ],
)
def test_tables(table: str) -> None:
    """The number of columns divides the cells, wherever their lines end."""
    assert read(f".Prices\n{table}") == ["Prices:", "Size | Price", "Small | 5", "Large | 9"]
    assert parse(table, "asciidoc").blocks[0].kind == "header"


def test_cells_that_span() -> None:
    """A cell is repeated in each row and column that it spans; a column may be a header."""
    page = "[cols=3*]\n|===\n.2+|A |b \\| |c\n2+|d\n2*|e |f\n|===\n"
    assert read(page) == ["A | b | | c", "A | d | d", "e | e | f"]


def test_other_files_and_conditions() -> None:
    """Files or parts of them are included, with offset headings; conditions are read."""
    page = """= Boats

include::partial$note.adoc[leveloffset=+1]

include::lines.adoc[tag=a]
include::missing.adoc[]

ifdef::beta[]
New.
ifdef::nobody[never]
endif::[]
ifndef::beta[]
Old.
ifdef::beta[]
Older.
endif::[]
endif::[]
ifdef::beta[ Inline.]
ifeval::["{operator}" == "Harbour Ltd"]
Ours.
endif::[]
"""
    assert read(page) == [
        *("# Boats", "# Night boats", "The last leaves at ten.", "Two."),
        "New. Inline. Ours.",
    ]


def test_an_antora_site(tmp_path: Path) -> None:
    """Partials and attributes of the component are found from its pages."""
    pages = tmp_path / "modules/ROOT/pages/guide"
    pages.mkdir(parents=True)
    (tmp_path / "modules/ROOT/partials").mkdir()
    settings = "name: help\nasciidoc:\n  attributes:\n    fee: 3 euros@\n"
    (tmp_path / "antora.yml").write_text(settings)
    (tmp_path / "modules/ROOT/partials/hours.adoc").write_text("We open at nine.")
    (pages / "a.adoc").write_text("= Pier\n\nIt costs {fee}.\n\ninclude::partial$hours.adoc[]\n")
    found = read_corpus(tmp_path / "modules/ROOT", 1_000_000).articles
    texts = {article.title: article.text for article in found}
    assert texts["Pier"] == "Pier\n\nIt costs 3 euros.\n\nWe open at nine."


_SIGNS = st.sampled_from(
    ["= ", "== ", "* ", "** ", ". ", "a:: ", "+", "----", "====", "|===", "|", "[NOTE]", ".T", "--",
     "\n", "\n\n", " ", "x", "*", "_", "`", "<<a>>", "xref:a[", "]", "{a}", "include::a[]",
     "ifdef::a[]", "endif::[]", "footnote:[x]", "++", "+++", "<1>", "\x00", "2+|", "((", "))"]
)  # fmt: skip


@given(st.lists(_SIGNS, max_size=40).map("".join) | st.text())
@example("====\n" * 50 + "* a\n** b\n" * 50)
def test_any_text(content: str) -> None:
    """For any content: blocks are in order, and all text is in them."""
    parsed = parse(content, "asciidoc")
    end = 0
    for block in parsed.blocks:
        assert not parsed.text[end : block.start].strip()
        end = block.end
    assert not parsed.text[end:].strip()


@pytest.mark.parametrize(
    "sign", ["*a ", "_a ", "pass:[", "link:a[", "<<a", "a:: ", "|a ", "+a", '"`', "((", "* a\n\n"]
)
def test_the_work_is_bounded(sign: str) -> None:
    """A page that repeats one sign takes seconds, not hours."""
    parse(sign * 20_000, "asciidoc")
