"""SampleImages: pictures of what a model makes, to be looked at while it learns."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...files import write
from ..figures import Figures
from .callback import Callback

if TYPE_CHECKING:
    from ..trainer import Trainer


class SampleImages(Callback):
    """Writes images after every epoch as one picture, and all of them as an animation.

    Args:
        make: maps the trainer, its model in evaluation, to a tensor of images (N, 1 or 3, H, W)
            with values in ``span``.
        folder: where ``epoch-001.png`` ... and ``epochs.gif`` go.
        span: the values of black and white.
        columns: images side by side; by default as many as rows.
        scale: pixels of the picture for one of the image.
        every: epochs between two pictures.

    Raises:
        ModuleNotFoundError: without the package Pillow.
    """

    def __init__(
        self,
        make: Callable[[Trainer], Any],
        folder: str | os.PathLike[str],
        span: tuple[float, float] = (0.0, 1.0),
        columns: int | None = None,
        scale: int = 2,
        every: int = 1,
    ) -> None:
        from PIL import Image

        self._image = Image
        self.make, self.folder, self.span = make, Path(folder), span
        self.columns, self.scale, self.every = columns, scale, every

    def on_epoch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Write the picture of an epoch, and the animation with it."""
        if trainer.epoch % self.every:
            return
        with trainer.evaluating():
            images = self.make(trainer)
        low, high = self.span
        pixels = (images.cpu().numpy().astype(np.float64) - low) / (high - low)
        sheet = tiled(np.clip(pixels * 255 + 0.5, 0, 255).astype(np.uint8), self.columns)
        picture = self._image.fromarray(sheet)
        size = (picture.width * self.scale, picture.height * self.scale)
        self._write(f"epoch-{trainer.epoch:03}.png", picture.resize(size, 0), format="PNG")
        self._animate(trainer.epoch)

    def _animate(self, last: int) -> None:
        """Write the animation of all epochs, those before a resumption too.

        Pictures of later epochs are left over from another training.
        """
        paths = (self.folder / f"epoch-{epoch:03}.png" for epoch in range(1, last + 1))
        first, *rest = [self._image.open(path).convert("P") for path in paths if path.exists()]
        ends = [400] * len(rest) + [2000]  # milliseconds; the last one stays
        self._write(
            "epochs.gif",
            first,
            format="GIF",
            save_all=True,
            append_images=rest,
            duration=ends,
            loop=0,
        )

    def _write(self, name: str, picture: Any, **options: Any) -> None:
        content = io.BytesIO()
        picture.save(content, **options)
        write(self.folder / name, content.getvalue())


def tiled(images: Any, columns: int | None = None) -> Any:
    """Lay images (N, C, H, W) side by side, a pixel apart.

    Returns:
        One image: (height, width) if C is 1, otherwise (height, width, C).
    """
    count, channels, _, _ = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    framed = np.pad(images, [(0, rows * columns - count), (0, 0), (0, 1), (0, 1)])
    height, width = framed.shape[2:]
    sheet = framed.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    sheet = sheet.reshape(rows * height, columns * width, channels)[:-1, :-1]
    return sheet[..., 0] if channels == 1 else sheet
