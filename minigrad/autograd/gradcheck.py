"""Checking gradients against finite differences: ``gradcheck``, and a report that says why."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .comparing import remarks_on, report_on
from .derivatives import agrees_along_lines, as_tuple, is_complex, targets_of
from .functional import grad
from .gradient_report import GradcheckReport
from .traced import Traced

__all__ = ["GradcheckError", "gradcheck", "gradcheck_report", "gradgradcheck"]

Function = Callable[..., Any]


class GradcheckError(RuntimeError):
    """A gradient that is wrong; the message holds the report."""


def gradcheck(
    func: Function,
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Check the gradients of a function against finite differences; True if they agree.

    The inputs should be float64: float32 is too coarse for differences this small.

    Args:
        func: a function of tensors that returns a tensor or a tuple of them.
        inputs: a tensor or a tuple of arguments; those that require a gradient are checked.
        eps: the step of the differences, to either side.
        atol, rtol: the tolerances: ``|analytic - numeric| <= atol + rtol * |numeric|``.
        raise_exception: raise if the check fails; otherwise return False.
        nondet_tol: how much two backward passes may differ.
        fast_mode: compare along two random directions instead of element by element.
        check_undefined_grad, check_grad_dtypes, check_batched_grad, check_batched_forward_grad,
            check_forward_ad, check_backward_ad, masked: accepted for PyTorch's sake. The engine
            itself fills in undefined gradients and sees to the dtypes, and there is no forward
            mode.

    Raises:
        GradcheckError: if the check fails; the message holds ``gradcheck_report``.
        ValueError: if no input requires a gradient.

    Example:
        >>> import minigrad as mg
        >>> x = mg.tensor([0.5, 2.0], dtype=mg.float64, requires_grad=True)
        >>> gradcheck(lambda x: x.log() * x, x)
        True
    """
    args = _checked_inputs(inputs)
    report = None
    if not (fast_mode and agrees_along_lines(func, args, eps, atol, rtol)):
        report = report_on(func, args, eps, atol, rtol, nondet_tol)
    elif (remarks := remarks_on(func, args, nondet_tol)) != ():
        report = GradcheckReport((), remarks)
    if report is None or report.ok:
        return True
    if raise_exception:
        raise GradcheckError(_message(report))
    return False


def gradcheck_report(
    func: Function,
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    nondet_tol: float = 0.0,
) -> GradcheckReport:
    """Compare the gradients of a function with finite differences, and say what is wrong.

    Args: as of ``gradcheck``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.tensor([1.0, 2.0], dtype=mg.float64, requires_grad=True)
        >>> report = gradcheck_report(lambda x: x.detach() * x, x)
        >>> print(report.failures[0].cause)
        the analytic gradient is 0.500 times the numeric one: a factor
    """
    return report_on(func, _checked_inputs(inputs), eps, atol, rtol, nondet_tol)


def gradgradcheck(
    func: Function,
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """Check second derivatives: the gradients of a function's gradients; True if they agree.

    Args:
        func, inputs, eps, atol, rtol, raise_exception, nondet_tol, fast_mode: as of ``gradcheck``.
        grad_outputs: gradients of the outputs to differentiate with; random ones by default.
        gen_non_contig_grad_outputs: make those not contiguous.
        check_undefined_grad, check_grad_dtypes, check_batched_grad, check_fwd_over_rev,
            check_rev_over_rev, masked: accepted for PyTorch's sake.

    Raises:
        GradcheckError: if the check fails.
        ValueError: if no input requires a gradient.
    """
    args = _checked_inputs(inputs)
    if grad_outputs is None:
        outputs = _differentiable(func(*args))
        weights = [
            _random_like(out, i, gen_non_contig_grad_outputs) for i, out in enumerate(outputs)
        ]
    else:
        weights = list(as_tuple(grad_outputs))
    count = len(weights)

    def gradients(*values: Any) -> tuple[Any, ...]:
        inputs = values[: len(values) - count]
        targets = [v for v in inputs if isinstance(v, Traced) and v._requires_grad]
        outputs = _differentiable(func(*inputs))
        found = grad(
            outputs, targets, values[len(values) - count :], create_graph=True, allow_unused=True
        )
        return tuple(gradient for gradient in found if gradient is not None)

    return gradcheck(
        gradients,
        (*args, *weights),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        fast_mode=fast_mode,
    )


def _checked_inputs(inputs: Any) -> tuple[Any, ...]:
    """Return the arguments as a tuple.

    Raises:
        ValueError: if none requires a gradient.
        RuntimeError: for an input whose elements overlap in memory.
    """
    args = as_tuple(inputs)
    targets = targets_of(args)
    if not targets:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them "
            "have requires_grad=True."
        )
    for position, target in targets:
        array = target._array
        if array.dtype.kind not in "fc" or array.dtype.itemsize < (16 if is_complex(array) else 8):
            warnings.warn(
                f"Input #{position} requires gradient and is not a double precision floating point "
                "or complex. This check will likely fail if all the inputs are not of double "
                "precision floating point or complex.",
                stacklevel=3,
            )
        steps = zip(array.strides, array.shape, strict=True)
        if array.size and any(step == 0 and n > 1 for step, n in steps):
            raise RuntimeError(
                f"The {position}th input has a dimension with stride 0. gradcheck only supports "
                "inputs that are non-overlapping to be able to compute the numerical gradients "
                "correctly. Call .contiguous() on the input before passing it to gradcheck."
            )
    return args


def _differentiable(outputs: Any) -> tuple[Any, ...]:
    return tuple(x for x in as_tuple(outputs) if isinstance(x, Traced) and x._requires_grad)


def _random_like(like: Traced, seed: int, strided: bool) -> Any:
    """Return random weights for an output, of its kind."""
    draw = np.random.default_rng(seed).standard_normal
    shape = (*like.shape, 2) if strided else like.shape
    values = draw(shape) + 1j * draw(shape) if is_complex(like) else draw(shape)
    values = np.asarray(values).astype(like.dtype)
    weights = like._result_class._wrap(values[..., 0] if strided else values)
    return weights.requires_grad_()


def _message(report: GradcheckReport) -> str:
    """Return the message of a failed check."""
    if report.remarks:
        return f"{report.remarks[0]}\n{report}"
    first = report.failures[0]
    return (
        f"Jacobian mismatch for output {first.output} with respect to input {first.input}: "
        f"{first.cause}\n{report}"
    )
