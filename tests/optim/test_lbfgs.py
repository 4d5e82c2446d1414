"""L-BFGS and its line search against PyTorch's: the same points, one by one."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import optim

SETTINGS = [
    {"lr": 0.01},
    {"lr": 1e-3, "max_iter": 4, "history_size": 2},
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "history_size": 4, "max_iter": 7},
    {"line_search_fn": "strong_wolfe", "lr": 0.5, "max_eval": 5},
    {"line_search_fn": "strong_wolfe", "lr": 30.0, "tolerance_grad": 1e-3},
    {"line_search_fn": "strong_wolfe", "tolerance_change": 1e-2},
]


def rosenbrock(x, y):
    x = x.reshape(-1)
    return (100 * (x[1:] - x[:-1] * x[:-1]) ** 2 + (1 - x[:-1]) ** 2).sum() + (y**4).sum()


def ripples(x, y):
    """Not convex: brackets, zooms and steps that are refused."""
    return (x.sin() * 3 + x * x * 0.1).sum() + (y.cos() * x[0, 0]).sum()


class Run:
    """One engine's optimizer on a function, and every point it looked at."""

    def __init__(self, lib, function, values, settings) -> None:
        self.params = [lib.tensor(v, requires_grad=True) for v in values]
        module = optim if lib is mg else torch.optim
        self.optimizer = module.LBFGS(self.params, **settings)
        self.function, self.trace = function, []

    def evaluate(self):
        self.optimizer.zero_grad()
        loss = self.function(*self.params)
        loss.backward()
        self.trace.append(np.concatenate([p.detach().numpy().ravel() for p in self.params]))
        return loss

    def steps(self, count=6):
        return [self.optimizer.step(self.evaluate).item() for _ in range(count)]


def runs(function, settings, seed=0, dtype="float64"):
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=(2, 3)).astype(dtype), rng.normal(size=2).astype(dtype)]
    return [Run(lib, function, values, settings) for lib in (mg, torch)]


@pytest.mark.parametrize("function", [rosenbrock, ripples])
@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: "-".join(s))
def test_same_points(function, settings) -> None:
    ours, theirs = runs(function, settings)
    np.testing.assert_allclose(ours.steps(), theirs.steps(), rtol=1e-6, atol=1e-11)
    assert len(ours.trace) == len(theirs.trace)
    # Narrow valleys magnify the rounding of the first points: up to 1e-7 after a hundred.
    np.testing.assert_allclose(ours.trace[:20], theirs.trace[:20], rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(ours.trace, theirs.trace, rtol=1e-5, atol=1e-6)


def test_float32() -> None:
    ours, theirs = runs(ripples, {"line_search_fn": "strong_wolfe"}, dtype="float32")
    np.testing.assert_allclose(ours.steps(2), theirs.steps(2), rtol=1e-4)
    assert ours.params[0].dtype == "float32"


def test_complex_parameters_are_pairs_of_real_ones() -> None:
    target = np.array([1 + 2j, -0.5j, 3.0])
    traces = []
    for lib in (mg, torch):
        wanted = lib.tensor(target)
        run = Run(
            lib,
            lambda z, wanted=wanted: ((z * z - wanted).abs() ** 2).sum(),
            [np.array([1 + 1j, 1 - 1j, 2 + 0.3j])],
            {"line_search_fn": "strong_wolfe"},
        )
        run.steps(2)
        traces.append(run.trace)
    np.testing.assert_allclose(traces[0], traces[1], rtol=1e-7)


def test_state_has_pytorchs_format() -> None:
    """But for "al", where PyTorch keeps intermediate results of the last direction."""
    ours, theirs = runs(rosenbrock, SETTINGS[2])
    ours.steps(1), theirs.steps(1)
    a, b = (run.optimizer.state_dict()["state"] for run in (ours, theirs))
    assert a.keys() == b.keys() == {0}
    assert {*a[0], "al"} == b[0].keys()
    for name in ("func_evals", "n_iter"):
        assert a[0][name] == b[0][name]
    for name in ("d", "prev_flat_grad", "prev_loss", "t"):
        np.testing.assert_allclose(np.asarray(a[0][name]), np.asarray(b[0][name]), rtol=1e-6)
    for name in ("old_dirs", "old_stps", "ro"):
        for x, y in zip(a[0][name], b[0][name], strict=True):
            np.testing.assert_allclose(x.numpy(), y.numpy(), rtol=1e-6, atol=1e-9)


def converted(value, lib):
    if isinstance(value, mg.Tensor | torch.Tensor):
        return lib.tensor(value.detach().numpy())
    if isinstance(value, dict):
        return {key: converted(item, lib) for key, item in value.items()}
    return [converted(item, lib) for item in value] if isinstance(value, list) else value


def test_state_travels_both_ways() -> None:
    ours, theirs = runs(rosenbrock, {**SETTINGS[3], "max_iter": 4})
    ours.steps(2), theirs.steps(2)
    a, b = ours.optimizer.state_dict(), theirs.optimizer.state_dict()
    ours.optimizer.load_state_dict(converted(b, mg))
    theirs.optimizer.load_state_dict(converted(a, torch))
    ours.steps(2), theirs.steps(2)
    np.testing.assert_allclose(ours.trace, theirs.trace, rtol=1e-6, atol=1e-8)


def test_parameters_without_gradient_stay() -> None:
    x, y = (mg.ones(3, requires_grad=True) for _ in "xy")
    optimizer = optim.LBFGS([y, x])

    def evaluate():
        optimizer.zero_grad()
        loss = (x * x).sum()
        loss.backward()
        return loss

    optimizer.step(evaluate)
    assert y.tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(x.detach().numpy(), 0, atol=1e-6)


def test_an_unknown_line_search_is_refused() -> None:
    run = runs(rosenbrock, {"line_search_fn": "armijo"})[0]
    with pytest.raises(RuntimeError, match="only 'strong_wolfe'"):
        run.steps(1)
