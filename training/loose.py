"""SQuAD's paragraphs that are published without their questions, in files of several forms.

Samples of the training set, and collections that took paragraphs from it among others: whether one
is SQuAD's at all is told by the questions that find it (`pieces.py`).
"""

import ast
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from linking import UNTITLED, articles
from texts import joined

# What a paragraph's field is called.
TEXT = ("context", "CONTEXT", "full_context", "paragraph_text", "text")
SHORTEST = 100  # letters; what is shorter is no paragraph


def paragraphs(folder: Path) -> list[dict]:
    """Articles in the SQuAD form, without questions: the paragraphs of all files, each once.

    `*.context` has one in tokens on each line, `*.csv` a column, `*.json` and `*.jsonl` a field of
    a name in `TEXT`, the title beside it or none; `*.ipynb` prints a mapping to paragraphs.
    Raises ValueError naming a file of another kind.
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
    """Title and text of each paragraph of a file, in its order."""
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
    """The texts of every `defaultdict` that a notebook's cells ended with."""
    for output in (output for cell in notebook["cells"] for output in cell.get("outputs", ())):
        shown = "".join(output.get("data", {}).get("text/plain", ()))
        if shown.startswith("defaultdict("):
            mapping = ast.literal_eval(shown[shown.index("{") : shown.rindex("}") + 1])
            yield from (text for text in mapping.values() if isinstance(text, str))


def _in(value: object) -> Iterator[tuple[str, str]]:
    """Every title and text that a JSON value holds, however deep."""
    if isinstance(value, dict):
        text = next((value[name] for name in TEXT if isinstance(value.get(name), str)), None)
        if text is not None:
            yield str(value.get("title") or UNTITLED).replace(" ", "_"), text.strip()
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _in(part)
