"""Says how rare a term is in English in general, whatever the corpus.

If a term is rare among a dozen passages, that says little: a passage with "took home" is not about
taking home. `likeness.npz` has the common English terms in the order of their frequency; every
other term is rare.
"""

from __future__ import annotations

import math

from chatbot.language.likeness import shipped

RANK_OF_EACH = 10
"""Terms up to about this rank are in every text of a hundred words (Zipf's law, p(r) = 0.1 / r)."""


def rarity(term: str) -> float:
    """Return how much `term` says about a text: above 0, and 1 if it is not a common term.

    This is the idf of the term in texts of a hundred words, divided by that of the rarest common
    term.
    """
    ranks = shipped()[0]
    rank, last = ranks.get(term, len(ranks)) + 1, len(ranks) + 1
    return math.log1p(rank / RANK_OF_EACH) / math.log1p(last / RANK_OF_EACH)
