"""Factorized layers: matrices that are never written out, because their factors are enough."""

from .kronecker import KroneckerLinear as KroneckerLinear
from .kronecker import nearest_kronecker as nearest_kronecker
from .states import ghz as ghz
from .states import mps as mps
from .states import product_state as product_state
from .tensor_train import TensorTrain as TensorTrain
from .tensor_train import tt_svd as tt_svd
from .tt_linear import TTLinear as TTLinear
