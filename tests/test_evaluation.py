"""Answers are judged as a person would judge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chatbot import evaluation
from chatbot.bot import Bot, build_bot
from chatbot.config import ReaderSettings, Settings
from chatbot.errors import ChatbotError
from chatbot.evaluation import distractions, evaluate, is_right, sampled
from chatbot.evaluation.cases import Case, CaseFile, Gold
from chatbot.evaluation.runs import Outcome
from chatbot.types import Answer, Article, Block, Link, Passage, Turn

TEXTS = {
    "bridge": "The stone bridge over the Avel was built by Tomas Reed in 1702.",
    "mill": "The water mill of Carrow ground flour for nine villages.",
    "lamp": "Street lamps were lit with whale oil until the winter of 1850.",
}
ARTICLES = tuple(
    Article(name, name.title(), text, (Block("paragraph", 0, len(text)),), f"{name}.txt")
    for name, text in TEXTS.items()
)


def about(name: str, question: str, *answers: str) -> Case:
    return Case(question, question, Gold(name, 0, len(TEXTS[name]), answers), group=name)


BRIDGE = about("bridge", "Who built the stone bridge over the Avel?", "Tomas Reed")
MILL = about("mill", "For how many villages did the water mill of Carrow grind flour?", "nine")
OFF = Case("off", "Zxqv wklp?", abstains=True)


def settings(threshold: float = 0.5) -> Settings:
    return Settings(reader=ReaderSettings(engine="sentence", threshold=threshold))


def outcomes(*cases: Case, threshold: float = 0.5, leave_out: bool = False) -> tuple[Outcome, ...]:
    return evaluate(settings(threshold), CaseFile("file", cases, ARTICLES), leave_out).outcomes


def test_a_right_quote_is_right() -> None:
    """Passage and sentence are right if the quote is from there and has the gold answer."""
    (found,) = outcomes(BRIDGE)
    assert found.quote == TEXTS["bridge"]
    assert (found.rank, found.passage, found.cited, found.sentence) == (1, True, True, True)
    assert found.answerable
    assert found.quoted_right


def test_a_quote_without_the_gold_answer_is_wrong() -> None:
    """A quote from the right place without a gold answer is wrong."""
    (found,) = outcomes(about("bridge", BRIDGE.question, "Ann Reed"))
    assert (found.rank, found.passage, found.sentence) == (0, False, False)
    assert not found.right


def test_a_quote_from_elsewhere_is_wrong() -> None:
    """A quote from another article is wrong, even if it has the gold answer."""
    (found,) = outcomes(replace(BRIDGE, gold=Gold("lamp", 0, len(TEXTS["lamp"]), ("in",))))
    assert (found.passage, found.sentence) == (False, False)


def test_of_a_place_without_answers_every_sentence_is_right() -> None:
    """If the case does not say which sentence is right, the passage decides."""
    (found,) = outcomes(replace(BRIDGE, gold=Gold("bridge", 0, len(TEXTS["bridge"]), ())))
    assert (found.passage, found.sentence, found.exact, found.f1) == (True, None, None, None)
    assert found.quoted_right


def test_where_a_link_leads_is_told_with_the_quote() -> None:
    """A case may name an address: a quote that says "here" and links to it is right."""
    case = Case("plan", "Where is the plan of the stone bridge?", contains=("e.org/plan.pdf",))
    for url, right in (("https://e.org/plan.pdf", True), ("javascript:e.org/plan.pdf", False)):
        text = "The plan of the stone bridge is here."
        blocks = (Block("paragraph", 0, len(text)),)
        article = Article("a", "A", text, blocks, "a.md", links=(Link(32, 36, url),))
        (found,) = evaluate(settings(), CaseFile("file", (case,), (article,)), False).outcomes
        assert (found.quote, found.sentence) == (text, right)


def test_abstaining_is_told_by_the_confidence() -> None:
    """Below the threshold there is no answer, but the best quote is still recorded."""
    (sure,) = outcomes(BRIDGE, threshold=0)
    (unsure,) = outcomes(BRIDGE, threshold=1)
    assert (sure.answered, unsure.answered) == (True, False)
    assert (sure.right, unsure.right) == (True, False)
    assert sure.quote == unsure.quote
    assert unsure.sentence


def test_only_abstaining_is_right_of_an_unanswerable_question() -> None:
    """An unanswerable question has no right passage or sentence."""
    (refused,) = outcomes(OFF)
    (answered,) = outcomes(replace(BRIDGE, gold=None, abstains=True), threshold=0)
    assert (refused.right, answered.right) == (True, False)
    assert (answered.passage, answered.sentence, answered.exact) == (None, None, None)


def test_no_highlight_counts_nothing() -> None:
    """Without a highlight, exact match and F1 are 0."""
    (found,) = evaluate(
        Settings(reader=ReaderSettings(engine="sentence", threshold=0, highlight_threshold=1)),
        CaseFile("file", (BRIDGE,), ARTICLES),
    ).outcomes
    assert (found.highlight, found.exact, found.f1) == (None, False, 0.0)


def test_left_out_questions_are_asked_once_more() -> None:
    """Each answerable question is asked again as unanswerable, and its article is not quoted."""
    found = outcomes(BRIDGE, MILL, OFF, threshold=0, leave_out=True)
    assert [(o.id, o.left_out) for o in found] == [
        (BRIDGE.id, False),
        (MILL.id, False),
        (OFF.id, False),
        (BRIDGE.id, True),
        (MILL.id, True),
    ]
    bridge, mill = found[3:]
    assert not bridge.answerable
    assert not mill.answerable
    assert bridge.quote != TEXTS["bridge"]
    assert mill.quote != TEXTS["mill"]


def test_a_corpus_is_indexed_once_per_article_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten questions about two articles need three indexes, not eleven."""
    built: list[int] = []

    def build(settings: Settings, articles: Sequence[Article], *more: Any) -> Bot:
        built.append(len(articles))
        return real(settings, articles, *more)

    real = build_bot
    monkeypatch.setattr(evaluation, "build_bot", build)
    outcomes(*[BRIDGE] * 5, *[MILL] * 5, leave_out=True)
    assert built == [3, 2, 2]


def test_what_a_conversation_must_contain() -> None:
    """A quote is right if it has one of the strings; white space does not matter."""
    case = Case(
        "c", BRIDGE.question, contains=("no such", "built  by\nTomas"), short=("Tomas Reed",)
    )
    wrong = replace(case, contains=("no such",))
    right, missed = outcomes(case, wrong, threshold=0)
    assert (right.sentence, missed.sentence) == (True, False)
    assert (right.passage, right.rank) == (None, None)
    assert right.exact is not None


@pytest.mark.parametrize(("threshold", "given"), [(0, TEXTS["bridge"]), (1, None)])
def test_turns_are_asked_with_what_was_answered(
    threshold: float, given: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history of a turn has the earlier questions of the conversation and their quotes.

    A question that is not a follow-up has the history of its case.
    """
    heard: list[tuple[str, list[Turn]]] = []
    real = Bot.ask

    def ask(self: Bot, text: str, history: Sequence[Turn] = ()) -> Answer:
        heard.append((text, list(history)))
        return real(self, text, history)

    monkeypatch.setattr(Bot, "ask", ask)
    monkeypatch.setattr(evaluation, "WARM_UP", 0)
    first = Case("1", BRIDGE.question, contains=("Tomas",))
    second = Case("2", "When was it built?", follows=True, contains=("1702",))
    third = Case("3", "Zxqv?", follows=True, abstains=True)
    alone = replace(MILL, history=(Turn("What was it?"),))
    outcomes(first, second, third, alone, threshold=threshold)
    asked = Turn(first.question, given, "Tomas Reed" if given else None)
    assert heard[0] == (first.question, [])
    assert heard[1] == (second.question, [asked])
    assert heard[2][1][0] == asked
    assert [turn.question for turn in heard[2][1]] == [first.question, second.question]
    assert heard[3] == (alone.question, list(alone.history))


LAMP = about("lamp", "With what oil were street lamps lit?", "whale")
LIT = about("lamp", "Until when were street lamps lit with oil?", "1850")


def test_distractions_are_about_another_article() -> None:
    """Distractions are two different questions about one other article, always the same ones."""
    cases = (BRIDGE, LAMP, MILL, LIT)
    drawn = distractions(cases)
    assert drawn == distractions(cases)
    assert drawn.keys() == {BRIDGE.id, MILL.id}  # the bridge and the mill have one question each
    for turns in drawn.values():
        assert {turn.question for turn in turns} == {LAMP.question, LIT.question}


def test_only_what_stands_alone_is_distracted() -> None:
    """A follow-up is not asked again, and neither is a question whose article is not known."""
    follow_up = replace(MILL, history=(Turn("What was it?"),))
    assert distractions(
        (BRIDGE, follow_up, replace(BRIDGE, follows=True), OFF, LAMP, LIT)
    ).keys() == {BRIDGE.id}
    assert distractions((LAMP, LIT)) == {}


def test_the_same_answer_after_other_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same quote, or none both times, is undistracted.

    A bot that repeats its first answer is distracted. Without `distract`, this is not measured.
    """
    file = CaseFile("file", (BRIDGE, LAMP, LIT), ARTICLES)

    def undistracted(threshold: float) -> list[bool | None]:
        run = evaluate(settings(threshold), file, distract=True)
        return [outcome.undistracted for outcome in run.outcomes]

    assert [outcome.undistracted for outcome in outcomes(BRIDGE, LAMP, LIT)] == [None] * 3
    assert undistracted(0) == [True, None, None]
    real = Bot.ask

    def stubborn(self: Bot, text: str, history: Sequence[Turn] = ()) -> Answer:
        return real(self, history[0].question if history else text)

    monkeypatch.setattr(Bot, "ask", stubborn)
    assert undistracted(0) == [False, None, None]
    assert undistracted(1) == [True, None, None]


def test_progress_counts_each_question() -> None:
    """`on_progress` is called once for each question, also for those that are asked again."""
    steps: list[int] = []
    file = CaseFile("file", (BRIDGE, MILL), ARTICLES)
    run = evaluate(settings(), file, leave_out=True, on_progress=steps.append)
    assert sum(steps) == len(run.outcomes) == 4
    assert (run.reader, run.threshold, run.file) == ("sentence", 0.5, "file")


def test_a_question_that_cannot_be_asked_is_named() -> None:
    """If a question is empty or too long, the error has the id of its case."""
    with pytest.raises(ChatbotError, match="'q9'"):
        outcomes(Case("q9", "  ", abstains=True))


def test_a_passage_needs_a_gold_answer_in_the_right_place() -> None:
    """If a passage has several paragraphs, only the right one counts.

    If a paragraph is split, only the passage with the answer is right.
    """
    text = "In 1702 it began. In 1850 it ended."
    passage = Passage("a", "", None, text, 100, ((100, 117), (118, 135)))
    assert is_right(passage, Gold("a", 118, 135, ("1850",)))
    assert not is_right(passage, Gold("a", 118, 135, ("1702",)))
    assert not is_right(passage, Gold("b", 118, 135, ("1850",)))
    assert not is_right(passage, Gold("a", 135, 150, ()))
    assert is_right(passage, Gold("a", 90, 110, ()))


def test_a_sample_keeps_conversations_whole() -> None:
    """A sample has the requested number of cases, always the same, and no split conversation."""
    cases = [Case(str(i), "?", follows=i % 3 != 0, abstains=True) for i in range(30)]
    drawn = sampled(cases, 6)
    assert drawn == sampled(cases, 6)
    assert len(drawn) == 6
    assert drawn == sorted(drawn, key=cases.index)
    assert [case.follows for case in drawn] == [False, True, True] * 2
    assert sampled(cases, 100) == cases
