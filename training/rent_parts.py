"""Tables and whole modules that `rent_rules` leaves out, besides single conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from chatbot.bot import Bot
from chatbot.conversation import clauses, completion, evidence, followups, smalltalk
from chatbot.language import forms, kinds
from chatbot.readers import features, neural

Part = Callable[[], AbstractContextManager[None]]
_NEVER = re.compile(r"(?!)")


@contextmanager
def without(table: MutableMapping[Any, Any], key: Any, value: Any = None) -> Iterator[None]:
    """Leave a key out of a table, or give it another value, while the context is open."""
    items = dict(table)
    if value is None:
        del table[key]
    else:
        table[key] = value
    yield
    table.clear()
    table.update(items)


@contextmanager
def instead(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Replace an attribute while the context is open."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    yield
    setattr(owner, name, before)


@contextmanager
def unweighted(bot: Bot, name: str) -> Iterator[None]:
    """Give a feature no weight in any reader of `bot`."""
    reader: Any = bot._reader
    every = [reader, *(getattr(reader, part, None) for part in ("_english", "_others"))]
    every += [getattr(one, "_sentence", None) for one in every]
    before = [(one, one._order) for one in every if hasattr(one, "_order")]
    for one, order in before:
        one._order = order | {name: 0.0}
    yield
    for one, order in before:
        one._order = order


def parts(bot: Bot) -> Iterator[tuple[str, str, Part]]:
    """Yield each part: the module that it is in, its name, and what leaves it out."""
    at = "chatbot.conversation.completion"
    plain = completion.Completed
    yield (
        at,
        "complete: all that is filled in",
        lambda: instead(completion, "complete", lambda question, *_: plain(question)),
    )
    yield (
        at,
        "complete: all in brackets",
        lambda: instead(
            completion,
            "complete",
            lambda question, found, subject, *_: plain(clauses.aside(question, subject or "")),
        ),
    )
    yield (
        at,
        "_asked_of: in brackets",
        lambda: instead(
            completion,
            "_asked_of",
            lambda asked, before: clauses.aside(asked, clauses.clause(before)),
        ),
    )
    yield (
        at,
        "_substituted: in brackets",
        lambda: instead(
            completion, "_substituted", lambda asked, _, subject: clauses.aside(asked, subject)
        ),
    )
    yield at, "_noun: in brackets", lambda: instead(completion, "_noun", clauses.aside)
    yield (
        at,
        "swapped: in brackets",
        lambda: instead(
            completion,
            "swapped",
            lambda asked, before, named: clauses.aside(before, followups.without_lead(asked)),
        ),
    )
    for name in evidence.learnt():
        yield "chatbot.conversation.evidence", name, _part(without, evidence.learnt(), name)
    for talk in smalltalk._INTENTS:
        yield "chatbot.conversation.smalltalk", talk, _part(without, smalltalk._INTENTS, talk)
    for kind in kinds._PATTERNS:
        yield "chatbot.language.kinds", f"_ASKED {kind}", _part(without, kinds._PATTERNS, kind)
    for kind in kinds._NAMES:
        yield "chatbot.language.kinds", f"_NAMES {kind}", _part(without, kinds._NAMES, kind)
    for kind in forms._FORMS:
        yield "chatbot.language.forms", kind, _part(without, forms._FORMS, kind, _NEVER)
    for name in (*features.RULES, "figure missing"):
        yield "chatbot.readers.features", name, _part(unweighted, bot, name)
    for name in neural.DOUBTS:
        yield "chatbot.readers.neural", f"DOUBTS {name}", _part(without, neural.DOUBTS, name)


def _part(leave_out: Callable[..., AbstractContextManager[None]], *given: Any) -> Part:
    return lambda: leave_out(*given)
