"""The whole way from articles and a question to an answer."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chatbot.bot import Bot, as_turn, build_bot
from chatbot.config import Settings
from chatbot.errors import QuestionError
from chatbot.types import Article, Turn


def test_an_answer_is_a_quotation(bot: Bot) -> None:
    """Quote and short answer are in the article, word for word, and are cited."""
    answer = bot.ask("How much does a library card cost?")
    assert answer.status == "answered"
    assert answer.quote
    article = bot.articles[answer.quote.article]
    assert article.text[answer.quote.start : answer.quote.end] == answer.quote.text
    assert "$20" in answer.quote.text
    assert answer.message == answer.quote.text
    cited = answer.citations[0]
    assert cited.start <= answer.quote.start < answer.quote.end <= cited.end
    assert answer.related == ()
    assert answer.reason is None


def test_what_is_found_does_not_depend_on_how_much_is_wanted(bot: Bot) -> None:
    """A follow-up is understood the same way, however few passages are wanted."""
    history = [Turn("How much does a library card cost?")]
    (first,) = bot.search("When does it open?", history, limit=1)
    assert first == bot.search("When does it open?", history, limit=10)[0]


def test_what_is_not_said_is_not_answered(bot: Bot) -> None:
    """Without an answer there are a reason, a message and the nearest passages, no citations."""
    answer = bot.ask("Who designed the roof of the library garage?")
    assert answer.status == "abstained"
    assert answer.quote is None
    assert answer.reason == "low_confidence"
    assert answer.citations == ()
    assert answer.related
    assert answer.message
    assert answer.unknown_words == ("designed", "roof", "garage")


def test_gibberish_matches_nothing(bot: Bot) -> None:
    """A question without any word of the articles has another reason than an unanswered one."""
    answer = bot.ask("xqzzt vbbrl?")
    assert answer.reason == "no_match"
    assert answer.unknown_words == ("xqzzt", "vbbrl")


@pytest.mark.parametrize(
    "question", ["How old was he?", "Why?", "And its colour?", "Who saw that?"]
)
def test_who_is_meant_cannot_be_told_from_a_first_question(bot: Bot, question: str) -> None:
    """A first question about an unknown "he" is ambiguous, not unanswered."""
    answer = bot.ask(question)
    assert (answer.status, answer.reason) == ("abstained", "ambiguous")
    assert answer.message == bot.settings.messages.ambiguous


def test_a_question_with_its_own_subject_is_not_unclear(bot: Bot) -> None:
    """If "it" refers to a clause or to something in the question itself, nothing is ambiguous."""
    for question in (
        "How long does it take to knit a sock?",
        "Was Rome glad when it fell?",
        "I'd like to dye a jumper, is this possible?",
        "The needle broke off. Can I repair that?",
        "Is it an option to knit socks on a loom?",
    ):
        assert bot.ask(question).reason in ("no_match", "low_confidence")


def test_no_articles_no_answers(settings: Settings) -> None:
    """An empty corpus has a reason of its own."""
    answer = build_bot(settings, []).ask("Is there anything?")
    assert answer.reason == "empty_corpus"
    assert answer.message == settings.messages.empty_corpus
    assert answer.unknown_words == ()


def test_the_limit_is_kept(bot: Bot) -> None:
    """No more passages are shown than the limit."""
    for limit in (1, 2):
        assert len(bot.ask("Who designed the roof of the library?", limit=limit).related) <= limit


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1001])
def test_a_question_has_1_to_1000_characters(bot: Bot, text: str) -> None:
    """Any other length is an error of the client."""
    with pytest.raises(QuestionError):
        bot.ask(text)


def test_the_index_names_what_is_indexed(settings: Settings, articles: tuple[Article, ...]) -> None:
    """The same articles have the same digest, a changed letter another."""
    first, *rest = articles
    changed = replace(first, text=first.text[:-1] + "?")
    assert build_bot(settings, articles).index == build_bot(settings, list(articles)).index
    assert build_bot(settings, [changed, *rest]).index != build_bot(settings, articles).index


def test_the_same_question_gets_the_same_answer(
    settings: Settings, articles: tuple[Article, ...]
) -> None:
    """Two bots with the same articles give the same answers, byte for byte, in any order."""
    one, other = build_bot(settings, articles), build_bot(settings, articles)
    one.ask("When did the flood come?")
    history = [Turn("Who founded the library?", "Ada Ferreira founded the library in 1911.")]
    for question in ("When?", "How many books did she have?", "What does a lost card cost?"):
        assert repr(one.ask(question, history)) == repr(other.ask(question, history))


ALIKE = """
from pathlib import Path
from chatbot import Bot, read_corpus
from chatbot.bot import build_bot
from chatbot.config import ReaderSettings, Settings
articles = read_corpus(Path("corpus"), 10**6).articles
bot = build_bot(Settings(reader=ReaderSettings(engine="sentence")), articles)
for article in articles[:3]:
    asked = "Is it so that " + article.text[:200].replace("\\n", " ") + "?"
    print(bot.ask(asked).confidence, bot.explain(asked, 5))
"""


@pytest.mark.slow
def test_every_process_gives_the_same_answer() -> None:
    """No number depends on the order of words in a set, which differs between processes."""
    told = {
        subprocess.run(
            [sys.executable, "-c", ALIKE],
            cwd=Path(__file__).parent.parent,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1


def test_a_client_need_not_keep_the_answers(bot: Bot) -> None:
    """With only the earlier questions, a follow-up gets the same answer as with their answers."""
    asked, then = "Who founded the library?", "How many books did she have?"
    told = bot.ask(then, [as_turn(asked, bot.ask(asked))])
    assert told.question.understood_as == "How many books did Ada Ferreira have?"
    alone = bot.ask(then, [Turn(asked)])
    assert alone.quote and told.quote
    assert (alone.quote.article, alone.quote.text) == (told.quote.article, told.quote.text)


@examples(max_examples=60)
@given(st.text(min_size=1, max_size=200), st.lists(st.text(max_size=80), max_size=3))
def test_nothing_that_is_typed_breaks_it(bot: Bot, text: str, asked: list[str]) -> None:
    """For any text and history, the answer is of one of three kinds; any quote is verbatim."""
    if not text.strip():
        return
    answer = bot.ask(text, [Turn(question) for question in asked])
    assert (answer.status == "answered") == (answer.quote is not None)
    assert (answer.status == "abstained") == (answer.reason is not None)
    assert 0 <= answer.confidence <= 1
    assert answer.message
    if answer.quote:
        article = bot.articles[answer.quote.article]
        assert article.text[answer.quote.start : answer.quote.end] == answer.quote.text
