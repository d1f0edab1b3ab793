"""Makes the id and the title of an article from the path of its file."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

from chatbot.sources.addresses import INDEXES

_LATIN = str.maketrans(  # letters that Unicode does not decompose
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def article_id(source: str) -> str:
    """Return the id of the file at this path: lower-case ASCII letters, digits and hyphens.

    It consists of the folders and the name: "help/Getting Started.md" becomes
    "help-getting-started". Names that are not in ASCII ("日本.md") get the first digits of the
    SHA-256 of the path.
    """
    path = unicodedata.normalize("NFC", source.removesuffix(Path(source).suffix))
    folded = unicodedata.normalize("NFKD", path.lower().translate(_LATIN))
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if slug and not any(character.isalnum() and not character.isascii() for character in letters):
        return slug
    mark = hashlib.sha256(path.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{slug}-{mark}" if slug else f"article-{mark}"


def name_title(source: str) -> str:
    """Return a title made from a file's name: "Getting started" for "help/getting-started.md".

    For "index" and "readme" it is made from the name of the folder.
    """
    path = Path(source)
    if path.stem.lower() in INDEXES and path.parent.name:
        path = path.parent
    words = unicodedata.normalize("NFC", re.sub(r"[\s_-]+", " ", path.stem).strip() or path.name)
    return words[0].upper() + words[1:]
