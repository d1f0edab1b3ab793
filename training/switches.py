"""Makes each condition of a module one that can be switched off while the program runs.

A switch is a condition or a function as it stands in the source. A condition that is switched off
is as if it were not there: the body of an `if` is not run, an operand of `and` or `or` does not
count, a filter lets everything pass. A function that is switched off returns nothing: False, None,
an empty text or list. A switch also notes whether it has made a difference at all.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

NAME = "__switched__"
"""The name under which the instrumented modules find the function that they call."""
NOTHING = {"bool": False, "str": "", "int": 0, "float": 0.0}
"""What a function of a type returns if it is switched off; for other types see `_nothing`."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A condition or a function that can be switched off."""

    module: str
    function: str
    line: int
    kind: str
    """"if", "else", "or", "and", "filter", "returns", "yields", or "does" (it returns nothing)."""
    source: str
    """The source of the condition; of a function, its name."""
    off: Any
    """The value that it has if it is switched off."""


class Switches:
    """All switches of the modules that were imported since `watch`."""

    def __init__(self) -> None:
        self.all: list[Switch] = []
        self.off: int | None = None
        """The number of the switch that is off."""
        self.made_a_difference: set[int] = set()
        """The numbers of the switches whose value was another than if they were off."""

    def value(self, number: int, value: Any) -> Any:
        """Return `value`, the value of a condition, or that of the switch if it is off."""
        off = self.all[number].off
        if (bool(value) is not off) if isinstance(off, bool) else value != off:
            if number == self.off:
                return off
            self.made_a_difference.add(number)
        return value

    def watch(self, modules: Sequence[str]) -> None:
        """Give the modules with these names, or in packages of these names, switches."""
        setattr(builtins, NAME, self.value)
        sys.meta_path.insert(0, _Finder(modules, self.all.append, lambda: len(self.all)))


class _Finder(MetaPathFinder):
    """Finds the modules that are to have switches."""

    def __init__(
        self, modules: Sequence[str], add: Callable[[Switch], None], number: Callable[[], int]
    ) -> None:
        self._modules, self._add, self._number = tuple(modules), add, number

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module with a loader that gives it switches."""
        if not any(name == module or name.startswith(f"{module}.") for module in self._modules):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        spec.loader = _loader(name, spec.loader.path, self._add, self._number)
        return spec


def _loader(
    name: str, path: str, add: Callable[[Switch], None], number: Callable[[], int]
) -> Loader:
    class WithSwitches(SourceFileLoader):
        def get_code(self, fullname: str) -> CodeType:
            tree = ast.parse(self.get_data(path))
            changed = ast.fix_missing_locations(_Instrument(name, add, number).visit(tree))
            return compile(changed, path, "exec", dont_inherit=True)

    return WithSwitches(name, path)


class _Instrument(ast.NodeTransformer):
    """Puts a call around each condition and each returned value of a module."""

    def __init__(
        self, module: str, add: Callable[[Switch], None], number: Callable[[], int]
    ) -> None:
        self._module, self._add, self._number = module, add, number
        self._functions: list[str] = []
        self._returns: list[tuple[Any, int] | None] = []

    def _switch(self, node: ast.expr, kind: str, off: Any, source: str | None = None) -> ast.expr:
        number = self._note(node, kind, off, source or ast.unparse(node))
        return self._call(number, node)

    def _note(self, node: ast.AST, kind: str, off: Any, source: str) -> int:
        number = self._number()
        line = getattr(node, "lineno", 0)
        self._add(Switch(self._module, ".".join(self._functions), line, kind, source, off))
        return number

    def _call(self, number: int, node: ast.expr) -> ast.expr:
        function = ast.Name(NAME, ast.Load())
        return ast.copy_location(ast.Call(function, [ast.Constant(number), node], []), node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._functions.append(node.name)
        self.generic_visit(node)
        self._functions.pop()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._functions.append(node.name)
        wanted = _nothing(ast.unparse(node.returns)) if node.returns else _UNKNOWN
        known = wanted is not _UNKNOWN and node.name != "__init__"
        self._returns.append(None)
        if known and wanted not in (_YIELDS, _DOES):
            self._returns[-1] = (wanted, self._note(node, "returns", wanted, f"{node.name}()"))
        node.body = [self.visit(statement) for statement in node.body]
        if known and wanted in (_YIELDS, _DOES):
            kind = "yields" if wanted is _YIELDS else "does"
            number = self._note(node, kind, False, f"{node.name}()")
            test = self._call(number, ast.Constant(True))
            stop = ast.If(ast.UnaryOp(ast.Not(), test), [ast.Return(None)], [])
            node.body.insert(0, ast.copy_location(stop, node.body[0]))
        self._returns.pop()
        self._functions.pop()
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        known = self._returns[-1]
        if known and node.value:
            node.value = self._call(known[1], node.value)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        if ast.unparse(node.test) == "TYPE_CHECKING":
            return node
        source = ast.unparse(node.test)
        self.generic_visit(node)
        node.test = self._switch(node.test, "if", False, source)
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        """Switch off only the whole test: a loop without a part of it may never end."""
        node.body = [self.visit(statement) for statement in node.body]
        node.test = self._switch(node.test, "if", False)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        source = ast.unparse(node.test)
        self.generic_visit(node)
        node.test = self._switch(node.test, "if", False, f"{source} ? {ast.unparse(node.body)}")
        orelse = f"{source} ? else {ast.unparse(node.orelse)}"
        node.test = self._switch(node.test, "else", True, orelse)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        kind, off = ("and", True) if isinstance(node.op, ast.And) else ("or", False)
        sources = [ast.unparse(value) for value in node.values]
        self.generic_visit(node)
        node.values = [
            self._switch(value, kind, off, source)
            for value, source in zip(node.values, sources, strict=True)
        ]
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        sources = [ast.unparse(test) for test in node.ifs]
        self.generic_visit(node)
        node.ifs = [
            self._switch(test, "filter", True, source)
            for test, source in zip(node.ifs, sources, strict=True)
        ]
        return node


_UNKNOWN, _YIELDS, _DOES = object(), object(), object()


def _nothing(returns: str) -> Any:
    """Return what a function with the annotation `returns` returns if it finds nothing."""
    if returns.endswith("| None"):
        return None
    if returns in NOTHING:
        return NOTHING[returns]
    if returns == "None":
        return _DOES
    if returns.startswith("Iterator["):
        return _YIELDS
    empty: dict[str, Any] = {
        "list": [],
        "set": set(),
        "frozenset": frozenset(),
        "tuple": (),
        "Sequence": (),
    }
    name, _, of = returns.partition("[")
    if name == "tuple" and not of.endswith("...]"):
        return _UNKNOWN
    return empty.get(name, _UNKNOWN)
