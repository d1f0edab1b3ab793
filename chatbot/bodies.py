"""Turns answers and the store's state into response bodies, and invalid requests into faults."""

from __future__ import annotations

from pydantic import ValidationError

from chatbot.bot import Bot
from chatbot.links import web_address
from chatbot.quotations import QuoteBody, quote_body
from chatbot.schema import AnswerBody, Asked, Citation, PastTurn, Progress, WrongField
from chatbot.store.turns import Condition
from chatbot.types import Also, Answer, Passage, Quote


def progress(counts: tuple[int, int] | None) -> Progress | None:
    """Return progress in the form that clients receive."""
    return Progress(done=counts[0], of=counts[1]) if counts else None


def answer_body(
    bot: Bot, answer: Answer, answer_id: str, conversation: str, service: str
) -> AnswerBody:
    """Return an `answer` of `bot` in the form that clients receive.

    `service` is the address of the service; it ends with a slash.
    """

    def quoted(quote: Quote) -> QuoteBody:
        parts = bot.parts(bot.articles[quote.article], quote.start, quote.end)
        return quote_body(quote, parts, service)

    quote = answer.quote
    return AnswerBody(
        id=answer_id,
        conversation=conversation,
        status=answer.status,
        question=answer.question.typed or answer.question.text,
        understood_as=answer.question.understood_as,
        message=answer.message,
        answer=quoted(quote) if quote else None,
        confidence=round(answer.confidence, 3),
        citations=[
            *(_citation(bot, passage, quote) for passage in answer.citations),
            *(_also(bot, also, quoted(also.quote)) for also in answer.also),
        ],
        related=[_citation(bot, passage, quote) for passage in answer.related],
        reason=answer.reason,
        unknown_words=list(answer.unknown_words),
        suggestions=list(answer.suggestions),
        index=bot.index,
    )


def store_health(condition: Condition | None) -> str:
    """Return the state of the store in a word, or what is wrong; None if it is turned off."""
    if condition is None:
        return "off"
    return f"{condition.detail} ({condition.lost} lost)" if condition.detail else "ok"


def faults(error: ValidationError, model: type[Asked]) -> list[WrongField]:
    """Return what is wrong with each field of a `model`; an unknown field lists the known ones."""
    found = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        place = fault["loc"]
        message = fault["msg"]
        if fault["type"] == "extra_forbidden":
            known = model if len(place) == 1 else PastTurn
            message = f"Unknown field; known are: {', '.join(known.model_fields)}"
        found.append(WrongField(field=".".join(map(str, place)), message=message))
    return found


def malformed(error: ValidationError) -> str | None:
    """Return why a body is not a JSON object, or None if it is one."""
    fault = error.errors()[0]
    return None if fault["loc"] else fault["msg"]


def _also(bot: Bot, also: Also, answer: QuoteBody) -> Citation:
    """Return the answer of another article, with its link."""
    told = {"answer": answer, "confidence": round(also.confidence, 3)}
    return _citation(bot, also.passage, also.quote).model_copy(update=told)


def _citation(bot: Bot, passage: Passage, quote: Quote | None) -> Citation:
    """Return a passage with its link: to the quote if that is in it, else to the whole passage."""
    article = bot.articles[passage.article]
    start, end = passage.start, passage.end
    if quote and quote.article == article.id and quote.start < end and start < quote.end:
        start, end = quote.start, quote.end
    return Citation(
        article=article.id,
        title=article.title,
        url=web_address(article.url),
        published=article.published,
        lang=article.lang,
        heading=passage.heading,
        passage=passage.text,
        start=passage.start,
        end=passage.end,
        view=f"/articles/{article.id}?start={start}&end={end}#mark",
        answer=None,
        confidence=None,
    )
