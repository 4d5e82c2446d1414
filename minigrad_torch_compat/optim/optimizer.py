"""``torch.optim.optimizer``: what optimizers of one's own derive from."""

from minigrad.optim import Optimizer as Optimizer

from ..missing import room as _room


class _RequiredParameter:
    """Stands for a setting that has no default."""

    def __repr__(self) -> str:
        return "<required parameter>"


required = _RequiredParameter()

__getattr__ = _room(globals())
