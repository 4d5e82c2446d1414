"""One call on both engines: values, shapes, dtypes, first and second gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

import minigrad as mg

from .spec import Case, Spec

_FLOAT32 = 1e5  # how much wider the tolerance of float32 values is


class Disagreement(AssertionError):
    """The two engines differ; the message says in what."""


def compare(spec: Spec, case: Case) -> set[str]:
    """Compare one call in float64 (values and gradients) and float32 (values).

    Returns:
        The names of the primitives whose rules ran.

    Raises:
        Disagreement: at the first difference.
    """
    used = _gradients(spec, case)
    _values(spec, case, np.dtype("float32"), spec.rtol)
    return used


def _values(spec: Spec, case: Case, dtype: Any, rtol: float) -> None:
    ours = spec.ours(*_convert(case.args, _ours, dtype), **_convert(case.kwargs, _ours, dtype))
    theirs = spec.theirs(
        *_convert(case.args, _theirs, dtype), **_convert(case.kwargs, _theirs, dtype)
    )
    _compare_all(f"value ({dtype})", list(_leaves(ours)), list(_leaves(theirs)), rtol, dtype)


def _gradients(spec: Spec, case: Case) -> set[str]:
    f64 = np.dtype("float64")
    ours_args = _convert(case.args, _ours, f64)
    theirs_args = _convert(case.args, _theirs, f64)
    ours_in = _require(ours_args, case.constants)
    theirs_in = _require(theirs_args, case.constants)
    ours_out = list(_leaves(spec.ours(*ours_args, **_convert(case.kwargs, _ours, f64))))
    theirs_out = list(_leaves(spec.theirs(*theirs_args, **_convert(case.kwargs, _theirs, f64))))
    _compare_all("value", ours_out, theirs_out, spec.rtol, f64)
    for i, (a, b) in enumerate(zip(ours_out, theirs_out, strict=True)):
        wants = b.requires_grad
        if isinstance(a, mg.Tensor) and a.requires_grad != wants:
            raise Disagreement(f"output {i}: requires_grad is {a.requires_grad}, expected {wants}")
    ours_out = [t for t in ours_out if t.requires_grad]
    theirs_out = [t for t in theirs_out if t.requires_grad]
    if not theirs_out:
        return _primitives(ours_out)
    rng = np.random.default_rng(0)
    # Random weights: an all-ones gradient of the output hides wrong rules.
    weights = [rng.uniform(0.5, 1.5, size=tuple(t.shape)) for t in theirs_out]
    ours_w, theirs_w = [], []
    for weight, a, b in zip(weights, ours_out, theirs_out, strict=True):
        ours_w.append(mg.tensor(weight, dtype=a.dtype, requires_grad=True))
        theirs_w.append(torch.tensor(weight, dtype=b.dtype, requires_grad=True))
    plain = mg.autograd.grad(ours_out, ours_in, ours_w, retain_graph=True, allow_unused=True)
    ours_g = mg.autograd.grad(ours_out, ours_in, ours_w, create_graph=True, allow_unused=True)
    theirs_g = torch.autograd.grad(
        theirs_out, theirs_in, theirs_w, create_graph=True, allow_unused=True
    )
    _compare_gradients("gradient", plain, theirs_g, spec.rtol)
    _compare_gradients("gradient under create_graph", ours_g, theirs_g, spec.rtol)
    used = _primitives(ours_out) | _primitives([g for g in ours_g if g is not None])
    if spec.second:
        _second(spec, ours_g, theirs_g, (*ours_in, *ours_w), (*theirs_in, *theirs_w), rng)
    return used


def _second(
    spec: Spec,
    ours_g: Sequence[Any],
    theirs_g: Sequence[Any],
    ours_in: Sequence[Any],
    theirs_in: Sequence[Any],
    rng: np.random.Generator,
) -> None:
    """Compare the gradients of a random combination of the first gradients."""
    total_ours: Any = 0.0
    total_theirs: Any = 0.0
    for a, b in zip(ours_g, theirs_g, strict=True):
        if b is None or a is None:
            continue
        weight = rng.uniform(0.5, 1.5, size=tuple(b.shape))
        total_ours = total_ours + (a * mg.tensor(weight)).sum()
        total_theirs = total_theirs + (b * torch.tensor(weight)).sum()
    if not getattr(total_theirs, "requires_grad", False):
        return
    ours = mg.autograd.grad(total_ours, ours_in, allow_unused=True)
    theirs = torch.autograd.grad(total_theirs, theirs_in, allow_unused=True)
    _compare_gradients("second gradient", ours, theirs, spec.rtol * 100)


# --- comparing --------------------------------------------------------------------------------


def _compare_all(
    what: str, ours: Sequence[Any], theirs: Sequence[Any], rtol: float, dtype: Any
) -> None:
    if len(ours) != len(theirs):
        raise Disagreement(f"{what}: {len(ours)} results, expected {len(theirs)}")
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        name = f"{what}, result {i}"
        x = a.detach().numpy() if isinstance(a, mg.Tensor) else np.asarray(a)
        y = b.detach().numpy() if isinstance(b, torch.Tensor) else np.asarray(b)
        if x.shape != y.shape:
            raise Disagreement(f"{name}: shape {x.shape}, expected {y.shape}")
        if x.dtype != y.dtype:
            raise Disagreement(f"{name}: dtype {x.dtype}, expected {y.dtype}")
        if y.dtype == np.float32:
            _compare_arrays(name, x, y, rtol * _FLOAT32, least=1.0)
        else:
            _compare_arrays(name, x, y, rtol)


def _compare_gradients(what: str, ours: Sequence[Any], theirs: Sequence[Any], rtol: float) -> None:
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        name = f"{what}, input {i}"
        if a is None or b is None:
            # PyTorch leaves out some gradients that are zero everywhere, and the other way round.
            rest = b if a is None else a
            if rest is not None and np.any(np.asarray(rest.tolist()) != 0):
                raise Disagreement(f"{name}: {a}, expected {b}")
            continue
        x, y = a.detach().numpy(), b.detach().numpy(force=True)
        if x.shape != y.shape:
            raise Disagreement(f"{name}: shape {x.shape}, expected {y.shape}")
        if x.dtype != y.dtype:
            raise Disagreement(f"{name}: dtype {x.dtype}, expected {y.dtype}")
        _compare_arrays(name, x, y, rtol)


def _compare_arrays(name: str, x: Any, y: Any, rtol: float, least: float = 1e-3) -> None:
    """Compare relative to each number and to the largest one, taken to be ``least`` or more."""
    finite = np.abs(y[np.isfinite(y)]) if y.dtype.kind in "fc" else np.abs(y.astype(float))
    scale = float(finite.max()) if finite.size else 0.0
    try:
        np.testing.assert_allclose(x, y, rtol=rtol, atol=rtol * max(scale, least), equal_nan=True)
    except AssertionError as error:
        raise Disagreement(f"{name} differs:\nours\n{x}\nexpected\n{y}\n{error}") from None


# --- arguments --------------------------------------------------------------------------------


def _convert(value: Any, make: Callable[[Any], Any], dtype: Any) -> Any:
    """Return nested arguments with arrays turned into tensors, floats into ``dtype``."""
    if isinstance(value, np.ndarray):
        return make(_as_dtype(value, dtype))
    if isinstance(value, dict):
        return {name: _convert(item, make, dtype) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_convert(item, make, dtype) for item in value)
    return value


def _as_dtype(array: Any, dtype: Any) -> Any:
    """Cast floats, keeping the strides: non-contiguous inputs stay so."""
    if array.dtype.kind != "f" or array.dtype == dtype:
        return array
    out = np.empty_like(array, dtype=dtype, subok=False)
    out[...] = array
    return out


def _ours(array: Any) -> Any:
    return mg.from_numpy(array)


def _theirs(array: Any) -> Any:
    return torch.from_numpy(array)


def _require(args: tuple[Any, ...], constants: frozenset[int]) -> list[Any]:
    """Make the floating-point tensors among the arguments leaves that require gradients."""
    found = []
    for position, argument in enumerate(args):
        if position in constants:
            continue
        for tensor in _leaves(argument):
            if hasattr(tensor, "requires_grad_") and tensor.is_floating_point():
                tensor.requires_grad_()
                found.append(tensor)
    return found


def _leaves(value: Any) -> Iterator[Any]:
    """Yield the tensors and numbers of nested results, in order."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _primitives(tensors: Sequence[Any]) -> set[str]:
    """Return the names of all primitives in the graphs of some tensors."""
    names: set[str] = set()
    seen: set[Any] = set()
    queue = [t.grad_fn for t in tensors if t.grad_fn is not None]
    while queue:
        node = queue.pop()
        if node in seen or not hasattr(node, "primitive"):
            continue
        seen.add(node)
        names.add(node.primitive.name)
        queue += [parent for parent, _ in node.next_functions if parent is not None]
    return names
