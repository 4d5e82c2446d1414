"""Broadcasting.

Two tensors need not have the same shape to be added. The smaller one is repeated, without being
copied, if the shapes fit: compare the lengths from the last to the first; each pair must be equal,
or one of the two must be 1 or missing.
"""

import minigrad as mg


def one_number() -> None:
    """A number fits everything."""
    print(mg.ones(2, 3) * 10)


def a_row_and_a_column() -> None:
    """A row is repeated downwards, a column to the right, and both if they meet."""
    matrix = mg.zeros(2, 3)
    row = mg.tensor([1, 2, 3])
    column = mg.tensor([[10], [20]])
    print(matrix + row)
    print(matrix + column)
    print(row + column)


def the_mean_taken_away() -> None:
    """It is at work wherever data are put on one scale: `keepdim` makes the shapes fit."""
    x = mg.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    print(x - x.mean(dim=1, keepdim=True))


def shapes_that_do_not_fit() -> None:
    """3 and 2 are neither equal nor 1. The message says which sizes did not match."""
    try:
        mg.ones(2, 3) + mg.ones(2)
    except RuntimeError as error:
        print(error)
    print((mg.ones(2, 3) + mg.ones(2, 1)).shape)


def many_matrices_at_once() -> None:
    """`@` multiplies the matrices in the last two directions, and broadcasts those before."""
    batch = mg.ones(10, 2, 3)
    matrix = mg.ones(3, 4)
    print((batch @ matrix).shape)
