"""Distributions: draws, densities, entropies, and gradients through all of them."""

from . import constraints as constraints
from . import kl as kl
from . import transforms as transforms
from .bernoulli import *
from .categorical import *
from .cauchy import *
from .counts import *
from .dirichlet import *
from .distribution import *
from .exponential import *
from .gamma import *
from .gumbel import *
from .halves import *
from .independent import Independent as Independent
from .kl import kl_divergence as kl_divergence
from .kl import register_kl as register_kl
from .laplace import *
from .log_normal import *
from .mixture import *
from .multivariate_normal import *
from .normal import *
from .relaxed import *
from .student import *
from .transformed import *
from .transforms import *
from .uniform import *
