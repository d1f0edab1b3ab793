"""Secrets are recognised by their form and not stored; everything else is unchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.store.masking import mask, masked_rating, masked_turn
from chatbot.store.turns import KeptTurn, Rating


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Is 4111 1111 1111 1111 accepted?", "Is [card number] accepted?"),
        ("Is 5500-0055-5555-5559 accepted?", "Is [card number] accepted?"),
        ("378282246310005", "[card number]"),
        ("Write to ada.lovel+news@mail.example.org!", "Write to [e-mail]!"),
        ("my key sk_live_51Hx93kdPq7wZt2", "my key [token]"),
        ("id 123e4567-e89b-12d3-a456-426614174000?", "id [token]?"),
        ("the key aBcDeFgHiJkLmNoPqRsTuV", "the key [token]"),
        ("password: dragon", "password: [password]"),
        ("My password is dragon.", "My password is [password]."),
        ("Password hunter2x does not work", "Password [password] does not work"),
        ("mein Passwort ist xq7yzzl", "mein Passwort [password] [password]"),
        ("Mein Passwort: xq7yzzl", "Mein Passwort: [password]"),
    ],
)
def test_what_is_masked(typed: str, kept: str) -> None:
    """Card numbers, addresses, long tokens and what follows "password" are masked."""
    assert mask(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "How do I reset my password?",
        "Where is the password reset page?",
        "My password is not accepted, why?",
        "Is 4111 1111 1111 1112 accepted?",
        "Call 030 1234567 or 12345",
        "What happened on 2025-03-03 at 12:30?",
        "Why does @ada not answer?",
        "How long is Donaudampfschifffahrtsgesellschaft?",
        "https://example.org/help/how-to-send-a-parcel",
    ],
)
def test_what_is_not_masked(typed: str) -> None:
    """Ordinary questions are stored as typed, so that the owner can read them."""
    assert mask(typed) == typed


TURN = KeptTurn(
    id="a_1", conversation="c_1", asked=datetime.now(UTC), question="", understood_as=None,
    status="abstained", reason="no_match", confidence=0.0, article=None, start=None, end=None,
    quote=None, highlight=None, near=(), unknown_words=(), index="5f0c1b9e22d4a7c3",
)  # fmt: skip


def test_a_turn_is_masked_throughout() -> None:
    """A secret in one text of a turn is masked in all of them; quotes are unchanged."""
    turn = replace(
        TURN,
        question="my pasword hunter2x fails",
        understood_as="my password hunter2x fails",
        unknown_words=("hunter2x", "fails"),
        quote="Write to help@example.org.",
    )
    assert masked_turn(turn) == replace(
        turn,
        question="my pasword [password] fails",
        understood_as="my password [password] fails",
        unknown_words=("fails",),
    )


def test_a_rating_is_masked() -> None:
    """Notes on an answer are also masked."""
    rating = Rating(False, "ada@example.org", "card 4111111111111111")
    assert masked_rating(rating) == Rating(False, "[e-mail]", "card [card number]")
    assert masked_rating(Rating(True)) == Rating(True)


@given(st.text(max_size=300))
def test_masking_is_done_once(text: str) -> None:
    """An address is masked after any text, and an empty text stays empty."""
    assert mask("") == ""
    assert "@example.org" not in mask(f"{text} ada@example.org")
