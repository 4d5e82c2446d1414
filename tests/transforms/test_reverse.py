"""``grad``, ``value_and_grad`` and ``vjp`` against ``torch.func``."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest
import torch
from sides import agree, fail, numbers, s, v, x, y

import minigrad as mg

Pair = namedtuple("Pair", "a b")


def energy(t, params):
    return (params["w"] * t.sin(params["b"])).sum() + params["list"][0].exp().sum()


SAME = {
    "grad": lambda t, f, x: f.grad(lambda x: (x.sin() * x).sum())(x),
    "argnums": lambda t, f, x, y: f.grad(lambda a, b: (a * b * b).sum(), argnums=1)(x, y),
    "negative": lambda t, f, x, y: f.grad(lambda a, b: (a * b * b).sum(), argnums=-1)(x, y),
    "several": lambda t, f, x, y: f.grad(lambda a, b: (a * b * b).sum(), argnums=(1, 0))(x, y),
    "one in a tuple": lambda t, f, x: f.grad(lambda a: (a**3).sum(), argnums=(0,))(x),
    "aux": lambda t, f, x: f.grad(lambda x: ((x * x).sum(), {"x": x * 2}), has_aux=True)(x),
    "dict": lambda t, f, x, v: f.grad(lambda p: energy(t, p))({"w": x, "b": v, "list": [v]}),
    "ordered": lambda t, f, x: f.grad(lambda p: (p["a"] ** 2).sum())(OrderedDict(a=x)),
    "named": lambda t, f, x, v: f.grad(lambda p: (p.a * p.b).sum())(Pair(x, v)),
    "keyword": lambda t, f, x: f.grad(lambda x, k=1: (x * k).sum())(x, k=3.0),
    "unused": lambda t, f, x, y: f.grad(lambda a, b: a.sum(), argnums=(0, 1))(x, y),
    "constant": lambda t, f, x: f.grad(lambda a: t.tensor(2.0, dtype=t.float64))(x),
    "both": lambda t, f, x: (
        f.grad_and_value(lambda x: (x * x).sum())(x)
        if t is torch
        else f.value_and_grad(lambda x: (x * x).sum())(x)[::-1]
    ),
    "third": lambda t, f, s: f.grad(f.grad(f.grad(lambda s: s.exp() * s**4)))(s),
    "of grad": lambda t, f, s: f.grad(lambda a: f.grad(lambda b: a * b * b * b)(a * 2))(s),
    "captured": lambda t, f, s: f.grad(lambda a: f.grad(lambda b: a.sin() * b**2)(s) * a)(s),
    "vjp": lambda t, f, x, y: f.vjp(lambda x: (x * x, {"c": x.cos()}), x)[1]((y, {"c": x})),
    "vjp output": lambda t, f, x: f.vjp(lambda x: [x * x, x.cos()], x)[0],
    "vjp aux": lambda t, f, x: f.vjp(lambda x: (x.cos(), {"n": x}), x, has_aux=True)[::2],
    "vjp inputs": lambda t, f, x, v: f.vjp(lambda a, b: (a * b["v"]).sum(0), x, {"v": v})[1](v),
    "grad of vjp": lambda t, f, x, y: f.grad(lambda x: f.vjp(t.sin, x)[1](y)[0].sum())(x),
    "no_grad inside": lambda t, f, x: f.grad(lambda x: (x * no_grad(t, lambda: x * x)).sum())(x),
    "no_grad outside": lambda t, f, x: no_grad(t, lambda: f.grad(lambda x: (x**2).sum())(x)),
    "in place": lambda t, f, x: f.grad(lambda x: (x * 2).sin_().mul_(x).sum())(x),
    "written": lambda t, f, x: f.grad(lambda x: written(x * 1).sum())(x),
}


def no_grad(t, function):
    with t.no_grad():
        return function()


def written(x):
    x[0] = x[1] + x[2]
    return x


@pytest.mark.parametrize("name", SAME)
def test_agrees(name):
    given = {"x": x, "y": y, "v": v, "s": s}
    program = SAME[name]
    names = program.__code__.co_varnames[2 : program.__code__.co_argcount]
    agree(program, *(given[n] for n in names))


ERRORS = {
    "not scalar": lambda t, f, x: f.grad(lambda x: x * x)(x),
    "no tensor": lambda t, f, x: f.grad(lambda x: 3.0)(x),
    "no aux": lambda t, f, x: f.grad(lambda x: x.sum(), has_aux=True)(x),
    "argument": lambda t, f, x: f.grad(lambda x, y: x.sum())(3.0, x),
    "out of range": lambda t, f, x: f.grad(lambda x: x.sum(), argnums=1)(x),
    "twice": lambda t, f, x: f.grad(lambda x, y: x.sum(), argnums=(0, 0))(x, x),
    "none": lambda t, f, x: f.grad(lambda x: x.sum(), argnums=())(x),
    "string": lambda t, f, x: f.grad(lambda x: x.sum(), argnums="x")(x),
    "vjp form": lambda t, f, x: f.vjp(lambda x: (x, x), x)[1](x),
    "vjp shape": lambda t, f, x: f.vjp(lambda x: x * 2, x)[1](x[0]),
    "vjp nothing": lambda t, f, x: f.vjp(lambda x: (), x),
    "vjp number": lambda t, f, x: f.vjp(lambda x: 3, x),
    "vjp integers": lambda t, f, x: f.vjp(lambda x: x.long(), x),
    "vjp complex for real": lambda t, f, x: f.vjp(lambda x: x * 2, x)[1](x * 1j),
    "vjp real for complex": lambda t, f, x: f.vjp(lambda x: x * 2j, x)[1](x),
    "complex value": lambda t, f, x: f.grad(lambda x: (x * 1j).sum())(x),
}


@pytest.mark.parametrize("name", ERRORS)
def test_refuses(name):
    fail(ERRORS[name], x)


def test_refuses_integers():
    fail(lambda t, f, n: f.grad(lambda n: (n * 1.0).sum())(n), numbers)


def test_results_are_off_the_graph_unless_something_outer_is_on_it():
    free, trained = mg.tensor([1.0, 2.0]), mg.tensor([1.0, 2.0], requires_grad=True)

    def loss(x, scale=1.0):
        return (x**3 * scale).sum()

    value, gradient = mg.value_and_grad(loss)(free)
    assert not value.requires_grad
    assert not gradient.requires_grad
    value, gradient = mg.value_and_grad(loss)(trained)
    (second,) = mg.grad(gradient.sum(), trained)
    assert second.tolist() == [6.0, 12.0]
    value.backward()
    assert trained.grad.tolist() == [3.0, 12.0]
    parameter = mg.tensor(2.0, requires_grad=True)
    gradient = mg.grad(loss)(free, parameter)
    assert mg.grad(gradient.sum(), parameter)[0].item() == 15.0
    assert free.grad is None


def test_a_value_that_does_not_depend_on_the_outer_tensor_is_off_its_graph():
    outer = mg.tensor(2.0, requires_grad=True)
    value, aux = mg.grad(lambda x: (x * outer, x * 3), has_aux=True)(mg.tensor(1.0))
    assert value.requires_grad
    assert not aux.requires_grad


INNER = {
    "grad": lambda x, c: mg.grad(lambda y: x * y * y)(c),
    "vjp": lambda x, c: mg.vjp(lambda y: x * y * y, c)[1](x)[0],
    "jvp": lambda x, c: mg.jvp(lambda y: x * y * y, (c,), (x,))[1],
    "jacfwd": lambda x, c: mg.transforms.jacfwd(lambda y: x * y * y)(c),
    "hessian": lambda x, c: mg.hessian(lambda y: x * y**3)(c),
    "vmap": lambda x, c: mg.vmap(mg.grad(lambda y: x * y * y))(mg.stack([c, c])).sum(),
}


@pytest.mark.parametrize("name", INNER)
def test_results_are_off_the_graph_of_an_inner_transform(name):
    c, x = mg.tensor(2.0), mg.tensor(3.0)
    value, gradient = mg.value_and_grad(lambda x: INNER[name](x, c))(x)
    assert not value.requires_grad
    assert not gradient.requires_grad
    step = 1e-2  # the value is a polynomial of degree two at most: a central difference is exact
    difference = INNER[name](x + step, c) - INNER[name](x - step, c)
    np.testing.assert_allclose(gradient.item(), (difference / (2 * step)).item(), rtol=1e-3)


def test_a_pullback_may_be_used_inside_a_later_transform():
    _, pull = mg.vjp(lambda a: a**3, mg.tensor(2.0))
    assert mg.grad(lambda c: pull(c * c)[0])(mg.tensor(3.0)).item() == 72.0

    def outer(x):
        output, pull = mg.vjp(lambda a: a**3 * x, mg.tensor(2.0))
        return mg.grad(lambda c: pull(c * x)[0] * output)(x)

    assert mg.grad(outer)(mg.tensor(3.0)).item() == 3 * 12 * 8 * 9.0


def test_what_else_is_returned_may_share_the_graph_of_the_value():
    outer = mg.tensor(2.0, requires_grad=True)

    def function(x):
        shared = mg.sin(x)
        return shared, shared * outer

    _, aux = mg.grad(function, has_aux=True)(mg.tensor(0.5))
    aux.backward()
    assert outer.grad.item() == mg.sin(mg.tensor(0.5)).item()


def test_grad_has_two_forms():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    assert mg.grad(y, x, retain_graph=True)[0].tolist() == [2.0, 4.0]
    assert mg.grad(outputs := [y], inputs=[x], retain_graph=True)[0].tolist() == [2.0, 4.0]
    assert mg.grad(outputs, x, mg.tensor(3.0), True)[0].tolist() == [6.0, 12.0]
    with pytest.raises(TypeError):
        mg.grad(lambda x: x, 0, False, 1)


def test_a_pullback_may_be_used_again():
    _, pull = mg.vjp(lambda x: x.exp(), mg.tensor([1.0, 2.0]))
    first, second = pull(mg.tensor([1.0, 0.0]))[0], pull(mg.tensor([1.0, 0.0]))[0]
    assert first.tolist() == second.tolist()


def test_arguments_are_unchanged():
    x = mg.tensor([1.0, 2.0])
    mg.grad(lambda x: (x * x).sum())(x)
    assert not x.requires_grad
    assert x.grad is None


def test_gradients_of_gradients_match_differences():
    f = mg.grad(lambda x: (x.sin() * x).sum())
    at, step = np.array([0.3, 1.1]), 1e-6
    found = mg.grad(lambda x: f(x)[0] + 2 * f(x)[1])(mg.tensor(at, dtype=mg.float64))
    for i in range(2):
        moved = [at + sign * step * np.eye(2)[i] for sign in (1, -1)]
        a, b = ((f(mg.tensor(p, dtype=mg.float64)) * mg.tensor([1.0, 2.0])).sum() for p in moved)
        assert found[i].item() == pytest.approx(((a - b) / (2 * step)).item(), rel=1e-6)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.parametrize("library", [mg, torch.func])
def test_backward_is_refused_inside_a_transform(library) -> None:
    lib = mg if library is mg else torch

    def f(x):
        y = (x * x).sum()
        y.backward()
        return y

    x = lib.ones(2)
    for call in (
        lambda: library.grad(f)(x),
        lambda: library.vjp(f, x),
        lambda: library.jvp(f, (x,), (x,)),
        lambda: library.vmap(f)(lib.ones(2, 2)),
    ):
        with pytest.raises(RuntimeError, match="called inside"):
            call()
    leaf = lib.ones(2, requires_grad=True)
    f(leaf)  # afterwards as ever
    assert leaf.grad.tolist() == [2, 2]
