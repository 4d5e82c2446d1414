"""``size_average`` and ``reduce``: how losses were told what ``reduction`` says now.

Old programs give them by position too, so they keep their places among the arguments.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable
from inspect import Parameter
from typing import Any

__all__ = ["modern", "with_old_arguments"]

_OLD = ("size_average", "reduce")


def with_old_arguments(parameters: Iterable[Parameter]) -> inspect.Signature:
    """Return the signature of a loss with the old arguments where PyTorch has them.

    ``reduce`` comes right before ``reduction``, and ``size_average`` before that: before what comes
    between in the losses that have ``ignore_index`` or a last ``eps``.
    """
    kind = Parameter.POSITIONAL_OR_KEYWORD
    found = [parameter.replace(kind=kind) for parameter in parameters]
    place = [parameter.name for parameter in found].index("reduction")
    first, second = (Parameter(n, kind, default=None) for n in _OLD)
    found.insert(place, second)
    if place and found[place - 1].name in ("ignore_index", "eps"):
        place -= 1
    found.insert(place, first)
    return inspect.Signature(found)


def modern(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any], stacklevel: int = 3
) -> dict[str, Any]:
    """Return the arguments of a call with ``reduction`` in place of the old ones, and warn.

    Raises:
        TypeError: for arguments that the signature does not have.
    """
    found = signature.bind_partial(*args, **kwargs).arguments
    size_average, reduce = (found.pop(name, None) for name in _OLD)
    if size_average is not None or reduce is not None:
        summed = size_average is not None and not size_average
        apart = reduce is not None and not reduce
        chosen = "none" if apart else "sum" if summed else "mean"
        warnings.warn(
            "size_average and reduce args will be deprecated, please use "
            f"reduction='{chosen}' instead.",
            stacklevel=stacklevel,
        )
        found["reduction"] = chosen
    return found
