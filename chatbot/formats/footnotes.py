"""Moves the footnotes of a page to the sentences that refer to them, as in Markdown.

A reference and its note are recognised by the links between them, or by their roles. This changes
the tree of elements before it is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from itertools import islice

from lxml.html import HtmlElement

from chatbot.formats.dialects.notes import JOINT, MAX_CALLS, MAX_WORDS
from chatbot.formats.runs import TextNode, runs
from chatbot.language import sentences

_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[*†‡§]{1,3})[\])]?", re.IGNORECASE)
_NUMBER = re.compile(r"^(?:[\[(](?:\d{1,3}|[a-z])[\])]|(?:\d{1,3}|[a-z])[.:)]|[*†‡§]{1,3})\s*")
_MOST = 100  # references in one block; links, texts and elements in one note
_LONGEST = 2_000  # characters
_CITED = "references"
"""The class of MediaWiki's lists of sources, which say nothing about the sentence."""

Call = tuple[HtmlElement, HtmlElement]
"""A reference to a footnote, which is a link, and the note."""


def join_footnotes(root: HtmlElement, blocks: Collection[str]) -> None:
    """Move each short footnote of one block to the sentence that refers to it.

    Longer notes stay in their place. Each reference gets the role "doc-noteref". `blocks` are the
    tags that begin and end a block.
    """
    calls = list(_calls(root, blocks))
    if not calls:
        return
    links: dict[HtmlElement, HtmlElement] = dict(calls)
    called: dict[HtmlElement, int] = {}
    words_of = {note: _content(note, blocks) for note in dict.fromkeys(links.values())}
    for words, _ in list(runs(root, blocks)):
        _join(words, links, words_of, called)
    for note in called:
        parent = note.getparent()
        note.drop_tree()
        if parent is not None and parent.tag in ("ol", "ul", "dl") and not len(parent):
            parent.drop_tree()


def _calls(root: HtmlElement, blocks: Collection[str]) -> Iterator[Call]:
    places: dict[str, HtmlElement] = {}
    order: dict[HtmlElement, int] = {}
    links = []
    for number, element in enumerate(root.iter()):
        order[element] = number
        for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
            if name:
                places.setdefault(name, element)
        if element.tag == "a" and len(element.get("href") or "") > 1:
            links.append(element)
    for link in links:
        target = places.get(link.get("href")[1:]) if link.get("href")[0] == "#" else None
        text = "".join(link.text_content().split())
        if target is None or order[target] < order[link] or not _MARK.fullmatch(text):
            continue
        note = target
        while note.tag not in blocks and note.getparent() is not None:
            note = note.getparent()
        is_cited = any(_CITED in (e.get("class") or "").split() for e in note.iterancestors())
        if not is_cited and note is not root and _answers(link, note):
            yield link, note


def _answers(link: HtmlElement, note: HtmlElement) -> bool:
    """Return whether a link leads to a footnote: one has the role, or the note links back."""
    if link.get("role") == "doc-noteref" or note.get("role") in ("doc-footnote", "doc-endnote"):
        return True
    names = [link.get("id"), link.get("name")]
    beside = (link.getparent(), link.getprevious())
    names += [element.get("id") for element in beside if element is not None]
    back = {f"#{name}" for name in names if name}
    return any(other.get("href") in back for other in islice(note.iter("a"), _MOST))


def _content(note: HtmlElement, blocks: Collection[str]) -> HtmlElement | None:
    """Return the content of a note as an element within a line; None if it is too long."""
    if not _is_short(note):
        return None
    copy = deepcopy(note)
    copy.tail = None
    for link in list(copy.iter("a")):
        if (link.get("href") or "").startswith("#") and link.getparent() is not None:
            link.drop_tree()
    for mark in list(copy.iter("span")):
        is_label = not any(map(str.isalnum, mark.text_content())) or mark.get("class") == "label"
        if is_label and mark.getparent() is not None:
            mark.drop_tree()
    inner = [part for part in copy.iter() if part.tag in blocks and part is not copy]
    words = copy.text_content()
    if len(inner) > 1 or len(words.split()) > MAX_WORDS or not words.strip():
        return None
    for part in inner:
        part.drop_tag()
    copy.tag = "span"
    copy.attrib.clear()
    copy.text = _NUMBER.sub("", (copy.text or "").lstrip(), count=1)
    return copy


def _is_short(note: HtmlElement) -> bool:
    """Return whether a note may be short enough, without reading a long note completely."""
    parts = list(islice(note.iter(), _MOST))
    texts = list(islice(note.itertext(), _MOST))
    return max(len(parts), len(texts)) < _MOST and sum(map(len, texts)) < _LONGEST


def _join(
    words: list[TextNode],
    links: dict[HtmlElement, HtmlElement],
    words_of: dict[HtmlElement, HtmlElement | None],
    called: dict[HtmlElement, int],
) -> None:
    """Put the notes of one block after their sentences; references do not count as words."""
    found: dict[HtmlElement, int] = {}
    said: list[TextNode] = []
    at = solid = 0  # a reference after a space belongs to the word before the space
    for part in words:
        around = [] if part.is_tail else [part.element]
        link = next((e for e in (*around, *part.element.iterancestors()) if e in links), None)
        if link is not None:
            if len(found) < _MOST:
                found.setdefault(link, solid)
        else:
            said.append(part)
            if words_end := len(part.text.rstrip()):
                solid = at + words_end
            at += len(part.text)
    ends = [end for _, end in sentences.spans("".join(part.text for part in said))] if found else []
    for link, at in reversed(found.items()):
        link.set("role", "doc-noteref")
        note = links[link]
        content = words_of[note]
        if content is not None and called.get(note, 0) < MAX_CALLS:
            called[note] = called.get(note, 0) + 1
            copy = deepcopy(content)
            copy.text = f"{JOINT} {copy.text or ''}"
            _insert(said, copy, next((end for end in ends if end >= at), at))


def _insert(words: list[TextNode], content: HtmlElement, at: int) -> None:
    for part in words:
        if at <= len(part.text) and (part.text or not at):
            part.insert(content, at)
            return
        at -= len(part.text)
