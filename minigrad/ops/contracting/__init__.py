"""Multiplied and summed: matrix products, einsum, the affine map."""

from .einsum import *
from .linear import *
from .matmul import *
from .products import *
