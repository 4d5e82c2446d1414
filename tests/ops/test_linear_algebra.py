"""Linear algebra beyond the specs: what has no answer, degenerate matrices, kernels, complex."""

import re

import numpy as np
import pytest
import torch
from engines import agree

import minigrad as mg
from minigrad.backend import factorizations

rng = np.random.default_rng(0)
ENGINES = {"torch": torch, "minigrad": mg}


def on_both(function, *arrays, second=False):
    """Return value-dependent gradients of ``function(engine, *tensors)`` on both engines."""
    found = []
    for engine in (mg, torch):
        tensors = [engine.from_numpy(a.copy()).requires_grad_() for a in arrays]
        out = function(engine, *tensors)
        grad = engine.autograd.grad(out, tensors, create_graph=second)
        if second:
            weights = np.random.default_rng(1)
            total = sum((g * engine.from_numpy(weights.normal(size=g.shape))).sum() for g in grad)
            grad = engine.autograd.grad(total, tensors)
        found.append([g.detach().numpy() for g in grad])
    return found


# --- matrices without answer ----------------------------------------------------------------------

WITHOUT_ANSWER = [
    "t.linalg.inv(t.zeros(2, 2))",
    "t.linalg.inv(t.stack([t.eye(3), t.ones(3, 3)]))",
    "t.linalg.inv(t.stack([t.eye(2), t.eye(2), t.ones(2, 2), t.zeros(2, 2)]).reshape(2, 2, 2, 2))",
    "t.linalg.inv_ex(t.ones(2, 2), check_errors=True)",
    "t.linalg.solve(t.ones(2, 2), t.eye(2))",
    "t.linalg.solve(t.stack([t.eye(2), t.ones(2, 2)]), t.eye(2))",
    "t.linalg.cholesky(-t.eye(2))",
    "t.linalg.cholesky(t.tensor([[1.0, 2.0], [2.0, 1.0]]))",
    "t.linalg.cholesky(t.stack([t.eye(2), t.diag(t.tensor([1.0, -1.0]))]))",
    "t.linalg.matrix_power(t.zeros(2, 2), -2)",
    "t.linalg.tensorinv(t.ones(4, 2, 2), 1)",
    "t.linalg.svd(t.full((2, 2), nan))",
    "t.linalg.pinv(t.full((2, 2), nan))",
    "t.inverse(t.ones(2, 2))",
]


@pytest.mark.parametrize("expression", WITHOUT_ANSWER)
def test_matrices_without_answer_are_named(expression) -> None:
    messages = []
    for engine in (torch, mg):
        with pytest.raises(engine.linalg.LinAlgError) as error:
            eval(expression, {"t": engine, "nan": np.nan, "inf": np.inf})
        messages.append(str(error.value))
    theirs, ours = messages
    assert ours.split(":", 1)[1] == theirs.split(":", 1)[1]  # PyTorch's prefixes vary


def test_the_error_is_a_runtime_error_and_not_numpys() -> None:
    assert issubclass(mg.linalg.LinAlgError, RuntimeError)
    assert not issubclass(mg.linalg.LinAlgError, np.linalg.LinAlgError)


def test_a_zero_pivot_of_lu_factor_is_a_plain_runtime_error() -> None:
    for engine in ENGINES.values():
        with pytest.raises(RuntimeError, match=r"U\[2,2\] is zero") as error:
            engine.linalg.lu_factor(engine.ones(2, 2))
        assert type(error.value) is RuntimeError


FAILED = [
    "t.linalg.inv_ex(a).info",
    "t.linalg.inv_ex(a).inverse[0]",
    "t.linalg.solve_ex(a, a).info",
    "t.linalg.solve_ex(a, t.ones(3, 1)).result[0]",
    "t.linalg.solve_ex(a[0], t.ones(5, 3, 1)).info",
    "t.linalg.lu_factor_ex(a)",
    "t.linalg.lu(a)",
    "t.linalg.cholesky_ex(a).info",
    "t.linalg.cholesky_ex(a).L[0]",
    "t.linalg.det(a)",
    "t.linalg.slogdet(a)",
    "t.logdet(a)",
    "t.linalg.cond(a)[:1]",
    "t.linalg.cond(a, 1)",
    "t.linalg.solve_triangular(a, t.ones(3, 1), upper=True)[0]",
]


@pytest.mark.parametrize("expression", FAILED)
def test_batches_with_singular_matrices(expression) -> None:
    results = []
    for engine in (mg, torch):
        a = engine.stack([2 * engine.eye(3), engine.ones(3, 3), engine.zeros(3, 3)])
        found = eval(expression, {"t": engine, "a": a})
        results.append(found if isinstance(found, tuple) else (found,))
    for ours, theirs in zip(*results, strict=True):
        assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-6)


# --- derivatives where something is degenerate ----------------------------------------------------


@pytest.mark.parametrize(
    ("matrix", "cofactors"),
    [
        ([[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
        ([[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]),
        ([[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]),
        ([[1, 2, 3], [2, 4, 6], [1, 1, 1.0]], [[-2, 4, -2], [1, -2, 1], [0, 0, 0]]),
        ([[1, 0, 0], [0, 0, 0], [0, 0, 0.0]], [[0, 0, 0]] * 3),
    ],
)
def test_the_gradient_of_the_determinant_of_singular_matrices(matrix, cofactors) -> None:
    # PyTorch gives zeros here, unless create_graph is set.
    regular = np.diag(np.arange(2.0, 2 + len(matrix)))
    batch = mg.from_numpy(np.stack([matrix, regular])).requires_grad_()
    for create_graph in (False, True):
        (grad,) = mg.autograd.grad(mg.linalg.det(batch).sum(), batch, create_graph=create_graph)
        np.testing.assert_allclose(grad[0].detach().numpy(), cofactors, atol=1e-12)
        expected = np.linalg.det(regular) * np.linalg.inv(regular)
        np.testing.assert_allclose(grad[1].detach().numpy(), expected, rtol=1e-12)


def cofactors_of(A):
    n = len(A)
    rests = [[np.delete(np.delete(A, i, 0), j, 1) for j in range(n)] for i in range(n)]
    return np.array(
        [[(-1) ** (i + j) * np.linalg.det(rests[i][j]) for j in range(n)] for i in range(n)]
    )


@pytest.mark.parametrize(
    "matrix",
    [
        [[0.0]],
        [[1.0, 2.0], [2.0, 4.0]],
        [[1.0, 2.0j], [2.0, 4.0j]],
        [[0.0, 0.0], [0.0, 0.0]],
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]],
        [[2.0, -1.0, -1.0], [-1.0, 2.0, -1.0], [-1.0, -1.0, 2.0]],
        [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [3.0, 6.0, 9.0]],
    ],
)
def test_the_second_derivative_of_the_determinant_of_a_singular_matrix(matrix) -> None:
    # PyTorch's is NaN where singular values coincide, and wrong for complex matrices.
    A = np.array(matrix)
    weight = rng.normal(size=A.shape).astype(A.dtype)
    x = mg.from_numpy(np.stack([A, np.eye(len(A), dtype=A.dtype)])).requires_grad_()
    out = mg.real(mg.linalg.det(x)).sum()
    (first,) = mg.autograd.grad(out, x, create_graph=True)
    (second,) = mg.autograd.grad(mg.real((first[0] * mg.from_numpy(weight)).sum()), x)
    # Cofactors of up to 3 rows are at most quadratic: central differences are exact.
    expected = (cofactors_of(A + weight) - cofactors_of(A - weight)) / 2
    np.testing.assert_allclose(first[0].detach().numpy(), cofactors_of(A).conj(), atol=1e-12)
    np.testing.assert_allclose(second[0].numpy(), expected.conj(), atol=1e-12)
    assert not second[1].numpy().any()


DEGENERATE = [
    (lambda t, A: t.linalg.svd(A)[1].sum(), np.eye(2)),
    (lambda t, A: t.linalg.svd(A)[1].sum(), np.zeros((2, 3))),
    (lambda t, A: t.linalg.svd(A)[0].sum(), np.eye(2)),
    (lambda t, A: t.linalg.svd(A)[2].sum(), np.eye(2)),
    (lambda t, A: t.linalg.svdvals(A).sum(), np.eye(3)),
    (lambda t, A: t.linalg.eigh(A)[0].sum(), np.eye(2)),
    (lambda t, A: t.linalg.eigh(A)[1].sum(), np.eye(2)),
    (lambda t, A: t.linalg.eigvalsh(A)[0], np.ones((2, 2))),
    (lambda t, A: t.linalg.matrix_norm(A, 2), np.eye(2)),
    (lambda t, A: t.linalg.matrix_norm(A, "nuc"), np.zeros((2, 2))),
    (lambda t, A: t.linalg.matrix_norm(A), np.zeros((2, 2))),
    (lambda t, A: t.linalg.matrix_norm(A, 1), np.ones((2, 2))),
    (lambda t, A: t.linalg.norm(A, -np.inf), np.ones((2, 2))),
    (lambda t, A: t.linalg.cond(A), np.eye(2)),
    (lambda t, A: t.logdet(A), np.array([[0.0, 1.0], [1.0, 0.0]])),
    (lambda t, A: t.linalg.qr(A)[0].sum(), np.array([[1.0, 0.0], [0.0, 1.0]])),
]


@pytest.mark.parametrize(("function", "matrix"), DEGENERATE)
def test_degenerate_matrices(function, matrix) -> None:
    ours, theirs = on_both(function, matrix)
    np.testing.assert_allclose(ours[0], theirs[0], atol=1e-12)


def test_qr_without_its_derivative() -> None:
    for mode in ("r", "complete"):
        A = mg.ones(3, 2, requires_grad=True)
        R = mg.linalg.qr(A, mode).R
        with pytest.raises(RuntimeError, match=f"mode='{mode}'"):
            R.sum().backward()


# --- complex matrices -----------------------------------------------------------------------------


def complex_normal(*shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def weighted(engine, results):
    """Return a real number that every element of the results has a part in."""
    total = 0
    for i, result in enumerate(results if isinstance(results, tuple) else (results,)):
        weight = np.random.default_rng(i).normal(size=(2, *result.shape))
        turned = result * engine.from_numpy(np.asarray(weight[0] + 1j * weight[1]))
        total = total + engine.real(turned).sum()
    return total


def by_svd(t, A):
    U, S, Vh = t.linalg.svd(A, full_matrices=False)
    return S, (U * t.sin(S)) @ Vh


def by_eigh(t, A):
    L, V = t.linalg.eigh(A + t.conj(A).mT)
    return L, (V * t.sin(L)) @ t.conj(V).mT


COMPLEX = [
    (lambda t, A, B: t.linalg.solve(A, B), [(3, 3), (3, 2)]),
    (lambda t, A, B: t.linalg.solve(A, B, left=False), [(3, 3), (2, 3)]),
    (lambda t, A, B: t.linalg.solve_triangular(A, B, upper=True), [(3, 3), (3, 2)]),
    (lambda t, A, B: t.cholesky_solve(B, t.tril(A)), [(3, 3), (3, 2)]),
    (lambda t, A, B: t.linalg.lu_solve(*t.linalg.lu_factor(A), B, adjoint=True), [(3, 3), (3, 2)]),
    (lambda t, A: t.linalg.inv(A), [(3, 3)]),
    (lambda t, A: t.linalg.det(A), [(2, 3, 3)]),
    (lambda t, A: tuple(t.linalg.slogdet(A)), [(2, 3, 3)]),
    (lambda t, A: t.logdet(A), [(3, 3)]),
    (lambda t, A: t.linalg.cholesky(A @ t.conj(A).mT), [(3, 3)]),
    (lambda t, A: t.linalg.cholesky(A @ t.conj(A).mT, upper=True), [(3, 3)]),
    (lambda t, A: tuple(t.linalg.lu(A))[1:], [(2, 4)]),
    (lambda t, A: tuple(t.linalg.qr(A)), [(4, 2)]),
    (lambda t, A: tuple(t.linalg.qr(A)), [(2, 4)]),
    (lambda t, A, tau: t.linalg.householder_product(A, tau), [(4, 2), (2,)]),
    (lambda t, A, tau, B: t.ormqr(A, tau, B, True, True), [(4, 2), (2,), (4, 3)]),
    (by_svd, [(3, 3)]),
    (by_svd, [(4, 2)]),
    (by_svd, [(2, 4)]),
    (by_eigh, [(3, 3)]),
    (lambda t, A: t.linalg.svdvals(A), [(4, 2)]),
    (lambda t, A: t.linalg.matrix_exp(A), [(3, 3)]),
    (lambda t, A: t.linalg.matrix_power(A, -2), [(3, 3)]),
    (lambda t, A: t.linalg.pinv(A), [(4, 2)]),
    (lambda t, A: t.linalg.pinv(A), [(2, 4)]),
    (lambda t, A: t.linalg.matrix_norm(A), [(4, 2)]),
    (lambda t, A: t.linalg.matrix_norm(A, "nuc"), [(4, 2)]),
    (lambda t, A: t.linalg.matrix_norm(A, 1), [(4, 2)]),
    (lambda t, x, y: t.linalg.vecdot(x, y), [(4, 2), (4, 2)]),
    (lambda t, x, y: t.vdot(x, y), [(4,), (4,)]),
    (lambda t, x, y: t.inner(x, y), [(4, 2), (3, 2)]),
    (lambda t, x, y: t.linalg.cross(x, y), [(4, 3), (4, 3)]),
    (lambda t, x: t.linalg.vander(x, N=4), [(3,)]),
]


@pytest.mark.parametrize(("function", "shapes"), COMPLEX)
def test_gradients_of_complex_matrices(function, shapes) -> None:
    arrays = [complex_normal(*shape) for shape in shapes]
    found = []
    for engine in (mg, torch):
        tensors = [engine.from_numpy(a.copy()).requires_grad_() for a in arrays]
        loss = weighted(engine, function(engine, *tensors))
        first = engine.autograd.grad(loss, tensors, create_graph=True)
        second = engine.autograd.grad(weighted(engine, tuple(first)), tensors)
        found.append([g.detach().resolve_conj().numpy() for g in (*first, *second)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-8 * np.abs(theirs).max())


# --- functions of matrices ------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-8, 0.1, 1.0, 5.0, 50.0])
def test_matrix_exp_of_every_size(scale) -> None:
    A = scale * rng.normal(size=(2, 4, 4))
    theirs = torch.linalg.matrix_exp(torch.from_numpy(A)).numpy()
    ours = mg.linalg.matrix_exp(mg.from_numpy(A)).numpy()
    assert np.abs(ours - theirs).max() <= 1e-11 * np.abs(theirs).max()


def test_matrix_exp_scales_each_matrix_of_a_batch_by_itself() -> None:
    A = np.stack([np.zeros((2, 2)), [[0.0, 100.0], [0.0, 0.0]], [[0.0, 700.0], [-700.0, 0.0]]])
    expected = [
        np.eye(2),
        [[1, 100], [0, 1]],
        [[np.cos(700), np.sin(700)], [-np.sin(700), np.cos(700)]],
    ]
    np.testing.assert_allclose(mg.linalg.matrix_exp(mg.from_numpy(A)).numpy(), expected, atol=1e-10)


def test_matrix_exp_of_what_is_not_finite_and_of_float16() -> None:
    assert mg.linalg.matrix_exp(mg.full((2, 2), np.nan)).isnan().all()
    half = mg.linalg.matrix_exp(mg.eye(2, dtype=mg.float16))
    assert half.dtype == mg.float16
    np.testing.assert_allclose(half.numpy(), np.eye(2) * np.e, rtol=1e-3)


def test_svd_lowrank_finds_a_matrix_of_low_rank() -> None:
    real = rng.normal(size=(2, 30, 3)) @ rng.normal(size=(3, 20))
    for A in (real, complex_normal(6, 1) * rng.normal(size=9)):
        U, S, V = mg.svd_lowrank(mg.from_numpy(A), 5)
        assert U.shape[-1] == S.shape[-1] == V.shape[-1] == 5
        np.testing.assert_allclose(((U * S[..., None, :]) @ mg.conj(V).mT).numpy(), A, atol=1e-10)
        _, nothing, _ = mg.svd_lowrank(mg.from_numpy(A), 2, M=mg.from_numpy(A))
        assert not nothing.numpy().any()


def test_multi_dot_chooses_the_cheapest_order() -> None:
    chain = [mg.ones(m, n) for m, n in [(100, 1), (1, 100), (100, 1), (1, 100)]]
    chain[0].requires_grad_()
    product = mg.linalg.multi_dot(chain)
    shapes, node = [], product.grad_fn
    while node is not None and hasattr(node, "shape"):
        shapes.append(node.shape)
        node = node.next_functions[0][0]
    assert (100, 100) not in shapes[2:]  # only the result is large


# --- the kernels against plain twins --------------------------------------------------------------


@pytest.mark.parametrize("n", [0, 1, 2, 5, 33])
@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("unit", [False, True])
def test_triangular_systems(n, upper, unit) -> None:
    A = rng.normal(size=(2, n, n)) / max(n, 1) + 2 * np.eye(n)
    B = rng.normal(size=(2, n, 3))
    triangle = np.triu(A, unit) if upper else np.tril(A, -int(unit))
    expected = np.linalg.solve(triangle + unit * np.eye(n), B)
    found = factorizations.solve_triangle(A, B, upper, unit)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3), (2, 3, 6, 6), (0, 3), (3, 0)])
def test_lu_factors_multiply_to_the_matrix(shape) -> None:
    A = rng.normal(size=shape)
    LU, pivots = factorizations.lu(A)
    m, n = shape[-2:]
    k = min(m, n)
    L = np.tril(LU, -1)[..., :k] + np.eye(m, k)
    rows = factorizations.permutation(pivots, m)
    expected = np.take_along_axis(A, rows[..., None], -2)
    np.testing.assert_allclose(L @ np.triu(LU)[..., :k, :], expected, atol=1e-12)
    assert np.abs(L).max(initial=0) <= 1  # the largest element of a column is its pivot


def test_the_order_of_the_first_minor_that_is_not_positive() -> None:
    matrices = np.stack([np.diag(d) for d in [(1, 1, 1), (1, -1, 1), (1, 1, 0), (-1, 1, 1.0)]])
    assert factorizations.first_indefinite(matrices).tolist() == [0, 2, 3, 1]
    assert factorizations.first_indefinite(np.full((1, 2, 2), np.nan)).tolist() == [1]


# --- names ----------------------------------------------------------------------------------------


def test_results_have_pytorchs_names() -> None:
    for name in ("eigh", "inv_ex", "lu", "lu_factor", "lu_factor_ex", "qr", "slogdet", "svd"):
        ours = getattr(mg.linalg, name)(mg.eye(2))
        theirs = getattr(torch.linalg, name)(torch.eye(2))
        assert type(ours).__name__ == type(theirs).__name__
        for part, field in enumerate(ours._fields):
            assert getattr(theirs, field) is theirs[part]
    assert repr(mg.linalg.slogdet(mg.eye(1))) == (
        "return_types.linalg_slogdet(\nsign=tensor(1.),\nlogabsdet=tensor(0.))"
    )


def test_all_names_of_the_namespace_are_pytorchs() -> None:
    theirs = {name for name in dir(torch.linalg) if not name.startswith("_")}
    assert set(mg.linalg.__all__) <= theirs
    assert all(hasattr(mg.linalg, name) for name in mg.linalg.__all__)


METHODS = [
    *(
        "a.det()",
        "a.logdet()",
        "a.slogdet()",
        "a.inverse()",
        "a.pinverse()",
        "(a * 0.2).matrix_exp()",
    ),
    *("a.matrix_power(3)", "a.qr()[1].abs()", "a.svd()[1]", "(a @ a.mT).cholesky()", "a.lu()[0]"),
    *(
        "a.geqrf()[1]",
        "a.orgqr(v[:3].double())",
        "a.ormqr(v[:3].double(), v[:3, None].double())",
        "t.ones(3, 1).double().lu_solve(*a.lu())",
    ),
    *("t.ones(3, 1).double().cholesky_solve(a.tril())", "a.tril().cholesky_inverse()"),
    *("t.ones(3, 1).double().triangular_solve(a)[0]", "v.inner(v)", "v.vdot(v)", "v.ger(v)"),
    *("v[1:].cross(v[:3], 0)", "m.addr(v[:3], v)", "t.zeros(3, 4).addr_(v[:3], v)"),
    *("m.addbmm(x[:, :, :3], x)", "t.ones(3, 4).addbmm_(x[:, :, :3], x)"),
]


@pytest.mark.parametrize("expression", METHODS)
@pytest.mark.filterwarnings("ignore:.*is deprecated")
def test_methods(expression) -> None:
    regular = "(m[:3, :3].double() * 0.25 + t.tensor([[3.0, 1, 0], [0, 2, 0], [1, 0, 4]]).double())"
    agree(re.sub(r"\ba\b", regular, expression))


def test_lobpcg_of_two_matrices() -> None:
    rng = np.random.default_rng(0)
    half = rng.normal(size=(6, 6))
    A = half + half.T + np.diag(np.arange(6.0) * 4)
    B = half @ half.T * 0.1 + np.eye(6)
    b = mg.tensor(B, requires_grad=True)
    values, vectors = mg.lobpcg(mg.tensor(A), 2, B=b, largest=False)
    theirs, _ = torch.lobpcg(torch.tensor(A), 2, B=torch.tensor(B), largest=False, niter=500)
    np.testing.assert_allclose(values.detach().numpy(), theirs.numpy(), rtol=1e-6)
    X = vectors.detach().numpy()
    np.testing.assert_allclose(A @ X, B @ X * values.detach().numpy(), atol=1e-9)
    # PyTorch has no derivative by B: dL = -L x^T dB x, of vectors of B-length 1.
    values[0].backward()
    by_hand = -values[0].item() * np.outer(X[:, 0], X[:, 0])
    both = (b.grad + b.grad.mT).numpy() / 2  # A Cholesky factor looks at one triangle
    np.testing.assert_allclose(both, by_hand, atol=1e-9)


@pytest.mark.parametrize("call", [lambda t: t.lobpcg(t.eye(3), 2)])
def test_lobpcg_refuses_small_matrices(call) -> None:
    for engine in (torch, mg):
        with pytest.raises(ValueError, match="is not applicable"):
            call(engine)
