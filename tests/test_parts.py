"""A range of an article is divided into parts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.errors import ArticleError
from chatbot.formats import Format, parse
from chatbot.parts import parts
from chatbot.passages import cut
from chatbot.readers.quotes import quote
from chatbot.types import Article, Block, BlockKind, Link, Part

MARKS = st.sampled_from(
    [
        *"<p> </p> <li> <ol> <ul> </ul> <tr> <td> <th> <table> </table> <pre> </pre> <br>".split(),
        *("<a href=b>", "</a>", "[c](d)", "https://e.org/f ", "g@h.org ", "\U0001f993", "¶", " | "),
        *(
            "\n\n",
            "\n",
            "  ",
            "- ",
            "1. ",
            "> ",
            "# ",
            "```\n",
            "| i | j |\n|---|---|\n| k | l |\n",
        ),
        *("<dl><dt>", "<dd>", "</dl>", "word ", "Two words. ", "é", "<b>", "</b>"),
    ]
)
ANY = st.one_of(st.text(), st.lists(st.one_of(MARKS, st.text(max_size=4))).map("".join))


def read(content: str, format: Format = "html", **details: object) -> Article:
    parsed = parse(content, format)
    given = {"links": parsed.links} | details
    return Article("a", "A", parsed.text, parsed.blocks, "a.html", **given)  # type: ignore[arg-type]


def made(article: Article, start: int = 0, end: int | None = None) -> tuple[Part, ...]:
    """Return the parts of a range, with links unchanged."""
    end = len(article.text) if end is None else end
    return parts(article, start, end, lambda _, url: url)


def told(article: Article, start: int = 0, end: int | None = None) -> list[tuple[BlockKind, str]]:
    return [(p.kind, article.text[p.start : p.end]) for p in made(article, start, end)]


@given(ANY, st.sampled_from(["markdown", "html", "text"]), st.data())
def test_parts_cover_any_stretch_of_any_text(
    content: str, format: Format, data: st.DataObject
) -> None:
    """Parts and links are in order, separate, and inside the range; parts have all its words."""
    try:
        article = read(content, format)
    except ArticleError:
        return
    start = data.draw(st.integers(0, len(article.text)))
    end = data.draw(st.integers(start, len(article.text)))
    at = start
    held: set[int] = set()
    for part in made(article, start, end):
        assert at <= part.start < part.end <= end
        before = part.start
        for link in part.links:
            assert before <= link.start < link.end <= part.end
            assert article.text[link.start : link.end].strip()
            assert link.url
            before = link.end
        if part.columns:
            assert len(article.text[part.start : part.end].split(" | ")) == len(part.columns)
        held |= set(range(part.start, part.end))
        at = part.end
    for block in article.blocks:
        stretch = range(max(block.start, start), min(block.end, end))
        assert all(p in held for p in stretch if not article.text[p].isspace())


@given(ANY, st.sampled_from(["markdown", "html", "text"]), st.booleans())
def test_parts_cover_any_quote_of_any_text(content: str, format: Format, is_how: bool) -> None:
    """The parts of a quote cover it from start to end, with no word between them."""
    try:
        article = read(content, format)
    except ArticleError:
        return
    for passage in cut(article, min_words=3, max_words=30):
        for index in range(len(passage.sentences)):
            quoted = quote(passage, index, is_how=is_how)
            assert article.text[quoted.start : quoted.end] == quoted.text
            found = made(article, quoted.start, quoted.end)
            assert (found[0].start, found[-1].end) == (quoted.start, quoted.end)
            for one, other in pairwise(found):
                # In plain text, marks of items ("12.", "b)") and ruled lines are in no block.
                between = article.text[one.end : other.start].split()
                words = [word for word in between if word.strip("().").isalnum()]
                assert not between or (format == "text" and all(len(w) < 6 for w in words))


@given(ANY, st.sampled_from(["markdown", "html", "text"]))
def test_a_link_is_words_of_its_author(content: str, format: Format) -> None:
    """For any text, links are in order, separate, each in a block, without space at the ends."""
    try:
        article = read(content, format)
    except ArticleError:
        return
    at = 0
    for link in article.links:
        assert at <= link.start < link.end
        words = article.text[link.start : link.end]
        assert words == words.strip()
        assert any(b.start <= link.start and link.end <= b.end for b in article.blocks)
        assert not link.url.lower().startswith("javascript:")
        at = link.end


def test_a_stretch_is_cut() -> None:
    """A part contains a block or link only as far as it is in the range."""
    article = read("<p>Get <a href=form>the form</a> here.<ul><li>It is free.</ul>")
    start, end = article.text.index("form"), article.text.index("is")
    assert told(article, start, end) == [("paragraph", "form here."), ("item", "It ")]
    assert made(article, start, end)[0].links == (Link(8, 12, "form"),)


def test_rows_have_their_columns() -> None:
    """A whole row has the names of its columns, wherever the range begins; others do not."""
    article = read(
        "<table><tr><th>Size<th>Price<tr><td>Small<td>$3<tr><td>Large<td>$5</table>"
        "<p>So.</p><table><tr><td>a<td>b</table>"
    )
    rows = [(article.text[p.start : p.end], p.columns) for p in made(article)]
    assert rows == [
        ("Size | Price", ("Size", "Price")),
        ("Small | $3", ("Size", "Price")),
        ("Large | $5", ("Size", "Price")),
        ("So.", ()),
        ("a | b", ()),
    ]
    large = article.text.index("Large")
    assert [p.columns for p in made(article, large, large + 10)] == [("Size", "Price")]
    assert [p.columns for p in made(article, large, large + 7)] == [()]


def test_an_item_of_several_paragraphs_is_one() -> None:
    """A further paragraph of an item is marked as such; after code or a list it is inside it."""
    article = read("<ol><li><p>Go.</p><p>Now.</p><pre>go</pre><p>Wait.</p></li><li>Stop.</ol>")
    assert [(p.kind, p.number, p.depth) for p in made(article)] == [
        ("item", 1, 0), ("code", None, 1), ("paragraph", None, 1), ("item", 2, 0),
    ]  # fmt: skip
    assert told(article)[0] == ("item", "Go.\n\nNow.")
    assert told(article, article.text.index("Now"))[0] == ("paragraph", "Now.")


def test_a_link_that_leads_nowhere_is_none() -> None:
    """Only links that lead somewhere are kept."""
    article = read("<p><a href=a>one</a> <a href=b>two</a>")
    [part] = parts(article, 0, 7, lambda _, url: None if url == "a" else "https://b.example/")
    assert part.links == (Link(4, 7, "https://b.example/"),)


@pytest.mark.parametrize("depth", [9, 500])
def test_depth_has_an_end(depth: int) -> None:
    """Nested lists have a depth of at most eight."""
    text = "\n".join("abc")
    blocks = tuple(Block("item", 2 * at, 2 * at + 1, depth=depth + at) for at in range(3))
    article = Article("a", "A", text, blocks, "a.md")
    assert [part.depth for part in made(article)] == [8, 8, 8]
