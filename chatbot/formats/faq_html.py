"""Turns the questions of an FAQ in a page into headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree, html

from chatbot.formats.faq import Faq, Line, find_faq, label_break

_SET_OFF = ("dt", "summary")
_STRONG = frozenset("b em i strong u".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SKIPPED = frozenset("head nav pre script select style svg table template textarea".split())
_EMPTY = re.compile(r"\s*")


@dataclass(slots=True)
class _Lead:
    """The first line of a block: how much of the block's text and how many of its children."""

    element: html.HtmlElement
    line: Line
    level: int
    """The level that a heading would have here."""
    text: int
    """How many characters of the element's own text belong to the line."""
    children: int
    tail: int = 0
    """How many characters after the last of its children belong to the line."""


def mark_questions(root: html.HtmlElement, blocks: Collection[str]) -> None:
    """Wrap each question of the page in a heading, in place.

    `blocks` are the tags that begin and end a block. A `<summary>` always becomes a heading. The
    labels "Q:" and "A:" are removed.
    """
    leads = list(_leads(root, blocks))
    faq = find_faq([lead.line for lead in leads])
    for number, lead in enumerate(leads):
        is_heading = number in faq.questions or lead.element.tag == "summary"
        if faq.labels and (number in faq.headed or number - 1 in faq.headed):
            _strip_label(lead, faq)
        if is_heading and not lead.line.fixed:
            _wrap(lead, faq)


def _leads(root: html.HtmlElement, blocks: Collection[str]) -> Iterator[_Lead]:
    level = 1
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in _SKIPPED:
            walk.skip_subtree()
            if element.tag in ("pre", "table"):  # may be an answer
                yield _Lead(element, Line(element.tag, element.tag), level, 0, 0)
        elif element.tag in _HEADINGS:
            level = _HEADINGS[element.tag]
            walk.skip_subtree()
            text = " ".join(element.text_content().split())
            yield _Lead(element, Line(text, "heading", fixed=True), level, 0, 0)
        elif element.tag in blocks:
            lead = _lead(element, blocks, min(level + 1, 6))
            if lead.line.text:
                yield lead


def _lead(element: html.HtmlElement, blocks: Collection[str], level: int) -> _Lead:
    """Return the first line of a block, up to a line break, or the bold question at its start."""
    own = element.text or ""
    inline = []
    for child in element:
        if child.tag in blocks:
            break
        inline.append(child)
    texts = [own, *(part for child in inline for part in (_content(child), child.tail or ""))]
    whole = " ".join("".join(texts).split())
    form = "item" if element.tag in ("li", "dd") else "paragraph"
    strong = element.tag in _SET_OFF or _all_in(own, inline, _STRONG)
    fixed = _all_in(own, inline, ("a",))
    for text, children, tail, head in _breaks(own, inline):
        question = " ".join(head.split())
        rest = whole[len(question) :].strip()
        if question.rstrip("*_").endswith(("?", "？")) and rest and not strong:
            bold = _all_in(own[:text], inline[:children], _STRONG, tail)
            return _Lead(element, Line(question, form, bold, rest), level, text, children, tail)
    line = Line(whole, form, strong, fixed=fixed)
    last = len(inline[-1].tail or "") if inline else 0
    return _Lead(element, line, level, len(own), len(inline), last)


def _breaks(own: str, inline: list[html.HtmlElement]) -> Iterator[tuple[int, int, int, str]]:
    """Yield each place where the first line may end, with the line up to there.

    A place is three numbers: characters of the own text, children, characters of the tail.
    """
    start = len(own) - len(own.lstrip())
    if at := label_break(own.strip()):
        yield start + at, 0, 0, own[: start + at]
    if (at := own.find("\n", start)) >= 0:
        yield at, 0, 0, own[:at]
        return
    head = own
    for number, child in enumerate(inline):
        tail = child.tail or ""
        if child.tag == "br":
            yield len(own), number, len(inline[number - 1].tail or "") if number else 0, head
            return
        head += _content(child)
        if number == 0 and not own.strip() and child.tag in _STRONG:
            yield len(own), 1, 0, head
        if (at := tail.find("\n")) >= 0:
            yield len(own), number + 1, at, head + tail[:at]
            return
        head += tail


def _content(element: html.HtmlElement) -> str:
    return "\n" if element.tag == "br" else str(element.text_content())


def _all_in(
    own: str, inline: list[html.HtmlElement], tags: Collection[str], tail: int | None = None
) -> bool:
    """Return whether all words are inside elements with these tags."""
    tails = [child.tail or "" for child in inline]
    if tails and tail is not None:
        tails[-1] = tails[-1][:tail]
    return (
        not own.strip()
        and any(child.tag in tags for child in inline)
        and all(child.tag in tags or not _content(child).strip() for child in inline)
        and not any(text.strip() for text in tails)
    )


def _wrap(lead: _Lead, faq: Faq) -> None:
    """Turn the first line of a block into a heading within it."""
    element = lead.element
    if lead.line.rest and faq.labels:
        _strip_label_behind(lead, faq)
    heading = html.Element(f"h{lead.level}")
    own = element.text or ""
    heading.text, element.text = own[: lead.text], None
    heading.tail = own[lead.text :]
    moved = list(element)[: lead.children]
    if moved:
        last = moved[-1].tail or ""
        heading.tail = last[lead.tail :]
    for child in moved:
        heading.append(child)
    if moved:
        moved[-1].tail = last[: lead.tail]
    element.insert(0, heading)


def _strip_label(lead: _Lead, faq: Faq) -> None:
    """Remove "Q:" from the start of a block's first line, even if an element has only the label."""
    element = lead.element
    own = element.text or ""
    if own.strip():
        cut = _indent(own) + faq.label(own.lstrip())
        element.text = own[cut:]
        lead.text = max(0, lead.text - cut)
    elif len(element):
        _strip_first(element[0], faq)


def _strip_label_behind(lead: _Lead, faq: Faq) -> None:
    """Remove "A:" from the text after the first line in the same block."""
    element = lead.element
    if not lead.children:
        own = element.text or ""
        at = lead.text + _indent(own[lead.text :])
        element.text = own[: lead.text] + " " + own[at + faq.label(own[at:]) :]
        if own[at:].strip():
            return
    elif lead.children <= len(element):
        last = element[lead.children - 1]
        tail = last.tail or ""
        at = lead.tail + _indent(tail[lead.tail :])
        last.tail = tail[: lead.tail] + " " + tail[at + faq.label(tail[at:]) :]
        if tail[at:].strip():
            return
    for child in element[lead.children :]:
        if child.tag != "br":
            _strip_first(child, faq)
            return
        if (tail := child.tail or "").strip():
            child.tail = tail[_indent(tail) + faq.label(tail.lstrip()) :]
            return


def _strip_first(child: html.HtmlElement, faq: Faq) -> None:
    """Remove a label from an element: "<b>A:</b> Yes", "<b>A: Yes</b>", "<b>A</b>: Yes"."""
    text, tail = child.text or "", child.tail or ""
    if len(child) or not text.strip():
        return
    length = faq.label(text.strip() + " " + tail.lstrip())
    if not length:
        length = faq.label(text.strip() + tail)
    inside = _indent(text) + length
    if length >= len(text.strip()):
        child.tail = tail[_indent(tail) :] if text.strip()[-1] in ":.)" else tail.lstrip(" :.)")
        child.text = ""
    elif length:
        child.text = text[inside:]


def _indent(text: str) -> int:
    found = _EMPTY.match(text)
    return found.end() if found else 0
