"""The largest, the smallest, the middle: forms of the call, NaN, empty tensors, errors."""

import numpy as np
import pytest
import torch
from engines import agree, fail

import minigrad as mg

FORMS = [
    *("t.max(f)", "t.min(g)", "t.max(i)", "t.max(b)", "t.max(odd)", "t.min(odd)", "t.max(s)"),
    *("t.max(g, 0).values", "t.max(g, 0)[1]", "t.min(g, 1, True).indices", "t.max(s, 0)[0]"),
    *("t.max(s, -1, keepdim=True)[1]", "t.max(b, 0)[0]", "t.max(i, dim=0)[0]", "t.max(odd, 0)[1]"),
    *("t.min(odd, 0)[0]", "g.max(axis=1, keepdims=True)[0]", "t.max(z, 1)[0]", "t.min(z, 1)[1]"),
    *("t.max(f, f * 2)", "t.min(f, other=g)", "f.max(i)", "t.max(i, n)", "t.min(f, d)"),
    *("t.amax(g)", "t.amax(g, 0)", "t.amin(g, (0, 1), True)", "t.amax(b)", "t.amax(s, 0)"),
    *("t.amin(i, -1)", "t.amax(z, 1)", "t.amax(odd)", "t.amax(g, dim=())", "t.amin(g, axis=0)"),
    *("t.argmax(f)", "t.argmin(g, 0)", "t.argmax(g, 1, True)", "t.argmax(g, keepdim=True)"),
    *("t.argmax(s)", "t.argmax(s, 0, True)", "t.argmax(odd)", "t.argmin(odd, 0)", "t.argmax(z, 1)"),
    *("t.argmax(t.tensor([1, 3, 3]))", "t.argmin(i, axis=0)", "f.argmax(dim=0, keepdim=True)"),
    *("t.median(f)", "t.median(i)", "t.median(odd)", "t.median(s)", "t.median(z)", "t.median(u)"),
    *("t.median(g, 0)[0]", "t.median(g, 0, True)[1]", "t.median(odd, 0)[0]", "t.median(odd, 0)[1]"),
    *("t.median(s, 0)[1]", "t.median(z, 1)[0]", "t.median(g.squeeze(), dim=-1).values"),
    *("t.median(t.tensor([4.0, 1, 3, 2]))", "t.median(t.tensor([4.0, 1, 3, 2]), 0)[0]"),
]


@pytest.mark.parametrize("expression", FORMS)
def test_forms_and_dtypes(expression) -> None:
    agree(expression)


ERRORS = [
    *("t.max(z)", "t.max(z, 0)", "t.min(z[:, :0], 1)", "t.max(f, 1)", "t.max(g, (0, 1))"),
    *("t.max(f, keepdim=True)", "t.max(f, f, True)", "t.amax(z)", "t.amax(z, 0)", "t.amin(f, 2)"),
    *("t.argmax(z)", "t.argmax(z, 0)", "t.argmax(b)", "t.argmin(b, 0)", "t.argmax(g, (0, 1))"),
    *("t.argmax(f, 1)", "t.median(b)", "t.median(z, 0)", "t.median(f, 3)", "t.median(g, (0, 1))"),
]


@pytest.mark.parametrize("expression", ERRORS)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("t.max(d, f)", "t.max(s, 0)[0]", "t.median(d)", "t.median(g, 0, True)[0]", "t.min(f, g)"),
        *("t.amax(f * 0)", "t.amin(g * 0, (0, 1))", "t.max(f, 0).values * t.max(f)"),
    ],
)
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


def test_named_results() -> None:
    x = [[1.0, 5.0, 2.0]]
    ours, theirs = mg.max(mg.tensor(x), 1), torch.max(torch.tensor(x), 1)
    values, indices = ours
    assert ours._fields == ("values", "indices")
    assert ours.values is values
    assert indices.dtype == np.int64
    expected = "max(\nvalues=tensor([5.]),\nindices=tensor([1]))"
    assert repr(theirs) == f"torch.return_types.{expected}"
    assert repr(ours) == f"return_types.{expected}"


def test_values_keep_the_index_and_not_the_operand() -> None:
    x = mg.ones(1000, 100, requires_grad=True)
    saved = mg.max(x, 1).values.grad_fn.saved[0]
    arrays = [a for a in saved if isinstance(a, np.ndarray)]
    assert [(a.shape, a.dtype) for a in arrays] == [((1000,), np.int64)]
    assert not mg.max(x, 1).indices.requires_grad


def test_changing_the_indices_in_place_is_noticed() -> None:
    x = mg.tensor([1.0, 3.0], requires_grad=True)
    values, indices = mg.max(x, 0)
    indices.add_(-1)
    with pytest.raises(RuntimeError, match="modified by an inplace"):
        values.backward()
