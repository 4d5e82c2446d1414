"""Weights that others trained: torchvision downloads them, minigrad does not."""

from __future__ import annotations

from typing import Any


def refuse_pretrained(weights: Any, kwargs: dict[str, Any]) -> None:
    """Take the arguments ``weights`` and the older ``pretrained``, which must ask for none.

    Raises:
        RuntimeError: if weights are asked for.
    """
    if weights is not None or kwargs.pop("pretrained", False):
        raise RuntimeError(
            "minigrad's torchvision.models has no pretrained weights to download; build the model "
            "with weights=None and load a checkpoint file: "
            "model.load_state_dict(torch.load('resnet18.pth'))"
        )


class NoWeights:
    """What stands for ``ResNet18_Weights``: it can be imported, but holds no weights."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, member: str) -> Any:
        if member.startswith("__"):
            raise AttributeError(member)
        raise RuntimeError(
            f"minigrad's torchvision.models has no {self._name}.{member}: pretrained weights "
            "cannot be downloaded; use weights=None and load a checkpoint file"
        )
