"""How rare a term is in English at large, whatever a corpus has.

How rare it is among a dozen passages says little: that two of them have "took home" does not make
it what they are about. Common English terms are known in the order of their frequency
(`likeness.npz`); every other term is rare.
"""

from __future__ import annotations

import math

from chatbot.language.likeness import shipped

RANK_OF_EACH = 10
"""About so many terms are in every text of a hundred words, by Zipf's law: p(r) = 0.1 / r."""


def rarity(term: str) -> float:
    """Return how much it tells that a text has `term`: above 0, and 1 where it is not common.

    The logarithm of how few texts of a hundred words have it, beside that of the rarest of the
    common terms.
    """
    ranks = shipped()[0]
    rank, last = ranks.get(term, len(ranks)) + 1, len(ranks) + 1
    return math.log1p(rank / RANK_OF_EACH) / math.log1p(last / RANK_OF_EACH)
