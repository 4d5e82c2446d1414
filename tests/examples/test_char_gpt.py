"""The small transformer: its text and baseline, the model against PyTorch's, and the program."""

import math
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import torch
from rich.console import Console

import minigrad as mg
from minigrad.examples.char_gpt import checks, training
from minigrad.examples.char_gpt.model import CharGPT, write
from minigrad.examples.char_gpt.text import ALICE, Text, Windows, bigram_bits, side_by_side

COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")  # set by CI services
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def char_gpt(*arguments: str):
    """Run the program with its output going to a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "minigrad.examples.char_gpt", *arguments],
        capture_output=True,
        env={**PLAIN, "PYTHONIOENCODING": "utf-8"},
        timeout=300,
    )


# --- the text -------------------------------------------------------------------------------------


def test_alice_is_long_plain_and_named() -> None:
    alice = ALICE.read_bytes()
    assert 30_000 < len(alice) < 100_000
    assert alice.isascii()
    assert alice.startswith(b"CHAPTER I. Down the Rabbit-Hole\n\nAlice was beginning to get very")
    assert alice.endswith(b"something of the sort.\n")
    about = ALICE.with_name("alice.about.txt").read_text()
    assert "Lewis Carroll" in about
    assert "public domain" in about


def test_characters_come_back_and_strange_ones_are_named() -> None:
    text = Text("the cat sat on the mat" * 10)
    assert text.alphabet == " acehmnost"
    assert text.decode(text.encode("a hat")) == "a hat"
    with pytest.raises(ValueError, match="the text has no 'x'"):
        text.encode("tax")


def test_the_end_is_held_out() -> None:
    characters = ALICE.read_text()
    text = Text(characters)
    assert text.decode(text.train) + text.decode(text.test) == characters
    assert len(text.test) == len(characters) // 10


def test_windows_predict_the_next_character() -> None:
    numbers = mg.arange(10)
    windows = Windows(numbers, 4)
    assert len(windows) == 6
    assert [part.tolist() for part in windows[5]] == [[5, 6, 7, 8], [6, 7, 8, 9]]
    inputs, targets = side_by_side(numbers, 4).tensors
    assert inputs.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert targets.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_bigram_model_by_counting_in_another_way() -> None:
    text = Text(ALICE.read_text()[:4000])
    train, test = text.decode(text.train), text.decode(text.test)
    pairs, singles = Counter(pairwise(train)), Counter(train[:-1])
    seen = list(pairwise(test))[: len(test) // 64 * 64]
    costs = [-math.log2((pairs[a, b] + 1) / (singles[a] + len(text.alphabet))) for a, b in seen]
    assert len(costs) == len(side_by_side(text.test, 64).tensors[0].flatten())
    assert bigram_bits(text, 64) == pytest.approx(sum(costs) / len(costs))


# --- the model ------------------------------------------------------------------------------------


def theirs(model: CharGPT, numbers: np.ndarray, targets: np.ndarray):
    """Return the loss in bits, and its gradients, by PyTorch, with attention written out."""
    w = {
        name: torch.tensor(value.numpy(), requires_grad=True)
        for name, value in model.state_dict().items()
    }

    def linear(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def normalized(x, name):
        centred = x - x.mean(-1, keepdim=True)
        scaled = centred / (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt()
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    length = numbers.shape[1]
    x = w["characters.weight"][numbers] + w["places.weight"][:length]
    later = torch.ones(length, length, dtype=bool).triu(1)
    for block in range(len(model.blocks)):
        name = f"blocks.{block}.attention"
        q, k, v = linear(normalized(x, f"{name}.0"), f"{name}.1.project").chunk(3, -1)
        heads = []
        for a, b, c in zip(*(part.chunk(4, -1) for part in (q, k, v))):
            looks = (a @ b.mT / a.shape[-1] ** 0.5).masked_fill(later, -torch.inf)
            heads.append(looks.softmax(-1) @ c)
        x = x + linear(torch.cat(heads, -1), f"{name}.1.out")
        name = f"blocks.{block}.network"
        hidden = linear(normalized(x, f"{name}.0"), f"{name}.1")
        hidden = hidden * 0.5 * (1 + torch.erf(hidden / 2**0.5))
        x = x + linear(hidden, f"{name}.3")
    scores = linear(normalized(x, "scores.0"), "scores.1")
    right = torch.gather(scores.log_softmax(-1), 2, torch.tensor(targets)[..., None])
    loss = -right.mean() / math.log(2)
    loss.backward()
    return loss.item(), {name: value.grad.numpy() for name, value in w.items()}


def test_loss_and_gradients_are_those_of_attention_written_out() -> None:
    mg.manual_seed(0)
    model = CharGPT(11, length=7, width=16, heads=4, blocks=2).double().eval()
    draws = np.random.default_rng(0)
    numbers, targets = draws.integers(0, 11, (2, 3, 7))
    loss = training.bits(model(mg.tensor(numbers)), mg.tensor(targets))
    loss.backward()
    expected, gradients = theirs(model, numbers, targets)
    assert loss.item() == pytest.approx(expected, rel=1e-12)
    for name, parameter in model.named_parameters():
        np.testing.assert_allclose(parameter.grad.numpy(), gradients[name], atol=1e-12)


def test_a_model_that_looks_ahead_does_not_pass(monkeypatch) -> None:
    mg.manual_seed(0)
    console, quiet = Console(quiet=True), mg.arange(131) % 20
    held_out = side_by_side(quiet, 64)
    assert checks.check(console, CharGPT(20), 20, held_out)
    right = mg.nn.functional.scaled_dot_product_attention

    def unmasked(*arguments, is_causal):
        return right(*arguments)

    monkeypatch.setattr("minigrad.examples.char_gpt.model.scaled_dot_product_attention", unmasked)
    assert not checks.check(console, CharGPT(20), 20, held_out)


def test_a_model_with_opinions_does_not_pass() -> None:
    mg.manual_seed(0)
    model = CharGPT(20)
    with mg.no_grad():
        model.scores[1].weight.mul_(10)
    assert not checks.check(Console(quiet=True), model, 20, side_by_side(mg.arange(131) % 20, 64))


class Fixed(mg.nn.Module):
    """Gives the same scores whatever it reads."""

    length = 5

    def forward(self, numbers):
        assert numbers.shape[1] <= self.length
        return mg.tensor([0.0, 1.0, 2.0]).expand(*numbers.shape, 3)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_writes_with_the_chances_of_its_temperature(temperature) -> None:
    generator = mg.Generator().manual_seed(0)
    written = write(Fixed(), mg.tensor([2, 2]), 3000, temperature, generator).numpy()
    assert written[:2].tolist() == [2, 2]
    assert len(written) == 3002
    found = np.bincount(written[2:], minlength=3) / 3000
    expected = np.exp(np.arange(3) / temperature)
    np.testing.assert_allclose(found, expected / expected.sum(), atol=4 * 0.5 / 3000**0.5)


def test_cold_it_writes_the_likeliest() -> None:
    generator = mg.Generator().manual_seed(0)
    assert write(Fixed(), mg.tensor([0]), 50, 0.01, generator).tolist() == [0] + [2] * 50


# --- the program ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A few epochs on a text that is easy: the finished process, its text and its folder."""
    folder = tmp_path_factory.mktemp("char_gpt")
    own = folder / "own.txt"
    own.write_text("abcdefghij " * 400, encoding="utf-8")
    out = folder / "[bold] new"
    done = char_gpt("--text", str(own), "--epochs", "1", "--prompt", "cde", "--out", str(out))
    return done, done.stdout.decode(), out


def test_succeeds_in_plain_text(quick) -> None:
    done, text, _ = quick
    assert (done.returncode, done.stderr) == (0, b"")
    assert CONTROL.findall(text) == []
    assert text.count("agrees") == 2


def test_learns_a_text_of_its_own(quick) -> None:
    _, text, _ = quick
    before, after = re.findall(r"A sample (?:before|after 1 epoch):\s+(cde.{30})", text)
    assert "fghij abcdefghij abcdefghij" not in before
    assert after.startswith("cdefghij abcdefghij abcdefghij")


def test_leaves_the_files_it_names(quick) -> None:
    _, text, folder = quick
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["best.safetensors", "bits.png", "epochs.csv", "last.safetensors"]
    assert all(name in text for name in names)
    assert text.splitlines().count(str(folder)) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--text", "no such file"], "no such file: No such file or directory"),
        (["--text", "SHORT"], "4 characters, expected at least 1,000"),
        (["--prompt", "\u00e9"], "the text has no"),
    ],
)
def test_a_bad_option_is_one_clear_line(arguments, says, tmp_path) -> None:
    (tmp_path / "short").write_text("tiny")
    arguments = [str(tmp_path / "short") if a == "SHORT" else a for a in arguments]
    done = char_gpt(*arguments, "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("char_gpt: ")
    assert says in line
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_beats_the_bigram_model_by_far(seed, tmp_path) -> None:
    done = char_gpt("--seed", str(seed), "--out", str(tmp_path))
    text = " ".join(done.stdout.decode().split())
    costs, others = re.search(r"costs ([\d.]+) bits, fewer than the ([\d.]+)", text).groups()
    assert float(costs) < float(others) - 0.75
