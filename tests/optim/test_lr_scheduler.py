"""Schedules against PyTorch's: the same rates, epoch by epoch."""

import copy
import inspect

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import optim

SCHEDULES = [
    ("StepLR", {"step_size": 3}),
    ("StepLR", {"step_size": 1, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [2, 5, 5, 9], "gamma": 0.3}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("CosineAnnealingLR", {"T_max": 7}),
    ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.01}),
    ("MultiplicativeLR", {"lr_lambda": lambda epoch: 1 - 1 / (3 + epoch)}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.2, "total_iters": 9}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.9, "end_factor": 0.1, "total_iters": 40}),
    ("PolynomialLR", {"total_iters": 30, "power": 2.5}),
    ("CosineAnnealingWarmRestarts", {"T_0": 5}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.01}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.5, "step_size_up": 7}),
    ("CyclicLR", {"base_lr": [0.01, 0.02], "max_lr": [0.5, 0.3], "mode": "triangular2"}),
    (
        "CyclicLR",
        {"base_lr": 0.1, "max_lr": 1.0, "step_size_up": 5, "mode": "exp_range", "gamma": 0.97},
    ),
    (
        "CyclicLR",
        {
            "base_lr": 0.1,
            "max_lr": 1.0,
            "step_size_up": 5,
            "step_size_down": 9,
            "scale_fn": lambda x: 1 / x,
            "cycle_momentum": False,
        },
    ),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 120}),
    ("OneCycleLR", {"max_lr": [0.5, 1.0], "epochs": 11, "steps_per_epoch": 10, "pct_start": 0.2}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 100, "three_phase": True}),
    (
        "OneCycleLR",
        {
            "max_lr": 0.5,
            "total_steps": 100,
            "anneal_strategy": "linear",
            "div_factor": 5.0,
            "base_momentum": [0.7, 0.6],
        },
    ),
    ("LambdaLR", {"lr_lambda": lambda epoch: 1 / (1 + epoch)}),
    ("LambdaLR", {"lr_lambda": [lambda epoch: 0.9**epoch, lambda epoch: 2 + epoch]}),
]
METRICS = [3.0, 2.0, 2.0, 2.0, 1.9999, 2.5, 2.5, 2.5, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.00001]


def optimizers(name="SGD"):
    made = []
    for lib, module in ((mg, optim), (torch, torch.optim)):
        a, b = (lib.tensor([1.0], requires_grad=True) for _ in "ab")
        made.append(getattr(module, name)([{"params": a, "lr": 0.3}, {"params": b}], lr=0.1))
    return made


def rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def momenta(optimizer):
    return [group.get("betas", [group.get("momentum")])[0] for group in optimizer.param_groups]


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
@pytest.mark.parametrize(("name", "settings"), SCHEDULES)
def test_rates(name, settings, optimizer) -> None:
    """Rates, momenta and the state that is saved, over 100 epochs."""
    mine, torchs = optimizers(optimizer)
    ours = getattr(optim.lr_scheduler, name)(mine, **settings)
    theirs = getattr(torch.optim.lr_scheduler, name)(torchs, **settings)
    for _ in range(99):
        np.testing.assert_allclose(rates(mine), rates(torchs), rtol=1e-13, atol=1e-17)
        np.testing.assert_allclose(momenta(mine), momenta(torchs), rtol=1e-13)
        assert ours.get_last_lr() == rates(mine)
        mine.step(), torchs.step()
        ours.step(), theirs.step()
    assert ours.last_epoch == theirs.last_epoch == 99
    a, b = ours.state_dict(), theirs.state_dict()
    assert a.keys() == b.keys()
    for key in a:
        if "lr" in key and "lambda" not in key:
            np.testing.assert_allclose(a[key], b[key], rtol=1e-13, atol=1e-17)
        else:
            assert a[key] == b[key]


@pytest.mark.parametrize(("name", "settings"), SCHEDULES)
def test_states_travel_both_ways(name, settings) -> None:
    pairs = optimizers()
    schedules = []
    for lib, optimizer in zip((optim, torch.optim), pairs, strict=True):
        schedules.append(getattr(lib.lr_scheduler, name)(optimizer, **settings))
        optimizer.step()
    for _ in range(8):
        for schedule in schedules:
            schedule.step()
    states = [copy.deepcopy(schedule.state_dict()) for schedule in schedules]
    for schedule, state in zip(schedules, reversed(states), strict=True):
        schedule.step()  # away from the saved state
        schedule.load_state_dict(state)
        for group, lr in zip(schedule.optimizer.param_groups, state["_last_lr"], strict=True):
            group["lr"] = lr
    for _ in range(8):
        for schedule in schedules:
            schedule.step()
        np.testing.assert_allclose(rates(pairs[0]), rates(pairs[1]), rtol=1e-12, atol=1e-17)


CLOSED = [case for case in SCHEDULES if "OneCycle" not in case[0]]


@pytest.mark.filterwarnings("ignore:The epoch parameter")
@pytest.mark.parametrize(("name", "settings"), CLOSED)
def test_jumps_to_an_epoch(name, settings) -> None:
    mine, torchs = optimizers()
    ours = getattr(optim.lr_scheduler, name)(mine, **settings)
    theirs = getattr(torch.optim.lr_scheduler, name)(torchs, **settings)
    mine.step(), torchs.step()
    for epoch in (3, 17, 4, 29, 0):
        ours.step(epoch), theirs.step(epoch)
        np.testing.assert_allclose(rates(mine), rates(torchs), rtol=1e-12, atol=1e-17)


COMPOSED = {
    "sequence": lambda lr, o: lr.SequentialLR(
        o, [lr.ConstantLR(o, 0.1, 2), lr.ExponentialLR(o, 0.9), lr.StepLR(o, 4)], [5, 12]
    ),
    "from the second": lambda lr, o: lr.SequentialLR(
        o, [lr.LinearLR(o, 0.5), lr.CosineAnnealingLR(o, 30)], [0]
    ),
    "chain": lambda lr, o: lr.ChainedScheduler(
        [lr.ConstantLR(o, 0.1, 9), lr.ExponentialLR(o, 0.9), lr.CosineAnnealingLR(o, 11)]
    ),
    "chains in a sequence": lambda lr, o: lr.SequentialLR(
        o,
        [
            lr.ChainedScheduler([lr.LinearLR(o, 0.5), lr.StepLR(o, 3)]),
            lr.CosineAnnealingWarmRestarts(o, 4),
        ],
        [50],
    ),
}


@pytest.mark.filterwarnings("ignore:The epoch parameter", "ignore:Detected call")
@pytest.mark.parametrize("make", COMPOSED.values(), ids=COMPOSED.keys())
def test_composed(make) -> None:
    pairs = optimizers()
    schedules = [
        make(lib.lr_scheduler, optimizer)
        for lib, optimizer in zip((optim, torch.optim), pairs, strict=True)
    ]
    for epoch in range(100):
        np.testing.assert_allclose(rates(pairs[0]), rates(pairs[1]), rtol=1e-12, atol=1e-17)
        np.testing.assert_allclose(
            schedules[0].get_last_lr(), schedules[1].get_last_lr(), rtol=1e-12, atol=1e-17
        )
        if epoch == 7:
            states = [copy.deepcopy(schedule.state_dict()) for schedule in schedules]
            assert states[0].keys() == states[1].keys()
            schedules[0].load_state_dict(states[1]), schedules[1].load_state_dict(states[0])
        for schedule in (*pairs, *schedules):
            schedule.step()


def test_rate_in_a_tensor_is_changed_in_place() -> None:
    lr = mg.tensor(0.5)
    x = mg.tensor([1.0], requires_grad=True)
    x.grad = mg.tensor([1.0])
    optimizer = optim.SGD([x], lr=lr)
    schedule = optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.step()
    assert x.item() == 0.5
    schedule.step()
    assert optimizer.param_groups[0]["lr"] is lr
    assert lr.item() == schedule.get_last_lr()[0].item() == 0.25
    assert schedule.base_lrs[0].item() == 0.5


@pytest.mark.parametrize("name", optim.lr_scheduler.__all__)
def test_constructors_take_the_same_arguments(name) -> None:
    ours, theirs = (
        [
            (p.name, p.kind, p.default)
            for p in inspect.signature(getattr(lib.lr_scheduler, name)).parameters.values()
        ]
        for lib in (optim, torch.optim)
    )
    assert ours == theirs
    assert set(optim.lr_scheduler.__all__) == set(torch.optim.lr_scheduler.__all__)


def test_a_schedule_of_ones_own() -> None:
    """By ``get_lr``, as in PyTorch."""
    for lib, optimizer in zip((optim, torch.optim), optimizers(), strict=True):

        class Warm(lib.lr_scheduler.LRScheduler):
            def get_lr(self):
                return [base * min(1, (self.last_epoch + 1) / 4) for base in self.base_lrs]

        schedule = Warm(optimizer)
        seen = [rates(optimizer)]
        optimizer.step()
        for _ in range(4):
            schedule.step()
            seen.append(rates(optimizer))
        np.testing.assert_allclose(np.array(seen)[:, 0], [0.075, 0.15, 0.225, 0.3, 0.3])


def test_a_callable_objects_state_is_saved() -> None:
    class Decay:
        def __init__(self, rate) -> None:
            self.rate = rate

        def __call__(self, epoch):
            return self.rate**epoch

    mine = optimizers()[0]
    saved = optim.lr_scheduler.LambdaLR(mine, Decay(0.5)).state_dict()
    assert saved["lr_lambdas"] == [{"rate": 0.5}] * 2
    other = optim.lr_scheduler.LambdaLR(optimizers()[0], Decay(0.9))
    other.load_state_dict(saved)
    assert other.lr_lambdas[0].rate == 0.5
    assert "lr_lambdas" in saved  # the given dictionary is left alone


def test_asking_for_the_next_rate_is_warned_of() -> None:
    schedule = optim.lr_scheduler.StepLR(optimizers()[0], 3)
    with pytest.warns(UserWarning, match="get_last_lr"):
        assert schedule.get_lr() == [0.3, 0.1]


def test_steps_before_the_schedule_do_not_count() -> None:
    for lib, optimizer in zip((optim, torch.optim), optimizers(), strict=True):
        optimizer.step()
        schedule = lib.lr_scheduler.StepLR(optimizer, 3)
        with pytest.warns(UserWarning, match=r"before `optimizer\.step\(\)`"):
            schedule.step()


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize(
    "settings",
    [
        {"patience": 1},
        {"patience": 0, "cooldown": 2, "factor": 0.5},
        {"patience": 0, "min_lr": [0.2, 0.001]},
        {"patience": 1, "threshold": 0.1, "eps": 0.02},
    ],
)
def test_plateau(mode, threshold_mode, settings) -> None:
    mine, torchs = optimizers()
    settings = {"mode": mode, "threshold_mode": threshold_mode, **settings}
    ours = optim.lr_scheduler.ReduceLROnPlateau(mine, **settings)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(torchs, **settings)
    for value in METRICS:
        ours.step(mg.tensor(value)), theirs.step(torch.tensor(value))
        np.testing.assert_allclose(rates(mine), rates(torchs), rtol=1e-13)
        assert ours.num_bad_epochs == theirs.num_bad_epochs
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    assert ours.get_last_lr() == rates(mine)
    ours.load_state_dict(theirs.state_dict())
    assert ours.best == theirs.best


def test_schedules_act_together() -> None:
    mine, torchs = optimizers()
    pairs = []
    for lib, optimizer in ((optim, mine), (torch.optim, torchs)):
        pairs.append(lib.lr_scheduler.ExponentialLR(optimizer, 0.9))
        pairs.append(lib.lr_scheduler.CosineAnnealingLR(optimizer, 5))
        optimizer.step()
    for _ in range(8):
        for schedule in pairs:
            schedule.step()
        np.testing.assert_allclose(rates(mine), rates(torchs), rtol=1e-12, atol=1e-17)


def test_state_resumes() -> None:
    mine, twin = optimizers()[0], optimizers()[0]
    ours = optim.lr_scheduler.StepLR(mine, 3)
    mine.step()
    for _ in range(4):
        ours.step()
    resumed = optim.lr_scheduler.StepLR(twin, 2, gamma=0.7)
    resumed.load_state_dict(ours.state_dict())
    twin.load_state_dict(mine.state_dict())
    for _ in range(4):
        ours.step(), resumed.step()
    assert rates(mine) == rates(twin)
    assert "optimizer" not in ours.state_dict()


def test_stepping_before_the_optimizer_is_warned_of() -> None:
    schedule = optim.lr_scheduler.StepLR(optimizers()[0], 3)
    with pytest.warns(UserWarning, match=r"before `optimizer\.step\(\)`"):
        schedule.step()


WRONG = {
    "no optimizer": lambda lib, o: lib.lr_scheduler.StepLR(3, 3),
    "resume the unstarted": lambda lib, o: lib.lr_scheduler.StepLR(o, 3, last_epoch=5),
    "one lambda for two": lambda lib, o: lib.lr_scheduler.LambdaLR(o, [lambda e: 1.0]),
    "factor": lambda lib, o: lib.lr_scheduler.ReduceLROnPlateau(o, factor=1.0),
    "mode": lambda lib, o: lib.lr_scheduler.ReduceLROnPlateau(o, "median"),
    "threshold mode": lambda lib, o: lib.lr_scheduler.ReduceLROnPlateau(o, threshold_mode="x"),
    "multiplicative": lambda lib, o: lib.lr_scheduler.MultiplicativeLR(o, 3),
    "constant": lambda lib, o: lib.lr_scheduler.ConstantLR(o, 1.5),
    "linear start": lambda lib, o: lib.lr_scheduler.LinearLR(o, 0.0),
    "linear end": lambda lib, o: lib.lr_scheduler.LinearLR(o, 0.5, 1.5),
    "restarts": lambda lib, o: lib.lr_scheduler.CosineAnnealingWarmRestarts(o, 0),
    "restarts mult": lambda lib, o: lib.lr_scheduler.CosineAnnealingWarmRestarts(o, 3, 1.5),
    "restarts eta": lambda lib, o: lib.lr_scheduler.CosineAnnealingWarmRestarts(o, 3, 1, "x"),
    "restarts back": lambda lib, o: lib.lr_scheduler.CosineAnnealingWarmRestarts(o, 3).step(-1),
    "cyclic mode": lambda lib, o: lib.lr_scheduler.CyclicLR(o, 0.1, 1.0, mode="square"),
    "cyclic bounds": lambda lib, o: lib.lr_scheduler.CyclicLR(o, [0.1], 1.0),
    "cyclic momentum": lambda lib, o: lib.lr_scheduler.CyclicLR(
        lib.Adagrad([o.param_groups[0]["params"][0]]), 0.1, 1.0
    ),
    "one cycle steps": lambda lib, o: lib.lr_scheduler.OneCycleLR(o, 0.1),
    "one cycle negative": lambda lib, o: lib.lr_scheduler.OneCycleLR(o, 0.1, -3),
    "one cycle epochs": lambda lib, o: lib.lr_scheduler.OneCycleLR(
        o, 0.1, epochs=1.5, steps_per_epoch=2
    ),
    "one cycle share": lambda lib, o: lib.lr_scheduler.OneCycleLR(o, 0.1, 10, pct_start=2.0),
    "one cycle curve": lambda lib, o: lib.lr_scheduler.OneCycleLR(
        o, 0.1, 10, anneal_strategy="square"
    ),
    "empty sequence": lambda lib, o: lib.lr_scheduler.SequentialLR(o, [], []),
    "milestones": lambda lib, o: lib.lr_scheduler.SequentialLR(
        o, [lib.lr_scheduler.StepLR(o, 3)], [3]
    ),
    "a plateau": lambda lib, o: lib.lr_scheduler.ChainedScheduler(
        [lib.lr_scheduler.ReduceLROnPlateau(o)]
    ),
    "no schedule": lambda lib, o: lib.lr_scheduler.SequentialLR(o, [3], []),
    "empty chain": lambda lib, o: lib.lr_scheduler.ChainedScheduler([]),
    "two optimizers": lambda lib, o: lib.lr_scheduler.ChainedScheduler(
        [lib.lr_scheduler.StepLR(o, 3), lib.lr_scheduler.StepLR(lib.SGD(o.param_groups), 3)]
    ),
    "min_lr": lambda lib, o: lib.lr_scheduler.ReduceLROnPlateau(o, min_lr=[0.1]),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    mine, torchs = optimizers()
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        wrong(torch.optim, torchs)
    with pytest.raises(type(expected.value)):
        wrong(optim, mine)
