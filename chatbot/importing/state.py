"""Remembers what was imported, in a hidden file beside the pages, to fetch only changed pages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from chatbot.errors import ChatbotError

NAME = ".import.json"


@dataclass(slots=True)
class PageState:
    """What is known about a page."""

    file: str
    """Its path relative to the folder, with forward slashes; "" if the page is not stored."""
    hash: str = ""
    """SHA-256 of the content that was written to the file."""
    etag: str = ""
    modified: str = ""
    links: list[str] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """The pages of a folder, by the address that they were fetched from."""

    start: str
    pages: dict[str, PageState] = field(default_factory=dict)


def read_state(folder: Path, start: str) -> State:
    """Return the state of the last import from `start` into `folder`; empty for a new folder.

    Raises:
        ChatbotError: the folder has other files, pages from another site, or a damaged state.
    """
    path = folder / NAME
    try:
        if not path.exists():
            if folder.exists() and any(folder.iterdir()):
                raise ChatbotError(f"{folder}: has files that were not imported; name another")
            return State(start)
        content = json.loads(path.read_text(encoding="utf-8"))
        pages = {address: PageState(**known) for address, known in content["pages"].items()}
        state = State(str(content["start"]), pages)
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ChatbotError(f"{path}: is broken; delete the folder and import again") from error
    if state.start != start:
        raise ChatbotError(f"{folder}: has pages from {state.start}; name another")
    return state


def write_state(folder: Path, state: State) -> None:
    """Write what is known about the pages in `folder`, completely or not at all.

    Raises:
        OSError: it cannot be written.
    """
    new = folder / f"{NAME}.new"
    new.write_text(json.dumps(asdict(state), ensure_ascii=False, indent=1), encoding="utf-8")
    new.replace(folder / NAME)


def write_page(folder: Path, file: str, content: bytes) -> None:
    """Write a page.

    Raises:
        OSError: it cannot be written.
    """
    path = _path(folder, file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def has_file(folder: Path, file: str) -> bool:
    """Return whether the file of a page exists."""
    return _path(folder, file).is_file()


def is_as_written(folder: Path, known: PageState) -> bool:
    """Return whether the file of a page exists and is unchanged since the import."""
    try:
        return hash_of(_path(folder, known.file).read_bytes()) == known.hash
    except OSError:
        return False


def delete_page(folder: Path, file: str) -> None:
    """Delete the file of a page, and folders that become empty."""
    path = _path(folder, file)
    path.unlink(missing_ok=True)
    for outer in path.parents:
        if outer == folder or any(outer.iterdir()):
            break
        outer.rmdir()


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of a page's content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _path(folder: Path, file: str) -> Path:
    """Return the path of a file.

    Raises:
        ChatbotError: the name would leave the folder.
    """
    parts = file.split("/")
    if not file or "" in parts or ".." in parts or "\\" in file or ":" in parts[0]:
        raise ChatbotError(f"{folder / NAME}: is broken: {file[:80]!r} is not the file of a page")
    return folder.joinpath(*parts)
