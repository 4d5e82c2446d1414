"""``torch.testing.assert_close`` passes and fails where PyTorch's does; names of deep modules."""

import importlib

import pytest
import torch

import minigrad_torch_compat as facade
from minigrad_torch_compat import testing

CASES = [
    "t.ones(3), t.ones(3)",
    "t.ones(3), t.ones(3) * (1 + 2e-6)",
    "t.ones(3), t.ones(3) * 1.0001",
    "t.ones(3).double(), t.ones(3).double() * (1 + 1e-6)",
    "t.ones(3).double(), t.ones(3)",
    "t.ones(3), t.ones(3, 1)",
    "t.tensor([1, 2]), t.tensor([1, 3])",
    "[t.ones(2), 1.0], [t.ones(2), 1.0]",
    "[t.ones(2), 1.0], [t.ones(2), 2.0]",
    "[1], [1, 1]",
    "{'a': t.ones(2)}, {'a': t.zeros(2)}",
    "{'a': 1}, {'b': 1}",
    "t.tensor([float('nan')]), t.tensor([float('nan')])",
    "t.tensor([float('inf')]), t.tensor([float('inf')])",
    "t.ones(2, requires_grad=True), t.ones(2)",
    "t.eye(2).to_sparse(), t.eye(2)",
    "t.tensor(True), t.tensor(False)",
]
OPTIONS = [
    {},
    {"rtol": 1e-3, "atol": 0.0},
    {"equal_nan": True},
    {"check_dtype": False},
    {"check_layout": False},
]


def verdict(function, values, options):
    try:
        function(*values, **options)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("options", OPTIONS)
def test_verdicts(case, options):
    found, expected = (
        verdict(module.assert_close, eval(case, {"t": t}), options)
        for t, module in ((facade, testing), (torch, torch.testing))
    )
    assert found == expected


def test_error_tells_where():
    with pytest.raises(AssertionError, match=r"1 / 3 \(33\.3%\)(.|\n)*index \(1,\)(.|\n)*\['a'\]"):
        testing.assert_close({"a": facade.tensor([1.0, 2, 3])}, {"a": facade.tensor([1.0, 5, 3])})
    with pytest.raises(AssertionError, match="mine"):
        testing.assert_close(1.0, 2.0, msg="mine")
    with pytest.raises(ValueError, match="both"):
        testing.assert_close(1.0, 2.0, rtol=1.0)


@pytest.mark.parametrize(
    "name",
    [
        "nn.init._calculate_fan_in_and_fan_out",
        "nn.init._calculate_correct_fan",
        "nn.init._no_grad_trunc_normal_",
        "optim.optimizer.required",
        "optim.optimizer.Optimizer",
        "optim.lr_scheduler._LRScheduler",
        "utils.model_zoo.load_url",
        "utils.hooks.RemovableHandle",
        "utils.dlpack.from_dlpack",
        "nn.attention.SDPBackend",
        "nn.attention.sdpa_kernel",
        "types.Number",
        "nn.parallel.distributed.DistributedDataParallel",
        "nn.parallel.data_parallel.DataParallel",
        "cuda.random.manual_seed",
        "distributions.utils.logits_to_probs",
        "distributions.utils.broadcast_all",
    ],
)
def test_names_that_programs_import_from_deep_below(name):
    room, _, last = name.rpartition(".")
    assert hasattr(importlib.import_module(f"torch.{room}"), last)
    assert hasattr(importlib.import_module(f"minigrad_torch_compat.{room}"), last)


def test_fans():
    for t in (facade, torch):
        weight = t.zeros(4, 3, 5, 5)
        assert t.nn.init._calculate_fan_in_and_fan_out(weight) == (75, 100)
        assert t.nn.init._calculate_correct_fan(weight, "fan_out") == 100


def test_weights_that_were_downloaded_before(tmp_path, monkeypatch):
    torch.save({"w": torch.arange(3)}, tmp_path / "net-1234.pth")
    load = facade.utils.model_zoo.load_url
    found = load("https://example.org/models/net-1234.pth", model_dir=str(tmp_path))
    assert found["w"].tolist() == [0, 1, 2]
    with pytest.raises(RuntimeError, match=r"downloads no weights.*other\.pth"):
        load("https://example.org/models/other.pth", model_dir=str(tmp_path))
