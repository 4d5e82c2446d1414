"""``torch.distributions.utils``: parameters of distributions."""

from minigrad.distributions.parameters import broadcast_all as broadcast_all
from minigrad.distributions.parameters import clamp_probs as clamp_probs
from minigrad.distributions.parameters import logits_to_probs as logits_to_probs
from minigrad.distributions.parameters import probs_to_logits as probs_to_logits

from ..missing import room as _room

__getattr__ = _room(globals())
