"""Devices can be named whether they exist or not; tensors live on the CPU or a GPU."""

import pytest
import torch

import minigrad as mg

NAMES = [("cpu",), ("cuda",), ("cuda:1",), ("cuda", 1), ("mps",), ("meta",), ("xpu:1",), ("cpu", 0)]


@pytest.mark.parametrize("name", NAMES)
def test_names_print_as_pytorchs(name):
    found, expected = mg.device(*name), torch.device(*name)
    assert (repr(found), str(found)) == (repr(expected), str(expected))
    assert (found.type, found.index) == (expected.type, expected.index)


def test_a_number_is_that_of_a_gpu():
    assert str(mg.device(1)) == "cuda:1"


@pytest.mark.parametrize("name", [("tpu",), ("cuda:1", 1), ("cuda:x",), (1.5,), (None,)])
def test_other_names_are_refused(name):
    with pytest.raises(RuntimeError, match="invalid device"):
        mg.device(*name)


def test_no_tensor_lives_on_other_devices():
    for call in (
        lambda: mg.ones(2).to("mps"),
        lambda: mg.ones(2, device="meta"),
        lambda: mg.tensor([1.0], device=mg.device("xpu")),
        lambda: mg.nn.Linear(2, 2).to("mps"),
    ):
        with pytest.raises(mg.DeviceError, match="live on 'cpu' or 'cuda'"):
            call()


def test_regions():
    with mg.device("cpu") as device:
        assert mg.ones(2).device == device
    with pytest.raises(NotImplementedError, match="unless each is told"), mg.device("cuda"):
        pass
