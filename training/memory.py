"""Remembers what the networks, the search and the reader return for the same input."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from chatbot.encoder import Encoder
from chatbot.language import codes, kinds
from chatbot.readers import features
from chatbot.readers.network import Network

OFTEN = 400
"""After so many new outputs the file is written."""
ROOT = Path(__file__).parent.parent
NETWORKS = (
    "chatbot/encoder/model/encoder.json",
    "chatbot/readers/model/reader.json",
    "models/multilingual/article_chat_multilingual/reader.json",
)
"""These files have the checksums of the networks."""


class Memory:
    """The outputs of the networks, kept in a file; they depend on networks and texts alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[bytes, Any] = {}
        if path.exists():
            self._known = pickle.loads(path.read_bytes())
        self._new = 0
        self._networks = "".join((ROOT / name).read_text() for name in NETWORKS)

    def patch(self) -> None:
        """Let the networks of this process look up what they know already."""
        for owner, name in (
            (Encoder, "question"),
            (Encoder, "passage"),
            (Network, "length"),
            (Network, "read"),
        ):
            setattr(
                owner, name, self._remembering(f"{owner.__name__}.{name}", getattr(owner, name))
            )

    def _remembering(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def remembering(self_: Any, *given: Any) -> Any:
            which = getattr(self_, "_max_length", "") if name.startswith("Network") else ""
            kind = type(getattr(self_, "_pieces", None)).__name__
            parts = [_text(value) for value in given]
            key = hashlib.sha256(
                "\0".join((self._networks, name, str(which), kind, *parts)).encode()
            ).digest()[:16]
            if key not in self._known:
                self._known[key] = function(self_, *given)
                self._new += 1
                if self._new == OFTEN:
                    self.keep()
            return self._known[key]

        return remembering

    def keep(self) -> None:
        """Write what is new into the file."""
        if self._new:
            beside = self._path.with_suffix(".new")
            beside.write_bytes(pickle.dumps(dict(self._known), pickle.HIGHEST_PROTOCOL))
            beside.replace(self._path)
            self._new = 0


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    columns = "\1".join(value.columns)
    sentences = ",".join(f"{start}-{end}" for start, end in value.sentences)
    return "\2".join((value.titles, value.text, str(value.start), columns, sentences))


class Remembered:
    """Searches and readings of a bot, each done once while `is_on`."""

    def __init__(self, bot: Any) -> None:
        self.searches = self.reads = False
        """Whether what was searched, or read, before is remembered."""
        self._known: dict[Hashable, Any] = {}
        retriever, reader = bot._retriever, bot._reader
        search, standing, read = retriever.search, retriever.standing, reader.read

        def searched(question: Any, limit: int) -> Any:
            key = ("search", question, limit)
            if self.searches and key in self._known:
                return list(self._known[key])
            found = search(question, limit)
            if self.searches:
                self._known[key] = tuple(found)
            return found

        def stood(weights: Any) -> Any:
            key = ("standing", tuple(weights.items()))
            if self.searches and key in self._known:
                return self._known[key].copy()
            found = standing(weights)
            if self.searches:
                self._known[key] = found.copy()
            return found

        def read_once(question: Any, hits: Any) -> Any:
            places = tuple((h.passage.article, h.passage.start, h.score) for h in hits)
            key = ("read", question, places)
            if self.reads and key in self._known:
                return self._known[key]
            found = read(question, hits)
            if self.reads:
                self._known[key] = found
            return found

        retriever.search, retriever.standing, reader.read = searched, stood, read_once


def forget() -> None:
    """Empty the caches of functions whose result depends on what is left out."""
    for function in (features.found, kinds.asked, codes.of_passage):
        getattr(function, "cache_clear", lambda: None)()
