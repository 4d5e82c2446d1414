"""torchvision.transforms: pictures made ready, and varied at random.

The random ones draw as torchvision's do: the same seed gives the same pictures.
"""

from . import functional as functional
from .containers import *
from .fixed import *
from .pictures import InterpolationMode as InterpolationMode
from .random_pieces import *
from .random_turns import *
from .random_values import *

_ELSEWHERE = "AutoAugment, RandAugment, TrivialAugmentWide, AugMix, ElasticTransform and v2"


def __getattr__(name: str) -> object:
    raise AttributeError(
        f"minigrad's torchvision.transforms has no {name!r} (nor {_ELSEWHERE}); it has "
        f"{', '.join(sorted(n for n in globals() if n[0].isupper()))}"
    )
