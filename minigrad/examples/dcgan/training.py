"""The game as a training: two optimizers in a step, pictures after every epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console

import minigrad as mg
from minigrad.data import DataLoader, Splits, TensorDataset
from minigrad.training import Checkpoint, CSVLog, Curves, Progress, SampleImages, Trainer

from . import game

BATCH = 32
SAMPLES = 64  # images of a picture


class Game(Trainer):
    """Trains two players against each other.

    What a checkpoint needs is found among the attributes: two networks, two optimizers.

    Attributes:
        curves: the figures of every round.
        noise: what the sample images are made of, the same after every epoch.
    """

    def __init__(self, folder: Path, console: Console, seed: int) -> None:
        self.seed = seed
        mg.manual_seed(seed)
        players = game.players(mg)
        self.discriminator = players.discriminator
        self.discriminator_optimizer = players.discriminator_optimizer
        self.curves = Curves()
        self.checkpoint = Checkpoint(folder)
        self.noise = mg.randn(SAMPLES, game.NOISE)
        callbacks = [
            Progress(console),
            CSVLog(folder / "epochs.csv"),
            SampleImages(lambda trainer: trainer.model(self.noise), folder, span=(-1, 1)),
            self.curves,
            self.checkpoint,
        ]
        super().__init__(players.generator, None, players.generator_optimizer, callbacks=callbacks)

    @property
    def players(self) -> game.Players:
        """The two networks and their optimizers."""
        return game.Players(
            self.model, self.discriminator, self.optimizer, self.discriminator_optimizer
        )

    def play(self, images: mg.Tensor, epochs: int, resume: bool = False) -> None:
        """Train until ``epochs`` passes over the images are complete."""
        if not resume:
            mg.manual_seed(self.seed)  # whatever was drawn since
        path = self.checkpoint.last_path if resume else None
        self.fit(batches_of(images), epochs, resume=path)

    def training_step(self, batch: Any) -> dict[str, Any]:
        """Play a round with the real images of a batch."""
        (real,) = batch
        return game.play(mg, self.players, real, mg.randn(len(real), game.NOISE))


def real_images(data: Splits, count: int) -> mg.Tensor:
    """Return some training images as 28 x 28 pixels in [-1, 1].

    Those of 8 x 8 are drawn at 20 x 20 with a border, as digits of MNIST are.
    """
    images = data.train.images[:count]
    if images.shape[-1] != 28:
        functional = mg.nn.functional
        images = functional.interpolate(images, (20, 20), mode="bilinear", align_corners=False)
        images = functional.pad(images, (4, 4, 4, 4))
    return images * 2 - 1


def batches_of(images: mg.Tensor) -> DataLoader:
    """Return a loader of shuffled batches, all of the same size."""
    size = min(BATCH, len(images))
    return DataLoader(TensorDataset(images), batch_size=size, shuffle=True, drop_last=True)
