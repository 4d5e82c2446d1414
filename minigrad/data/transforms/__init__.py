"""Transforms of pictures, by torchvision's names and rules.

Each takes a tensor (..., H, W), an array (H, W) or (H, W, C), or a PIL image, and returns what it
was given; only ``ToTensor`` makes tensors. Random ones draw from the default generator; in a worker
thread, which shares that with others, from the worker's own.
"""

from .sizes import *
from .turns import *
from .values import *
