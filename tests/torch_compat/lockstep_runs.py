"""Runs programs in lock-step for the tests: PyTorch's run of a program is made once."""

import io
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from rich.console import Console

from minigrad_torch_compat.lockstep import running, terminal
from minigrad_torch_compat.lockstep.judging import Tolerance


@pytest.fixture
def command(tmp_path):
    """Run the command on a program; return exit status, what it printed, the report as JSON."""

    def run(program, *options):
        (tmp_path / "program.py").write_text(textwrap.dedent(program))
        done = python(tmp_path, "--json", "report.json", *options, "program.py")
        report = tmp_path / "report.json"
        found = json.loads(report.read_text()) if report.exists() else None
        return done.returncode, done.stdout + done.stderr, found

    return run


def python(folder, *arguments):
    """Run the command there."""
    return subprocess.run(
        [sys.executable, "-m", "minigrad_torch_compat", "diff", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "100"},
    )


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """PyTorch's runs of programs: folders by the text of the program."""
    runs = {}

    def find(program):
        if program not in runs:
            folder = tmp_path_factory.mktemp("lockstep")
            (folder / "program.py").write_text(textwrap.dedent(program))
            plan = plan_for(folder)
            runs[program] = plan, running.run(plan, "torch", lambda text: None)
        return runs[program]

    return find


@pytest.fixture
def against(known):
    """Compare a program with a minigrad that was changed; return as ``command`` does."""

    def run(program, setup):
        plan, torch = known(program)
        Path(plan.setups["minigrad"]).write_text(textwrap.dedent(setup))
        minigrad = running.run(plan, "minigrad", lambda text: None)
        report = running.compare(plan, [torch, minigrad])
        shown = io.StringIO()
        terminal.show(report, Console(file=shown, width=200, soft_wrap=True))
        return report.status, shown.getvalue(), json.loads(json.dumps(report.as_dict()))

    return run


def plan_for(folder):
    """Return the plan for the program in a folder."""
    return running.Plan(
        program=str(folder / "program.py"),
        arguments=(),
        module=False,
        seed=0,
        kept=64,
        limit=None,
        steps=None,
        setups={"torch": None, "minigrad": str(folder / "setup.py")},
        folder=folder,
        keep=True,
        tolerance=Tolerance(),
    )
