"""Reads files of questions, each with its right answer.

`read_cases` recognises the format of a file by its content. A SQuAD file has its own articles.
Questions in other formats (conversations, lines of text) are about existing articles, and all of
them must be answered right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chatbot.errors import ChatbotError
from chatbot.types import Article, Block, Turn

ABSTAIN = "abstain"
"""Stands in a conversation file instead of a quote if the articles do not answer."""

FileForm = Callable[[Any], tuple[Sequence[Article], Sequence["Case"]] | None]
"""Turns the content of a JSON file into articles and cases; None if the format is another."""


@dataclass(frozen=True, slots=True)
class Gold:
    """The part of an article that answers a question, and the short answers in it."""

    article: str
    """The article's id."""
    start: int
    end: int
    answers: tuple[str, ...]
    """If there are none, every sentence of this part is right."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and its right answer: a place, words of the quote, or to abstain."""

    id: str
    """Unique in its file. It stays the same if other questions are added or removed."""
    question: str
    gold: Gold | None = None
    history: tuple[Turn, ...] = ()
    """The earlier turns, if the file has them."""
    follows: bool = False
    """Whether it is asked after the case before it, with that question and answer as history."""
    contains: tuple[str, ...] = ()
    """Without `gold`: one of these must be in the quote, or in the address of a link in it."""
    short: tuple[str, ...] = ()
    """Without `gold`: the highlight should be one of these; if there are none, any is right."""
    abstains: bool = False
    """Whether it is right to abstain, since the articles do not answer."""
    group: str = ""
    """The same for questions about one paragraph, or of one conversation."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of a file, and its articles if it has any."""

    name: str
    cases: tuple[Case, ...]
    articles: tuple[Article, ...] = ()
    """If empty, the questions are about existing articles, and all answers must be right."""


def read_cases(path: Path, forms: Sequence[FileForm] = ()) -> CaseFile:
    """Return the cases of a file.

    The file is SQuAD 1.1 or 2.0, JSON lines with conversations, or lines of text. Each line of text
    is a question that must not be answered. `forms` are further JSON formats that it may have.

    Raises:
        ChatbotError: the file cannot be read, has none of these formats, or has no questions. The
        message names the file, and the wrong line or question.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ChatbotError(f"{path}: cannot be read: {cause}") from error
    articles, cases = _json(path, text, forms) or ((), _lines(path, text.splitlines()))
    if not cases:
        raise ChatbotError(f"{path}: no questions in it")
    for case in cases:
        if not (case.gold or case.contains or case.abstains):
            raise ChatbotError(
                f"{path}: question {case.id!r} has no answers and is not marked is_impossible"
            )
    return CaseFile(path.name, tuple(_unique(cases)), tuple(articles))


def read_squad(path: Path) -> tuple[Sequence[Article], Sequence[Case]]:
    """Return the articles and cases of a SQuAD file, version 1.1 or 2.0, as they are in the file.

    Unlike `read_cases`, this accepts repeated ids and questions without an answer.

    Raises:
        ChatbotError: the file has another format; the message names the file.
    """
    try:
        found = _json(path, path.read_text(encoding="utf-8-sig"), ())
    except (OSError, UnicodeDecodeError) as error:
        raise ChatbotError(f"{path}: cannot be read: {error}") from error
    if not found:
        raise ChatbotError(f"{path}: not a SQuAD file")
    return found


def paragraphs(article_id: str, title: str, texts: Sequence[str]) -> Article:
    """Return an article of these paragraphs, with an empty line between them."""
    blocks, text = [], ""
    for paragraph in texts:
        text += "\n\n" if text else ""
        blocks.append(Block("paragraph", len(text), len(text) + len(paragraph)))
        text += paragraph
    return Article(article_id, title, text, tuple(blocks), source=f"{article_id}.json")


def relocated(
    cases: Sequence[Case], theirs: Sequence[Article], ours: Sequence[Article]
) -> list[Case]:
    """Return `cases` about the articles `theirs` as cases about `ours`, with the same paragraphs.

    If none of `ours` has the paragraph, only the answers are known.
    """
    texts = {article.id: article.text for article in theirs}

    def moved(case: Case) -> Case:
        gold = case.gold
        if not gold:
            return case
        paragraph = texts[gold.article][gold.start : gold.end]
        for article in ours:
            start = article.text.find(paragraph)
            if start >= 0:
                place = Gold(article.id, start, start + len(paragraph), gold.answers)
                return replace(case, gold=place)
        return replace(case, gold=None, contains=gold.answers, short=gold.answers)

    return [moved(case) for case in cases]


def _json(
    path: Path, text: str, forms: Sequence[FileForm]
) -> tuple[Sequence[Article], Sequence[Case]] | None:
    """Return the articles and cases of a JSON file, or None if it must be read line by line."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    try:
        for form in (_squad, *forms):
            if found := form(content):
                return found
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ChatbotError(f"{path}: a part is missing or has a wrong type: {error!r}") from error
    if isinstance(content, list):
        raise ChatbotError(f"{path}: JSON, but not in a known format")
    return None


def _squad(content: Any) -> tuple[list[Article], list[Case]] | None:
    """Return the articles and cases of a SQuAD file; each paragraph becomes one of the article."""
    match content:
        case {"data": list(data)}:
            parts = [_squad_article(number, entry) for number, entry in enumerate(data)]
            return [article for article, _ in parts], [case for _, cases in parts for case in cases]
    return None


def _squad_article(number: int, entry: dict[str, Any]) -> tuple[Article, list[Case]]:
    title = entry.get("title", "").replace("_", " ")
    article_id = f"{number:03}-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}".strip("-")
    texts = [paragraph["context"] for paragraph in entry["paragraphs"]]
    article = paragraphs(article_id, title, texts)
    cases = []
    for paragraph, block in zip(entry["paragraphs"], article.blocks, strict=True):
        for qa in paragraph["qas"]:
            answers = tuple(dict.fromkeys(answer["text"] for answer in qa["answers"]))
            cases.append(
                Case(
                    str(qa["id"]),
                    qa["question"],
                    Gold(article_id, block.start, block.end, answers) if answers else None,
                    abstains=qa.get("is_impossible", False),
                    group=f"{article_id}:{block.start}",
                )
            )
    return article, cases


def _lines(path: Path, lines: Sequence[str]) -> list[Case]:
    """Return the cases in lines: conversations if the first line is JSON, else plain questions."""
    numbered = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered or not numbered[0][1].startswith("{"):
        return [Case(line, line, abstains=True, group=line) for _, line in numbered]
    cases = []
    for number, line in numbered:
        try:
            content = json.loads(line)
            cases += _conversation(content.get("turns", [content]), number)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            cause = f"no {error}" if isinstance(error, KeyError) else error
            raise ChatbotError(f"{path}: line {number}: not a conversation: {cause}") from error
    return cases


def _conversation(turns: Sequence[dict[str, Any]], line: int) -> list[Case]:
    cases: list[Case] = []
    for turn in turns:
        contains = turn["contains"]
        if not isinstance(contains, str | None):
            raise ValueError(f'"contains" must be words of the quote, or "{ABSTAIN}"')
        expected = ABSTAIN if contains is None else contains.strip()
        abstains = expected.lower() == ABSTAIN
        wanted = () if abstains else tuple(filter(None, map(str.strip, expected.split("|"))))
        if not (abstains or wanted):
            raise ValueError(f'"contains" is empty; "{ABSTAIN}" or null mean no answer')
        questions = (*(case.question for case in cases), turn["question"])
        cases.append(
            Case(
                " → ".join(questions),
                turn["question"],
                follows=bool(cases),
                contains=wanted,
                short=tuple(turn.get("short") or ()),
                abstains=abstains,
                group=str(line),
            )
        )
    return cases


def _unique(cases: Sequence[Case]) -> list[Case]:
    """Return the cases with unique ids: the second case with an id gets " (2)", and so on."""
    seen: dict[str, int] = {}
    unique = []
    for case in cases:
        seen[case.id] = seen.get(case.id, 0) + 1
        repeated = seen[case.id] > 1
        unique.append(replace(case, id=f"{case.id} ({seen[case.id]})") if repeated else case)
    return unique
