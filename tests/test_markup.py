"""What the page of an article shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatbot.markup import mark, parts
from chatbot.types import Article, Block

TEXT = "Cards\n\nOne costs $20.\n\nLost\n\nThree."
ARTICLE = Article(
    id="cards",
    title="Cards",
    text=TEXT,
    blocks=(
        Block("heading", 0, 5, level=1),
        Block("paragraph", 7, 21),
        Block("heading", 23, 27, level=2),
        Block("item", 29, 35),
    ),
    source="cards.md",
)


@given(st.text(), st.integers(), st.integers(), st.booleans())
def test_pieces_are_the_text(text: str, start: int, end: int, anchored: bool) -> None:
    """Whatever range is to be marked, the pieces joined are the text, and none is empty."""
    pieces = list(mark(text, 0, len(text), start, end, anchored))
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@given(st.text(), st.data())
def test_marked_is_the_range(text: str, data: st.DataObject) -> None:
    """What is marked of a text is exactly the range asked for."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    marked = [piece.text for piece in mark(text, 0, len(text), start, end) if piece.marked]
    assert "".join(marked) == text[start:end]


def test_mark_over_several_blocks() -> None:
    """A range over several blocks is marked in each; the first mark is the one linked to."""
    marked = [
        (piece.text, piece.first)
        for _, group in parts(ARTICLE, 17, 35)
        for part in group
        for piece in part.pieces
        if piece.marked
    ]
    assert marked == [("$20.", True), ("Lost", False), ("Three.", False)]


def test_title_is_not_repeated() -> None:
    """A first heading that says what the title says is left out; others are not."""
    kinds = [kind for kind, _ in parts(ARTICLE, 0, 0)]
    assert kinds == ["paragraph", "heading", "item"]
