"""Words, versions, codes and signs are found, from files in a folder to the quote.

Each kind is tested with both readers, since either may choose the sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import ReaderSettings, Settings
from chatbot.types import Turn

Corpus = Callable[[dict[str, str]], Bot]


@pytest.fixture(params=["sentence", "neural"])
def corpus(request: pytest.FixtureRequest, tmp_path: Path) -> Corpus:
    """Return a bot that answers from files, given as path and content."""

    def build(files: dict[str, str]) -> Bot:
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content, encoding="utf-8")
        settings = Settings(reader=ReaderSettings(engine=request.param))
        return build_bot(settings, read_corpus(tmp_path, max_bytes=10_000).articles)

    return build


def check(bot: Bot, questions: dict[str, str | None], article: str | None = None) -> None:
    """Check that the quote for each question has the given words, or that there is no quote."""
    for question, words in questions.items():
        answer = bot.ask(question, article=article)
        quote = answer.quote
        assert (quote.text if quote else None) == words or (
            quote is not None and words is not None and words in quote.text
        ), f"{question}: {quote}"
        if quote:
            text = bot.articles[quote.article].text
            assert text[quote.start : quote.end] == quote.text


POOL = """\
# Swimming pool {name}

The pool is open daily from seven to {end}. A ticket costs {price} euros.

## Lockers

A locker takes a {coin} coin.
"""
POOLS = {
    "north.md": POOL.format(name="North", end="nine", price=4, coin="one-euro"),
    "south.md": POOL.format(name="South", end="ten", price=5, coin="two-euro"),
    "west.md": POOL.format(name="West", end="eleven", price=6, coin="fifty-cent"),
}


def test_the_page_goes_first_among_equals(corpus: Corpus) -> None:
    """If all pages say the same, the answer is from the page on which the visitor asks."""
    bot = corpus(POOLS)
    check(bot, {"How much is a ticket?": "4 euros", "Which coin does a locker take?": "one-euro"},
          article="north")  # fmt: skip
    check(bot, {"How much is a ticket?": "5 euros", "until when is it open?": "ten"},
          article="south")  # fmt: skip
    check(bot, {"how much is a ticket": "6 euros", "what coin does a locker take": "fifty-cent"},
          article="west")  # fmt: skip


def test_what_is_named_goes_before_the_page(corpus: Corpus) -> None:
    """A question on one page that names another is answered from the other."""
    bot = corpus(POOLS)
    check(bot, {"How much is a ticket at the pool West?": "6 euros"}, article="north")
    check(bot, {"How much is a ticket at South?": "5 euros"}, article="west")


def test_an_unknown_page_changes_nothing(corpus: Corpus) -> None:
    """An unknown article id has no effect."""
    bot = corpus(POOLS)
    question = "How much is a ticket?"
    assert bot.ask(question, article="gone").quote == bot.ask(question).quote


def test_a_follow_up_stays_on_the_page(corpus: Corpus) -> None:
    """A follow-up question is asked on the same page."""
    bot = corpus(POOLS)
    before: tuple[Turn, ...] = ()
    for question, words in (("How much is a ticket?", "5"), ("and which coin?", "two-euro")):
        answer = bot.ask(question, before, article="south")
        assert answer.quote and words in answer.quote.text
        assert answer.quote.article == "south"
        before = (*before, Turn(question, answer.quote.text))


BRANCHES = {
    "1.x/config.md": "# Configuration\n\nThe settings lie in app.ini. A cache holds 100 files.",
    "2.x/config.md": "# Configuration\n\nThe settings lie in app.toml. A cache holds 500 files.",
    "de/price.md": "# Price\n\nThe licence costs 90 euros.",
    "de/contact.md": "# Contact\n\nYou reach us at 030 1234.",
    "at/price.md": "# Price\n\nThe licence costs 95 euros.",
    "at/contact.md": "# Contact\n\nYou reach us at 01 5678.",
}


def test_the_folder_of_the_page_goes_next(corpus: Corpus) -> None:
    """If the page does not answer, pages in its folder come first."""
    bot = corpus(BRANCHES)
    check(bot, {"What does the licence cost?": "95"}, article="at-contact")
    check(bot, {"What does the licence cost?": "90"}, article="de-contact")
    check(bot, {"How do I reach you?": "01 5678"}, article="at-price")


def test_versions_in_folders(corpus: Corpus) -> None:
    """The newest version is quoted, unless the page or the question has another."""
    bot = corpus(BRANCHES)
    check(bot, {
        "Where do the settings lie?": "app.toml",
        "How many files does a cache hold?": "500",
        "How many files does a cache hold in version 1?": "100",
    })  # fmt: skip
    check(bot, {"Where do the settings lie?": "app.ini"}, article="1-x-config")


NEWS = """\
# News

## Version 3.4.0 (May 2024)

### Added

- Invoices can be sent by post.

### Fixed

- The clock no longer runs backwards in Chile.

## Version 3.40.0 (June 2025)

### Added

- Photos can be cropped.
"""


def test_versions(corpus: Corpus) -> None:
    """Versions match with or without "v", short or long; 3.40 is not 3.4; none is guessed."""
    bot = corpus({"news.md": NEWS, "buy.md": "# Buy\n\nUp to 3 users work for free."})
    check(bot, {
        "What was added in 3.4?": "by post",
        "What was fixed in v3.4.0?": "Chile",
        "What was added in version 3.40?": "cropped",
        "what was added in v3.40.0": "cropped",
        "Which version can crop photos?": "Version 3.40.0 (June 2025)\n\nAdded\n\nPhotos can be",
        "What was added in version 5.1?": None,
        "what was added in v3.0.0": None,
    })  # fmt: skip
    assert "v3.0.0" in bot.ask("what was added in v3.0.0").unknown_words
    quote = bot.ask("Which version can crop photos?").quote
    assert quote and quote.highlight and quote.highlight.text == "3.40.0"


PARTS = """\
# Spare parts

| Part | Price |
|---|---|
| RX-200 belt | $12 |
| RX-20 belt | $9 |

## Error F07

The filter is blocked. Clean it.

## Error F70

The door is open. Close it.

In 2021 a belt cost $8. In 2023 it cost $10.
"""


def test_codes(corpus: Corpus) -> None:
    """A part number, error or year is found however it is written, or there is no answer."""
    bot = corpus({"parts.md": PARTS})
    check(bot, {
        "How much is the RX-200 belt?": "$12",
        "how much is the rx200 belt": "$12",
        "How much is the RX-20 belt?": "$9",
        "How much is the RX-300 belt?": None,
        "What does error F07 mean?": "filter",
        "what does F-70 mean": "door",
        "what does f71 mean": None,
        "What did a belt cost in 2021?": "$8",
        "What did a belt cost in 2019?": None,
    })  # fmt: skip
    for question, code in (
        ("How much is the RX-300 belt?", "RX-300"),
        ("what does f71 mean", "f71"),
        ("What did a belt cost in 2019?", "2019"),
    ):
        assert code in bot.ask(question).unknown_words


COURSES = """\
# Courses

## F#

The F# course takes six weeks.

## F

The F course, for beginners, takes two weeks.

## Vue.js

The Vue.js course takes four weeks.

## .NET

The .NET course takes five weeks and needs a laptop.
"""


def test_signs(corpus: Corpus) -> None:
    """A sign makes a different name; if no article has it, the letter alone does not answer."""
    check(corpus({"courses.md": COURSES}), {
        "How long does the F# course take?": "six",
        "How long does the F course take?": "two",
        "how long is the vue.js course": "four",
        "how long is the vuejs course": "four",
        "How long is the .NET course?": "five",
        "How long is the C# course?": None,
    })  # fmt: skip


MARKED = """\
# Notes

The ﬁrst ﬂoor is closed. The ﬁle must be sent by Friday. The reception is in hall 4.

Our cof\u00adfee shop is in the base\u200bment. The di\u200cﬃcult course starts in May.
"""


def test_ligatures_and_unseen_marks(corpus: Corpus) -> None:
    """Ligatures and invisible marks hide no word, in articles or questions."""
    check(corpus({"notes.md": MARKED}), {
        "Which floor is closed?": "The ﬁrst ﬂoor is closed.",
        "When must the file be sent?": "Friday",
        "when must the \u200bfi\u200ble be sent?": "Friday",
        "Where is the coffee shop?": "base",
        "When does the difficult course start?": "May",
    })  # fmt: skip


LEAVE = {
    "leave.html": "<h1>Leave</h1><p>You get 25 days of <abbr title='annual leave'>AL</abbr> a year."
    "</p><p>Parental leave pay (PLP) begins on day four.</p>",
    "pay.md": "# Pay\n\nPLP is paid for 28 weeks.",
    "start.md": "# Access\n\nEveryone signs a non-disclosure agreement before the first day.",
}


def test_short_forms(corpus: Corpus) -> None:
    """Short forms find the long forms in the articles, and initials find phrases."""
    bot = corpus(LEAVE)
    check(bot, {
        "For how many weeks is parental leave pay paid?": "28 weeks",
        "When does PLP begin?": "day four",
        "What does PLP stand for?": "Parental leave pay (PLP)",
        "How much annual leave do I get?": "25 days",
        "Do I sign an NDA?": "non-disclosure agreement",
    })  # fmt: skip
