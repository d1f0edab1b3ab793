"""While passages are encoded, the service answers by words; then it also uses their meaning."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatbot import encoder
from chatbot.cli.loading import MANY_PASSAGES

if encoder.missing():
    pytest.skip("needs the extra neural", allow_module_level=True)

PASSAGES = MANY_PASSAGES + 60
DOGS = "Dogs are welcome in the garden, on a lead, but never in the dining room upstairs."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a corpus that takes a while to encode."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    rooms = (
        f"Room {number} has {number % 4 + 1} beds, a desk by the window, a view of yard {number}, "
        f"and may be booked at the desk on floor {number % 9} by whoever comes first."
        for number in range(PASSAGES)
    )
    (corpus / "rooms.md").write_text("\n\n".join(rooms), encoding="utf-8")
    (corpus / "dogs.md").write_text(DOGS, encoding="utf-8")
    (tmp_path / "config.toml").write_text("[server]\nquestions_per_minute = 0\n", encoding="utf-8")
    return tmp_path


def start(folder: Path) -> subprocess.Popen[str]:
    """Start the service in `folder`."""
    command = [sys.executable, "-m", "chatbot", "serve", "--port", "0"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)


def address(process: subprocess.Popen[str]) -> str:
    """Wait until the service is ready; return its address."""
    assert process.stdout
    for line in process.stdout:
        if line.startswith("Ready at "):
            return line.removeprefix("Ready at ").strip()
    raise AssertionError("the service ended")


def get(url: str) -> Any:
    """Return the JSON at `url`."""
    with urllib.request.urlopen(url, timeout=60) as response:
        return json.load(response)


def ask(url: str, question: str) -> Any:
    """Return the answer to `question`."""
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{url}/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """Return the address of a service that has not encoded its passages yet."""
    with start(folder) as process:
        yield address(process)
        process.kill()


@pytest.mark.slow
def test_it_answers_while_it_encodes(served: str, folder: Path) -> None:
    """Questions are answered meanwhile, `/health` shows the progress, and then meaning counts."""
    told = [get(f"{served}/health")["vectors"]]
    assert told[0]["done"] < told[0]["of"] == PASSAGES + 1
    answers = []
    while told[-1]["done"] < told[-1]["of"]:
        answers.append(ask(served, "Are dogs welcome in the garden?")["answer"])
        told.append(get(f"{served}/health")["vectors"])
    assert all(answer["text"] == DOGS for answer in answers)
    assert [each["done"] for each in told] == sorted(each["done"] for each in told)

    deadline = time.monotonic() + 60  # the last vector is made a moment before the switch
    while time.monotonic() < deadline:
        found = ask(served, "Darf mein Hund mitkommen?")
        passages = found["citations"] or found["related"]
        if passages and passages[0]["article"] == "dogs":
            break
    assert passages[0]["article"] == "dogs"

    assert list((folder / ".chatbot").glob("vectors-*.bin"))
    with start(folder) as again:
        assert get(f"{address(again)}/health")["vectors"] == {
            "done": PASSAGES + 1,
            "of": PASSAGES + 1,
        }
        again.kill()
