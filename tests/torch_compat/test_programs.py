"""Whole programs in the manner of many authors print what they print under PyTorch.

All text must be the same. A number may be off by one in the last place it is printed with, as the
last bit of a sum may lie on either side; for the programs in ``ROUNDED`` it must agree to four
digits. Where torchvision is needed and not installed, PyTorch's side is a recording: the
output of ``python NAME.py`` with torch 2.13.0, torchvision 0.28.0 and the digits made here.
"""

import os
import re
import struct

import numpy as np
import pytest
from program_engines import PROGRAMS, Engine

ROUNDED = {
    "makemore": "prints losses with all their digits",
    "mini_gpt": "prints a loss with all its digits",
    "polynomial_fits": "hundreds of steps along a slope that is all but zero",
    "siamese": "prints losses with all their digits",
    "time_sequence": "prints losses with all their digits; LBFGS repeats what it is given",
    "skip_gram": "prints weights after a hundred steps",
}
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?(?![\w])")
ADDRESS = re.compile(r" object at 0x[0-9a-f]+")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs run in forks")
names = sorted(path.stem for path in PROGRAMS.glob("*.py"))


def write_digits(folder):
    """Write pictures of bars at ten heights as MNIST's files."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for part, count in (("train", 256), ("t10k", 100)):
        labels = rng.integers(0, 10, count).astype(np.uint8)
        images = rng.integers(0, 50, (count, 28, 28)).astype(np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 + 2 * label : 6 + 2 * label, 4:24] += 200
        head = struct.pack(">IIII", 2051, count, 28, 28)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(head + images.tobytes())
        head = struct.pack(">II", 2049, count)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(head + labels.tobytes())


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    write_digits(data / "MNIST" / "raw")
    found = [Engine(name, PROGRAMS_DATA=str(data)) for name in ("torch", "minigrad")]
    yield found
    for engine in found:
        engine.close()


def recorded(program):
    """Return the recording of a program for which PyTorch alone is not enough."""
    path = PROGRAMS / "recorded" / f"{program}.txt"
    if not path.exists():
        return None
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError):  # it is for another version of torch
        return path.read_text()
    return None


def place(number):
    """Return the value of the last digit that is printed."""
    digits, _, exponent = number.partition("e")
    return 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


def close(found, expected, rounded):
    if found == expected:
        return True
    if not {".", "e"} & set(expected):
        return False
    allowed = 1.01 * max(place(found), place(expected))
    if rounded:
        allowed = max(allowed, 1e-4 * abs(float(expected)))
    return abs(float(found) - float(expected)) <= allowed


def differences(found, expected, rounded=False):
    """Return the lines that differ by more than is allowed."""
    found, expected = (ADDRESS.sub("", text).splitlines() for text in (found, expected))
    wrong = []
    for ours, theirs in zip(found, expected):
        same_words = NUMBER.sub("#", ours).split() == NUMBER.sub("#", theirs).split()
        numbers = zip(NUMBER.findall(ours), NUMBER.findall(theirs))
        if not same_words or not all(close(a, b, rounded) for a, b in numbers):
            wrong += [f"- {theirs}", f"+ {ours}"]
    if len(found) != len(expected):
        wrong += [f"{len(expected)} lines expected, {len(found)} found", *found[-3:]]
    return wrong


@pytest.mark.parametrize("name", names)
def test_prints_what_pytorch_prints(name, engines, tmp_path):
    written = recorded(name)
    started = [
        engine.start(name, tmp_path / engine.name)
        for engine in engines
        if not (written and engine.name == "torch")
    ]
    *expected, found = [wait() for wait in started]
    (expected,) = expected or [written]
    assert not differences(found, expected, name in ROUNDED)
    assert expected.count("\n") > 5


@pytest.mark.parametrize(
    ("found", "expected", "rounded"),
    [
        ("loss 0.1234", "loss 0.1236", False),
        ("loss 0.12345678", "loss 0.12347678", True),
        ("3 of 4", "3 of 5", True),
        ("loss 1", "cost 1", True),
        ("1.0\n", "1.0\n2.0\n", True),
        ("1.000e+05", "1.002e+05", False),
        ("[1, 2]", "(1, 2)", True),
        ("-1.0", "1.0", True),
        ("nan", "1.0", True),
    ],
)
def test_what_must_be_told_apart(found, expected, rounded):
    assert differences(found, expected, rounded)


@pytest.mark.parametrize(
    ("found", "expected", "rounded"),
    [
        ("loss 0.1234", "loss 0.1235", False),
        ("loss 0.12345678", "loss 0.12345901", True),
        ("<A>", "<A object at 0x7f01>", False),
        ("1.234e-05 ", "1.235e-05", False),
    ],
)
def test_what_counts_as_the_same(found, expected, rounded):
    assert not differences(found, expected, rounded)
