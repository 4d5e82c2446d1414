"""The two entrances to the engine: ``backward`` and ``grad``."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..backend.arrays import is_array
from . import engine
from .hooks import retain_grad
from .ledger import ledger
from .modes import modes
from .stand_in import open_to_transforms
from .traced import Traced, refresh


@open_to_transforms
def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add the gradients of the sum of ``tensors`` (weighted by ``grad_tensors``) to the leaves.

    Args:
        tensors: a tensor or a sequence of them.
        grad_tensors: gradients of ``tensors``; may be None for those of a single element.
        retain_graph: keep saved tensors for another pass; by default as ``create_graph``.
        create_graph: record the pass itself, for higher derivatives.
        inputs: accumulate into these tensors only.

    Raises:
        RuntimeError: if a tensor requires no gradient, a gradient is missing or has another
            shape, the graph was freed, or a function is being transformed.
    """
    if modes.transforms:
        raise RuntimeError(
            "backward() called inside a transform (grad, vjp, jvp, vmap ...), whose inputs have no "
            ".grad: use minigrad.grad or minigrad.vjp there, or call backward() outside of it"
        )
    roots = _sequence(tensors)
    gradients = output_gradients(roots, grad_tensors)
    retain = create_graph if retain_graph is None else retain_graph
    if not roots:
        return
    if inputs is None:
        engine.backward(roots, gradients, retain_graph=retain, create_graph=create_graph)
        return
    targets = _sequence(inputs)
    if not targets:
        raise RuntimeError("'inputs' argument to backward cannot be empty.")
    _check_requires_grad(targets, "inputs")
    for target in targets:
        retain_grad(target)
    engine.gradients_of(
        roots, gradients, targets, retain_graph=retain, create_graph=create_graph, accumulate=True
    )


@open_to_transforms
def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """Return the gradients of the sum of ``outputs`` with respect to ``inputs``.

    Args:
        outputs: a tensor or a sequence of them.
        inputs: a tensor or a sequence of them; a gradient is returned for each.
        grad_outputs: weights of the outputs, of their shapes; None for those of one element.
        retain_graph: keep saved tensors for another pass; by default as ``create_graph``.
        create_graph: record the pass itself, so that the gradients can be differentiated.
        only_inputs: ignored, as in PyTorch; programs of the days when it meant something pass it.
        allow_unused: return None for an input that the outputs do not depend on.
        is_grads_batched: ``grad_outputs`` have a first dimension more, and so have the results:
            many passes at once.
        materialize_grads: return zeros instead of None.

    Raises:
        RuntimeError: as ``backward``, and for an unused input unless allowed.
        ValueError: if ``materialize_grads`` meets ``allow_unused=False``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.tensor(3.0, requires_grad=True)
        >>> (first,) = mg.autograd.grad(x ** 3, x, create_graph=True)
        >>> mg.autograd.grad(first, x)
        (tensor(18.),)
    """
    if not only_inputs:
        warnings.warn(
            "only_inputs argument is deprecated and is ignored now (defaults to True). To "
            "accumulate gradient for other parts of the graph, please use autograd.backward.",
            FutureWarning,
            stacklevel=3,
        )
    roots, targets = _sequence(outputs), _sequence(inputs)
    if not targets:
        raise RuntimeError("'inputs' argument to grad() cannot be empty.")
    if materialize_grads and allow_unused is False:
        raise ValueError("materialize_grads=True needs allow_unused to be True or not passed.")
    if is_grads_batched:
        from ..transforms.batched_gradients import batched_gradients  # a floor above: on demand

        given = [grad_outputs] if isinstance(grad_outputs, Traced) else grad_outputs
        unused = True if materialize_grads else allow_unused
        return batched_gradients(
            roots, targets, given, retain_graph, create_graph, unused, materialize_grads
        )
    gradients = output_gradients(roots, grad_outputs)
    _check_requires_grad(targets, "inputs")
    found = [None] * len(targets)
    if roots:
        found = engine.gradients_of(
            roots,
            gradients,
            targets,
            retain_graph=create_graph if retain_graph is None else retain_graph,
            create_graph=create_graph,
        )
    return tuple(
        _unused(i, target, allow_unused, materialize_grads) if gradient is None else gradient
        for i, (target, gradient) in enumerate(zip(targets, found, strict=True))
    )


def _unused(place: int, target: Traced, allowed: bool | None, materialize: bool) -> Any:
    """Return the gradient of an input that the outputs do not depend on, if that is allowed."""
    if materialize:
        return target._result_class._wrap(np.zeros_like(target._array))
    if allowed:
        return None
    raise RuntimeError(
        "One of the differentiated Tensors appears to not have been used in the graph "
        f"(inputs[{place}], shape {target.shape}). Set allow_unused=True if this is the "
        "desired behavior."
    )


def _sequence(tensors: Any) -> list[Traced]:
    if isinstance(tensors, Traced):
        return [tensors]
    found = list(tensors)
    for tensor in found:
        if not isinstance(tensor, Traced):
            raise TypeError(f"expected Tensors, got {type(tensor).__name__}")
    return found


def _check_requires_grad(tensors: Sequence[Traced], name: str) -> None:
    for i, tensor in enumerate(tensors):
        refresh(tensor)
        if not tensor._requires_grad:
            raise RuntimeError(
                f"One of the differentiated Tensors does not require grad: {name}[{i}], shape "
                f"{tensor.shape}, dtype {tensor.dtype}"
            )


def output_gradients(roots: Sequence[Traced], given: Any) -> list[Traced]:
    """Return one gradient per root, checked or made."""
    values = [given] if given is None or isinstance(given, Traced) or is_array(given) else given
    gradients = [None] * len(roots) if given is None else list(values)
    if len(gradients) != len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(gradients)} gradients")
    for i, (root, gradient) in enumerate(zip(roots, gradients, strict=True)):
        refresh(root)
        if not root._requires_grad:
            raise RuntimeError(
                f"element {i} of tensors does not require grad and does not have a grad_fn"
            )
        gradients[i] = _gradient(root, gradient)
    return gradients  # type: ignore[return-value]


def _gradient(root: Traced, gradient: Any) -> Any:
    if gradient is None:
        if root._array.size != 1:
            raise RuntimeError(
                "grad can be implicitly created only for scalar outputs, got shape "
                f"{root.shape}: pass gradient=, a tensor of that shape"
            )
        if root._array.dtype.kind == "c":
            raise RuntimeError(
                "grad can be implicitly created only for real scalar outputs but got "
                f"{root._array.dtype}"
            )
        ones = np.empty_like(root._array)
        ones.fill(1)
        return root._result_class._wrap(ones)
    if is_array(gradient):
        gradient = root._result_class._wrap(gradient)
    if not isinstance(gradient, Traced):
        raise TypeError(
            f"gradients can be either Tensors or None, but got {type(gradient).__name__}"
        )
    check_fits(root, gradient)
    return gradient


def check_fits(root: Traced, gradient: Traced) -> None:
    """Raise unless a gradient has its root's shape, and is complex if the root is."""
    if gradient.shape != root.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output has a shape of {gradient.shape} and output has a "
            f"shape of {root.shape}"
        )
    dtypes = root._array.dtype, gradient._array.dtype
    if (dtypes[0].kind == "c") != (dtypes[1].kind == "c"):
        raise RuntimeError(
            "For complex Tensors, both grad_output and output are required to have the same dtype: "
            f"grad_output is of {dtypes[1]}, output of {dtypes[0]}"
        )


def clear_grad(tensor: Any, set_to_none: bool) -> None:
    """Forget a tensor's gradient, or overwrite it with zeros where it lies."""
    if set_to_none or tensor.grad_ is None:
        tensor.grad_ = None
        return
    gradient = tensor.grad_ = tensor.grad_.detach()
    gradient._array[...] = 0
    ledger.write(gradient._array)
