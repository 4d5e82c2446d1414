"""Update rules against PyTorch's: the same parameters after 50 steps, and the same state."""

import copy
import inspect
import pickle

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import optim

SHAPES = [(3, 4), (4,), (), (0, 3), (2, 1, 3)]
SETTINGS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.5, "maximize": True, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.05, "maximize": True, "amsgrad": True, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.05}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.3, "amsgrad": True, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1}),
    ("RMSprop", {"momentum": 0.9}),
    ("RMSprop", {"centered": True, "momentum": 0.5, "maximize": True, "weight_decay": 0.1}),
    ("RMSprop", {"centered": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5}),
    ("Adagrad", {"maximize": True, "eps": 0.1}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-3, "weight_decay": 0.1, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.1, "betas": (0.7, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adamax", {"lr": 0.1, "maximize": True, "foreach": False}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    ("NAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True, "momentum_decay": 0.1}),
    ("NAdam", {"maximize": True, "weight_decay": 0.1}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    ("RAdam", {"betas": (0.5, 0.6), "maximize": True}),
    ("RAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.1, "etas": (0.3, 1.7), "step_sizes": (0.01, 0.5), "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 10, "weight_decay": 0.1}),
    ("ASGD", {"lr": 0.1, "maximize": True, "t0": 0}),
    ("Adafactor", {}),
    ("Adafactor", {"lr": 0.5, "beta2_decay": -0.3, "d": 2.0, "weight_decay": 0.1}),
    ("Adafactor", {"eps": (0.1, 0.5), "maximize": True}),
]
IDS = [f"{name}-{'-'.join(settings)}" for name, settings in SETTINGS]


def both(shapes=SHAPES, dtype="float64", seed=0):
    """The same random leaves on both engines."""
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=shape).astype(dtype) for shape in shapes]
    ours = [mg.tensor(v, requires_grad=True) for v in values]
    theirs = [torch.tensor(v, requires_grad=True) for v in values]
    return ours, theirs


def shapes_for(name):
    """PyTorch's Adafactor divides by the size of an empty tensor."""
    return [shape for shape in SHAPES if 0 not in shape or name != "Adafactor"]


def give_gradients(ours, theirs, rng):
    for a, b in zip(ours, theirs, strict=True):
        gradient = rng.normal(size=a.shape).astype(a.dtype)
        a.grad, b.grad = mg.tensor(gradient), torch.tensor(gradient)


def run(ours, theirs, mine, torchs, steps=50, seed=1):
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        give_gradients(ours, theirs, rng)
        mine.step()
        torchs.step()


def assert_equal(ours, theirs, rtol):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(
            a.detach().numpy(), b.detach().numpy(), rtol=rtol, atol=rtol * 1e-2
        )


def to_torch(value):
    """The same nested structure with our tensors as PyTorch's."""
    if isinstance(value, mg.Tensor):
        return torch.tensor(value.detach().numpy())
    if isinstance(value, dict):
        return {key: to_torch(item) for key, item in value.items()}
    return [to_torch(item) for item in value] if isinstance(value, list) else value


def to_ours(value):
    if isinstance(value, torch.Tensor):
        return mg.tensor(value.detach().numpy())
    if isinstance(value, dict):
        return {key: to_ours(item) for key, item in value.items()}
    return [to_ours(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=IDS)
@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 1e-12), ("float32", 5e-6)])
def test_fifty_steps(name, settings, dtype, rtol) -> None:
    ours, theirs = both(shapes_for(name), dtype)
    mine = getattr(optim, name)(ours, **settings)
    torchs = getattr(torch.optim, name)(theirs, **settings)
    run(ours, theirs, mine, torchs)
    assert_equal(ours, theirs, rtol)
    assert all(a.dtype == dtype for a in ours)


@pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=IDS)
def test_state_has_pytorchs_format(name, settings) -> None:
    ours, theirs = both(shapes_for(name))
    mine = getattr(optim, name)(ours, **settings)
    torchs = getattr(torch.optim, name)(theirs, **settings)
    run(ours, theirs, mine, torchs, steps=3)
    a, b = mine.state_dict(), torchs.state_dict()
    assert a["state"].keys() == b["state"].keys()
    for number in a["state"]:
        assert a["state"][number].keys() == b["state"][number].keys()
        for key, value in a["state"][number].items():
            expected = b["state"][number][key]
            assert str(value.dtype) == str(expected.dtype).removeprefix("torch.")
            assert_equal([value], [expected], 1e-12)
    assert a["param_groups"] == b["param_groups"]
    assert repr(mine) == repr(torchs)


@pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=IDS)
def test_state_travels_both_ways(name, settings) -> None:
    """Each engine goes on from the other's state."""
    ours, theirs = both(shapes_for(name))
    mine = getattr(optim, name)(ours, **settings)
    torchs = getattr(torch.optim, name)(theirs, **settings)
    run(ours, theirs, mine, torchs, steps=5)
    ours_state, theirs_state = copy.deepcopy((to_torch(mine.state_dict()), torchs.state_dict()))
    mine = getattr(optim, name)(ours, lr=7.0)
    torchs = getattr(torch.optim, name)(theirs, lr=7.0)
    mine.load_state_dict(to_ours(theirs_state))
    torchs.load_state_dict(ours_state)
    assert mine.param_groups[0]["lr"] == torchs.param_groups[0]["lr"] != 7.0
    run(ours, theirs, mine, torchs, steps=5)
    assert_equal(ours, theirs, 1e-12)


@pytest.mark.parametrize("name", [*dict(SETTINGS), "LBFGS", "Muon"])
def test_constructors_take_the_same_arguments(name) -> None:
    """Names, order, kinds and defaults."""
    ours, theirs = (
        [
            (p.name, p.kind, p.default)
            for p in inspect.signature(getattr(lib, name)).parameters.values()
        ]
        for lib in (optim, torch.optim)
    )
    assert ours == theirs


def test_adafactor_of_empty_and_of_huge_gradients() -> None:
    params = [mg.ones(shape, requires_grad=True) for shape in ((0, 3), (3, 0), (0,), (2, 2))]
    for param in params:
        param.grad = mg.full(param.shape, 1e30)
    optim.Adafactor(params).step()
    assert [param.numel() for param in params] == [0, 0, 0, 4]


@pytest.mark.parametrize("name", dict(SETTINGS))
def test_large_and_transposed_parameters(name) -> None:
    """Blocks that are parts of a tensor, whole ones, and copies."""
    ours, theirs = both([(300, 400), (30, 20), (5, 4)])
    ours[1] = mg.from_numpy(np.asfortranarray(ours[1].detach().numpy())).requires_grad_()
    mine = getattr(optim, name)(ours, lr=0.1)
    torchs = getattr(torch.optim, name)(theirs, lr=0.1)
    run(ours, theirs, mine, torchs, steps=8)
    assert_equal(ours, theirs, 1e-11)


def test_large_small_and_odd_tensors_in_one_group() -> None:
    """All ways of cutting and joining blocks: views, joined tensors, other layouts and dtypes."""
    shapes = [(300, 500), (7,), (70_000,), (3, 5), (400_001,), (200, 3), (9,)] + [(50, 40)] * 60
    ours, theirs = both(shapes)
    for i in (0, 3):  # a transposed parameter
        ours[i] = mg.from_numpy(np.asfortranarray(ours[i].detach().numpy())).requires_grad_()
    ours[5] = mg.tensor(ours[5].detach().numpy(), dtype="float32", requires_grad=True)
    theirs[5] = theirs[5].detach().float().requires_grad_()
    mine = optim.Adam(ours, lr=0.1, weight_decay=0.1)
    torchs = torch.optim.Adam(theirs, lr=0.1, weight_decay=0.1)
    rng = np.random.default_rng(1)
    for _ in range(5):
        give_gradients(ours, theirs, rng)
        ours[0].grad = mg.from_numpy(np.asfortranarray(ours[0].grad.numpy()))
        kept = [a.grad.numpy().copy() for a in ours]
        mine.step()
        torchs.step()
        for a, gradient in zip(ours, kept, strict=True):  # gradients are read only
            np.testing.assert_array_equal(a.grad.numpy(), gradient)
    assert_equal(ours[:5] + ours[6:], theirs[:5] + theirs[6:], 1e-12)
    assert_equal(ours[5:6], theirs[5:6], 2e-5)


def test_parameters_without_gradient_are_left_alone() -> None:
    """They have no state, and their steps are counted from their first gradient."""
    ours, theirs = both([(3,), (4,)])
    mine, torchs = optim.Adam(ours, lr=0.1), torch.optim.Adam(theirs, lr=0.1)
    rng = np.random.default_rng(0)
    for step in range(6):
        give_gradients(ours, theirs, rng)
        if step < 3:
            ours[1].grad = theirs[1].grad = None
        mine.step()
        torchs.step()
        assert sorted(mine.state_dict()["state"]) == sorted(torchs.state_dict()["state"])
    assert_equal(ours, theirs, 1e-12)
    assert mine.state[ours[1]]["step"].item() == 3


def test_groups_have_settings_of_their_own() -> None:
    ours, theirs = both()
    pairs = []
    for module, params in ((optim, ours), (torch.optim, theirs)):
        groups = [{"params": params[:2]}, {"params": params[2], "lr": 0.5, "momentum": 0}]
        pairs.append(module.SGD(groups, lr=0.1, momentum=0.9))
        pairs[-1].add_param_group({"params": iter(params[3:]), "weight_decay": 0.3})
    run(ours, theirs, *pairs)
    assert_equal(ours, theirs, 1e-12)
    assert [len(group["params"]) for group in pairs[0].param_groups] == [2, 1, 2]


def test_learning_rate_can_change_between_steps() -> None:
    ours, theirs = both()
    mine, torchs = optim.Adam(ours), torch.optim.Adam(theirs)
    for lr in (0.1, 0.01, 1.0):
        mine.param_groups[0]["lr"] = torchs.param_groups[0]["lr"] = lr
        run(ours, theirs, mine, torchs, steps=2)
    assert_equal(ours, theirs, 1e-12)


def test_closure_is_evaluated_with_gradients() -> None:
    x = mg.tensor([3.0], requires_grad=True)
    optimizer = optim.SGD([x], lr=0.25)
    recorded = []

    def closure():
        optimizer.zero_grad()
        loss = (x * x).sum()
        recorded.append(loss.requires_grad)
        loss.backward()
        return loss

    with mg.no_grad():
        assert optimizer.step(closure).item() == 9.0
    assert recorded == [True]
    assert x.item() == 1.5


def test_parameter_stays_the_same_leaf() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    memory = x.detach().numpy()
    x.grad = mg.tensor([1.0, 1.0])
    optim.Adam([x]).step()
    assert x.is_leaf
    assert x.requires_grad
    assert memory is x.detach().numpy() or np.shares_memory(memory, x.detach().numpy())


@pytest.mark.parametrize("size", [3, 200_000])
def test_step_counts_as_a_write(size) -> None:
    """A graph recorded before the step must not use the parameters after it."""
    x = mg.tensor(np.ones(size, np.float32), requires_grad=True)
    y = mg.tensor(np.ones(4, np.float32), requires_grad=True)
    loss = (x * x).sum() + (y * y).sum()
    x.grad, y.grad = mg.tensor(np.ones(size, np.float32)), mg.tensor(np.ones(4, np.float32))
    optim.SGD([x, y], lr=0.1).step()
    assert x._version == y._version == 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


@pytest.mark.parametrize("set_to_none", [True, False])
def test_zero_grad(set_to_none) -> None:
    x = mg.tensor([1.0], requires_grad=True)
    x.grad = held = mg.tensor([2.0])
    optim.SGD([x], lr=0.1).zero_grad(set_to_none=set_to_none)
    if set_to_none:
        assert x.grad is None
        assert held.item() == 2.0
    else:
        assert x.grad.item() == held.item() == 0.0


def test_loaded_state_is_a_copy() -> None:
    ours, _ = both([(3,)])
    twins, _ = both([(3,)])
    first, second = optim.Adam(ours), optim.Adam(twins)
    ours[0].grad = mg.tensor(np.ones(3))
    first.step()
    second.load_state_dict(first.state_dict())
    before = first.state[ours[0]]["exp_avg"].numpy().copy()
    twins[0].grad = mg.tensor(np.ones(3))
    second.step()
    np.testing.assert_array_equal(first.state[ours[0]]["exp_avg"].numpy(), before)
    assert first.state[ours[0]]["step"].item() == 1


def test_loaded_state_takes_the_parameters_dtype() -> None:
    ours, theirs = both([(3,)], dtype="float64")
    mine = optim.Adam(ours)
    run(ours, theirs, mine, torch.optim.Adam(theirs), steps=1)
    small, _ = both([(3,)], dtype="float32")
    other = optim.Adam(small)
    other.load_state_dict(mine.state_dict())
    assert other.state[small[0]]["exp_avg"].dtype == np.float32


def test_pickled_optimizer_goes_on() -> None:
    ours, theirs = both([(3,), (2, 2)])
    mine, torchs = optim.Adam(ours, lr=0.1), torch.optim.Adam(theirs, lr=0.1)
    run(ours, theirs, mine, torchs, steps=3)
    ours, mine = pickle.loads(pickle.dumps((ours, mine)))
    run(ours, theirs, mine, torchs, steps=3)
    assert_equal(ours, theirs, 1e-12)


def test_named_parameters_keep_their_names() -> None:
    ours, theirs = both([(3,), (2,)])
    mine = optim.SGD(zip("ab", ours), lr=0.1)
    torchs = torch.optim.SGD(zip("ab", theirs), lr=0.1)
    assert mine.state_dict()["param_groups"][0]["param_names"] == ["a", "b"]
    run(ours, theirs, mine, torchs, steps=2)
    assert_equal(ours, theirs, 1e-12)


def test_prints_its_settings() -> None:
    (x,), _ = both([(3,)])
    assert repr(optim.SGD([x], lr=0.1)) == (
        "SGD (\nParameter Group 0\n    dampening: 0\n    differentiable: False\n"
        "    foreach: None\n    fused: None\n    lr: 0.1\n    maximize: False\n"
        "    momentum: 0\n    nesterov: False\n    weight_decay: 0\n)"
    )


def lib_of(x):
    return torch if isinstance(x, torch.Tensor) else mg


def stepped(optimizer, x, hook=None):
    if hook is not None:
        optimizer.register_step_pre_hook(hook)
    x.grad = x.detach().clone()
    optimizer.step()


WRONG = {
    "lr": lambda lib, x: lib.SGD([x], lr=-1),
    "momentum": lambda lib, x: lib.SGD([x], lr=0.1, momentum=-1),
    "weight decay": lambda lib, x: lib.SGD([x], lr=0.1, weight_decay=-1),
    "nesterov without momentum": lambda lib, x: lib.SGD([x], lr=0.1, nesterov=True),
    "nesterov dampened": lambda lib, x: lib.SGD(
        [x], lr=0.1, momentum=0.9, dampening=0.1, nesterov=True
    ),
    "adam lr": lambda lib, x: lib.Adam([x], lr=-1),
    "adam eps": lambda lib, x: lib.Adam([x], eps=-1),
    "beta1": lambda lib, x: lib.Adam([x], betas=(1.0, 0.9)),
    "beta2": lambda lib, x: lib.Adam([x], betas=(0.9, -0.1)),
    "adam decay": lambda lib, x: lib.Adam([x], weight_decay=-1),
    "adamw decay": lambda lib, x: lib.AdamW([x], weight_decay=-1),
    "rmsprop alpha": lambda lib, x: lib.RMSprop([x], alpha=-1),
    "rmsprop momentum": lambda lib, x: lib.RMSprop([x], momentum=-1),
    "rmsprop eps": lambda lib, x: lib.RMSprop([x], eps=-1),
    "adagrad decay": lambda lib, x: lib.Adagrad([x], lr_decay=-1),
    "adagrad start": lambda lib, x: lib.Adagrad([x], initial_accumulator_value=-1),
    "adamax eps": lambda lib, x: lib.Adamax([x], eps=-1),
    "nadam momentum": lambda lib, x: lib.NAdam([x], momentum_decay=-1),
    "radam beta": lambda lib, x: lib.RAdam([x], betas=(0.9, 1.0)),
    "rprop etas": lambda lib, x: lib.Rprop([x], etas=(1.1, 1.2)),
    "asgd decay": lambda lib, x: lib.ASGD([x], weight_decay=-1),
    "adafactor d": lambda lib, x: lib.Adafactor([x], d=0.5),
    "adafactor decay": lambda lib, x: lib.Adafactor([x], beta2_decay=0.5),
    "adafactor eps": lambda lib, x: lib.Adafactor([x], eps=(-1, 0)),
    "muon vector": lambda lib, x: lib.Muon([x]),
    "muon rate": lambda lib, x: lib.Muon([x], adjust_lr_fn="other"),
    "lbfgs groups": lambda lib, x: lib.LBFGS([{"params": [x]}, {"params": []}]),
    "lbfgs without closure": lambda lib, x: lib.LBFGS([x]).step(),
    "fused and foreach": lambda lib, x: lib.Adam([x], fused=True, foreach=True),
    "fused and differentiable": lambda lib, x: lib.SGD([x], fused=True, differentiable=True),
    "integer betas": lambda lib, x: lib.Adam([x], betas=(0, 0)),
    "two learning rates": lambda lib, x: lib.SGD([x], lr=lib_of(x).tensor([0.1, 0.2])),
    "foreach tensor lr": lambda lib, x: lib.Adam([x], lr=lib_of(x).tensor(0.1), foreach=True),
    "capturable": lambda lib, x: stepped(lib.Adam([x], capturable=True), x),
    "names in one group": lambda lib, x: lib.SGD([("a", x)], lr=0.1).add_param_group(
        {"params": [x.detach().clone()]}
    ),
    "pre-hook": lambda lib, x: stepped(lib.SGD([x], lr=0.1), x, lambda *given: 3),
    "adadelta rho": lambda lib, x: lib.Adadelta([x], rho=1.5),
    "no parameters": lambda lib, x: lib.SGD([], lr=0.1),
    "non-leaf": lambda lib, x: lib.SGD([x * 2], lr=0.1),
    "a tensor": lambda lib, x: lib.SGD(x, lr=0.1),
    "a number": lambda lib, x: lib.SGD([3], lr=0.1),
    "not iterable": lambda lib, x: lib.SGD(3, lr=0.1),
    "a set": lambda lib, x: lib.SGD([{"params": {x}}], lr=0.1),
    "group without params": lambda lib, x: lib.SGD([{"lr": 3}]),
    "in two groups": lambda lib, x: lib.SGD([{"params": [x]}, {"params": [x]}], lr=0.1),
    "some names": lambda lib, x: lib.SGD([("a", x), x], lr=0.1),
    "group no dict": lambda lib, x: lib.SGD([x], lr=0.1).add_param_group(3),
    "same again": lambda lib, x: lib.SGD([x], lr=0.1).add_param_group({"params": [x]}),
    "other groups": lambda lib, x: lib.SGD([x], lr=0.1).load_state_dict(
        {"state": {}, "param_groups": []}
    ),
    "other size": lambda lib, x: lib.SGD([x], lr=0.1).load_state_dict(
        {"state": {}, "param_groups": [{"params": [0, 1]}]}
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    (x,), (y,) = both([(3,)])
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        wrong(torch.optim, y)
    with pytest.raises(type(expected.value)) as found:
        wrong(optim, x)
    assert type(found.value) is type(expected.value)


def test_duplicates_are_warned_of() -> None:
    (x,), _ = both([(3,)])
    with pytest.warns(UserWarning, match="duplicate parameters"):
        optim.SGD([x, x], lr=0.1)


COMPLEX = ["SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam", "ASGD"]


@pytest.mark.parametrize("name", [*COMPLEX, "Rprop"])
def test_complex_parameters_are_pairs_of_real_ones(name) -> None:
    rng = np.random.default_rng(0)
    values = [rng.normal(size=(3, 2)) + 1j * rng.normal(size=(3, 2)) for _ in range(2)]
    ours = [mg.tensor(v, requires_grad=True) for v in values]
    theirs = [torch.tensor(v, requires_grad=True) for v in values]
    ours[0] = mg.from_numpy(np.asfortranarray(values[0])).requires_grad_()
    settings = {"lr": 0.1} if name == "Rprop" else {"lr": 0.1, "weight_decay": 0.1}
    mine = getattr(optim, name)(ours, **settings)
    torchs = getattr(torch.optim, name)(theirs, **settings)
    for _ in range(5):
        for a, b in zip(ours, theirs, strict=True):
            gradient = rng.normal(size=a.shape) + 1j * rng.normal(size=a.shape)
            a.grad, b.grad = mg.tensor(gradient), torch.tensor(gradient)
        mine.step()
        torchs.step()
    assert_equal(ours, theirs, 1e-12)


@pytest.mark.parametrize("groups", [1, 2])
def test_text_is_pytorchs(groups):
    texts = []
    for t in (torch, mg):
        given = [
            {"params": [t.nn.Parameter(t.ones(1))], "lr": 0.1 * (i + 1)} for i in range(groups)
        ]
        texts.append(repr(t.optim.SGD(given, momentum=0.9)))
    assert texts[0] == texts[1]
