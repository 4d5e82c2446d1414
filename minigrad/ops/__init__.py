"""The table of derivatives: a folder per kind of operation, a file per family."""

from .contracting import *
from .criteria import *
from .dims import normalize_dim as normalize_dim
from .images import *
from .indices import *
from .linear_algebra.older import *
from .neurons import *
from .normalizing import *
from .pointwise import *
from .reducing import *
from .sampling import *
from .sequences import *
from .shaping import *
from .special_functions import *
from .spectra import *
