"""Training.

Everything comes together: batches from the loader, scores from the network, a loss, a gradient, a
step. The samples for validation tell whether the network has understood, or only remembered.
"""

from pathlib import Path

from matplotlib.figure import Figure

import minigrad as mg
from minigrad import nn, optim
from minigrad.data import DataLoader
from minigrad.examples.common.pictures import BLUE, RED, save
from minigrad.examples.tutorial.chapters.datasets import Waves
from minigrad.examples.tutorial.chapters.layers import Listener


def learn(model: nn.Module, loader: DataLoader, adam: optim.Adam) -> float:
    """Once through the samples. Four lines do the work: clear, compute, backward, step."""
    total = 0.0
    for waves, labels in loader:
        adam.zero_grad()
        loss = nn.functional.cross_entropy(model(waves), labels)
        loss.backward()
        adam.step()
        total += loss.item() * len(labels)
    return total / len(loader.dataset)


def validate(model: nn.Module, loader: DataLoader) -> tuple[float, float]:
    """The same without a graph and without a step: the mean loss, and how often it is right."""
    total, right = 0.0, 0
    with mg.no_grad():
        for waves, labels in loader:
            scores = model(waves)
            loss = nn.functional.cross_entropy(scores, labels)
            total += loss.item() * len(labels)
            right += (scores.argmax(dim=1) == labels).sum().item()
    return total / len(loader.dataset), right / len(loader.dataset)


def before_it_has_learned() -> None:
    """The loss of pure guessing between two is log 2 = 0.69: that is where it begins."""
    mg.manual_seed(0)
    loss, _ = validate(Listener(), DataLoader(Waves(200, seed=1), batch_size=100))
    print(f"{loss:.2f}")


def the_whole_training() -> None:
    """Ten passes; after each, a look at the samples that are not learned from."""
    mg.manual_seed(0)
    model = Listener()
    adam = optim.Adam(model.parameters(), lr=0.01)
    to_learn = DataLoader(Waves(800, seed=0), batch_size=32, shuffle=True)
    to_validate = DataLoader(Waves(200, seed=1), batch_size=100)
    learned, validated = [], []
    for epoch in range(1, 11):
        learned.append(learn(model, to_learn, adam))
        loss, accuracy = validate(model, to_validate)
        validated.append(loss)
        print(f"{epoch:2}  learned from {learned[-1]:.3f}, ", end="")
        print(f"validation {loss:.3f}, right {accuracy:.1%}")

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    epochs = range(1, 11)
    axes.plot(epochs, learned, "o-", color=BLUE, label="learned from")
    axes.plot(epochs, validated, "s-", color=RED, label="validation")
    axes.set(xlabel="passes through the samples", ylabel="mean cross-entropy")
    axes.set(ylim=(0, None), xticks=epochs, title="Round or square?")
    axes.legend(frameon=False)
    save(figure, Path("training.png"))
