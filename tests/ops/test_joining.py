"""Joining, splitting, repeating and padding: errors, views, and linear cost."""

import numpy as np
import pytest
import torch
from engines import agree, fail

import minigrad as mg

ERRORS = """
t.cat([])
t.cat(x)
t.cat([x, s])
t.cat([x, m])
t.cat([m, m[:, :2]])
t.cat([m, 1.0])
t.cat([m], 2)
t.stack([])
t.stack([m, v])
t.stack([m], 3)
t.stack([m], -4)
t.hstack([])
t.vstack([m, v[:2]])
x.split(-1)
x.split(0)
x.split([1, 2])
x.split([3, -1])
x.split(2, 5)
x.split(1.5)
x.split([0.5, 1.5])
s.split(1)
x.chunk(0)
x.chunk(2, 3)
s.chunk(1)
x.tensor_split(0)
s.tensor_split(1)
x.unbind(3)
s.unbind()
iter(s)
m.repeat(2)
m.repeat(-1, 2)
m.repeat()
m.tile(-1)
m.repeat_interleave(-1)
m.repeat_interleave(t.tensor([1, 2]), 0)
m.repeat_interleave(2, 5)
t.meshgrid(m)
t.meshgrid(t.tensor([1]), t.tensor([1.0]))
t.meshgrid(t.tensor([1]), indexing="a")
t.meshgrid()
"""


@pytest.mark.parametrize("expression", ERRORS.strip().splitlines())
@pytest.mark.filterwarnings("ignore:torch.meshgrid")
def test_errors_are_pytorchs(expression):
    fail(expression)


PAD_ERRORS = [
    ("m", (1,), "constant"),
    ("m", (1, 1, 1, 1, 1, 1), "constant"),
    ("m", (-3, -3), "constant"),
    ("m", (-5, 2), "constant"),
    ("m", (1.5, 1), "constant"),
    ("m", (1, 1), "unheard of"),
    ("m", (4, 0), "reflect"),
    ("x", (1, 5), "circular"),
    ("m", (1, 1, 1, 1), "reflect"),
    ("v", (1, 1), "reflect"),
    ("x[None]", (1, 1), "replicate"),
    ("x", (-3, -3), "replicate"),
    ("m[:, :0]", (1, 1), "replicate"),
]


@pytest.mark.parametrize(("tensor", "widths", "mode"), PAD_ERRORS)
def test_errors_of_pad_are_pytorchs(tensor, widths, mode):
    fail(f"(t.pad if hasattr(t, 'pad') else t.nn.functional.pad)({tensor}, {widths}, {mode!r})")


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("widths", [(-1, 2), (2, -1), (-1, -1), (-2, 3), (0, 0), (-2, 0, 1, -1)])
def test_negative_widths_cut(mode, widths):
    if mode == "circular" and widths == (-2, 3):
        pytest.skip("it would wrap around twice")
    values = np.arange(20.0).reshape(1, 5, 4)
    ours = mg.pad(mg.tensor(values), widths, mode)
    theirs = torch.nn.functional.pad(torch.tensor(values), widths, mode)
    assert ours.tolist() == theirs.tolist()


def test_pad_takes_no_value_for_borders_made_of_elements():
    with pytest.raises(RuntimeError, match="value"):
        mg.pad(mg.zeros(2, 3), (1, 1), "reflect", 1.0)


EQUAL = """
t.cat([m, t.tensor([])])
t.cat([t.tensor([]), t.tensor([])])
t.cat([t.tensor([]), m], 1)
t.cat([m, m.double(), m.long()])
t.concat([m, m], dim=1)
t.concatenate([m, m], dim=-1)
t.stack([m, m.double()], dim=-1)
x[:0].split(0)
x[:0].split(2)
x[:0].chunk(2)
x.tensor_split([2, 1])
x.tensor_split([-1, 10])
x.tensor_split(t.tensor([1]))
x.tensor_split(t.tensor(2), 1)
list(m)
list(m[:0])
s.repeat(2)
m.repeat(0, 1)
m.tile(2)
t.tile(m, (2, 1, 2))
m.repeat_interleave(t.tensor([2]))
s.repeat_interleave(3)
t.meshgrid(t.tensor([1]), t.tensor(2), indexing="xy")
"""


@pytest.mark.parametrize("expression", EQUAL.strip().splitlines())
def test_less_common_calls(expression):
    agree(expression)


@pytest.mark.parametrize(
    "cut",
    [
        lambda t: t.split(2),
        lambda t: t.chunk(3),
        lambda t: t.unbind(),
        lambda t: tuple(t),
        lambda t: t.tensor_split([1, 4]),
    ],
    ids=["split", "chunk", "unbind", "iterate", "tensor_split"],
)
def test_all_parts_come_from_one_node(cut):
    """So backward joins n gradients once, instead of adding n tensors of the full size."""
    x = mg.ones(6, 2, requires_grad=True)
    parts = cut(x)
    assert len(parts) > 2
    assert len({part.grad_fn for part in parts}) == 1
    sum(((i + 1) * part).sum() for i, part in enumerate(parts)).backward()
    expected = [i + 1.0 for i, part in enumerate(parts) for _ in range(len(part.reshape(-1, 2)))]
    assert x.grad[:, 0].tolist() == expected


def test_all_tensors_of_a_join_get_views_of_one_gradient():
    """Cost linear in the size: no rule sums the sizes before its own again and again."""
    parts = [mg.ones(1, requires_grad=True) for _ in range(20_000)]
    joined = mg.cat(parts)
    (joined * mg.arange(20_000)).sum().backward()
    assert parts[-1].grad.item() == 19_999.0


@pytest.mark.parametrize("cut", [lambda t: t.split(1), lambda t: t.unbind(), tuple])
def test_parts_share_memory(cut):
    base = mg.arange(6, dtype=mg.float32).reshape(2, 3)
    cut(base)[1].fill_(9.0)
    assert base.tolist() == [[0.0, 1.0, 2.0], [9.0, 9.0, 9.0]]


def test_a_write_into_a_part_is_a_write_into_the_base():
    """PyTorch refuses this; its one-part view, a slice, is the reference."""
    values = np.arange(1.0, 7.0).reshape(3, 2)
    grads = []
    for lib, part in ((mg, lambda t: t.unbind()[1]), (torch, lambda t: t[1])):
        x = lib.tensor(values, requires_grad=True)
        base = x * 1.0
        piece = part(base)
        other = part(base)
        piece.mul_(x[0])
        (base * base + other).sum().backward()
        grads.append(x.grad.numpy())
    np.testing.assert_allclose(*grads)


def test_every_part_sees_a_write_into_the_base():
    x = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    base = x * 1.0
    first, second = base.split([1, 2])
    base.mul_(x)
    (first * 10).sum().backward()
    assert first.tolist() == [1.0]
    assert second.tolist() == [4.0, 9.0]
    assert x.grad.tolist() == [20.0, 0.0, 0.0]


def test_iterating_yields_views():
    x = mg.zeros(2, 2)
    for row in x:
        row += 1
    assert x.tolist() == [[1.0, 1.0], [1.0, 1.0]]
