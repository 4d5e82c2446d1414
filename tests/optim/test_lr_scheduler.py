"""Schedules against PyTorch's: the same rates, epoch by epoch."""

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
    ("LambdaLR", {"lr_lambda": lambda epoch: 1 / (1 + epoch)}),
    ("LambdaLR", {"lr_lambda": [lambda epoch: 0.9**epoch, lambda epoch: 2 + epoch]}),
]
METRICS = [3.0, 2.0, 2.0, 2.0, 1.9999, 2.5, 2.5, 2.5, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.00001]


def optimizers():
    a, b = (mg.tensor([1.0], requires_grad=True) for _ in "ab")
    c, d = (torch.tensor([1.0], requires_grad=True) for _ in "ab")
    return (
        optim.SGD([{"params": a, "lr": 0.3}, {"params": b}], lr=0.1),
        torch.optim.SGD([{"params": c, "lr": 0.3}, {"params": d}], lr=0.1),
    )


def rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


@pytest.mark.parametrize(("name", "settings"), SCHEDULES)
def test_rates(name, settings) -> None:
    mine, torchs = optimizers()
    ours = getattr(optim.lr_scheduler, name)(mine, **settings)
    theirs = getattr(torch.optim.lr_scheduler, name)(torchs, **settings)
    for _ in range(20):
        np.testing.assert_allclose(rates(mine), rates(torchs), rtol=1e-13, atol=1e-17)
        assert ours.get_last_lr() == rates(mine)
        mine.step(), torchs.step()
        ours.step(), theirs.step()
    assert ours.last_epoch == theirs.last_epoch == 20


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
    "min_lr": lambda lib, o: lib.lr_scheduler.ReduceLROnPlateau(o, min_lr=[0.1]),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    mine, torchs = optimizers()
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        wrong(torch.optim, torchs)
    with pytest.raises(type(expected.value)):
        wrong(optim, mine)
