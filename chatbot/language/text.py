"""Splits text into words, in the same way for passages and questions.

Words are compared by their `term`: the word in lower case without accents (`fold`), without
possessive ending, and stemmed; an irregular form is replaced by its lemma first. Numbers and
amounts are not changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from nltk.stem.snowball import SnowballStemmer

from chatbot.language.lexicon import IRREGULAR
from chatbot.language.recent import Recent
from chatbot.language.words import FUNCTION_WORDS

_WORD = re.compile(
    r"""
      [$€£¥₹]\s?\d+(?:[.,]\d+)*[a-z]*         # $6, €1,000.50, £3m
    | (?<![^\W_])v\d+(?:\.\d+)+               # v2.10
    | \d+(?:[.,:/\-]\d+)*(?:[^\W\d_]+|\s?%)?  # 97th, 5S, 6.5, 2025-03-03, 12:30, 84 %
    | (?:[^\W\d_]\.){2,}                      # U.S., e.g.
    | [\u3040-\u30ff\u3400-\u9fff]            # scripts without spaces: each sign a word
    | (?<![^\s("'“‘\[/])(?-i:\.(?:[A-Z]+|[a-z]+)(?![^\W_]))  # .NET, .env
    | [^\W\d_]+(?:\+\+(?![^\W\d_])|[+#](?![^\W_]))  # C++, C++17, F#, A+
    | (?<![^\W_])[^\W\d_]{1,3}&[^\W\d_]{1,3}(?![^\W_])  # R&D, AT&T
    | [^\W_]+(?:['’ʼ][^\W_]+)*['’]?           # don't, Anora's, actors'
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Invisible marks for the direction of text and for line breaks. In copied text, they may be inside
# words.
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)+)")
_JOINTS = frozenset(".-\u2010\u2011")
"""Signs that join the parts of one name: "E-104", "Node.js", "e‑mail"."""
_MOST_PARTS = 4
_NAME = 4
"""A word with at least this many letters is also found without a sign after it."""
# Letters that NFKD does not decompose, and quotation marks typed instead of an apostrophe.
_FOLD = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
    | {"’": "'", "ʼ": "'", "‘": "'"}
)
_stemmer = SnowballStemmer("english")

LONGEST_TEXT, MOST_WORDS = 1000, 20_000
"""Texts up to this length, in characters, are cached with their words; at most this many words.

Visitors may type any text, so the memory for it is limited: 20,000 words need about 5 MB.
"""
LONGEST_KEPT, MOST_TERMS = 40, 20_000
"""The same for the terms of single words; 20,000 terms need about 10 MB."""


class Word(NamedTuple):
    """A word of a text, `text[start:end]`, with its term."""

    text: str
    start: int
    end: int
    term: str
    is_function: bool
    """Whether it says nothing about the subject, as "the", "who" or "did"."""


def fold(text: str) -> str:
    """Return `text` in lower case with straight apostrophes, without accents or invisible marks."""
    if text.isascii():
        return text.lower()
    # Compatibility caseless matching (Unicode Standard, D146): each step may make the other
    # necessary again.
    decomposed = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    decomposed = unicodedata.normalize("NFKD", decomposed).casefold()
    decomposed = unicodedata.normalize("NFKD", decomposed)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_FOLD)


def split(text: str) -> list[Word]:
    """Return the words of `text` in order, without punctuation."""
    return list(_split_again(text))


def _split(text: str) -> tuple[Word, ...]:
    if text.isascii() or not _UNSEEN.search(text):
        return tuple(_words(text))
    places = [i for i, character in enumerate(text) if not _UNSEEN.match(character)]
    words = _words("".join(text[i] for i in places))
    spans = ((word, places[word.start], places[word.end - 1] + 1) for word in words)
    return tuple(
        Word(text[start:end], start, end, word.term, word.is_function) for word, start, end in spans
    )


def _words(text: str) -> Iterator[Word]:
    """Yield the words of a text that has no invisible marks."""
    shouted = text.isupper()
    for match in _WORD.finditer(text):
        written = match.group()
        analyse = _analyse if len(written) <= LONGEST_KEPT else _analyse.__wrapped__
        term, is_function = analyse(written, shouted)
        if term:
            yield Word(written, match.start(), match.end(), term, is_function)


# Cached, since the questions of a conversation are split many times.
_split_again = Recent(_split, MOST_WORDS, LONGEST_TEXT)


def terms(text: str) -> list[str]:
    """Return the terms of the words of `text` that are not function words, in order.

    If all of them are function words ("Who is who?"), return the terms of all words.
    """
    return terms_of(split(text))


def terms_of(words: Sequence[Word]) -> list[str]:
    """Return the terms of `words` by the same rule as `terms`."""
    return [word.term for word in words if not word.is_function] or [word.term for word in words]


def further_terms(text: str, words: Sequence[Word]) -> dict[str, tuple[str, ...]]:
    """Return further terms for the names in `text`, each with the terms that it replaces.

    `words` are the words of `text`. A name with hyphens or full stops is also found as one word:
    "E-104" as "e104", "Node.js" as "nodejs". A name with a sign is also found without the sign:
    "v2" as 2, ".pdf" as "pdf" and "Disney+" as "Disney". "C++" and ".NET" need their signs.
    """
    found: dict[str, tuple[str, ...]] = {}
    first = 0
    for i, word in enumerate(words):
        if bare := _bare(word):
            found[bare] = (word.term,)
        if i + 1 < len(words) and text[word.end : words[i + 1].start] in _JOINTS:
            continue
        if first < i < first + _MOST_PARTS:
            joined = "".join(filter(str.isalnum, fold(text[words[first].start : word.end])))
            if term := _analyse(joined, False)[0]:
                found[term] = tuple(part.term for part in words[first : i + 1])
        first = i + 1
    return found


def is_signed(word: Word) -> bool:
    """Return whether `word` needs its sign: "C++" and ".NET" do, "Disney+" does not."""
    has_sign = word.term[0] == "." or word.term[-1] in "+#"
    return has_sign and _bare(word) is None


def _bare(word: Word) -> str | None:
    """Return the term of `word` without its sign; None if it has no sign or needs it."""
    term = word.term
    if term[0] == "v" and term[1:].isdecimal():
        return term[1:]
    if term[0] == "." and word.text.islower():
        return _analyse(word.text[1:], False)[0]
    letters = term.rstrip("+#")
    return _analyse(letters, False)[0] if _NAME <= len(letters) < len(term) else None


def pairs(text: str, words: Sequence[Word], or_small: bool = False) -> list[tuple[str, str]]:
    """Return each pair of terms of neighbouring capitalised `words` of `text`, once.

    With `or_small`, return all pairs of neighbours if no word but the first has a capital, as in a
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


@lru_cache(maxsize=MOST_TERMS)
def _analyse(written: str, shouted: bool) -> tuple[str, bool]:
    """Return the term of a word as written, and whether it is a function word.

    "US" and "IT" are names, unless the words around them are in capitals too.
    """
    folded = fold(written)
    if not folded:
        return "", False  # only combining marks, separate in a decomposed text
    acronym = written.isupper() and not shouted and len(written) > 1
    if folded in FUNCTION_WORDS and not acronym:
        return folded, True
    version = _VERSION.fullmatch(folded)
    if version:
        return _version(version[1]), False
    if folded[0] in "$€£¥₹" or folded[0].isdigit():
        return folded.replace(",", "").replace(" ", ""), False
    if folded[0] != ".":  # in ".net" the full stop is part of the name
        folded = folded.replace(".", "")
    folded = folded.removesuffix("'").removesuffix("'s")
    if folded in FUNCTION_WORDS and not acronym:
        return folded, True
    lemma = IRREGULAR.get(folded, folded)
    # No language has longer words, so a longer string is not stemmed.
    return str(_stemmer.stem(lemma)) if len(lemma) <= LONGEST_KEPT else lemma, False


def _version(number: str) -> str:
    """Return a version without final zeros, for comparison: 2.10.0 is 2.10, never 2.1."""
    parts = number.split(".")
    while len(parts) > 2 and parts[-1] == "0":
        parts.pop()
    return ".".join(parts)
