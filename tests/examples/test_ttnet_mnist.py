"""TTNet: its gradients against PyTorch's, its figures against a loop written with PyTorch alone."""

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
from minigrad.examples import ttnet_mnist as program

COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")  # set by CI services
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def run(*arguments: str, **environment: str):
    """Run the program with its output going to a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "minigrad.examples.ttnet_mnist", *arguments],
        capture_output=True,
        env={**PLAIN, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=300,
    )


@pytest.fixture(scope="module")
def small():
    """Few images, of two random pixels more than classes."""
    random = np.random.default_rng(0)
    images = mg.tensor(random.random((150, 1, 3, 4), dtype=np.float32))
    samples = Samples(images, mg.tensor(random.integers(0, 10, 150)))
    return Splits("small", "random", samples, samples)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of as many steps as one epoch of 60,000 images: the process, text and folder."""
    folder = tmp_path_factory.mktemp("ttnet") / "new"
    done = run("--data", "digits", "--steps", "938", "--out", str(folder))
    return done, done.stdout.decode(), folder


def test_plain_text_and_a_picture(finished) -> None:
    done, text, folder = finished
    assert (done.returncode, done.stderr) == (0, b"")
    assert CONTROL.findall(text) == []
    assert [path.name for path in folder.iterdir()] == ["curves.png"]
    assert str(folder / "curves.png") in text
    assert text.count("agrees") == 4  # two gradients, the first loss, an accuracy


def test_says_what_the_reference_is(finished) -> None:
    words = " ".join(finished[1].split())
    assert "a run with MNIST's 60,000 training images, after one and two epochs" in words
    assert "Ours are from digits, 1,437 images" in words
    assert re.search(r"first batch +[\d.]+ +[\d.]+ +agrees +96", finished[1])
    assert re.search(r"938 steps +[\d.]+% +[\d.]+% +agrees +86%", finished[1])


def trained_by_pytorch_alone(data: Splits, steps: int, seed: int) -> list[float]:
    """Return the losses, with matrix products and cross-entropy for einsum, log_softmax, NLL."""
    random = np.random.default_rng(seed)
    pixels = data.train.images[0].numel()
    a = torch.from_numpy(random.random((pixels, 50), dtype=np.float32)).requires_grad_()
    b = torch.from_numpy(random.random((50, 10), dtype=np.float32)).requires_grad_()
    optimizer = torch.optim.Adam([a, b], lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    images = torch.from_numpy(data.train.images.numpy()).flatten(1)
    labels = torch.from_numpy(data.train.labels.numpy())
    losses: list[float] = []
    while len(losses) < steps:
        for chosen in torch.from_numpy(random.permutation(len(labels))).split(64):
            loss = torch.nn.functional.cross_entropy(images[chosen] @ a @ b, labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses[:steps]


@pytest.mark.parametrize("seed", [0, 7])
def test_losses_are_those_of_a_loop_written_with_pytorch_alone(seed) -> None:
    data = digits()
    ours = program.train(mg, data, 200, seed)
    np.testing.assert_allclose(ours.losses, trained_by_pytorch_alone(data, 200, seed), rtol=1e-3)
    assert list(ours.accuracies) == [67, 134, 200]
    assert ours.losses[0] > 4 * np.log(10)  # far from where networks usually begin


def test_gradients_by_hand_are_those_of_pytorch() -> None:
    random = np.random.default_rng(3)
    arrays = random.normal(size=(6, 5)), random.normal(size=(5, 4)), random.normal(size=(4, 3))
    x, a, b = (torch.tensor(array, requires_grad=True) for array in arrays)
    labels = np.array([0, 2, 1, 1, 0, 2])
    torch.nn.functional.cross_entropy(x @ a @ b, torch.tensor(labels)).backward()
    for found, core in zip(program.gradients_by_hand(arrays[0], labels, *arrays[1:]), (a, b)):
        np.testing.assert_allclose(found, core.grad.numpy(), rtol=1e-12)


def test_a_wrong_gradient_does_not_pass(small, capsys, monkeypatch) -> None:
    right = program.gradients_by_hand
    console = Console(width=80)
    assert program.check_gradients(console, small, seed=0)
    monkeypatch.setattr(
        program, "gradients_by_hand", lambda *given: [1.001 * g for g in right(*given)]
    )
    assert not program.check_gradients(console, small, seed=0)
    assert capsys.readouterr().out.count("DIFFERS") == 2


@pytest.mark.parametrize(("loss", "accuracy"), [(5.001, 0.5), (5.0, 0.511)])
def test_figures_that_differ_do_not_pass(capsys, loss, accuracy) -> None:
    console = Console(width=80)
    ours = program.Run([5.0], {1: 0.5})
    assert program.compare(console, ours, program.Run([5.0], {1: 0.509}))
    assert not program.compare(console, ours, program.Run([loss], {1: accuracy}))
    assert capsys.readouterr().out.count("DIFFERS") == 1


def test_without_pytorch_it_says_so(small, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(program, "find_spec", lambda name: None)
    console = Console(width=80)
    assert program.with_pytorch(console, small, 2, seed=0) is None
    ours = program.train(mg, small, 2, seed=0)
    assert program.compare(console, ours, None)
    assert program.draw(tmp_path / "curves.png", small, {"minigrad": ours}).exists()
    text = capsys.readouterr().out
    assert "PyTorch is not installed" in text
    assert text.count("not asked") == 2


def test_threads_of_pytorch_are_as_before(small) -> None:
    before = torch.get_num_threads()
    assert program.with_pytorch(Console(quiet=True), small, 1, seed=0) is not None
    assert torch.get_num_threads() == before


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("MINIGRAD_DATA"), reason="no MNIST files")
def test_mnist(tmp_path) -> None:
    done = run("--data", "mnist", "--out", str(tmp_path))
    text = done.stdout.decode()
    assert done.returncode == 0, text
    (accuracy,) = re.findall(r"1,876 steps +([\d.]+)%", text)
    assert 84 < float(accuracy) < 94  # 88% in the reference run
