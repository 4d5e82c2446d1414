"""The game: two networks, and a round between them.

    D(x)   in (0, 1): how likely the discriminator takes the image x for a real one
    G(z)   the image that the generator makes of the noise z

The discriminator wants D(x) high and D(G(z)) low; the generator wants D(G(z)) high:

    loss of D  =  -w log D(x)  -  log(1 - D(G(z)))        means over a batch
    loss of G  =  -log D(G(z))

D learns to answer w = 0.9 for real images, not 1, which would make it too sure of itself: a term
-(1 - w) log(1 - D(x)) joins its loss. When fake images are just like real ones, the best D is w / 2
everywhere: a draw, with losses of 1.38 and 0.80.

All functions take the library to compute with: minigrad, or PyTorch, whose words are the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

NOISE = 100  # numbers that an image is made of
REAL = 0.9  # the answer w that is wanted for real images
RATE = 5e-4  # of Adam, for both
BETAS = (0.5, 0.999)  # less momentum than usual: the opponent moves too
SHAPES = ((1024,), (256, 5, 5), (128, 7, 7), (64, 14, 14), (1, 28, 28))  # noise becomes an image


class Players(NamedTuple):
    """The generator, the discriminator, and the optimizer of each."""

    generator: Any
    discriminator: Any
    generator_optimizer: Any
    discriminator_optimizer: Any


def generator(library: Any) -> Any:
    """Return a new generator: (N, 100) becomes (N, 1, 28, 28) with values in (-1, 1).

    A transposed convolution makes of each number a patch, kernel times number; where patches
    overlap they add up. That enlarges an image to (H - 1) * stride - 2 * padding + kernel rows:

        5 -> 4 * 1 + 3 = 7        7 -> 6 * 2 - 2 + 4 = 14        14 -> 13 * 2 - 2 + 4 = 28
    """
    nn = library.nn
    return nn.Sequential(
        nn.Linear(NOISE, 1024, bias=False),  # a bias would be lost in the normalization
        nn.BatchNorm1d(1024),
        nn.ReLU(),
        nn.Linear(1024, 256 * 5 * 5, bias=False),
        nn.BatchNorm1d(256 * 5 * 5),
        nn.ReLU(),
        nn.Unflatten(1, (256, 5, 5)),
        nn.ConvTranspose2d(256, 128, kernel_size=3, bias=False),
        nn.BatchNorm2d(128),
        nn.ReLU(),
        nn.ConvTranspose2d(128, 64, kernel_size=4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 1, kernel_size=4, stride=2, padding=1),
        nn.Tanh(),
    )


def discriminator(library: Any) -> Any:
    """Return a new discriminator: (N, 1, 28, 28) becomes (N, 1), of which sigmoid is D.

    It is the smaller one: against a strong discriminator the generator learns nothing at first.
    """
    nn = library.nn
    return nn.Sequential(
        nn.Conv2d(1, 32, kernel_size=4, stride=2, padding=1),  # to 14 x 14
        nn.LeakyReLU(0.2),
        nn.Conv2d(32, 64, kernel_size=4, stride=2, padding=1, bias=False),  # to 7 x 7
        nn.BatchNorm2d(64),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 1),
    )


def players(library: Any) -> Players:
    """Return two beginners."""
    networks = generator(library), discriminator(library)
    return Players(*networks, *(optimizer(library, network) for network in networks))


def optimizer(library: Any, network: Any) -> Any:
    """Return an optimizer of a network."""
    return library.optim.Adam(network.parameters(), lr=RATE, betas=BETAS)


def play(library: Any, players: Players, real: Any, noise: Any) -> dict[str, Any]:
    """Play a round; both players learn from it.

    Args:
        library: minigrad or torch.
        players: who play.
        real: (N, 1, 28, 28), real images with values in [-1, 1].
        noise: (N, 100), drawn from a normal distribution.

    Returns:
        The two losses, and the means of D for real and for fake images.
    """
    g, d, g_optimizer, d_optimizer = players
    fake = g(noise)

    d_optimizer.zero_grad()
    on_real, on_fake = d(real), d(fake.detach())  # detached: this is not the generator's turn
    d_loss = taken_for(library, on_real, REAL) + taken_for(library, on_fake, 0.0)
    d_loss.backward()
    d_optimizer.step()

    g_optimizer.zero_grad()
    g_loss = taken_for(library, d(fake), 1.0)  # what the improved discriminator says
    g_loss.backward()  # through the discriminator, whose gradients its next turn sets to zero
    g_optimizer.step()
    return {
        "discriminator": d_loss,
        "generator": g_loss,
        "real": on_real.sigmoid().mean(),
        "fake": on_fake.sigmoid().mean(),
    }


def taken_for(library: Any, scores: Any, wanted: float) -> Any:
    """Return -(w log D + (1 - w) log(1 - D)), the loss if D should be w; D = sigmoid(scores)."""
    loss = library.nn.functional.binary_cross_entropy_with_logits
    return loss(scores, library.full_like(scores, wanted))
