"""Tools around modules: gradients clipped, weights reparametrized, sequences packed."""

from . import parametrizations as parametrizations
from . import parametrize as parametrize
from . import rnn as rnn
from .clipping import *
from .fusion import *
from .spectral_norm import remove_spectral_norm as remove_spectral_norm
from .spectral_norm import spectral_norm as spectral_norm
from .vectors import *
from .weight_norm import remove_weight_norm as remove_weight_norm
from .weight_norm import weight_norm as weight_norm
