"""``torch.save`` and ``torch.load`` in a program that believes it has PyTorch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch

WRITES = """
import torch
import torch.nn as nn
from torch.serialization import add_safe_globals, safe_globals

model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
optimizer = torch.optim.Adam(model.parameters())
model(torch.ones(4, 2)).sum().backward()
optimizer.step()
torch.save(
    {
        "epoch": 3,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "shape": torch.ones(2, 3).shape,
        "dtype": torch.float16,
        "device": torch.device("cpu"),
    },
    "ours.pt",
)
again = torch.load("ours.pt", map_location=torch.device("cpu"), weights_only=True)
assert type(again["shape"]) is torch.Size and again["dtype"] is torch.float16
theirs = torch.load("theirs.pt", weights_only=True)
print(theirs)
model.load_state_dict(theirs["model"])
print(f"{model(torch.ones(1, 2)).item():.5f}")

torch.save(model, "whole.pt")
try:
    torch.load("whole.pt")
except Exception as error:
    print(type(error).__name__, "GLOBAL" in str(error))
whole = torch.load("whole.pt", weights_only=False)
assert torch.equal(whole(torch.ones(1, 2)), model(torch.ones(1, 2)))
"""


def test_files_between_a_program_and_pytorch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    theirs = {
        "model": model.state_dict(),
        "shape": torch.Size([2, 3]),
        "dtypes": [torch.bfloat16, torch.int64],
        "device": torch.device("cpu"),
    }
    torch.save(theirs, tmp_path / "theirs.pt")
    (tmp_path / "program.py").write_text(WRITES)
    done = subprocess.run(
        [sys.executable, "-m", "minigrad_torch_compat", "run", "program.py"],
        cwd=tmp_path,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    expected = f"{theirs}\n{model(torch.ones(1, 2)).item():.5f}\nUnpicklingError True\n"
    assert done.stdout == expected
    ours = torch.load(tmp_path / "ours.pt", weights_only=True)
    assert ours["shape"] == torch.Size([2, 3])
    assert type(ours["shape"]) is torch.Size
    assert ours["dtype"] is torch.float16
    assert ours["device"] == torch.device("cpu")
    model.load_state_dict(ours["model"])
    optimizer = torch.optim.Adam(model.parameters())
    optimizer.load_state_dict(ours["optimizer"])
    assert optimizer.state_dict()["state"][0]["step"].item() == 1
