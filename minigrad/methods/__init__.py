"""What can be computed from a tensor, as methods: each spells a function of ``ops``, in one line.

An in-place form ``x.mul_(y)`` writes ``mul(x, y)`` into ``x``. A class per family of operations;
``Tensor`` derives from all of them.
"""

from .. import ops
from ..ops.pointwise.conversion import Conversions
from .arithmetic import Arithmetic
from .complex_numbers import ComplexNumbers
from .filling import Filling
from .functions import Functions
from .indexing import Indexing
from .linear_algebra import LinearAlgebra
from .properties import Properties
from .reductions import Reductions
from .shapes import Shapes
from .sparse import Sparse


class Methods(
    Arithmetic,
    ComplexNumbers,
    Functions,
    Reductions,
    Indexing,
    Shapes,
    LinearAlgebra,
    Filling,
    Conversions,
    Properties,
    Sparse,
):
    """All of them."""

    __slots__ = ()

    # Dtype and device: and see Conversions, for float(), long(), cpu() ...

    to = ops.to
    type_as = ops.type_as
