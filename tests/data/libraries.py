"""The two libraries side by side, to run the same few lines with each."""

from collections import deque
from collections.abc import Mapping
from types import SimpleNamespace

import pytest
import torch
import torch.utils.data

import minigrad as mg

THEIRS = SimpleNamespace(lib=torch, data=torch.utils.data)
OURS = SimpleNamespace(lib=mg, data=mg.data)


def plain(value):
    """Tensors as their dtype's name and nested lists; the rest as it is, with types named."""
    if isinstance(value, (torch.Tensor, mg.Tensor)):
        return str(value.dtype).removeprefix("torch."), value.tolist()
    if isinstance(value, Mapping):
        return type(value).__name__, {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, deque)):
        return type(value).__name__, [plain(item) for item in value]
    return value


def same(program, seed=3):
    """Assert that a function of a library gives the same with both, also of what is drawn next."""
    results = []
    for side in (THEIRS, OURS):
        side.lib.manual_seed(seed)
        results.append((plain(program(side)), float(side.lib.rand(()))))
    assert results[1] == results[0]
    return results[1][0]


def same_error(program, message=True):
    """Assert that both raise the same type of exception, with the same message."""
    with pytest.raises(Exception) as theirs:  # noqa: PT011
        program(THEIRS)
    with pytest.raises(Exception) as ours:  # noqa: PT011
        program(OURS)
    assert ours.type is theirs.type, ours.value
    if message:
        assert str(ours.value) == str(theirs.value)
