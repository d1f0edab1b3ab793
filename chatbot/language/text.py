"""Text to words: the one analysis that passages and questions share.

A word's `term` is what is compared: folded, without its possessive ending, brought to its lemma
where English is irregular, and stemmed. Numbers and amounts stay whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from nltk.stem.snowball import SnowballStemmer

from chatbot.language.lexicon import FUNCTION_WORDS, IRREGULAR

_WORD = re.compile(
    r"""
      [$€£¥₹]\s?\d+(?:[.,]\d+)*[a-z]*         # $6, €1,000.50, £3m
    | \d+(?:[.,:/\-]\d+)*(?:[^\W\d_]+|\s?%)?  # 97th, 5S, 6.5, 2025-03-03, 12:30, 84 %
    | (?:[^\W\d_]\.){2,}                      # U.S., e.g.
    | [\u3040-\u30ff\u3400-\u9fff]            # scripts without spaces: each sign a word
    | [^\W_]+(?:['’ʼ][^\W_]+)*['’]?           # don't, Anora's, actors'
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What NFKD does not take apart, and the quotation marks that keyboards make of an apostrophe.
_FOLD = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
    | {"’": "'", "ʼ": "'", "‘": "'"}
)
_stemmer = SnowballStemmer("english")

SHORT = 200
"""The words of a text of so many characters, such as a question, are kept for the next time."""


class Word(NamedTuple):
    """A word as it stands in a text, `text[start:end]`, with the term it is compared by."""

    text: str
    start: int
    end: int
    term: str
    is_function: bool
    """Carries no subject matter: "the", "who", "did"."""


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with straight apostrophes."""
    if text.isascii():
        return text.lower()
    # Compatibility caseless matching (Unicode Standard, D146): either step may undo the other.
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", decomposed).casefold()
    decomposed = unicodedata.normalize("NFKD", decomposed)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_FOLD)


def split(text: str) -> list[Word]:
    """Return the words of `text` in order, punctuation left out."""
    return list(_split_short(text) if len(text) <= SHORT else _split(text))


def _split(text: str) -> tuple[Word, ...]:
    shouted = text.isupper()
    words = []
    for match in _WORD.finditer(text):
        written = match.group()
        term, is_function = _analyse(written, shouted)
        if term:
            words.append(Word(written, match.start(), match.end(), term, is_function))
    return tuple(words)


# The questions of a conversation are taken apart again and again.
_split_short = lru_cache(maxsize=2048)(_split)


def terms(text: str) -> list[str]:
    """Return the terms of the words of `text` that carry subject matter, in order.

    Where none does ("Who is who?"), the terms of all its words.
    """
    return terms_of(split(text))


def terms_of(words: Sequence[Word]) -> list[str]:
    """Return the terms of `words` as `terms` does."""
    return [word.term for word in words if not word.is_function] or [word.term for word in words]


def pairs(text: str, words: Sequence[Word], or_small: bool = False) -> list[tuple[str, str]]:
    """Return the terms of each two of `words` that stand side by side in `text`, with capitals.

    Each pair once. With `or_small` all such two where no word but the first has a capital, as in a
    question typed in haste.
    """
    is_small = or_small and not any(word.text[0].isupper() for word in words[1:])
    found = (
        (one.term, two.term)
        for one, two in pairwise(words)
        if not (one.is_function or two.is_function)
        and (is_small or (one.text[0].isupper() and two.text[0].isupper()))
        and text[one.end : two.start].isspace()
    )
    return list(dict.fromkeys(found))


@lru_cache(maxsize=100_000)
def _analyse(written: str, shouted: bool) -> tuple[str, bool]:
    """Return the term of a word as written, and whether it is a function word.

    "US" and "IT" are names, unless everything around them is in capitals too.
    """
    folded = fold(written)
    if not folded:
        return "", False  # nothing but marks, which a decomposed text has for itself
    acronym = written.isupper() and not shouted and len(written) > 1
    if folded in FUNCTION_WORDS and not acronym:
        return folded, True
    if folded[0] in "$€£¥₹" or folded[0].isdigit():
        return folded.replace(",", "").replace(" ", ""), False
    folded = folded.replace(".", "").removesuffix("'").removesuffix("'s")
    if folded in FUNCTION_WORDS and not acronym:
        return folded, True
    lemma = IRREGULAR.get(folded, folded)
    return str(_stemmer.stem(lemma)), False
