"""Counts the files and functions of the package that a question goes through.

    python benchmarks/route.py [QUESTION ...]

Each further question continues the conversation. A function counts once, however often it is called
(`sys.setprofile` records the calls). "returns" are the `return` statements in these functions.
Every question is asked twice, and the second time counts, so that loading does not. The questions
go through `Bot.ask`, with the retriever "bm25", the sentence reader, and the articles in `corpus`.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import chatbot
from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import Settings
from chatbot.types import Turn

ROOT = Path(__file__).parent.parent
PACKAGE = str(Path(chatbot.__file__).parent)
QUESTIONS = ["What was Anora's budget?", "How old is its director?"]


def walked(bot: Bot, question: str, history: list[Turn]) -> Counter[CodeType]:
    """Return the functions of the package that `question` goes through, and how often each."""
    calls: Counter[CodeType] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        is_function = not code.co_name.startswith("<")  # no comprehension or lambda
        if event == "call" and is_function and code.co_filename.startswith(PACKAGE):
            calls[code] += 1

    bot.ask(question, history)
    sys.setprofile(note)
    bot.ask(question, history)
    sys.setprofile(None)
    return calls


def returns(file: str, lines: set[int]) -> int:
    """Return how many `return` statements the functions that begin at these `lines` have."""
    functions = (
        node
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    begun = {
        min([node.lineno, *(line.lineno for line in node.decorator_list)]): node
        for node in functions
    }
    return sum(
        isinstance(node, ast.Return)
        for line, function in begun.items()
        if line in lines
        for node in within(function)
    )


def within(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes in a function, without those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node
            yield from within(node)


def main(questions: list[str]) -> None:
    """Print a line for each question."""
    settings = Settings.model_validate(
        {"retriever": {"engine": "bm25"}, "reader": {"engine": "sentence"}}
    )
    bot = build_bot(settings, read_corpus(ROOT / "corpus", settings.corpus.max_bytes).articles)
    print("files  functions  returns  calls  question")
    history: list[Turn] = []
    for question in questions:
        calls = walked(bot, question, history)
        places: dict[str, set[int]] = {}
        for code in calls:
            places.setdefault(code.co_filename, set()).add(code.co_firstlineno)
        number = sum(returns(file, lines) for file, lines in places.items())
        print(f"{len(places):5}  {len(calls):9}  {number:7}  {calls.total():5,}  {question}")
        answer = bot.ask(question, history)
        history.append(Turn(question, answer.quote.text if answer.quote else None))


if __name__ == "__main__":
    main(sys.argv[1:] or QUESTIONS)
