"""Data.

A network learns from samples, a few at a time. A Dataset says what sample number i is; a DataLoader
shuffles the numbers, fetches the samples, and puts them together into batches.
"""

import math
from pathlib import Path

from matplotlib.figure import Figure

import minigrad as mg
from minigrad.data import DataLoader, Dataset, TensorDataset, random_split
from minigrad.examples.common.pictures import BLUE, RED, save


class Waves(Dataset):
    """Two methods make a dataset: how many samples there are, and what the i-th one is.

    Here a sample is a noisy wave of 64 numbers that is either round (a sine, label 0) or square
    (label 1). Where it begins, and how often it swings, is drawn by chance.
    """

    def __init__(self, count: int, seed: int) -> None:
        chance = mg.Generator().manual_seed(seed)
        time = mg.linspace(0.0, 1.0, 64)
        swings = 1 + 3 * mg.rand(count, 1, generator=chance)
        start = mg.rand(count, 1, generator=chance)
        noise = mg.randn(count, 64, generator=chance)
        self.labels = mg.randint(0, 2, (count,), generator=chance)
        waves = mg.sin(2 * math.pi * (swings * time + start))
        square = self.labels.bool().unsqueeze(1)
        self.waves = mg.where(square, waves.sign(), waves) + 0.4 * noise

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[mg.Tensor, mg.Tensor]:
        return self.waves[index].unsqueeze(0), self.labels[index]


def one_sample() -> None:
    """Square brackets call `__getitem__`. A wave has a direction for channels: here, one."""
    waves = Waves(count=100, seed=0)
    print(len(waves))
    wave, label = waves[3]
    print(wave.shape, label)
    print(wave[0, :8])


def pictured() -> None:
    """It is not easy to see which is which: that is to be learned."""
    waves = Waves(count=100, seed=0)
    figure = Figure(figsize=(8, 3), layout="constrained")
    for place in range(8):
        wave, label = waves[place]
        axes = figure.add_subplot(2, 4, place + 1, xticks=[], yticks=[])
        axes.plot(wave[0].numpy(), color=RED if label else BLUE)
        axes.set_title("square" if label else "round", fontsize=9)
    save(figure, Path("waves.png"))


def batches() -> None:
    """A DataLoader gives batches until all samples were there once. The last one may be smaller."""
    loader = DataLoader(Waves(count=100, seed=0), batch_size=32)
    print(len(loader), "batches")
    for waves, labels in loader:
        print(waves.shape, labels.shape)


def shuffled() -> None:
    """With `shuffle=True` every pass has another order; the seed makes it the same every run."""
    numbers = TensorDataset(mg.arange(6))
    mg.manual_seed(0)
    loader = DataLoader(numbers, batch_size=3, shuffle=True)
    for epoch in range(2):
        print(f"pass {epoch + 1}:", [batch.tolist() for (batch,) in loader])


def some_kept_for_validation() -> None:
    """A network is judged by samples it has not learned from. `random_split` divides a dataset."""
    mg.manual_seed(0)
    learn, validate = random_split(Waves(count=100, seed=0), [80, 20])
    print(len(learn), len(validate))
    wave, label = validate[0]
    print(wave.shape, label)
