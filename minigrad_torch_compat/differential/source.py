"""Functions as Python source: how a script of its own gets hold of a function under test."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import textwrap
import types
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .literals import literal
from .spec import SPECS, Spec

# Where functions are looked up first, and how a reader would write that.
_NAMESPACES = {
    "minigrad": ("import minigrad as mg", "mg"),
    "minigrad.nn.functional": ("import minigrad as mg", "mg.nn.functional"),
    "torch": ("import torch", "torch"),
    "torch.nn.functional": ("import torch", "torch.nn.functional"),
    "torch.linalg": ("import torch", "torch.linalg"),
    "torch.special": ("import torch", "torch.special"),
    "torch.fft": ("import torch", "torch.fft"),
    "numpy": ("import numpy as np", "np"),
}


@dataclass
class Source:
    """The imports and definitions that expressions need, each once, in order."""

    imports: dict[str, None] = field(default_factory=lambda: {"import numpy as np": None})
    definitions: dict[str, None] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)  # functions may refer to each other

    def needs(self, line: str) -> None:
        """Add an import."""
        self.imports[line] = None

    def expression(self, function: Any, spec: Spec | None = None, side: str = "ours") -> str:
        """Return an expression for a function, its imports and definitions added.

        Args:
            function: any callable.
            spec: where it comes from: those of the registry can be looked up there.
            side: "ours" or "theirs", the spec's field.
        """
        short = spec.name.split("/")[0] if spec is not None else ""
        for module, (line, alias) in _NAMESPACES.items():
            for name in (getattr(function, "__name__", ""), short):
                if name and getattr(sys.modules.get(module), name, None) is function:
                    self.needs(line)
                    return f"{alias}.{name}"
        if spec is not None and spec.name in SPECS and getattr(SPECS[spec.name], side) is function:
            # Importing where it is defined registers it, if that is a registry of the user's own.
            home = getattr(function, "__module__", None) or ""
            ours = home.partition(".")[0] in ("", "minigrad", "minigrad_torch_compat", "torch")
            self.needs(f"import {'minigrad_torch_compat.differential.specs' if ours else home}")
            self.needs("from minigrad_torch_compat.differential import SPECS")
            return f"SPECS[{spec.name!r}].{side}"
        if isinstance(function, functools.partial):
            self.needs("import functools")
            parts = [self.expression(function.func), *map(literal, function.args)]
            parts += [f"{name}={literal(value)}" for name, value in function.keywords.items()]
            return f"functools.partial({', '.join(parts)})"
        return self.written_out(function)

    def written_out(self, function: Any) -> str:
        """Return the name of a function or class whose source becomes part of the script."""
        if isinstance(function, types.MethodType):
            return f"{self.expression(function.__self__)}.{function.__name__}"
        if not isinstance(function, types.FunctionType | type):
            kind = type(function)
            if kind.__module__ == "builtins":
                return self.imported(function)
            return f"{self.expression(kind)}()"  # an object, assumed to be made without arguments
        found = None if is_installed(function) else definition_of(function)
        if found is None:
            return self.imported(function)
        if id(function) not in self.begun:
            self.begun.add(id(function))
            text, node = found
            self.surroundings(function, node)
            if isinstance(node, ast.Lambda):
                return f"({text})"
            self.definitions[text] = None
        return str(function.__name__)

    def imported(self, function: Any) -> str:
        """Return a function's name after importing it from its module."""
        module = getattr(function, "__module__", None) or "builtins"
        name = getattr(function, "__qualname__", repr(function)).split(".")[0]
        if not name.isidentifier() or module == "__main__":  # typed in, not read from a file
            name = name if name.isidentifier() else f"function_{len(self.definitions)}"
            self.definitions[f"{name} = ...  # its source was not found: put it here"] = None
            return name
        if module != "builtins":
            self.needs(f"from {module} import {name}")
        return str(getattr(function, "__qualname__", name))

    def surroundings(self, function: Any, node: ast.AST) -> None:
        """Add what a definition refers to: modules, other functions, plain values."""
        module = sys.modules.get(function.__module__)
        known = dict(vars(module)) if module is not None else {}
        code = getattr(function, "__code__", None)
        if code is not None and function.__closure__:
            cells = zip(code.co_freevars, function.__closure__)
            known |= {name: cell.cell_contents for name, cell in cells}
        used = {inner.id: None for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        for name in used:
            if name in known and known[name] is not function:
                self.value(name, known[name], function.__module__)

    def value(self, name: str, value: Any, module: str) -> None:
        """Make a name mean in the script what it means in a function's module."""
        plain = (bool, int, float, str, tuple, list, np.ndarray, type(None))
        if isinstance(value, types.ModuleType):
            alias = f" as {name}" if name != value.__name__ else ""
            self.needs(f"import {value.__name__}{alias}")
        elif isinstance(value, plain):
            self.definitions[f"{name} = {literal(value)}"] = None
        elif isinstance(value, types.FunctionType | types.BuiltinFunctionType | type):
            text = self.expression(value)
            if text != name:
                self.definitions[f"{name} = {text}"] = None
        elif module != "__main__":
            self.needs(f"from {module} import {name}")


def is_installed(function: Any) -> bool:
    """Return whether a function can be imported from a package, wherever the script runs."""
    module = sys.modules.get(function.__module__)
    file = getattr(module, "__file__", None) or "site-packages"
    root = function.__module__.split(".")[0]
    if "site-packages" not in file and root not in ("minigrad", "minigrad_torch_compat"):
        return False
    return getattr(module, function.__qualname__.split(".")[0], None) is function


def definition_of(function: Any) -> tuple[str, Any] | None:
    """Return the source of a function, class or lambda and its syntax tree; None if not found.

    Decorators are part of it if they replaced the function, and left out if they returned it.
    """
    module = sys.modules.get(function.__module__)
    code = getattr(function, "__code__", None)
    try:
        itself = code is None or code.co_filename == inspect.getsourcefile(module)  # type: ignore[arg-type]
        text = "".join(inspect.findsource(function if itself or module is None else module)[0])
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and function.__name__ == "<lambda>":
            segment = ast.get_source_segment(text, node)
            if segment and _same_code(segment, node, function):
                return " ".join(segment.split()), node
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function.__name__:
            first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
            if code is None or not itself or first == code.co_firstlineno:
                return _dedented(text, node, node.lineno if itself and code else first), node
    return None


def _same_code(segment: str, node: ast.Lambda, function: types.FunctionType) -> bool:
    """Return whether a lambda's text compiles to a function's code."""
    if node.lineno != function.__code__.co_firstlineno:
        return False
    code = eval(compile(f"({segment})", "<lambda>", "eval")).__code__
    return bool(code.co_varnames == function.__code__.co_varnames) and (
        code.co_consts == function.__code__.co_consts
        and set(code.co_names) | set(code.co_freevars)
        == set(function.__code__.co_names) | set(function.__code__.co_freevars)
    )


def _dedented(text: str, node: Any, first: int) -> str:
    return textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))
