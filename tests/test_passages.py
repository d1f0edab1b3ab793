"""Articles are cut into passages."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.formats import parse
from chatbot.passages import cut
from chatbot.types import Article, Block


def article(*blocks: tuple[str, str]) -> Article:
    """An article of `(kind, text)` blocks, separated by blank lines."""
    text, made = "", []
    for kind, content in blocks:
        text += "\n\n" if text else ""
        made.append(Block(kind, len(text), len(text) + len(content)))  # type: ignore[arg-type]
        text += content
    return Article("a", "Title", text, tuple(made), "a.txt")


def words(count: int, word: str = "word") -> str:
    return " ".join([word] * count).capitalize() + "."


def test_a_passage_stands_under_its_heading() -> None:
    """A passage has its nearest heading, but not in its text."""
    found = cut(article(("heading", "Budget"), ("paragraph", words(30))), 20, 200)
    assert [(p.heading, p.text) for p in found] == [("Budget", words(30))]


def test_the_title_is_no_heading() -> None:
    """A heading that repeats the article's title is left out."""
    found = cut(article(("heading", "Title"), ("paragraph", words(30))), 20, 200)
    assert found[0].heading is None


def test_a_passage_knows_the_version_it_is_of() -> None:
    """A passage has its folders, address, year and higher headings, if they have a digit."""
    text = "Version 2\n\nOld\n\nNew in 2.1\n\nFixed\n\nIt runs.\n\nVersion 3\n\nIt flies."
    levels = {"Version 2": 2, "Old": 3, "New in 2.1": 3, "Fixed": 4, "Version 3": 2}
    blocks = []
    for line in text.split("\n\n"):
        kind = "heading" if line in levels else "paragraph"
        start = text.index(line)
        blocks.append(Block(kind, start, start + len(line), levels.get(line, 0)))  # type: ignore[arg-type]
    published = datetime.date(2024, 5, 1)
    news = Article("a", "News", text, tuple(blocks), "v7/a.md", "https://example.org/a", published)
    first, second = cut(news, 1, 200)
    assert (first.heading, first.above) == ("Fixed", ("Version 2", "New in 2.1"))
    assert (second.heading, second.above) == ("Version 3", ("Version 3",))
    assert first.placed == second.placed == ("v7", "2024")


def test_tiny_paragraphs_are_joined() -> None:
    """Neighbours are joined until they have enough words; a short last one is also joined."""
    blocks = [("item", words(n)) for n in (8, 8, 8, 3)]
    assert [len(p.sentences) for p in cut(article(*blocks), 20, 200)] == [4]


def test_a_table_is_one_passage() -> None:
    """Rows stay together; the header is in the text, but is not a sentence."""
    rows = [("header", "Size | Price"), ("row", "Small, e.g. No. 1. | €3"), ("row", words(25))]
    found = cut(article(("paragraph", words(30)), *rows, ("paragraph", words(30))), 20, 200)
    table = found[1]
    assert table.text.startswith("Size | Price\n\nSmall, e.g. No. 1. | €3\n\nWord")
    texts = [table.text[s - table.start : e - table.start] for s, e in table.sentences]
    assert texts == ["Small, e.g. No. 1. | €3", words(25)]
    assert [p.columns for p in found] == [(), ("Size", "Price"), ()]


def test_every_part_of_a_long_table_knows_its_columns() -> None:
    """If a table is split, each passage has its column names; the next table has its own."""
    long = [("header", "Size | Price"), *[("row", words(30))] * 4]
    found = cut(article(*long, ("header", "Day | Hours"), ("row", words(30))), 20, 70)
    assert [p.columns for p in found] == [("Size", "Price")] * 2 + [("Day", "Hours")]


def test_only_the_cells_of_one_table_have_columns() -> None:
    """No columns are named if two tables are joined, or if cells look like sentences."""
    prices = [("header", "Size | Price"), ("row", "Small | €3")]
    hours = [("header", "Day | Hours"), ("row", "Monday | closed")]
    for blocks in ([*prices, *hours], [("header", "Rules"), ("row", "Be kind."), ("item", "Go.")]):
        assert [p.columns for p in cut(article(*blocks), 20, 200)] == [()]


def test_a_list_is_one_passage() -> None:
    """Items stay together with the sentence that introduces them, however long they are."""
    items = [("item", words(15))] * 4
    for lead, listed in (("Rain fell. Do as I do:", 5), ("Rain fell. Do as I do.", 4)):
        found = cut(article(("paragraph", lead), *items, ("paragraph", words(30))), 3, 200)
        passage = next(p for p in found if p.lists)
        start, end = passage.sentences[-listed][0], passage.end
        assert passage.lists == ((start, end),)
        assert [len(p.lists) for p in found].count(0) == len(found) - 1


def test_a_note_between_lead_and_list_belongs_to_them() -> None:
    """One paragraph may stand between a list and the sentence with a colon that introduces it."""
    lead, note = ("paragraph", "Do this to leave:"), ("paragraph", words(10))
    items = [("item", words(15))] * 4
    for between, listed in (([note], 6), ([note, note], 4)):
        [passage] = [p for p in cut(article(lead, *between, *items), 3, 200) if p.lists]
        assert passage.lists == ((passage.sentences[-listed][0], passage.end),)


def test_code_in_an_item_does_not_end_the_list() -> None:
    """Steps stay together with the code inside them; code below the list does not belong to it."""
    text = "Do this:\n\nRun.\n\ngo\n\nStop.\n\nend"
    for depth, end in ((1, "Stop."), (0, "Run.")):
        code = Block("code", 16, 18, depth=depth)
        blocks = (Block("paragraph", 0, 8), Block("item", 10, 14), code, Block("item", 20, 25))
        whole = Article("a", "T", text, (*blocks, Block("code", 27, 30)), "a.md")
        found = cut(whole, 1, 200)
        assert found[0].text.endswith(end)
        assert found[0].lists == ((0, found[0].end),)


@pytest.mark.parametrize(
    ("markdown", "kept"),
    [
        (
            "It is so.\n\n## See also\n\n- [One](one.md)\n- [Two](https://e.org/two#x)\n",
            "It is so.",
        ),
        ("See:\n\n- [One](one.md)\n- [Two](two.md)\n", "See:\n\nOne\n\nTwo"),
        ("- [One](one.md)\n- [Two](two.md), or three\n", "One\n\nTwo, or three"),
        ("- [One](https://other.example/)\n- [Two](mailto:a@b.org)\n", "One\n\nTwo"),
        ("[One](one.md)\n", "One"),
    ],
)
def test_where_to_read_on_is_no_answer(markdown: str, kept: str) -> None:
    """A list of links to the same site is left out, unless a sentence introduces it."""
    parsed = parse(markdown, "markdown")
    blocks, links = parsed.blocks, parsed.links
    whole = Article("a", "T", parsed.text, blocks, "a.md", url="https://e.org/a", links=links)
    assert "\n".join(passage.text for passage in cut(whole, 1, 200)) == kept


def test_code_keeps_its_indentation() -> None:
    """Sentences of code begin with their line's indentation; other sentences with a word."""
    code = "  if on.\n    Go now. Stop."
    whole = article(("paragraph", "It is so:"), ("code", code), ("paragraph", "  Yes."))
    [passage, other] = cut(whole, 1, 200)
    sentences = [whole.text[start:end] for start, end in passage.sentences]
    assert sentences == ["It is so:", "  if on.", "    Go now.", "Stop."]
    assert other.text == "Yes."


def test_paragraphs_of_two_headings_are_not_joined() -> None:
    """A passage never has text from below two headings."""
    found = cut(
        article(("heading", "A"), ("item", "One."), ("heading", "B"), ("item", "Two.")), 20, 200
    )
    assert [(p.heading, p.text) for p in found] == [("A", "One."), ("B", "Two.")]


def test_long_paragraphs_are_split_between_sentences() -> None:
    """A passage has no more words than allowed, and only whole sentences."""
    found = cut(article(("paragraph", " ".join([words(30)] * 4))), 20, 70)
    assert [p.text for p in found] == [" ".join([words(30)] * 2)] * 2


def test_a_sentence_longer_than_allowed_is_kept_whole() -> None:
    """Nothing is ever cut inside a sentence."""
    found = cut(article(("paragraph", words(300))), 20, 70)
    assert [p.text for p in found] == [words(300)]


contents = st.lists(
    st.tuples(
        st.sampled_from(["heading", "paragraph", "item", "row", "code", "dateline"]),
        st.text(min_size=1).map(lambda text: f"x{text}x"),
    ),
    max_size=8,
)


@given(contents, st.integers(0, 40), st.integers(20, 80))
def test_a_passage_is_verbatim(blocks: list[tuple[str, str]], least: int, most: int) -> None:
    """For any article, passages and sentences are at their offsets, in order, and none is lost."""
    whole = article(*blocks)
    datelines = {(b.start, b.end) for b in whole.blocks if b.kind == "dateline"}
    end = 0
    for passage in cut(whole, least, most):
        assert whole.text[passage.start : passage.end] == passage.text
        assert passage.start >= end
        # A passage begins and ends with a sentence, or with a dateline.
        assert passage.start in {passage.sentences[0][0]} | {start for start, _ in datelines}
        assert passage.end in {passage.sentences[-1][1]} | {end for _, end in datelines}
        end = passage.end
    found = {p for passage in cut(whole, least, most) for p in range(passage.start, passage.end)}
    kept = {p for passage in cut(whole, least, most) for s in passage.sentences for p in range(*s)}
    for block in whole.blocks:
        if block.kind != "heading":
            places = range(block.start, block.end)
            there = found if block.kind == "dateline" else kept
            assert all(p in there for p in places if not whole.text[p].isspace())


def test_a_dateline_is_no_sentence() -> None:
    """The dateline is searched, but not quoted as an answer."""
    (passage,) = cut(article(("dateline", "Paris, 3 May:"), ("paragraph", "It rained.")), 10, 80)
    assert passage.text == "Paris, 3 May:\n\nIt rained."
    assert [passage.text[s - passage.start : e - passage.start] for s, e in passage.sentences] == [
        "It rained."
    ]


def test_a_row_is_no_longer_than_sentences_are() -> None:
    """A table row with very long text is cut like text, so that quotes stay short."""
    (found,) = cut(
        article(("header", "A | B"), ("row", f"x | {'All is well. ' * 300}".strip())), 1, 9999
    )
    assert len(found.sentences) > 2
