"""The command ``minigrad`` as a user meets it: in a process of its own."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from minigrad.cli import main

# What continuous integration sets to get colours into its logs, which would tear words apart.
COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}


def run(*arguments: str, code: str | None = None, **environment: str):
    """Run ``python -m minigrad`` (or some code) and return the finished process."""
    start = ["-m", "minigrad"] if code is None else ["-c", code]
    return subprocess.run(
        [sys.executable, *start, *arguments],
        capture_output=True,
        text=True,
        env={**PLAIN, **environment},
        timeout=120,
    )


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"minigrad {version('minigrad')}\n")


def test_the_installed_command_is_the_same() -> None:
    command = Path(sys.executable).with_name("minigrad")
    if not command.exists():
        pytest.skip("minigrad is not installed as a command")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, f"minigrad {version('minigrad')}\n")


def test_help_names_the_tour_and_its_options() -> None:
    assert "tour" in run("--help").stdout
    done = run("tour", "--help", COLUMNS="100")
    assert done.returncode == 0
    for option in ("--out", "--data", "--epochs", "--seed", "--quick"):
        assert option in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["tuor"], ["tour", "--epochs", "0"], ["tour", "--data", "cats"], ["tour", "--seed", "x"]],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(arguments) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    wrong = next((a for a in arguments if a.startswith("--")), arguments[0])
    assert wrong in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("missing", ["typer", "rich", "matplotlib"])
def test_without_the_demo_extra(missing) -> None:
    hide = f"import sys; sys.modules[{missing!r}] = None"
    done = run(code=f"{hide}; from minigrad.cli import main; main(['tour'])")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"minigrad: {missing} is not installed; the command line needs the demo extra: "
        "pip install 'minigrad[demo]'\n"
    )


def test_without_scikit_learn(tmp_path) -> None:
    hide = (
        "import sys; sys.modules['sklearn'] = None; from minigrad.cli import main; "
        f"main(['tour', '--data', 'digits', '--out', {str(tmp_path)!r}])"
    )
    done = run(code=hide)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "minigrad tour: digits() needs scikit-learn: pip install 'minigrad[demo]'"
    ]


def test_a_bug_of_our_own_is_not_taken_for_a_missing_extra(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "minigrad.examples.tour.command", None)
    with pytest.raises(ModuleNotFoundError, match="minigrad"):
        main(["tour"])


def test_importing_minigrad_needs_no_extra() -> None:
    extras = ("typer", "rich", "matplotlib", "sklearn", "tqdm", "torch")
    code = f"import sys, minigrad, minigrad.data; print([m for m in {extras} if m in sys.modules])"
    done = run(code=code)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
