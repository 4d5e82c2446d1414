"""einops, a library by others, on minigrad: it asks for ``torch``, and finds the facade."""

import subprocess
import sys

import pytest

pytest.importorskip("einops")

SCRIPT = """
import torch
from torch import nn
from einops import einsum, pack, rearrange, reduce, repeat, unpack
from einops.layers.torch import EinMix, Rearrange, Reduce

x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
y = rearrange(x, "b h w -> b (h w)")
print(tuple(y.shape), y.requires_grad)
print(rearrange(x, "b h (w two) -> two w h b", two=2).flatten().tolist()[:5])
for how in ("mean", "max", "min", "sum", "prod"):
    print(how, reduce(x, "b h w -> b", how).tolist())
print(reduce(x > 3, "b h w -> b", "all").tolist())
print(tuple(repeat(x, "b h w -> (k b) h w 1", k=2).shape))
print(einsum(x, x, "b h w, b g w -> b h g").sum().item())
packed, shapes = pack([x, x[:, 0]], "b * w")
print(tuple(packed.shape), [tuple(u.shape) for u in unpack(packed, shapes, "b * w")])
print(tuple(rearrange([x, x], "k a b c -> a k b c").shape))
model = nn.Sequential(Rearrange("b h w -> b (h w)"), nn.Linear(12, 3))
nn.init.ones_(model[1].weight)
model(x).sum().backward()
print(x.grad.sum().item(), Reduce("b h w -> b", "mean")(x).tolist())
mix = EinMix("b h w -> b h v", weight_shape="w v", bias_shape="v", w=4, v=5)
print(tuple(mix(x).shape), sorted(name for name, _ in mix.named_parameters()))
"""


def run(code, *args):
    command = [sys.executable, *args, code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_as_with_pytorch(tmp_path):
    script = tmp_path / "with_einops.py"
    script.write_text(SCRIPT)
    found = run(str(script), "-m", "minigrad_torch_compat", "run")
    assert found == run(str(script))
    assert "mean [5.5, 17.5]" in found
