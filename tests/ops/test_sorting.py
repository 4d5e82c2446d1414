"""Sorting and selection: forms of the call, NaN, ties, empty tensors, errors."""

import numpy as np
import pytest
import torch
from engines import agree, fail
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg

FORMS = [
    *("t.sort(f)[0]", "t.sort(f).indices", "t.sort(g, 0)[0]", "t.sort(g, 0, True).values"),
    *("t.sort(odd)[0]", "t.sort(odd)[1]", "t.sort(odd, descending=True)[0]", "t.sort(b)[1]"),
    *("t.sort(odd, descending=True)[1]", "t.sort(s)[0]", "t.sort(s, 0)[1]", "t.sort(z, 0)[0]"),
    *("t.sort(b, stable=True, descending=True)[1]", "t.sort(u, descending=True)[0]"),
    *(
        "t.argsort(f)",
        "t.argsort(g, axis=0)",
        "t.argsort(odd, descending=True)",
        "f.argsort(0, True)",
    ),
    *("t.argsort(i, dim=0, descending=True, stable=True)", "t.argsort(s)", "t.argsort(z)"),
    *(
        "t.topk(odd, 2)[0]",
        "t.topk(odd, 2)[1]",
        "t.topk(odd, 3, largest=False)[0]",
        "t.topk(f, 0)[0]",
    ),
    *("t.topk(g, 1, 0)[1]", "t.topk(f, 2)[0]", "t.topk(s, 1)[0]", "t.topk(i, 1, -1, False)[0]"),
    *("t.topk(z, 1)[0]", "f.topk(k=1, dim=0, largest=True, sorted=True).indices"),
    *(
        "t.unique(i)",
        "t.unique(b)",
        "t.unique(odd)",
        "t.unique(s)",
        "t.unique(z)",
        "f.unique(dim=0)",
    ),
    *("t.unique(i.repeat(2), return_inverse=True)[1]", "t.unique(g.repeat(2, 2), dim=1)"),
    *(
        "t.unique(i.repeat(3), return_counts=True)[1]",
        "t.unique(g.repeat(2, 1), False, True, True, 0)[2]",
    ),
    *(
        "t.unique(g.repeat(2, 1), return_inverse=True)[1]",
        "t.unique(g, return_inverse=True, dim=0)[1]",
    ),
    *("t.kthvalue(f, 1)[0]", "t.kthvalue(f, 2)[1]", "t.kthvalue(g, 1, 0, True)[0]"),
    *(
        "t.kthvalue(odd, 5)[0]",
        "t.kthvalue(odd, 5)[1]",
        "t.kthvalue(s, 1)[0]",
        "t.kthvalue(z, 2)[0]",
    ),
]


@pytest.mark.parametrize("expression", FORMS)
def test_forms_and_dtypes(expression) -> None:
    agree(expression)


ERRORS = [
    *("t.sort(f, 1)", "t.argsort(f, 2)", "t.topk(f, 3)", "t.topk(f, -1)", "t.topk(b, 1)"),
    *("t.topk(f, 1, 1)", "t.topk(s, 2)", "t.kthvalue(f, 0)", "t.kthvalue(f, 3)"),
    *("t.kthvalue(z, 1, 0)", "t.kthvalue(g, 1, 2)", "t.sort(f, (0,))", "t.unique(f, dim=1)"),
]


@pytest.mark.parametrize("expression", ERRORS)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("t.sort(f)[0] * t.tensor([1.0, 2.0])", "t.topk(g, 1, 0)[0] * f", "t.kthvalue(d, 2)[0]"),
        *("t.sort(s)[0]", "t.topk(f * g, 2, sorted=True)[0] * t.tensor([1.0, 3.0])"),
    ],
)
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


@given(st.lists(st.integers(0, 3), max_size=30), st.booleans())
def test_equal_elements_keep_their_order(row, descending) -> None:
    found = mg.argsort(mg.tensor(row, dtype="float32"), descending=descending).tolist()
    assert found == sorted(range(len(row)), key=lambda i: -row[i] if descending else row[i])


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.data())
def test_selection_among_equal_elements(row, data) -> None:
    """Which of equal elements is found is open; that they are different ones is not."""
    x = mg.tensor(row, dtype="float32")
    k = data.draw(st.integers(1, len(row)))
    values, indices = mg.topk(x, k, sorted=data.draw(st.booleans()))
    assert sorted(values.tolist()) == sorted(row)[len(row) - k :]
    assert len(set(indices.tolist())) == k
    assert [row[i] for i in indices.tolist()] == values.tolist()
    value, index = mg.kthvalue(x, k)
    assert row[index.item()] == value.item() == sorted(row)[k - 1]
    middle, index = mg.median(x, 0)
    assert row[index.item()] == middle.item() == torch.median(torch.tensor(row)).item()


def test_gradient_of_values_is_a_permutation_not_a_sum() -> None:
    x = mg.tensor([[3.0, 1.0, 2.0]], requires_grad=True)
    values, indices = mg.sort(x)
    values.backward(mg.tensor([[10.0, 20.0, 30.0]]))
    assert x.grad.tolist() == [[30.0, 10.0, 20.0]]
    assert indices.dtype == np.int64
