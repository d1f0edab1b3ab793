"""Reads StackFAQ: threads of help forums, and other wordings of their questions.

The file is a list of threads, each with `question`, `answers` and `rephrasings`.
"""

from __future__ import annotations

from typing import Any

from chatbot.evaluation.cases import Case, Gold, paragraphs
from chatbot.types import Article


def read_threads(content: Any) -> tuple[list[Article], list[Case]] | None:
    """Return an article for each thread and a case for each rephrasing; None for another format.

    The title of the article is the question of the thread, its text is the answers. Every sentence
    of it is a right answer.
    """
    match content:
        case [{"rephrasings": list()}, *_]:
            pass
        case _:
            return None
    articles, cases = [], []
    for number, thread in enumerate(content):
        article = paragraphs(f"{number:03}", thread["question"], thread["answers"])
        gold = Gold(article.id, 0, len(article.text), ())
        articles.append(article)
        cases += [
            Case(f"{number}: {question}", question, gold, group=article.id)
            for question in thread["rephrasings"]
        ]
    return articles, cases
