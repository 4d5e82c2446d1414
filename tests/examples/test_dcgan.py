"""The DCGAN: its networks, a round of the game against PyTorch's, and what the program leaves."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console

import minigrad as mg
from minigrad.data import digits
from minigrad.examples.dcgan import checks, game, pictures, training

COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")  # set by CI services
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def dcgan(*arguments: str):
    """Run the program with its output going to a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "minigrad.examples.dcgan", "--data", "digits", *arguments],
        capture_output=True,
        env={**PLAIN, "PYTHONIOENCODING": "utf-8"},
        timeout=300,
    )


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """An epoch of two rounds: the finished process, its text and its folder."""
    folder = tmp_path_factory.mktemp("dcgan") / "[bold] new"
    done = dcgan("--images", "64", "--epochs", "1", "--out", str(folder))
    return done, done.stdout.decode(), folder


def test_succeeds_in_plain_text(quick) -> None:
    done, text, _ = quick
    assert (done.returncode, done.stderr) == (0, b"")
    assert CONTROL.findall(text) == []
    assert text.count("agrees") == 2
    assert "DIFFERS" not in text


def test_leaves_the_files_it_names(quick) -> None:
    _, text, folder = quick
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["epoch-001.png", "epochs.csv", "epochs.gif", "last.safetensors", "losses.png"]
    assert text.splitlines().count(str(folder)) == 1
    with Image.open(folder / "epoch-001.png") as picture:
        assert picture.size == ((8 * 29 - 1) * 2,) * 2


def test_help_says_what_to_expect() -> None:
    text = " ".join(dcgan("--help").stdout.decode().split())
    for word in ("--resume", "--images", "--epochs", "minutes"):
        assert word in text


def test_nothing_to_resume_is_one_clear_line(tmp_path) -> None:
    done = dcgan("--resume", "--images", "32", "--out", str(tmp_path))
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("dcgan: ")
    assert "last.safetensors" in line


# --- the networks ---------------------------------------------------------------------------------


def test_the_generator_has_the_layers_of_the_plan() -> None:
    network = game.generator(mg)
    count = 100 * 1024 + 1024 * 6400 + 256 * 128 * 3 * 3 + 128 * 64 * 4 * 4 + 64 * 4 * 4 + 1
    count += 2 * (1024 + 6400 + 128 + 64)
    assert sum(parameter.numel() for parameter in network.parameters()) == count
    _, shapes = checks.layers(network, mg.zeros(1, 100))
    assert checks.passes_through(shapes, game.SHAPES)
    assert network.training


@pytest.mark.parametrize("change", ["swap", "drop", "alter"])
def test_another_plan_does_not_pass(change) -> None:
    _, shapes = checks.layers(game.generator(mg), mg.zeros(1, 100))
    plan = list(game.SHAPES)
    if change == "swap":
        plan[1], plan[2] = plan[2], plan[1]
    elif change == "drop":
        del plan[3]
    else:
        plan[-1] = (1, 28, 27)
    assert not checks.passes_through(shapes, tuple(plan))


# --- the game -------------------------------------------------------------------------------------


def test_the_losses_are_those_of_the_paper() -> None:
    scores = np.array([-2.0, 0.5, 3.0])
    d = 1 / (1 + np.exp(-scores))
    for wanted in (1.0, 0.9, 0.0):
        expected = -np.mean(wanted * np.log(d) + (1 - wanted) * np.log(1 - d))
        assert game.taken_for(mg, mg.tensor(scores), wanted).item() == pytest.approx(expected)


def test_in_a_draw_neither_could_do_better() -> None:
    d = np.linspace(0.01, 0.99, 981)
    losses = -0.9 * np.log(d) - 0.1 * np.log(1 - d) - np.log(1 - d)
    assert pictures.DRAWN_LOSSES["discriminator"] == pytest.approx(losses.min(), abs=1e-5)
    assert d[losses.argmin()] == pytest.approx(pictures.DRAW, abs=1e-3)
    assert pictures.DRAWN_LOSSES["generator"] == pytest.approx(-np.log(0.45))


@pytest.mark.parametrize("resting", [0, 1])
def test_each_optimizer_moves_its_own_player(resting) -> None:
    mg.manual_seed(0)
    players = game.players(mg)
    players[2 + resting].param_groups[0]["lr"] = 0.0
    before = [network[0].weight.detach().clone() for network in players[:2]]
    game.play(mg, players, mg.rand(4, 1, 28, 28), mg.randn(4, game.NOISE))
    moved = [
        not np.array_equal(network[0].weight.detach().numpy(), kept.numpy())
        for network, kept in zip(players[:2], before)
    ]
    assert moved == [resting == 1, resting == 0]


def images(count: int = 32) -> mg.Tensor:
    return training.real_images(digits(), count)


def test_agrees_with_pytorch_and_a_wrong_game_does_not(monkeypatch) -> None:
    console = Console(quiet=True)
    assert checks.against_pytorch(console, images(8), seed=1)
    right = game.taken_for

    def wrong(library, scores, wanted):
        return right(library, scores, wanted) * (1 if library is torch else 1 + 1e-5)

    monkeypatch.setattr(game, "taken_for", wrong)
    assert not checks.against_pytorch(console, images(8), seed=1)


def test_without_pytorch_it_says_so(capsys, monkeypatch) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    assert checks.against_pytorch(Console(width=80), images(8), 0)
    checks.tell_the_speed(Console(width=80), images(2))
    text = capsys.readouterr().out
    assert "PyTorch is not installed" in text
    assert re.search(r"A round of 2 images takes \d+ ms \(", text)


# --- the training ---------------------------------------------------------------------------------


def test_small_digits_lie_in_the_middle_of_large_images() -> None:
    found = images(5)
    assert found.shape == (5, 1, 28, 28)
    assert (found.min().item(), found.max().item()) == (-1, pytest.approx(1, abs=0.1))
    assert found[:, :, :4].max().item() == -1
    small = torch.tensor(digits().train.images[:5].numpy())
    large = torch.nn.functional.interpolate(small, (20, 20), mode="bilinear") * 2 - 1
    np.testing.assert_allclose(found[:, :, 4:24, 4:24].numpy(), large.numpy(), atol=1e-5)


def test_resumes_to_the_same_bit(tmp_path) -> None:
    quiet, real = Console(quiet=True), images(16)
    whole = training.Game(tmp_path / "whole", quiet, seed=3)
    whole.play(real, epochs=2)
    first = training.Game(tmp_path / "parts", quiet, seed=3)
    first.play(real, epochs=1)
    second = training.Game(tmp_path / "parts", quiet, seed=3)
    second.play(real, epochs=2, resume=True)
    assert second.curves.figures == whole.curves.figures
    for ours, theirs in zip(second.players[:2], whole.players[:2]):
        for name, value in ours.state_dict().items():
            np.testing.assert_array_equal(value.numpy(), theirs.state_dict()[name].numpy())
    for name in ("epoch-002.png", "epochs.gif", "epochs.csv"):
        ours, theirs = tmp_path / "parts" / name, tmp_path / "whole" / name
        assert ours.read_bytes() == theirs.read_bytes()
