"""``torch.nn.parallel`` for one process and one device: a module that runs as it is.

Parameters get the prefix ``module.``, as in PyTorch: checkpoints of either load in the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from minigrad.nn import Module

from ..distributed import get_world_size
from ..missing import room as _room

__all__ = ["DataParallel", "DistributedDataParallel", "data_parallel"]
__path__: list[str] = []  # PyTorch's modules below have these names too: see imports.aliases


class DataParallel(Module):
    """A module whose batches would be split over devices; there is one.

    Args:
        module: what to run.
        device_ids, output_device, dim: without effect.
    """

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0
    ) -> None:
        super().__init__()
        self.module = module
        self.device_ids = list(device_ids or [])
        self.output_device = output_device
        self.dim = dim

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """Return what the module returns."""
        return self.module(*inputs, **kwargs)


class DistributedDataParallel(Module):
    """A module whose gradients would be averaged over processes; there is one.

    Args:
        module: what to run.
        device_ids, output_device, dim, options: without effect.

    Raises:
        RuntimeError: if no parameter of the module requires a gradient.
        ValueError: before ``init_process_group``.
    """

    def __init__(
        self,
        module: Module,
        device_ids: Any = None,
        output_device: Any = None,
        dim: int = 0,
        **options: Any,
    ) -> None:
        super().__init__()
        get_world_size()  # which fails where there is no group
        if not any(p.requires_grad for p in module.parameters()):
            raise RuntimeError(
                "DistributedDataParallel is not needed when a module doesn't have any parameter "
                "that requires a gradient."
            )
        self.module = module
        self.device_ids = device_ids
        self.output_device = output_device
        self.dim = dim
        self.require_backward_grad_sync = True

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """Return what the module returns."""
        return self.module(*inputs, **kwargs)

    @contextlib.contextmanager
    def no_sync(self) -> Iterator[None]:
        """Collect gradients without averaging them, as is done anyway."""
        before = self.require_backward_grad_sync
        self.require_backward_grad_sync = False
        try:
            yield
        finally:
            self.require_backward_grad_sync = before


def data_parallel(
    module: Module,
    inputs: Any,
    device_ids: Any = None,
    output_device: Any = None,
    dim: int = 0,
    module_kwargs: dict[str, Any] | None = None,
) -> Any:
    """Return what the module returns for the inputs, one or a tuple of them."""
    given = inputs if isinstance(inputs, tuple) else (inputs,)
    return module(*given, **(module_kwargs or {}))


__getattr__ = _room(globals(), code=True)
