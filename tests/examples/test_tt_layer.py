"""Tensor trains of a matrix, of quantum states and of a trained layer: the program's figures."""

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
from minigrad.examples.tt_layer import compressing, cutting, states

PNG = b"\x89PNG\r\n\x1a\n"
COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")  # set by CI services
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
PICTURES = ("accuracies.png", "bonds.png", "errors.png")


def program(folder, *arguments: str, **environment: str):
    """Run the program on the digits for an epoch, with its output going to a pipe."""
    name = "minigrad.examples.tt_layer"
    command = [sys.executable, "-m", name, "--data", "digits", "--epochs", "1", "--out", folder]
    return subprocess.run(
        [*map(str, command), *arguments],
        capture_output=True,
        env={**PLAIN, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=120,
    )


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A short run: the finished process, its text and its folder."""
    folder = tmp_path_factory.mktemp("tt") / "new" / "[bold]"
    done = program(folder)
    return done, done.stdout.decode(), folder


def tensor(seed: int = 3) -> mg.Tensor:
    return mg.tensor(np.random.default_rng(seed).standard_normal(cutting.SHAPE))


def tail(matrix: np.ndarray, rank: int) -> float:
    """How far a matrix is from the nearest one of a rank."""
    return float(np.sqrt((np.linalg.svd(matrix, compute_uv=False)[rank:] ** 2).sum()))


# --- the program ----------------------------------------------------------------------------------


def test_succeeds_quietly_and_leaves_what_it_names(short) -> None:
    done, text, folder = short
    assert (done.returncode, done.stderr) == (0, b"")
    assert CONTROL.findall(text) == []
    assert sorted(path.name for path in folder.iterdir()) == list(PICTURES)
    for name in PICTURES:
        assert (folder / name).read_bytes().startswith(PNG)
        assert name in text
    assert "DIFFERS" not in text
    assert max(map(len, text.replace(str(folder), "").splitlines())) <= 80


def test_prints_the_reference_counts(short) -> None:
    _, text, _ = short
    rows = re.findall(r"\(3, (\d+), 6\) +(\d+) +(\d+) +agrees", text)
    # 3·3 + 3·4·r + r·5·6 + 6·6, and the bias.
    assert [tuple(map(int, row)) for row in rows] == [
        (r, 9 + 12 * r + 30 * r + 36 + 12, 9 + 12 * r + 30 * r + 36 + 12) for r in range(12, 5, -1)
    ]
    assert [int(row[1]) for row in rows] == [561, 519, 477, 435, 393, 351, 309]


def test_prints_the_states(short) -> None:
    _, text, _ = short
    assert text.count("all 2") == len(states.QUBITS)
    assert "2 4 8 16 32 16 8 4 2" in text
    assert re.search(r"GHZ +2 2 2 2 2 2 2 2 2 +agrees +1\.000 bits", text)


def test_prints_every_network(short) -> None:
    _, text, _ = short
    assert re.search(r"64 - 256 - 10 has 19,210\s+parameters, 16,640", text)
    chapter = text[text.index("3  A trained") :]
    rows = re.findall(r"^ +(\d+) +([\d,]+) +0\.\d{3} +[\d.]+% +[\d.]+%$", chapter, re.MULTILINE)
    assert [int(rank) for rank, _ in rows] == 2 * list(compressing.RANKS)
    counts = [int(count.replace(",", "")) for _, count in rows]
    rest = 256 + 2570  # biases and the second layer
    assert counts[0] == 16 + 16 + 8 + 8 + rest
    assert counts[6] == 4 * (2 + 4 + 4 + 2) + rest
    assert counts[3] == (16 * 8 + 8 * 16 * 8 + 8 * 8 * 8 + 8 * 8) + rest


def test_same_seed_same_pictures(short, tmp_path) -> None:
    _, text, folder = short
    done = program(tmp_path, PYTHONHASHSEED="1")
    assert done.returncode == 0
    for name in PICTURES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    texts = (done.stdout.decode().replace(str(tmp_path), str(folder)), text)
    first, second = (re.sub(r"took [\d.]+ s", "", " ".join(each.split())) for each in texts)
    assert first == second


def test_help() -> None:
    done = program("unused", "--help")
    assert done.returncode == 0
    assert b"tensor trains" in done.stdout


# --- chapter 1 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rank", [12, 9, 1])
def test_the_error_of_one_cut_is_that_of_the_nearest_matrix(rank) -> None:
    given = tensor()
    found = cutting.cut(given, (3, rank, 6))
    matrix = given.numpy().reshape(12, 30)
    expected = tail(matrix, rank) / np.linalg.norm(matrix)
    assert found.error == pytest.approx(expected, abs=1e-14)
    assert found.most == found.least == pytest.approx(expected, abs=1e-14)
    assert found.holds


def test_bounds_of_all_cuts() -> None:
    given = tensor()
    found = cutting.cut(given, (2, 3, 4))
    array = given.numpy()
    tails = [tail(array.reshape(n, -1), r) for n, r in ((3, 2), (12, 3), (60, 4))]
    norm = np.linalg.norm(array)
    assert found.least == pytest.approx(max(tails) / norm)
    assert found.most == pytest.approx(np.linalg.norm(tails) / norm)
    assert found.least < found.error < found.most


def test_an_error_out_of_bounds_does_not_hold() -> None:
    assert cutting.Cut((2,), 0.5, 0.4, 0.6).holds
    assert not cutting.Cut((2,), 0.7, 0.4, 0.6).holds
    assert not cutting.Cut((2,), 0.3, 0.4, 0.6).holds


def test_a_wrong_count_is_told(capsys, monkeypatch) -> None:
    monkeypatch.setitem(cutting.REFERENCE, 9, 436)
    assert not cutting.explain(Console(width=90), seed=0).right
    assert capsys.readouterr().out.count("DIFFERS") == 1


def test_a_wrong_decomposition_is_told(capsys, monkeypatch) -> None:
    right = cutting.tt_svd
    monkeypatch.setattr(cutting, "tt_svd", lambda *given: right(*given) * 1.001)
    assert not cutting.explain(Console(width=90), seed=0).right
    assert "DIFFERS" in capsys.readouterr().out


# --- chapter 2 ------------------------------------------------------------------------------------


def test_entropy_is_that_of_half_the_qubits() -> None:
    values = np.random.default_rng(0).standard_normal(2**6)
    values /= np.linalg.norm(values)
    half = torch.tensor(values).reshape(8, 8)
    p = torch.linalg.eigvalsh(half @ half.T)  # of the density matrix of one half
    assert states.entropy(mg.tensor(values)) == pytest.approx(float(-(p * p.log2()).sum()))
    assert states.entropy(states.dense_ghz(4)) == pytest.approx(1)


def test_dense_ghz() -> None:
    np.testing.assert_allclose(states.dense_ghz(2).numpy(), [0.5**0.5, 0, 0, 0.5**0.5])


def test_a_wrong_state_is_told(capsys, monkeypatch) -> None:
    monkeypatch.setattr(states, "ghz", lambda n, dtype: states.mps(states.dense_ghz(n)) * 1.001)
    assert not states.show_ghz(Console(width=90))
    assert capsys.readouterr().out.count("DIFFERS") == len(states.QUBITS)


# --- chapter 3 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pixels", [64, 784])
@pytest.mark.parametrize("layout", ["separate", "paired"])
def test_the_exact_train_is_the_dense_layer(pixels, layout) -> None:
    mg.manual_seed(0)
    dense = compressing.network(nn.Linear(pixels, compressing.HIDDEN))
    made = compressing.compress(dense, layout, None)
    assert compressing.weight_error(made, dense) < 1e-5
    images = mg.rand(5, 1, pixels)
    with mg.no_grad():
        np.testing.assert_allclose(made(images).numpy(), dense(images).numpy(), atol=1e-5)
    assert made[3] is not dense[3]  # or fine-tuning would change the dense network


def test_a_compressed_layer_has_the_rank_asked_for() -> None:
    mg.manual_seed(0)
    dense = compressing.network(nn.Linear(64, compressing.HIDDEN))
    made = compressing.compress(dense, "separate", 4)
    weight = made[1].full_weight().detach().numpy().astype(np.float64)
    assert np.linalg.matrix_rank(weight, tol=1e-4) == 4


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_fine_tuned_trains_read_nearly_as_well(seed) -> None:
    from minigrad.data import digits

    mg.manual_seed(seed)
    learned = compressing.explain(Console(quiet=True), digits(), epochs=20, seed=seed)
    count, share = learned.dense
    assert share >= 0.95
    eighth = next(each for each in learned.compressed if (each.layout, each.rank) == ("paired", 8))
    assert eighth.parameters < count / 3
    assert eighth.after >= share - 0.02
    assert eighth.before < eighth.after
