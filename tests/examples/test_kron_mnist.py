"""Kronecker networks: counts as they must be, scores against PyTorch's kron."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from rich.console import Console

import minigrad as mg
from minigrad.data import Samples, Splits, digits
from minigrad.examples import kron_mnist as program
from minigrad.examples.kron_mnist import VARIANTS

COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")  # set by CI services
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
COUNTS = [496_250, 6_950, 7_650, 875, 1_575]


def run(*arguments: str, **environment: str):
    """Run the program with its output going to a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "minigrad.examples.kron_mnist", *arguments],
        capture_output=True,
        env={**PLAIN, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=300,
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of one epoch: the process, its text and its folder."""
    folder = tmp_path_factory.mktemp("kron") / "new"
    done = run("--data", "digits", "--epochs", "1", "--out", str(folder))
    return done, done.stdout.decode(), folder


def few(count: int) -> Splits:
    """Return a few digits, enlarged."""
    name, source, train, test = digits()
    train, test = (Samples(part.images[:count], part.labels[:count]) for part in (train, test))
    return program.enlarged(Splits(name, source, train, test))


def test_plain_text_and_a_picture(finished) -> None:
    done, text, folder = finished
    assert (done.returncode, done.stderr) == (0, b"")
    assert CONTROL.findall(text) == []
    assert [path.name for path in folder.iterdir()] == ["accuracies.png"]
    assert str(folder / "accuracies.png") in text


def test_prints_the_counts_beside_the_reference(finished) -> None:
    rows = re.findall(r"([\d,]+) +([\d,]+) +agrees .*agrees", finished[1])
    assert [tuple(int(n.replace(",", "")) for n in row) for row in rows] == [
        (count, count) for count in COUNTS
    ]


@pytest.mark.parametrize(("variant", "count"), zip(VARIANTS, COUNTS))
def test_counts_and_scores(variant, count) -> None:
    mg.manual_seed(1)
    network = program.build(variant)
    assert sum(p.numel() for p in network.parameters()) == count == variant.reference
    images = np.random.default_rng(0).random((3, 1, 28, 28), dtype=np.float32)
    full = []
    for layer in (network[1], network[3]):
        factors = [torch.tensor(p.detach().numpy()) for p in layer.parameters()]
        if len(factors) == 1 and factors[0].numel() == 700:  # one factor, twice
            factors *= 2
        full.append(torch.kron(*factors) if len(factors) == 2 else factors[0])
    assert [tuple(matrix.shape) for matrix in full] == [(625, 784), (10, 625)]
    expected = torch.relu(torch.tensor(images).flatten(1) @ full[0].T) @ full[1].T
    np.testing.assert_allclose(
        network(mg.tensor(images)).detach().numpy(), expected.numpy(), rtol=1e-3, atol=1e-6
    )
    assert program.error(network, mg.tensor(images)) < 1e-6


def test_multiplications() -> None:
    """By hand: 28 rows of 28 pixels, each times 25 columns of B; then 25 rows of A times those."""
    hidden = 28 * 28 * 25 + 25 * 28 * 25
    output = 25 * 25 * 2 + 5 * 25 * 2
    expected = [496_250, hidden + 6250, hidden + 6250, hidden + output, hidden + output]
    assert [program.multiplications(program.build(v)) for v in VARIANTS] == expected


def test_enlarged_images() -> None:
    images = np.arange(128, dtype=np.float32).reshape(2, 1, 8, 8)
    samples = Samples(mg.tensor(images), mg.tensor([0, 1]))
    large = program.enlarged(Splits("", "", samples, samples)).test.images.numpy()
    assert large.shape == (2, 1, 28, 28)
    np.testing.assert_array_equal(large[:, :, 3:-2:3, 3:-2:3], images)  # the middle of each
    assert large.sum() == 9 * images.sum()
    assert large[:, :, :2].sum() == large[..., -2:].sum() == 0


def test_a_rate_is_judged_by_images_held_back(monkeypatch) -> None:
    data, asked = few(80), []

    def fake(variant, trial, rate, epochs, seed):
        asked.append(trial)
        return program.Learned(None, rate, [0.9 if rate == 3e-3 else 0.5])

    monkeypatch.setattr(program, "train", fake)
    assert program.choose_rate(VARIANTS[3], data, 2, seed=0) == 3e-3
    for trial in asked:
        np.testing.assert_array_equal(trial.train.images, data.train.images[:70])
        np.testing.assert_array_equal(trial.test.images, data.train.images[70:])


@pytest.mark.parametrize("variant", VARIANTS[1:])
def test_learns(variant) -> None:
    data = few(300)
    learned = program.train(variant, data._replace(test=data.train), 1e-2, epochs=8, seed=0)
    assert learned.accuracies[-1] > 0.75
    again = program.train(variant, data._replace(test=data.train), 1e-2, epochs=1, seed=0)
    assert again.accuracies == learned.accuracies[:1]


def test_a_wrong_count_or_score_does_not_pass(capsys, monkeypatch) -> None:
    data, variant = few(20), VARIANTS[3]
    learned = program.Learned(program.build(variant), 0.01, [0.5])
    console = Console(width=100)
    assert program.report(console, data, {variant: learned})
    assert not program.report(console, data, {variant._replace(reference=874): learned})
    monkeypatch.setattr(program, "error", lambda network, images: 1e-3)
    assert not program.report(console, data, {variant: learned})
    assert capsys.readouterr().out.count("DIFFERS") == 2


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("MINIGRAD_DATA"), reason="no MNIST files")
def test_mnist(tmp_path) -> None:
    done = run("--data", "mnist", "--out", str(tmp_path))
    text = done.stdout.decode()
    assert done.returncode == 0, text
    final = [float(share) for share in re.findall(r"0\.\d+ +([\d.]+)%\n", text)]
    assert len(final) == 5
    assert min(final[:3]) > 95
    assert min(final) > 86
