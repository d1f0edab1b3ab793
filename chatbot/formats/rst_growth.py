"""Limits by how much reStructuredText may grow: substitutions, addresses, and cells of tables.

docutils limits the length of one substitution, but neither how often it is used nor the length of
several that refer to each other. Its setting `growth` holds the `Growth` of the file.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst.directives.tables import CSVTable
from docutils.readers.standalone import Reader
from docutils.transforms import Transform
from docutils.utils import SystemMessagePropagation

from chatbot.errors import ArticleError
from chatbot.formats.dialects import HOLE
from chatbot.formats.growth import COST, MOST, Growth

_BORDER = re.compile(r"^[ \t]*=+(?:[ ]+=+)+[ \t]*$", re.MULTILINE)
_MAX_CELLS = 100_000


class BoundedReader(Reader):  # type: ignore[misc]
    """Reads a file as docutils does, but replaces only as many substitutions as fit."""

    def get_transforms(self) -> list[Any]:
        """Return the steps after parsing."""
        return [*super().get_transforms(), _BoundSubstitutions]


class _BoundSubstitutions(Transform):  # type: ignore[misc]
    """Leaves holes for references to substitutions that do not fit, and for circular ones.

    A definition that refers to an unknown substitution also gets a hole; docutils 0.23 would fail.
    """

    default_priority = 219  # right before docutils replaces them

    def apply(self) -> None:
        growth: Growth = self.document.settings.growth
        self._sizes: dict[str, int] = {}
        # Also those in definitions, since docutils replaces them there.
        for reference in list(self.document.findall(nodes.substitution_reference)):
            is_lost = self._in_definition(reference) and self._definition(reference) is None
            if is_lost or not growth.take("substitutions", self._size(reference)):
                reference.replace_self(nodes.Text(HOLE))

    def _in_definition(self, node: Any) -> bool:
        while node and not isinstance(node, nodes.substitution_definition):
            node = node.parent
        return node is not None

    def _definition(self, reference: Any) -> Any:
        return self.document.substitution_defs.get(self._name(reference))

    def _name(self, reference: Any) -> str:
        name: str = reference["refname"]
        if name in self.document.substitution_defs:
            return name
        known: str = self.document.substitution_names.get(name.lower(), "")
        return known

    def _size(self, reference: Any) -> int:
        """Return the length of a reference when replaced, in characters; too long if circular."""
        name, definition = self._name(reference), self._definition(reference)
        if definition is None:
            return 0
        if name not in self._sizes:
            self._sizes[name] = MOST + 1
            within = definition.findall(nodes.substitution_reference)
            self._sizes[name] = (
                len(definition.astext())
                + sum(len(node.get("refuri", "")) for node in definition.findall(nodes.reference))
                + COST * (sum(1 for _ in definition.findall(nodes.Element)) - 1)
                + sum(map(self._size, within))
            )
        return self._sizes[name]


class BoundedCsvTable(CSVTable):  # type: ignore[misc]
    """A table of values; its short rows are filled up only as far as `growth` allows."""

    def extend_short_rows_with_empty_cells(self, columns: int, parts: Any) -> None:
        """Make all rows equally long, or leave the table out."""
        missing = sum(columns - len(row) for part in parts for row in part)
        growth: Growth = self.state.document.settings.growth
        if not growth.take("cells of tables", COST * missing):
            raise SystemMessagePropagation(self.reporter.warning("has too many cells"))
        super().extend_short_rows_with_empty_cells(columns, parts)


def refuse_tables(content: str) -> None:
    """Check the tables whose borders are drawn with "=": each row has a cell for each column.

    Raises:
        ArticleError: they may have too many cells.
    """
    widest = max((len(border.split()) for border in _BORDER.findall(content)), default=0)
    lines = content.count("\n")
    if widest * lines > _MAX_CELLS:
        raise ArticleError(
            f"has a table with {widest:,} columns in {lines:,} lines; "
            f"{_MAX_CELLS:,} cells are allowed: split it"
        )


def bound_addresses(tree: nodes.document, growth: Growth) -> None:
    """Turn links into text if their address is defined once and used too often."""
    known: set[str] = set()
    for link in list(tree.findall(nodes.reference)):
        address = link.get("refuri") or link.get("refid", "")
        if address in known and not growth.take("addresses", len(address)):
            link.replace_self(list(link.children))
        known.add(address)
