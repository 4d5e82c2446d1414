"""Three steps: gradients by hand against finite differences, the training against torch."""

import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from rich.console import Console

from minigrad.examples.common import listing
from minigrad.examples.three_steps import by_hand, command, problem, with_autograd

STEPS = 300


@pytest.fixture(scope="module")
def task():
    return problem.problem(seed=3)


def by_torch(task, steps):
    """Train with PyTorch's layers and SGD, from the weights of the problem."""
    first = torch.nn.Linear(1, problem.HIDDEN, dtype=torch.float64)
    second = torch.nn.Linear(problem.HIDDEN, 1, dtype=torch.float64)
    start = {name: torch.tensor(array) for name, array in task.start.items()}
    with torch.no_grad():
        first.weight.copy_(start["w1"].T)
        first.bias.copy_(start["b1"])
        second.weight.copy_(start["w2"].T)
        second.bias.copy_(start["b2"])
    model = torch.nn.Sequential(first, torch.nn.Tanh(), second)
    optimizer = torch.optim.SGD(model.parameters(), lr=problem.LEARNING_RATE)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        output = model(torch.tensor(task.x))
        loss = torch.nn.functional.mse_loss(output, torch.tensor(task.y))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    w1, b1, w2, b2 = (parameter.detach().numpy() for parameter in model.parameters())
    return problem.Learned(losses, {"w1": w1.T, "b1": b1, "w2": w2.T, "b2": b2})


def test_gradients_by_hand_are_those_of_finite_differences(task) -> None:
    _, gradients = by_hand.backprop(task.start, task.x, task.y)
    assert list(gradients) == list(task.start)
    for name, start in task.start.items():
        for place in np.ndindex(start.shape):
            losses = []
            for nudge in (1e-6, -1e-6):
                moved = {key: array.copy() for key, array in task.start.items()}
                moved[name][place] += nudge
                residual = problem.predict(moved, task.x) - task.y
                losses.append((residual**2).mean())
            slope = (losses[0] - losses[1]) / 2e-6
            assert gradients[name][place] == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("step", [by_hand.learn, with_autograd.learn, command.same_start])
def test_every_step_trains_as_torch_does(task, step) -> None:
    before = {name: array.copy() for name, array in task.start.items()}
    found, expected = step(task, STEPS), by_torch(task, STEPS)
    np.testing.assert_allclose(found.losses, expected.losses, rtol=1e-12)
    for name, weights in expected.weights.items():
        np.testing.assert_allclose(found.weights[name], weights, rtol=1e-10, atol=1e-13)
        np.testing.assert_array_equal(task.start[name], before[name])  # the next starts there too


def test_a_wrong_gradient_does_not_pass(task, monkeypatch, capsys) -> None:
    right = by_hand.backprop

    def wrong(weights, x, y):
        loss, gradients = right(weights, x, y)
        return loss, {**gradients, "b1": gradients["b1"] * (1 + 1e-9)}

    auto = with_autograd.learn(task, STEPS)
    console = Console(width=80)
    assert command.compare(console, by_hand.learn(task, STEPS), auto, auto)
    monkeypatch.setattr(by_hand, "backprop", wrong)
    assert not command.compare(console, by_hand.learn(task, STEPS), auto, auto)
    assert capsys.readouterr().out.count("DIFFERS") == 2


def test_a_worse_third_step_is_told(task, capsys) -> None:
    good = problem.Learned([1.0, 0.01], {})
    bad = problem.Learned([1.0, 0.5], {})
    assert command.conclude(Console(width=80), hand=bad, own=good)
    assert not command.conclude(Console(width=80), hand=good, own=bad)
    assert capsys.readouterr().out.count("HIGHER") == 1


def test_run_as_a_program(tmp_path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "minigrad.examples.three_steps"),
            *("--steps", str(STEPS), "--seed", "3", "--out", str(tmp_path / "new")),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    text = done.stdout
    for code in ("d_w1 = x.T @ d_z", "loss.backward()", "class TwoLayers", "optimizer.step()"):
        assert code in text
    assert text.count("agrees") == 2
    last = by_torch(problem.problem(seed=3), STEPS).losses[-1]
    found = re.findall(r"falls from [\d.]+ to ([\d.]+)", " ".join(text.split()))
    assert [float(number) for number in found[:2]] == pytest.approx([last, last], abs=5e-5)
    assert (tmp_path / "new" / "losses.png").read_bytes().startswith(b"\x89PNG")


# --- the code that is shown -----------------------------------------------------------------------


def example(x):
    """Say what it does.

    At length.
    """
    x += 1

    return x  # with a comment


def test_body_of_a_function() -> None:
    assert listing.body(example) == "x += 1\n\nreturn x  # with a comment"


def test_source_without_its_docstring() -> None:
    shown = "def example(x):\n    x += 1\n\n    return x  # with a comment"
    assert listing.source(example, docstring=False) == shown
    assert '"""Say' in listing.source(example)


def test_lines_of_code_are_counted() -> None:
    assert command.lines([listing.body(example), "# no\n\nx = 1"]) == 3
