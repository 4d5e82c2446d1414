"""Gradients.

A gradient says how much a result changes if a number it was made from is changed a little.
Training is nothing but that: ask in which direction the loss falls, and go there. A tensor made
with `requires_grad=True` remembers what is done with it, and `backward` goes all the way back.
"""

# mypy: disable-error-code="attr-defined,operator"

import minigrad as mg


def backward_from_one_number() -> None:
    """With out = mean(3 (x + 2)²) of four numbers, the derivative is 6 (x + 2) / 4."""
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    out = (3 * (x + 2) ** 2).mean()
    print(out)
    out.backward()
    print(x.grad)
    print(6 * (x.detach() + 2) / 4)


def tried_out() -> None:
    """The same without calculus: nudge a number up and down, and see how the result moves."""

    def out(x: mg.Tensor) -> mg.Tensor:
        return (3 * (x + 2) ** 2).mean()

    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=mg.float64)
    nudge = mg.zeros(2, 2, dtype=mg.float64)
    nudge[0, 1] = 1e-6
    print((out(x + nudge) - out(x - nudge)) / 2e-6)


def backward_with_weights() -> None:
    """A result of several numbers has no one derivative: say how much each of them counts.

    `backward(weights)` gives the gradient of the sum of weight times number. The weights are the
    gradient of whatever comes later, so they have the shape of the result.
    """
    x = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x**2
    try:
        y.backward()
    except RuntimeError as error:
        print(error)
    weights = mg.tensor([1.0, 10.0, 100.0])
    y.backward(weights)
    print(x.grad)
    print(weights * 2 * x.detach())


def gradients_add_up() -> None:
    """`backward` adds to the gradient that is there. Who trains has to clear it between steps."""
    x = mg.tensor(3.0, requires_grad=True)
    for step in range(3):
        (x * x).backward()
        print(f"after backward {step + 1}:", x.grad)


def cleared() -> None:
    """Set it to None, or to zero in place; an optimizer's `zero_grad` does it for every weight."""
    x = mg.tensor(3.0, requires_grad=True)
    (x * x).backward()
    x.grad = None
    (x * x).backward()
    print(x.grad)
    x.grad.zero_()
    (x * x).backward()
    print(x.grad)


def used_twice() -> None:
    """A number that is used twice has two ways to the result; their gradients add up, too."""
    x = mg.tensor(2.0, requires_grad=True)
    y = x * x + 5 * x
    y.backward()
    print(x.grad)


def without_a_graph() -> None:
    """Under `no_grad` nothing is remembered: for changing weights, and for using a network."""
    x = mg.tensor(2.0, requires_grad=True)
    with mg.no_grad():
        y = x * x
    print(y.requires_grad, (x * x).requires_grad)


def detached() -> None:
    """`detach` gives the same numbers without the past: for the gradient they are constants."""
    x = mg.tensor(2.0, requires_grad=True)
    y = x.detach() * x
    y.backward()
    print(x.grad)


def one_step_downhill() -> None:
    """All that training does, in five lines: the loss falls, because the step went against it."""
    x = mg.tensor(3.0, requires_grad=True)
    before = (x - 1) ** 2
    before.backward()
    with mg.no_grad():
        x -= 0.1 * x.grad
    print(f"{before.item():.2f} -> {((x - 1) ** 2).item():.2f}")


def gradients_of_gradients() -> None:
    """With `create_graph` the way back is remembered as well, and can itself be gone back."""
    x = mg.tensor(2.0, requires_grad=True)
    (slope,) = mg.autograd.grad(x**3, x, create_graph=True)
    (bend,) = mg.autograd.grad(slope, x)
    print("3 x² =", slope.item(), "  6 x =", bend.item())
