"""Sparse tensors beside PyTorch's: results, how they print, gradients, and refusals."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import sparse

pytestmark = pytest.mark.filterwarnings("ignore:Sparse")  # PyTorch, of its own tensors

PLACES = [[0, 1, 1, 0], [2, 0, 2, 2]]  # (0, 2) occurs twice
VALUES = [3.0, 4.0, 5.0, 1.0]


class Example:
    """The same tensors in one of the frameworks."""

    def __init__(self, engine: Any, places: Any = PLACES, values: Any = VALUES) -> None:
        self.engine = engine
        self.values = engine.tensor(values, requires_grad=True)
        self.s = engine.sparse_coo_tensor(engine.tensor(places), self.values, (2, 3))
        rng = np.random.default_rng(0)
        self.d = engine.tensor(rng.normal(size=(3, 2)).astype("float32"), requires_grad=True)
        self.e = engine.tensor(rng.normal(size=(2, 3)).astype("float32"), requires_grad=True)
        self.v = engine.tensor(rng.normal(size=3).astype("float32"), requires_grad=True)
        other = engine.tensor([[0, 1, 1], [2, 1, 2]])
        self.o = engine.sparse_coo_tensor(other, self.values[:3] * 2, (2, 3))


FUNCTIONS = {
    "itself": lambda x: x.s,
    "coalesced": lambda x: x.s.coalesce(),
    "dense": lambda x: x.s.to_dense(),
    "values": lambda x: x.s.coalesce().values(),
    "transposed": lambda x: x.s.t(),
    "T": lambda x: x.s.T,
    "swapped": lambda x: x.s.transpose(0, 1),
    "permuted": lambda x: x.s.permute(1, 0),
    "sparse @ dense": lambda x: x.s @ x.d,
    "dense @ sparse": lambda x: x.d @ x.s,
    "coalesced @ dense": lambda x: x.s.coalesce() @ x.d,
    "transposed @ dense": lambda x: x.s.t() @ x.e,
    "sparse @ vector": lambda x: x.s @ x.v,
    "mm": lambda x: x.engine.mm(x.s, x.d),
    "matmul": lambda x: x.engine.matmul(x.s, x.d),
    "mv": lambda x: x.engine.mv(x.s, x.v),
    "sparse.mm": lambda x: x.engine.sparse.mm(x.s, x.d),
    "addmm": lambda x: x.engine.addmm(x.e @ x.d, x.s, x.d),
    "sparse.addmm": lambda x: x.engine.sparse.addmm(x.e @ x.d, x.s, x.d, beta=2.0, alpha=0.5),
    "sparse @ sparse": lambda x: x.engine.sparse.mm(x.s.coalesce(), x.o.t().coalesce()),
    "sum of two": lambda x: x.s.coalesce() + x.o.coalesce(),
    "twice": lambda x: x.s + x.s,
    "difference": lambda x: x.s.coalesce() - x.o.coalesce(),
    "dense + sparse": lambda x: x.e + x.s,
    "times a number": lambda x: 2 * x.s * 3,
    "by a number": lambda x: x.s / 4,
    "negative": lambda x: -x.s,
    "sum": lambda x: x.s.sum(),
    "sparse.sum": lambda x: x.engine.sparse.sum(x.s),
    "sum of rows": lambda x: x.engine.sparse.sum(x.s, 1),
    "sum of columns": lambda x: x.engine.sparse.sum(x.s, 0),
    "times dense": lambda x: x.s.coalesce() * x.e,
    "to sparse": lambda x: x.e.to_sparse(),
    "a dim to sparse": lambda x: x.e.to_sparse(1),
    "double": lambda x: x.s.double(),
    "clone": lambda x: x.s.clone(),
    "detached": lambda x: x.s.detach(),
}
# PyTorch has these without a derivative, or with one that it cannot compute.
NO_GRADIENT = {"T", "detached", "to sparse", "a dim to sparse", "sum of columns", "dense @ sparse"}


def plain(text: str) -> str:
    """Forget ``torch.`` and the names of nodes, and the line breaks that lengths cause."""
    text = re.sub(r",\s+(requires_grad=True|grad_fn=<\w+>)", "", text.replace("torch.", ""))
    return re.sub(r",\s+(dtype|layout|nnz)", r", \1", text)


def dense(value: Any) -> Any:
    return value.to_dense() if value.is_sparse else value


def same(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(
        dense(ours).detach().numpy(), dense(theirs).detach().numpy(), 1e-5, 1e-6
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_as_in_pytorch(name: str) -> None:
    ours, theirs = FUNCTIONS[name](Example(mg)), FUNCTIONS[name](Example(torch))
    assert ours.is_sparse == theirs.is_sparse
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert ours.requires_grad == theirs.requires_grad
    same(ours, theirs)
    if ours.is_sparse:
        assert ours._nnz() == theirs._nnz()
        assert ours.is_coalesced() == theirs.is_coalesced()
        assert plain(repr(ours)) == plain(repr(theirs))


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - NO_GRADIENT))
def test_gradients_as_in_pytorch(name: str) -> None:
    gradients = []
    for engine in (mg, torch):
        x = Example(engine)
        y = dense(FUNCTIONS[name](x))
        weights = np.random.default_rng(1).normal(size=tuple(y.shape)).astype("float32")
        (y * engine.tensor(weights)).sum().backward()
        gradients.append([x.values.grad, x.d.grad, x.e.grad, x.v.grad])
    for ours, theirs in zip(*gradients, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            same(ours, theirs)


@given(st.data())
def test_random_sparse_matrices(data: Any) -> None:
    rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    count = data.draw(st.integers(0, 6))
    draw = lambda n: data.draw(st.lists(st.integers(0, n - 1), min_size=count, max_size=count))  # noqa: E731
    places = np.array([draw(rows), draw(columns)], np.int64)
    values = np.arange(1.0, count + 1)
    pair = [
        engine.sparse_coo_tensor(engine.tensor(places), engine.tensor(values), (rows, columns))
        for engine in (mg, torch)
    ]
    for change in (
        lambda x: x,
        lambda x: x.coalesce(),
        lambda x: x.t().coalesce(),
        lambda x: x.to_dense().to_sparse(),
        lambda x: x @ x.t(),
        lambda x: x.coalesce() + (x.coalesce() * 2).t().t(),
        lambda x: x.coalesce() * x.coalesce(),
    ):
        ours, theirs = map(change, pair)
        assert plain(repr(ours)) == plain(repr(theirs))
        same(ours, theirs)


@pytest.fixture
def engines() -> Iterator[Any]:
    return iter((mg, torch))


REFUSED: dict[str, Any] = {
    "values too few": lambda e: e.sparse_coo_tensor(e.tensor(PLACES), e.ones(3), (2, 3)),
    "a vector of places": lambda e: e.sparse_coo_tensor(e.tensor(PLACES[0]), e.ones(4), (2,)),
    "too many lengths": lambda e: e.sparse_coo_tensor(e.tensor(PLACES), e.ones(4), (2, 3, 4)),
    "sparse + dense": lambda e: Example(e).s + e.ones(2, 3),
    "sparse + number": lambda e: Example(e).s + 1,
    "exp": lambda e: Example(e).s.exp(),
    "view": lambda e: Example(e).s.view(6),
    "reshape": lambda e: Example(e).s.reshape(6),
    "comparison": lambda e: Example(e).s == Example(e).s,
    "numpy": lambda e: Example(e).s.detach().numpy(),
    "uncoalesced values": lambda e: Example(e).s.values(),
    "uncoalesced indices": lambda e: Example(e).s.indices(),
    "indices of dense": lambda e: e.ones(2).indices(),
    "coalesce of dense": lambda e: e.ones(2).coalesce(),
    "shapes that do not fit": lambda e: Example(e).s @ e.ones(2, 2),
    "dtypes": lambda e: Example(e).s @ e.ones(3, 2, dtype=e.float64),
    "item": lambda e: Example(e).s.item(),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_in_pytorch(name: str) -> None:
    with pytest.raises(Exception) as theirs:  # noqa: PT011
        REFUSED[name](torch)
    with pytest.raises(type(theirs.value)):
        REFUSED[name](mg)


def test_more_is_refused_than_pytorch_does_by_default() -> None:
    with pytest.raises(RuntimeError, match="inconsistent with indices"):
        mg.sparse_coo_tensor(PLACES, VALUES, (2, 2))
    with pytest.raises(RuntimeError, match="negative index -1"):
        mg.sparse_coo_tensor([[-1]], [1.0], (2,))
    with pytest.raises(RuntimeError, match="through its values"):
        mg.nn.Parameter(mg.sparse_coo_tensor(PLACES, VALUES, (2, 3)))
    with pytest.raises(RuntimeError, match="leave out requires_grad"):
        mg.sparse_coo_tensor(PLACES, VALUES, (2, 3), requires_grad=True)
    with pytest.raises(NotImplementedError, match=r"sigmoid is not defined.*Defined are: abs, add"):
        mg.eye(2).to_sparse().sigmoid()


def test_hybrid_tensors() -> None:
    pair = [
        e.sparse_coo_tensor(e.tensor(PLACES), e.arange(8.0).reshape(4, 2), (2, 3, 2))
        for e in (mg, torch)
    ]
    for change in (lambda x: x, lambda x: x.coalesce(), lambda x: x * 2, lambda x: x.sum()):
        ours, theirs = map(change, pair)
        assert plain(repr(ours)) == plain(repr(theirs))
    ours, theirs = pair
    assert ours.sparse_dim() == theirs.sparse_dim() == 2
    assert ours.dense_dim() == theirs.dense_dim() == 1
    same(ours, theirs)
    for dims in (0, 2, (0, 2), (1, 2), -1):
        same(mg.sparse.sum(ours, dims), torch.sparse.sum(theirs, dims))


def test_sizes_are_found_and_zeros_made() -> None:
    for e in (mg, torch):
        assert tuple(e.sparse_coo_tensor(e.tensor(PLACES), e.tensor(VALUES)).shape) == (2, 3)
        assert e.sparse_coo_tensor((2, 3)).to_dense().tolist() == [[0.0] * 3] * 2
    assert plain(repr(mg.sparse_coo_tensor((2, 3)))) == plain(repr(torch.sparse_coo_tensor((2, 3))))


def test_second_derivatives() -> None:
    values = mg.tensor([1.0, 2.0], dtype=mg.float64, requires_grad=True)
    x = mg.tensor([[1.0], [2.0]], dtype=mg.float64, requires_grad=True)

    def f(values: Any, x: Any) -> Any:
        return (mg.sparse_coo_tensor([[0, 1], [1, 1]], values, (2, 2)) @ x) ** 3

    assert mg.autograd.gradgradcheck(f, (values, x))


def test_a_layer_of_a_graph_network_learns_as_in_pytorch() -> None:
    rng = np.random.default_rng(0)
    places = np.stack([rng.integers(0, 30, 90), rng.integers(0, 30, 90)])
    weight, features = rng.normal(size=(5, 4)) / 3, rng.normal(size=(30, 5))
    losses = []
    for e in (mg, torch):
        adjacency = e.sparse_coo_tensor(e.tensor(places), e.ones(90), (30, 30)).double()
        w = e.tensor(weight, requires_grad=True)
        optimizer = e.optim.SGD([w], lr=0.01)
        for _ in range(20):
            optimizer.zero_grad()
            loss = ((adjacency @ (e.tensor(features) @ w)) ** 2).mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    np.testing.assert_allclose(losses[:20], losses[20:], rtol=1e-9)
    assert losses[19] < losses[0] / 2


def test_saved_for_backward_of_a_function_of_ones_own() -> None:
    class Product(mg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, places: Any, values: Any, b: Any) -> Any:
            a = mg.sparse_coo_tensor(places, values, (2, 3))
            ctx.save_for_backward(a, b)
            return a @ b

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            a, b = ctx.saved_tensors
            rows, columns = a._indices()
            return None, (g @ b.t())[rows, columns], a.t() @ g

    x = Example(mg)
    (Product.apply(mg.tensor(PLACES), x.values, x.d) ** 2).sum().backward()
    y = Example(torch)
    ((y.s @ y.d) ** 2).sum().backward()
    same(x.values.grad, y.values.grad)
    same(x.d.grad, y.d.grad)


def test_in_modules_and_copies() -> None:
    module = mg.nn.Module()
    module.register_buffer("adjacency", Example(mg).s.detach())
    assert module.double().adjacency.dtype == "float64"
    assert list(module.state_dict()) == ["adjacency"]
    again = copy.deepcopy(module).adjacency
    again.mul_(2)
    same(again, module.adjacency * 2)
    assert mg.nn.Parameter(module.adjacency, requires_grad=False).is_sparse


def test_files_both_ways() -> None:
    for there, here in ((mg, torch), (torch, mg), (mg, mg)):
        for tensor in (Example(there).s.detach(), Example(there).s.detach().coalesce()):
            file = io.BytesIO()
            there.save({"a": tensor}, file)
            file.seek(0)
            read = here.load(file, weights_only=True)["a"]
            assert read.is_sparse
            assert read.is_coalesced() == tensor.is_coalesced()
            assert read._indices().tolist() == tensor._indices().tolist()
            assert read._values().tolist() == tensor._values().tolist()


def test_products_take_no_dense_matrix() -> None:
    n = 100_000
    ring = np.arange(n)
    a = mg.sparse_coo_tensor(np.stack([ring, (ring + 1) % n]), np.ones(n, "float32"), (n, n))
    x = mg.randn(n, 2)
    assert np.array_equal((a @ x).numpy(), np.roll(x.numpy(), -1, 0))
    assert (a @ a)._nnz() == n
    assert sparse.sum(a).item() == n
