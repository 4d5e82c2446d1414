"""The form of ``torch.autograd.functional``, against it."""

import numpy as np
import pytest
import torch
from sides import agree, fail, s, v, w, x

import minigrad as mg


def program(name, function, several=False, **options):
    """Return a program that calls a function of ``torch.autograd.functional``'s form."""

    def run(t, f, *args):
        module = t.autograd.functional if t is torch else mg.transforms.functional
        inputs, *vectors = args if not several else (args[:2], *[args[2:]] * (len(args) > 2))
        inputs = tuple(inputs) if isinstance(inputs, list) else inputs
        vectors = [tuple(u) if isinstance(u, list) else u for u in vectors]
        return getattr(module, name)(lambda *a: function(t, *a), inputs, *vectors, **options)

    return run


def cube(t, a):
    return (a**3).sum() ** 2


def pair(t, a, b):
    return ((a * b).sum() ** 2).reshape(1)


def outputs(t, a, b):
    return a * b.sum(), (a.sin() * b).sum(0)


SAME = {
    "jacobian": (program("jacobian", lambda t, a: a.sin() * a.sum()), v),
    "forward": (
        program("jacobian", lambda t, a: a.sin(), vectorize=True, strategy="forward-mode"),
        v,
    ),
    "jacobian of several": (program("jacobian", outputs, several=True), v, w),
    "vectorized": (program("jacobian", outputs, several=True, vectorize=True), v, w),
    "jacobian of a tuple": (program("jacobian", lambda t, a: (a * 2,)), v),
    "hessian": (program("hessian", cube), v),
    "hessian of several": (program("hessian", pair, several=True), v, w),
    "hessian forward": (
        program("hessian", cube, vectorize=True, outer_jacobian_strategy="forward-mode"),
        v,
    ),
    "vjp": (program("vjp", lambda t, a: a.exp() * a.sum()), v, w),
    "vjp of several": (program("vjp", lambda t, a, b: (a * b, a + b), several=True), v, w, w, v),
    "vjp of a number": (program("vjp", cube), v),
    "jvp": (program("jvp", lambda t, a: (a.exp(), a.sum())), v, w),
    "jvp of several": (program("jvp", lambda t, a, b: a * b, several=True), v, w, w, v),
    "jvp of a number": (program("jvp", lambda t, a: a.exp()), s),
    "vhp": (program("vhp", cube), v, w),
    "hvp": (program("hvp", cube), v, w),
    "hvp of several": (program("hvp", pair, several=True), v, w, w, v),
    "hvp of a number": (program("hvp", lambda t, a: a**3), s),
    "strict": (program("jacobian", lambda t, a: a.sin(), strict=True), v),
}


@pytest.mark.parametrize("name", SAME)
def test_agrees(name):
    run, *arrays = SAME[name]
    agree(run, *arrays)


ERRORS = {
    "value": (program("hvp", lambda t, a: a), v, w),
    "tuple": (program("hvp", lambda t, a: (a.sum(), a.sum())), v, w),
    "no tensor": (program("hvp", lambda t, a: 3.0), v, w),
    "no vector": (program("hvp", cube), v),
    "size": (program("hvp", cube), v, v[:2]),
    "vjp size": (program("vjp", lambda t, a: a * 2), v, v[:2]),
    "vjp no vector": (program("vjp", lambda t, a: a * 2), v),
    "jvp size": (program("jvp", lambda t, a: a * 2), v, x),
    "hessian of vector": (program("hessian", lambda t, a: a), v),
    "outputs": (program("jacobian", lambda t, a: "text"), v),
    "strategy": (program("jacobian", lambda t, a: a, strategy="sideways"), v),
    "independent": (program("jacobian", lambda t, a, b: a * 2, several=True, strict=True), v, w),
    "constant": (program("vjp", lambda t, a: t.ones(()), strict=True), v),
}


@pytest.mark.parametrize("name", ERRORS)
def test_refuses(name):
    run, *arrays = ERRORS[name]
    fail(run, *arrays)


def test_inputs_must_be_tensors():
    for function in ("jacobian", "hessian", "vjp", "jvp", "vhp", "hvp"):
        with pytest.raises(TypeError):
            getattr(torch.autograd.functional, function)(lambda a: a, 3.0)
        with pytest.raises(TypeError):
            getattr(mg.transforms.functional, function)(lambda a: a, 3.0)


@pytest.mark.parametrize("name", ["hessian", "hvp", "vhp"])
def test_the_function_is_called_once(name):
    calls = []

    def once(a):
        calls.append(len(calls))
        return (a**3).sum() * (1 + calls[-1])  # the value and the product are of one call

    at = mg.tensor(v)
    result = getattr(mg.transforms.functional, name)(once, *(at,) * (1 + (name != "hessian")))
    assert calls == [0]
    if name != "hessian":
        np.testing.assert_allclose(result[0].item(), (v**3).sum())
        np.testing.assert_allclose(result[1].numpy(), 6 * v * v)


def test_results_are_on_the_graph_if_asked():
    at = mg.tensor(v, requires_grad=True)
    for create_graph in (False, True):
        found = mg.transforms.functional.jacobian(lambda a: a**3, at, create_graph=create_graph)
        assert found.requires_grad == create_graph
    (second,) = mg.grad(found.sum(), at)
    np.testing.assert_allclose(second.numpy(), 6 * v)
