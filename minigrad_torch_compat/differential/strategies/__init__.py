"""Hypothesis strategies for operators' arguments, a file per idea.

They draw what breaks operators: shapes that broadcast, 0-d and empty arrays, strides, negative
dimensions; on request ties, kinks, special values and dtypes; and arguments that must fit each
other, as those of indexing, ``einsum`` and convolutions. All of them shrink to something readable.

    >>> from minigrad_torch_compat.differential import case, strategies
    >>> cases = case(strategies.reals(), strategies.reals(()))  # any array and a 0-d one
"""

from .arrays import (
    SPECIAL,
    booleans,
    integers,
    of_dtypes,
    pairs,
    positive,
    punctured,
    reals,
    smooth,
    special,
    ties,
)
from .calls import with_dim, with_dims
from .convolutions import convolutions, transposed_convolutions
from .einsums import einsums, equations, sublists
from .indices import indices, places, slices, subscripts
from .shapes import Array, broadcastable, dim_sets, dims, flipped, layouts, shapes, some_dims

__all__ = [
    "SPECIAL", "Array", "booleans", "broadcastable", "convolutions", "dim_sets", "dims", "einsums",
    "equations", "flipped", "indices", "integers", "layouts", "of_dtypes", "pairs", "places",
    "positive", "punctured", "reals", "shapes", "slices", "smooth", "some_dims", "special",
    "sublists", "subscripts", "ties", "transposed_convolutions", "with_dim", "with_dims",
]  # fmt: skip
