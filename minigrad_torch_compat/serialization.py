"""``torch.serialization``: minigrad's files are PyTorch's; here their words become the facade's."""

from minigrad.serialization import Storage as Storage
from minigrad.serialization import add_safe_globals as add_safe_globals
from minigrad.serialization import clear_safe_globals as clear_safe_globals
from minigrad.serialization import get_safe_globals as get_safe_globals
from minigrad.serialization import (
    get_unsafe_globals_in_checkpoint as get_unsafe_globals_in_checkpoint,
)
from minigrad.serialization import load as load
from minigrad.serialization import safe_globals as safe_globals
from minigrad.serialization import save as save
from minigrad.serialization import vocabulary as _vocabulary
from minigrad.serialization.pickler import SPELLINGS as _SPELLINGS
from minigrad.serialization.pickler import Global as _Global

from .dtypes import DTYPES as _DTYPES
from .dtypes import dtype as _dtype
from .missing import room as _room
from .spelling import Size as _Size

_vocabulary.home = __package__
_vocabulary.CALLS["torch.Size"] = _Size
_vocabulary.VALUES.update({repr(_found): _found for _found in _DTYPES.values()})
_SPELLINGS[_Size] = lambda size: (_Global("torch", "Size"), (tuple(size),))
for _kind in {type(_found) for _found in _DTYPES.values()} | {_dtype}:
    _SPELLINGS[_kind] = lambda found: _Global("torch", repr(found).removeprefix("torch."))

__getattr__ = _room(globals())
