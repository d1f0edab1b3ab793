"""No request takes more than a known number of steps, whatever the question and its history are."""

from __future__ import annotations

import tracemalloc
from itertools import product

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chatbot.bot import Bot
from chatbot.conversation import budget
from chatbot.conversation.budget import Budget, recent
from chatbot.conversation.questions import MAX_LENGTH
from chatbot.language import text
from chatbot.language.recent import Recent
from chatbot.types import Turn

OWN = 10 * (1 + MAX_LENGTH // budget.ORDINARY)
"""What reading the visitor's own words may cost in addition: ten passages, for a long question."""


def misspelt(number: int, length: int = 970) -> str:
    """Return this many letters of different words, each almost a word of the articles."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ("".join(w) for w in product(("librar", "weekda", "replac"), letters, letters))
    start = number * 100
    return " ".join(list(words)[start % 1000 :][:140])[:length]


HOSTILE = {
    "misspelt words": [Turn(misspelt(i)) for i in range(20)],
    "words of the articles": [Turn("library books flood card ferreira " * 28)] * 20,
    "names": [Turn(", ".join(f"Ada{i}x{j}" for j in range(110))) for i in range(20)],
    "capitals": [Turn("A,b," * 240)] * 20,
    "names that are asked for": [Turn(f"Who founded {misspelt(i, 180)}?") for i in range(40)],
    "answers": [Turn("Who?", "Ada Ferreira, João Pérez and others. " * 200)] * 20,
}


@pytest.mark.parametrize("history", HOSTILE.values(), ids=HOSTILE)
def test_no_history_is_more_work_than_the_bound(bot: Bot, history: list[Turn]) -> None:
    """For any history, the steps stay within the limit, and there is an answer."""
    for question in ("Who was she?", misspelt(7), "How many books did she have?"):
        spent = Budget()
        answer = bot.ask(question, history, budget=spent)
        assert answer.message
        assert len(spent.corrected) <= budget.CORRECTIONS
        assert spent.searched <= budget.SEARCHES + MAX_LENGTH
        assert spent.read <= budget.PASSAGES + OWN


def test_what_costs_too_much_leaves_the_visitors_own_words(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the history would cost too much, the question is answered without it."""
    history = [Turn("Who founded the library?", "Ada Ferreira founded the library in 1911.")]
    question = "How many books did she have?"
    assert bot.ask(question, history).question.understood_as
    for bound in ("SEARCHES", "PASSAGES"):
        with monkeypatch.context() as patched:
            patched.setattr(budget, bound, 0)
            answer = bot.ask(question, history)
            assert repr(answer) == repr(bot.ask(question))


def test_each_distinct_word_is_corrected_once(bot: Bot) -> None:
    """A word that occurs a hundred times in question and history is looked up once."""
    spent = Budget()
    bot.ask("labrary " * 50, [Turn("Where is the labrary? " * 10)] * 10, budget=spent)
    assert list(spent.corrected) == [("labrary", "labrary", False)]


def test_words_too_many_to_correct_stay_as_they_are(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question's own words are corrected first, then those of the newest turns."""
    monkeypatch.setattr(budget, "CORRECTIONS", 1)
    spent = Budget()
    answer = bot.ask("What does a libarry card cost?", [Turn("When was the floood?")], budget=spent)
    assert answer.question.text == "What does a library card cost?"
    assert len(spent.corrected) == 1


def test_the_oldest_turns_go_unread() -> None:
    """At most the newest 20 turns and 8 KB of a history are read."""
    turns = [Turn(f"What is {i}?") for i in range(50)]
    assert recent(turns) == tuple(turns[-20:])
    long = [Turn("é" * 1000) for _ in range(20)]
    assert recent(long) == tuple(long[-4:])


def test_an_answer_too_long_leaves_its_question() -> None:
    """The last question is read even if its answer is too long to be read."""
    assert recent([Turn("What?", "x" * 10_000)]) == (Turn("What?", ""),)


@given(st.lists(st.builds(Turn, st.text(max_size=900), st.none() | st.text(max_size=3000))))
def test_what_is_read_of_a_history_is_bounded(history: list[Turn]) -> None:
    """For any history, only its end is used, with at most 20 turns and 8 KB."""
    kept = recent(history)
    assert len(kept) <= budget.MAX_TURNS
    size = sum(len((t.question + (t.answer or "")).encode("utf-8", "replace")) for t in kept)
    assert size <= budget.MAX_BYTES
    assert [t.question for t in kept] == [t.question for t in history][len(history) - len(kept) :]


@examples(max_examples=25)
@given(st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=8))
def test_any_conversation_is_bounded(bot: Bot, asked: list[str]) -> None:
    """For any words, the number of steps is within the limit."""
    *history, question = asked
    if not question.strip():
        return
    spent = Budget()
    bot.ask(question, [Turn(text) for text in history], budget=spent)
    assert len(spent.corrected) <= budget.CORRECTIONS
    assert spent.searched <= budget.SEARCHES + MAX_LENGTH
    assert spent.read <= budget.PASSAGES + OWN


def test_what_is_kept_of_visitors_words_is_bounded_in_bytes() -> None:
    """Words longer than those of any language are not cached, and neither are long texts."""
    text._analyse.cache_clear()
    for i in range(50):
        text.split(f"{i:0>300}x" * 3)
        text.split(f"{i:0>900}x" * 3)
    assert text._analyse.cache_info().currsize == 0
    assert text._analyse.cache_parameters()["maxsize"] * text.LONGEST_KEPT <= 2_000_000


@given(st.lists(st.text("a \u6f22", max_size=40), max_size=60))
def test_no_more_words_are_kept_than_allowed(texts: list[str]) -> None:
    """For any texts, results are the same as without a cache, and few parts are cached."""
    made: list[str] = []

    def letters(text: str) -> tuple[str, ...]:
        made.append(text)
        return tuple(text)

    recent = Recent(letters, most=100, longest=30)
    for typed in texts:
        assert recent(typed) == tuple(typed)
        kept = dict(recent._kept)
        assert sum(1 + len(parts) + len(key) // 20 for key, parts in kept.items()) <= 100
        before = len(made)
        assert recent(typed) == tuple(typed)
        assert len(made) == before + (len(typed) > 30), "it was not remembered"


def test_memory_for_the_words_of_texts_is_small() -> None:
    """After thousands of texts of any length, no more than a few megabytes are kept."""
    tracemalloc.start()
    recent = Recent(text._split, text.MOST_WORDS, text.LONGEST_TEXT)
    for i in range(400):
        recent("\u6f22" * 200 + str(i))
        recent(f"{i} " + "?" * 1_000)
        recent("\U0001f600" * 900 + str(i))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 10_000_000
