"""``torch.distributions``: minigrad's, under PyTorch's names."""

from minigrad.distributions import *
from minigrad.distributions import Independent as Independent
from minigrad.distributions import constraints as constraints
from minigrad.distributions import kl as kl
from minigrad.distributions import kl_divergence as kl_divergence
from minigrad.distributions import register_kl as register_kl
from minigrad.distributions import transforms as transforms

from ..missing import room as _room

__getattr__ = _room(globals())
