"""Averaged models against PyTorch's: the same weights, statistics and rates."""

import copy

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import optim

RULES = {
    "mean": lambda lib: {},
    "moving": lambda lib: {"avg_fn": lib.get_ema_avg_fn(0.8)},
    "moving lists": lambda lib: {"multi_avg_fn": lib.get_ema_multi_avg_fn(0.8)},
    "mean lists": lambda lib: {"multi_avg_fn": lib.get_swa_multi_avg_fn()},
    "mean of all": lambda lib: {"avg_fn": lib.get_swa_avg_fn(), "use_buffers": True},
}
LIBS = [(mg, optim.swa_utils), (torch, torch.optim.swa_utils)]


def model(lib, values):
    made = lib.nn.Sequential(lib.nn.Linear(3, 4), lib.nn.BatchNorm1d(4), lib.nn.Linear(4, 2))
    with lib.no_grad():
        for param, value in zip(made.parameters(), values, strict=True):
            param.copy_(lib.tensor(value))
    return made.double()


def values(rng):
    return [rng.normal(size=shape) for shape in [(4, 3), (4,), (4,), (4,), (2, 4), (2,)]]


@pytest.mark.parametrize("name", RULES)
def test_averages(name) -> None:
    rule = RULES[name]
    # PyTorch rounds 1 / (count + 1) to single precision in this rule.
    rtol, atol = (1e-7, 1e-7) if name == "mean lists" else (1e-12, 0)
    results = []
    for lib, utils in LIBS:
        rng = np.random.default_rng(0)
        net = model(lib, values(rng))
        averaged = utils.AveragedModel(net, **rule(utils))
        for _ in range(5):
            net(lib.tensor(rng.normal(size=(6, 3))))  # changes the statistics
            with lib.no_grad():
                for param, value in zip(net.parameters(), values(rng), strict=True):
                    param.copy_(lib.tensor(value))
            averaged.update_parameters(net)
        averaged.eval()
        output = averaged(lib.tensor(rng.normal(size=(6, 3))))
        state = averaged.state_dict()
        results.append([output, *state.values()])
        assert int(averaged.n_averaged) == 5
        keys = list(state)
    assert keys == list(state)
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=rtol, atol=atol)


def test_update_bn() -> None:
    results = []
    for lib, utils in LIBS:
        rng = np.random.default_rng(0)
        net = model(lib, values(rng)).eval()
        batches = [lib.tensor(rng.normal(size=(6, 3))) for _ in range(4)]
        utils.update_bn([(batch, None) for batch in batches[:2]] + batches[2:], net)
        assert not net.training
        assert net[1].momentum == 0.1
        results.append([net[1].running_mean, net[1].running_var, net[1].num_batches_tracked])
        utils.update_bn([batches[0]], lib.nn.Linear(3, 3))  # nothing to do
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    "settings",
    [
        {"swa_lr": 0.05},
        {"swa_lr": [0.05, 0.5], "anneal_epochs": 30, "anneal_strategy": "linear"},
        {"swa_lr": 0.05, "anneal_epochs": 0},
    ],
)
def test_swalr(settings) -> None:
    optimizers, schedules = [], []
    for lib, utils in LIBS:
        a, b = (lib.tensor([1.0], requires_grad=True) for _ in "ab")
        module = optim if lib is mg else torch.optim
        optimizers.append(module.SGD([{"params": a, "lr": 0.3}, {"params": b}], lr=0.1))
        other = module.lr_scheduler.ExponentialLR(optimizers[-1], 0.99)
        schedules.append((other, utils.SWALR(optimizers[-1], **settings)))
    for epoch in range(100):
        rates = [[group["lr"] for group in o.param_groups] for o in optimizers]
        np.testing.assert_allclose(rates[0], rates[1], rtol=1e-12)
        for optimizer, (other, schedule) in zip(optimizers, schedules, strict=True):
            optimizer.step()
            other.step() if epoch < 20 else schedule.step()
        if epoch == 25:
            mine, torchs = (copy.deepcopy(pair[1].state_dict()) for pair in schedules)
            assert mine.keys() == torchs.keys()
            schedules[0][1].load_state_dict(torchs), schedules[1][1].load_state_dict(mine)


WRONG = {
    "decay": lambda utils, o: utils.get_ema_avg_fn(1.5),
    "decay of lists": lambda utils, o: utils.get_ema_multi_avg_fn(-0.5),
    "strategy": lambda utils, o: utils.SWALR(o, 0.1, anneal_strategy="x"),
    "epochs": lambda utils, o: utils.SWALR(o, 0.1, anneal_epochs=1.5),
    "rates": lambda utils, o: utils.SWALR(o, [0.1, 0.2]),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    for lib, utils in LIBS:
        module = optim if lib is mg else torch.optim
        with pytest.raises(ValueError, match=r".+"):
            wrong(utils, module.SGD([lib.ones(1, requires_grad=True)], lr=0.1))


def test_one_rule_at_a_time() -> None:
    for lib, utils in LIBS:
        with pytest.raises(AssertionError):
            utils.AveragedModel(
                lib.nn.Linear(1, 1),
                avg_fn=utils.get_swa_avg_fn(),
                multi_avg_fn=utils.get_swa_multi_avg_fn(),
            )
