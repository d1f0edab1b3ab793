"""Opens the tabs of a page: each label becomes the heading of its panel.

This changes the tree of elements before it is read.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from lxml.html import HtmlElement

from chatbot.formats.headings import Levels, line
from chatbot.formats.reveal import (
    BLOCKS,
    MAX_SEEN,
    begins_with_heading,
    has_words,
    head,
    is_hidden,
    show,
    target,
)  # fmt: skip

MAX_TABS = 50
"""At most this many tabs in a row, and rows of tabs on a page, are changed."""


def open_tabs(root: HtmlElement, ids: dict[str | None, HtmlElement], levels: Levels) -> None:
    """Show the panel of each tab below its label, and remove the rows of labels.

    Tabs are recognised by their roles, by radio buttons with labels, or by a list of links to
    neighbouring elements. They may also be neighbouring panels of one class, of which one is shown
    and the others are hidden.
    """
    lists = (element for element in root.iter() if element.get("role") == "tablist")
    for tablist in list(islice(lists, MAX_TABS)):
        _open_list(tablist, ids, levels)
    _open_radios(root, levels)
    _open_links(root, ids, levels)
    _open_siblings(root, levels)


def _open_list(tablist: HtmlElement, ids: dict[str | None, HtmlElement], levels: Levels) -> None:
    inside = islice(tablist.iter(), MAX_SEEN)
    tabs = [tab for tab in inside if tab.get("role") == "tab"][:MAX_TABS]
    panels = [target(tab, ids) for tab in tabs]
    if not all(panel is not None for panel in panels):
        panels = _panels_beside(tablist, len(tabs))
    if not panels:
        return
    for tab, panel in zip(tabs, panels, strict=True):
        if panel is not None:
            head(panel, line(tab) or tab.get("aria-label") or "", levels)
    tablist.drop_tree()


def _panels_beside(tablist: HtmlElement, count: int) -> list[HtmlElement]:
    """Return the panels of tabs that no names link to panels, in order."""
    for outer in islice(tablist.iterancestors(), 3):
        panels: list[HtmlElement] = []
        for panel in islice(outer.iter(), MAX_SEEN):
            if panel.get("role") == "tabpanel" and not set(panels) & set(panel.iterancestors()):
                panels.append(panel)
            if len(panels) > count:
                break
        if panels:
            return panels if len(panels) == count else []
    return []


def _open_radios(root: HtmlElement, levels: Levels) -> None:
    """Open tabs made of radio buttons, with all labels in a row or each before its panel."""
    boxes: dict[HtmlElement, set[str | None]] = {}
    for radio in root.iter("input"):
        if radio.get("type") == "radio" and not levels.is_fixed(radio):
            boxes.setdefault(radio.getparent(), set()).add(radio.get("id"))
    for box, names in boxes.items():
        labels = [label for label in box.iter("label") if label.get("for") in names]
        if len(labels) < 2:
            continue
        row = labels[0].getparent()
        texts = [line(label) or label.get("data-title") or "" for label in labels]
        panels: list[HtmlElement] = [label.getnext() for label in labels]
        if any(panel is None or panel.tag not in BLOCKS for panel in panels):
            beside = row.getnext()
            if beside is None:
                continue
            panels = [panel for panel in beside if isinstance(panel.tag, str)]
        if len(panels) == len(labels):
            for label, text, panel in zip(labels, texts, panels, strict=True):
                head(panel, text, levels)
                label.drop_tree()


def _open_links(root: HtmlElement, ids: dict[str | None, HtmlElement], levels: Levels) -> None:
    """Open neighbouring panels to which the links of one list lead: "#windows"."""
    for row in list(root.iter("ul", "ol")):
        links = [link for item in row for link in item.iterchildren("a")]
        if len(links) < 2 or len(links) != len(row):
            continue
        ends = {link: ids.get((link.get("href") or "").removeprefix("#") or "#") for link in links}
        panels = {end for end in ends.values() if end is not None and end.tag in BLOCKS}
        if len(panels) != len(links) or len({panel.getparent() for panel in panels}) != 1:
            continue
        if not any(begins_with_heading(panel) for panel in panels):
            for link, panel in ends.items():
                head(panel, line(link), levels)
            row.drop_tree()


def _open_siblings(root: HtmlElement, levels: Levels) -> None:
    """Open neighbouring panels of one class, of which some are shown and others hidden.

    Their labels are the buttons, links or items right above, if there are as many.
    """
    beside: dict[tuple[HtmlElement, str], list[HtmlElement]] = defaultdict(list)
    for panel in root.iter("div", "section"):
        if names := (panel.get("class") or "").split():
            beside[panel.getparent(), names[0]].append(panel)
    for panels in beside.values():
        hidden = sum(map(is_hidden, panels))
        if not 0 < hidden < len(panels) <= MAX_TABS or not all(map(has_words, panels)):
            continue
        row = panels[0].getprevious()
        labels = _labels(row) if row is not None else []
        for number, panel in enumerate(panels):
            show(panel)
            if len(labels) == len(panels):
                head(panel, line(labels[number]), levels)
        if row is not None and len(labels) == len(panels):
            row.drop_tree()


def _labels(row: HtmlElement) -> list[HtmlElement]:
    """Return the buttons, else the links, else the items in an element that are single lines."""
    for tag in ("button", "a", "li", "span"):
        found = list(islice(row.iter(tag), MAX_TABS))
        if len(found) > 1 and all(map(line, found)):
            return found
    return []
