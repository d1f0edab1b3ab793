"""Finds the language of an article in the path of its file: "es/", "_es/", "about.de.md"."""

from __future__ import annotations

import locale
import re
from pathlib import PurePosixPath

from chatbot.language.words import FUNCTION_WORDS

_TAG = re.compile(r"_?([a-z]{2,3})(?:[-_]([A-Za-z]{2,4}))?")
# The languages with a name in operating systems, so that "v1" and "api" are none.
_KNOWN = frozenset(
    name.partition("_")[0] for name in locale.locale_alias if re.match(r"[a-z]{2,3}_", name)
)
_WORD = re.compile(r"[a-z']+")
_SAMPLE = 4000  # this many characters decide whether a text is English
_ENGLISH = 0.2
"""A text with at least this share of function words is English.

English texts have 0.3 to 0.5, texts in other languages below 0.1.
"""


def as_folder(relative: str, lang: str) -> str:
    """Return the path of an article with `lang` as a folder instead of a suffix.

    "about.de.md" becomes "de/about.md", as in the addresses that generators make; "about.en.md"
    becomes "about.md", since English is their default.
    """
    path, told = _split_suffix(relative)
    if told != lang:
        return relative
    return path if lang.startswith("en") else f"{lang}/{path}"


def of_place(relative: str, text: str) -> str | None:
    """Return the language that the suffix or a folder of `relative` names; None if none does.

    "it/", "no/" and "my/" may mean something else, so an English text stays English.
    """
    _, lang = _split_suffix(relative)
    folders = (_tag(folder) for folder in PurePosixPath(relative).parts[:-1])
    lang = lang or next(filter(None, folders), None)
    if lang and not lang.startswith("en") and is_english(text):
        return None
    return lang


def is_english(text: str) -> bool:
    """Return whether a text is English, by the share of its function words."""
    words = _WORD.findall(text[:_SAMPLE].lower())
    return sum(word in FUNCTION_WORDS for word in words) > _ENGLISH * len(words)


def _split_suffix(relative: str) -> tuple[str, str | None]:
    """Return a path without its language, and the language: "a.md" and "de" for "a.de.md"."""
    path = PurePosixPath(relative)
    stem, _, last = path.stem.rpartition(".")
    lang = _tag(last) if stem else None
    return (str(path.with_name(stem + path.suffix)), lang) if lang else (relative, None)


def _tag(name: str) -> str | None:
    """Return the BCP 47 tag for a name, or None: "pt-BR" for "_pt_br"."""
    match = _TAG.fullmatch(name)
    if not match or match[1] not in _KNOWN:
        return None
    region = match[2]
    if not region:
        return match[1]
    return f"{match[1]}-{region.title() if len(region) == 4 else region.upper()}"
