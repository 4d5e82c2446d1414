"""Embedding, one_hot and linear: errors, in-place shortening, padding, frequencies."""

import numpy as np
import pytest
import torch

import minigrad as mg

F = torch.nn.functional


def test_padding_receives_no_gradient_of_any_order() -> None:
    index = mg.tensor([0, 2, 2, 1])
    w = mg.tensor(np.arange(8.0).reshape(4, 2), requires_grad=True)
    out = mg.embedding(index, w, padding_idx=-2)
    assert out.tolist()[1] == [4.0, 5.0]
    g = mg.ones(4, 2, dtype=mg.float64, requires_grad=True)
    (first,) = mg.autograd.grad(out, w, g, create_graph=True)
    assert first.tolist() == [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    (second,) = mg.autograd.grad(first.sum(), g)
    assert second.tolist() == [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]


def test_second_derivative_with_frequencies() -> None:
    # PyTorch has none. The gradient is linear in g: compare with its matrix.
    index = mg.tensor([1, 0, 1, 1])
    w = mg.zeros(3, 1, dtype=mg.float64, requires_grad=True)
    out = mg.embedding(index, w, scale_grad_by_freq=True)
    g = mg.tensor([[1.0], [2.0], [3.0], [5.0]], dtype=mg.float64, requires_grad=True)
    (first,) = mg.autograd.grad(out, w, g, create_graph=True)
    assert first.flatten().tolist() == [2.0, 3.0, 0.0]
    weights = mg.tensor([[10.0], [30.0], [7.0]], dtype=mg.float64)
    (second,) = mg.autograd.grad((first * weights).sum(), g)
    assert second.flatten().tolist() == [10.0, 10.0, 10.0, 10.0]


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, float("inf")])
def test_max_norm_shortens_the_rows_asked_for_in_place(norm_type) -> None:
    table = np.random.default_rng(0).standard_normal((5, 3)) * 2
    index = np.array([[4, 1], [1, 1]])
    ours, theirs = mg.tensor(table, requires_grad=True), torch.tensor(table, requires_grad=True)
    out = mg.embedding(mg.from_numpy(index), ours, None, 1.0, norm_type)
    expected = F.embedding(torch.from_numpy(index), theirs, None, 1.0, norm_type)
    np.testing.assert_allclose(out.detach().numpy(), expected.detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-6)
    assert (ours._version, ours.is_leaf) == (1, True)
    assert ours.detach().numpy()[0].tolist() == table[0].tolist()
    out.sum().backward()
    expected.sum().backward()
    np.testing.assert_array_equal(ours.grad.numpy(), theirs.grad.numpy())


def test_nothing_looked_up() -> None:
    w = mg.ones(3, 2, requires_grad=True)
    out = mg.embedding(mg.zeros(0, 4, dtype=mg.int64), w)
    assert out.shape == (0, 4, 2)
    out.sum().backward()
    assert w.grad.tolist() == [[0.0, 0.0]] * 3


def test_many_rows_are_added_exactly() -> None:
    rng = np.random.default_rng(0)
    index, table = rng.integers(0, 50, (64, 40)), rng.standard_normal((50, 33))
    g = rng.standard_normal((64, 40, 33))
    ours, theirs = mg.tensor(table, requires_grad=True), torch.tensor(table, requires_grad=True)
    mg.embedding(mg.from_numpy(index), ours).backward(mg.from_numpy(g))
    F.embedding(torch.from_numpy(index), theirs).backward(torch.from_numpy(g))
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-10, atol=1e-12)


TABLE = np.zeros((5, 2), "float32")


@pytest.mark.parametrize(
    ("name", "arguments", "options", "words"),
    [
        ("embedding", ([5], TABLE), {}, ["[0, 4]", "5"]),
        ("embedding", ([-1, 2], TABLE), {}, ["[0, 4]", "-1"]),
        ("embedding", ([0], TABLE[:0]), {}, []),
        ("embedding", ([1.0], TABLE), {}, ["int64", "float"]),
        ("embedding", (np.int8([1]), TABLE), {}, ["int64", "int8"]),
        ("embedding", ([True], TABLE), {}, ["int64", "bool"]),
        ("embedding", ([1], TABLE[0]), {}, ["2-D", "[2]"]),
        ("embedding", ([1], TABLE), {"padding_idx": 5}, ["5"]),
        ("embedding", ([1], TABLE), {"padding_idx": -6}, ["-6"]),
        ("one_hot", ([1, 2], 2), {}, ["2"]),
        ("one_hot", ([2], 0), {}, ["0"]),
        ("one_hot", ([2], -2), {}, ["-2"]),
        ("one_hot", ([-1],), {}, ["-1"]),
        ("one_hot", ([-1], 3), {}, ["-1"]),
        ("one_hot", ([1.0],), {}, ["int64", "float"]),
        ("one_hot", (np.int32([1]),), {}, ["int64", "int32"]),
        ("one_hot", (np.zeros(0, int),), {}, ["empty"]),
        ("one_hot", ([1], 2.5), {}, []),
        ("linear", (np.zeros((2, 3)), np.zeros((4, 2))), {}, ["[2, 3]", "[4, 2]"]),
        ("linear", (np.zeros((2, 3)), np.zeros((4, 3)), np.zeros(5)), {}, ["(5,)", "(2, 4)"]),
        ("linear", (np.zeros((2, 3)), np.zeros((4, 3)), np.zeros((5, 1, 4))), {}, ["[5, 1, 4]"]),
        ("linear", (np.zeros((2, 3)), np.zeros(3), np.zeros(())), {}, ["[3]"]),
        ("linear", (np.zeros(()), np.zeros(3)), {}, ["0D", "1D"]),
        ("linear", (np.zeros((2, 3)), np.zeros((2, 4, 3))), {}, ["[2, 4, 3]"]),
        ("linear", (np.zeros((2, 3)), TABLE[:, :1].repeat(3, 1)), {}, ["float64", "float32"]),
        (
            "linear",
            (np.zeros((2, 3)), np.zeros((5, 3)), np.zeros(5, "float32")),
            {},
            ["float64", "float32"],
        ),
        (
            "bilinear",
            (np.zeros((2, 3)), np.zeros((3, 4)), np.zeros((5, 3, 4))),
            {},
            ["[2, 3]", "[3, 4]"],
        ),
        ("bilinear", (np.zeros((2, 3)), np.zeros((2, 4)), np.zeros((5, 3, 3))), {}, ["[5, 3, 3]"]),
        (
            "bilinear",
            (np.zeros((2, 7, 3)), np.zeros((2, 4)), np.zeros((5, 3, 4))),
            {},
            ["[2, 7, 3]"],
        ),
        ("bilinear", (np.zeros((2, 3)), np.zeros((2, 4)), np.zeros((5, 3))), {}, ["[5, 3]"]),
        (
            "bilinear",
            (np.zeros((2, 3)), np.zeros((2, 4)), np.zeros((5, 3, 4)), np.zeros(4)),
            {},
            ["[4]", "[5]"],
        ),
    ],
)
def test_errors_are_pytorchs_and_name_what_was_given(name, arguments, options, words) -> None:
    def convert(make):
        kinds = (list, np.ndarray)
        return [make(np.asarray(a)) if isinstance(a, kinds) else a for a in arguments]

    with pytest.raises(Exception) as expected:  # noqa: PT011
        getattr(F, name)(*convert(torch.from_numpy), **options)
    kind = expected.type
    if name == "embedding" and arguments[1].size == 0:
        kind = IndexError  # PyTorch: RuntimeError for an empty table, IndexError otherwise
    with pytest.raises(kind) as found:
        getattr(mg, name)(*convert(mg.from_numpy), **options)
    for word in words:
        assert word in str(found.value)


def test_operands_that_are_no_tensors() -> None:
    with pytest.raises(TypeError, match="list"):
        mg.embedding([1], mg.ones(2, 2))
    with pytest.raises(TypeError, match="list"):
        mg.one_hot([1])
    with pytest.raises(TypeError, match="list"):
        mg.linear(mg.ones(2), [[1.0, 2.0]])


def test_linear_saves_only_what_its_gradients_need() -> None:
    x, w = mg.ones(4, 3), mg.ones(2, 3, requires_grad=True)
    saved = mg.linear(x, w, mg.ones(2, requires_grad=True)).grad_fn.saved
    assert saved[0] is None
    assert saved[1][0] is x._array
    assert saved[2] == ()
