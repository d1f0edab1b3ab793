"""Evaluation files to cases: a question, and what a right answer to it is.

`read_cases` tells the form of a file by what is in it. Some forms bring their own articles; the
others (conversations, plain questions) are about articles that are there already, and every one of
their questions must be answered as they say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chatbot.errors import ChatbotError
from chatbot.evaluation.canard import FollowUp, read_canard
from chatbot.types import Article, Block, Turn

ABSTAIN = "abstain"
"""In a conversation file, in place of a quotation: the articles do not say it."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A right place: a stretch of an article, and the short answers that stand in it."""

    article: str
    start: int
    end: int
    answers: tuple[str, ...]
    """Empty: all of the stretch is right, and which sentence is best is not known."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is right: a place, words to be quoted, or to abstain."""

    id: str
    """Unique in its file, and the same when other questions come and go."""
    question: str
    gold: Gold | None = None
    history: tuple[Turn, ...] = ()
    """What was said before, where the file says it."""
    untitled: tuple[Turn, ...] = ()
    """The same without title and section, where `history` begins with them: searched as well."""
    own: Gold | None = None
    """Where its own answer stands, when anything of a longer `gold` is right."""
    follows: bool = False
    """Asked after the case before it, whatever was answered there."""
    contains: tuple[str, ...] = ()
    """Where no place is known: the quote, or the address of its link, must have one of these."""
    short: tuple[str, ...] = ()
    """Where no place is known: the highlight should be one of these; empty: any, or none."""
    abstains: bool = False
    """The right thing to do is to abstain."""
    group: str = ""
    """Cases of one group are alike: about one paragraph, or of one conversation."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of a file, and the articles it brings along."""

    name: str
    cases: tuple[Case, ...]
    articles: tuple[Article, ...] = ()
    """Empty: the cases are about articles that are there already, and each must come out right."""


def read_cases(path: Path) -> CaseFile:
    """Return the cases of a file, in whichever form it is.

    The forms: SQuAD 1.1 or 2.0; StackFAQ's threads; CANARD's dialogues; JSON lines of
    conversations; lines of text, each a question that must not be answered.

    Raises:
        ChatbotError: the file cannot be read, is of none of these forms, or has no questions; the
            message names it, and the line or question at fault.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ChatbotError(f"{path}: cannot be read: {cause}") from error
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    articles: Sequence[Article] = ()
    match content:
        case {"data": list()}:
            articles, cases = read_squad(path)
        case [{"rephrasings": list()}, *_]:
            articles, cases = read_threads(path)
        case [{"QuAC_dialog_id": str()}, *_]:
            articles, follow_ups = read_canard(path)
            cases = _dialogues(articles, follow_ups)
        case list():
            raise ChatbotError(f"{path}: JSON, but of no form that is known")
        case _:
            cases = _lines(path, text.splitlines())
    if not cases:
        raise ChatbotError(f"{path}: no questions in it")
    for case in cases:
        if not (case.gold or case.contains or case.abstains):
            raise ChatbotError(
                f"{path}: question {case.id!r} has no answers and is not marked is_impossible"
            )
    return CaseFile(path.name, tuple(_unique(cases)), tuple(articles))


def read_squad(path: Path) -> tuple[list[Article], list[Case]]:
    """Return the articles and cases of a file in SQuAD's form, version 1.1 or 2.0.

    A paragraph of the file is a paragraph of the article, a title with underscores one with spaces.

    Raises:
        ChatbotError: the file is not of that form; the message names it.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))["data"]
        parts = [_squad_article(number, entry) for number, entry in enumerate(data)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ChatbotError(f"{path}: not a SQuAD file: {error!r}") from error
    return [article for article, _ in parts], [case for _, cases in parts for case in cases]


def read_threads(path: Path) -> tuple[list[Article], list[Case]]:
    """Return the articles and cases of a file in StackFAQ's form.

    A thread is an article: its question the title, its answers the text. Each rephrasing of the
    question is a case whose right place is all of that article.

    Raises:
        ChatbotError: the file is not of that form; the message names it.
    """
    articles, cases = [], []
    try:
        for number, thread in enumerate(json.loads(path.read_text(encoding="utf-8-sig"))):
            article = _article(f"{number:03}", thread["question"], thread["answers"])
            gold = Gold(article.id, 0, len(article.text), ())
            articles.append(article)
            cases += [
                Case(f"{number}: {question}", question, gold, group=article.id)
                for question in thread["rephrasings"]
            ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ChatbotError(f"{path}: not a file of threads: {error!r}") from error
    return articles, cases


def relocated(
    cases: Sequence[Case], theirs: Sequence[Article], ours: Sequence[Article]
) -> list[Case]:
    """Return `cases` about `theirs` as cases about `ours`, where the same paragraphs stand.

    Where a paragraph stands in none of `ours` its place is not known, only the answers.
    """
    texts = {article.id: article.text for article in theirs}

    def moved(case: Case) -> Case:
        if not case.gold:
            return case
        paragraph = texts[case.gold.article][case.gold.start : case.gold.end]
        for article in ours:
            start = article.text.find(paragraph)
            if start >= 0:
                shift = start - case.gold.start
                gold = _shifted(case.gold, article.id, shift)
                return replace(
                    case, gold=gold, own=case.own and _shifted(case.own, article.id, shift)
                )
        answers = case.gold.answers
        return replace(case, gold=None, own=None, contains=answers, short=answers)

    return [moved(case) for case in cases]


def _shifted(gold: Gold, article: str, shift: int) -> Gold:
    return replace(gold, article=article, start=gold.start + shift, end=gold.end + shift)


def _article(article_id: str, title: str, paragraphs: Sequence[str]) -> Article:
    """Return an article of these paragraphs, set apart by empty lines."""
    blocks, text = [], ""
    for paragraph in paragraphs:
        text += "\n\n" if text else ""
        blocks.append(Block("paragraph", len(text), len(text) + len(paragraph)))
        text += paragraph
    return Article(article_id, title, text, tuple(blocks), source=f"{article_id}.json")


def _squad_article(number: int, entry: dict[str, Any]) -> tuple[Article, list[Case]]:
    title = entry.get("title", "").replace("_", " ")
    article_id = f"{number:03}-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}".strip("-")
    paragraphs = entry["paragraphs"]
    article = _article(article_id, title, [paragraph["context"] for paragraph in paragraphs])
    cases = []
    for paragraph, block in zip(paragraphs, article.blocks, strict=True):
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


def _dialogues(articles: Sequence[Article], follow_ups: Sequence[FollowUp]) -> list[Case]:
    """Return CANARD's follow-ups as cases whose right place is all of their dialogue's article."""
    ends = {article.id: len(article.text) for article in articles}
    return [
        Case(
            f"{asked.article} {len(asked.before) + 1}: {asked.question}",
            asked.question,
            Gold(asked.article, 0, ends[asked.article], ()),
            history=tuple(Turn(before) for before in (*asked.topic, *asked.before) if before),
            untitled=tuple(Turn(before) for before in asked.before if before),
            own=Gold(asked.article, *asked.answer, ()) if asked.answer else None,
            group=asked.article,
        )
        for asked in follow_ups
    ]


def _lines(path: Path, lines: Sequence[str]) -> list[Case]:
    """Return the cases of lines: conversations where the first is JSON, else plain questions."""
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
            raise ValueError('"contains" is empty; null or "abstain" where nothing answers')
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
    """Return the cases with ids that differ: the second of one id gets " (2)", and so on."""
    seen: dict[str, int] = {}
    unique = []
    for case in cases:
        seen[case.id] = seen.get(case.id, 0) + 1
        repeated = seen[case.id] > 1
        unique.append(replace(case, id=f"{case.id} ({seen[case.id]})") if repeated else case)
    return unique
