"""Finds the texts of the evaluation files, so that nothing is learnt from them."""

import json
from pathlib import Path

from texts import normalise


class HeldBack:
    """All texts of the evaluation files, from which nothing may be learnt."""

    RUN = 60  # two passages that share this many letters in a row are the same text

    def __init__(self, folder: Path) -> None:
        self.texts: set[str] = set()
        files = [*sorted(folder.glob("*.json")), *sorted(folder.glob("*.jsonl"))]
        for file in files:
            content = file.read_text(encoding="utf-8")
            lines = content.splitlines() if file.suffix == ".jsonl" else [content]
            for line in lines:
                self._collect(json.loads(line))
        assert len(self.texts) > 1000, f"no evaluation files in {folder}"
        self.runs = {
            text[i : i + self.RUN]
            for text in self.texts
            if len(text) > 200
            for i in range(len(text) - self.RUN + 1)
        }

    def _collect(self, value: object) -> None:
        if isinstance(value, str):
            self.texts.add(normalise(value))
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                self._collect(part)

    def question(self, text: str) -> bool:
        """Return whether a text equals a question that is held back."""
        return normalise(text) in self.texts

    def passage(self, text: str) -> bool:
        """Return whether a text equals one that is held back, or shares 90 letters in a row.

        Runs of `RUN` letters are compared, at every 30th letter.
        """
        flat = normalise(text)
        pieces = (flat[i : i + self.RUN] for i in range(0, len(flat) - self.RUN + 1, self.RUN // 2))
        return flat in self.texts or any(piece in self.runs for piece in pieces)
