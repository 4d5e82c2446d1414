"""Matrix products: shapes, dtypes, errors, and how many BLAS calls they take."""

import numpy as np
import pytest
from engines import agree, fail

import minigrad as mg
from minigrad.ops.contracting import contraction

SHAPES = [
    *("t.ones(3) @ t.ones(3)", "t.ones(2, 3) @ t.ones(3)", "t.ones(2) @ t.ones(2, 3)"),
    *(
        "t.ones(5, 2, 3) @ t.ones(3)",
        "t.ones(2) @ t.ones(5, 2, 3)",
        "t.ones(5, 2, 3) @ t.ones(3, 4)",
    ),
    *("t.ones(2, 3) @ t.ones(5, 3, 4)", "t.ones(6, 1, 2, 3) @ t.ones(5, 3, 4)"),
    *(
        "t.ones(1, 2, 3) @ t.ones(1, 3, 4)",
        "t.ones(0, 3) @ t.ones(3, 0)",
        "t.ones(2, 0) @ t.ones(0, 3)",
    ),
    *(
        "t.ones(0) @ t.ones(0)",
        "t.ones(0, 2, 3) @ t.ones(1, 3, 4)",
        "t.ones(0, 2, 3) @ t.ones(3, 4)",
    ),
    *(
        "i @ i",
        "g @ f[None]",
        "t.matmul(g, f[None])",
        "f.matmul(f)",
        "f.dot(f)",
        "i.dot(i)",
        "h @ h",
    ),
    *("g.mm(g.T)", "g[None].bmm(g.T[None])", "g.T.mv(f)", "f.outer(d)", "t.outer(i, f)", "g.T @ g"),
    *("t.addmm(f, g, f[None])", "t.addmm(s.float(), g, f[None], beta=2, alpha=0.5)", "t.trace(g)"),
    *("t.addmm(f * nan, g, f[None], beta=0)", "t.addmv(f, g @ g.T, f)", "t.trace(t.ones(2, 0))"),
    *(
        "g.clone().addmm_(g, g[:1], alpha=3)",
        "t.baddbmm(f, g[None], f[None, None])",
        "t.kron(f, g)",
    ),
    *(
        "t.kron(i, f)",
        "t.kron(s, g)",
        "t.tensordot(g, g)",
        "t.tensordot(g, f[None], 1)",
        "g.kron(g)",
    ),
    *(
        "t.tensordot(f, g, 0)",
        "t.tensordot(g, g, ([0], [0]))",
        "t.tensordot(g, g, dims=([-1], [1]))",
    ),
    *(
        "t.tensordot(g, t.ones(1, 1), ([0], [0]))",
        "t.tensordot(i, i, 1)",
        "t.trace(t.ones(2, 2).long())",
    ),
]


@pytest.mark.parametrize("expression", SHAPES)
def test_shapes_and_dtypes(expression) -> None:
    agree(expression)


ERRORS = [
    *("s @ f", "f @ s", "f @ t.ones(3)", "t.ones(2, 3) @ t.ones(4)", "t.ones(2) @ t.ones(3, 4)"),
    *(
        "t.ones(2, 3) @ t.ones(4, 5)",
        "t.ones(2, 2, 3) @ t.ones(4, 5)",
        "t.ones(2, 3) @ t.ones(2, 4, 5)",
    ),
    *(
        "t.ones(2, 2, 3) @ t.ones(3, 3, 5)",
        "f @ d",
        "g @ d[None]",
        "t.ones(1, 2, 2) @ t.ones(1, 2, 2).double()",
    ),
    *("f @ 3", "3 @ f", "f @ [1, 2]", "t.matmul(f, 2)", "b @ b", "f @ i", "t.matmul(None, f)"),
    *("t.mm(f, g)", "t.mm(g, g)", "t.bmm(g, g)", "t.bmm(t.ones(2, 3, 4), t.ones(3, 4, 4))"),
    *("t.bmm(t.ones(2, 3, 4), t.ones(2, 3, 4))", "t.mv(g, g)", "t.mv(g, f)", "t.dot(g, f)"),
    *(
        "t.dot(f, t.ones(3))",
        "t.outer(g, f)",
        "t.addmm(t.ones(5), g, f[None])",
        "t.addmm(d, g, f[None])",
    ),
    *("t.addmm(t.ones(1, 1, 1), g, f[None])", "t.trace(f)", "t.tensordot(m, t.ones(5, 2), 1)"),
    *("t.tensordot(g, g, 3)", "t.tensordot(g, g, -1)", "t.tensordot(g, g, ([0], [0, 1]))"),
    *("t.tensordot(g, g, ([5], [0]))", "t.tensordot(f, d, 1)"),
]


@pytest.mark.parametrize("expression", ERRORS)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


def test_errors_name_the_shapes() -> None:
    with pytest.raises(RuntimeError, match=r"\(2, 3\) and \(4, 5\): sizes 3 and 4"):
        mg.ones(2, 3) @ mg.ones(4, 5)
    with pytest.raises(RuntimeError, match=r"batch dimensions.*\(2, 1, 3\) and \(4, 3, 1\)"):
        mg.ones(2, 1, 3) @ mg.ones(4, 3, 1)


def test_arrays_on_the_left_defer() -> None:
    found = np.ones((2, 3), np.float32) @ mg.ones(3, 1, requires_grad=True)
    assert isinstance(found, mg.Tensor)
    assert found.requires_grad


@pytest.fixture
def products(monkeypatch):
    """The shapes of the factors of every BLAS call that a contraction makes."""
    calls = []
    lower = contraction.lower

    def watched(*args):
        plan = lower(*args)

        def product(a, b):
            calls.append((plan.product.__name__, a.shape, b.shape))
            return plan.product(a, b)

        return plan._replace(product=product)

    monkeypatch.setattr(contraction, "lower", watched)
    return calls


def test_one_gemm_for_a_batch_against_a_matrix(products) -> None:
    x = mg.ones(5, 7, 3, requires_grad=True)
    w = mg.ones(3, 4, requires_grad=True)
    (x @ w).backward(mg.ones(5, 7, 4))
    assert products == [
        ("dot", (35, 3), (3, 4)),  # forward
        ("dot", (35, 4), (4, 3)),  # to x
        ("dot", (3, 35), (35, 4)),  # to w: batch and rows summed in the product, none after it
    ]


def test_one_gemm_for_a_matrix_against_a_batch(products) -> None:
    w = mg.ones(4, 3, requires_grad=True)
    x = mg.ones(5, 3, 7, requires_grad=True)
    (w @ x).backward(mg.ones(5, 4, 7))
    assert {name for name, _, _ in products} == {"dot"}
    assert len(products) == 3
    assert w.grad.shape == (4, 3)
    assert x.grad.shape == (5, 3, 7)


def test_batches_are_batched(products) -> None:
    x = mg.ones(5, 2, 3, requires_grad=True)
    y = mg.ones(5, 3, 4, requires_grad=True)
    (x @ y).backward(mg.ones(5, 2, 4))
    assert products == [
        ("matmul", (5, 2, 3), (5, 3, 4)),
        ("matmul", (5, 2, 4), (5, 4, 3)),
        ("matmul", (5, 3, 2), (5, 2, 4)),
    ]


def test_operands_of_reshaped_products_are_not_copied() -> None:
    x = np.ones((5, 7, 3), np.float32)
    plan = contraction.lower("Ank"[:3], "km", "Anm", x.shape, (3, 4))
    factor = contraction._arranged(x, *plan.a)
    assert np.shares_memory(factor, x)
    transposed = contraction._arranged(
        x, *contraction.lower("Ank", "Anm", "km", x.shape, (5, 7, 4)).a
    )
    assert np.shares_memory(transposed, x)  # (3, 35) columns: what BLAS reads as it is


def test_saves_only_the_other_operand() -> None:
    x, w = mg.ones(5, 3), mg.ones(3, 4, requires_grad=True)
    node = (x @ w).grad_fn
    assert node.saved[0] is None
    assert len(node.saved[1]) == 1
    assert node.saved[1][0] is x._array


def test_matrices_that_blas_cannot_read() -> None:
    rng = np.random.default_rng(0)
    wide = rng.normal(size=(4, 6, 10))
    for x in (wide[:, ::2, ::3], wide[::-1, ::-1, ::-2], np.broadcast_to(wide[0, 0, 0], (4, 3, 4))):
        y = rng.normal(size=(4, x.shape[2], 3))
        expected = np.einsum("bij,bjk->bik", x, y)
        np.testing.assert_allclose((mg.from_numpy(x) @ mg.from_numpy(y)).numpy(), expected)
        found = mg.from_numpy(x[0]) @ mg.from_numpy(y[0])
        np.testing.assert_allclose(found.numpy(), expected[0])
