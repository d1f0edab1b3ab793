"""Recognises names of people by the words beside them."""

from __future__ import annotations

import re

PEOPLE = (
    "actor|actress|director|filmmaker|author|writer|singer|player|king|queen|president|scientist"
    "|artist|composer|architect|engineer|inventor|philosopher|poet|politician|mathematician|chemist"
    "|physicist|historian|theologian|monk|priest|general|explorer|lawyer|journalist|economist|leader"
    "|ruler|emperor|footballer|musician|painter|professor|producer|founder|contributor|winner|member"
    "|companion|rapper|comedian|presenter|executive|businessman|businesswoman|entrepreneur|activist"
    "|senator|minister|mayor|bishop|pope|prince|princess|duke|duchess|captain|soldier|novelist"
    "|dancer|choreographer|manager|judge|host|coach|wife|husband|son|daughter|brother|sister|mother|father|friend"
)
"""Words for persons, as part of a pattern."""
CAPITAL = r"[A-Z][\w’'-]*"
"""A capitalised word, as a pattern."""
# Only whole words, so that a run of capitals is tried once and not from each letter.
_WHOLE = r"(?<![\w’'-])[A-Z][\w’'-]*+"
# "Baker, 53,", "Baker told", "said Baker", "the painter Hugo Brandt".
_PERSON = re.compile(
    rf"({_WHOLE})(?:, (?:\d\d,|who\b)| (?:said|told|was born|died|married|wrote)\b"
    rf"| \((?:born|\d{{4}}\s?[–-]))"
    rf"|\b(?:said|{PEOPLE}) (?:{CAPITAL} )*({CAPITAL})"
)


def persons(text: str) -> set[str]:
    """Return the last word of each name in `text` that is known to be a person's."""
    return {name for pair in _PERSON.findall(text) for name in pair if name}
