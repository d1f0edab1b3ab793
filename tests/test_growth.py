"""What an author or a visitor types takes time in proportion to its length, whatever it is.

Growth is compared, not time: of four times as much at most so many times the work, which a
quadratic pattern exceeds by far. Work that cannot be counted is measured in processor time of this
thread.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

import chatbot
from chatbot import passages
from chatbot.articles import read_corpus
from chatbot.articles.opening import MOST_LINES, MOST_TAGS, MOST_WORDS
from chatbot.conversation import followups, smalltalk, subjects
from chatbot.conversation.spelling import vocabulary
from chatbot.errors import ArticleError
from chatbot.formats import Format, parse
from chatbot.formats.dateline import read_dateline
from chatbot.language import forms, kinds, people, sentences, text
from chatbot.retrievers.naming import Naming
from chatbot.store.masking import mask
from chatbot.suggestions.usage import Usage
from chatbot.types import Article, Block, Passage

TIMES = 4
AT_MOST = 10.0
"""Four times as much may take ten times as long: a linear step takes four, a quadratic sixteen."""
NOTICED = 0.03
"""Seconds below which nothing is said: of so little, what is measured is the machine."""

PUMPS = (
    "a", "A", "A ", "Ab ", "a ", "1", "1,", "1 ", "1-", "(", "((a", "[", "[a", "![", "](", "[a](",
    ", a", "A, ", "\n", "\n\n", " ", "  \n", "\t", ".", "a.", "A. ", "said A ", "king ", "king A ",
    "@", "x@", "x@y.", "-", "- a\n", "a-", "<", "<a", "<a ", "<p>", "<b>", "<td>", "<!--", "&",
    '"', "“", "“a ", "‘", "what is ", "how much is ", "one ", "1 million ", "19", "1900 ", "May ",
    "because ", "’s ", "a’", "*", "**a", "_", "~~a", "`", "`a``", "```\n", "\\", "|", "|a", "|-",
    "# ", "> ", "    a\n", "1. a\n", "a: b\n", "---\n", "é", "e\u0301", "—", "A—", "A of ", "and ",
    "not ", "his ", "it ", "password ", "password: ", "the A ", "A\n", ": ", ":", "a;", "\u3040",
)  # fmt: skip


def work(step: Callable[[str], object], typed: str) -> float:
    """Return the shortest time of three tries."""
    taken = []
    for _ in range(3):
        begin = time.thread_time()
        step(typed)
        taken.append(time.thread_time() - begin)
        if taken[-1] < NOTICED:
            break
    return min(taken)


def grows(step: Callable[[str], object], pump: str, length: int) -> bool:
    """Return whether the time of `step` grows much faster than the length of the text."""
    long = (pump * (TIMES * length))[: TIMES * length]
    most = work(step, long)
    if most < NOTICED:
        return False
    return most > AT_MOST * work(step, long[:length])


def passage_of(content: str) -> Passage:
    return Passage("a", content[:300], None, content, 0, ((0, len(content)),))


def cut(content: str) -> object:
    blocks = parse(content, "text").blocks
    return passages.cut(Article("a", "A", content, blocks, "a.txt"), 20, 220)


# What sees a whole article, or as much of it as has no space.
OF_ARTICLES: dict[str, Callable[[str], object]] = {
    "text.split": text.split,
    "text.fold": text.fold,
    "sentences.spans": sentences.spans,
    "people.persons": people.persons,
    "Naming": lambda content: Naming([passage_of(content)]),
    "vocabulary": lambda content: vocabulary([content]),
    "suggestions.Usage": Usage,
    "read_dateline": read_dateline,
    "cut": cut,
    "mask": mask,
}
FORMATS: tuple[Format, ...] = ("text", "markdown", "html")
# What sees a question, or a sentence: no more than so many characters.
OF_QUESTIONS: dict[str, Callable[[str], object]] = {
    "kinds.asked": lambda question: kinds.asked.__wrapped__(question),
    "followups.lean": lambda question: followups.lean(question, ()),
    "smalltalk": smalltalk.recognise,
    **{
        f"forms {kind}": lambda sentence, kind=kind: forms.find(kind, sentence)  # type: ignore[misc]
        for kind in ("money", "percent", "age", "duration", "date", "number", "person", "title",
                     "quotation", "reason", "place", "thing")
    },
    "in_answer": lambda answer: subjects.in_answer(answer, "Who?", Naming([])),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("step", OF_ARTICLES)
def test_what_reads_articles_is_linear(step: str) -> None:
    """For any strange text, the time grows only with its length."""
    assert [pump for pump in PUMPS if grows(OF_ARTICLES[step], pump, 8_000)] == []


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_parsing_is_linear(format: Format) -> None:
    """The same is true for a file of any format."""

    def read(content: str) -> None:
        with suppress(ArticleError):
            parse(content, format)

    assert [pump for pump in PUMPS if grows(read, pump, 6_000)] == []


@pytest.mark.slow
@pytest.mark.parametrize("step", OF_QUESTIONS)
def test_what_reads_questions_is_bounded(step: str) -> None:
    """A text of at most a sentence is read in a moment, whatever it is."""
    longest = sentences.LONGEST
    for pump in PUMPS:
        typed = (pump * longest)[:longest]
        assert work(OF_QUESTIONS[step], typed) < 10 * NOTICED, pump


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each pattern of a module of the package, with its name."""
    for module in pkgutil.walk_packages(chatbot.__path__, "chatbot."):
        if module.name.startswith(("chatbot.evaluation", "chatbot.__main__")):
            continue  # what the owner measures with sees no visitor's text
        if module.name == "chatbot.readers.deep" and not find_spec("article_chat_deep"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            values = value.values() if isinstance(value, dict) else [value]
            for pattern in values:
                if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                    yield f"{module.name}.{name}", pattern


@pytest.mark.slow
def test_every_pattern_reads_a_sentence_in_a_moment() -> None:
    """No pattern of the package is more than quadratic, and only short texts reach those."""
    slow = []
    for name, pattern in patterns():
        for pump in PUMPS:
            typed = (pump * sentences.LONGEST)[: sentences.LONGEST] + "\x00"
            if work(lambda typed, p=pattern: p.search(typed), typed) > 5 * NOTICED:  # type: ignore[misc]
                slow.append((name, pump))
    assert slow == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("\n" * (MOST_LINES + 1), "lines"),
        ("<" * (MOST_TAGS + 1), "tags"),
        (" ".join(map(str, range(MOST_WORDS + 1))), "different words"),
    ],
)
def test_what_is_data_is_left_out(tmp_path: Path, content: str, what: str) -> None:
    """A file that would take minutes is left out with a message, and the others are served."""
    (tmp_path / "data.md").write_text(f"Words. {content}", encoding="utf-8")
    (tmp_path / "help.md").write_text("The library opens at nine.", encoding="utf-8")
    found = read_corpus(tmp_path, 10_000_000)
    assert [article.id for article in found.articles] == ["help"]
    [fault] = found.faults
    assert fault.left_out and what in fault.message


def test_titles_are_no_longer_than_a_line(tmp_path: Path) -> None:
    """Only the first words of a very long title or heading are used; the text is unchanged."""
    (tmp_path / "a.md").write_text(
        f"# {'Opening ' * 100_000}\n\n## {'Hours ' * 100_000}\n\nAt nine.", encoding="utf-8"
    )
    [article] = read_corpus(tmp_path, 10_000_000).articles
    assert len(article.title) <= 300 and article.title.endswith("Opening")
    assert "Hours " * 100 in article.text
    for passage in passages.cut(article, 20, 220):
        assert len(passage.heading or "") <= 300
        assert article.text[passage.start : passage.end] == passage.text


def test_a_page_of_brackets_is_text() -> None:
    """If Markdown has more brackets than any author types, the rest is read as plain text."""
    found = parse("A [link](https://example.org) first.\n\n" + "[a" * 50_000, "markdown")
    assert found.text.startswith("A link first.\n\n[a[a")
    assert all(isinstance(block, Block) for block in found.blocks)
