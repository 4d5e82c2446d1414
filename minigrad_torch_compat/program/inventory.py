"""The table of names that the facade supports, ``NAMES.md``, written from the facade itself.

``python -m minigrad_torch_compat.program.inventory`` writes it anew.
"""

from __future__ import annotations

import importlib
import pkgutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from minigrad import Tensor
from minigrad.files import write

from .. import _OURS, facade
from ..imports.aliases import ALIASES, ELSEWHERE, PACKAGE
from ..missing import _foreign
from ..signatures import IDLE
from ..without_effect import WITHOUT_EFFECT

PAGE = Path(__file__).parents[1] / "NAMES.md"

# Methods of tensors that are no methods of PyTorch's.
_MINIGRADS = {"draw_graph"}

_HEAD = """
# Names of PyTorch on minigrad

What `import minigrad_torch_compat as torch` and `python -m minigrad_torch_compat run` offer.
Written by `python -m minigrad_torch_compat.program.inventory`; a test compares. A name that is not
here raises an error that says so, with the file, the line and the nearest name there is;
`python -m minigrad_torch_compat run --check SCRIPT` lists what a program needs.
"""


def rooms() -> dict[str, list[str]]:
    """Return the public names of each module, by PyTorch's name of the module."""
    found = {"torch": sorted(set(facade.find("__all__")) - set(_modules(PACKAGE)))}
    for path in sorted(_walk(PACKAGE)):
        module = importlib.import_module(path)
        if "__getattr__" in vars(module):  # a room; others are what rooms are made of
            found[_title(path)] = _names(module)
    found["torch.Tensor"] = sorted(n for n in dir(Tensor) if _public(n))
    return dict(sorted(found.items()))


def _walk(package: str) -> Iterator[str]:
    """Yield the names of all modules below a package, those of tools left out."""
    for name in _modules(package):
        path = f"{package}.{name}"
        yield path
        if hasattr(importlib.import_module(path), "__path__"):
            yield from _walk(path)


def _modules(package: str) -> list[str]:
    places = importlib.import_module(package).__path__
    names = [module.name for module in pkgutil.iter_modules(places)]
    tools = _OURS - {"torchvision"} if package == PACKAGE else set()
    return [name for name in names if name not in tools and not name.startswith("_")]


def _names(module: ModuleType) -> list[str]:
    given = vars(module)
    listed = given.get("__all__") or [
        name
        for name, value in given.items()
        if not (isinstance(value, ModuleType) or _foreign(value))
    ]
    other = [path.rpartition(".") for path in ELSEWHERE]
    moved = [name for room, _, name in other if room == module.__name__]
    return sorted({name for name in (*listed, *moved) if _public(name)})


def _public(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_") and name not in _MINIGRADS


def _title(path: str) -> str:
    inner = path.removeprefix(f"{PACKAGE}.")
    return inner if inner.startswith("torchvision") else f"torch.{inner}"


# --- the page -------------------------------------------------------------------------------------


def page() -> str:
    """Return the text of ``NAMES.md``."""
    parts = [_HEAD.strip()]
    for title, names in rooms().items():
        if names:
            listed = textwrap.fill(
                ", ".join(f"`{name}`" for name in names), 100, break_on_hyphens=False
            )
            parts.append(f"## `{title}`: {len(names)}\n\n{listed}")
    parts.append(_aliases())
    parts.append(_without_effect())
    return "\n\n".join(parts) + "\n"


def _aliases() -> str:
    rows = [
        f"| `{path.replace(PACKAGE, 'torch')}` | `{targets[0].replace(PACKAGE, 'torch')}` |"
        for path, targets in sorted(ALIASES.items())
    ]
    head = "## Modules that are found in others\n\n| module | its names are those of |\n|---|---|\n"
    return head + "\n".join(rows)


def _without_effect() -> str:
    rows = [f"| `{name}` | {reason} |" for name, reason in sorted(WITHOUT_EFFECT.items())]
    for argument, (reason, functions) in sorted(IDLE.items()):
        listed = ", ".join(f"`{name}`" for name in sorted(functions))
        rows.append(f"| `{argument}=` of {listed} | {reason} |")
    return "## Accepted without effect\n\n| what | why |\n|---|---|\n" + "\n".join(rows)


if __name__ == "__main__":
    write(PAGE, page().encode())
