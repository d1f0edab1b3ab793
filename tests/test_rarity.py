"""The rarity of words in English is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import text
from chatbot.language.rarity import rarity


@given(st.text())
def test_it_is_a_share(term: str) -> None:
    """The rarity of any term is above 0 and at most 1."""
    assert 0 < rarity(term) <= 1


def test_the_commonest_word_tells_something() -> None:
    """Even the most frequent word has a rarity above 0, since scores are divided by it."""
    assert rarity("the") > 0


@pytest.mark.parametrize("word", ["oligarch", "Dagobert", "zyxw", ""])
def test_what_is_not_common_is_as_rare_as_can_be(word: str) -> None:
    """Names, rare words and made-up words all have the highest rarity."""
    assert rarity(word) == 1


def test_everyday_words_are_less_rare() -> None:
    """The more frequent a word is in English, the lower its rarity."""
    order = [
        rarity(term) for word in "home take director barn".split() for term in text.terms(word)
    ]
    assert order == sorted(set(order))
