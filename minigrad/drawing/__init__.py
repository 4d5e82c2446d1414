"""Pictures of the recorded graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .graph import build, graph_of
from .labels import Show
from .trace import trace_backward

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from ..autograd.traced import Traced
    from .dot import Drawing

__all__ = ["draw_graph", "graph_of", "replay", "trace_backward"]


def draw_graph(
    outputs: Any,
    *inputs: Any,
    names: Any = None,
    values: str = "auto",
    rules: bool = False,
    saved: bool = False,
    where: bool = False,
    rankdir: str = "LR",
    view: str = "forward",
    depth: int | None = None,
    max_nodes: int | None = 200,
) -> Drawing:
    """Return the graph that led to some tensors as a ``graphviz.Digraph``.

    Rounded boxes are leaves that require a gradient, ellipses other tensors (dashed if nobody
    named them), boxes operations, double borders the outputs. Operations show the shape of their
    result, and its values as long as a tensor or a saved value holds them. A tensor is one node
    however often it is used; a constant too, where its array was saved for a rule.

    The picture is drawn by the Graphviz program ``dot``: in a notebook by itself, or by
    ``.render(path)``. Without it, ``.svg()`` gives a picture with a layout of our own, and
    ``.source``, ``.mermaid()``, ``.json()`` and ``.text()`` other forms; ``.save(path)`` writes the
    one that the path ends with.

    Args:
        outputs: a tensor, or tensors in lists, tuples and dicts; or a module or a function, which
            is called. A module's parts then are frames around their operations.
        inputs: what to call it with.
        names: a mapping of names to tensors: ``locals()``, or
            ``dict(module.named_parameters())``.
        values: "auto" shows the values and gradients of small tensors and a summary of large ones,
            "full" those of larger ones too, "summary" summaries only, "none" neither.
        rules: show the derivative rule of each operand.
        saved: show what each operation keeps for the backward pass.
        where: show the line of the program that recorded each operation.
        rankdir: direction from the leaves to the outputs: "LR", "TB", "RL" or "BT".
        view: "forward" shows how values flow, "backward" how gradients do, "both" both.
        depth: how many levels of modules are open; deeper ones are closed boxes. All, by default.
        max_nodes: above so many, blocks that repeat are folded into one box; if that is not
            enough, modules are closed, and then stretches of operations folded. The picture says
            so. None folds nothing.

    Raises:
        TypeError: if an output is not a tensor, or ``names`` not a mapping.
        ValueError: if there is no output, or for an unknown ``values``, ``rankdir`` or ``view``, a
            negative ``depth`` or a ``max_nodes`` below 4.

    Example:
        >>> import minigrad as mg
        >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
        >>> loss = (x * x).sum()
        >>> print(loss.draw_graph(names=locals()).source)  # doctest: +ELLIPSIS
        digraph minigrad {
        ...
    """
    show = Show(values, rules, saved, where)
    if rankdir not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"rankdir must be LR, TB, RL or BT, got {rankdir!r}")
    if view not in ("forward", "backward", "both"):
        raise ValueError(f"view must be forward, backward or both, got {view!r}")
    if depth is not None and depth < 0:
        raise ValueError(f"depth must be at least 0, got {depth}")
    if max_nodes is not None and max_nodes < 4:
        raise ValueError(f"max_nodes must be at least 4, got {max_nodes}")
    from . import folding, modules  # a picture needs what no one else does
    from .dot import to_digraph
    from .scene import scene_of

    calls: list[modules.Call] = []
    if modules.is_model(outputs):
        outputs, calls, found = modules.called(outputs, inputs)
        names = {**found, **dict(names or {})}
    elif inputs:
        raise TypeError("draw_graph takes inputs only for a module or a function to be called")
    graph, ids = build(outputs, names)
    owner = modules.owners(graph, ids, calls)
    folded = folding.fold(graph, owner, calls, depth, max_nodes)
    return to_digraph(
        scene_of(graph, show, rankdir, view, folding=folded, owner=owner, calls=calls)
    )


def replay(
    tensor: Traced,
    path: str | os.PathLike[str],
    gradient: Any = None,
    *,
    retain_graph: bool = False,
    names: Any = None,
    max_steps: int = 1000,
) -> Path:
    """Run backward from a tensor, write a page that replays it step by step, and return its path.

    The page is one file that needs no network: in a browser it goes through the pass in the
    engine's order, with what arrives at each operation, its rules, what it sends, the sums, and the
    queue. It also shows a wrong order, and asks for gradients before it reveals them. Leaves
    receive their gradients as from ``tensor.backward(gradient)``.

    Args:
        tensor: where to start.
        path: the file to write, such as "out.html".
        gradient: as for ``backward``; may be omitted for a single element.
        retain_graph: keep saved tensors for another pass.
        names: a mapping of names to tensors, as for ``draw_graph``.
        max_steps: the largest number of operations to show.

    Raises:
        RuntimeError: as ``Tensor.backward``.
        ValueError: if there are more than ``max_steps`` operations; nothing has changed then.

    Example:
        >>> import minigrad as mg, tempfile
        >>> x = mg.tensor(3.0, requires_grad=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     page = (x * x).replay(f"{folder}/out.html", names={"x": x}).read_text()
        >>> "Step 1 of 1: MulBackward" in page, x.grad.item()
        (True, 6.0)
    """
    from ..files import write
    from .replaying import page  # a page is made by few programs, and needs much

    made = page(tensor, gradient, retain_graph=retain_graph, names=names, most=max_steps)
    return write(path, made.encode())
