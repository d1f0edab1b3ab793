"""What the evaluation files hold, so that nothing of it is learnt from."""

import json
from pathlib import Path

from texts import normalise


class HeldBack:
    """All texts of the evaluation files: what must not be learnt from."""

    RUN = 60  # letters in a row that make two passages the same text

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
        """Equal to one held back."""
        return normalise(text) in self.texts

    def passage(self, text: str) -> bool:
        """Equal, or sharing a run of 90 letters (60 looked up at every 30th) with one held back."""
        flat = normalise(text)
        pieces = (flat[i : i + self.RUN] for i in range(0, len(flat) - self.RUN + 1, self.RUN // 2))
        return flat in self.texts or any(piece in self.runs for piece in pieces)
