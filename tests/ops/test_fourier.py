"""Fourier transforms: dtypes, defaults, refusals. (Values and gradients: tests/differential.)"""

import numpy as np
import pytest
from engines import agree, fail

import minigrad as mg


@pytest.mark.parametrize(
    "expression",
    [
        "t.fft.fft(i)",
        "t.fft.fft(b)",
        "t.fft.fft(f, 4)",
        "t.fft.rfft(n)",
        "t.fft.irfft(f)",
        "t.fft.fft2(x)",
        "t.fft.fftn(x, s=(2, -1))",
        "t.fft.fftn(x, (2, 2))",
        "t.fft.fftn(x, 3, 1)",
        "t.fft.fftn(s)",
        "t.fft.ifftn(s)",
        "t.fft.rfftn(x)",
        "t.fft.irfftn(x)",
        "t.fft.hfftn(x)",
        "t.fft.ihfftn(x)",
        "t.fft.rfftn(x, (2, 5), (0, 2))",
        "t.fft.fftshift(x, (0, 2))",
        "t.fft.fftfreq(5)",
        "t.fft.fftfreq(4, 0.5)",
        "t.fft.rfftfreq(5, d=2.0, dtype=t.float64)",
        "t.fft.rfftfreq(4)",
        "t.fft.ifft(t.fft.fft(m)).real",
    ],
)
def test_agrees_with_pytorch(expression: str) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "t.fft.fft(f, 0)",
        "t.fft.fft(f, dim=1)",
        "t.fft.fft(s)",
        "t.fft.rfft(s)",
        "t.fft.irfft(s)",
        "t.fft.fft(h)",
        "t.fft.fft(z, dim=0)",
        "t.fft.fft(f, norm='half')",
        "t.fft.rfft(t.complex(f, f))",
        "t.fft.ihfft(t.complex(f, f))",
        "t.fft.irfft(f, 0)",
        "t.fft.irfft(f[:1])",
        "t.fft.fftn(x, dim=(0, 0))",
        "t.fft.fftn(x, dim=(0, 3))",
        "t.fft.fftn(x, (2, 2), (0,))",
        "t.fft.fftn(m, (2, 2, 2))",
        "t.fft.rfftn(s)",
        "t.fft.fft2(f)",
        "t.fft.fftn(x, (0, 2))",
    ],
)
def test_refuses_what_pytorch_refuses(expression: str) -> None:
    fail(expression)


def test_a_transform_keeps_what_it_is_given_and_nothing_else() -> None:
    x = mg.randn(3, 4, requires_grad=True)
    assert mg.fft.fft(x).grad_fn.saved == (((1,), None, False),)


def test_a_convolution_theorem() -> None:
    # The gradient of a circular convolution with w is a circular correlation with it.
    rng = np.random.default_rng(0)
    signal, w = rng.normal(size=8), rng.normal(size=8)
    x = mg.tensor(signal, requires_grad=True)
    out = mg.fft.irfft(mg.fft.rfft(x) * mg.fft.rfft(mg.tensor(w)), 8)
    weight = rng.normal(size=8)
    out.backward(mg.tensor(weight))
    by_hand = [sum(weight[(i + j) % 8] * w[j] for j in range(8)) for i in range(8)]
    np.testing.assert_allclose(x.grad.numpy(), by_hand, rtol=1e-12)
