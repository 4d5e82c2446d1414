"""The same numbers under other shapes: views wherever possible."""

from .broadcasting import *
from .copies import *
from .diagonals import *
from .joining import *
from .repeating import *
from .shapes import *
from .splitting import *
from .stacking import *
from .strided import *
from .turning import *
