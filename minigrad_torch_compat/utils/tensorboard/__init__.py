"""``torch.utils.tensorboard``: a writer of logs for TensorBoard, by tensorboardX."""

from __future__ import annotations

from typing import Any

from minigrad import Tensor

try:
    from tensorboardX import SummaryWriter as _Writer  # type: ignore[import-untyped]
except ImportError as error:
    raise ImportError(
        "torch.utils.tensorboard needs tensorboardX on minigrad: pip install tensorboardX"
    ) from error

__all__ = ["SummaryWriter"]


def _plain(value: Any) -> Any:
    """Return tensors as arrays, also those in dictionaries, lists and tuples."""
    if isinstance(value, Tensor):
        return value.detach().cpu().numpy()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_plain(item) for item in value)
    return value


class SummaryWriter(_Writer):  # type: ignore[misc]
    """Writes what a program logs, for TensorBoard to show; arguments as PyTorch's.

    ``add_graph`` refuses: it would need TorchScript.
    """

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if not name.startswith("add_") or not callable(found):
            return found

        def add(*args: Any, **kwargs: Any) -> Any:
            return found(*_plain(args), **_plain(kwargs))

        return add

    def add_graph(self, model: Any, *args: Any, **options: Any) -> None:
        """Refuse.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(
            "SummaryWriter.add_graph: minigrad cannot trace modules for TensorBoard; "
            "minigrad.draw_graph draws the graph of a result"
        )
