"""``jvp`` and ``linearize`` against ``torch.func``."""

import pytest
from sides import agree, fail, s, v, w, x, y

import minigrad as mg

SAME = {
    "jvp": lambda t, f, x, y: f.jvp(lambda x: x.sin() * x, (x,), (y,)),
    "two": lambda t, f, x, v, y, w: f.jvp(lambda a, b: (a * b).cumsum(1), (x, v), (y, w)),
    "tree": lambda t, f, x, y: f.jvp(
        lambda p: {"s": p["x"].sum(), "p": p["x"] ** 2}, ({"x": x},), ({"x": y},)
    ),
    "aux": lambda t, f, x, y: f.jvp(lambda x: (x.exp(), [x]), (x,), (y,), has_aux=True),
    "constant": lambda t, f, x, y: f.jvp(lambda a: a[0].detach() * 0 + 1, (x,), (y,)),
    "partly": lambda t, f, x, y: f.jvp(lambda a: (a * 2, a.detach() * 3), (x,), (y,)),
    "jvp of grad": lambda t, f, x, y: f.jvp(f.grad(lambda x: (x**4).sum()), (x,), (y,)),
    "grad of jvp": lambda t, f, x, y: f.grad(
        lambda x: f.jvp(lambda x: (x**4).sum(), (x,), (y,))[1]
    )(x),
    "jvp of jvp": lambda t, f, s: f.jvp(
        lambda s: f.jvp(lambda s: s**5, (s,), (s,))[1], (s,), (s * 0 + 1,)
    ),
    "by tangent": lambda t, f, x, y: f.grad(
        lambda y: f.jvp(lambda x: x.exp(), (x,), (y,))[1].sum()
    )(y),
    "relu": lambda t, f, x, y: f.jvp(lambda x: (x - 1).relu(), (x,), (y,)),
    "matmul": lambda t, f, x, y: f.jvp(lambda x: x @ x.mT, (x,), (y,)),
}


@pytest.mark.parametrize("name", SAME)
def test_agrees(name):
    given = {"x": x, "y": y, "v": v, "w": w, "s": s}
    program = SAME[name]
    names = program.__code__.co_varnames[2 : program.__code__.co_argcount]
    agree(program, *(given[n] for n in names))


ERRORS = {
    "no tuple": lambda t, f, x: f.jvp(lambda x: x, x, (x,)),
    "form": lambda t, f, x: f.jvp(lambda x: x, (x,), (x, x)),
    "shape": lambda t, f, x: f.jvp(lambda x: x * 2, (x,), (x[0],)),
    "number": lambda t, f, x: f.jvp(lambda x, k: x * k, (x, 2.0), (x, 2.0)),
    "nothing": lambda t, f, x: f.jvp(lambda: x, (), ()),
    "no aux": lambda t, f, x: f.jvp(lambda x: x, (x,), (x,), has_aux=True),
    "no tensor": lambda t, f, x: f.jvp(lambda x: 3, (x,), (x,)),
    "strict": lambda t, f, x: f.jvp(lambda a: x * 1.0, (x,), (x,), strict=True),
}


@pytest.mark.parametrize("name", ERRORS)
def test_refuses(name):
    fail(ERRORS[name], x)


def test_linearize_calls_the_function_once():
    calls = []

    def function(x):
        calls.append(1)
        return {"y": x.sin() * x}

    at, direction = mg.tensor([0.5, 1.5]), mg.tensor([1.0, -2.0])
    output, push = mg.transforms.linearize(function, at)
    value, tangent = mg.jvp(function, (at,), (direction,))
    calls.clear()
    for factor in (1.0, 3.0):
        assert push(direction * factor)["y"].tolist() == pytest.approx(
            (tangent["y"] * factor).tolist()
        )
    assert not calls
    assert output["y"].tolist() == value["y"].tolist()
    assert not output["y"].requires_grad
    for wrong in (mg.ones(3), mg.ones(2, dtype=mg.float64)):
        with pytest.raises(RuntimeError, match="tangent:0"):
            push(wrong)
    with pytest.raises(RuntimeError, match="argspec"):
        push(direction, direction)


def test_results_require_a_gradient_only_if_something_outer_does():
    at = mg.tensor([0.5, 1.5])
    value, tangent = mg.jvp(mg.sin, (at,), (mg.ones(2),))
    assert not value.requires_grad
    assert not tangent.requires_grad
    at.requires_grad_()
    value, tangent = mg.jvp(mg.sin, (at,), (mg.ones(2),))
    (second,) = mg.grad(tangent.sum(), at)
    assert second.tolist() == pytest.approx((-mg.sin(at)).tolist())
