"""TTNet: digits read by two matrices in a row, contracted with the images by one einsum.

    s = x A B                      einsum("bi,ij,jk->bk", x, A, B)
    L = -mean log softmax(s)[y]    the negative log-likelihood of the labels y

A (784 x 50) and B (50 x 10) are the two cores of a tensor train: there is nothing between them,
so the network is linear. What is unusual is where it begins: all weights are drawn from [0, 1), so
the first scores lie far apart and the first loss is large: 96 in the reference run, and 116 to 217
on MNIST-10k with seeds 0 to 3.

The same function trains with minigrad and, where it is installed, with PyTorch: from the same
weights, by the same batches. Run it with ``python -m minigrad.examples.ttnet_mnist``.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from rich.console import Console
from rich.markup import escape

import minigrad as mg
from minigrad.data import Samples, Splits, batches

from .common.images import Data, chosen, load
from .common.page import chapter, indented, page, table
from .common.pictures import BLUE, ORANGE, plain, save
from .common.program import Out, Seed, launch

NAME = "ttnet_mnist"
EQUATION = "bi,ij,jk->bk"
RANK, CLASSES, BATCH = 50, 10, 64
EPOCH = 938  # steps: one epoch of MNIST's 60,000 images, whatever we learn from
EVERY = 67  # steps between two looks at the test images; 14 of them make an epoch
REFERENCE = {0: "96", EPOCH: "86%", 2 * EPOCH: "88%"}  # first loss, accuracies; 60,000 images


class Run(NamedTuple):
    """The loss of every step, and the test accuracy after some of them."""

    losses: list[float]
    accuracies: dict[int, float]


def first_weights(random: np.random.Generator, pixels: int) -> list[np.ndarray]:
    """Return A and B, uniform in [0, 1)."""
    shapes = (pixels, RANK), (RANK, CLASSES)
    return [random.random(shape, dtype=np.float32) for shape in shapes]


def endless(samples: Samples, random: np.random.Generator) -> Iterator[Samples]:
    """Yield batches for ever, in a new order every time around."""
    while True:
        yield from batches(samples, BATCH, random)


def on(library: Any, samples: Samples) -> tuple[Any, Any]:
    """Return images as rows, and labels, as a library's tensors."""
    rows = samples.images.numpy().reshape(len(samples.labels), -1)
    return library.from_numpy(rows), library.from_numpy(samples.labels.numpy())


def loss_of(library: Any, x: Any, labels: Any, cores: list[Any]) -> Any:
    """Return the negative log-likelihood of the labels: the network, all of it."""
    scores = library.einsum(EQUATION, x, *cores)
    log_likelihoods = library.nn.functional.log_softmax(scores, dim=1)
    return library.nn.functional.nll_loss(log_likelihoods, labels)


def train(library: Any, data: Splits, steps: int, seed: int) -> Run:
    """Train with Adam as it comes; equal seeds mean equal weights and batches in any library."""
    random = np.random.default_rng(seed)
    weights = first_weights(random, pixels=data.train.images[0].numel())
    cores = [library.tensor(weight, requires_grad=True) for weight in weights]
    optimizer = library.optim.Adam(cores)
    images, labels = on(library, data.test)
    run = Run([], {})
    for step, batch in zip(range(1, steps + 1), endless(data.train, random)):
        optimizer.zero_grad()
        loss = loss_of(library, *on(library, batch), cores)
        loss.backward()
        optimizer.step()
        run.losses.append(loss.item())
        if step % EVERY == 0 or step == steps:
            with library.no_grad():
                guesses = library.einsum(EQUATION, images, *cores).argmax(1)
            run.accuracies[step] = (guesses == labels).numpy().mean().item()
    return run


def gradients_by_hand(x: np.ndarray, labels: np.ndarray, a: Any, b: Any) -> list[np.ndarray]:
    """Return dL/dA and dL/dB, written out.

    Formula: dL/ds = (softmax(s) - y) / n =: G with y one-hot; dL/dA = xᵀ G Bᵀ; dL/dB = (x A)ᵀ G.
    """
    scores = x @ a @ b
    shares = np.exp(scores - scores.max(1, keepdims=True))
    g = shares / shares.sum(1, keepdims=True)
    g[np.arange(len(x)), labels] -= 1
    g /= len(x)
    return [x.T @ g @ b.T, (x @ a).T @ g]


def check_gradients(console: Console, data: Splits, seed: int) -> bool:
    """Compare the gradients of a batch, in float64, with those by hand."""
    chapter(console, 1, "The network, and its gradient by hand")
    random = np.random.default_rng(seed)
    weights = [w.astype(np.float64) for w in first_weights(random, data.train.images[0].numel())]
    x, labels = on(mg, next(endless(data.train, random)))
    cores = [mg.tensor(weight, requires_grad=True) for weight in weights]
    loss_of(mg, x.double(), labels, cores).backward()
    by_hand = gradients_by_hand(x.numpy().astype(np.float64), labels.numpy(), *weights)
    console.print(
        f'    s = x A B, or einsum("{EQUATION}", x, A, B); A and B uniform in \\[0, 1)\n'
        "    L = -mean log softmax(s)\\[y]\n"
        "    G = (softmax(s) - y) / n,   dL/dA = xᵀ G Bᵀ,   dL/dB = (x A)ᵀ G\n"
    )
    shown = table("gradient", "shape", "largest difference, relative", "allowed", "", left=2)
    right = True
    for name, core, expected in zip("AB", cores, by_hand):
        assert core.grad is not None
        error = np.abs(core.grad.numpy() - expected).max() / np.abs(expected).max()
        right = right and bool(error <= 1e-12)
        shape = " x ".join(map(str, core.shape))
        shown.add_row(f"dL/d{name}", shape, f"{error:.1e}", "1e-12", verdict(error <= 1e-12))
    console.print(indented(shown))
    return right


def verdict(agrees: bool) -> str:
    """Say in a word if two figures agree."""
    return "[green]agrees[/]" if agrees else "[bold red]DIFFERS[/]"


def with_pytorch(console: Console, data: Splits, steps: int, seed: int) -> Run | None:
    """Train with PyTorch; without it, say so and return None."""
    if not find_spec("torch"):
        console.print("PyTorch is not installed, so minigrad runs alone: pip install torch\n")
        return None
    torch = import_module("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # matrices as small as these only wait for other threads
    try:
        return train(torch, data, steps, seed)
    finally:
        torch.set_num_threads(threads)


def milestones(run: Run | None) -> dict[int, float]:
    """Return the first loss, at step 0, and the accuracies to be printed, by step."""
    if run is None:
        return {}
    steps = sorted({EPOCH, 2 * EPOCH, len(run.losses)} & set(run.accuracies))
    return {0: run.losses[0], **{step: run.accuracies[step] for step in steps}}


def compare(console: Console, ours: Run, theirs: Run | None) -> bool:
    """Print the figures beside PyTorch's and the reference; return whether the first two agree."""
    shown = table("", "minigrad", "PyTorch", "", "60,000 images")
    right, others = True, milestones(theirs)
    for step, mine in milestones(ours).items():
        title = f"test accuracy, {step:,} steps" if step else "loss of the first batch"
        unit, allowed = (".2%", 0.01) if step else (".2f", 1e-5 * mine)
        its, word = "not asked", ""
        if step in others:
            agrees = abs(mine - others[step]) <= allowed
            right = right and agrees
            its, word = format(others[step], unit), verdict(agrees)
        shown.add_row(title, format(mine, unit), its, word, REFERENCE.get(step, ""))
    console.print(indented(shown))
    if theirs:
        apart = np.abs(np.subtract(ours.losses, theirs.losses)) / theirs.losses
        console.print(f"\nNo loss is further from PyTorch's than {apart.max():.0e} of it.")
    return right


def explain_reference(console: Console, data: Splits, steps: int) -> None:
    """Say what the last column is, and why ours may differ from it."""
    count = len(data.train.labels)
    console.print(
        "\nThe last column is a run with MNIST's 60,000 training images, after one and two epochs; "
        "its random weights were others, and with them its first loss."
    )
    if count != 60_000:
        console.print(
            f"Ours are from {data.name}, {count:,} images: steps of the same number and size, but "
            f"each image is seen {steps * BATCH / count:.1f} times, and other images are the test. "
            "So these two need not be equal; minigrad and PyTorch must be, within one point."
        )


def draw(path: Path, data: Splits, runs: dict[str, Run]) -> Path:
    """Draw the loss of every step, and below the accuracies, of all runs on top of each other."""
    figure = Figure(figsize=(8, 6.5), layout="constrained")
    upper, lower = figure.subplots(2, height_ratios=(3, 2), sharex=True)
    for name, run in runs.items():
        color, width = (ORANGE, 4) if name == "PyTorch" else (BLUE, 1)  # the wide one is behind
        steps = np.arange(1, len(run.losses) + 1)
        upper.plot(steps, run.losses, color=color, linewidth=width, label=name)
        lower.plot(*zip(*run.accuracies.items()), "o-", color=color, linewidth=width, markersize=3)
    upper.set(yscale="log", ylabel="loss of a batch (nats)")
    upper.set_title(f"TTNet on {data.name}: {' and '.join(runs)}, same weights, same batches")
    upper.legend(frameon=False)
    lower.set(xlabel=f"steps of Adam, {BATCH} images each", ylabel="test accuracy", ylim=(None, 1))
    lower.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    plain(upper, lower)
    return save(figure, path)


def ttnet_mnist(
    out: Out = Path("minigrad-ttnet-mnist"),
    data: Data = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of Adam.")] = 2 * EPOCH,
    seed: Seed = 0,
) -> None:
    """Train a network that is one einsum of three operands, and compare it with PyTorch."""
    console = page()
    splits = load(chosen(data), NAME)
    out.mkdir(parents=True, exist_ok=True)
    right = check_gradients(console, splits, seed)
    chapter(console, 2, "Training")
    console.print(
        f"[bold]{splits.name}[/]: {len(splits.train.labels):,} images to learn from, "
        f"{len(splits.test.labels):,} to be tested on ({escape(splits.source)}). {steps:,} steps "
        f"of Adam with its defaults, {BATCH} images each, seed {seed}.\n"
    )
    theirs = with_pytorch(console, splits, steps, seed)
    ours = train(mg, splits, steps, seed)
    right = compare(console, ours, theirs) and right
    explain_reference(console, splits, steps)
    runs = ({"PyTorch": theirs} if theirs else {}) | {"minigrad": ours}
    path = draw(out / "curves.png", splits, runs)
    console.print(f"\nThe curves: [bold]{escape(str(path.resolve()))}[/]", soft_wrap=True)
    if not right:
        console.print("[bold red]A figure above DIFFERS from what it should be.[/]")
        raise typer.Exit(1)


if __name__ == "__main__":
    launch(ttnet_mnist, NAME)
