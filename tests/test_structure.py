"""The house: each floor knows only those below it, and no file imports itself in a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
FLOORS = [  # from the ground up; a room may import its own floor and those before it
    {"backend", "files"},
    {"autograd"},
    {"drawing", "ops"},
    {"printing", "constructor", "tensor", "numpy_protocol", "methods", "operators"},
    {"creation", "random", "strided_creation", "types", "window_functions"},
    {"fft", "linalg", "special"},
    {"data", "distributions", "nn", "optim", "sparse", "transforms"},
    {"serialization", "training"},
    {"minigrad"},  # the package's own namespace
    {"examples", "cli", "__main__"},
]


def modules():
    for path in sorted((ROOT / "minigrad").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(name: str, path: Path, known: set[str]) -> set[str]:
    """Modules of ours that a module imports while it is loaded (not under TYPE_CHECKING)."""
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text())
    skipped = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.FunctionDef | ast.Lambda | ast.AsyncFunctionDef)
        or (isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test))
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            found.add(base)
            found |= {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    found &= known
    # ``from . import x`` names the package too; only the module x is meant.
    return {f for f in found if not (name.startswith(f + ".") or f == name)}


def graph() -> dict[str, set[str]]:
    paths = dict(modules())
    return {name: imports(name, path, set(paths)) for name, path in paths.items()}


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def test_no_import_circles() -> None:
    TopologicalSorter(graph()).prepare()  # raises CycleError, naming the circle


def test_no_floor_knows_one_above_it() -> None:
    floor = {name: level for level, rooms in enumerate(FLOORS) for name in rooms}
    upward = [
        f"{module} -> {target}"
        for module, targets in graph().items()
        for target in targets
        if floor[room(target)] > floor[room(module)]
    ]
    assert upward == []


def test_drawing_does_not_know_tensor() -> None:
    for module, targets in graph().items():
        if room(module) in ("drawing", "autograd", "backend"):
            assert "minigrad.tensor" not in targets
