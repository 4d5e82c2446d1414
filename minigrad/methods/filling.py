"""Methods of ``Tensor``: constants, copies and random numbers, in place and new."""

from __future__ import annotations

from ..ops import sampling
from ..ops.indices import filling
from ..ops.shaping import strided


class Filling:
    """Constants, copies and random numbers."""

    __slots__ = ()

    # --- in place: constants, copies, random numbers ------------------------------------------

    zero_ = filling.zero_
    fill_ = filling.fill_
    copy_ = filling.copy_
    uniform_ = filling.uniform_
    normal_ = filling.normal_
    exponential_ = filling.exponential_
    bernoulli_ = filling.bernoulli_
    random_ = filling.random_
    cauchy_ = filling.cauchy_
    log_normal_ = filling.log_normal_
    geometric_ = filling.geometric_

    # --- random numbers whose distribution this one gives -------------------------------------

    bernoulli = sampling.bernoulli
    multinomial = sampling.multinomial

    # --- new tensors of this one's dtype and device -------------------------------------------

    new_empty = filling.new_empty
    new_empty_strided = strided.new_empty_strided
    new_zeros = filling.new_zeros
    new_ones = filling.new_ones
    new_full = filling.new_full
