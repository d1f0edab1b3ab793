"""What this package needs to know about the articles: two protocols for retrievers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.types import Pronoun


class Names(Protocol):
    """What the articles show about names."""

    def is_name(self, term: str) -> bool:
        """Return whether the articles write `term` as a name: never in lower case."""
        ...

    def is_common(self, term: str) -> bool:
        """Return whether the articles also write `term` in lower case."""
        ...

    def is_whole(self, one: str, two: str) -> bool:
        """Return whether the articles have the two terms together as one name: "Bridge Street"."""
        ...

    def titles(self, question: str) -> list[tuple[int, int]]:
        """Return `(start, end)` of each title or alias of an article that is in `question`."""
        ...

    def is_place(self, name: str) -> bool:
        """Return whether the articles often have "in" before `name`."""
        ...

    def has_noun(self, name: str, noun: str) -> bool:
        """Return whether `noun` follows the word `name` somewhere: "Ulm region"."""
        ...

    def pronoun(self, name: str) -> Pronoun | None:
        """Return the pronoun that refers to `name` in the articles; None if they show none."""
        ...

    def gender(self, name: str) -> Pronoun | None:
        """Return "he" or "she" if the articles leave only one of them possible, else None."""
        ...


class Statistics(Protocol):
    """The part of a retriever that this package uses."""

    @property
    def naming(self) -> Names:
        """What the articles show about names."""
        ...

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of `term`: above 0, higher if it is rarer."""
        ...

    def knows(self, term: str) -> bool:
        """Return whether any passage has `term`."""
        ...

    def standing(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the score of each article for these terms and weights, shape (articles,).

        It depends most of all on the best passage of the article.
        """
        ...
