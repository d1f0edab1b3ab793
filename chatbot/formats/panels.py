"""Opens panels that a page shows only after a click, and puts each below a heading.

This changes the tree of elements before it is read: accordions, `<details>`, tabs, hidden panels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import islice

from lxml.html import HtmlElement

from chatbot.formats.dialects import CLOSES
from chatbot.formats.headings import HEADINGS, LINE_PARTS, Levels, line
from chatbot.formats.reveal import BLOCKS, begins_with_heading, has_words, is_hidden, show, target
from chatbot.formats.tabs import open_tabs

_MAX_PANELS = 2_000  # per page and kind; others are not changed
_LABELS = ("a", "button", "div", "p", "span")


def open_panels(root: HtmlElement) -> None:
    """Open each panel below a heading made from the element that one clicks.

    That element is a `<summary>`, a tab, a button in a heading or beside its panel, the label of a
    radio button or checkbox, or a link to a panel. Rows of tabs are removed.
    """
    for element in root.iter():
        element.attrib.pop(CLOSES, None)  # only this program may set it
        if element.get("role") == "heading" and element.tag not in HEADINGS:
            level = element.get("aria-level") or ""
            element.tag = f"h{level}" if f"h{level}" in HEADINGS else "h2"
    ids = {element.get("id"): element for element in root.iter() if element.get("id")}
    levels = Levels(root)
    _unwrap_buttons(root)
    open_tabs(root, ids, levels)
    _open_in_turn(root, levels)
    for element in _some(root, _is_label_or_hidden):
        if element.tag == "summary":
            _open_details(element, levels)
        elif element.tag == "label":
            _open_box(element, ids, levels)
        elif (panel := _controlled(element, ids)) is not None:
            _open_toggle(element, panel, levels)
        elif is_hidden(element) and _is_panel(element):
            show(element)


def _some(root: HtmlElement, wanted: Callable[[HtmlElement], bool]) -> list[HtmlElement]:
    return list(islice(filter(wanted, root.iter()), _MAX_PANELS))


def _is_label_or_hidden(element: HtmlElement) -> bool:
    if element.tag in ("summary", "label", "button"):
        return True
    attributes = element.attrib
    return bool(attributes) and (
        attributes.get("role") == "button"
        or "data-toggle" in attributes
        or "data-bs-toggle" in attributes
        or is_hidden(element)
    )


def _unwrap_buttons(root: HtmlElement) -> None:
    """Keep only the heading of a button in a heading, or of a heading in a button."""
    for heading in list(root.iter(*HEADINGS)):
        outer = heading.getparent()
        inside = [*heading.iter("button"), *([outer] if outer.tag == "button" else [])]
        for button in inside:
            button.drop_tag()


def _open_in_turn(root: HtmlElement, levels: Levels) -> None:
    """Open panels that are linked to their labels only by order: label, panel, label, panel.

    The labels are buttons, or the panels are hidden. Several labels have one class and different
    texts ("Copy" above each piece of code is no label).
    """
    pairs: dict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
    for label in _some(root, _stands_above_panel):
        pairs[label.tag, label.get("class") or ""].append(label)
    for (tag, names), labels in pairs.items():
        is_row = len({line(label) for label in labels}) == len(labels) > 1
        if is_row and (names or tag == "button"):
            for label in labels:
                _make_heading(label, label.getnext(), levels)


def _stands_above_panel(label: HtmlElement) -> bool:
    if label.tag not in _LABELS:
        return False
    panel = label.getnext()
    if panel is None or panel.tag not in ("div", "section", "p", "dd"):
        return False
    return label.tag == "button" or is_hidden(panel)


# One label, one panel


def _open_details(summary: HtmlElement, levels: Levels) -> None:
    details = summary.getparent()
    if details is None or details.tag != "details":
        return
    level = levels.below(details)
    if any(part.tag in HEADINGS for part in summary.iter()):
        level = next(HEADINGS[part.tag] for part in summary.iter() if part.tag in HEADINGS)
    elif line(summary) and not levels.is_fixed(details):
        summary.tag = f"h{level}"
    details.set(CLOSES, str(level))


def _open_box(label: HtmlElement, ids: dict[str | None, HtmlElement], levels: Levels) -> None:
    """Open a panel that a checkbox beside the label shows: `<input type=checkbox><label><div>`."""
    box, panel = ids.get(label.get("for") or "#"), label.getnext()
    if box is None or panel is None or box.get("type") not in ("checkbox", "radio"):
        return
    if panel.tag in BLOCKS and box.getparent() is label.getparent():
        _make_heading(label, panel, levels)


def _controlled(element: HtmlElement, ids: dict[str | None, HtmlElement]) -> HtmlElement | None:
    """Return the panel that a click on this element shows, if there is one."""
    if element.get("role") == "tab" or element.tag in HEADINGS:
        return None
    is_button = element.tag == "button" or element.get("role") == "button"
    toggles = (element.get("data-bs-toggle"), element.get("data-toggle"))
    if not (is_button or "collapse" in toggles):
        return None
    panel = target(element, ids)
    if panel is None and element.get("aria-expanded") and _has_no_heading(element):
        panel = element.getnext()
    return panel


def _open_toggle(button: HtmlElement, panel: HtmlElement, levels: Levels) -> None:
    outer = next((part for part in button.iterancestors() if part.tag in HEADINGS), None)
    if outer is not None:
        show(panel)
    elif not levels.is_fixed(panel) and not begins_with_heading(panel):
        _make_heading(button, panel, levels)


def _make_heading(label: HtmlElement, panel: HtmlElement, levels: Levels) -> None:
    if levels.is_fixed(label) or not line(label) or not has_words(panel):
        return
    show(panel)
    level = levels.below(label)
    label.tag = f"h{level}"
    label.attrib.pop("role", None)
    panel.set(CLOSES, str(level))


def _is_panel(element: HtmlElement) -> bool:
    """Return whether an element is hidden until its heading is clicked or a search finds it."""
    if element.get("hidden") == "until-found" or element.get("role") == "tabpanel":
        return True
    if element.tag not in BLOCKS[1:]:
        return False
    above, outer = element.getprevious(), element.getparent()
    if above is None and outer is not None and len(outer) == 1 and not (outer.text or "").strip():
        above = outer.getprevious()  # it is alone in its own box
    if above is None:
        return False
    heads = (*HEADINGS, "dt", "summary")
    parts = islice(above.iter(), LINE_PARTS)
    return any(part.tag in heads and line(part) == line(above) for part in parts)


def _has_no_heading(element: HtmlElement) -> bool:
    return not any(part.tag in HEADINGS for part in element.iterancestors())
