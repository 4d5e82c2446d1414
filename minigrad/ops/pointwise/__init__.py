"""Element by element: arithmetic, comparison, functions of one number or two."""

from .angles import *
from .bits import *
from .clamping import *
from .closeness import *
from .combinations import *
from .comparison import *
from .complex_numbers import *
from .conversion import *
from .division import *
from .elementwise import *
from .floats import *
from .powers import *
from .rounding import *
from .transcendental import *
