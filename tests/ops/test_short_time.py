"""Short-time Fourier transforms: values, gradients and refusals, against PyTorch."""

from typing import Any

import numpy as np
import pytest
import torch
from engines import fail

import minigrad as mg

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # of a missing window

SIGNAL = np.random.default_rng(0).normal(size=(2, 20))

FORWARD = [
    {"n_fft": 4, "window": "hann"},
    {"n_fft": 5, "hop_length": 2, "window": "hann"},
    {"n_fft": 6, "hop_length": 4, "win_length": 3, "window": "hamming"},
    {"n_fft": 6, "win_length": 4},
    {"n_fft": 4, "center": False},
    {"n_fft": 4, "pad_mode": "constant", "normalized": True},
    {"n_fft": 4, "onesided": False},
]


def windowed(t: Any, options: dict[str, Any]) -> dict[str, Any]:
    size = options.get("win_length", options["n_fft"])
    if "window" in options:
        window = getattr(t, f"{options['window']}_window")(size, dtype=t.float64)
        return {**options, "window": window}
    return options


def run(t: Any, program: Any) -> list[np.ndarray]:
    """The value of a program of a signal, its gradient, and that gradient's."""
    x = t.from_numpy(SIGNAL.copy()).requires_grad_()
    out = program(x)
    out = t.view_as_real(out.resolve_conj()) if t.is_complex(out) else out
    weight = t.from_numpy(np.random.default_rng(1).normal(size=tuple(out.shape)))
    (first,) = t.autograd.grad((out * out * weight).sum(), x, create_graph=True)
    (second,) = t.autograd.grad((first * first).sum(), x)
    return [value.detach().numpy() for value in (out, first, second)]


def same(program: Any) -> None:
    for ours, theirs in zip(
        run(mg, lambda x: program(mg, x)), run(torch, lambda x: program(torch, x))
    ):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("options", FORWARD)
def test_stft(options: dict[str, Any]) -> None:
    same(lambda t, x: t.stft(x, **windowed(t, options), return_complex=True))


@pytest.mark.parametrize(
    "options",
    [
        {"n_fft": 4, "window": "hann"},
        {"n_fft": 6, "hop_length": 2, "win_length": 5, "window": "hamming"},
        {"n_fft": 4, "center": False},
        {"n_fft": 4, "normalized": True},
    ],
)
def test_istft(options: dict[str, Any]) -> None:
    def program(t: Any, x: Any) -> Any:
        given = windowed(t, options)
        return t.istft(t.stft(x, **given, return_complex=True) ** 2, **given)

    same(program)


def test_a_signal_comes_back() -> None:
    window = mg.hann_window(8, dtype=mg.float64)
    spectra = mg.stft(mg.tensor(SIGNAL), 8, window=window, return_complex=True)
    back = mg.istft(spectra, 8, window=window, length=20)
    np.testing.assert_allclose(back.numpy(), SIGNAL, atol=1e-12)


def test_other_forms() -> None:
    x, y = mg.tensor(SIGNAL[0]), torch.tensor(SIGNAL[0])
    for ours, theirs in [
        (x.stft(4, return_complex=False), y.stft(4, return_complex=False)),
        (
            mg.istft(mg.stft(x, 4, return_complex=True), 4, length=23),
            torch.istft(torch.stft(y, 4, return_complex=True), 4, length=23),
        ),
        (
            mg.istft(
                mg.stft(x, 4, onesided=False, return_complex=True),
                4,
                onesided=False,
                return_complex=True,
            ),
            y + 0j,
        ),
    ]:
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-12)


@pytest.mark.parametrize(
    "expression",
    [
        "t.stft(v, 4)",
        "t.stft(v, 4, 0, return_complex=True)",
        "t.stft(v, 0, return_complex=True)",
        "t.stft(v, 20, center=False, return_complex=True)",
        "t.stft(v, 4, win_length=5, return_complex=True)",
        "t.stft(v, 4, window=t.ones(5), return_complex=True)",
        "t.stft(x, 4, return_complex=True)",
        "t.stft(i, 2, return_complex=True)",
        "t.stft(v + 0j, 4, onesided=True)",
        "t.istft(t.stft(v, 4, return_complex=True), 6)",
        "t.istft(m, 4)",
        "t.istft(t.stft(v, 4, return_complex=True), 4, hop_length=8)",
        "t.istft(t.stft(v, 4, return_complex=True), 4, return_complex=True)",
        "t.istft(t.stft(v, 4, window=t.hann_window(4), center=False, return_complex=True), 4,"
        " window=t.hann_window(4), center=False)",
    ],
)
def test_refuses_what_pytorch_refuses(expression: str) -> None:
    fail(expression)
