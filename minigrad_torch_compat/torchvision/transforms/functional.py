"""torchvision.transforms.functional: changes of one picture, a PIL image or a tensor (..., H, W).

PIL images are changed by PIL, tensors by minigrad; both as torchvision does.
"""

from .blurring import *
from .colours import *
from .conversions import *
from .perspectives import *
from .pictures import InterpolationMode as InterpolationMode
from .pictures import get_dimensions as get_dimensions
from .pictures import get_image_num_channels as get_image_num_channels
from .pictures import get_image_size as get_image_size
from .sizes import *
from .turning import *
