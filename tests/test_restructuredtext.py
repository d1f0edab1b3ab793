"""reStructuredText is read as Sphinx and other site generators show it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.articles import read_corpus
from chatbot.errors import ArticleError
from chatbot.formats import parse
from chatbot.passages import cut
from chatbot.types import Article

PIECES = st.sampled_from(
    """\
====
#----
#.. note::#.. tab-item:: A

   b
#:ref:`a <b>`#* a
#   #

#`a`_#[1]_#.. [1] a
#+--+
#::

  a#.. include:: x#.. raw:: html

   <b>#_a: b#:date: 1
#.. role:: x(raw)
#:x:`y`#term
  what
#**a**#.. code::

  a
""".split("#")
)


def blocks(content: str) -> list[tuple[str, str]]:
    parsed = parse(content, "rst")
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def sections(content: str) -> list[tuple[str | None, str]]:
    parsed = parse(content, "rst")
    article = Article("a", parsed.fields.title or "", parsed.text, parsed.blocks, "a.rst")
    return [(passage.heading, passage.text) for passage in cut(article, 1, 220)]


@given(st.lists(st.one_of(PIECES, st.text(max_size=5))).map("".join))
def test_any_text_is_read(content: str) -> None:
    """For any file, the blocks have all words that are read from it."""
    parsed = parse(content, "rst")
    end = 0
    for block in parsed.blocks:
        assert not parsed.text[end : block.start].strip()
        end = block.end
    assert not parsed.text[end:].strip()


def test_what_docutils_knows() -> None:
    """Headings, paragraphs, lists, terms, tables and code become blocks, without marks."""
    content = """\
Ferry *fees*
============

A car costs **9** euros [1]_, see `the list <https://example.org/list>`_.

- By card
- In cash

Deposit
   Five euros.

.. list-table:: Prices
   :header-rows: 1

   * - Size
     - Price
   * - Small
     - 5

.. [1] In summer only.
"""
    assert blocks(content) == [
        ("heading", "Ferry fees"),
        ("paragraph", "A car costs 9 euros, see the list.\u2063 In summer only."),
        ("item", "By card"),
        ("item", "In cash"),
        ("item", "Deposit: Five euros."),
        ("paragraph", "Prices"),
        ("header", "Size | Price"),
        ("row", "Small | 5"),
    ]


def test_what_only_sphinx_knows() -> None:
    """Roles become their words, and directives their content, below their title."""
    content = """\
Set up
======

See :ref:`the hours <hours>` and press :kbd:`Ctrl+C` in :py:func:`~lib.run`.

.. toctree::
   :maxdepth: 2

   one
   two

.. tab-set::

   .. tab-item:: Linux
      :sync: linux

      Run the script.

.. code-block:: toml
   :caption: a.toml
   :emphasize-lines: 1

   port = 1

.. versionadded:: 3.2
   The port.

.. dropdown:: Is it free?

   For members.

.. note:: Save first.
"""
    assert sections(content) == [
        (None, "See the hours and press Ctrl+C in run."),
        ("Linux", "Run the script."),
        (None, "port = 1"),
        (None, "Added in version 3.2 The port."),
        ("Is it free?", "For members."),
        (None, "Save first."),
    ]


def test_a_substitution_may_refer_to_an_unknown_one() -> None:
    """The file is read; only the sentences with the unknown text are left out."""
    text = "The pier is open. It closes at |time|.\n\n.. |time| replace:: nine, not |unknown|\n"
    assert parse(text, "rst").text == "The pier is open."


def test_diagrams_are_no_text() -> None:
    """Diagrams are left out."""
    assert blocks(".. graphviz::\n\n   digraph g { a -> b }\n\nText.") == [("paragraph", "Text.")]


def test_no_other_file_is_read(tmp_path: Path) -> None:
    """Nothing is included, and raw HTML is left out."""
    (tmp_path / "secret.txt").write_text("a,b\n")
    content = "Text.\n\n"
    for line in ("include:: {0}", "literalinclude:: {0}", "csv-table::\n   :file: {0}"):
        content += f".. {line}\n\n".format(tmp_path / "secret.txt")
    content += ".. raw:: html\n   :file: {0}\n\n.. raw:: html\n\n   <b>raw</b>\n\n"
    content += ".. role:: html(raw)\n   :format: html\n\n:html:`<script>`\n"
    assert "secret" not in parse(content, "rst").text
    assert blocks(content)[0] == ("paragraph", "Text.")
    assert "raw" not in parse(content, "rst").text


@pytest.mark.parametrize("title", ["", "Fees\n====\n\n"])
def test_fields_at_the_beginning(title: str) -> None:
    """A list of fields above the text, or below its title, is read like front matter."""
    parsed = parse(f"{title}:date: 2025-03-03\n:lang: de\n:orphan:\n\nText.\n", "rst")
    assert (parsed.fields.published, parsed.fields.lang) == (datetime.date(2025, 3, 3), "de")
    assert parsed.text.endswith("Text.") and "2025" not in parsed.text and not parsed.warnings


def test_what_is_too_long() -> None:
    """A file or line that is too long is an error that names the limit."""
    with pytest.raises(ArticleError, match="longer than 500,000 characters"):
        parse("a\n" * 300_000, "rst")
    with pytest.raises(ArticleError, match="line 2 is longer than 10,000 characters"):
        parse("a\n" + "a" * 10_001, "rst")


def test_a_folder_of_it(tmp_path: Path) -> None:
    """Files that end with .rst are articles."""
    (tmp_path / "fees.rst").write_text("Fees\n====\n\nFive euros.\n")
    (tmp_path / "deep.rst").write_text("".join(" " * n + "a\n\n" for n in range(400)))
    corpus = read_corpus(tmp_path, 1_000_000)
    assert [(article.id, article.title) for article in corpus.articles] == [("fees", "Fees")]
    assert [fault.source for fault in corpus.faults] == ["deep.rst"]
