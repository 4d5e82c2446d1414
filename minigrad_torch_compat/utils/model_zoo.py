"""``torch.utils.model_zoo``: weights of known networks, if their files are there."""

from ..hub import load_state_dict_from_url as load_url
from ..missing import room as _room

__all__ = ["load_url"]

__getattr__ = _room(globals())
