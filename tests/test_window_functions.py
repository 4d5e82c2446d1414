"""Window functions against PyTorch's."""

import numpy as np
import pytest
import torch

import minigrad as mg

NAMES = ["bartlett_window", "blackman_window", "hamming_window", "hann_window", "kaiser_window"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("length", [0, 1, 2, 3, 7, 8])
@pytest.mark.parametrize("name", NAMES)
def test_agrees_with_pytorch(name: str, length: int, periodic: bool, dtype: str) -> None:
    ours, theirs = (
        getattr(t, name)(length, periodic, dtype=getattr(t, dtype)).numpy() for t in (mg, torch)
    )
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=1e-6 if dtype == "float32" else 1e-14)


def test_parameters_and_options() -> None:
    for t in (mg, torch):
        window = t.hamming_window(3, False, 0.5, 0.25, requires_grad=True)
        assert window.tolist() == [0.25, 0.75, 0.25]
        assert window.requires_grad
    assert mg.hann_window(3).dtype == mg.float32


@pytest.mark.parametrize(
    "call",
    [
        lambda t: t.hann_window(-1),
        lambda t: t.hann_window(3, dtype=t.int64),
        lambda t: t.hann_window(3, length=1),
    ],
)
def test_refuses_what_pytorch_refuses(call) -> None:
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - which one is the question
        call(torch)
    with pytest.raises(theirs.type):
        call(mg)
