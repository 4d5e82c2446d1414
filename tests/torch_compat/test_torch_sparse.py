"""Sparse tensors in a program that believes it has PyTorch: the same lines are printed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import warnings
warnings.filterwarnings("ignore")
import torch

indices = torch.tensor([[0, 1, 1], [2, 0, 2]])
values = torch.tensor([3.0, 4.0, 5.0])
adjacency = torch.sparse.FloatTensor(indices, values, torch.Size([2, 3]))
print(adjacency, adjacency.layout, adjacency.type(), torch.ones(2).layout is torch.strided)
print(adjacency.is_sparse, isinstance(adjacency, torch.Tensor), adjacency.coalesce().indices())
x = torch.ones(3, 2, requires_grad=True)
y = torch.spmm(adjacency, x)
print(y)
y.sum().backward()
print(x.grad, torch.sparse.mm(adjacency, x.detach()))
weights = torch.ones(3, requires_grad=True)
learned = torch.sparse_coo_tensor(indices, weights, (2, 3))
print(learned)
print(torch.eye(3).to_sparse().double(), adjacency.t().shape, adjacency.to_dense())
"""


def test_the_same_lines_are_printed(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    texts = []
    for command in (["program.py"], ["-m", "minigrad_torch_compat", "run", "program.py"]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        texts.append(done.stdout)
    assert texts[0] == texts[1]
