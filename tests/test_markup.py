"""Pages and the terminal show the lists, tables and texts of an article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from chatbot.markup import (
    PAGE_LENGTH,
    List,
    Node,
    Piece,
    RichText,
    Table,
    Text,
    mark,
    nodes,
    page_of,
    pages,
    without_title,
)
from chatbot.parts import parts
from chatbot.types import Article, Block, BlockKind, Link


def article(*blocks: tuple[BlockKind, str], **details: object) -> Article:
    """An article titled "Cards"; "2. Lost" of kind "item" has a number, "  b" lies 2 deep."""
    text = ""
    made = []
    for kind, content in blocks:
        text += "\n\n" if text else ""
        words = content.strip()
        number, _, rest = words.partition(". ")
        numbered = kind == "item" and number.isdigit()
        words = rest if numbered else words
        made.append(
            Block(
                kind,
                len(text),
                len(text) + len(words),
                level=2 if kind == "heading" else 0,
                number=int(number) if numbered else None,
                depth=len(content) - len(content.lstrip()),
            )
        )
        text += words
    return Article("cards", "Cards", text, tuple(made), "cards.md", **details)  # type: ignore[arg-type]


def shown(article: Article, start: int = 0, end: int = 0) -> tuple[Node, ...]:
    """Return what is shown of the whole article, with its links unchanged."""
    found = parts(article, 0, len(article.text), lambda _, url: url)
    return nodes(article, without_title(article, found), start, end)


def pieces(found: Sequence[Node]) -> Iterator[Piece]:
    for node in found:
        lines: list[RichText] = []
        if isinstance(node, Text):
            lines = [node.line]
        elif isinstance(node, Table):
            lines = [*node.header, *(cell for row in node.rows for cell in row)]
        for line in lines:
            yield from (piece for run in line for piece in run.pieces)
        for item in node.items if isinstance(node, List) else ():
            yield from (piece for run in item.line for piece in run.pieces)
            yield from pieces(item.inside)


def words(line: RichText) -> str:
    return "".join(piece.text for run in line for piece in run.pieces)


@given(st.text(), st.integers(), st.integers(), st.booleans())
def test_pieces_are_the_text(text: str, start: int, end: int, anchored: bool) -> None:
    """For any marked range, the pieces together are the text, and none is empty."""
    found = list(mark(text, 0, len(text), start, end, anchored))
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text for piece in found)


@given(st.text(), st.data())
def test_marked_is_the_range(text: str, data: st.DataObject) -> None:
    """The marked text is exactly the range that was asked for."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    marked = [piece.text for piece in mark(text, 0, len(text), start, end) if piece.marked]
    assert "".join(marked) == text[start:end]


CONTENT = st.lists(
    st.tuples(
        st.sampled_from(
            ["heading", "paragraph", "item", "header", "row", "code", "dateline"]
        ),
        st.text("ab |\n1. ").map(lambda text: f"{text}x"),
    ),
    max_size=8,
)  # fmt: skip


@given(CONTENT, st.integers(0, 40), st.integers(0, 40))
def test_all_of_an_article_is_shown(
    content: list[tuple[BlockKind, str]], start: int, end: int
) -> None:
    """For any article, each word is shown once, and one mark is the first."""
    whole = article(("paragraph", "Cards are not its title."), *content)
    found = list(pieces(shown(whole, start, end)))
    text = "".join(whole.text[block.start : block.end] for block in whole.blocks)
    kept = "".join(piece.text for piece in found)
    assert "".join(kept.split()).replace("|", "") == "".join(text.split()).replace("|", "")
    firsts = [piece.first for piece in found if piece.marked]
    assert firsts == [number == 0 for number in range(len(firsts))]


def test_mark_over_several_blocks() -> None:
    """A range over several blocks is marked in each; links lead to the first mark."""
    whole = article(("heading", "Cards"), ("paragraph", "One costs $20."), ("item", "Three."))
    found = pieces(shown(whole, whole.text.index("$20"), len(whole.text)))
    marked = [(piece.text, piece.first) for piece in found if piece.marked]
    assert marked == [("$20.", True), ("Three.", False)]


def test_title_is_not_repeated() -> None:
    """A first heading that repeats the title is left out; others are not."""
    whole = article(("heading", "Cards"), ("paragraph", "One."), ("heading", "Cards"))
    assert [node.kind for node in shown(whole)] == ["paragraph", "heading"]


def test_neighbouring_items_are_a_list() -> None:
    """Numbered and unnumbered items are separate lists, and code is inside its item."""
    whole = article(
        ("item", "1. Open it:"), ("code", " open"), ("item", "2. Go:"), ("item", " left"),
        ("item", " right"), ("item", "Rest"),
    )  # fmt: skip
    steps, other = shown(whole)
    assert isinstance(steps, List) and isinstance(other, List)
    assert (steps.numbered, other.numbered) == (True, False)
    assert [item.number for item in steps.items] == [1, 2]
    [code] = steps.items[0].inside
    [inner] = steps.items[1].inside
    assert code.kind == "code" and isinstance(inner, List)
    assert [words(item.line) for item in inner.items] == ["left", "right"]


def test_rows_stand_below_their_columns() -> None:
    """Rows form a table; a header above the range is shown, but not marked."""
    whole = article(("header", "Size | Price"), ("row", "Small | $3"), ("row", "Large | $5"))
    for start in (0, whole.text.index("Large")):
        found = parts(whole, start, len(whole.text), lambda _, url: url)
        [table] = nodes(whole, found, 0, len(whole.text))
        assert isinstance(table, Table)
        assert [words(cell) for cell in table.header] == ["Size", "Price"]
        assert [words(cell) for cell in table.rows[-1]] == ["Large", "$5"]
        assert len(table.rows) == (1 if start else 2)
        assert [run.pieces[0].marked for cell in table.header for run in cell] == [not start] * 2


def test_a_mark_goes_through_a_link() -> None:
    """A link that is partly marked stays one link."""
    whole = article(("paragraph", "Get the form here now."), links=(Link(8, 17, "a"),))
    [node] = shown(whole, 13, 21)
    assert isinstance(node, Text)
    assert [(run.url, [(p.text, p.marked) for p in run.pieces]) for run in node.line] == [
        (None, [("Get the ", False)]),
        ("a", [("form ", False), ("here", True)]),
        (None, [(" now", True), (".", False)]),
    ]


LONG = "Word by word. " * 300


def test_a_long_article_has_pages() -> None:
    """Pages divide no block, leave out none, and have a limited length."""
    blocks = tuple(Block("paragraph", i * 4200, i * 4200 + 4199) for i in range(40))
    whole = Article("a", "A", LONG * 40, blocks, "a.txt")
    found = pages(whole)
    assert [start for start, _ in found[1:]] == [end for _, end in found[:-1]]
    assert (found[0][0], found[-1][1]) == (0, len(whole.text))
    for number, (start, end) in enumerate(found, start=1):
        assert end - start <= PAGE_LENGTH + 2
        assert page_of(found, start) == page_of(found, end - 1) == number
        assert all(block.end <= end for block in blocks if start <= block.start < end)


def test_a_short_article_is_a_page() -> None:
    """An empty article is one page, and so is a block longer than a page."""
    for blocks in ((), (Block("paragraph", 0, 99_999),), (Block("paragraph", 0, 9),)):
        whole = Article("a", "A", "x" * 99_999, blocks, "a.txt")
        assert pages(whole) == [(0, 99_999)]
        assert page_of(pages(whole), 5) == 1
