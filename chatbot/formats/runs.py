"""Finds the texts that make up each block of a page, across the elements within its lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement


@dataclass(slots=True)
class TextNode:
    """A text in the tree: the text at the start of an element, or the text after it (its tail)."""

    element: HtmlElement
    is_tail: bool

    @property
    def text(self) -> str:
        """The current text."""
        return (self.element.tail if self.is_tail else self.element.text) or ""

    @text.setter
    def text(self, value: str) -> None:
        if self.is_tail:
            self.element.tail = value
        else:
            self.element.text = value

    def insert(self, inner: HtmlElement, at: int) -> None:
        """Insert an element after `at` characters of the text; the rest becomes its tail."""
        words = self.text
        self.text, inner.tail = words[:at], words[at:]
        if self.is_tail:
            tail, self.element.tail = self.element.tail, None
            self.element.addnext(inner)
            self.element.tail = tail
        else:
            self.element.insert(0, inner)


def runs(
    root: HtmlElement, blocks: Collection[str]
) -> Iterator[tuple[list[TextNode], HtmlElement]]:
    """Yield the texts that make up each block, in order, with the element of the block.

    `blocks` are the tags that begin and end a block.
    """
    words: list[TextNode] = []
    block = root
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in blocks or element.tag == "title":
            if words:
                yield words, block
            words, block = [], element if event == "start" else element.getparent()
        if event == "start" and element.text:
            words.append(TextNode(element, is_tail=False))
        elif event == "end" and element.tail and element is not root:
            words.append(TextNode(element, is_tail=True))
    if words:
        yield words, block
