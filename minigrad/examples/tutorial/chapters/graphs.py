"""The graph.

Every operation on a tensor that wants a gradient leaves a node. The nodes form a graph, from the
result back to the numbers it all began with. It can be looked at, and drawn.
"""

# mypy: disable-error-code="union-attr"

import shutil

import minigrad as mg


def who_made_it() -> None:
    """`grad_fn` is the node that made a tensor, `next_functions` those before it.

    Tensors that were made by you, and not by an operation, are leaves. Gradients end up there.
    """
    x = mg.tensor(2.0, requires_grad=True)
    y = 3 * x + 1
    print(y.grad_fn.name())
    print(y.grad_fn.next_functions[0][0].name())
    print(x.grad_fn, x.is_leaf, y.is_leaf)


def drawn() -> None:
    """`draw_graph` makes a picture of it: rounded boxes are leaves, sharp ones operations.

    `names` says what the tensors are called; small ones show their values. The program `dot` of
    Graphviz turns the description into a picture.
    """
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    w = mg.tensor([3.0, -1.0], requires_grad=True)
    loss = (x * w).sum() ** 2
    loss.backward()
    picture = loss.draw_graph(names={"x": x, "w": w, "loss": loss})
    picture.save("graph.dot")
    if shutil.which("dot"):
        picture.render(outfile="graph.svg", cleanup=True)
    else:
        print("dot is not installed: see https://graphviz.org/download")


def with_the_rules() -> None:
    """`rules=True` adds what each operation does with the gradient g that arrives at it.

    It sends `dx` to its first operand and `dy` to its second: the arrows say which is which.
    """
    a = mg.tensor([1.0, 2.0], requires_grad=True)
    total = (mg.exp(a) * a).sum()
    picture = total.draw_graph(names={"a": a, "total": total}, rules=True)
    picture.save("rules.dot")
    if shutil.which("dot"):
        picture.render(outfile="rules.svg", cleanup=True)


def between_leaves_and_result() -> None:
    """Gradients on the way are used and thrown away, unless `retain_grad` asks for them."""
    x = mg.tensor(2.0, requires_grad=True)
    y = x * x
    z = 5 * y
    y.retain_grad()
    z.backward()
    print(y.grad, x.grad)


def once_only() -> None:
    """The way back frees what it needed on the way; a second time has to be announced."""
    x = mg.tensor(2.0, requires_grad=True)
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    print(x.grad)
    try:
        y.backward()
    except RuntimeError as error:
        print(str(error).split(":")[0])
