"""Views, copied: the functions ``f_copy`` return what ``f`` views, in memory of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ...autograd.traced import Traced
from ..indices.indexing import narrow, select
from ..indices.regions import slice_view
from .broadcasting import expand
from .diagonals import diagonal
from .joining import split, unbind
from .shapes import clone, permute, squeeze, t, transpose, unsqueeze, view
from .splitting import split_with_sizes
from .strided import as_strided, unfold

__all__ = [
    "alias_copy",
    "as_strided_copy",
    "detach_copy",
    "diagonal_copy",
    "expand_copy",
    "narrow_copy",
    "permute_copy",
    "select_copy",
    "slice_copy",
    "split_copy",
    "split_with_sizes_copy",
    "squeeze_copy",
    "t_copy",
    "transpose_copy",
    "unbind_copy",
    "unfold_copy",
    "unsqueeze_copy",
    "view_copy",
]


def copied(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return the form of a view that copies: contiguous results, which share no memory."""

    @functools.wraps(function)
    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        seen = function(x, *args, **kwargs)
        if isinstance(seen, tuple):
            return tuple(clone(part, order="C") for part in seen)
        return clone(seen, order="C")

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"Return a copy of what ``{name.removesuffix('_copy')}`` views."
    return call


def _alias(x: Any) -> Any:
    return x


def _detach(x: Any) -> Any:
    return x._result_class._wrap(x._array) if isinstance(x, Traced) else x


alias_copy = copied(_alias, "alias_copy")
as_strided_copy = copied(as_strided, "as_strided_copy")
detach_copy = copied(_detach, "detach_copy")
diagonal_copy = copied(diagonal, "diagonal_copy")
expand_copy = copied(expand, "expand_copy")
narrow_copy = copied(narrow, "narrow_copy")
permute_copy = copied(permute, "permute_copy")
select_copy = copied(select, "select_copy")
slice_copy = copied(slice_view, "slice_copy")
split_copy = copied(split, "split_copy")
split_with_sizes_copy = copied(split_with_sizes, "split_with_sizes_copy")
squeeze_copy = copied(squeeze, "squeeze_copy")
t_copy = copied(t, "t_copy")
transpose_copy = copied(transpose, "transpose_copy")
unbind_copy = copied(unbind, "unbind_copy")
unfold_copy = copied(unfold, "unfold_copy")
unsqueeze_copy = copied(unsqueeze, "unsqueeze_copy")
view_copy = copied(view, "view_copy")
