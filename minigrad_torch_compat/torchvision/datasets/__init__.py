"""torchvision.datasets: labelled pictures, as PIL images unless a transform changes them."""

from ...missing import room as _room
from .cifar import *
from .fakedata import *
from .folder import *
from .lsun import *
from .mnist import *
from .vision import VisionDataset as VisionDataset

__getattr__ = _room(globals())
