"""How ``diff`` ends: programs that fail, differ in their course, are stopped, or cannot be run."""

# ruff: noqa: F811 - fixtures that are imported

import subprocess
import sys
import textwrap

import pytest
from lockstep_runs import against, command, known, python  # noqa: F401

pytest.importorskip("torch")


def test_a_failure_on_one_side_names_the_call(against):
    program = "import torch\nx = torch.ones(3)\ny = x * 2\nz = y.sin()\n"
    setup = """
        import torch
        def wrong(x):
            raise RuntimeError("no sine today")
        torch.Tensor.sin = wrong
    """
    code, shown, report = against(program, setup)
    assert code == 1
    assert report["finding"]["kind"] == "error"
    assert report["finding"]["site"]["line"] == 4
    assert "minigrad: RuntimeError: no sine today" in shown
    assert "Traceback" in shown
    assert report["finding"]["last"][-1][0] == "Tensor.__mul__"


def test_a_failure_outside_of_calls(command):
    program = """
        import torch
        x = torch.ones(3) + 1
        if "minigrad" in torch.__file__:
            raise KeyError("lost")
    """
    code, shown, report = command(program)
    assert code == 1
    assert "The run under minigrad ended with KeyError: 'lost'; the other did not" in shown
    assert report["runs"][0]["error"] is None
    assert 'raise KeyError("lost")' in report["runs"][1]["error"]


@pytest.mark.slow
def test_the_same_failure_on_both_sides_agrees(command):
    code, shown, _ = command("import torch\nx = torch.ones(2)\nraise ValueError('same')\n")
    assert code == 0
    assert "Both runs ended with ValueError: same" in shown


@pytest.mark.slow
def test_a_process_that_dies(command):
    program = """
        import os, torch
        x = torch.ones(3).exp()
        if "minigrad" in torch.__file__:
            os._exit(5)
    """
    code, shown, report = command(program)
    assert code == 1
    assert "without notice, with exit status 5" in shown
    assert report["runs"][1]["last"][-1][0] == "Tensor.exp"


@pytest.mark.slow
def test_other_ways_through_the_program(command):
    program = """\
        import torch
        x = torch.ones(3)
        if "minigrad" in torch.__file__:
            y = x.exp()
        else:
            y = x.log()
        z = y + 1
    """
    code, shown, report = command(program)
    assert (code, report["finding"]["kind"]) == (1, "control flow"), shown
    assert report["finding"]["next"]["PyTorch"][0][0] == "Tensor.log"
    assert report["finding"]["next"]["minigrad"][0][0] == "Tensor.exp"
    assert report["finding"]["last"][-1][0] == "ones"


@pytest.mark.slow
def test_a_longer_program_on_one_side(command):
    program = """
        import torch
        for i in range(3 if "minigrad" in torch.__file__ else 4):
            x = torch.ones(i)
    """
    code, shown, _ = command(program)
    assert code == 1
    assert "minigrad ended after 3 calls, the other goes on" in shown


@pytest.mark.slow
def test_printed_words_count_and_numbers_are_told(command):
    program = "import torch\nprint('took 1.5 s', {!r} if 'minigrad' in torch.__file__ else {!r})\n"
    code, shown, report = command(program.format("one", "two"))
    assert (code, report["finding"]["kind"]) == (1, "output")
    code, shown, report = command(program.format("1", "2"))
    assert code == 0
    assert "only numbers differ, first in line 1" in shown
    assert "minigrad: took 1.5 s 1" in shown


@pytest.mark.slow
def test_exit_statuses(command):
    program = "import sys, torch\nsys.exit(3 if 'minigrad' in torch.__file__ else 4)\n"
    code, shown, _ = command(program)
    assert code == 1, shown
    assert "The exit status is 4 under PyTorch, 3 under minigrad" in shown


@pytest.mark.slow
def test_the_seed_holds_for_all_generators(command, tmp_path):
    program = """
        import random, numpy, torch
        print(random.random(), numpy.random.rand(), torch.rand(1).item(), hash("a"))
    """
    outputs = []
    for seed in ("3", "3", "4"):
        code, shown, _ = command(program, "--seed", seed)
        assert code == 0, shown
        one, two = (
            (tmp_path / f".minigrad/diff/program/{engine}.out").read_text()
            for engine in ("torch", "minigrad")
        )
        assert one == two
        outputs.append(one)
    assert outputs[0] == outputs[1] != outputs[2]


@pytest.mark.slow
def test_limit_and_steps_stop_the_program(command, tmp_path):
    program = """
        import torch
        w = torch.ones(1, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.1)
        for i in range(1000000):
            (w * w).backward()
            optimizer.step()
    """
    code, shown, report = command(program, "--steps", "3")
    assert report is not None, shown
    assert (code, report["counts"]["steps"]) == (0, 3)
    code, shown, report = command(program, "--limit", "6", "--keep", "kept")
    assert (code, report["counts"]["calls"]) == (0, 6)
    assert "stopped after as many calls or steps" in shown
    assert (tmp_path / "kept/minigrad.records.jsonl").exists()


@pytest.mark.slow
def test_modules_and_arguments(command, tmp_path):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/__main__.py").write_text("import sys, torch\nprint(sys.argv[1:])\n")
    done = python(tmp_path, "-m", "pack", "--seed", "x")
    assert done.returncode == 0, done.stderr
    printed = (tmp_path / ".minigrad/diff/pack/minigrad.out").read_text()
    assert printed == "['--seed', 'x']\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py"], "can't open file 'nowhere.py'"),
        ([], "give a SCRIPT, or -m MODULE"),
        (["--setup-minigrad", "nowhere.py", "here.py"], "can't open file 'nowhere.py'"),
        (["--limit", "0", "here.py"], "expected a positive number"),
    ],
)
def test_what_cannot_be_run(tmp_path, arguments, message):
    (tmp_path / "here.py").write_text("")
    done = python(tmp_path, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_setup_that_fails(tmp_path):
    (tmp_path / "here.py").write_text("")
    (tmp_path / "bad.py").write_text("1 / 0")
    done = python(tmp_path, "--setup-minigrad", "bad.py", "here.py")
    assert done.returncode == 2
    assert "the run under minigrad could not begin" in done.stderr
    assert "ZeroDivisionError" in done.stderr


def test_without_pytorch(tmp_path):
    (tmp_path / "here.py").write_text("")
    (tmp_path / "without.py").write_text(
        textwrap.dedent("""
            import importlib.util, sys
            plain = importlib.util.find_spec
            importlib.util.find_spec = lambda name: None if name == "torch" else plain(name)
            from minigrad_torch_compat.lockstep.command import main
            sys.exit(main(["here.py"]))
        """)
    )
    done = subprocess.run(
        [sys.executable, "without.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "minigrad diff: PyTorch is not installed: pip install 'minigrad[torch]'\n"
    )
