"""Reads from the source which module of the package imports which, and draws a picture of it.

    python tests/imports.py

draws the picture in `docs/architecture.md` again. `tests/test_architecture.py` compares the two.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "architecture.md"
PICTURE = re.compile(r"(?<=```mermaid\n).*?(?=```\n)", re.DOTALL)
RIM = frozenset({"__init__", "__main__"})
"""Not drawn: the first has the version and the public names; the second starts `cli`."""


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of each module of the package by its name below `chatbot`."""
    package = ROOT / "chatbot"
    trees = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)
        trees[name] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the dotted name of each import; `from a import b` is "a.b"."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(name: str) -> str | None:
    """Return the module of this package that an imported name is in; None for other packages."""
    parts = name.split(".")
    if parts[0] != "chatbot":
        return None
    while parts[1:] and ".".join(parts[1:]) not in modules():
        parts.pop()
    return ".".join(parts[1:]) or "__init__"


def packages() -> dict[str, set[str]]:
    """Return the imports between packages; a top-level module counts as a package."""
    graph: dict[str, set[str]] = {}
    for name, tree in modules().items():
        package = name.split(".")[0]
        imported = {own(name) for name in imports(ast.walk(tree))} - {None}
        found = {name.split(".")[0] for name in imported if name} - {package}
        graph.setdefault(package, set()).update(found)
    return graph


def direct(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return `graph` without the imports that a longer path implies.

    Raises:
        graphlib.CycleError: packages import each other in a circle.
    """
    below: dict[str, set[str]] = {}
    for name in TopologicalSorter(graph).static_order():
        below[name] = graph[name].union(*(below[imported] for imported in graph[name]))
    return {
        name: imported - set().union(*(below[other] for other in imported))
        for name, imported in graph.items()
    }


def picture() -> str:
    """Return the packages and their direct imports as a Mermaid diagram."""
    drawn = {name: found - RIM for name, found in packages().items() if name not in RIM}
    lines = [
        f"    {name} --> {imported}\n"
        for name, found in sorted(direct(drawn).items())
        for imported in sorted(found)
    ]
    return "flowchart TD\n" + "".join(lines)


if __name__ == "__main__":
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(PICTURE.sub(lambda old: picture(), document), encoding="utf-8")
