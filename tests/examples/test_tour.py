"""The tour, run as a newcomer runs it, and the parts of it that could mislead."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from rich.console import Console

import minigrad as mg
from minigrad.data import Samples
from minigrad.examples.common import page
from minigrad.examples.tour import backward, training

PNG = b"\x89PNG\r\n\x1a\n"
COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")  # set by CI services
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def tour(*arguments: str, **environment: str):
    """Run ``minigrad tour`` with its output going to a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "minigrad", "tour", *arguments],
        capture_output=True,
        env={**PLAIN, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=300,
    )


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A short tour without ``dot``: the finished process, its text and its folder."""
    folder = tmp_path_factory.mktemp("tour") / "new" / "[bold] and rather long" / ("x" * 80)
    done = tour("--quick", "--data", "digits", "--out", str(folder), PATH="")
    return done, done.stdout.decode(), folder


def test_succeeds_quietly(quick) -> None:
    done, _, _ = quick
    assert (done.returncode, done.stderr) == (0, b"")


def test_text_for_a_file_has_no_control_codes_and_short_lines(quick) -> None:
    _, text, folder = quick
    assert CONTROL.findall(text) == []
    assert max(len(line) for line in text.splitlines() if line != str(folder)) <= 80


def test_shows_values_and_the_steps_in_the_engines_order(quick) -> None:
    _, text, _ = quick
    assert "38.25" in text  # mean of 27 48 75 3
    steps = re.findall(r"^\s+(\d)  (\w+Backward)", text, re.MULTILINE)
    assert steps == [
        ("1", "MeanBackward"),
        ("2", "MulBackward"),
        ("3", "MulBackward"),
        ("4", "AddBackward"),
    ]
    assert "g * 3" in text
    assert text.count("g * a") == 2  # both operands of a * a
    gradient = re.search(r"x\.grad\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", text)
    assert [float(number) for number in gradient.groups()] == [4.5, 6, 7.5, 1.5]


def test_three_others_agree(quick) -> None:
    _, text, _ = quick
    assert text.count("agrees") == 3
    assert "PyTorch 2." in text


def test_leaves_the_files_it_names_and_nothing_else(quick) -> None:
    _, text, folder = quick
    assert sorted(path.name for path in folder.iterdir()) == [
        "graph.dot",
        "loss.png",
        "predictions.png",
    ]
    assert (folder / "loss.png").read_bytes().startswith(PNG)
    assert (folder / "predictions.png").read_bytes().startswith(PNG)
    assert (folder / "graph.dot").read_text().startswith("digraph")
    assert text.splitlines().count(str(folder)) == 2  # whole, on a line of its own
    for path in folder.iterdir():
        assert path.name in text
    assert "dot" in text
    assert "graphviz.org" in text  # how to get it


def test_says_how_it_did(quick) -> None:
    _, text, _ = quick
    assert "1,437 images of 8 x 8" in text
    assert re.search(r"^ +1 +\d\.\d{4} +\d+\.\d\d% +\d+\.\d$", text, re.MULTILINE)
    share, right, count = re.search(
        r"([\d.]+)% of the test images .* \((\d+) of (\d+)\)", " ".join(text.split())
    ).groups()
    assert float(share) == pytest.approx(100 * int(right) / int(count), abs=0.01)


def test_draws_the_graph_where_dot_is(tmp_path) -> None:
    if not shutil.which("dot"):
        pytest.skip("dot is not installed")
    console = Console(quiet=True)
    path = backward.draw_graph(console, tmp_path, backward.homework(mg.tensor(backward.START)))
    assert path == tmp_path / "graph.svg"
    assert ET.parse(path).getroot().tag.endswith("svg")


def test_same_seed_same_pictures(quick, tmp_path) -> None:
    _, _, folder = quick
    done = tour("--quick", "--data", "digits", "--out", str(tmp_path), PATH="", PYTHONHASHSEED="1")
    assert done.returncode == 0
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_without_pytorch_it_says_so(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(backward, "find_spec", lambda name: None)
    assert backward.check_gradient(Console(width=80))
    assert "PyTorch is not installed" in capsys.readouterr().out


def test_a_wrong_gradient_does_not_pass(capsys, monkeypatch) -> None:
    right = backward.homework

    def wrong(x):
        found = right(x)
        found["out"] = found["out"].detach() + 0.99 * (found["out"] - found["out"].detach())
        return found

    monkeypatch.setattr(backward, "homework", wrong)
    monkeypatch.setattr(backward, "find_spec", lambda name: None)
    assert not backward.check_gradient(Console(width=80))
    assert capsys.readouterr().out.count("DIFFERS") == 2


def test_finite_differences() -> None:
    x = np.array([[1.0, -2.0, 0.5]])
    found = backward.finite_differences(lambda x: (x * x * x).sum(), x, step=1e-5)
    np.testing.assert_allclose(found, 3 * x**2, rtol=1e-8)


# --- data -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "says"),
    [
        ("", "set MINIGRAD_DATA"),
        ("/no/such/folder", "/no/such/folder: no such folder"),
        ("EMPTY", "neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz is there"),
    ],
)
def test_a_bad_folder_is_one_clear_line(tmp_path, folder, says) -> None:
    folder = str(tmp_path) if folder == "EMPTY" else folder
    done = tour("--quick", "--data", "mnist", "--out", str(tmp_path / "out"), MINIGRAD_DATA=folder)
    assert done.returncode == 2
    assert done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("minigrad tour: ")
    assert says in line
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_way_of_the_folder_is_one_clear_line(tmp_path) -> None:
    (tmp_path / "taken").write_text("")
    done = tour("--quick", "--data", "digits", "--out", str(tmp_path / "taken"))
    assert done.returncode == 2
    assert done.stderr.decode() == f"minigrad tour: {tmp_path / 'taken'}: File exists\n"


def test_a_full_disk_is_one_clear_line(capsys) -> None:
    from minigrad.examples.common.program import complain

    error = OSError(28, "No space left on device")  # a stream's error has no file name
    assert complain("minigrad tour", error) == 1
    assert capsys.readouterr().err == "minigrad tour: output: No space left on device\n"


def test_a_picture_that_cannot_be_written_is_one_clear_line(tmp_path) -> None:
    (tmp_path / "loss.png" / "in the way").mkdir(parents=True)
    done = tour("--quick", "--data", "digits", "--out", str(tmp_path), PATH="")
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert "loss.png" in line
    assert not list(tmp_path.glob(".*"))  # no half-written file stays behind


@pytest.mark.skipif(not os.environ.get("MINIGRAD_DATA"), reason="no MNIST files")
def test_mnist_is_the_default_where_its_folder_is_named(tmp_path) -> None:
    done = tour("--quick", "--out", str(tmp_path), PATH="")
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "MNIST" in text
    if "MNIST-10k" in text:
        assert "images 0-7,999 train, 8,000-9,999 test" in " ".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_reads_at_least_97_percent_of_the_digits(tmp_path, seed) -> None:
    done = tour("--data", "digits", "--out", str(tmp_path), "--seed", str(seed))
    assert done.returncode == 0, done.stderr
    accuracy = re.search(r"([\d.]+)% of the test images", done.stdout.decode())[1]
    assert float(accuracy) >= 97


# --- parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [8, 28])
def test_network_fits_both_sizes_of_images(size) -> None:
    network = training.convolutional_network(size)
    scores = network(mg.tensor(np.zeros((3, 1, size, size), np.float32)))
    assert scores.shape == (3, 10)


@pytest.mark.parametrize("size", [8, 28])
def test_images_in_characters(size) -> None:
    images = np.zeros((5, 1, size, size), np.float32)
    images[1, 0, size // 2, size // 2] = 1
    samples = Samples(mg.tensor(images), mg.tensor([3, 1, 4, 1, 5]))
    *rows, labels = training.in_characters(samples, " #").splitlines()
    assert max(map(len, rows)) <= 78
    assert labels.split() == ["3", "1", "4", "1"][: 4 if size == 8 else 3]
    assert "".join(rows).strip() == ("##" if size == 8 else "#")


def test_matrix_aligns_its_columns() -> None:
    assert page.matrix([[1.0, -0.25], [12.0, 3.0]]) == " 1  -0.25\n12      3"
    assert page.matrix(mg.tensor(0.5)) == "0.5"
