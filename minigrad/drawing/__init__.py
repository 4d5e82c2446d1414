"""Pictures of the recorded graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .graph import graph_of
from .labels import Show
from .trace import trace_backward

if TYPE_CHECKING:
    import graphviz  # type: ignore[import-untyped]

__all__ = ["draw_graph", "graph_of", "trace_backward"]


def draw_graph(
    outputs: Any,
    *,
    names: Any = None,
    values: str = "auto",
    rules: bool = False,
    saved: bool = False,
    where: bool = False,
    rankdir: str = "LR",
) -> graphviz.Digraph:
    """Return the graph that led to some tensors as a ``graphviz.Digraph``.

    Rounded boxes are leaves that require a gradient, ellipses other tensors (dashed if nobody
    named them), boxes operations, double borders the outputs. Operations show the shape of their
    result, and its values as long as a tensor or a saved value holds them. A tensor is one node
    however often it is used; a constant too, where its array was saved for a rule.

    The picture is drawn by the Graphviz program ``dot``: in a notebook by itself, or by
    ``.render(path)``. ``.source`` and ``.save(path)`` give the DOT text without it.

    Args:
        outputs: a tensor, or a list, tuple or dict of tensors.
        names: a mapping of names to tensors: ``locals()``, or
            ``dict(module.named_parameters())``.
        values: "auto" shows the values and gradients of small tensors and a summary of large ones,
            "full" those of larger ones too, "summary" summaries only, "none" neither.
        rules: show the derivative rule of each operand.
        saved: show what each operation keeps for the backward pass.
        where: show the line of the program that recorded each operation.
        rankdir: direction from the leaves to the outputs: "LR", "TB", "RL" or "BT".

    Raises:
        TypeError: if an output is not a tensor, or ``names`` not a mapping.
        ValueError: if there is no output, or for an unknown ``values`` or ``rankdir``.

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
    from .dot import to_digraph  # graphviz is needed by no one else

    return to_digraph(graph_of(outputs, names), show, rankdir)
