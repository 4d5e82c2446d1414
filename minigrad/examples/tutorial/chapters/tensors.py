"""Tensors.

A tensor holds numbers in rows and columns, or in more directions than two. Everything a network
reads, learns and says is a tensor: images, weights, scores.
"""

import minigrad as mg


def from_numbers() -> None:
    """Make one from nested lists. It knows its shape, and the type of its numbers."""
    x = mg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    print(x)
    print("shape:", x.shape)
    print("type of the numbers:", x.dtype)
    print("directions:", x.ndim, " numbers:", x.numel())


def filled_with_one_number() -> None:
    """Say the shape, and what to fill it with. `eye` has ones on the diagonal."""
    print(mg.zeros(2, 3))
    print(mg.ones(2, 3))
    print(mg.full((2, 3), 7.0))
    print(mg.eye(3))


def in_a_row() -> None:
    """`arange` counts in steps and leaves the end out; `linspace` divides, and keeps both ends."""
    print(mg.arange(6))
    print(mg.arange(0.0, 1.0, 0.25))
    print(mg.linspace(0.0, 1.0, 5))


def at_random() -> None:
    """Draw from [0, 1), from the normal distribution, or whole numbers.

    The same seed gives the same numbers, so a program can be run again and do the same.
    """
    mg.manual_seed(42)
    print(mg.rand(2, 3))
    print(mg.randn(2, 3))
    print(mg.randint(0, 10, (2, 3)))
    mg.manual_seed(42)
    print(mg.rand(2, 3))


def like_another() -> None:
    """The `_like` functions take shape and type from a tensor that is there."""
    x = mg.tensor([[1, 2], [3, 4]])
    print(mg.zeros_like(x))
    print(mg.rand_like(x, dtype=mg.float32))


def types_of_numbers() -> None:
    """Whole numbers become int64, numbers with a point float32, truth values bool.

    Another type is asked for by name. float32 has about seven decimal digits, float64 sixteen.
    """
    for values in ([1, 2], [1.0, 2.0], [True, False]):
        print(mg.tensor(values).dtype)
    x = mg.tensor([1, 2, 3], dtype=mg.float64)
    print(x)
    print(x.to(mg.float32).dtype, x.long().dtype)


def mixed_types() -> None:
    """Whole numbers mixed with others give numbers with a point; `/` gives them always."""
    whole = mg.tensor([1, 2, 3])
    print(whole + 1)
    print(whole + 0.5)
    print(whole / 2)
    print(whole // 2)


def arithmetic() -> None:
    """Operators and functions work number by number; `@` is the product of matrices."""
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    print(x * x)
    print(x @ x)
    print(mg.exp(x))
    print(x > 2)


def in_place() -> None:
    """A name that ends in `_` changes the tensor itself rather than making another."""
    x = mg.ones(3)
    y = x.add(1)
    print(x, y)
    x.add_(1)
    print(x)


def numbers_taken_out() -> None:
    """`item` takes the number out of a tensor that has just one; `tolist` takes all."""
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    print(x.sum())
    print(x.sum().item())
    print(x.tolist())
