"""Chapters 1 to 3: a graph of four operations, its backward pass, checks, and a picture of it."""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax

import minigrad as mg
from minigrad.drawing import graph_of, trace_backward
from minigrad.drawing.graph import Graph
from minigrad.drawing.trace import Contribution, Step
from minigrad.files import write

from ..common.page import chapter, indented, matrix, table

START = [[1.0, 2.0], [3.0, -1.0]]
Names = dict[str, Any]


def homework(x: Any) -> Names:
    """Compute mean(3 (x + 2)^2), the classic first exercise, one operation a line."""
    a = x + 2
    b = a * a
    c = 3 * b
    out = c.mean()
    return {"x": x, "a": a, "b": b, "c": c, "out": out}


def show_backward(console: Console) -> Names:
    """Run the example forward, then backward, step by step; return its tensors."""
    chapter(console, 1, "Forward, and all the way back")
    console.print(
        "The first exercise of every course, out = mean(3 (x + 2)²), an operation a line:\n"
    )
    lines = inspect.getsource(homework).splitlines()[2:-1]
    text = "\n".join(line.strip() for line in lines)
    code = Syntax(text, "python", theme="ansi_dark", background_color="default")
    console.print(indented(code))
    x = mg.tensor(START, requires_grad=True)
    tensors = homework(x)
    show_values(console, tensors)
    out = tensors["out"]
    console.print(
        "\nEvery line left a node in a graph. Now backward: how much does out change with each of "
        "these numbers? The engine takes the youngest node first; the gradient g of its result has "
        "arrived by then. The node has a rule for each operand that says what to send there.\n"
    )
    graph = graph_of(out, tensors)
    for name in "abc":
        tensors[name].retain_grad()  # else only x, a leaf, keeps its gradient: for the picture
    steps = trace_backward(out, names=tensors, retain_graph=True)
    show_steps(console, steps, graph)
    console.print(
        "\na is used twice in a * a, so two gradients flow into it, and they add up. The way ends "
        "in x, whose gradient it was all about:\n"
    )
    console.print(indented(f"[bold]x.grad[/]\n[bold green]{matrix(x.grad)}[/]"))
    return tensors


def show_values(console: Console, tensors: Names) -> None:
    """Print the values of the forward pass."""
    shown = table("", "value", "recorded as")
    for name, tensor in tensors.items():
        made_by = tensor.grad_fn.name() if tensor.grad_fn else "leaf, gradient wanted"
        shown.add_row(f"[bold]{name}[/]", matrix(tensor.detach()), made_by, end_section=True)
    console.print("")
    console.print(indented(shown))


def show_steps(console: Console, steps: list[Step], graph: Graph) -> None:
    """Print each step of a backward pass: what arrives, the rules, what they send where."""
    shown = table("step", "g arrives", "rule", "sends", "to", "there now")
    for number, step in enumerate(steps, start=1):
        first = (f"{number}  {step.name}", matrix(step.incoming))
        for sent in step.contributions:
            name = graph.nodes[sent.target].values[0].name or sent.to
            shown.add_row(
                *first,
                f"[magenta]{escape(rule_in_words(step, sent, graph))}[/]",
                matrix(sent.gradient),
                f"[bold]{name}[/]",
                matrix(sent.accumulated),
                end_section=True,
            )
            first = ("", "")
    console.print(indented(shown))


def rule_in_words(step: Step, sent: Contribution, graph: Graph) -> str:
    """Return a derivative rule with the names of this program for those of the rule."""
    names = {operand: f"{number}" for operand, number in graph.nodes[step.id].operands}
    for edge in graph.edges:
        name = graph.nodes[edge.source].values[edge.result].name
        if edge.target == step.id and name is not None:
            names[edge.operand] = name
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), sent.formula)


# --- is it right? -------------------------------------------------------------------------------


def finite_differences(function: Callable[[Any], Any], x: np.ndarray, step: float) -> np.ndarray:
    """Return the gradient of a function by trying: how much does each element change the result?

    Formula: (f(x + h) - f(x - h)) / 2h, element by element, with an error that falls as h^2.
    """
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[place] = step
        ahead, behind = function(mg.tensor(x + nudge)), function(mg.tensor(x - nudge))
        gradient[place] = (ahead.item() - behind.item()) / (2 * step)
    return gradient


def gradient_by(library: Any, values: np.ndarray) -> np.ndarray:
    """Return the gradient that minigrad, or PyTorch, computes: the program is the same."""
    x = library.tensor(values, requires_grad=True)  # float64, as the array is
    (gradient,) = library.autograd.grad(homework(x)["out"], x)
    return gradient.numpy()


def check_gradient(console: Console) -> bool:
    """Compare the gradient with three others; return whether all agree."""
    chapter(console, 2, "Is it right?")
    values = np.array(START)
    tried = finite_differences(lambda x: homework(x)["out"], values, step=1e-5)
    others = {
        "by hand: 6 (x + 2) / 4": (6 * (values + 2) / 4, 1e-14),
        "central differences, h = 1e-5": (tried, 1e-8),
    }
    if find_spec("torch"):
        torch = import_module("torch")
        others[f"PyTorch {torch.__version__}"] = (gradient_by(torch, values), 1e-14)
    console.print("The same gradient, found in other ways, in float64:\n")
    shown = table("", "largest difference", "allowed", "")
    ours = gradient_by(mg, values)
    right = True
    for name, (gradient, allowed) in others.items():
        difference = np.abs(ours - gradient).max()
        agrees = bool(difference <= allowed)
        verdict = "[green]agrees[/]" if agrees else "[bold red]DIFFERS[/]"
        shown.add_row(name, f"{difference:.1e}", f"{allowed:.0e}", verdict)
        right = right and agrees
    console.print(indented(shown))
    if len(others) < 3:
        console.print("\nPyTorch is not installed, so it was not asked: pip install torch")
    return right


# --- a picture of it ----------------------------------------------------------------------------


def draw_graph(console: Console, folder: Path, tensors: Names) -> Path:
    """Draw the graph; without Graphviz, leave its description."""
    chapter(console, 3, "A picture of the graph")
    drawing = tensors["out"].draw_graph(names=tensors, rules=True)
    if shutil.which("dot"):
        path = write(folder / "graph.svg", drawing.pipe(format="svg"))
        console.print(
            f"[bold]{path.name}[/] shows every tensor with its value and gradient, and every "
            "operation with its rules."
        )
    else:
        path = write(folder / "graph.dot", drawing.source.encode())
        console.print(
            f"[bold]{path.name}[/] is the graph in words. The program dot makes a picture of them, "
            "but it is not installed: apt install graphviz, brew install graphviz, or see "
            "https://graphviz.org/download."
        )
    return path
