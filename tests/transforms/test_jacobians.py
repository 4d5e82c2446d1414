"""Jacobians, Hessians and products with them against ``torch.func`` and ``torch.autograd``."""

import pytest
from sides import agree, fail, s, v, w, x, y

import minigrad as mg
from minigrad.autograd import PRIMITIVES


def scaled(t, p):
    return {"a": p["u"] * t.sin(p["w"]), "b": [p["w"].sum(), p["u"].sum(0)]}


PROGRAMS = {
    "square": lambda t, jac, x: jac(lambda x: x * x)(x),
    "reduction": lambda t, jac, x: jac(lambda x: x.sum(0).exp())(x),
    "scalar": lambda t, jac, s: jac(lambda s: s.sin())(s),
    "from scalar": lambda t, jac, s, v: jac(lambda s: s * v)(s),
    "argnums": lambda t, jac, x, v: jac(lambda a, b: (a * b).sum(1), argnums=1)(x, v),
    "several": lambda t, jac, x, v: jac(lambda a, b: (a * b).sum(1), argnums=(0, 1))(x, v),
    "tree": lambda t, jac, x, v: jac(lambda p: scaled(t, p))({"u": x, "w": v}),
    "aux": lambda t, jac, x: jac(lambda x: (x.exp(), {"x": x}), has_aux=True)(x),
    "matmul": lambda t, jac, x, y: jac(lambda x: (x @ y.mT).tanh())(x),
    "indexing": lambda t, jac, x: jac(lambda x: x[[0, 0, 2]][:, 1:].max(1)[0])(x),
    "sort": lambda t, jac, v: jac(lambda v: v.sort()[0] * v.cumsum(0))(v),
    "unused": lambda t, jac, x, v: jac(lambda a, b: a.sum(1), argnums=(0, 1))(x, v),
    "softmax": lambda t, jac, x: jac(lambda x: t.softmax(x, 1))(x),
    "conv": lambda t, jac, x: jac(lambda x: t.conv1d(x[None], t.ones((2, 3, 2), dtype=t.float64)))(
        x
    ),
}


@pytest.mark.parametrize("mode", ["jacrev", "jacfwd"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_agrees(name, mode):
    given = {"x": x, "y": y, "v": v, "w": w, "s": s}
    program = PROGRAMS[name]
    names = program.__code__.co_varnames[2 : program.__code__.co_argcount]
    agree(lambda t, f, *args: program(t, getattr(f, mode), *args), *(given[n] for n in names))


NESTED = {
    "hessian": lambda t, f, v: f.hessian(lambda v: (v.sin() * v).sum() ** 2)(v),
    "hessian of vectors": lambda t, f, v: f.hessian(lambda v: v**3 * v.sum())(v),
    "hessian of trees": lambda t, f, v, w: f.hessian(lambda p: (p["a"] * p["b"]).sum() ** 2)(
        {"a": v, "b": w}
    ),
    "hessian of two": lambda t, f, v, w: f.hessian(
        lambda a, b: (a * a * b).sum() ** 2, argnums=(0, 1)
    )(v, w),
    "forward over reverse": lambda t, f, v: f.jacfwd(f.jacrev(lambda v: (v**4).sum()))(v),
    "reverse over forward": lambda t, f, v: f.jacrev(f.jacfwd(lambda v: (v**4).sum()))(v),
    "forward over forward": lambda t, f, v: f.jacfwd(f.jacfwd(lambda v: (v**4).sum()))(v),
    "vmap of jacobian": lambda t, f, x: f.vmap(f.jacrev(lambda v: v.outer(v).sum(0) * v))(x),
    "jacobian of vmap": lambda t, f, x: f.jacrev(f.vmap(lambda v: v.prod() * v))(x),
    "vmap of hessian": lambda t, f, x: f.vmap(f.hessian(lambda v: v.prod().sin()))(x),
    "hessian of vmap": lambda t, f, x: f.hessian(lambda x: f.vmap(t.prod)(x).sin().sum())(x),
    "grad of jacobian": lambda t, f, v: f.grad(lambda v: f.jacrev(lambda v: v**3)(v).sum())(v),
    "jvp of jacobian": lambda t, f, v, w: f.jvp(f.jacrev(lambda v: v**3), (v,), (w,)),
    "vmap of forward": lambda t, f, x: f.vmap(f.jacfwd(lambda v: v.exp() * v.sum()))(x),
}


@pytest.mark.parametrize("name", NESTED)
def test_nested(name):
    given = {"x": x, "v": v, "w": w}
    program = NESTED[name]
    names = program.__code__.co_varnames[2 : program.__code__.co_argcount]
    agree(program, *(given[n] for n in names))


@pytest.mark.parametrize("size", [1, 2, 5, 12, 100])
def test_chunks(size):
    agree(lambda t, f, x: f.jacrev(lambda x: (x.sin(), x.sum(0)), chunk_size=size)(x), x)


ERRORS = {
    "chunk": lambda t, f, v: f.jacrev(lambda v: v, chunk_size=0)(v),
    "complex": lambda t, f, v: f.jacrev(lambda v: v)(v + 0j),
    "bool output": lambda t, f, v: f.jacrev(lambda v: (v, v > 0))(v),
    "complex output": lambda t, f, v: f.jacrev(lambda v: v + 0j)(v),
    "forward complex": lambda t, f, v: f.jacfwd(lambda v: v)(v + 0j),
    "argnums": lambda t, f, v: f.jacrev(lambda v: v, argnums=3)(v),
    "no tensors": lambda t, f, v: f.jacrev(lambda v: 3)(v),
}


@pytest.mark.parametrize("name", ERRORS)
def test_refuses(name):
    fail(ERRORS[name], v)


def test_a_jacobian_is_one_pass(monkeypatch):
    entry = PRIMITIVES["sin"]
    calls = []
    forward = entry.forward
    function = mg.sin

    def count(x):
        calls.append(1)
        return function(x)

    mg.jacobian(lambda x: count(x) * 2)(mg.ones(50))
    assert len(calls) == 1
    assert forward is entry.forward


def test_many_passes_at_once():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    other = mg.tensor(1.0, requires_grad=True)
    y = x**3
    rows = mg.eye(2)
    assert mg.grad(y, x, rows, True, is_grads_batched=True)[0].tolist() == [[3.0, 0.0], [0.0, 12.0]]
    (first,) = mg.grad(y, x, rows, create_graph=True, is_grads_batched=True)
    assert mg.grad(first.sum(), x)[0].tolist() == [6.0, 12.0]
    found = mg.grad(x**3, [x, other], rows, is_grads_batched=True, allow_unused=True)
    assert found[1] is None
    zeros = mg.grad(x**3, [x, other], rows, is_grads_batched=True, materialize_grads=True)[1]
    assert zeros.tolist() == [0.0, 0.0]
    with pytest.raises(RuntimeError):
        mg.grad(x**3, x, is_grads_batched=True)
    with pytest.raises(RuntimeError):
        mg.grad(x**3, [x, other], rows, is_grads_batched=True)
