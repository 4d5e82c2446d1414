"""minigrad under PyTorch's names, and the tools that compare it with PyTorch.

``import minigrad_torch_compat as torch``: names are made when first asked for, as the tools
(``differential`` among them) need none.
"""

import importlib as _importlib
import sys as _sys
from typing import Any

# What lies in this package and is no room of ``torch``.
_OURS = {
    "commands",
    "differential",
    "dtypes",
    "extras",
    "facade",
    "formats",
    "grading",
    "imports",
    "in_place",
    "keywords",
    "legacy",
    "lockstep",
    "missing",
    "node_names",
    "node_table",
    "program",
    "pytest_plugin",
    "recurrent_names",
    "replacing",
    "saved_values",
    "settings",
    "signatures",
    "spelling",
    "switches",
    "toplevel",
    "torchvision",
    "without_effect",
}
_FACADE: list[Any] = []  # what finds a name, once it is loaded; None while it is


def __getattr__(name: str) -> Any:
    dunder = name.startswith("__") and name not in ("__version__", "__all__")
    # Tools ask modules for ``_names`` of their own: that alone does not load the facade.
    private = name[:2] != "__" and name[0] == "_" and not _FACADE
    loading = _FACADE == [None] and f"{__name__}.facade" in _sys.modules
    if dunder or private or name in _OURS or loading:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _FACADE in ([], [None]):
        _importlib.import_module(f"{__name__}.facade")
    return _FACADE[0](name)


def load_ipython_extension(ipython: Any) -> None:
    """Make ``import torch`` find minigrad in a notebook: ``%load_ext minigrad_torch_compat``.

    Raises:
        RuntimeError: if PyTorch itself is loaded already.
    """
    from .imports.finder import activate

    activate()


def unload_ipython_extension(ipython: Any) -> None:
    """Let ``import torch`` find PyTorch again."""
    from .imports.finder import deactivate

    deactivate()


def __dir__() -> Any:
    return __getattr__("__all__")
