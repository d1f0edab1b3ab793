"""Questions of a page made headings of their answers, whatever their form.

Done to the tree of elements before it is read. A question is told by its question mark, where its
place shows that it has an answer.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from itertools import islice

from lxml.html import HtmlElement

from chatbot.formats.headings import BOLD, HEADINGS, LINES, Levels, line


def head_answers(root: HtmlElement) -> None:
    """Make a heading of each question that stands above its answer.

    Those are terms of a `<dl>` that ask, lines in bold that ask, and blocks of one class that are
    all questions.
    """
    levels = Levels(root)
    classes: dict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
    silent: set[tuple[str, str]] = set()  # classes of which one does not ask
    for element in list(root.iter(*LINES)):
        words = line(element)
        if not asks(words):
            if element.get("class"):
                silent.add((element.tag, element.get("class")))
        elif levels.is_fixed(element):
            continue
        elif element.tag == "dt":
            _head_definition(element, levels)
        elif element.tag in BOLD:
            _head_paragraph(element, words, levels)
        elif names := element.get("class"):
            classes[element.tag, names].append(element)
    for names, alike in classes.items():
        if len(alike) > 1 and names not in silent and all(map(_is_answered, alike)):
            for element in alike:
                levels.make_heading(element)


def asks(text: str) -> bool:
    """Whether a line ends in a question mark, of whatever script."""
    for letter in reversed(text):
        if unicodedata.category(letter) not in ("Pe", "Pf", "Zs"):
            return "QUESTION MARK" in unicodedata.name(letter, "")
    return False


def _head_definition(term: HtmlElement, levels: Levels) -> None:
    """Make a heading of a `<dt>` that asks, and a block of what follows it."""
    meanings: list[HtmlElement] = []
    for part in term.itersiblings():
        if part.tag == "dt" and meanings:
            break
        if part.tag == "dd":
            meanings.append(part)
    if not meanings:
        return
    levels.make_heading(term)
    for meaning in meanings:
        meaning.tag = "div"


def _head_paragraph(bold: HtmlElement, words: str, levels: Levels) -> None:
    """Make a heading of a line in bold that asks, alone above its answer or at its beginning."""
    block = bold.getparent()
    while block is not None and block.tag in ("span", "font", "em", "i"):
        bold, block = block, block.getparent()
    if block is None or (block.text or "").strip() or bold.getprevious() is not None:
        return
    if block.tag not in ("p", "div", "li"):
        return
    is_alone = not (bold.tail or "").strip() and bold.getnext() is None
    if is_alone and _is_answered(block):
        levels.make_heading(block)
    elif not is_alone:
        level = levels.below(block)
        rest = bold.tail
        heading = bold.makeelement(f"h{level}")
        heading.text = words
        bold.addprevious(heading)
        bold.drop_tree()
        heading.tail = rest
        block.tag = "div"


def _is_answered(question: HtmlElement) -> bool:
    """Whether text that asks nothing stands right below it, or below what holds it alone."""
    for _ in range(3):
        below = question.getnext()
        if below is not None:
            text = "".join(islice(below.itertext(), 200)).strip()
            return bool(text) and below.tag not in HEADINGS and not asks(text)
        outer = question.getparent()
        if outer is None or line(outer) != line(question):
            return False
        question = outer
    return False
