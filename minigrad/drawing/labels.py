"""What a node says, as lines of plain text: each kind of picture escapes them its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.traced import Traced
from ..backend.arrays import is_array, to_host
from .graph import Edge, Graph, GraphNode
from .values import Value

__all__ = [
    "WARNING",
    "Show",
    "array_text",
    "edge_label",
    "node_label",
    "non_finite",
    "stretched_edges",
]

SMALL = 6  # elements printed in full; 64 with values="full"
LONGEST = 60  # characters of an argument or name
WARNING = "⚠"
_FULL = 64
_SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "matmul": "@"}
_VALUES = ("auto", "none", "summary", "full")


@dataclass(frozen=True)
class Show:
    """What nodes show beside names, operations and shapes.

    Attributes:
        values: numbers of small tensors and a summary of large ones ("auto"), of larger ones too
            ("full"), summaries only ("summary"), or no values ("none").
        rules: the derivative rule of each operand.
        saved: what operations keep for the backward pass.
        where: the line of the program that recorded an operation.
    """

    values: str = "auto"
    rules: bool = False
    saved: bool = False
    where: bool = False

    def __post_init__(self) -> None:
        if self.values not in _VALUES:
            raise ValueError(f"values must be one of {', '.join(_VALUES)}, got {self.values!r}")

    @property
    def small(self) -> int:
        """The largest number of elements to print in full."""
        return {"auto": SMALL, "full": _FULL}.get(self.values, 1)


def node_label(node: GraphNode, show: Show) -> list[str]:
    """Return the lines of text of a node."""
    if node.kind != "operation":
        return [
            shortened(node.values[0].name or node.kind),
            *_tensor_lines(node.values[0], show, node.kind == "leaf"),
            *(["not recorded: no operation leads here"] if _lacks_history(node) else []),
        ]
    lines = [_title(node), *_call_lines(node)]
    for index, value in enumerate(node.values):
        found = list(_tensor_lines(value, show, False))
        if len(node.values) > 1:
            name = f" {shortened(value.name)}" if value.name else ""
            found[0] = f"[{index}]{name} {found[0]}"
        lines += found
    if show.rules:
        lines += _rule_lines(node)
    if show.saved:
        lines.append(_saved_line(node))
    if show.where:
        lines.append(node.where.replace("\\", "/").rpartition("/")[2])
    return lines


def edge_label(edge: Edge, graph: Graph) -> str:
    """Return what an edge says: which result it carries, to which of several operands."""
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    result = f"[{edge.result}]" if len(source.values) > 1 else ""
    tensors = [name for name, number in target.operands if number is None]
    operand = edge.operand if len(tensors) > 1 else ""
    return " → ".join(part for part in (result, operand) if part)


def stretched_edges(graph: Graph) -> dict[int, list[str]]:
    """Return by number the edges on which a value is broadcast, and words for it."""
    shapes: dict[int, list[tuple[int, ...]]] = {}
    for edge in graph.edges:
        shape = graph.nodes[edge.source].values[edge.result].shape
        shapes.setdefault(edge.target, []).append(shape)
    found = {}
    for number, edge in enumerate(graph.edges):
        shape, result = graph.nodes[edge.source].values[edge.result].shape, graph.nodes[edge.target]
        if shape != result.values[0].shape and _broadcasts(shapes[edge.target], result):
            found[number] = [f"{shape}→{result.values[0].shape}"]
    return found


def _broadcasts(shapes: list[tuple[int, ...]], node: GraphNode) -> bool:
    """Return True if a node's result has the shape that its operands are broadcast to."""
    if any(name in ("index", "through") for name, _ in node.arguments):  # written to a part of it
        return False
    try:
        together = np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return len(node.operands) > 1 and together == node.values[0].shape


def _lacks_history(node: GraphNode) -> bool:
    return node.is_output and node.kind == "input"


# --- operations -------------------------------------------------------------------------------


def _title(node: GraphNode) -> str:
    name = node.values[0].name if len(node.values) == 1 else None
    return f"{shortened(name)} = {node.operation}" if name else str(node.operation)


def _call_lines(node: GraphNode) -> Iterator[str]:
    """Yield the plain numbers among the operands, as in ``* 2``, and the keyword arguments."""
    numbers = [(name, number) for name, number in node.operands if number is not None]
    symbol = _SYMBOLS.get(str(node.operation))
    if numbers and symbol and len(node.operands) == 2:
        left, right = (
            "" if number is None else argument_text(number) for _, number in node.operands
        )
        yield f"{left} {symbol} {right}".strip()
        numbers = []
    arguments = dict(node.arguments)
    if arguments.keys() == {"xs", "ys", "outs"}:  # the labels of a contraction
        yield "{xs},{ys}->{outs}".format(**arguments)
        return
    shown = [(name, value) for name, value in node.arguments if _matters(name, value, node)]
    if numbers or shown:
        yield ", ".join(_argument(name, value) for name, value in (*numbers, *shown))


def _matters(name: str, value: Any, node: GraphNode) -> bool:
    """Return False for what is off, or what the node's shape and dtype say anyway."""
    if value is None or value is False or (isinstance(value, tuple) and not value):
        return False
    result = node.values[0]
    if name == "shape":
        return not (isinstance(value, tuple) and value == result.shape)
    return not (name == "dtype" and str(value) == result.dtype)


def _argument(name: str, value: Any) -> str:
    if name == "index":
        items = value if isinstance(value, tuple) else (value,)
        while len(items) > 1 and items[-1] is Ellipsis:
            items = items[:-1]
        return shortened(f"[{', '.join(map(argument_text, items))}]")
    text = argument_text(value)
    # A string is an equation or a mode: whole, or it says nothing.
    return f"{name}={text if isinstance(value, str) else shortened(text)}"


def argument_text(value: Any) -> str:
    """Return an argument as one would write it, without addresses."""
    if value is None or isinstance(value, str | bool | int):
        return repr(value)
    if isinstance(value, float | complex | np.generic):
        return number_text(value, 6)
    if isinstance(value, slice):
        parts = ["" if part is None else str(part) for part in (value.start, value.stop)]
        return ":".join(parts if value.step is None else [*parts, str(value.step)])
    if value is Ellipsis:
        return "..."
    if isinstance(value, Traced) or is_array(value):
        array = value._array if isinstance(value, Traced) else value
        return numbers_text(array) if array.size <= SMALL else f"array{array.shape}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {argument_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        inside = ", ".join(map(argument_text, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, list):
        return f"[{', '.join(map(argument_text, value))}]"
    if isinstance(value, np.dtype):
        return str(value)
    return str(getattr(value, "__name__", type(value).__name__))


def _rule_lines(node: GraphNode) -> Iterator[str]:
    """Yield ``dx = g * y``, or ``dx = dy = g`` for rules of the same text."""
    alike: dict[str, list[str]] = {}
    for operands, text in node.rules:
        names = [f"d{name}" for name in operands.split(", ")]
        if len(names) == 1:
            alike.setdefault(text, []).extend(names)
        else:
            yield f"{', '.join(names)}: {text}"
    for text, names in alike.items():
        yield f"{' = '.join(names)} = {text}"


def _saved_line(node: GraphNode) -> str:
    if node.saved is None:
        return "saved values freed"
    return f"saves {', '.join(node.saved)}" if node.saved else "saves nothing"


# --- tensors ----------------------------------------------------------------------------------


def _tensor_lines(value: Value, show: Show, is_leaf: bool) -> Iterator[str]:
    """Yield shape and dtype, values and the state of the gradient."""
    parts = [f"{value.shape} {value.dtype}"]
    if value.device not in (None, "cpu"):
        parts.append(str(value.device))
    if is_leaf:
        parts.append("requires_grad")
    yield "  ".join(parts)
    if value.array is not None and show.values != "none":
        yield f"value  {array_text(value.array, show.small)}"
        yield from non_finite(value.array)
    if value.overwritten:
        yield "overwritten in place since"
    if value.keeps_gradient:
        yield from _gradient_lines(value, show)


def _gradient_lines(value: Value, show: Show) -> Iterator[str]:
    if value.gradient is None:
        yield "no gradient yet" if value.requires_grad else "gradient not needed"
        return
    gradient = to_host(value.gradient)
    if gradient.size and not gradient.any():
        yield "grad  0 everywhere"
    elif show.values == "none":
        yield "has a gradient"
    else:
        yield f"grad  {array_text(gradient, show.small, norm=True)}"
    yield from non_finite(gradient)


def array_text(array: Any, small: int = SMALL, norm: bool = False) -> str:
    """Return the numbers of a small array; of a larger one its extent, and its norm if asked."""
    array = to_host(array)
    if array.size == 0:
        return "empty"
    if array.size <= small:
        return numbers_text(array)
    if array.dtype.kind == "b":
        return f"{np.count_nonzero(array)} of {array.size} true"
    numbers = np.abs(array) if array.dtype.kind == "c" else array
    numbers = numbers[np.isfinite(numbers)].astype(np.float64)
    if numbers.size == 0:
        return "no finite number"
    size = f"|g| {number_text(np.linalg.norm(numbers))}  " if norm else ""
    low, mean, high = numbers.min(), numbers.mean(), numbers.max()
    middle = "" if norm else f"  mean {number_text(mean)}"
    return f"{size}min {number_text(low)}{middle}  max {number_text(high)}"


def non_finite(array: Any) -> list[str]:
    """Return a line that counts NaN and infinity; none if there are none."""
    array = to_host(array)
    counts = {"NaN": np.count_nonzero(np.isnan(array)), "Inf": np.count_nonzero(np.isinf(array))}
    found = [f"{count} {name}" for name, count in counts.items() if count]
    return [f"{WARNING} {', '.join(found)}"] if found else []


def numbers_text(array: Any) -> str:
    """Return all numbers of an array on one line, in brackets as nested as its shape."""
    return _nested(to_host(array).tolist())


def _nested(numbers: Any) -> str:
    if isinstance(numbers, list):
        return f"[{', '.join(map(_nested, numbers))}]"
    return number_text(numbers)


def number_text(number: Any, digits: int = 4) -> str:
    """Return a number as it is shown: four digits, or all of an integer."""
    if isinstance(number, bool | np.bool_ | int | np.integer):
        return str(number)
    return f"{number:.{digits}g}"


def shortened(text: str) -> str:
    """Return a text with its end cut off if it is too long for a label."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
