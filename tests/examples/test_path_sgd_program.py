"""The Path-SGD program, against the same training written with PyTorch and kappa by hand."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from rich.console import Console

import minigrad as mg
from minigrad import nn
from minigrad.data import Samples, Splits
from minigrad.examples.path_sgd import learning, networks, pictures, theorem
from minigrad.examples.path_sgd.learning import Case, Run

COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")  # set by CI services
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BALANCED, UNBALANCED = Case("Path-SGD", "balanced", 0.1), Case("Path-SGD", "unbalanced", 0.1)


@pytest.fixture(scope="module")
def small():
    """Random images of 3 x 4 pixels; the class is where the brightest of ten is."""
    random = np.random.default_rng(0)
    images = random.random((250, 1, 3, 4))
    labels = images.reshape(250, 12)[:, :10].argmax(1)
    samples = Samples(mg.tensor(images), mg.tensor(labels))
    return Splits("small", "random", samples, samples)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of two epochs: the process, its text and its folder."""
    folder = tmp_path_factory.mktemp("path") / "new"
    command = [sys.executable, "-m", "minigrad.examples.path_sgd"]
    done = subprocess.run(
        [*command, "--data", "digits", "--epochs", "2", "--out", str(folder)],
        capture_output=True,
        env={**PLAIN, "PYTHONIOENCODING": "utf-8"},
        timeout=300,
    )
    return done, done.stdout.decode(), folder


def test_plain_text_and_a_picture(finished) -> None:
    done, text, folder = finished
    assert (done.returncode, done.stderr) == (0, b"")
    assert CONTROL.findall(text) == []
    assert [path.name for path in folder.iterdir()] == ["curves.png"]
    assert str(folder / "curves.png") in text
    assert max(len(line) for line in text.splitlines() if str(folder) not in line) <= 80


def test_says_what_holds(finished) -> None:
    text = finished[1]
    assert text.count("the same\n") == 2  # scores, path norm
    assert len(re.findall(r"holds$", text, re.MULTILINE)) == 2
    assert "powers of two" in text
    rows = re.findall(r"Path-SGD +(?:un)?balanced +(\S+) +(\S+) +(\S+)%", text)
    assert len(rows) == 2
    assert rows[0] == rows[1]


# --- the same function twice ----------------------------------------------------------------------


@pytest.mark.parametrize("exact", [False, True])
def test_units_are_rescaled(exact) -> None:
    level, rough = networks.balanced(12, 3), networks.unbalanced(12, 3, exact)
    weights = [[layer.weight.detach().numpy() for layer in net[1::2]] for net in (level, rough)]
    factors = [np.ones((1, 12))]
    for one, other in zip(*weights):
        ratio = other / one * factors[-1]  # without what came in from the layer before
        np.testing.assert_allclose(ratio, ratio[:, :1] * np.ones_like(ratio), rtol=1e-12)
        factors.append(ratio[:, 0][None])
    *hidden, output = factors[1:]
    np.testing.assert_allclose(output, 1, rtol=1e-12)
    for c in hidden:
        changed = np.abs(c - 1) > 1e-9
        assert 15 <= changed.sum() <= 25  # of 100, a quarter picked with replacement
        assert c.max() > 10
        if exact:
            assert np.all(np.frexp(c)[0] == 0.5)
    x = torch.rand(6, 12, dtype=torch.float64)
    np.testing.assert_allclose(scores(weights[0], x), scores(weights[1], x), rtol=1e-10)


def scores(weights, x):
    """Compute in PyTorch what a network without biases says."""
    first, second, third = map(torch.tensor, weights)
    return (torch.relu(torch.relu(x @ first.T) @ second.T) @ third.T).numpy()


def test_balanced_units_are_alike() -> None:
    for layer in networks.balanced(784, 0)[1::2]:
        sizes = layer.weight.detach().norm(dim=1).numpy()  # of n numbers from N(0, 1/n)
        assert 0.6 < sizes.min() < sizes.max() < 1.4
        assert not layer.bias.detach().numpy().any()


def test_another_function_does_not_pass(small, monkeypatch, capsys) -> None:
    console = Console(width=100)
    assert networks.explain(console, small.test.images, seed=0)
    wrong = {"balanced": networks.balanced, "unbalanced": lambda n, seed: networks.balanced(n, 9)}
    monkeypatch.setattr(networks, "STARTS", wrong)
    assert not networks.explain(console, small.test.images, seed=0)
    assert capsys.readouterr().out.count("DIFFERS") == 2


# --- training -------------------------------------------------------------------------------------


def kappas(weights, biases):
    """Return the factors of all weights and biases by hand, layer by layer.

    The paths through the edge from unit j to unit i are those that reach j and those that leave
    i: kappa is the product of both sums. Paths start at inputs and at units that are always 1.
    """
    squares = [w.detach() ** 2 for w in weights]
    reach, leave = [torch.ones(12, dtype=torch.float64)], [torch.ones(10, dtype=torch.float64)]
    for square, bias in zip(squares[:-1], biases):
        reach.append(square @ reach[-1] + bias.detach() ** 2)
    for square in squares[:0:-1]:
        leave.insert(0, leave[0] @ square)
    return [torch.outer(out, into) for into, out in zip(reach, leave)], leave


def by_hand(case: Case, data: Splits, epochs: int, seed: int) -> list[float]:
    """Return the losses of the same training in PyTorch."""
    network = learning.STARTS[case.start](12, seed)
    pairs = [(layer.weight, layer.bias) for layer in network[1::2]]
    pairs = [[torch.tensor(p.detach().numpy(), requires_grad=True) for p in q] for q in pairs]
    weights, biases = zip(*pairs)
    every = [*weights, *biases]
    made = {"SGD": torch.optim.SGD, "AdaGrad": torch.optim.Adagrad, "Path-SGD": torch.optim.SGD}
    optimizer = made[case.optimizer](every, lr=case.rate)
    images = torch.tensor(data.train.images.numpy()).flatten(1)
    labels, random, losses = torch.tensor(data.train.labels.numpy()), None, []
    random = np.random.default_rng([seed, 2])
    for _ in range(epochs):
        for chosen in torch.tensor(random.permutation(len(labels))).split(100):
            x = images[chosen]
            for weight, bias in pairs[:-1]:
                x = torch.relu(x @ weight.T + bias)
            x = x @ weights[-1].T + biases[-1]
            loss = torch.nn.functional.cross_entropy(x, labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            if case.optimizer == "Path-SGD":
                for parameters, found in zip((weights, biases), kappas(weights, biases)):
                    for parameter, kappa in zip(parameters, found):
                        parameter.grad /= kappa
            optimizer.step()
            losses.append(loss.item())
    return losses


@pytest.mark.parametrize("start", learning.STARTS)
@pytest.mark.parametrize("optimizer", learning.OPTIMIZERS)
def test_losses_are_those_of_the_same_training_in_pytorch(small, optimizer, start) -> None:
    case = Case(optimizer, start, 0.003)
    run = learning.begin(case, small, 3, seed=1)
    np.testing.assert_allclose(run.losses, by_hand(case, small, 3, seed=1), rtol=1e-9)
    np.testing.assert_allclose(run.means, np.reshape(run.losses, (3, 3)).mean(1), rtol=1e-12)


def test_error_counts_wrong_answers() -> None:
    samples = Samples(mg.tensor(np.eye(4)[[0, 1, 2, 3, 3]]), mg.tensor([0, 1, 1, 3, 3]))
    assert learning.test_error(nn.Identity(), samples) == pytest.approx(0.2)


def test_the_lowest_loss_gives_the_rate(small, monkeypatch, capsys) -> None:
    def fake(case, data, epochs, seed):
        loss = abs(np.log10(case.rate) + (1 if case.start == "balanced" else 2))
        return Run([], [float("nan") if case.rate == 1 else loss], [])

    monkeypatch.setattr(learning, "begin", fake)
    best = learning.choose_rates(Console(width=100), small, 2, seed=0)
    assert [case.rate for case in best] == [0.1, 0.01] * 3
    text = capsys.readouterr().out
    assert text.count(">") == 6
    assert text.count("fails") == 6
    assert [tuple(case) for case in learning.cases_to_run(best)[:3]] == [
        ("SGD", "balanced", 0.1),
        ("SGD", "unbalanced", 0.01),
        ("SGD", "unbalanced", 0.1),
    ]
    same = [case._replace(rate=0.1) for case in best]
    assert learning.cases_to_run(same) == same


# --- the theorem ----------------------------------------------------------------------------------


def test_the_theorem_is_put_to_the_test(small, monkeypatch, capsys) -> None:
    console = Console(width=100)

    def verdict() -> bool:
        runs = {case: learning.begin(case, small, 3, 0) for case in (BALANCED, UNBALANCED)}
        return theorem.verify(console, small, runs, 2, 0)

    assert verdict()
    monkeypatch.setitem(learning.OPTIMIZERS, "Path-SGD", learning.OPTIMIZERS["SGD"])
    assert not verdict()
    assert capsys.readouterr().out.count("FAILS") == 2


def test_largest_difference() -> None:
    assert theorem.largest_difference([1.0, 2.0, 4.0], [1.0, 2.5, 4.4]) == 0.25
    assert np.isnan(theorem.largest_difference([1.0, 2.0], [1.0, float("nan")]))


def test_draws_what_cannot_be_drawn(small, tmp_path) -> None:
    """Losses that are no numbers, and no errors at all."""
    optimizers = learning.OPTIMIZERS
    runs = {Case(name, "balanced", 1.0): Run([], [1.0, np.nan], [0.0, 0.0]) for name in optimizers}
    assert pictures.draw(tmp_path / "curves.png", small, runs).exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_sgd_suffers_and_path_sgd_does_not(seed, capsys) -> None:
    from minigrad.data import digits
    from minigrad.examples.path_sgd.command import in_float64

    data = in_float64(digits())
    cases = [Case(name, start, 0.3) for name in ("SGD", "Path-SGD") for start in learning.STARTS]
    sgd, rough, path, other = (learning.begin(case, data, 10, seed) for case in cases)
    assert sgd.means[-1] < 0.5 < 2 < rough.means[-1]
    assert path.means[-1] < 0.5
    assert theorem.largest_difference(path.losses, other.losses) < 1e-9
