"""Says how rare a term is in English, independently of the corpus.

Rarity among a dozen passages says little: a passage with "took home" is not about taking home.
`likeness.npz` has the common English terms, ordered by frequency; every other term is rare.
"""

from __future__ import annotations

import math

from chatbot.language.likeness import shipped

RANK_OF_EACH = 10
"""A text of 100 words has each term up to about this rank (Zipf's law, p(r) = 0.1 / r)."""


def rarity(term: str) -> float:
    """Return how rare `term` is: above 0, and 1 if it is not a common term.

    This is its idf in texts of a hundred words, divided by that of the rarest common term.
    """
    ranks = shipped()[0]
    rank, last = ranks.get(term, len(ranks)) + 1, len(ranks) + 1
    return math.log1p(rank / RANK_OF_EACH) / math.log1p(last / RANK_OF_EACH)
