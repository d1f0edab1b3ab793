"""CANARD's dialogues to articles and cases: follow-up questions with what was asked before.

CANARD (Elgohary, Peskov and Boyd-Graber 2019, "Can You Unpack That? Learning to Rewrite
Questions-in-Context") gives each question of a QuAC dialogue with its history and a person's
stand-alone rewrite of it. The history begins with the title and the section of the article that
the dialogue is about; question, answer, question, answer follow.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.errors import ChatbotError
from chatbot.types import Article, Block

UNKNOWN = "I don't know."
"""What a dialogue has for an answer where its text gives none."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that was asked after others."""

    article: str
    """The id of the article that its dialogue became."""
    question: str
    topic: tuple[str, str]
    """Title and section, as if they had been asked first."""
    before: tuple[str, ...]
    """The questions before it, oldest first; at least one."""
    answer: tuple[int, int] | None
    """Where its own answer stands in the article; None where the file does not have it."""


def read_canard(path: Path) -> tuple[list[Article], list[FollowUp]]:
    """Return an article per dialogue, made of its answers, and the questions after the first.

    The dialogue's title is the article's, its section the heading above the answers, each answer
    a paragraph.

    Raises:
        ChatbotError: the file is not of that form; the message names it.
    """
    dialogues: dict[str, list[dict[str, Any]]] = {}
    try:
        for turn in json.loads(path.read_text(encoding="utf-8")):
            dialogues.setdefault(turn["QuAC_dialog_id"], []).append(turn)
        parts = [_dialogue(name, turns) for name, turns in dialogues.items()]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ChatbotError(f"{path}: not a CANARD file: {error!r}") from error
    return [article for article, _ in parts], [case for _, cases in parts for case in cases]


def _dialogue(name: str, turns: Sequence[dict[str, Any]]) -> tuple[Article, list[FollowUp]]:
    turns = sorted(turns, key=lambda turn: turn["Question_no"])
    title, section, *said = turns[-1]["History"]
    text = section
    blocks = [Block("heading", 0, len(section), level=2)] if section else []
    places: dict[str, tuple[int, int]] = {}
    for question, answer in zip(said[::2], said[1::2], strict=False):
        if answer != UNKNOWN:
            text += "\n\n" if text else ""
            places[question] = len(text), len(text) + len(answer)
            text += answer
            blocks.append(Block("paragraph", *places[question]))
    cases = [
        FollowUp(
            article=name,
            question=turn["Question"],
            topic=(title, section),
            before=tuple(turn["History"][2::2]),
            answer=places.get(turn["Question"]),
        )
        for turn in turns
        if len(turn["History"]) > 2
    ]
    return Article(name, title, text, tuple(blocks), source=f"{name}.json"), cases
