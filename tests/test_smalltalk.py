"""Small talk is distinguished from questions by the whole message."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.conversation.smalltalk import INTENTS, recognise

EVALUATION = Path(__file__).parents[2] / "shared" / "eval"

SAID = {
    "greeting": ["Hello", "hi!!", "Heyyy there", "Good morning :)", "👋", "Hi, how are you?", "?"],
    "thanks": ["Thanks!", "thank you so much", "ok thx", "Thanks a lot for your help.", "Cheers"],
    "goodbye": ["Bye", "Goodbye!", "ok, bye for now", "See you later", "That's all, thanks"],
    "identity": ["Who are you?", "are you a bot?", "What's your name?", "Am I talking to a human?"],
    "ability": ["help", "What can you do?", "Can you help me?", "hi, help please", "/help"],
    "insult": ["You're useless", "stupid bot!", "this is rubbish", "WTF"],
    "assent": ["ok", "Yes.", "I see", "oh, nice", "lol", "never mind", "Great, that helps"],
}

QUESTIONS = [
    "Hello Kitty's founder?",
    "thanks to whom did Baker win?",
    "Who thanks the Academy?",
    "Thank You for Smoking director?",
    "Good Night, and Good Luck?",
    "Who are you referring to?",
    "Who is he?",
    "What is this?",
    "how does it work?",
    "tell me more",
    "why?",
    "options?",
    "help with passwords",
    "How can I help a friend to log in?",
    "What can you do with an export?",
    "ok, and the budget?",
    "hi, who directed Anora?",
    "Is the stupid robot in the film?",
    "No Country for Old Men?",
    "the budget",
    "2015",
]


def test_every_kind_is_tried() -> None:
    """Each kind of small talk has examples here."""
    assert set(SAID) == set(INTENTS)


@pytest.mark.parametrize(
    ("message", "kind"), [(message, kind) for kind, said in SAID.items() for message in said]
)
def test_small_talk(message: str, kind: str) -> None:
    """Messages that ask nothing about the articles are recognised."""
    assert recognise(message) == kind


@pytest.mark.parametrize("message", QUESTIONS)
def test_questions(message: str) -> None:
    """A question that begins or ends like small talk is a question."""
    assert recognise(message) is None


def test_nothing() -> None:
    """An empty message is not small talk."""
    assert recognise("") is None and recognise("  \n") is None


@given(message=st.text(max_size=200))
def test_any_text(message: str) -> None:
    """Any message is of a known kind or none."""
    assert recognise(message) in (*INTENTS, None)


@given(
    word=st.sampled_from(["hello", "thank you", "ok", "you are so", "help me"]),
    n=st.integers(1, 300),
)
def test_repetition(word: str, n: int) -> None:
    """However often a word is repeated, an answer comes at once."""
    assert recognise(" ".join([word] * n)) in (*INTENTS, None)


@pytest.mark.skipif(not EVALUATION.exists(), reason="the evaluation data is not here")
def test_real_questions() -> None:
    """No question that people asked about an article counts as small talk."""
    squad = json.loads((EVALUATION / "xquad-dev.json").read_text(encoding="utf-8"))["data"]
    asked = [
        qa["question"] for entry in squad for part in entry["paragraphs"] for qa in part["qas"]
    ]
    dialogues = json.loads((EVALUATION / "canard-dev.json").read_text(encoding="utf-8"))
    asked += [turn["Question"] for turn in dialogues]
    assert [question for question in asked if recognise(question)] == []
