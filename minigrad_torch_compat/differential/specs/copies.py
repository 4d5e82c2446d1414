"""Specs of ``minigrad.ops.shaping.copies``: and see those of the views that are copied."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import case, register
from ..strategies import reals

_MATRIX = reals((3, 4))

register("alias_copy", mg.alias_copy, torch.alias_copy, case(reals()))
# PyTorch's has no derivative, but a result that pretends to require one.
register("detach_copy", mg.detach_copy, torch.detach_copy, case(reals(), constants=(0,)))
register("t_copy", mg.t_copy, torch.t_copy, case(_MATRIX | reals((3,)) | reals(())))
register("expand_copy", mg.expand_copy, torch.expand_copy, case(reals((3, 1)), st.just((2, -1, 4))))
register("permute_copy", mg.permute_copy, torch.permute_copy, case(_MATRIX, st.just((1, 0))))
register(
    "transpose_copy",
    mg.transpose_copy,
    torch.transpose_copy,
    case(_MATRIX, st.just(0), st.just(-1)),
)
register("diagonal_copy", mg.diagonal_copy, torch.diagonal_copy, case(_MATRIX, st.integers(-2, 2)))
register(
    "narrow_copy",
    mg.narrow_copy,
    torch.narrow_copy,
    case(_MATRIX, st.just(1), st.integers(0, 2), st.integers(0, 2)),
)
register(
    "select_copy", mg.select_copy, torch.select_copy, case(_MATRIX, st.just(0), st.integers(-3, 2))
)
register(
    "split_copy", mg.split_copy, torch.split_copy, case(_MATRIX, st.integers(1, 5), st.just(1))
)
register(
    "split_with_sizes_copy",
    mg.split_with_sizes_copy,
    torch.split_with_sizes_copy,
    case(_MATRIX, st.just([1, 0, 2])),
)
register(
    "squeeze_copy",
    mg.squeeze_copy,
    torch.squeeze_copy,
    case(reals((1, 3, 1))) | case(reals((1, 3, 1)), st.just(0)),
)
register(
    "unsqueeze_copy", mg.unsqueeze_copy, torch.unsqueeze_copy, case(_MATRIX, st.integers(-3, 2))
)
register("unbind_copy", mg.unbind_copy, torch.unbind_copy, case(_MATRIX, st.integers(-2, 1)))
register(
    "view_copy",
    lambda x: mg.view_copy(mg.clone(x, order="C"), (2, -1)),
    lambda x: torch.view_copy(x.contiguous(), (2, -1)),
    case(_MATRIX),
)
