"""``torch.backends``: libraries that PyTorch calls. minigrad calls none of them, and says so.

Their settings can be read and written, as programs do; they change nothing.
"""

from ..missing import room as _room
from . import cpu as cpu
from . import cuda as cuda
from . import cudnn as cudnn
from . import mkl as mkl
from . import mkldnn as mkldnn
from . import mps as mps
from . import openmp as openmp

__getattr__ = _room(globals())
