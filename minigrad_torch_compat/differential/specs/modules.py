"""Specs of ``minigrad.nn.calling``: modules with backward hooks."""

from collections.abc import Callable
from typing import Any

import torch

import minigrad as mg

from ..spec import Case, register
from ..strategies import pairs


def hooked(library: Any) -> Callable[..., Any]:
    """Return a product computed by a module with hooks that scale the gradients."""

    class Product(library.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any, y: Any) -> Any:
            return x * y, x + y

    def run(x: Any, y: Any) -> Any:
        module = Product()
        module.register_full_backward_pre_hook(lambda _, out: (out[0] * 2, out[1] * out[1]))
        module.register_full_backward_hook(lambda _, given, out: (given[0] * 3, given[1]))
        return module(x, y)

    return run


register("module_hooks", hooked(mg), hooked(torch), pairs().map(Case))
