"""The page of an answer, for browsers without JavaScript."""

from __future__ import annotations

from flask import render_template
from pydantic import TypeAdapter

from chatbot import markup
from chatbot.bot import Bot
from chatbot.markup import Node
from chatbot.quotations import HighlightBody
from chatbot.schema import AnswerBody, AskRequest, PastTurn

REMEMBERED = 8
"""The form of a page passes on at most this many earlier turns."""

HISTORY = TypeAdapter(list[PastTurn])


def answer_page(bot: Bot, body: AnswerBody, asked: AskRequest) -> str:
    """Return the page of an answer; its form passes on the earlier questions."""
    quoted = body.answer
    turn = PastTurn(
        question=body.question,
        answer=quoted.text if quoted else None,
        highlight=quoted.highlight.text if quoted and quoted.highlight else None,
    )
    history = [*asked.history, turn][-REMEMBERED:]

    def nodes(id: str, start: int, end: int, marked: HighlightBody | None) -> tuple[Node, ...]:
        article = bot.articles[id]
        span = (marked.start, marked.end) if marked else (0, 0)
        return markup.nodes(article, bot.parts(article, start, end), *span)

    return render_template(
        "ask.html",
        body=body,
        quoted=lambda quote: nodes(quote.article, quote.start, quote.end, quote.highlight),
        passage=lambda cited: nodes(cited.article, cited.start, cited.end, None),
        page=asked.article,
        history=HISTORY.dump_json(history).decode(),
        # Only the questions are shown again, since answers in a form may be made up.
        earlier=[turn.question for turn in history[:-1]],
        suggestions=body.suggestions,
    )
