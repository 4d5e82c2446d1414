"""What is accepted, scaled, refused or passed through: amp, jit, compile, backends and others."""

import importlib
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import nn, optim
from minigrad_torch_compat import (
    accelerator,
    amp,
    backends,
    compiler,
    hub,
    jit,
    mps,
    multiprocessing,
    onnx,
    profiler,
    xpu,
)
from minigrad_torch_compat.cuda import amp as cuda_amp
from minigrad_torch_compat.utils import checkpoint
from minigrad_torch_compat.without_effect import WITHOUT_EFFECT

no_gpu = pytest.mark.skipif(accelerator.is_available(), reason="there is a GPU")

# --- mixed precision ----------------------------------------------------------------------------


def test_autocast_warns_that_it_has_no_effect():
    with pytest.warns(UserWarning, match="no effect on minigrad"), amp.autocast("cpu"):
        assert (mg.ones(2, 2) @ mg.ones(2, 2)).dtype == mg.float32
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with amp.autocast("cpu", enabled=False):
            pass
        assert amp.autocast("cpu", enabled=False)(lambda x: x + 1)(2) == 3
    with pytest.raises(RuntimeError, match="unsupported autocast device_type 'gpu'"):
        amp.autocast("gpu")


@no_gpu
def test_without_a_gpu_they_are_disabled_as_in_pytorch():
    with pytest.warns(UserWarning, match="CUDA is not available. Disabling"):
        region = amp.autocast("cuda", dtype=mg.float16)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with region:
            pass
    with pytest.warns(UserWarning, match="CUDA is not available. Disabling"):
        cuda_amp.autocast()
    with pytest.warns(UserWarning, match=r"GradScaler is enabled, but CUDA is not available\."):
        scaler = cuda_amp.GradScaler()
    assert not scaler.is_enabled()
    assert scaler.get_scale() == 1.0
    loss = mg.ones(1)
    assert scaler.scale(loss) is loss
    assert scaler.state_dict() == {}


def run_scaled(library, scaler, overflow_in):
    """Train for some steps, with an overflow in one of them; return scales and weights."""
    weight = library.tensor([1.0, -2.0], requires_grad=True)
    optimizer = library.optim.SGD([weight], lr=0.1)
    found = []
    for step in range(6):
        optimizer.zero_grad()
        factor = float("inf") if step == overflow_in else 1.0
        scaler.scale((weight * weight).sum() * factor).backward()
        if step % 2:
            scaler.unscale_(optimizer)
        scaler.step(optimizer)
        scaler.update()
        found.append([scaler.get_scale(), *weight.tolist()])
    return found


@pytest.mark.parametrize("overflow_in", [None, 0, 3])
def test_scaled_losses_as_in_pytorch(overflow_in):
    options = {"init_scale": 8.0, "growth_interval": 2, "growth_factor": 3.0}
    ours = run_scaled(mg, amp.GradScaler("cpu", **options), overflow_in)
    theirs = run_scaled(torch, torch.amp.GradScaler("cpu", **options), overflow_in)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_misuse_of_the_scaler():
    scaler = amp.GradScaler("cpu")
    weight = mg.ones(2, requires_grad=True)
    optimizer = optim.SGD([weight], lr=1.0)
    with pytest.raises(AssertionError, match="No inf checks"):
        scaler.update()
    scaler.scale(weight.sum()).backward()
    scaler.unscale_(optimizer)
    with pytest.raises(RuntimeError, match="already been called on this optimizer"):
        scaler.unscale_(optimizer)
    scaler.step(optimizer)
    with pytest.raises(RuntimeError, match="step\\(\\) has already been called"):
        scaler.step(optimizer)
    with pytest.raises(RuntimeError, match="unscale_\\(\\) is being called after step"):
        scaler.unscale_(optimizer)
    other = amp.GradScaler("cpu", init_scale=3.0)
    other.load_state_dict(scaler.state_dict())
    assert other.get_scale() == 2.0**16
    with pytest.raises(RuntimeError, match="state dict is empty"):
        other.load_state_dict({})


# --- compilers ----------------------------------------------------------------------------------


def test_compilers_return_what_they_are_given():
    model = nn.Linear(2, 2)
    assert compiler.compile(model, mode="max-autotune", fullgraph=True) is model
    assert jit.script(model) is model
    assert jit.trace(model, mg.ones(1, 2)) is model

    @compiler.compile(dynamic=True)
    @jit.script
    @jit.ignore
    @compiler.disable()
    def double(x):
        return 2 * x

    assert double(3) == 6
    assert not jit.is_scripting()
    assert not jit.is_tracing()
    assert not compiler.is_compiling()
    with pytest.raises(TypeError, match="expected a function or module, got int"):
        compiler.compile(3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: onnx.export(nn.Linear(1, 1), mg.ones(1), "x.onnx"), "writes no ONNX files"),
        (lambda: jit.save(None, "x.pt"), "torch.save"),
        (lambda: jit.load("x.pt"), "no compiled programs"),
        (lambda: hub.load("pytorch/vision", "resnet18"), r"torch\.hub\.load: minigrad downloads"),
        (lambda: hub.load_state_dict_from_url("https://x/w.pth"), "downloads no weights"),
        (lambda: profiler.profile().export_chrome_trace("x"), "not operators"),
    ],
)
def test_refused(call, message):
    with pytest.raises(RuntimeError, match=message):
        call()


# --- devices and libraries ----------------------------------------------------------------------


def test_backends_can_be_set():
    cudnn = backends.cudnn
    with cudnn.flags(benchmark=True, deterministic=True):
        assert cudnn.benchmark
        assert cudnn.deterministic
    assert not cudnn.benchmark
    with pytest.raises(TypeError, match="unexpected keyword arguments"), cudnn.flags(fast=True):
        pass
    assert backends.cuda.matmul.allow_tf32 is False
    for room in (cudnn, backends.mps, backends.mkl, backends.mkldnn, backends.openmp, mps, xpu):
        assert room.is_available() is False
    backends.cuda.enable_flash_sdp(False)
    assert not backends.cuda.flash_sdp_enabled()
    backends.cuda.enable_flash_sdp(True)


@no_gpu
def test_no_accelerator():
    assert accelerator.is_available() is False
    assert accelerator.current_accelerator() is None
    assert accelerator.device_count() == 0
    with pytest.raises(RuntimeError, match="cuda"):
        accelerator.synchronize()


# --- the others ---------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [
    {"wait": 1, "warmup": 1, "active": 3, "repeat": 2},
    {"wait": 0, "warmup": 2, "active": 1, "skip_first": 3},
])  # fmt: skip
def test_schedules_as_in_pytorch(options):
    ours, theirs = profiler.schedule(**options), torch.profiler.schedule(**options)
    assert [ours(i).name for i in range(20)] == [theirs(i).name for i in range(20)]


def test_a_profile_of_regions():
    seen = []
    plan = profiler.schedule(wait=1, warmup=0, active=2)
    with profiler.profile(
        activities=[profiler.ProfilerActivity.CPU], schedule=plan, on_trace_ready=seen.append
    ) as found:
        for _ in range(6):
            with profiler.record_function("forward"):
                pass
            found.step()
    assert len(seen) == 2
    assert found.regions["forward"][0] == 6
    assert "forward" in found.key_averages().table(sort_by="cpu_time_total")


def test_checkpointed_sequences():
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Tanh(), nn.Linear(4, 2), nn.Tanh())
    x = mg.randn(5, 3, requires_grad=True)
    mg.manual_seed(0)
    model(x).sum().backward()
    expected, x.grad = x.grad, None
    mg.manual_seed(0)
    checkpoint.checkpoint_sequential(model, 2, x, use_reentrant=False).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), expected.numpy(), rtol=1e-6)


PROCESSES = """
from minigrad_torch_compat import multiprocessing as mp

def work(number, queue):
    queue.put(number * 10)

def fail(number):
    raise SystemExit(number)

if __name__ == "__main__":
    queue = mp.get_context("spawn").Queue()
    mp.spawn(work, args=(queue,), nprocs=2)
    print(sorted([queue.get(), queue.get()]))
    try:
        mp.spawn(fail, nprocs=2)
    except mp.ProcessExitedException as error:
        print(error)
"""


def test_processes(tmp_path):
    script = tmp_path / "processes.py"
    script.write_text(PROCESSES)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[0, 10]\nprocess 1 terminated with exit code 1")
    assert multiprocessing.get_sharing_strategy() in multiprocessing.get_all_sharing_strategies()
    with pytest.raises(ValueError, match="unknown sharing strategy"):
        multiprocessing.set_sharing_strategy("telepathy")


def test_logs_for_tensorboard(tmp_path):
    pytest.importorskip("tensorboardX")
    from minigrad_torch_compat.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path)) as writer:
        writer.add_scalar("loss", mg.tensor(0.5, requires_grad=True), 1)
        writer.add_histogram("weights", mg.randn(20), 1)
        writer.add_image("picture", mg.rand(3, 4, 4))
        with pytest.raises(RuntimeError, match="cannot trace modules"):
            writer.add_graph(nn.Linear(1, 1), mg.ones(1))
    (log,) = tmp_path.glob("events*")
    content = log.read_bytes()
    assert b"loss" in content
    assert np.float32(0.5).tobytes() in content


@pytest.mark.parametrize("entry", WITHOUT_EFFECT)
def test_what_the_table_names_is_there(entry):
    """Each name can be asked for, so that no entry outlives what it speaks of."""
    from minigrad_torch_compat import torchvision

    assert len(WITHOUT_EFFECT[entry]) > 10
    facade = importlib.import_module("minigrad_torch_compat")
    names = re.findall(r"torch(?:vision)?(?:\.\w+)+", entry)
    assert names
    for name in names:
        first, *rest = name.split(".")
        found = {"torch": facade, "torchvision": torchvision}[first]
        for part in rest:
            found = getattr(found, part)


def test_switches_keep_what_is_set():
    import minigrad_torch_compat as facade

    try:
        facade.use_deterministic_algorithms(True, warn_only=True)
        assert facade.are_deterministic_algorithms_enabled()
        assert facade.get_deterministic_debug_mode() == 1
        facade.set_deterministic_debug_mode("error")
        assert facade.get_deterministic_debug_mode() == 2
        facade.set_num_threads(3)
        assert facade.get_num_threads() == 3
        facade.set_float32_matmul_precision("high")
        assert facade.get_float32_matmul_precision() == "high"
    finally:
        facade.use_deterministic_algorithms(False)
        facade.set_float32_matmul_precision("highest")
    assert facade.is_autocast_enabled() is False
    with pytest.raises(ValueError, match="got 'low'"):
        facade.set_float32_matmul_precision("low")
    with pytest.raises(RuntimeError, match="expects a positive integer, got 0"):
        facade.set_num_threads(0)
    with pytest.raises(RuntimeError, match="invalid value of debug_mode"):
        facade.set_deterministic_debug_mode("loud")


def test_under_pytorchs_names():
    import minigrad_torch_compat as facade

    model = nn.Linear(1, 1)
    assert facade.compile(model) is model
    assert facade.nn.DataParallel(model).module is model
    assert facade.nn.parallel.DistributedDataParallel
    assert facade.autocast is amp.autocast
    assert facade.backends.cudnn is backends.cudnn
    assert facade.accelerator is accelerator
    assert facade.cuda.amp.GradScaler is cuda_amp.GradScaler
    assert facade.utils.checkpoint.checkpoint is checkpoint.checkpoint
    with pytest.raises(AttributeError, match=r"no torch\.jit\.scirpt .* is torch\.jit\.script"):
        facade.jit.scirpt
