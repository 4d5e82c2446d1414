"""The transformer: from the characters so far to the chances of the next one.

    x = embedding of the character + embedding of its place
    x = x + attention(normalized x)         look back at other characters   } in each block
    x = x + network(normalized x)           think about what was seen       }
    scores = linear(normalized x)           softmax makes chances of them

Every position predicts its next character at once: a window of 64 characters is 64 exercises.
"""

from __future__ import annotations

import minigrad as mg
from minigrad import nn
from minigrad.nn.functional import scaled_dot_product_attention

DROPOUT = 0.1


class Attention(nn.Module):
    """Each position asks (query), all up to it answer (key) and give what they know (value).

    Formula: softmax(Q Kᵀ / sqrt(d) + M) V for each head, M = -infinity for places that come later.

    Shapes: (N, length, width) to the same.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        """Return what each position learned from those before."""
        n, length, width = x.shape
        split = self.project(x).reshape(n, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)  # each (N, heads, length, width / heads)
        answers = scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.out(answers.transpose(1, 2).reshape(n, length, width))


class Block(nn.Module):
    """Attention and a network of two layers, both added to what passes by."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention = nn.Sequential(
            nn.LayerNorm(width), Attention(width, heads), nn.Dropout(DROPOUT)
        )
        self.network = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            nn.Dropout(DROPOUT),
        )

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        """Look back, then think."""
        x = x + self.attention(x)
        return x + self.network(x)


class CharGPT(nn.Module):
    """Predicts the next character at each position.

    Args:
        alphabet: how many characters there are.
        length: how many positions it sees at most.
        width: numbers that stand for a position; ``heads`` divides it.
        heads: attentions side by side in each block.
        blocks: how many.

    Shapes: numbers of characters (N, up to length) to scores (N, the same, alphabet).
    """

    def __init__(
        self, alphabet: int, length: int = 64, width: int = 96, heads: int = 4, blocks: int = 3
    ) -> None:
        super().__init__()
        self.length = length
        self.characters = nn.Embedding(alphabet, width)
        self.places = nn.Embedding(length, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(blocks)))
        self.scores = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, alphabet))
        for layer in (self.characters, self.places, self.scores[1]):
            nn.init.normal_(layer.weight, std=0.02)
        nn.init.zeros_(self.scores[1].bias)  # scores near 0: all characters are alike at first

    def forward(self, numbers: mg.Tensor) -> mg.Tensor:
        """Return the scores of all characters, at each position."""
        places = mg.arange(numbers.shape[1], device=numbers.device)
        return self.scores(self.blocks(self.characters(numbers) + self.places(places)))


def write(
    model: CharGPT, start: mg.Tensor, count: int, temperature: float, generator: mg.Generator
) -> mg.Tensor:
    """Return a start and ``count`` characters that the model, in evaluation, adds to it.

    Formula: the next one is drawn with chances softmax(scores / temperature). Near 0 it is always
    the likeliest; at 1 the model's chances hold; above, rare ones become more frequent.

    Args:
        model: what to ask.
        start: numbers of characters, at least one.
        count: how many to add.
        temperature: a positive number.
        generator: what chance comes from.
    """
    written = start
    with mg.no_grad():
        for _ in range(count):
            scores = model(written[None, -model.length :])[0, -1]
            chances = (scores / temperature).softmax(0)
            written = mg.cat([written, mg.multinomial(chances, 1, generator=generator)])
    return written
