"""Reads CANARD, dialogues whose questions depend on earlier ones, and measures their searches.

CANARD (Elgohary, Peskov and Boyd-Graber 2019, "Can You Unpack That? Learning to Rewrite
Questions-in-Context") gives the history of each question of a QuAC dialogue. It begins with the
title and the section of the article that the dialogue is about. The earlier questions follow, each
with its answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot import retrievers
from chatbot.bot import build_bot
from chatbot.config import Settings
from chatbot.evaluation import HITS, rank_of
from chatbot.evaluation.cases import Case, CaseFile, Gold
from chatbot.evaluation.figures import Figure, Metric, measured
from chatbot.types import Article, Block, Turn

UNKNOWN = "I don't know."
"""The answer in a dialogue if the text does not answer."""


@dataclass(frozen=True, slots=True)
class FollowUp(Case):
    """A later question of a dialogue. Every sentence of the dialogue is a right answer."""

    untitled: tuple[Turn, ...] = ()
    """The earlier questions; in `history`, the title and the section come before them."""
    own: Gold | None = None
    """The place of its own answer in the article; None if the file does not have the answer."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """The rank of the first right passage for a question, in different searches (see `rank_of`)."""

    group: str
    own: int | None
    """Only a passage with the question's own answer is right."""
    untitled: int
    """The history is without title and section."""
    untitled_own: int | None


def _is_in(rank: int | None, most: int) -> bool | None:
    return None if rank is None else 1 <= rank <= most


FIGURES = (
    Metric(
        "own-in-3",
        "one of the first 3 has the turn's own answer",
        "%",
        lambda ranks: _is_in(ranks.own, 3),
    ),
    Metric(
        "untitled-first",
        "the first passage is right, without title and section",
        "%",
        lambda ranks: _is_in(ranks.untitled, 1),
    ),
    Metric(
        "untitled-own-in-3",
        "one of the first 3 has the turn's own answer, without title and section",
        "%",
        lambda ranks: _is_in(ranks.untitled_own, 3),
    ),
)


def read_dialogues(content: Any) -> tuple[list[Article], list[FollowUp]] | None:
    """Return an article for each dialogue and a case for each follow-up; None for another format.

    The title of the article is that of the dialogue, the section is the heading, and each answer is
    a paragraph.
    """
    match content:
        case [{"QuAC_dialog_id": str()}, *_]:
            pass
        case _:
            return None
    dialogues: dict[str, list[dict[str, Any]]] = {}
    for turn in content:
        dialogues.setdefault(turn["QuAC_dialog_id"], []).append(turn)
    parts = [_dialogue(name, turns) for name, turns in dialogues.items()]
    return [article for article, _ in parts], [case for _, cases in parts for case in cases]


def figures(settings: Settings, file: CaseFile) -> list[Figure]:
    """Return the figures of `FIGURES` for the follow-ups of a file; none if it has no follow-ups.

    Searching comes before reading, so these figures are the same for all readers.
    """
    asked = [case for case in file.cases if isinstance(case, FollowUp)]
    if not asked:
        return []
    quiet = settings.suggestions.model_copy(update={"enabled": False})
    plain = settings.reader.model_copy(update={"engine": "sentence"})
    changed = settings.model_copy(update={"suggestions": quiet, "reader": plain})
    bot = build_bot(changed, file.articles, retrievers.vectors(settings))
    found = []
    for case in asked:
        titled = bot.search(case.question, case.history, HITS)
        untitled = bot.search(case.question, case.untitled, HITS)
        found.append(
            Ranks(
                case.group,
                own=rank_of(case.own, titled) if case.own else None,
                untitled=rank_of(case.gold, untitled) if case.gold else 0,
                untitled_own=rank_of(case.own, untitled) if case.own else None,
            )
        )
    return measured(FIGURES, found)


def _dialogue(name: str, turns: Sequence[Mapping[str, Any]]) -> tuple[Article, list[FollowUp]]:
    turns = sorted(turns, key=lambda turn: turn["Question_no"])
    title, section, *said = turns[-1]["History"]
    text = section
    blocks = [Block("heading", 0, len(section), level=2)] if section else []
    places: dict[str, Gold] = {}
    for question, answer in zip(said[::2], said[1::2], strict=False):
        if answer != UNKNOWN:
            text += "\n\n" if text else ""
            places[question] = Gold(name, len(text), len(text) + len(answer), ())
            blocks.append(Block("paragraph", len(text), len(text) + len(answer)))
            text += answer
    cases = []
    for turn in turns:
        before = turn["History"][2::2]
        if before:
            question = turn["Question"]
            cases.append(
                FollowUp(
                    f"{name} {len(before) + 1}: {question}",
                    question,
                    Gold(name, 0, len(text), ()),
                    history=tuple(Turn(said) for said in (title, section, *before) if said),
                    untitled=tuple(Turn(said) for said in before if said),
                    own=places.get(question),
                    group=name,
                )
            )
    return Article(name, title, text, tuple(blocks), source=f"{name}.json"), cases
