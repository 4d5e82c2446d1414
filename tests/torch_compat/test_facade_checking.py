"""``run --check`` tells what a program uses and what minigrad lacks, without running it."""

import subprocess
import sys
import textwrap

import pytest

PROGRAM = """
    import torch, sys
    import torch.nn as nn
    from torch import optim as o, Tensor
    from torch.nn import (
        Linear,
        Linearr,
    )
    import torch._dynamo
    import beside

    FT = torch.FloatTensor
    raise SystemExit("it was run")
    FT(2).shape.foo
    nn.functional.rellu(torch.float32.itemsize)
    nn.Embedding.from_pretrained
    nn.Embedding.nope
    o.Adam
    torch.one_hot
    getattr(torch, "ranndn")
    sys.argv.foo
    model.torch.foo
"""


@pytest.fixture
def check(tmp_path):
    def command(text, *arguments, name="program.py"):
        (tmp_path / "beside.py").write_text("from torch import zeross\nimport json\n")
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        done = subprocess.run(
            [sys.executable, "-m", "minigrad_torch_compat", "run", "--check"]
            + ([*arguments] or [str(path)]),
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=60,
        )
        return done.returncode, done.stdout, done.stderr

    return command


def verdicts(output):
    """Return name -> (lines, what is said) from the report."""
    found = {}
    for line in output.splitlines():
        if line.startswith("  "):
            name, _, rest = line.strip().partition(" ")
            lines, _, said = rest.strip().removeprefix("lines").removeprefix("line").partition(": ")
            found[name] = [int(n) for n in lines.split(",")], said
    return found


def test_names_lines_and_what_is_missing(check):
    code, out, errors = check(PROGRAM)
    assert (code, errors) == (1, "")
    found = verdicts(out)
    assert {name: lines for name, (lines, said) in found.items() if not said} == {
        "torch": [2],
        "torch.nn": [3],
        "torch.optim": [4],
        "torch.Tensor": [4],
        "torch.nn.Linear": [6],
        "torch.FloatTensor": [12, 14],
        "torch.float32.itemsize": [15],
        "torch.nn.Embedding.from_pretrained": [16],
        "torch.optim.Adam": [18],
    }
    lacking = {name: (lines, said) for name, (lines, said) in found.items() if said}
    nearest = "minigrad has no {}; the nearest name it has is {}".format
    assert lacking == {
        "torch.nn.Linearr": ([7], nearest("torch.nn.Linearr", "torch.nn.Linear")),
        "torch._dynamo": ([9], "minigrad has no torch._dynamo"),
        "torch.nn.functional.rellu": (
            [15],
            nearest("torch.nn.functional.rellu", "torch.nn.functional.relu"),
        ),
        "torch.nn.Embedding.nope": ([17], "minigrad has no torch.nn.Embedding.nope"),
        "torch.one_hot": ([19], nearest("torch.one_hot", "torch.nn.functional.one_hot")),
        "torch.ranndn": ([20], nearest("torch.ranndn", "torch.randn")),
        "torch.zeross": ([1], nearest("torch.zeross", "torch.zeros")),
    }
    assert "names of torch, 6 missing" in out
    assert "beside.py: 1 names of torch, 1 missing" in out


def test_status_0_if_nothing_is_missing(check):
    code, out, _ = check("import torch\nprint(torch.ones(2))\n")
    assert code == 0
    assert list(verdicts(out)) == ["torch", "torch.ones"]


def test_module(check):
    code, out, _ = check("import torch\ntorch.nope_at_all\n", "-m", "program")
    assert code == 1
    assert "torch.nope_at_all" in out


@pytest.mark.parametrize(
    ("arguments", "said"), [(["nowhere.py"], "nowhere.py"), (["-m", "nowhere"], "nowhere")]
)
def test_status_2_if_there_is_nothing_to_read(check, arguments, said):
    code, _, errors = check("", *arguments)
    assert code == 2
    assert said in errors


def test_status_2_for_what_is_no_python(check):
    code, _, errors = check("import torch\nx = = 2\n")
    assert code == 2
    assert "line 2" in errors
