"""The commands print plain text, whatever the articles contain."""

from __future__ import annotations

import datetime
from dataclasses import replace

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import terminal
from chatbot.formats import parse
from chatbot.parts import parts
from chatbot.types import (
    Also,
    Answer,
    Article,
    Block,
    Explanation,
    Highlight,
    Hit,
    Part,
    Passage,
    Question,
    Quote,
)

TEXT = "It costs $6\nmillion. It is \x1b[31mred."


def article(**more: object) -> Article:
    block = Block("paragraph", 0, len(TEXT))
    return Article("a", "Title", TEXT, (block,), "deep/a.txt", **more)  # type: ignore[arg-type]


def made_of(article: Article, start: int, end: int) -> tuple[Part, ...]:
    """Return the parts of a range, with links unchanged."""
    return parts(article, start, end, lambda _, url: url)


def shown(said: Answer, article: Article) -> str:
    return terminal.answer(said, {article.id: article}, made_of)


def quoted(markdown: str, mark: str = "") -> str:
    """Return the printed form of a whole article in Markdown, without its source."""
    parsed = parse(markdown, "markdown")
    text, end = parsed.text, len(parsed.text)
    whole = Article("a", "Title", text, parsed.blocks, "a.md", links=parsed.links)
    at = text.index(mark)
    highlight = Highlight(mark, at, at + len(mark)) if mark else None
    said = Answer(
        Question("?"), "answered", Quote("a", text, 0, end, highlight), 0.9, citations=(passage(),)
    )
    return shown(said, whole).partition("\n\n  Title")[0]


def passage(text: str = TEXT, heading: str | None = "Money") -> Passage:
    return Passage("a", "Title", heading, text, 0, ((0, 20), (21, len(text))))


def answered(highlight: Highlight | None, confidence: float = 0.9) -> Answer:
    quote = Quote("a", TEXT[:20], 0, 20, highlight)
    return Answer(Question("?"), "answered", quote, confidence, citations=(passage(),))


@given(st.text())
def test_plain(text: str) -> None:
    """A line keeps its length and has no control characters."""
    shown = terminal.plain(text)
    assert len(shown) == len(text)
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in shown)
    assert len(f"{shown}.".splitlines()) == 1


@given(text=st.text(min_size=1), heading=st.none() | st.text())
def test_a_passage_is_a_line(text: str, heading: str | None) -> None:
    """Any passage is shown on one line that fits."""
    line = terminal.passage(Passage("a", "Title", heading, text, 0, ()))
    assert len(line.splitlines()) == 1
    assert len(line) <= terminal.WIDTH


def test_highlight_is_bold() -> None:
    """Only the short answer is bold, even if it goes over a line end."""
    said = shown(answered(Highlight("$6\nmillion", 9, 19)), article())
    assert said.startswith(f"It costs {click.style('$6 million', bold=True)}.\n\n")


def test_columns_stand_above_a_row() -> None:
    """Rows of a table are below the names of their columns, each cell below its own."""
    table = (
        "| Size | Price | 注 |\n|---|---|---|\n| Small | $3 | 小さい |\n| Extra large | $12 | x |\n"
    )
    assert click.unstyle(quoted(table, mark="$12")).splitlines() == [
        "Size         Price  注",
        "Small        $3     小さい",
        "Extra large  $12    x",
    ]
    assert click.style("$12", bold=True) in quoted(table, mark="$12")


def test_lists_and_code() -> None:
    """Items have their mark or number, nested lists are indented, code keeps its indentation."""
    listed = quoted(
        "Do this:\n\n3. Open *it*:\n\n   ```\n   if on:\n     go\n   ```\n4. Choose:\n   - left\n"
        "   - right\n\nThen wait.\n",
        mark="go",
    )
    assert click.style("go", bold=True) in listed
    assert click.unstyle(listed).splitlines() == [
        "Do this:",
        "3. Open it:",
        "       if on:",
        "         go",
        "4. Choose:",
        "   - left",
        "   - right",
        "",
        "Then wait.",
    ]


def test_links() -> None:
    """The address of a link comes after its words, unless they are the address."""
    assert quoted("Get it [here](https://e.org/f), write [us](mailto:a@e.org), or <b@e.org>.") == (
        "Get it here (https://e.org/f), write us (a@e.org), or b@e.org."
    )


@given(st.text())
def test_a_quote_gives_no_orders(text: str) -> None:
    """Any quote is printed without control characters."""
    for kind in ("paragraph", "item", "header", "row", "code"):
        block = Block(kind, 0, len(text) + 1)
        whole = Article("a", "Title", f"{text}x", (block,), "a.txt")
        quote = Quote("a", whole.text, 0, len(whole.text))
        said = Answer(Question("?"), "answered", quote, 0.9, citations=(passage(),))
        lines = click.unstyle(shown(said, whole)).split("\n")
        assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for line in lines for sign in line)


def test_also() -> None:
    """An answer from another article comes below, with its source."""
    other = Article("b", "Other", "It is $7.", (Block("paragraph", 0, 9),), "b.txt")
    place = Passage("b", "Other", None, other.text, 0, ())
    said = replace(
        answered(None), also=(Also(Quote("b", other.text, 0, 9), place, confidence=0.8),)
    )
    lines = terminal.answer(said, {"a": article(), "b": other}, made_of).splitlines()
    assert lines[-6:] == ["Also in:", "", "It is $7.", "", "  Other", "  b.txt, characters 0 to 9"]


def test_no_highlight() -> None:
    """If the reader is not sure of a short answer, nothing is bold."""
    assert "\x1b" not in shown(answered(None), article())


@pytest.mark.parametrize(("confidence", "is_said"), [(0.49, True), (0.5, False)])
def test_unsure(confidence: float, is_said: bool) -> None:
    """An answer that is more likely wrong than right is printed with a warning."""
    said = shown(answered(None, confidence), article())
    assert said.startswith("This may not answer it:\n\n") == is_said


def test_source() -> None:
    """The source has title, heading, date, address, file and range, as far as known."""
    known = article(url="https://example.org/a", published=datetime.date(2025, 3, 3))
    assert shown(answered(None), known).splitlines()[2:] == [
        "  Title, Money, 2025-03-03",
        "  https://example.org/a",
        "  deep/a.txt, characters 0 to 20",
    ]


def test_abstained() -> None:
    """Without an answer, the message, unknown words and nearest passages are printed."""
    said = Answer(
        Question("?"),
        "abstained",
        message="Not said.",
        related=(passage(heading=None),),
        unknown_words=("zebra",),
    )
    assert shown(said, article()).splitlines() == [
        "Not said.",
        "In no article: zebra",
        "",
        "Nearest:",
        "  a 0-36, 7 words: It costs $6 million. It is \N{REPLACEMENT CHARACTER}[31mred.",
    ]


def test_explanation_compares_with_the_first() -> None:
    """For a sentence that is not the first, the features that it lacks most come first."""
    hit = Hit(passage(), 2.5)
    first = Explanation(hit, 0, 20, "It costs $6 million.", 3.0, {"kind": 2.0, "order": 1.0})
    second = Explanation(hit, 21, 36, "It is red.", 0.9, {"order": 0.9})
    shown = terminal.explanation(1, [first, second], ["cost", "red"], "a.txt")
    assert "words in it: red; around it: cost" in shown
    assert shown.endswith("compared with 1: -2.10 (kind -2.00, order -0.10)")
    assert "compared with 1" not in terminal.explanation(0, [first, second], ["cost"], "a.txt")


def test_count() -> None:
    """One is singular, all other numbers plural, with a comma for thousands."""
    assert [terminal.count(n, "word") for n in (0, 1, 1200)] == ["0 words", "1 word", "1,200 words"]
