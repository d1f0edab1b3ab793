"""A question in other words: its short forms in full, its long ones in short.

Both are other readings of the same question. It is asked in either, and which is taken is for the
answers to decide.
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
    """What the short forms of a corpus stand for.

    `given` is what its pages tell besides their text; `knows` tells of a term whether any passage
    has it. What the passages define, and their letters, may be known beforehand.
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
        """Return `question` with each short form in full, and the other way round; None without."""
        return _with(question, self._abbreviations.exchanged)

    def guessed(self, question: Question) -> Question | None:
        """Return `question` with an acronym that no article has in full; None without one."""
        return _with(question, self._initials.in_full)


def speaks_of(answer: Answer, question: Question) -> bool:
    """Tell whether the quote of `answer`, with what stands above it, has what was put in full.

    `question` is what it was before. What an acronym may stand for is only a guess.
    """
    if answer.quote is None:
        return False
    above = [part for p in answer.citations[:1] for part in (p.title, p.heading or "")]
    put_in = set(terms(answer.question.reading)) - set(terms(question.reading))
    return put_in <= set(terms("\n".join((*above, answer.quote.text))))


def _with(question: Question, exchange: Callable[[str], str | None]) -> Question | None:
    """Return `question` in the words that `exchange` gives for it."""
    reading = exchange(question.reading)
    if reading is None:
        return None
    return replace(
        question,
        text=exchange(question.text) or question.text,
        understood_as=reading,
        typed=question.typed or question.text,
    )
