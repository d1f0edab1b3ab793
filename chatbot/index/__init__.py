"""The index of a corpus: all that a bot needs to answer, built once and kept in a file.

`build` makes it from articles; unchanged articles are copied from an earlier index. `Index` opens
it. Its content is in arrays (`container`), so that its file can be mapped into memory and shared by
several processes. `Article` and `Passage` objects are created when they are needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from chatbot.config import Settings
from chatbot.conversation.abbreviations import Definition
from chatbot.conversation.initials import Letters
from chatbot.index.building import arrays_of
from chatbot.index.container import Array
from chatbot.index.records import Articles, Passages, definitions_of, heads_of
from chatbot.index.words import Words, strings
from chatbot.types import Article, Passage


class Index:
    """Everything that is known about a corpus."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """Open the arrays of `build`, or those of a file.

        Raises:
            DamagedError: an array is not what was written.
        """
        self.arrays = arrays
        heads = heads_of(strings(arrays, "heads"))
        self.words = Words(arrays, heads)
        self.sizes = self.words.sizes
        """The number of passages of each article, shape (articles,)."""
        self._starts = np.cumsum(self.sizes) - self.sizes
        self.asked: NDArray[np.uint8] = arrays["asked"]
        """The questions in each article: 1 in headings, 2 from its author, 3 both, 0 none."""
        self.articles = Articles(heads, strings(arrays, "articles"))
        of = np.repeat(np.arange(len(heads)), self.sizes)
        self.passages = Passages(heads, of, strings(arrays, "passages"))
        self.digest = arrays["digest"].tobytes().hex()[:16]
        """A short SHA-256 of everything that is indexed."""

    def passages_of(self, id: str) -> Sequence[Passage]:
        """Return the passages of the article that has this id."""
        number = self.articles.number(id)
        start = int(self._starts[number])
        return self.passages[start : start + int(self.sizes[number])]

    @cached_property
    def letters(self) -> Letters:
        """The first letters of all words, used to look up acronyms."""
        above = [line for line, _ in self.words.facts.items("above")]
        each = [*strings(self.arrays, "initials.above"), *strings(self.arrays, "initials")]
        return Letters(above, "".join(each), [0, *accumulate(map(len, each))][:-1])

    def definitions(self) -> list[Definition]:
        """Return the definitions of short forms: first those pages list, then those in texts."""
        return definitions_of(strings(self.arrays, "definitions"))


def build(
    settings: Settings,
    articles: Sequence[Article],
    earlier: Index | None = None,
    workers: int = 1,
) -> Index:
    """Return the index of `articles`; unchanged ones are copied from `earlier`.

    Many articles are analysed by up to `workers` processes.
    """
    return Index(arrays_of(settings, articles, earlier.arrays if earlier else None, workers))
