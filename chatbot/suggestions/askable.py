"""What can be asked of an article: questions that its author, headings and sentences hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.language.text import split
from chatbot.suggestions.inversion import TASKS, Names, as_visitor, of_sentence
from chatbot.types import Article, Passage


@dataclass(frozen=True, slots=True)
class Askable:
    """A question, and the stretch of the article, `text[start:end]`, that is to answer it."""

    question: str
    start: int
    end: int


def of_author(article: Article) -> list[Askable]:
    """Return what the author of `article` wants asked; any part of it may answer."""
    return [Askable(question, 0, len(article.text)) for question in article.questions]


def of_passage(passages: Sequence[Passage], index: int, names: Names) -> list[Askable]:
    """Return what can be asked of one of an article's passages, in their order.

    Where a heading begins, it comes first; all that is under it may answer.
    """
    passage = passages[index]
    found = []
    if passage.heading and (index == 0 or passages[index - 1].heading != passage.heading):
        last = index
        while last + 1 < len(passages) and passages[last + 1].heading == passage.heading:
            last += 1
        question = of_heading(passage.heading, passage.title)
        found += [Askable(question, passage.start, passages[last].end)] if question else []
    for start, end in passage.sentences:
        sentence = passage.text[start - passage.start : end - passage.start]
        found += [Askable(question, start, end) for question in of_sentence(sentence, names)]
    return found


def meaning(question: str) -> frozenset[str]:
    """Return the terms of `question` and what it asks with: equal where the same is asked."""
    words = split(question)
    asking = {w.term for w in words if w.term in ("who", "when", "where", "why", "how", "many")}
    return frozenset({word.term for word in words if not word.is_function} | asking)


def of_heading(heading: str, title: str = "") -> str | None:
    """Return the question that `heading` is, or the task it names; None where it is neither."""
    heading = re.sub(r"^[\d.)\s]+", "", heading).strip()
    words = heading.rstrip("?.!:").split()
    if len(words) > 14 or not words:
        return None
    if heading.endswith("?"):
        return heading if len(words) > 2 else None
    task = words[2:] if [w.lower() for w in words[:2]] == ["how", "to"] else words
    if not task or (task is words and task[0].lower() not in TASKS):
        return None
    if len(task) == 1:
        # "Install" alone: what its article is about, if that is a name.
        about = title.split()
        if not 0 < len(about) < 4 or not all(word[0].isupper() for word in about):
            return None
        task = [*task, *about]
    return f"How do I {as_visitor(' '.join([task[0].lower(), *task[1:]]))}?"
