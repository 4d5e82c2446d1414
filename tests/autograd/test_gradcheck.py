"""The gradient check is checked: with operations of one mistake each, and PyTorch's verdict."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.autograd import GradcheckError, gradcheck, gradcheck_report, gradgradcheck


def values(*shape: int, seed: int = 0, low: float = 0.5) -> Any:
    return np.random.default_rng(seed).uniform(low, 2, shape)


def tensors(t: Any, *arrays: Any, requires_grad: bool = True) -> tuple[Any, ...]:
    return tuple(t.tensor(np.array(a), requires_grad=requires_grad) for a in arrays)


def function(t: Any, forward: Any, backward: Any) -> Any:
    """Return what applies a Function whose backward gets the inputs, too."""

    def run(ctx: Any, *inputs: Any) -> Any:
        ctx.save_for_backward(*inputs)
        return forward(t, *inputs)

    def gradients(ctx: Any, *g: Any) -> Any:
        return backward(t, *g, *ctx.saved_tensors)

    body = {"forward": staticmethod(run), "backward": staticmethod(gradients)}
    return type("Mine", (t.autograd.Function,), body).apply


# name: forward, backward, inputs
RIGHT: dict[str, Any] = {
    "square": (lambda t, x: x * x, lambda t, g, x: 2 * g * x, [values(2, 3)]),
    "scalar": (lambda t, x: (x * x).sum(), lambda t, g, x: 2 * g * x, [values(3)]),
    "0-d": (lambda t, x: x * x, lambda t, g, x: 2 * g * x, [values()]),
    "product": (lambda t, x, y: x * y, lambda t, g, x, y: (g * y, g * x), [values(2), values(2)]),
    "matrix product": (
        lambda t, x, y: x @ y,
        lambda t, g, x, y: (g @ y.T, x.T @ g),
        [values(2, 3), values(3, 4)],
    ),
    "two results": (
        lambda t, x: (x * x, x.exp()),
        lambda t, g, h, x: 2 * g * x + h * x.exp(),
        [values(3)],
    ),
    "broadcast": (
        lambda t, x, y: x + y,
        lambda t, g, x, y: (g, g.sum(0, keepdim=True)),
        [values(2, 3), values(1, 3)],
    ),
    "complex": (lambda t, z: z * z, lambda t, g, z: 2 * g * z.conj(), [values(2) + 1j * values(2)]),
    "complex to real": (
        lambda t, z: z.real * z.imag,
        lambda t, g, z: t.complex(g * z.imag, g * z.real),
        [values(2) + 1j * values(2)],
    ),
}

# name: forward, backward, inputs, what the report must say
WRONG: dict[str, Any] = {
    "factor": (
        lambda t, x: x * x * x,
        lambda t, g, x: 6 * g * x * x,
        [values(2, 3)],
        "the analytic gradient is 2.000 times the numeric one: a factor",
    ),
    "mean for sum": (
        lambda t, x, y: x + y,
        lambda t, g, x, y: (g, g.mean(0, keepdim=True)),
        [values(5, 3), values(1, 3)],
        "0.200 times the numeric one: a factor, as of a mean where a sum was meant",
    ),
    "sign": (lambda t, x: x.exp(), lambda t, g, x: -g * x.exp(), [values(3)], "sign is flipped"),
    "zero": (lambda t, x: x.exp(), lambda t, g, x: g * 0, [values(3)], "is zero everywhere"),
    "missing rule": (
        lambda t, x, y: x * y,
        lambda t, g, x, y: (g * y, None),
        [values(2)] * 2,
        "never",
    ),
    "transposed": (
        lambda t, x: x * x,
        lambda t, g, x: (2 * g * x).T,
        [values(3, 3)],
        "transposed",
    ),
    "matrix product without T": (
        lambda t, x, y: x @ y,
        lambda t, g, x, y: (g @ y, x.T @ g),
        [values(2, 3), values(3, 3)],
        "transposed|wrong",
    ),
    "conjugated": (
        lambda t, z: z * z,
        lambda t, g, z: (2 * g * z.conj()).conj(),
        [values(2) + 1j * values(2)],
        "wrong|conjugated",
    ),
    "conjugated gradient": (
        lambda t, z: z.real * z.imag,
        lambda t, g, z: t.complex(g * z.imag, -g * z.real),
        [values(2) + 1j * values(2)],
        "conjugated",
    ),
    "lost in a broadcast": (
        lambda t, x, y: x * y,
        lambda t, g, x, y: (g * y, (g * x)[:1]),
        [values(4, 3), values(1, 3)],
        "missing sum over the dimensions that were broadcast",
    ),
    "left out": (
        lambda t, x: x * x,
        lambda t, g, x: 2 * g * x * t.tensor([1.0, 0.0, 1.0], dtype=g.dtype),
        [values(3)],
        "a part is left out",
    ),
    "wrong place": (
        lambda t, x: x * t.tensor([2.0, 3.0, 4.0], dtype=x.dtype),
        lambda t, g, x: g.flip(0) * t.tensor([2.0, 3.0, 4.0], dtype=x.dtype),
        [values(3)],
        "right values in the wrong places",
    ),
    "formula": (
        lambda t, x: x.exp() * x,
        lambda t, g, x: g * x.exp(),
        [values(3)],
        "a wrong formula: it agrees at 6 of 9 elements",
    ),
    "nan": (
        lambda t, x: x.exp(),
        lambda t, g, x: g * float("nan"),
        [values(3)],
        "the analytic gradient is nan",
    ),
    "gradient for a constant": (
        lambda t, x: x.floor(),
        lambda t, g, x: g,
        [values(3)],
        "does not depend on this input",
    ),
    "ignores the incoming gradient": (
        lambda t, x: (x * x).sum(),
        lambda t, g, x: 2 * x,
        [values(3)],
        "backward not multiplied by grad_output",
    ),
    "one of two results": (
        lambda t, x: (x * x, x.exp()),
        lambda t, g, h, x: 2 * g * x + 3 * h * x.exp(),
        [values(3)],
        "d output 1.* 3.000 times",
    ),
}


def verdict(t: Any, forward: Any, backward: Any, arrays: Any, **options: Any) -> bool:
    apply = function(t, forward, backward)
    return bool(t.autograd.gradcheck(apply, tensors(t, *arrays), raise_exception=False, **options))


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("name", RIGHT)
def test_right_as_pytorch_says(name: str, fast: bool) -> None:
    assert verdict(torch, *RIGHT[name], fast_mode=fast) is True
    assert verdict(mg, *RIGHT[name], fast_mode=fast) is True


@pytest.mark.parametrize("name", RIGHT)
def test_right_twice_as_pytorch_says(name: str) -> None:
    forward, backward, arrays = RIGHT[name]
    for t in (torch, mg):
        assert t.autograd.gradgradcheck(function(t, forward, backward), tensors(t, *arrays))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("name", WRONG)
def test_wrong_as_pytorch_says(name: str, fast: bool) -> None:
    forward, backward, arrays, cause = WRONG[name]
    assert verdict(torch, forward, backward, arrays, fast_mode=fast) is False
    assert verdict(mg, forward, backward, arrays, fast_mode=fast) is False
    with pytest.raises(GradcheckError, match=f"(?s){cause}"):
        gradcheck(function(mg, forward, backward), tensors(mg, *arrays), fast_mode=fast)


def wrong_second_derivative(t: Any) -> Any:
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 3 * g * x * x.detach()

    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x * x

    body = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    return type("Mine", (t.autograd.Function,), body).apply


@pytest.mark.parametrize("fast", [False, True])
def test_a_wrong_second_derivative(fast: bool) -> None:
    for t in (torch, mg):
        (x,) = tensors(t, values(3))
        check = t.autograd.gradgradcheck
        assert t.autograd.gradcheck(wrong_second_derivative(t), x)
        assert not check(wrong_second_derivative(t), x, raise_exception=False, fast_mode=fast)
    with pytest.raises(GradcheckError, match=r"0\.500 times the numeric one"):
        gradgradcheck(wrong_second_derivative(mg), x)


def test_given_and_strided_gradients_of_outputs() -> None:
    for t in (torch, mg):
        x, weights = tensors(t, values(3, 2), values(3, 2, seed=1))
        check = t.autograd.gradgradcheck
        assert check(lambda x: x.exp(), x, weights)
        assert check(lambda x: x.exp(), (x,), gen_non_contig_grad_outputs=True)


# --- other causes ---------------------------------------------------------------------------------


def test_a_kink_is_recognised() -> None:
    (x,) = tensors(mg, np.array([0.0, 1.0, -2.0]))
    report = gradcheck_report(lambda x: mg.relu(x) * 1, x)
    (found,) = report.comparisons
    assert not found.ok
    assert found.kink
    assert found.index == (0,)
    assert "a kink at this point" in found.cause
    assert (found.analytic, round(found.numeric, 6)) == (0, 0.5)
    (harmless,) = gradcheck_report(lambda x: x.abs(), x).comparisons  # 0 is also the mean of ±1
    assert harmless.ok
    assert "kink" not in harmless.cause


def test_a_kink_is_no_excuse_for_mistakes_elsewhere() -> None:
    (x,) = tensors(mg, np.array([0.0, 1.0, -2.0]))
    wrong = function(mg, lambda t, x: t.relu(x), lambda t, g, x: -g * (x > 0))
    (found,) = gradcheck_report(wrong, x).comparisons
    assert "kink" not in found.cause


def test_a_random_function_is_recognised() -> None:
    def noisy(t: Any) -> Any:
        draw = np.random.default_rng(0).standard_normal
        return lambda x: x * t.tensor(draw(3))

    for t in (torch, mg):
        (x,) = tensors(t, values(3))
        assert not t.autograd.gradcheck(noisy(t), x, raise_exception=False)
    with pytest.raises(GradcheckError, match="not a function: two evaluations of output 0"):
        gradcheck(noisy(mg), x)


def test_a_random_backward_is_recognised() -> None:
    def noisy(t: Any) -> Any:
        draw = np.random.default_rng(0).standard_normal
        return function(t, lambda t, x: x * 2, lambda t, g, x: 2 * g + 1e-7 * t.tensor(draw(3)) * g)

    for t in (torch, mg):
        (x,) = tensors(t, values(3))
        assert not t.autograd.gradcheck(noisy(t), x, raise_exception=False)
        assert t.autograd.gradcheck(noisy(t), x, nondet_tol=1e-5)
    with pytest.raises(GradcheckError, match="not reentrant"):
        gradcheck(noisy(mg), x)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_low_precision_is_recognised(dtype: str) -> None:
    for t in (torch, mg):
        (x,) = tensors(t, values(3).astype(dtype))
        with pytest.warns(UserWarning, match="not a double precision floating point"):
            assert not t.autograd.gradcheck(lambda x: x * x * x, x, raise_exception=False)
    with pytest.warns(UserWarning, match="Input #0"):
        (found,) = gradcheck_report(lambda x: x * x * x, x).comparisons
    assert f"{dtype} input: precision" in found.cause
    with pytest.warns(UserWarning, match="Input #0"):
        (found,) = gradcheck_report(
            function(mg, lambda t, x: x * 2, lambda t, g, x: -2 * g), x
        ).comparisons
    assert "sign is flipped" in found.cause


def test_a_detached_tensor_is_recognised() -> None:
    x, y = tensors(mg, values(3), values(3))
    report = gradcheck_report(lambda x, y: x * y.detach(), (x, y))
    assert [found.ok for found in report.comparisons] == [True, False]
    assert report.failures[0].cause.startswith("the gradient never arrives: a detached tensor")


# --- what can be checked --------------------------------------------------------------------------


def test_no_input_requires_a_gradient() -> None:
    for t in (torch, mg):
        with pytest.raises(ValueError, match="at least one input tensor to require gradient"):
            t.autograd.gradcheck(lambda x: x * 2, tensors(t, values(3), requires_grad=False))


def test_overlapping_inputs_are_refused() -> None:
    for t in (torch, mg):
        (x,) = tensors(t, values(1))
        with pytest.raises(RuntimeError, match="stride 0"):
            t.autograd.gradcheck(lambda x: x * 2, x.expand(3))


def test_outputs_without_gradients() -> None:
    for t in (torch, mg):
        (x,) = tensors(t, values(3))
        check = t.autograd.gradcheck
        assert check(lambda x: x.floor().detach(), x)
        assert not check(lambda x: x.detach() * 2, x, raise_exception=False)


def test_other_arguments_and_other_outputs() -> None:
    x, y = tensors(mg, values(3), values(3))
    assert gradcheck(lambda x: (x * x, 7, x > 1), x)  # PyTorch wants tensors only
    for t in (torch, mg):
        x, y = tensors(t, values(3), values(3))
        assert t.autograd.gradcheck(lambda x, k, y: x**k * y.detach(), (x, 2, y.detach()))
        assert t.autograd.gradcheck(lambda *_: x * y, [x, y])  # they are moved where they are


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("output", [None, 3.0, "text"])
def test_a_check_of_nothing_does_not_pass(output: Any, fast: bool) -> None:
    (x,) = tensors(mg, values(3))
    with pytest.raises(TypeError, match=type(output).__name__):
        gradcheck(lambda x: output, x, fast_mode=fast)


def test_no_elements() -> None:
    (x,) = tensors(mg, values(0, 3))
    for fast in (False, True):
        assert gradcheck(lambda x: (x * x, x.sum()), x, fast_mode=fast)
    assert "no elements" in str(gradcheck_report(lambda x: x * x, x))


def test_inputs_are_left_as_they_were() -> None:
    (x,) = tensors(mg, values(2, 3))
    before = x.detach().clone()
    gradcheck(lambda x: x.exp(), x)
    gradcheck(lambda x: x.exp(), x, fast_mode=True)
    np.testing.assert_array_equal(x.detach().numpy(), before.numpy())
    assert x.grad is None
    with pytest.raises(KeyError):
        gradcheck(lambda x: {}["mine"], x)
    np.testing.assert_array_equal(x.detach().numpy(), before.numpy())


def test_the_report_says_where_and_what() -> None:
    x, y = tensors(mg, values(2, 3), values(3))
    report = gradcheck_report(
        function(
            mg,
            lambda t, x, y: x * y,
            lambda t, g, x, y: (g * y, (3 * g * x).sum(0)),
        ),
        (x, y),
    )
    assert not report
    right, wrong = report.comparisons
    assert right.ok
    assert (wrong.input, wrong.output) == (1, 0)
    (j,), (i, k) = wrong.index, wrong.output_index
    assert j == k
    largest = x.detach().numpy().max()
    np.testing.assert_allclose(wrong.numeric, largest, rtol=1e-6)
    np.testing.assert_allclose(wrong.analytic, 3 * largest)
    np.testing.assert_allclose(wrong.error, 2 * largest, rtol=1e-6)
    assert x.detach().numpy()[i, k] == largest
    assert (wrong.wrong, wrong.size) == (6, 18)
    text = str(report)
    assert text.count("\n") == 3
    assert f"WRONG  d output 0[{i}, {k}] / d input 1[{j}]: analytic" in text
    assert "6 of 18 elements differ" in text
    assert "likely cause: the analytic gradient is 3.000 times" in text


def test_tolerances() -> None:
    near = function(mg, lambda t, x: x * x, lambda t, g, x: 2.0001 * g * x)
    (x,) = tensors(mg, values(3))
    assert gradcheck(near, x, rtol=1e-3)
    assert not gradcheck(near, x, rtol=1e-6, raise_exception=False)
    assert gradcheck(near, x, rtol=0, atol=1e-2)
    assert not gradcheck(lambda x: x**8, x, eps=0.1, raise_exception=False)
