"""Evaluation files to cases: a question, and what a right answer to it is.

SQuAD 1.1 and 2.0 JSON bring their own articles; JSON lines of conversations are about articles
that are there already.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.errors import ChatbotError
from chatbot.types import Article, Block


@dataclass(frozen=True, slots=True)
class Gold:
    """A right place: a stretch of an article, and the short answers that stand in it."""

    article: str
    start: int
    end: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its history, and what is right; `gold` None: the articles do not say it."""

    id: str
    question: str
    gold: Gold | None = None
    history: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    """Of a conversation file: the quote must contain one of these."""
    short: tuple[str, ...] = ()
    """Of a conversation file: the highlight should be one of these; empty: any."""
    abstains: bool = False
    """The right thing to do is to abstain."""


def read_squad(path: Path) -> tuple[list[Article], list[Case]]:
    """Return the articles and cases of a file in SQuAD's form, version 1.1 or 2.0.

    A paragraph of the file is a paragraph of the article, a title with underscores one with spaces.

    Raises:
        ChatbotError: the file is not of that form; the message names it.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))["data"]
        parts = [_squad_article(number, entry) for number, entry in enumerate(data)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ChatbotError(f"{path}: not a SQuAD file: {error!r}") from error
    return [article for article, _ in parts], [case for _, cases in parts for case in cases]


def _squad_article(number: int, entry: dict[str, Any]) -> tuple[Article, list[Case]]:
    title = entry.get("title", "").replace("_", " ")
    article_id = f"{number:03}-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}".strip("-")
    cases, blocks, text = [], [], ""
    for paragraph in entry["paragraphs"]:
        text += "\n\n" if text else ""
        start, end = len(text), len(text) + len(paragraph["context"])
        text += paragraph["context"]
        blocks.append(Block("paragraph", start, end))
        for qa in paragraph["qas"]:
            answers = tuple(dict.fromkeys(answer["text"] for answer in qa["answers"]))
            gold = Gold(article_id, start, end, answers) if answers else None
            abstains = qa.get("is_impossible", False)
            cases.append(Case(str(qa["id"]), qa["question"], gold, abstains=abstains))
    article = Article(article_id, title, text, tuple(blocks), source=f"{article_id}.json")
    return article, cases
