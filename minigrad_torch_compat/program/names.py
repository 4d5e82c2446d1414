"""Which names of torch a program uses, told from its text alone."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

_TOPS = ("torch", "torchvision")


@dataclass
class Uses:
    """The names that a file uses, and the modules of its own that it imports.

    Attributes:
        lines: for each name (``torch.nn.Linear``) the lines where it stands.
        imports: other modules that are imported, with the number of dots before them.
    """

    lines: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    imports: set[tuple[int, str]] = field(default_factory=set)


def uses(source: str, path: str) -> Uses:
    """Return what a file uses.

    Raises:
        SyntaxError: if it is no Python.
    """
    tree = ast.parse(source, path)
    finder = _Finder(_bindings(tree))
    finder.visit(tree)
    return finder.found


def _bindings(tree: ast.Module) -> dict[str, str]:
    """Return what the file's variables mean that stand for names of torch: ``nn``, ``F`` ..."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _is_torch(alias.name):
                    top = alias.name.partition(".")[0]
                    known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level and _is_torch(node.module):
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    # Aliases made by assignment (``Tensor = torch.FloatTensor``), some of them of other aliases.
    assignments = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for _ in range(3):
        for node in assignments:
            name = dotted(node.value, known)
            if name is not None and len(node.targets) == 1:
                target = node.targets[0]
                if isinstance(target, ast.Name) and target.id not in known:
                    known[target.id] = name
    return known


def _is_torch(module: str | None) -> bool:
    return (module or "").partition(".")[0] in _TOPS


def dotted(node: ast.AST, known: dict[str, str]) -> str | None:
    """Return the name of torch that an expression is, if it is one."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in known:
        return None
    return ".".join([known[node.id], *reversed(parts)])


class _Finder(ast.NodeVisitor):
    """Collects the uses of a file."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known
        self.found = Uses()

    def _add(self, name: str, line: int) -> None:
        if line not in self.found.lines[name]:
            self.found.lines[name].append(line)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if _is_torch(alias.name):
                self._add(alias.name, node.lineno)
            else:
                self.found.imports.add((0, alias.name))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level or not _is_torch(node.module):
            self.found.imports.add((node.level, node.module or ""))
            for alias in node.names:
                inner = f"{node.module}.{alias.name}" if node.module else alias.name
                self.found.imports.add((node.level, inner))
            return
        for alias in node.names:
            name = f"{node.module}" if alias.name == "*" else f"{node.module}.{alias.name}"
            self._add(name, alias.lineno)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = dotted(node, self.known)
        if name is None:
            self.generic_visit(node)
        else:
            self._add(name, node.end_lineno or node.lineno)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and "." in self.known.get(node.id, ""):
            self._add(self.known[node.id], node.lineno)

    def visit_Call(self, node: ast.Call) -> None:
        """Note ``getattr(torch, "name")`` too."""
        match node:
            case ast.Call(ast.Name("getattr"), [owner, ast.Constant(str(name)), *_]):
                room = dotted(owner, self.known)
                if room is not None:
                    self._add(f"{room}.{name}", node.lineno)
        self.generic_visit(node)
