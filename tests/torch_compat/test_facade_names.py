"""The names of the facade: all that PyTorch has and minigrad can, nothing that PyTorch has not."""

import importlib

import pytest
import torch
import torch.nn.utils.parametrizations
import torch.nn.utils.parametrize
import torch.nn.utils.rnn
import torch.optim.swa_utils

import minigrad_torch_compat as facade
from minigrad_torch_compat.program.inventory import PAGE, page, rooms

ROOMS = [title for title in rooms() if title.startswith("torch.") and title != "torch.Tensor"]


def test_page_is_what_the_facade_offers():
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(), "run python -m minigrad_torch_compat.program.inventory"


def test_no_name_that_pytorch_has_not():
    assert [name for name in rooms()["torch"] if not hasattr(torch, name)] == []


# Names that are there all the same: PyTorch had them, or has them one room further up.
KEPT = {
    "torch.onnx": {"dynamo_export", "is_onnxrt_backend_supported"},
    "torch.sparse": {"SparseType", "spmm"},
}


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_in_a_room_that_pytorch_has_not(room):
    try:
        theirs = importlib.import_module(room)
    except ImportError:
        pytest.skip("PyTorch needs something that is not installed")
    assert {name for name in rooms()[room] if not hasattr(theirs, name)} <= KEPT.get(room, set())


@pytest.mark.parametrize("room", ROOMS)
def test_every_name_is_there(room):
    ours = importlib.import_module(room.replace("torch", "minigrad_torch_compat", 1))
    assert [name for name in rooms()[room] if not hasattr(ours, name)] == []


# What PyTorch lists as its own and minigrad lacks, room by room.
LACKING = {
    "torch.nn.init": set(),
    "torch.nn.utils.rnn": set(),
    "torch.optim": {"SparseAdam", "swap_in_optimizer_params_and_state"},
    "torch.optim.lr_scheduler": set(),
    "torch.optim.swa_utils": set(),
    "torch.autograd.functional": set(),
    "torch.linalg": set(),
    "torch.fft": set(),
    "torch.special": set(),
    "torch.nn.modules": {"Container", "CrossMapLRN2d", "LinearCrossEntropyOptions"},
}


@pytest.mark.parametrize("room", sorted(LACKING))
def test_what_is_lacking(room):
    theirs = importlib.import_module(room)
    listed = getattr(theirs, "__all__", None) or [
        name
        for name, value in vars(theirs).items()
        if getattr(value, "__doc__", "") and "input" in value.__doc__ and name[0] != "_"
    ]
    ours = importlib.import_module(room.replace("torch", "minigrad_torch_compat", 1))
    assert {name for name in listed if not hasattr(ours, name)} <= LACKING[room]


IN_USE = """
    no_grad zeros manual_seed ones tensor cat randn device save LongTensor from_numpy
    FloatTensor tanh arange Tensor multinomial max sigmoid load rand randint float32 long exp
    linspace matmul stack tril ones_like randperm Generator empty float log mm pow relu sum topk
    unsqueeze eye mean sqrt zeros_like diag flatten int64 mul normal randn_like softmax Size
    allclose einsum float16 kron meshgrid where all argmax bfloat16 bmm compile cos cuda div dot
    double erf float64 full gather gt histogram inference_mode int32 isnan log1p rand_like
    reshape roll set_default_dtype sin sort sub trace is_tensor get_rng_state set_rng_state
    set_num_threads typename complex
"""


def test_names_in_use_are_there():
    assert [name for name in IN_USE.split() if not hasattr(facade, name)] == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize(
    "call",
    [
        "cuda.is_available()",
        "cuda.device_count()",
        "cuda.is_bf16_supported()",
        "cuda.manual_seed(1)",
        "cuda.manual_seed_all(1)",
        "cuda.empty_cache()",
        "cuda.memory_allocated()",
        "cuda.max_memory_allocated()",
        "cuda.is_initialized()",
    ],
)
def test_without_a_gpu_as_pytorch(call):
    assert eval(f"t.{call}", {"t": facade}) == eval(f"t.{call}", {"t": torch})


def test_seeding_gpus_leaves_the_stream_of_the_cpu():
    facade.manual_seed(3)
    first = facade.rand(2)
    facade.manual_seed(3)
    facade.cuda.manual_seed_all(5)
    assert first.tolist() == facade.rand(2).tolist()


@pytest.mark.parametrize(
    "call",
    [
        "t.relu_(x)",
        "t.exp_(x)",
        "t.clamp_(x, 0, 1)",
        "t.fill(x, 3)",
        "t.range(0, 2)",
        "t.range(1, 2, 0.5)",
        "t.constant_pad_nd(x, [1, 1])",
        "t.detach(x)",
        "t.cond(True, lambda a: a + 1, lambda a: a, (x,))",
        "t.while_loop(lambda a: a.sum() < 9, lambda a: (a + 1,), (x,))[0]",
        "t.frombuffer(bytearray(8), dtype=t.float32)",
        "t.nn.init.constant(x, 2)",
        "t.func.grad_and_value(lambda a: (a * a).sum())(x)[0]",
        "t.dropout_(x, 0.5, False)",
        "t.nn.modules.utils._pair(2)",
        "t.nn.modules.utils._reverse_repeat_tuple((1, 2), 2)",
        "t.nn.SyncBatchNorm(2).eval()(t.ones(1, 2))",
        "t.nn.SyncBatchNorm.convert_sync_batchnorm(t.nn.Sequential(t.nn.BatchNorm1d(3)))",
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_functions_of_other_names(call):
    found, expected = (
        repr(eval(call, {"t": t, "x": t.tensor([-1.0, 2.0])})) for t in (facade, torch)
    )
    assert found == expected


def test_fork_rng():
    facade.manual_seed(3)
    first = facade.rand(1).item()
    facade.manual_seed(3)
    with facade.random.fork_rng():
        facade.rand(5)
    assert facade.rand(1).item() == first


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("t.ranndn", "torch.ranndn (at <string>, line 1); the nearest name it has is torch.randn"),
        ("t.one_hot", "the nearest name it has is torch.nn.functional.one_hot"),
        ("t.nn.Linearr", "minigrad has no torch.nn.Linearr"),
        ("t.nn.modules.linear.Linearr", "minigrad has no torch.nn.modules.linear.Linearr"),
        ("x.transposee", "torch.Tensor.transposee (at <string>, line 1); the nearest name"),
        ("x.relu6", "the nearest name it has is torch.nn.functional.relu6"),
    ],
)
def test_missing_names_are_explained(expression, said):
    names = {"t": facade, "x": facade.ones(2)}
    with pytest.raises(AttributeError) as caught:
        eval(expression, names)
    assert said in str(caught.value)
    owner, _, name = expression.rpartition(".")
    assert not hasattr(eval(owner, names), name)


def test_errors_of_properties_and_private_names_stay_as_they_are():
    with pytest.raises(RuntimeError, match="imag"):
        _ = facade.ones(2).imag
    with pytest.raises(AttributeError, match="'Tensor' object has no attribute '_nothing'"):
        _ = facade.ones(2)._nothing
