"""Shapes and indexing.

Most mistakes in a network are mistakes of shape. These are the ways to change a shape, and to
take parts out of a tensor.
"""

import minigrad as mg


def another_shape() -> None:
    """`reshape` keeps the numbers in their order. One length may be -1: the rest decides it."""
    x = mg.arange(12)
    print(x.reshape(3, 4))
    print(x.reshape(2, -1).shape)
    print(x.reshape(2, 2, 3).shape)


def a_view_is_not_a_copy() -> None:
    """`view` looks at the same numbers in another shape: change one, and both have changed."""
    x = mg.zeros(4)
    square = x.view(2, 2)
    square[0, 1] = 5
    print(square)
    print(x)
    print(x.clone().view(2, 2).fill_(7))
    print(x)


def directions_exchanged() -> None:
    """`T` turns a matrix over; `permute` names the new order; images often need it."""
    x = mg.arange(6).reshape(2, 3)
    print(x.T)
    image = mg.zeros(28, 20, 3)  # height, width, colours
    print(image.permute(2, 0, 1).shape)


def directions_of_length_one() -> None:
    """`unsqueeze` adds one, `squeeze` takes it away: a single sample becomes a batch, and back."""
    x = mg.arange(3)
    print(x.unsqueeze(0))
    print(x.unsqueeze(1))
    print(x.unsqueeze(0).squeeze(0).shape)


def parts() -> None:
    """Indices count from 0, and from the end if negative; `:` is everything; `a:b` leaves b out."""
    x = mg.arange(12).reshape(3, 4)
    print(x)
    print(x[0])
    print(x[:, 1])
    print(x[-1, 2:])
    print(x[::2, ::2])


def chosen_by_condition() -> None:
    """A tensor of truth values takes what is true; a list of numbers takes these rows."""
    x = mg.arange(12).reshape(3, 4)
    print(x[x % 3 == 0])
    print(x[[2, 0]])
    print(mg.where(x > 5, x, 0))


def parts_assigned() -> None:
    """What can be taken out can be written to."""
    x = mg.zeros(3, 4)
    x[1] = 1
    x[:, -1] = mg.tensor([7.0, 8.0, 9.0])
    print(x)


def put_together() -> None:
    """`cat` goes on in a direction that is there; `stack` makes a new one."""
    x, y = mg.tensor([1, 2, 3]), mg.tensor([4, 5, 6])
    print(mg.cat([x, y]))
    print(mg.stack([x, y]))
    print(mg.stack([x, y], dim=1))


def summed_up() -> None:
    """A `dim` says which direction goes away; with `keepdim` its length becomes 1 instead."""
    x = mg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    print(x.sum(), x.mean(), x.max())
    print(x.sum(dim=0))
    print(x.sum(dim=1))
    print(x.sum(dim=1, keepdim=True))
    print(x.argmax(dim=1))
