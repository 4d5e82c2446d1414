"""Saving and loading.

What training has changed can be kept in a file: the numbers only, under their names. The program
that loads them makes the same network first.
"""

import minigrad as mg
from minigrad import nn, optim


def the_state_of_a_network() -> None:
    """`state_dict` lists all numbers of a module, as tensors, under the names of the layers."""
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    for name, tensor in model.state_dict().items():
        print(name, tensor.shape)


def to_a_file_and_back() -> None:
    """The file is one that PyTorch reads, and `load` reads those that PyTorch has written.

    Another network with the same layers begins with other numbers, and takes these over.
    """
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    mg.save(model.state_dict(), "model.pt")

    other = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    x = mg.ones(1, 2)
    print("the same before loading:", mg.equal(model(x), other(x)))
    print(other.load_state_dict(mg.load("model.pt")))
    print("the same after loading: ", mg.equal(model(x), other(x)))


def a_state_that_does_not_fit() -> None:
    """What does not fit is an error, and the message names all that is not as expected."""
    state = nn.Linear(2, 3).state_dict()
    try:
        nn.Linear(2, 4).load_state_dict(state)
    except RuntimeError as error:
        print(error)


def training_that_goes_on() -> None:
    """Adam remembers earlier gradients. To go on as if nothing had happened, save it as well."""

    def step(model: nn.Module, optimizer: optim.Optimizer) -> float:
        optimizer.zero_grad()
        loss = ((model(mg.ones(4, 2)) - 1) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss.item()

    model = nn.Linear(2, 1)
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    for _ in range(3):
        step(model, optimizer)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    mg.save(state, "training.pt")
    print("not stopped:", [step(model, optimizer) for _ in range(2)])

    model = nn.Linear(2, 1)
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    state = mg.load("training.pt")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    print("gone on:    ", [step(model, optimizer) for _ in range(2)])
