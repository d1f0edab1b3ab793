"""Compares texts, and restores texts that are published as tokens."""

import re
from collections.abc import Sequence

# How tokens are joined again: pattern and replacement, for a text with a space between tokens.
JOINED = (
    (r" (n't|'s|'S|'re|'ve|'d|'ll|'m|n’t|’s)(?= )", r"\1"),
    (r" ([?,.;:!%)\]])", r"\1"),
    (r"([(\[$£€#]) ", r"\1"),
    (r"(?<=\w) ([-–/]) (?=\w)", r"\1"),
    (r"`` ", '"'),
    (r" ''", '"'),
    (r'" ([^"]*?) "', r'"\1"'),
    (r"(?<= )' ([^']*?) '(?=[ ?,])", r"'\1'"),
    (r"(?i)\b(can) (not)\b", r"\1\2"),
    (r"(\w)'s' ", r"\1's' "),
    (r"(\ws) ' ", r"\1' "),
    (r"(\d)([a-z]+) ", r"\1\2 "),
    (r"  +", " "),
)


def normalise(text: str) -> str:
    """Return only the letters and digits, in lower case, so that copies of a text are equal."""
    return re.sub(r"[\W_]+", "", text.lower())


def joined(tokens: str) -> str:
    """Return a text as it was written, from its tokens with a space between them."""
    text = f" {tokens} "
    for pattern, replacement in JOINED:
        text = re.sub(pattern, replacement, text)
    return text.strip()


def joined_with_place(tokens: Sequence[str], first: int, last: int) -> tuple[str, int, int]:
    """Return the text of `tokens`, and the start and end of the tokens `first` to `last` in it.

    Raises:
        ValueError: joining changed more than spaces.
    """
    text = joined(" ".join(tokens))
    places = [i for i, letter in enumerate(text) if not letter.isspace()]
    if len(places) != sum(map(len, tokens)):
        raise ValueError("joining changed more than spaces")
    start = sum(map(len, tokens[:first]))
    end = start + sum(map(len, tokens[first : last + 1]))
    return text, places[start], places[end - 1] + 1
