"""Modules against PyTorch's: attributes, walks, modes, errors."""

import copy
import pickle

import numpy as np
import pytest
import torch
from nn_models import build, pair

import minigrad as mg

WALKS = {
    "parameters": lambda m: [tuple(p.shape) for p in m.parameters()],
    "own parameters": lambda m: [tuple(p.shape) for p in m.parameters(recurse=False)],
    "named_parameters": lambda m: [n for n, _ in m.named_parameters()],
    "with prefix": lambda m: [n for n, _ in m.named_parameters(prefix="net")],
    "with duplicates": lambda m: [n for n, _ in m.named_parameters(remove_duplicate=False)],
    "buffers": lambda m: [b.tolist() for b in m.buffers()],
    "named_buffers": lambda m: [n for n, _ in m.named_buffers()],
    "modules": lambda m: [type(c).__name__ for c in m.modules()],
    "named_modules": lambda m: [n for n, _ in m.named_modules()],
    "all modules": lambda m: [n for n, _ in m.named_modules(remove_duplicate=False)],
    "children": lambda m: [type(c).__name__ for c in m.children()],
    "named_children": lambda m: [n for n, _ in m.named_children()],
    "state_dict": lambda m: list(m.state_dict()),
    "state_dict prefix": lambda m: list(m.state_dict(prefix="x.")),
    "repr": repr,
    "get_submodule": lambda m: [repr(m.get_submodule(n)) for n in ("", "third")],
    "get_parameter": lambda m: m.get_parameter("third.weight").tolist(),
    "get_buffer": lambda m: m.get_buffer("count").tolist(),
    "plain attribute": lambda m: (m.steps, m.empty, m.first.bias),
    "shared": lambda m: m.first is m.second,
    "dir": lambda m: [n for n in ("weight", "scale", "count", "first", "forward") if n in dir(m)],
    "modes": lambda m: [c.training for c in m.eval().modules()] + [m.train().training],
    "frozen": lambda m: [p.requires_grad for p in m.requires_grad_(False).parameters()],
    "apply": lambda m: (lambda seen: (m.apply(lambda c: seen.append(type(c).__name__)), seen)[1])(
        []
    ),
}


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS.keys())
def test_walks(walk) -> None:
    ours, theirs = pair()
    assert walk(ours) == walk(theirs)


def changed(change):
    """What is left in the registers after a change of attributes."""

    def look(lib, parameter):
        net = build(lib, parameter)
        change(net, lib, parameter)
        return (
            [n for n, _ in net.named_parameters()],
            [n for n, _ in net.named_buffers()],
            [n for n, _ in net.named_modules()],
            list(net.state_dict()),
        )

    return look


CHANGES = {
    "parameter anew": lambda n, lib, t: setattr(n, "scale", lib.nn.Parameter(t([1.0]))),
    "parameter over buffer": lambda n, lib, t: setattr(n, "count", lib.nn.Parameter(t([1.0]))),
    "parameter over module": lambda n, lib, t: setattr(n, "third", lib.nn.Parameter(t([1.0]))),
    "parameter over plain": lambda n, lib, t: setattr(n, "steps", lib.nn.Parameter(t([1.0]))),
    "module over plain": lambda n, lib, t: setattr(n, "steps", lib.nn.Module()),
    "module over hidden": lambda n, lib, t: setattr(n, "hidden", lib.nn.Module()),
    "none for parameter": lambda n, lib, t: setattr(n, "scale", None),
    "none for module": lambda n, lib, t: setattr(n, "third", None),
    "none for buffer": lambda n, lib, t: setattr(n, "count", None),
    "buffer anew": lambda n, lib, t: setattr(n, "count", t([2.0, 3.0])),
    "tensor is plain": lambda n, lib, t: setattr(n, "new", t([2.0, 3.0])),
    "delete parameter": lambda n, lib, t: delattr(n, "scale"),
    "delete module": lambda n, lib, t: delattr(n, "third"),
    "delete buffer": lambda n, lib, t: delattr(n, "hidden"),
    "delete plain": lambda n, lib, t: delattr(n, "steps"),
    "buffer persists": lambda n, lib, t: n.register_buffer("hidden", t([1.0])),
    "add_module": lambda n, lib, t: n.add_module("extra", lib.nn.Module()),
    "register_module": lambda n, lib, t: n.register_module("extra", None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_attributes(change) -> None:
    assert changed(change)(mg, mg.tensor) == changed(change)(torch, torch.tensor)


def forgets_init(assign):
    def run(net, lib, t):
        class Forgetful(lib.nn.Module):
            def __init__(self):
                assign(self, lib, t)

        Forgetful()

    return run


WRONG = {
    "tensor as parameter": lambda n, lib, t: setattr(n, "scale", t([1.0])),
    "number as parameter": lambda n, lib, t: setattr(n, "scale", 3),
    "number as module": lambda n, lib, t: setattr(n, "first", 3),
    "module as parameter": lambda n, lib, t: setattr(n, "scale", lib.nn.Module()),
    "tensor as module": lambda n, lib, t: setattr(n, "first", t([1.0])),
    "number as buffer": lambda n, lib, t: setattr(n, "count", 3),
    "unknown attribute": lambda n, lib, t: n.unknown,
    "delete unknown": lambda n, lib, t: delattr(n, "unknown"),
    "no forward": lambda n, lib, t: lib.nn.Module()(1),
    "arguments": lambda n, lib, t: lib.nn.Module(1),
    "keyword": lambda n, lib, t: lib.nn.Module(a=1),
    "train": lambda n, lib, t: n.train(1),
    "to integers": lambda n, lib, t: n.to(lib.int64),
    "no submodule": lambda n, lib, t: n.get_submodule("first.none"),
    "submodule is a parameter": lambda n, lib, t: n.get_submodule("scale"),
    "no parameter": lambda n, lib, t: n.get_parameter("first.none"),
    "parameter is a buffer": lambda n, lib, t: n.get_parameter("count"),
    "no buffer": lambda n, lib, t: n.get_buffer("none"),
    "buffer is a parameter": lambda n, lib, t: n.get_buffer("scale"),
    "register taken": lambda n, lib, t: n.register_parameter("count", None),
    "register buffer taken": lambda n, lib, t: n.register_buffer("first", t([1.0])),
    "add module taken": lambda n, lib, t: n.add_module("scale", lib.nn.Module()),
    "add plain taken": lambda n, lib, t: n.add_module("steps", lib.nn.Module()),
    "register dotted": lambda n, lib, t: n.register_parameter("a.b", None),
    "register empty": lambda n, lib, t: n.register_buffer("", None),
    "add dotted": lambda n, lib, t: n.add_module("a.b", None),
    "name no string": lambda n, lib, t: n.register_parameter(3, None),
    "register a tensor": lambda n, lib, t: n.register_parameter("new", t([1.0])),
    "register a number": lambda n, lib, t: n.register_buffer("new", 3),
    "add a number": lambda n, lib, t: n.add_module("new", 3),
    "module before init": forgets_init(lambda s, lib, t: setattr(s, "a", lib.nn.Module())),
    "parameter before init": forgets_init(
        lambda s, lib, t: setattr(s, "a", lib.nn.Parameter(t([1.0])))
    ),
    "buffer before init": forgets_init(lambda s, lib, t: s.register_buffer("a", t([1.0]))),
    "integer parameter": lambda n, lib, t: lib.nn.Parameter(t([1])),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    ours, theirs = pair()
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        wrong(theirs, torch, torch.tensor)
    with pytest.raises(type(expected.value)) as found:
        wrong(ours, mg, mg.tensor)
    assert type(found.value) is type(expected.value)


def test_messages_of_common_mistakes() -> None:
    net, _ = pair()
    with pytest.raises(AttributeError, match="'Net' object has no attribute 'unknown'"):
        net.unknown
    with pytest.raises(TypeError, match="cannot assign 'Tensor' as parameter 'scale'"):
        net.scale = mg.tensor([1.0])

    class Forgetful(mg.nn.Module):
        def __init__(self):
            self.child = mg.nn.Module()

    with pytest.raises(AttributeError, match=r"cannot assign module before Module.__init__\(\)"):
        Forgetful()


# --- parameters -----------------------------------------------------------------------------------


def test_parameter_shares_memory_and_gives_plain_tensors() -> None:
    data = mg.tensor([1.0, 2.0])
    parameter = mg.nn.Parameter(data)
    assert np.shares_memory(parameter.detach().numpy(), data.numpy())
    assert parameter.is_leaf
    assert type(parameter * 2) is type(parameter.detach()) is mg.Tensor
    assert not mg.nn.Parameter(mg.tensor([1]), requires_grad=False).requires_grad
    assert repr(parameter) == repr(torch.nn.Parameter(torch.tensor([1.0, 2.0])))


def test_parameter_of_a_result_is_a_leaf() -> None:
    x = mg.tensor([1.0], requires_grad=True)
    parameter = mg.nn.Parameter(x * 2)
    assert parameter.is_leaf
    (parameter * 3).sum().backward()
    assert x.grad is None
    assert parameter.grad.item() == 3.0


# --- copies and conversions -----------------------------------------------------------------------


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_independent(twin) -> None:
    net = mg.nn.Sequential(mg.nn.Sequential(), mg.nn.ParameterList([mg.tensor([1.0, 2.0])]))
    net[0].register_buffer("b", mg.tensor([1.0]))
    other = twin(net)
    assert repr(other) == repr(net)
    assert list(other.state_dict()) == list(net.state_dict())
    with mg.no_grad():
        other[1][0].add_(1.0)
    assert net[1][0].tolist() == [1.0, 2.0]
    assert other[1][0].tolist() == [2.0, 3.0]
    assert other[1][0].requires_grad
    assert [p is q for p, q in zip(net.parameters(), other.parameters())] == [False]


def test_copy_keeps_sharing() -> None:
    net, _ = pair()
    other = copy.deepcopy(net)
    assert other.first is other.second
    assert other.first.weight is not net.first.weight


def test_to_converts_in_place() -> None:
    net, _ = pair()
    net.register_buffer("integers", mg.tensor([1, 2]))
    scale = net.scale
    net(mg.tensor([1.0, 1.0])).sum().backward()
    assert net.to(mg.float64) is net
    assert net.scale is scale
    assert {p.dtype for p in net.parameters()} == {mg.float64}
    assert {p.grad.dtype for p in net.parameters()} == {mg.float64}
    assert net.count.dtype == mg.float64
    assert net.integers.dtype == mg.int64
    assert net.float().scale.dtype == mg.float32
    assert net.double().scale.dtype == mg.float64
    assert net.half().scale.dtype == mg.float16
    assert net.to("cpu", mg.float32).scale.dtype == mg.float32
    assert net.to(mg.tensor([1.0], dtype=mg.float64)).scale.dtype == mg.float64
    assert net.to(device="cpu", dtype="float32").cpu().scale.dtype == mg.float32


def test_to_a_missing_device_says_so() -> None:
    net, _ = pair()
    if mg.backend.device.Device("cuda") and _has_gpu():
        pytest.skip("there is a GPU")
    with pytest.raises(mg.DeviceError):
        net.cuda()


def _has_gpu() -> bool:
    try:
        mg.backend.device.require_cupy()
    except mg.DeviceError:
        return False
    return True


def test_zero_grad() -> None:
    net, _ = pair()
    net(mg.tensor([1.0, 1.0])).sum().backward()
    held = net.scale.grad
    net.zero_grad(set_to_none=False)
    assert net.scale.grad is not None
    assert held.item() == net.scale.grad.item() == 0.0
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
