"""Reads paragraphs of SQuAD that were published without questions, in several file formats.

The files are samples of the training set, and collections that also have some of its paragraphs.
Whether a paragraph is from SQuAD is decided by the questions that find it (`pieces.py`).
"""

import ast
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from linking import UNTITLED, articles
from texts import joined

# The names that the field of a paragraph may have.
TEXT = ("context", "CONTEXT", "full_context", "paragraph_text", "text")
SHORTEST = 100  # letters; a shorter text does not count as a paragraph


def paragraphs(folder: Path) -> list[dict]:
    """Return the paragraphs of all files, each once, in SQuAD's format without questions.

    `*.context` has a paragraph in tokens on each line. `*.csv` has a column with a name in `TEXT`,
    `*.json` and `*.jsonl` such a field, possibly with the title beside it. `*.ipynb` prints a
    mapping to paragraphs.

    Raises:
        ValueError: a file is of another kind; the message names it.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = articles(
        {"title": title, "paragraphs": [{"context": text}]}
        for file in files
        for title, text in _of(file)
        if len(text) >= SHORTEST
    )
    return [
        {"title": title, "paragraphs": [{"context": text, "qas": []} for text in texts]}
        for title, texts in found.items()
    ]


def _of(file: Path) -> Iterator[tuple[str, str]]:
    """Yield title and text of each paragraph of a file, in order."""
    content = file.read_text(encoding="utf-8")
    if file.suffix == ".context":
        for line in content.splitlines():
            yield UNTITLED, joined(line)
    elif file.suffix == ".csv":
        yield from _in(list(csv.DictReader(io.StringIO(content, newline=""))))
    elif file.suffix == ".json":
        yield from _in(json.loads(content))
    elif file.suffix == ".jsonl":
        yield from _in([json.loads(line) for line in content.splitlines() if line])
    elif file.suffix == ".ipynb":
        yield from ((UNTITLED, text) for text in _printed(json.loads(content)))
    else:
        raise ValueError(f"{file}: not a .context, .csv, .json, .jsonl or .ipynb file")


def _printed(notebook: dict) -> Iterator[str]:
    """Yield the texts of each `defaultdict` that is the output of a cell of a notebook."""
    for output in (output for cell in notebook["cells"] for output in cell.get("outputs", ())):
        shown = "".join(output.get("data", {}).get("text/plain", ()))
        if shown.startswith("defaultdict("):
            mapping = ast.literal_eval(shown[shown.index("{") : shown.rindex("}") + 1])
            yield from (text for text in mapping.values() if isinstance(text, str))


def _in(value: object) -> Iterator[tuple[str, str]]:
    """Yield each title and text in a JSON value, at any depth."""
    if isinstance(value, dict):
        text = next((value[name] for name in TEXT if isinstance(value.get(name), str)), None)
        if text is not None:
            yield str(value.get("title") or UNTITLED).replace(" ", "_"), text.strip()
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _in(part)
