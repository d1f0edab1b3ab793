"""The names mentioned in a conversation, and which of them a pronoun may refer to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.conversation.nouns import is_plural
from chatbot.types import Pronoun

Sort = Literal["person", "place", "thing", "group"]
"""The sort of thing that has a name. A group is a people, such as "the Normans"."""
SEVERAL = re.compile(r"\w,? and [A-Z]")
"""Finds a list of names: "Lena Vogt and Marco Ruiz"."""
PERSONS: frozenset[Pronoun | None] = frozenset(("he", "she", "who"))
"""Pronouns for persons; "who" stands for an unknown gender."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a question or an answer."""

    text: str
    sort: Sort | None
    """None if it is not known."""
    article: str = ""
    """ "the " if the name has an article: "the Rhine"."""
    pronoun: Pronoun | None = None
    """Its pronoun in the articles; None if they show none."""
    gender: Pronoun | None = None
    """ "He" or "she" if only one of them is possible; less certain than `pronoun`."""
    is_full: bool = False
    """Whether it may be a person's full name: "Ada Lovel"."""
    is_title: bool = False
    """Whether it is the title of an article."""
    is_answer: bool = False
    """Whether it answered a question that asked for it."""

    @property
    def is_several(self) -> bool:
        """Whether it is a plural: "the Normans"."""
        return is_plural(self.text) and bool(self.article or self.text.startswith("The "))

    @property
    def spoken(self) -> str:
        """The name as in a sentence, with its article."""
        return self.article + self.text


def fitting(sort: Sort | None, mentions: Sequence[Mention]) -> Mention | None:
    """Return the mention that a pronoun for this `sort` most likely refers to, or None.

    `mentions` are ordered, oldest first. The newest one of that sort is chosen or, if there is
    none, the newest one of unknown sort. "It" never refers to a person, and to a place only if
    there is nothing else.
    """
    newest = list(reversed(mentions))
    sure = [mention for mention in newest if mention.sort == sort]
    maybe = [mention for mention in newest if mention.sort is None]
    if sort == "thing":
        things = [mention for mention in newest if mention.sort in ("thing", None)]
        candidates = things + [mention for mention in newest if mention.sort == "place"]
    else:
        maybe = [mention for mention in maybe if mention.text[-1].isalpha()]  # not "1945"
        if sort == "person":
            maybe.sort(key=lambda mention: -mention.is_full * (1 + mention.is_title))
        candidates = sure + maybe
    return next(iter(candidates if sort else newest), None)
