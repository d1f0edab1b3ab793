"""Questions become the headings of their answers, however a page formats them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.articles import read_corpus
from chatbot.bot import build_bot
from chatbot.config import Settings
from chatbot.formats import Format, parse
from chatbot.formats.faq import Line, find_faq

PAIRS = [
    ("Do you repair umbrellas?", "On Fridays, while you wait."),
    ("Who pays for the postage?", "We do, both ways."),
    ("Can I swap the handle?", "Any of the nine in the window fits."),
]
WANTED = [block for pair in PAIRS for block in zip(("heading", "answer"), pair, strict=True)]

MARKDOWN = {
    "a bold line": "**{q}**\n\n{a}\n\n",
    "a bold start of the paragraph": "**{q}** {a}\n\n",
    "a bold first line": "**{q}**\\\n{a}\n\n",
    "an italic line": "*{q}*\n\n{a}\n\n",
    "a plain line": "{q}\n\n{a}\n\n",
    "labels": "Q: {q}\n\nA: {a}\n\n",
    "labels in one paragraph": "Q: {q}\nA: {a}\n\n",
    "labels on one line": "Q: {q} A: {a}\n\n",
    "bold labels": "**Q:** {q}\n\n**A:** {a}\n\n",
    "bold labels in one paragraph": "**Q:** {q}<br>\n**A:** {a}\n\n",
    "bold with labels within": "**Q. {q}**\n\nA. {a}\n\n",
    "headings with labels": "### Q: {q}\n\nA: {a}\n\n",
    "labels with numbers": "Q{n}: {q}\n\nA{n}: {a}\n\n",
    "labels of another language": "**F: {q}**\n\nA: {a}\n\n",
    "labels of whole words": "Question {n}: {q}\n\nAnswer: {a}\n\n",
    "a number": "{n}. {q}\n\n{a}\n\n",
    "an item with its answer below": "{n}. {q}\n\n   {a}\n\n",
    "a bold item": "- **{q}** {a}\n",
    "an item with an item in it": "- {q}\n  - {a}\n",
    "a summary": "<details>\n<summary>{q}</summary>\n\n{a}\n\n</details>\n\n",
    "a bold summary": "<details><summary><b>{q}</b></summary>{a}</details>\n\n",
    "tags": "<p><strong>{q}</strong></p>\n<p>{a}</p>\n",
    "a term of Markdown": "{q}\n:   {a}\n\n",
    "a term": "<dl><dt>{q}</dt><dd>{a}</dd></dl>\n",
}
TEXT = {
    "a line": "{q}\n{a}\n\n",
    "a paragraph": "{q}\n\n{a}\n\n",
    "labels": "Q: {q}\nA: {a}\n\n",
    "labels on one line": "Q: {q} A: {a}\n",
    "labels in paragraphs": "Q. {q}\n\nA. {a}\n\n",
    "a number": "{n}. {q}\n{a}\n",
    "a hyphen": "- {q}\n  {a}\n",
}


def blocks(form: str, format: Format) -> list[tuple[str, str]]:
    """Return the page's blocks below its title; every kind except headings is called "answer"."""
    page = "".join(form.format(q=q, a=a, n=n) for n, (q, a) in enumerate(PAIRS, start=1))
    parsed = parse(f"# Shop\n\n{page}" if format == "markdown" else f"Shop\n\n{page}", format)
    found = [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]
    assert found[0] == ("heading", "Shop")
    return [(kind if kind == "heading" else "answer", text) for kind, text in found[1:]]


@pytest.mark.parametrize("form", MARKDOWN.values(), ids=MARKDOWN)
def test_questions_in_markdown(form: str) -> None:
    """In any form, a question is a heading, its answer is not, and labels are removed."""
    assert blocks(form, "markdown") == WANTED


@pytest.mark.parametrize("form", TEXT.values(), ids=TEXT)
def test_questions_in_plain_text(form: str) -> None:
    """The same is true in a text file, where an answer may be shorter than its question."""
    assert blocks(form, "text") == WANTED


@pytest.mark.parametrize(
    "page",
    [
        "- Who pays?\n- Do you repair them?\n- Why umbrellas?\n\nWe answer below.",
        "- [Who pays?](#pays)\n- We do.\n- [Why umbrellas?](#why)\n- It rains.",
        "And who pays for it?\n\nNobody knows.",
        "It was late. He was tired. And who paid for it?\n\nNobody.\n\nWho?\n\nWho else?",
    ],
)
def test_what_is_no_faq(page: str) -> None:
    """Tables of contents, links and rhetorical questions do not become headings."""
    assert "heading" not in {block.kind for block in parse(page, "markdown").blocks}


def test_a_list_above_its_answers() -> None:
    """If questions are listed above and answered below, they are headings only below."""
    page = "1. Who pays?\n2. Why us?\n\n1. Who pays?\n\n   We do.\n\n2. Why us?\n\n   It rains."
    kinds = [block.kind for block in parse(page, "text").blocks]
    assert kinds == ["item", "item", "heading", "paragraph", "heading", "paragraph"]


@pytest.mark.parametrize("name", ["faq.md", "faq.txt"])
def test_a_question_is_searched_and_never_quoted(tmp_path: Path, name: str) -> None:
    """A question in the FAQ, complete or shortened, gets only its own answer."""
    page = "".join(f"Q: {q}\nA: {a}\n\n" for q, a in PAIRS)
    (tmp_path / name).write_text(page)
    bot = build_bot(Settings(), read_corpus(tmp_path, 1_000_000).articles)
    for question, answer in PAIRS:
        quote = bot.ask(question).quote
        assert quote is not None and quote.text == answer


@given(st.lists(st.builds(Line, st.text("a? Q:.", max_size=12), st.sampled_from(["p", "item"]))))
def test_any_lines(lines: list[Line]) -> None:
    """For any lines, each question is followed by another line."""
    assert all(number + 1 < len(lines) for number in find_faq(lines).questions)
