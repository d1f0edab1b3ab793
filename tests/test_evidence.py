"""Of the readings of a question, the one with the most evidence is chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chatbot.bot import Bot
from chatbot.conversation import evidence, questions
from chatbot.conversation.budget import Budget
from chatbot.conversation.evidence import surest
from chatbot.conversation.questions import Reading
from chatbot.types import Hit, Passage, Question, Turn

MOST = 3
"""The visitor's own words, the completed question, and the own words with the topic."""


def hit(article: str, text: str, score: float = 1.0) -> Hit:
    passage = Passage(article, article.title(), None, text, 0, ((0, len(text)),))
    return Hit(passage, score)


def seen(*found: Hit) -> evidence.Evidence:
    """Return the evidence for "Where is the tower?" with these hits."""
    [of] = evidence.evidence([Reading(Question("Where is the tower?"))], [found], lambda term: 1.0)
    return of


def test_the_visitors_own_words_win_at_a_tie() -> None:
    """Of readings with equal evidence, the first is chosen: the visitor's own words."""
    assert surest([{"lead": 0.5}, {"lead": 0.5}, {}], {"lead": 1.0}) == 0
    assert surest([{"lead": 0.4}, {"lead": 0.5}], {"lead": 1.0}) == 1


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ([hit("ulm", "The tower is near.")], [hit("ulm", "It is near.")]),  # has the words
        ([hit("ulm", "A tower.", 2), hit("kiel", "A tower.")],
         [hit("ulm", "A tower."), hit("kiel", "A tower.")]),  # stands out
        ([hit("ulm", "A tower.")], []),  # finds something
    ],
)  # fmt: skip
def test_what_speaks_for_a_reading(better: list[Hit], worse: list[Hit]) -> None:
    """A reading is likelier if its best passage has the visitor's words and is ahead of others."""
    assert surest([seen(*worse), seen(*better)]) == 1


def test_a_reading_that_loses_the_visitors_words_is_less_likely() -> None:
    """A reading is less likely if it loses words that the visitor's own words find."""
    own = Reading(Question("Where is the tower?"))
    other = Reading(Question("Where is the tower?", topic=(("ulm", 1.0),)), "topic")
    kept, lost = hit("ulm", "The tower is near."), hit("ulm", "Ulm is old.")
    for found, is_lost in ((kept, 0.0), (lost, 1.0)):
        _, of = evidence.evidence([own, other], [[kept], [found]], lambda term: 1.0)
        assert of["lost"] == pytest.approx(is_lost / 3)


def test_only_what_carries_something_over_is_asked_whether_it_may(bot: Bot) -> None:
    """The form of a question is no evidence about the visitor's own words."""
    readings = questions.understand(
        "When was it founded?", [Turn("Where is the library?")], index=bot._retriever
    )
    found = [bot._retriever.search(reading.question, 3) for reading in readings]
    own, *others = evidence.evidence(readings, found, bot._retriever.idf)
    assert others
    assert not [name for name in own if name.startswith(("by ", "carried "))]
    assert all(of["carried pronoun"] == 1.0 for of in others)


def test_each_weight_is_of_something_that_is_seen(bot: Bot) -> None:
    """No weight has a name that evidence never has."""
    readings = [
        Reading(Question("Who?", topic=(("x", 1.0),)), rule)
        for rule in ("own", "topic", "subject", "pronoun", "pointer", "bare", "swap", "noun")
    ]  # fmt: skip
    names = {
        name
        for of in evidence.evidence(readings, [[]] * len(readings), bot._retriever.idf)
        for name in of
    }
    assert evidence.learnt().keys() <= names


@examples(max_examples=40)
@given(st.text(min_size=1, max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_readings_are_few_and_evidence_is_bounded(bot: Bot, text: str, asked: list[str]) -> None:
    """For any text and history, there are one to three readings, and all evidence is small."""
    if not text.strip():
        return
    readings = questions.understand(text, [Turn(q, q) for q in asked], index=bot._retriever)
    assert len(readings) <= MOST
    assert [reading.rule for reading in readings].count("own") == 1
    assert readings[0].rule == "own"
    found = [bot._retriever.search(reading.question, 3) for reading in readings]
    for of in evidence.evidence(readings, found, bot._retriever.idf):
        assert all(-10 <= value <= 1.001 for value in of.values())


def test_only_the_reading_that_is_taken_is_read(bot: Bot) -> None:
    """All readings are searched, but only the hits of one are read, as for a first question."""
    history = [Turn("Who founded the library?", "Ada Ferreira founded the library in 1911.")]
    first, later = Budget(), Budget()
    bot.ask("How many books did Ada Ferreira have?", budget=first)
    answer = bot.ask("How many books did she have?", history, budget=later)
    assert answer.question.understood_as == "How many books did Ada Ferreira have?"
    assert later.read <= first.read
