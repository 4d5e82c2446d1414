"""Complex operands: who takes them, what is written, and programs from end to end."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from engines import agree, both, fail
from hypothesis import HealthCheck, Phase, given, settings

import minigrad as mg
import minigrad_torch_compat.differential.specs  # noqa: F401 - fills the registry
from minigrad_torch_compat.differential import SPECS, Case, Spec

# What PyTorch takes and minigrad refuses, and why.
TAKEN_BY_PYTORCH = {
    # By accident of how they are composed there.
    *("mse_loss/weight", "poisson_nll_loss"),
    # Dropping all, no elements or one: nothing is drawn, compared or averaged.
    *("dropout", "alpha_dropout", "feature_alpha_dropout", "kthvalue", "mode", "cummax", "cummin"),
    "grid_sample",
    *("fractional_max_pool2d", "fractional_max_pool3d", "fractional_max_pool_indices"),
    "max_unpool1d",
    # The imaginary parts are dropped, with a warning.
    "bincount",
}
# What minigrad takes, sums among it, and PyTorch refuses.
TAKEN_BY_MINIGRAD = {"index_reduce", "scatter_reduce", "lobpcg"}
REAL = [spec for name, spec in SPECS.items() if "complex" not in name and "derivat" not in name]


def tensor(t: Any, value: Any) -> Any:
    """Return arrays, also within lists, as tensors, those of real numbers as complex ones."""
    if isinstance(value, np.ndarray | np.generic):
        return t.from_numpy(np.asarray(value + 1j if value.dtype.kind == "f" else value))
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(tensor(t, item) for item in value)
    return value


def outcome(t: Any, function: Callable[..., Any], case: Case) -> Exception | None:
    """Call on complex numbers and return the error."""
    t.manual_seed(0)
    try:
        function(*tensor(t, case.args), **{name: tensor(t, v) for name, v in case.kwargs.items()})
    except Exception as error:
        return error
    return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("spec", REAL, ids=[spec.name for spec in REAL])
def test_refuses_the_complex_numbers_that_pytorch_refuses(spec: Spec) -> None:
    @settings(max_examples=3, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(spec.cases)
    def run(case: Case) -> None:
        theirs, ours = outcome(torch, spec.theirs, case), outcome(mg, spec.ours, case)
        name = spec.name.split("/")[0]
        if theirs is None:
            assert ours is None or {name, spec.name} & TAKEN_BY_PYTORCH, ours
        elif ours is None:
            assert name in TAKEN_BY_MINIGRAD, theirs
        else:  # PyTorch's NotImplementedError is a RuntimeError, and it has both
            assert isinstance(ours, type(theirs)) or isinstance(theirs, type(ours)), (theirs, ours)

    run()


# --- writing and converting -----------------------------------------------------------------------


def numbers(t: Any, *shape: int, seed: int = 0) -> Any:
    """Return complex numbers that require a gradient."""
    draw = np.random.default_rng(seed)
    return t.from_numpy(
        np.asarray(draw.normal(size=shape) + 1j * draw.normal(size=shape))
    ).requires_grad_()


WRITES = {
    "arithmetic": lambda t, w: w.mul_(2j).add_(numbers(t, 3, 4, seed=1)).div_(3 - 1j),
    "items": lambda t, w: [w.__setitem__(0, 5j), w.__setitem__((1, 2), 2.0)],
    "real": lambda t, w: setattr(w, "real", w.imag * 2),
    "imag": lambda t, w: setattr(w, "imag", t.ones(3, 4).double()),
    "into real": lambda t, w: w.real.mul_(2),
    "into imag": lambda t, w: w[1].imag.zero_(),
    "into pairs": lambda t, w: t.view_as_real(w)[..., 0].mul_(3),
    "masked": lambda t, w: w.masked_fill_(w.real > 0, 2j),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_writes(write: Any) -> None:
    def program(t: Any) -> tuple[Any, ...]:
        z = numbers(t, 3, 4)
        w = z * 1
        write(t, w)
        ((w * w).abs() + w.imag).sum().backward()
        return w.resolve_conj(), z.grad.resolve_conj()

    both(program)


@pytest.mark.parametrize(
    "expression",
    [
        "t.linspace(1j, 2, 5)",
        "t.linspace(0, 1, 3, dtype=t.complex64)",
        "t.logspace(0, 1j, 3)",
        "t.full((2,), 1j)",
        "float(t.tensor(2 + 0j))",
        "complex(t.tensor(1 + 2j))",
        "complex(t.tensor(2))",
        "t.tensor([3 + 4j]).abs()",
        "t.pow(2j, f)",
        "(f + 1j).std()",
    ],
)
def test_values(expression: str) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "t.linspace(1j, 2, 3, dtype=t.float32)",
        "t.arange(1j)",
        "t.arange(3, dtype=t.complex64)",
        "float(t.tensor(1j))",
        "int(t.tensor(1j))",
        "t.full((2,), 1j, dtype=t.float32)",
        "f.fill_(1j)",
        "f.masked_fill(b, 1j)",
        "f.mul_(1j)",
        "t.add(f, d, alpha=1j)",
        "f < 1j",
        "(f + 1j).requires_grad_().sum().backward()",
        "(f + 1j).requires_grad_().sum().abs().backward(t.tensor(1j))",
        "t.linalg.svd((m[:, :3] + 1j).requires_grad_())[0].real.sum().backward()",
        "t.linalg.eigh((m[:, :3] + 1j).requires_grad_())[1].real.sum().backward()",
        "(f + 1j).exponential_()",
        "(f + 1j).bernoulli_()",
        "(f + 1j).geometric_(0.5)",
    ],
)
def test_refusals(expression: str) -> None:
    fail(expression)


# --- programs -------------------------------------------------------------------------------------


def test_a_convolution_by_fourier_transforms_learns_its_kernel() -> None:
    def program(t: Any) -> tuple[Any, ...]:
        x = t.linspace(-1, 1, 16, dtype=t.float64).reshape(2, 8)
        kernel = t.tensor([0.5, -1.0, 0.25], dtype=t.float64, requires_grad=True)
        optimizer = t.optim.SGD([kernel], lr=0.01)
        for _ in range(3):
            optimizer.zero_grad()
            found = t.fft.irfft(t.fft.rfft(x) * t.fft.rfft(kernel, 8), 8)
            ((found - x.flip(1)) ** 2).sum().backward()
            optimizer.step()
        return kernel, kernel.grad

    both(program)


def test_a_spectral_layer_with_complex_weights() -> None:
    def program(t: Any) -> tuple[Any, ...]:
        weight = numbers(t, 3, 2, 4)
        x = numbers(t, 2, 3, 8, seed=1).real.detach()
        modes = t.einsum("bim,iom->bom", t.fft.rfft(x)[..., :4], weight)
        (t.fft.irfft(modes, 8) ** 2).sum().backward()
        return (weight.grad.resolve_conj(),)

    both(program)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
        ("Adam", {"lr": 0.1}),
        ("AdamW", {"lr": 0.1, "amsgrad": True}),
        ("RMSprop", {"lr": 0.1, "centered": True, "momentum": 0.5}),
        ("Adagrad", {"lr": 0.1}),
        ("Adadelta", {"lr": 1.0}),
    ],
)
def test_optimizers_step_complex_parameters(name: str, settings: dict[str, Any]) -> None:
    def program(t: Any) -> tuple[Any, ...]:
        z, target = numbers(t, 4), numbers(t, 4, seed=1).detach()
        optimizer = getattr(t.optim, name)([z], **settings)
        for _ in range(5):
            optimizer.zero_grad()
            ((z - target).abs() ** 2).sum().backward()
            optimizer.step()
        return z, z.grad

    both(program)


def test_norms_of_complex_gradients_are_clipped() -> None:
    def program(t: Any) -> tuple[Any, ...]:
        z = numbers(t, 3)
        (z * z).abs().sum().backward()
        return t.nn.utils.clip_grad_norm_([z], 0.5), z.grad

    both(program)
