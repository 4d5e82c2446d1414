"""Where minigrad differs from PyTorch on purpose: by spec and aspect, the reason.

The tester compares these aspects all the same and shows what it finds, but does not count it.
"""

_LOGICAL = (
    "PyTorch's in-place logic lets the gradient of the overwritten tensor through; "
    "finite differences agree with minigrad"
)
_SAVED = "a rule that saves the operand cannot run after the operand was overwritten"
_COUNTED = "PyTorch counts bools in place, in integers that the tensor cannot hold"
_PARTS = "parts that need not be views are copies"
_NOTHING = "nothing to do: the operand itself"

DELIBERATE: dict[str, dict[str, str]] = {
    "logical_and": {"in_place": _LOGICAL},
    "logical_or": {"in_place": _LOGICAL},
    "logical_xor": {"in_place": _LOGICAL},
    "logical_not": {"in_place": _LOGICAL},
    "scatter_reduce/prod": {"in_place": _SAVED},
    "scatter_reduce/amax": {"in_place": _SAVED},
    "scatter_reduce/amin": {"in_place": _SAVED},
    "cumsum/integers": {"in_place": _COUNTED},
    "cumprod/integers": {"in_place": _COUNTED},
    "scatter/value": dict.fromkeys(
        ("in_place", "method"),
        "the value comes after the index in minigrad's function, which has no overloads",
    ),
    "addbmm": {"in_place": "PyTorch writes an empty product into a tensor of another shape"},
    "unsafe_chunk": {"aliasing": _PARTS},
    "unsafe_split": {"aliasing": _PARTS},
    "unsafe_split_with_sizes": {"aliasing": _PARTS},
    "chain_matmul": {"aliasing": _NOTHING},
    "sum_to_size": {"aliasing": _NOTHING},
    "picked_rows": {"aliasing": "a primitive; the reference is composed of views"},
}
