"""Masks secrets before they are stored: card numbers, e-mail addresses, tokens, passwords.

They are recognised by their form alone; names and streets are not recognised. The check digit of a
card is Luhn's (ISO/IEC 7812-1). Every pattern is bounded, so the time is linear in the length of
the text. No library is used: those for personal data need a language model, and those for secrets
read source code, not sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from chatbot.language.dictionary import is_english_word
from chatbot.language.text import fold
from chatbot.language.words import FUNCTION_WORDS
from chatbot.store.turns import KeptTurn, Rating

CARD, ADDRESS, TOKEN, PASSWORD = "[card number]", "[e-mail]", "[token]", "[password]"
"""The texts that replace secrets."""

_DIGITS = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LONG = re.compile(r"(?<![\w+/=.~-])[\w+/=.~-]{20,}")
_FIGURES, _TURNS = 3, 5
# "password: x", "password is x", "my password x"
_PASSWORD = re.compile(
    r"\bpass(?:word|wort|wd|code|phrase)s?\b(\s?(?:[:=]|\b(?:is|was)\b)[\s:=]{0,3}|\s)"
    r"([^\s\"“”]{1,200})(?: ([^\s\"“”]{1,200}))?",
    re.IGNORECASE,
)
_ENDS = ".,;:!?\"'”’)"


def mask(text: str) -> str:
    """Return `text` with each secret replaced by its kind, such as "[card number]"."""
    return _replaced(text, dict(_secrets(text)))


def masked_turn(turn: KeptTurn) -> KeptTurn:
    """Return a turn with the visitor's secrets masked; quotes stay as they are.

    A secret in the visitor's words is also masked in the question as understood, and the reverse:
    "pasword" is only recognised after its spelling is corrected.
    """
    understood = turn.understood_as or ""
    secrets = dict([*_secrets(turn.question), *_secrets(understood)])
    if not secrets:
        return turn
    question = _replaced(turn.question, secrets)
    meant = _replaced(understood, secrets) or None
    told = f"{question} {meant or ''}"
    unknown = tuple(word for word in turn.unknown_words if word in told)
    return replace(turn, question=question, understood_as=meant, unknown_words=unknown)


def masked_rating(rating: Rating) -> Rating:
    """Return a rating with the secrets in its note masked."""
    reason = mask(rating.reason) if rating.reason else rating.reason
    note = mask(rating.note) if rating.note else rating.note
    return Rating(rating.helpful, reason, note)


def _replaced(text: str, secrets: dict[str, str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, secrets[secret])
    return text


def _secrets(text: str) -> Iterator[tuple[str, str]]:
    """Yield each secret with the text that replaces it."""
    found: tuple[tuple[re.Pattern[str], Callable[[str], bool], str], ...] = (
        (_ADDRESS, bool, ADDRESS),
        (_DIGITS, _is_card, CARD),
        (_LONG, _is_token, TOKEN),
    )
    for pattern, is_one, instead in found:
        for match in pattern.finditer(text):
            if is_one(match[0]):
                yield match[0], instead
    for match in _PASSWORD.finditer(text):
        # In "My password is wrong", "wrong" is also masked: it may be the password.
        is_said = bool(match[1].strip())
        for typed in (match[2].strip(_ENDS), (match[3] or "").strip(_ENDS)):
            word = fold(typed)
            if word and word not in FUNCTION_WORDS and (is_said or not is_english_word(word)):
                yield typed, PASSWORD
            is_said = False


def _is_card(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others."""
    total = 0
    for i, figure in enumerate(int(sign) for sign in reversed(digits) if sign.isdigit()):
        doubled = figure * 2 if i % 2 else figure
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _is_token(run: str) -> bool:
    """Return whether a long run of characters is a token: it has digits or mixed case."""
    figures = sum(sign.isdigit() for sign in run)
    turns = sum(a.islower() and b.isupper() for a, b in pairwise(run))
    return (figures >= _FIGURES and any(sign.isalpha() for sign in run)) or turns >= _TURNS
