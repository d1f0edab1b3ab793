"""Exchanges short and long forms in a question: "PTO" for "paid time off", and back.

Both versions of the question are answered, and the answer with more confidence is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from chatbot.conversation.abbreviations import Abbreviations, Definition, defined
from chatbot.conversation.initials import Initials, Letters
from chatbot.language.text import terms
from chatbot.types import Answer, Passage, Question


class ShortForms:
    """The short forms of a corpus and their long forms.

    `given` are definitions that pages have outside their text. `knows` returns whether any passage
    has a term. `found` are the definitions in the passages and `letters` the first letters of their
    words, if these were computed before.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        given: Iterable[Definition],
        knows: Callable[[str], bool],
        found: Iterable[Definition] | None = None,
        letters: Letters | None = None,
    ) -> None:
        if found is None:
            found = (definition for passage in passages for definition in defined(passage.text))
        self._abbreviations = Abbreviations(chain(given, found))
        self._initials = Initials(passages, knows, letters)

    def exchanged(self, question: Question) -> Question | None:
        """Return `question` with short and long forms exchanged; None if it has none."""
        return _with(question, self._abbreviations.exchanged)

    def guessed(self, question: Question) -> Question | None:
        """Return `question` with a guess for an acronym that no article has, or None."""
        return _with(question, self._initials.in_full)


def speaks_of(answer: Answer, question: Question) -> bool:
    """Return whether the quote of `answer`, its title or heading has the words of the long form.

    `question` is the question with the acronym. The long form is only a guess, so the answer has to
    confirm it.
    """
    if answer.quote is None:
        return False
    above = [part for p in answer.citations[:1] for part in (p.title, p.heading or "")]
    put_in = set(terms(answer.question.understood)) - set(terms(question.understood))
    return put_in <= set(terms("\n".join((*above, answer.quote.text))))


def _with(question: Question, exchange: Callable[[str], str | None]) -> Question | None:
    """Return `question` as changed by `exchange`; None if that changes nothing."""
    exchanged = exchange(question.understood)
    if exchanged is None:
        return None
    return replace(
        question,
        text=exchange(question.text) or question.text,
        understood_as=exchanged,
        typed=question.typed or question.text,
    )
