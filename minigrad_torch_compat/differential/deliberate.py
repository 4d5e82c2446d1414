"""Where minigrad differs from PyTorch on purpose: by spec and aspect, the reason.

The tester compares these aspects all the same and shows what it finds, but does not count it.
"""

_LOGICAL = (
    "PyTorch's in-place logic lets the gradient of the overwritten tensor through; "
    "finite differences agree with minigrad"
)
_OPT_EINSUM = "three operands are opt_einsum's business, if PyTorch finds it: so are their errors"

DELIBERATE: dict[str, dict[str, str]] = {
    "logical_and": {"in_place": _LOGICAL},
    "logical_or": {"in_place": _LOGICAL},
    "logical_xor": {"in_place": _LOGICAL},
    "logical_not": {"in_place": _LOGICAL},
    "einsum": {"refusals": _OPT_EINSUM},
    "einsum/sublists": {"refusals": _OPT_EINSUM},
    "take_along": {"refusals": "a primitive: take_along_dim has checked its dimension"},
}
