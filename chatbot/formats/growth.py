"""Limits by how much the text of an article may grow while it is read.

A few lines of a file may expand to gigabytes, by attributes that double each other, a repeated
list, a cell over thousands of rows, or an address used everywhere. Code that adds text to an
article must count it here first.
"""

from __future__ import annotations

MOST = 1_000_000
"""At most this many characters are added to one article, about as many as a book has."""
COST = 100
"""An added element or file counts as this many characters more than its text, for its work."""


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
        """Return a warning for each kind of text that was left out."""
        return tuple(
            f"repeats too much: {what} would add more than {MOST:,} characters; "
            "the rest of them is left out"
            for what in self._left_out
        )
