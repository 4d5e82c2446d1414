"""``torch.onnx``: minigrad writes no ONNX files, and says so."""

from __future__ import annotations

from typing import Any, NoReturn

from .missing import room as _room

__all__ = ["dynamo_export", "export", "is_in_onnx_export", "is_onnxrt_backend_supported"]


def export(model: Any, args: Any = (), f: Any = None, **options: Any) -> NoReturn:
    """Refuse.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError(
        "torch.onnx.export: minigrad writes no ONNX files. Save the parameters with "
        "torch.save(model.state_dict(), ...), load them in PyTorch, and export there"
    )


dynamo_export = export


def is_in_onnx_export() -> bool:
    """Return False."""
    return False


def is_onnxrt_backend_supported() -> bool:
    """Return False."""
    return False


__getattr__ = _room(globals(), code=True)
