"""Run one program on minigrad and on PyTorch, and compare what it returns or raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import minigrad as mg


def same(program: Callable[[Any], Any], message: str = "") -> Any:
    """Check that ``program(library)`` does the same for both, and return minigrad's result.

    Tensors are compared by value, shape, dtype, ``requires_grad`` and ``is_leaf``; errors by type,
    and minigrad's must hold ``message``.
    """
    ours, theirs = _outcome(program, mg), _outcome(program, torch)
    if isinstance(theirs, Exception) or isinstance(ours, Exception):
        assert type(ours) is type(theirs), f"{ours!r}, expected {theirs!r}"
        assert message in str(ours)
    else:
        _compare(ours, theirs)
    return ours


def _outcome(program: Callable[[Any], Any], library: Any) -> Any:
    try:
        return program(library)
    except Exception as error:
        return error


def _compare(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, torch.Tensor):
        assert ours.requires_grad == theirs.requires_grad
        assert ours.is_leaf == theirs.is_leaf
        x, y = ours.detach().numpy(), theirs.detach().numpy()
        assert (x.shape, x.dtype) == (y.shape, y.dtype)
        np.testing.assert_allclose(x, y, rtol=1e-6)
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            _compare(a, b)
    else:
        assert ours == theirs
