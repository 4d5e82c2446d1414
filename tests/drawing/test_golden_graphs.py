"""The DOT text of small graphs, compared to the letter with the files in ``golden``.

``python tests/drawing/test_golden_graphs.py --write`` writes them anew: look at the difference.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import draw_graph

GOLDEN = Path(__file__).parent / "golden"
GRAPHS = {}


def golden(build):
    GRAPHS[build.__name__] = build
    return build


def trained(data, **kwargs):
    return mg.tensor(data, requires_grad=True, **kwargs)


# --- leaves -------------------------------------------------------------------------------------


@golden
def leaf():
    return trained([1.0, 2.0]).draw_graph()


@golden
def leaf_named_float64():
    w = trained([[1.5, -2.0]], dtype="float64")
    return w.draw_graph(names={"w": w})


@golden
def leaf_zero_gradient():
    w = trained([1.0, 2.0])
    (w * 0.0).sum().backward()
    return w.draw_graph()


@golden
def without_history():
    with mg.no_grad():
        y = trained([1.0, 2.0]) * 3.0
    return y.draw_graph(names={"y": y})


@golden
def integers():
    return mg.tensor([[1, 2], [3, 4]]).draw_graph()


@golden
def empty_tensor():
    return (trained(np.zeros((0, 3))) * 2.0).draw_graph()


# --- operations ---------------------------------------------------------------------------------


@golden
def sum_of_two():
    a, b = trained(1.0), trained(2.0)
    return (a + b).draw_graph(names={"a": a, "b": b})


@golden
def square_of_one_leaf():
    x = trained([3.0, -1.0])
    return (x * x).draw_graph(names={"x": x})


@golden
def number_on_the_right():
    return (trained([1.0, 2.0]) * 2).draw_graph()


@golden
def number_on_the_left():
    return (1.0 - trained([1.0, 2.0])).draw_graph()


@golden
def broadcast_and_reduce():
    x, bias = trained(np.arange(12.0).reshape(4, 3)), trained([1.0, 2.0, 3.0])
    return (x + bias).sum(0, keepdim=True).draw_graph(names={"x": x, "bias": bias})


@golden
def arguments_of_a_sum():
    return trained(np.ones((2, 3, 4))).sum((0, -1)).draw_graph()


@golden
def diamond():
    x = trained(0.5)
    h = mg.exp(x)
    y = h * x + h
    return y.draw_graph(names={"x": x, "h": h, "y": y})


@golden
def doublings():
    x = trained(1.0)
    y = x
    for _ in range(4):
        y = y + y
    return y.draw_graph()


@golden
def index():
    x = trained(np.arange(6.0).reshape(2, 3))
    return (x[0, 1:] * x[:, [0, 2]]).draw_graph(names={"x": x})


@golden
def item_assignment():
    x, v = trained([1.0, 2.0, 3.0]), trained(9.0)
    y = x * 2.0
    y[1] = v
    return y.sum().draw_graph(names={"x": x, "v": v, "y": y})


@golden
def several_results():
    x = trained([[1.0, 2.0], [3.0, 4.0]])
    first, second = mg.unbind(x)
    return (first * second).draw_graph(names={"x": x, "first": first, "second": second})


@golden
def any_number_of_operands():
    a, b = trained([1.0]), trained([2.0, 3.0])
    return mg.cat([a, b, a]).draw_graph(names={"a": a, "b": b})


@golden
def two_layers():
    x = mg.tensor(np.arange(20).reshape(5, 4) * 7 % 5 - 2, dtype="float32")
    ws = [trained(np.arange(m * 3).reshape(-1, 3) % 5 - 1.0, dtype="float32") for m in (4, 1)]
    ws[1] = ws[1].reshape(3, 1).detach().requires_grad_()
    y = mg.relu(x @ ws[0]) @ ws[1]
    loss = (y * y).mean()
    loss.backward()
    return loss.draw_graph(names={"x": x, "ws": ws, "y": y, "loss": loss})


# --- constants ----------------------------------------------------------------------------------


@golden
def constant_unnamed():
    c = mg.tensor([4.0, 5.0])
    return (trained([1.0, 2.0]) * c).draw_graph()


@golden
def constant_used_twice():
    x, c = trained([1.0, 2.0]), mg.tensor([4.0, 5.0])
    return (x * c + c).draw_graph(names={"x": x, "c": c})


@golden
def constant_gone():
    return (trained([1.0, 2.0]) + np.array([4.0, 5.0], dtype=np.float32)).draw_graph()


@golden
def detached():
    x = trained([1.0, 2.0])
    return (x * x.detach()).draw_graph(names={"x": x})


@golden
def constant_overwritten():
    x, c = trained([1.0, 2.0]), mg.tensor([4.0, 5.0])
    y = x + c
    c += 1.0
    return (y + c).draw_graph(names={"x": x, "c": c})


# --- gradients ----------------------------------------------------------------------------------


@golden
def before_backward():
    w, x = trained([1.0, 2.0]), mg.tensor([3.0, 4.0])
    return (w * x).sum().draw_graph(names={"w": w, "x": x})


@golden
def after_backward():
    w, x = trained([1.0, 2.0]), mg.tensor([3.0, 4.0])
    loss = (w * x).sum()
    loss.backward()
    return loss.draw_graph(names={"w": w, "x": x, "loss": loss})


@golden
def retained_gradient():
    x = trained([1.0, 2.0])
    h = x * 3.0
    h.retain_grad()
    loss = (h * h).sum()
    loss.backward()
    return loss.draw_graph()


@golden
def nan_and_infinity():
    x = trained([float("nan"), float("inf"), 1.0])
    y = (x * 2.0).sum()
    x.grad = mg.tensor([float("nan"), float("-inf"), float("nan")])
    return y.draw_graph(names={"x": x})


@golden
def large_tensors():
    w = trained(np.arange(100.0).reshape(10, 10))
    loss = (w * w).sum()
    loss.backward()
    return loss.draw_graph(names={"w": w})


# --- options ------------------------------------------------------------------------------------


@golden
def several_outputs():
    x = trained([1.0, 2.0])
    h = x * 2.0
    return draw_graph([h.sum(), mg.exp(h), x])


@golden
def outputs_in_a_dict():
    x = trained([1.0, 2.0])
    return draw_graph({"total": x.sum(), "squares": x * x})


@golden
def rules_saved_values():
    w, b = trained([1.0, 2.0]), trained(0.5)
    return mg.exp(w * w + b).draw_graph(names={"w": w, "b": b}, rules=True, saved=True)


@golden
def saved_values_freed():
    w = trained([1.0, 2.0])
    y = (w * w).sum()
    y.backward()
    return y.draw_graph(saved=True)


@golden
def no_values():
    w = trained([1.0, 2.0])
    y = (w * w).sum()
    y.backward()
    return y.draw_graph(values="none", rankdir="TB")


@golden
def full_values():
    w = trained(np.arange(9.0).reshape(3, 3))
    return (w * w).draw_graph(values="full")


@golden
def hostile_names():
    names = [
        '"',
        "\\",
        "\\N",
        "a\nb",
        "<b>bold</b>",
        "<>",
        "&lt;",
        "日本 🙂",
        "\x00\u202e",
        "z" * 9999,
    ]
    leaves = [trained(float(i)) for i in range(len(names))]
    y = leaves[0]
    for tensor in leaves[1:]:
        y = y + tensor
    return y.draw_graph(names=dict(zip(names, leaves, strict=True)), values="none")


# --- modules, views, folds ----------------------------------------------------------------------


class Residual(mg.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = mg.nn.Linear(2, 2)

    def forward(self, x):
        return x + mg.relu(self.inner(x))


def module_graph(blocks=1, **options):
    model = mg.nn.Sequential(*[Residual() for _ in range(blocks)])
    return draw_graph(model, mg.tensor([[1.0, -1.0]]), values="none", **options)


def weighed_sum(**options):
    x, w, b = mg.tensor([3.0, 4.0]), trained([1.0, 2.0]), trained(0.5)
    return (w * x + b).sum().draw_graph(names={"x": x, "w": w, "b": b}, **options)


@golden
def module_open():
    return module_graph()


@golden
def module_closed():
    return module_graph(depth=1)


@golden
def module_closed_whole():
    return module_graph(depth=0)


@golden
def module_backward():
    return module_graph(view="backward")


@golden
def module_repeats_folded():
    return module_graph(blocks=8, max_nodes=20)


@golden
def module_called_twice():
    block = Residual()
    return draw_graph(mg.nn.Sequential(block, block), mg.ones(1, 2), values="none")


@golden
def function_called():
    return draw_graph(lambda first, second: first @ second, trained([[2.0]]), mg.ones(1, 1))


@golden
def view_backward():
    return weighed_sum(view="backward")


@golden
def view_both():
    return weighed_sum(view="both", rules=True)


@golden
def view_both_downwards():
    return weighed_sum(view="both", rankdir="TB")


@golden
def repeats_folded():
    x = trained(1.0)
    for _ in range(20):
        x = mg.exp(mg.sin(x))
    return x.draw_graph(max_nodes=10)


@golden
def stretches_folded():
    x = trained(1.0)
    for k in range(40):
        x = x * float(k)
    return x.draw_graph(max_nodes=16)


@golden
def outputs_nested():
    x = trained([1.0, 2.0])
    return draw_graph({"state": (x * 2.0, [mg.exp(x)]), "x": x})


# --- the comparison -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", GRAPHS)
def test_text_is_golden(name):
    assert GRAPHS[name]().source == (GOLDEN / f"{name}.gv").read_text(encoding="utf-8")


def test_no_golden_file_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.gv")} == set(GRAPHS)


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_same_bytes_in_any_process(seed):
    expected = "".join((GOLDEN / f"{name}.gv").read_text(encoding="utf-8") for name in GRAPHS)
    printed = subprocess.run(
        [sys.executable, __file__],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
    )
    assert printed.stdout.decode("utf-8").replace("\r\n", "\n") == expected


if __name__ == "__main__":
    for name, build in GRAPHS.items():
        if "--write" in sys.argv:
            build().save(GOLDEN / f"{name}.gv")
        else:
            print(build().source, end="")
