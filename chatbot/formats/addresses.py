"""Finds the links of a text: those that its author marked, and bare addresses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from chatbot.links import LONGEST, is_allowed
from chatbot.types import Block, Link

_WORD = re.compile(r"[^\s\"<>“”„«»‹›「」『』（）。、，；！？]+")  # no address has these
_SIGNS = ("://", "@", "www.")  # every address has one of them


def find_links(text: str, blocks: Sequence[Block], made: Iterable[Link]) -> tuple[Link, ...]:
    """Return the links of `text`, in order: those `made`, and bare addresses outside code.

    `made` are the links that the author marked. A bare address is a web address, "https://..." or
    "www....", or an e-mail address. Each link lies in one block and neither begins nor ends with
    white space. If two overlap, the author's is kept; if the author made neither or both, the first
    is kept.
    """
    links: list[Link] = []
    bare = [link for block in blocks if block.kind != "code" for link in _bare(text, block)]
    starts = [block.start for block in blocks]
    wanted = [*((link, 0) for link in made), *((link, 1) for link in bare)]
    for link, _ in sorted(wanted, key=lambda pair: (pair[0].start, pair[1])):
        block = blocks[bisect_right(starts, link.start) - 1]
        start, end = max(link.start, block.start), min(link.end, block.end)
        words = text[start:end].strip()
        if words and (not links or links[-1].end <= start):
            start += len(text[start:end]) - len(text[start:end].lstrip())
            links.append(Link(start, start + len(words), link.url))
    return tuple(links)


def _bare(text: str, block: Block) -> Iterator[Link]:
    words = text[block.start : block.end]
    if not any(sign in words for sign in _SIGNS):
        return
    for word in _WORD.finditer(words):
        # The library's time grows with the square of the length of a word.
        if word.end() - word.start() > LONGEST or not any(sign in word[0] for sign in _SIGNS):
            continue
        for found in _finder().match(word[0]) or ():
            start = block.start + word.start() + found.index
            named = found.schema or found.text.lower().startswith(
                "www."
            )  # "notes.py" is no address
            if named and is_allowed(found.url):
                yield Link(start, start + len(found.text), found.url)


@cache
def _finder() -> Any:
    from linkify_it import LinkifyIt
    from linkify_it.tlds import TLDS

    return LinkifyIt().tlds(TLDS)
