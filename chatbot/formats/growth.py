"""Limits by how much the text of an article may grow while it is read.

A few lines of a file may stand for gigabytes: attributes that double each other, a list that is
repeated, a cell that spans thousands of rows, one address that is used everywhere. Whatever puts
text into an article that its file does not have in that place counts it here first.
"""

from __future__ import annotations

MOST = 1_000_000
"""How many characters may be added to one article; a book has about as many."""
COST = 100
"""So many characters an added element or file counts besides its text, for the work it makes."""


class Growth:
    """Counts the characters that are added to one article, and remembers what was left out."""

    def __init__(self) -> None:
        self.left = MOST
        self._left_out: dict[str, None] = {}

    def take(self, what: str, size: int) -> bool:
        """Return whether `size` more characters may be added; if so, they are counted.

        `what` names them for the site owner, in the plural.
        """
        if size > self.left:
            self._left_out[what] = None
            return False
        self.left -= size
        return True

    def warnings(self) -> tuple[str, ...]:
        """Return a warning for each kind of which something was left out."""
        return tuple(
            f"repeats too much: {what} would add more than {MOST:,} characters; "
            "the rest of them is left out"
            for what in self._left_out
        )
