"""A function called so that gradients can be pulled back through it.

An input is differentiated through an *alias*: a new node with the input's values. So transforms
nest: what an inner one differentiates by is a node of its own on the outer one's graph. Only if the
function reaches anything else that requires a gradient (an outer transform's input, a parameter)
is the backward pass itself recorded, and are the results left on the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..autograd import engine
from ..autograd.functional import check_fits
from ..autograd.modes import modes, transforming
from ..autograd.node import Node, Output
from ..autograd.paths import parents_of, place_of, receives
from ..autograd.stand_in import StandIn
from ..creation import zeros
from ..ops.indices.indexing import getitem
from ..tensor import Tensor
from .argnums import Argnums, replaced, sliced
from .levels import active, expose_all, hide_all, level_of, levels_of
from .trees import flatten, leaves_of, unflatten


class Pullback:
    """A function called on aliases of its arguments, and the way back.

    Attributes:
        output: what the function returned, on the graph.
        aux: what it returned besides, with ``has_aux``.
        aliases: what is differentiated by, flat.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        args: tuple[Any, ...],
        argnums: Argnums | None,
        has_aux: bool,
        kwargs: dict[str, Any],
        name: str,
    ) -> None:
        self.recording = modes.recording
        chosen = args if argnums is None else sliced(args, argnums)
        leaves, self.structure = flatten(chosen)
        self.aliases = [alias(leaf) for leaf in leaves]
        chosen = unflatten(self.structure, self.aliases)
        with transforming():
            output = func(
                *(chosen if argnums is None else replaced(args, argnums, chosen)), **kwargs
            )
        spend(self.aliases)
        self.aux = None
        if has_aux:
            if not (isinstance(output, tuple) and len(output) == 2):
                raise RuntimeError(
                    f"{name}: output of function f should be a tuple: (output, aux) if has_aux is "
                    "True"
                )
            output, self.aux = output
        self.output = output

    def __call__(self, cotangents: Sequence[Any], retain_graph: bool = True) -> Any:
        """Return the gradients of the arguments, given those of the outputs."""
        outputs = leaves_of(self.output)
        recorded = modes.recording and (
            self.reaches_others(outputs) or any(c.requires_grad for c in cotangents)
        )
        found = pull(outputs, self.aliases, cotangents, recorded, retain_graph or recorded)
        return unflatten(self.structure, self.settled(found))

    def reaches_others(self, tensors: Iterable[Any]) -> bool:
        """Return True if anything but the aliases that requires a gradient leads to the tensors."""
        if not self.recording:
            return False
        bases = [base_of(a) for a in self.aliases]
        return any(base._node is not None for base in bases) or depends_on_others(tensors, bases)

    def settled(self, tree: Any) -> Any:
        """Return results as the caller may see them: on an outer graph, or on none."""
        leaves, structure = flatten(tree)
        return unflatten(
            structure,
            [
                leaf.detach()
                if isinstance(leaf, Tensor)
                and leaf.requires_grad
                and not self.reaches_others([leaf])
                else leaf
                for leaf in leaves
            ],
        )


def tensors_in(tree: Any) -> list[Any]:
    """Return the tensors among the leaves of a tree."""
    return [leaf for leaf in leaves_of(tree) if isinstance(leaf, Tensor)]


# --- aliases ------------------------------------------------------------------------------------


def alias(x: Any) -> Any:
    """Return a new node with the values of a tensor.

    Inside ``vmap`` it is batched at every level, so that each example has a gradient of its own.

    Raises:
        ValueError: for anything but a tensor.
        RuntimeError: for a tensor that is not floating.
    """
    if not isinstance(x, Tensor):
        raise ValueError(f"Thing passed to transform API must be Tensor, got {type(x)}")
    levels = list(reversed(active.levels))
    if levels:
        return hide_all(alias_of_base(expose_all(x, levels)), levels)
    return alias_of_base(x)


def alias_of_base(x: Any) -> Any:
    """Return a leaf with the values of a tensor, or a node if the tensor requires a gradient."""
    if x.requires_grad and modes.recording:
        return getitem(x, index=(...,))
    return x.detach().requires_grad_()


def base_of(x: Any) -> Any:
    """Return the tensor that holds the examples of all levels at which ``x`` is batched."""
    while level_of(x) is not None:
        x = x._array.physical
    return x


def depends_on_others(tensors: Iterable[Any], bases: Iterable[Any]) -> bool:
    """Return True if a leaf other than ``bases``, and not spent, leads to one of the tensors."""
    seen = {place_of(base) for base in bases}
    queue = [place_of(t) for t in map(base_of, tensors) if t._requires_grad]
    while queue:
        place = queue.pop()
        if place in seen:
            continue
        if isinstance(place, Node | Output):
            seen.add(place)
            queue += filter(receives, parents_of(place))
        elif not place.spent_:
            return True
    return False


def spend(aliases: Iterable[Any]) -> None:
    """Note that nothing more is computed of a transform's inputs.

    They stay on the graphs of transforms outside, which must not take them for others' tensors.
    """
    for base in map(base_of, aliases):
        base.spent_ = True


# --- gradients ----------------------------------------------------------------------------------


def pull(
    outputs: Sequence[Any],
    inputs: Sequence[Any],
    cotangents: Sequence[Any],
    create_graph: bool,
    retain_graph: bool,
) -> list[Any]:
    """Return the gradients of ``inputs``, zeros where no path leads to one.

    All may be batched: the inputs at levels that the outputs which depend on them share. Further
    levels of the cotangents make the pass itself a batched one.
    """
    levels = max(map(levels_of, inputs), key=len)
    roots, gradients = [], []
    batched = False
    for output, cotangent in zip(outputs, cotangents, strict=True):
        check_cotangent(output, cotangent)
        if output.requires_grad:
            root, gradient = expose_all(output, levels), expose_all(cotangent, levels)
            batched = batched or isinstance(gradient._array, StandIn)
            roots.append(root)
            gradients.append(gradient)
    targets = [expose_all(x, levels) for x in inputs]
    found: list[Any] = [None] * len(inputs)
    if roots:
        found = engine.gradients_of(
            roots,
            gradients,
            targets,
            retain_graph=retain_graph,
            create_graph=create_graph,
            on_tensors=batched,
        )
    return [hide_all(zeros_like(x) if g is None else g, levels) for x, g in zip(targets, found)]


def zeros_like(x: Any) -> Any:
    """Return zeros of the shape and dtype of a tensor."""
    return zeros(x.shape, dtype=x.dtype, device=x.device)


def one_like(x: Any) -> Any:
    """Return a 1 of the dtype of a 0-d tensor."""
    return zeros_like(x) + 1


def check_cotangent(output: Any, cotangent: Any) -> None:
    """Raise if a cotangent does not fit its output."""
    if not isinstance(cotangent, Tensor):
        raise RuntimeError(f"expected a Tensor as cotangent, got {type(cotangent).__name__}")
    check_fits(output, cotangent)


def check_floating(outputs: list[Any]) -> None:
    """Raise unless all outputs can have a gradient."""
    for output in outputs:
        if output.dtype.kind not in "fc":
            raise RuntimeError(
                "vjp(f, ...): All outputs of f must be floating-point or complex Tensors, got "
                f"Tensor with dtype {output.dtype}"
            )


def check_outputs(outputs: list[Any], name: str) -> None:
    """Raise unless a function returned tensors."""
    if not outputs or outputs == [None]:
        raise RuntimeError(
            f"{name}: Expected f to be a function that has non-empty output (got output = "
            f"{outputs})"
        )
    for output in outputs:
        if not isinstance(output, Tensor):
            raise RuntimeError(
                f"{name}: expected f(*primals) to return only tensors, got unsupported type "
                f"{type(output)}"
            )
