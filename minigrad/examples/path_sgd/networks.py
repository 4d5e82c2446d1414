"""Chapter 1: two networks with the same function; one has hidden units of very different sizes.

With ReLU(c z) = c ReLU(z) for c > 0, a hidden unit may be rescaled: what enters it times c, what
leaves it divided by c. The function is the same, but not its gradients: those of the weights that
enter are divided by c, those of the weights that leave are multiplied by c. Where the weights grew,
the gradients shrank.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from rich.console import Console

import minigrad as mg
from minigrad import nn
from minigrad.optim.path_sgd import path_norm

from ..common.page import chapter, indented, table

HIDDEN = 100  # units in each of two layers
ROUNDING = 1e-12  # what two ways to compute the same number in float64 may differ by, relatively


def balanced(pixels: int, seed: int) -> nn.Sequential:
    """Return a network whose units are alike: weights from N(0, 1 / inputs of their layer).

    It computes in float64, to see how far two runs are apart.
    """
    random = np.random.default_rng(seed)
    sizes = (pixels, HIDDEN, HIDDEN, 10)
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in pairwise(sizes):
        layer = nn.Linear(inputs, outputs, dtype=mg.float64)
        with mg.no_grad():
            layer.weight.copy_(mg.tensor(random.normal(size=(outputs, inputs)) / inputs**0.5))
            layer.bias.zero_()
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def random_factors(random: np.random.Generator, units: int, exact: bool) -> np.ndarray:
    """Draw a factor for each unit, after section 5 of the paper.

    A quarter of the units are picked, with replacement; each time a unit is picked, its factor is
    multiplied by 10 c with c log-normal.

    Args:
        random: the source. units: how many there are.
        exact: take the nearest powers of two, with which products are exact.
    """
    factors = np.ones(units)
    picked = random.integers(units, size=units // 4)
    np.multiply.at(factors, picked, 10 * random.lognormal(size=len(picked)))
    return np.exp2(np.round(np.log2(factors))) if exact else factors


def unbalanced(pixels: int, seed: int, exact: bool = False) -> nn.Sequential:
    """Return the network of ``balanced`` with rescaled hidden units: the same function."""
    network = balanced(pixels, seed)
    random = np.random.default_rng([seed, 1])
    linear = [layer for layer in network if isinstance(layer, nn.Linear)]
    with mg.no_grad():
        for before, after in pairwise(linear):
            c = mg.tensor(random_factors(random, before.out_features, exact))
            before.weight *= c[:, None]
            before.bias *= c
            after.weight /= c
    return network


STARTS = {"balanced": balanced, "unbalanced": unbalanced}


def explain(console: Console, images: mg.Tensor, seed: int) -> bool:
    """Tell the chapter; return whether both networks have the same function and path norm."""
    chapter(console, 1, "The same function, twice")
    console.print(
        "A network of two hidden layers, and a second one in which random hidden units are "
        "rescaled: what enters a unit times c, what leaves it divided by c. Since ReLU(c z) = "
        "c ReLU(z), the function is the same. Gradients are not: where weights grew by c, they "
        "shrank by c. The size of a unit is the norm of the weights that enter it.\n"
    )
    pixels = images[0].numel()
    pair = [make(pixels, seed) for make in STARTS.values()]
    shown = table("", *STARTS, "", left=1)
    for number in range(1, len(pair[0]), 2):
        sizes = [network[number].weight.detach().norm(dim=1).numpy() for network in pair]
        spread = [f"{each.min():.2g} to {each.max():.2g}" for each in sizes]
        shown.add_row(f"sizes of the units of layer {(number + 1) // 2}", *spread, "")
    with mg.no_grad():
        scores = [network(images.double()).numpy() for network in pair]
        norms = [path_norm(network, images.shape[1:]).item() for network in pair]
    right = True
    for name, values in {"largest score": scores, "path norm": norms}.items():
        one, other = map(np.asarray, values)
        apart = np.abs(one - other).max() / np.abs(one).max()
        right = right and bool(apart <= ROUNDING)
        word = "[green]the same[/]" if apart <= ROUNDING else "[bold red]DIFFERS[/]"
        shown.add_row(name, *(f"{np.abs(each).max():.12g}" for each in (one, other)), word)
    console.print(indented(shown))
    console.print(
        f"\nScores are those of {len(images):,} images; the same means that none differs by more "
        f"than {ROUNDING:g} of the largest. The path norm, by which Path-SGD measures its steps: "
        "the root of the sum, over all paths from input to output, of the squared product along "
        "each."
    )
    return right
