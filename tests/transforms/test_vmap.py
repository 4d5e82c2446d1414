"""``vmap`` against ``torch.func.vmap``: what it maps, nests, refuses and draws."""

import numpy as np
import pytest
from sides import agree, array, batch, fail, numbers, s, v, x, y

import minigrad as mg
from minigrad import nn
from minigrad.transforms import batching

labels = np.array([0, 3, 1])
indices = np.array([[0, 2], [1, 1], [2, 0]])
masks = np.array([[True, False, True, False], [False] * 4, [True] * 4])


def functional(t):
    return t.nn.functional


SAME = {
    "dot": lambda t, f, x, y: f.vmap(t.dot)(x, y),
    "in_dims": lambda t, f, x, y: f.vmap(t.dot, in_dims=(1, -1))(x, y),
    "shared": lambda t, f, x, v: f.vmap(t.dot, in_dims=(0, None))(x, v),
    "out_dims": lambda t, f, x: f.vmap(lambda v: v * 2, out_dims=1)(x),
    "out_dims of several": lambda t, f, x: f.vmap(lambda v: (v, v.sum()), out_dims=(-1, 0))(x),
    "no out_dims": lambda t, f, x: f.vmap(lambda v: (v.sum(), 3), out_dims=(0, None))(x),
    "tree": lambda t, f, x, v: f.vmap(
        lambda p: {"z": p["a"] * p["b"]}, in_dims=({"a": 0, "b": None},)
    )({"a": x, "b": v}),
    "keyword": lambda t, f, x: f.vmap(lambda v, k: v * k)(x, k=x),
    "chunks": lambda t, f, batch: f.vmap(lambda m: m.mT @ m, chunk_size=2)(batch),
    "unused": lambda t, f, x, v: f.vmap(lambda a, b: b * 2, in_dims=(0, None))(x, v),
    "constant": lambda t, f, x: f.vmap(lambda a: t.ones(2))(x),
    "nested": lambda t, f, x, v: f.vmap(f.vmap(lambda a, b: a * b + a, (0, None)), (None, 0))(v, x),
    "outer product": lambda t, f, v: f.vmap(lambda a: f.vmap(lambda b: a - b)(v))(v),
    "three levels": lambda t, f, batch, v: f.vmap(
        f.vmap(f.vmap(lambda a, b: a.sin() * b, (0, None)), (0, None)), (0, 0)
    )(batch, batch[:, 0, 0]),
    "iteration": lambda t, f, x: f.vmap(lambda v: sum(e * k for k, e in enumerate(v)))(x),
    "loop over rows": lambda t, f, batch: f.vmap(lambda m: t.stack([r.max() for r in m]))(batch),
    "shape": lambda t, f, batch: f.vmap(lambda m: m.reshape(-1)[: m.shape[0] * m.size(1) - 1])(
        batch
    ),
    "view": lambda t, f, batch: f.vmap(lambda m: m.view(-1, 2).transpose(0, 1).contiguous())(batch),
    "scalars promote": lambda t, f, x: f.vmap(lambda a: a * t.ones(3))(x[0]),
    "scalar of float64": lambda t, f, x: f.vmap(
        lambda a: a.float().sum() * t.ones((), dtype=t.float64)
    )(x),
    "where": lambda t, f, x, y: f.vmap(lambda a, b: t.where(a > b, a, b * 2))(x, y),
    "einsum": lambda t, f, batch, v: f.vmap(lambda m, v: t.einsum("ij,j->i", m, v), (0, None))(
        batch, v
    ),
    "matmul": lambda t, f, batch, x: f.vmap(lambda m, x: m @ x.mT, (0, None))(batch, x),
    "cat": lambda t, f, x, v: f.vmap(lambda a, b: t.cat([a, b, a]), (0, None))(x, v),
    "select": lambda t, f, batch: f.vmap(lambda m: m[1] + m[..., :1].sum() + m[::2, -1].sum())(
        batch
    ),
    "index": lambda t, f, batch, numbers: f.vmap(lambda m, i: m[:, i], (0, None))(
        batch, numbers % 2
    ),
    "own index": lambda t, f, batch, indices: f.vmap(lambda m, i: m[i], (0, 0))(batch[:3], indices),
    "shared values": lambda t, f, x, indices: f.vmap(lambda x, i: x[i], (None, 0))(x, indices),
    "two indices": lambda t, f, x, indices: f.vmap(lambda x, i: x[i, i + 1], (None, 0))(x, indices),
    "column index": lambda t, f, batch, indices: f.vmap(lambda m, i: m[:, i])(batch[:3], indices),
    "spread index": lambda t, f, batch, indices: f.vmap(lambda m, i: m[None, i, :, None])(
        batch[:3], indices
    ),
    "index in index": lambda t, f, batch, indices: f.vmap(
        f.vmap(lambda m, i: m[i], (0, None)), (None, 0)
    )(batch, indices),
    "nested own index": lambda t, f, x, indices: f.vmap(f.vmap(lambda v, i: v[i]))(
        x[None], indices[None]
    ),
    "nested written index": lambda t, f, x, indices: f.vmap(f.vmap(put))(x[None], indices[None]),
    "gather": lambda t, f, x, indices: f.vmap(lambda v, i: v.gather(0, i))(x, indices),
    "scatter": lambda t, f, x, indices: f.vmap(lambda v, i: v.scatter_add(0, i, v))(x, indices),
    "masked_fill": lambda t, f, x, masks: f.vmap(lambda v, m: v.masked_fill(m, 0.0))(x, masks),
    "argmax": lambda t, f, batch: f.vmap(lambda m: (m.argmax(), m.max(0)[1], m.median()))(batch),
    "topk": lambda t, f, x: f.vmap(lambda v: v.topk(2)[0])(x),
    "linear": lambda t, f, x, batch: f.vmap(lambda v, w: functional(t).linear(v, w), (None, 0))(
        x, batch
    ),
    "cross_entropy": lambda t, f, batch, labels: f.vmap(
        lambda m: functional(t).cross_entropy(m, labels, label_smoothing=0.1)
    )(batch),
    "own labels": lambda t, f, x, labels: f.vmap(functional(t).cross_entropy)(x, labels),
    "batches of labels": lambda t, f, batch, v: f.vmap(
        lambda m, n: functional(t).cross_entropy(m, n, weight=v, ignore_index=1)
    )(batch[:3], t.tensor([[0, 1, 2], [1, 3, 3], [2, 2, 1]])),
    "nll": lambda t, f, x, labels: f.vmap(
        lambda v, n: functional(t).nll_loss(v, n, reduction="none")
    )(x, labels),
    "mse": lambda t, f, x, y: f.vmap(functional(t).mse_loss)(x, y),
    "embedding": lambda t, f, indices, x: f.vmap(
        lambda i, w: functional(t).embedding(i, w), (0, None)
    )(indices, x),
    "own embedding": lambda t, f, indices, batch: f.vmap(
        lambda i, w: functional(t).embedding(i, w)
    )(indices, batch[:3]),
    "layer_norm": lambda t, f, batch, v: f.vmap(
        lambda m, w: functional(t).layer_norm(m, (4,), w), (0, None)
    )(batch, v),
    "softmax": lambda t, f, batch: f.vmap(lambda m: t.log_softmax(m, -1) + m.softmax(0))(batch),
    "in place": lambda t, f, x: f.vmap(lambda v: (v * 1).add_(1).mul_(v).sin_())(x),
    "written": lambda t, f, x: f.vmap(written)(x),
    "filled": lambda t, f, x: f.vmap(filled)(x),
    "zeros": lambda t, f, x: f.vmap(lambda v: t.zeros_like(v).add_(v))(x),
    "new zeros": lambda t, f, x: f.vmap(lambda v: v.new_zeros(2, 4).copy_(v))(x),
    "turned": lambda t, f, batch: f.vmap(turned)(batch),
    "gradient of turned": lambda t, f, batch: f.vmap(
        f.grad(lambda m: sum((part**2).sum() for part in turned(m)))
    )(batch),
    "turned twice": lambda t, f, batch: f.vmap(f.vmap(lambda v: v.clone().unsqueeze_(0)))(batch),
    "detached": lambda t, f, x: f.vmap(f.grad(lambda v: (v * v.detach()).sum()))(x),
    "per example": lambda t, f, x, v: f.vmap(f.grad(lambda w, v: (w * v).sin().sum()), (None, 0))(
        v, x
    ),
    "grad of vmap": lambda t, f, x: f.grad(lambda x: f.vmap(lambda v: v.prod())(x).sin().sum())(x),
    "second order": lambda t, f, x: f.vmap(
        f.grad(lambda v: f.grad(lambda v: v.prod().sin())(v).sum())
    )(x),
    "vmap of vmap of grad": lambda t, f, batch: f.vmap(f.vmap(f.grad(lambda v: v.prod())))(batch),
    "vmap of vjp": lambda t, f, x, y: f.vmap(lambda a, b: f.vjp(t.sin, a)[1](b)[0])(x, y),
    "vmap of jvp": lambda t, f, x, y: f.vmap(lambda a, b: f.jvp(t.sin, (a,), (b,))[1])(x, y),
    "jvp of vmap": lambda t, f, x, y: f.jvp(f.vmap(lambda v: v.prod() * v), (x,), (y,)),
    "captured": lambda t, f, x, v: f.grad(lambda v: f.vmap(lambda a: (a * v).sum())(x).prod())(v),
    "conv": lambda t, f, batch: f.vmap(lambda m, w: functional(t).conv1d(m[None], w), (0, 0))(
        batch, batch[:, :2, None, :2].repeat(1, 1, 3, 1)
    ),
    "max_pool": lambda t, f, batch: f.vmap(lambda m: functional(t).max_pool2d(m[None, None], 2))(
        batch
    ),
    "batch_norm": lambda t, f, batch: f.vmap(
        lambda m: functional(t).batch_norm(m, None, None, training=True)
    )(batch),
    "linalg": lambda t, f, batch: f.vmap(
        lambda m: t.linalg.inv(m @ m.mT + t.eye(3, dtype=t.float64))
    )(batch),
}


def written(v):
    out = v * 2
    out[0] = v[1]
    out[1:3] += v[2:] * v[0]
    return out


def put(v, index):
    out = v * 1
    out[index[:1]] = v[0] * 2
    return out


def turned(m):
    out = m.clone()
    row = out[1]
    out.t_().unsqueeze_(0).squeeze_(0)
    row.mul_(3)
    out[0].add_(m[0, 0])
    return out.transpose_(0, 1), row


def filled(v):
    out = v * 2
    out[1:].fill_(3.0)
    out[0].zero_()
    return out


GIVEN = {
    "x": x, "y": y, "v": v, "batch": batch, "numbers": numbers, "labels": labels,
    "indices": indices, "masks": masks, "s": s,
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_agrees(name):
    program = SAME[name]
    names = program.__code__.co_varnames[2 : program.__code__.co_argcount]
    agree(program, *(GIVEN[n] for n in names))


ERRORS = {
    "item": lambda t, f, x: f.vmap(lambda v: v.sum().item())(x),
    "if": lambda t, f, x: f.vmap(lambda v: v if v.sum() > 0 else -v)(x),
    "float": lambda t, f, x: f.vmap(lambda v: float(v.sum()))(x),
    "nonzero": lambda t, f, x: f.vmap(lambda v: v.nonzero())(x),
    "unique": lambda t, f, x: f.vmap(lambda v: v.unique())(x),
    "mask": lambda t, f, x: f.vmap(lambda v: v[v > 1])(x),
    "random": lambda t, f, x: f.vmap(lambda v: v + t.rand(4))(x),
    "dropout": lambda t, f, x: f.vmap(lambda v: functional(t).dropout(v))(x),
    "randomness": lambda t, f, x: f.vmap(lambda v: v, randomness="some")(x),
    "sizes": lambda t, f, x: f.vmap(lambda a, b: a + b)(x, x[:2]),
    "in_dims": lambda t, f, x: f.vmap(lambda a: a, in_dims=2)(x),
    "structure": lambda t, f, x: f.vmap(lambda a: a, in_dims=(0, 0))(x),
    "list": lambda t, f, x: f.vmap(lambda a: a, in_dims=[0])(x),
    "float dim": lambda t, f, x: f.vmap(lambda a: a, in_dims=(0.5,))(x),
    "number": lambda t, f, x: f.vmap(lambda a, b: a)(x, 3),
    "nothing": lambda t, f, x: f.vmap(lambda: x)(),
    "no mapped": lambda t, f, x: f.vmap(lambda a: a, in_dims=(None,))(x),
    "result": lambda t, f, x: f.vmap(lambda a: 3)(x),
    "out_dims": lambda t, f, x: f.vmap(lambda a: (a, a), out_dims=(0, 0, 0))(x),
    "out_dims type": lambda t, f, x: f.vmap(lambda a: a, out_dims="x")(x),
    "mapped result": lambda t, f, x: f.vmap(lambda a: a, out_dims=None)(x),
    "chunk": lambda t, f, x: f.vmap(lambda a: a, chunk_size=0)(x),
    "shared in place": lambda t, f, x, v: f.vmap(lambda a, b: b.add_(a), (0, None))(x, v),
    "shared item": lambda t, f, x, v: f.vmap(lambda a, b: b.__setitem__(0, a[0]), (0, None))(x, v),
    "requires_grad_": lambda t, f, x: f.vmap(lambda a: a.requires_grad_())(x),
    "backward": lambda t, f, x: f.vmap(lambda a: a.sum().backward())(x),
    "shapes": lambda t, f, x, v: f.vmap(lambda a: a + v[:3])(x),
    "running statistics": lambda t, f, batch, v: f.vmap(
        lambda m: functional(t).batch_norm(m, v, v, training=True)
    )(batch),
    "different in place": lambda t, f, x, v: f.vmap(
        lambda a: v.normal_() + a, randomness="different"
    )(x),
}


@pytest.mark.parametrize("name", ERRORS)
def test_refuses(name):
    program = ERRORS[name]
    names = program.__code__.co_varnames[2 : program.__code__.co_argcount]
    fail(program, *(GIVEN[n] for n in names))


# --- randomness ---------------------------------------------------------------------------------

DRAWS = {
    "rand": lambda v: mg.rand(4),
    "normal": lambda v: mg.normal(v, 1.0),
    "bernoulli": lambda v: mg.bernoulli(mg.sigmoid(v)),
    "randperm": lambda v: mg.randperm(50),
    "rand_like": mg.rand_like,
    "in place": lambda v: mg.zeros_like(v).normal_(),
    "dropout": lambda v: nn.functional.dropout(v.repeat(16)) / v.repeat(16),
}


@pytest.mark.parametrize("name", DRAWS)
def test_examples_draw_the_same_or_different_numbers(name):
    data = mg.ones(3, 4)
    same = array(mg.vmap(DRAWS[name], randomness="same")(data))
    assert (same[0] == same[1]).all()
    mg.manual_seed(0)
    different = array(mg.vmap(DRAWS[name], randomness="different")(data))
    assert not (different[0] == different[1]).all() or not (different[1] == different[2]).all()


def test_levels_have_their_own_randomness():
    inner = mg.vmap(lambda v: mg.rand(1)[0] + v, randomness="different")
    found = array(mg.vmap(inner, randomness="same")(mg.zeros(3, 5)))
    assert (found[0] == found[1]).all()
    assert len(set(found[0])) == 5
    inner = mg.vmap(lambda v: mg.rand(1)[0] + v, randomness="same")
    found = array(mg.vmap(inner, randomness="different")(mg.zeros(3, 5)))
    assert len(set(found[:, 0])) == 3
    assert (found == found[:, :1]).all()
    chunked = array(mg.vmap(lambda v: mg.rand(()), randomness="same", chunk_size=2)(mg.zeros(5)))
    assert len(set(chunked)) == 1


# --- the most important use ---------------------------------------------------------------------


def per_example(engine, functions, state, images, labels):
    def loss(state, image, label):
        features = engine.nn.functional.conv2d(image[None], state["w"], state["b"], padding=1)
        features = engine.nn.functional.max_pool2d(features.relu(), 2)
        features = engine.nn.functional.group_norm(features, 1)
        out = engine.nn.functional.linear(features.flatten(1), state["v"])
        return engine.nn.functional.cross_entropy(out, label[None])

    return functions.vmap(functions.grad(loss), in_dims=(None, 0, 0))(state, images, labels)


def test_gradients_of_each_example_of_a_convolutional_net():
    rng = np.random.default_rng(1)
    state = [rng.normal(size=size) for size in ((3, 2, 3, 3), (3,), (5, 48))]
    images, labels = rng.normal(size=(6, 2, 8, 8)), rng.integers(0, 5, 6)
    agree(
        lambda t, f, w, b, v, images, labels: per_example(
            t, f, {"w": w, "b": b, "v": v}, images, labels
        ),
        *state,
        images,
        labels,
        rtol=1e-7,
    )


def test_gradients_of_each_example_are_computed_at_once(monkeypatch):
    def refuse(*args):
        raise AssertionError("one by one")

    monkeypatch.setattr(batching, "one_by_one", refuse)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    state = {name: p.detach() for name, p in model.named_parameters()}

    def loss(state, x, label):
        out = mg.transforms.functional_call(model, state, (x,))
        return nn.functional.cross_entropy(out, label)

    def calls(count):
        found = []
        original = batching.interpret

        def interpret(function, args, kwargs):
            found.append(function)
            return original(function, args, kwargs)

        monkeypatch.setattr(batching.Examples, "interpreter", staticmethod(interpret))
        gradients = mg.vmap(mg.grad(loss), (None, 0, 0))(
            state, mg.randn(count, 4), mg.randint(0, 3, (count,))
        )
        monkeypatch.setattr(batching.Examples, "interpreter", staticmethod(original))
        assert gradients["0.weight"].shape == (count, 8, 4)
        return len(found)

    assert calls(2) == calls(50) < 20


def test_a_shape_changed_under_no_grad_keeps_its_history():
    def loss(m):
        out = m * 2
        with mg.no_grad():
            out.t_()
        return (out**2).sum()

    found = mg.vmap(mg.grad(loss))(mg.tensor(batch))
    np.testing.assert_allclose(found.numpy(), 8 * batch)


def test_autograd_grad_inside():
    def row(x):
        y = mg.transforms.pullback.alias(x)
        return mg.autograd.grad((y**3).sum(), y)[0]

    assert mg.vmap(row)(mg.tensor([[1.0], [2.0]])).tolist() == [[3.0], [12.0]]
    w = mg.tensor(2.0, requires_grad=True)
    with pytest.raises(RuntimeError, match="input of its own"):
        mg.vmap(lambda v: mg.autograd.grad((v * w).sum(), w)[0])(mg.ones(2, 1))


def test_parameters_outside_are_trained_through_vmap():
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    mg.vmap(lambda v: (v * w).sum() ** 2)(mg.tensor([[1.0, 0.0], [0.0, 1.0]])).sum().backward()
    assert w.grad.tolist() == [2.0, 4.0]


def custom(engine, rule):
    class Product(engine.autograd.Function):
        @staticmethod
        def forward(a, b):
            return (a * b).sum(-1)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, g):
            a, b = ctx.saved_tensors
            return g.unsqueeze(-1) * b, g.unsqueeze(-1) * a

    if rule:

        def vmap(info, in_dims, a, b):
            assert info.batch_size == 3
            a, b = (x if d is None else x.movedim(d, 0) for x, d in zip((a, b), in_dims))
            return Product.apply(a, b.expand_as(a)), 0

        Product.vmap = staticmethod(vmap)
    return Product.apply


def test_custom_functions():
    program = agree(lambda t, f, x, v: f.vmap(custom(t, True), (0, None))(x, v), x, v)
    found = mg.vmap(custom(mg, False), (0, None))(mg.tensor(x), mg.tensor(v))
    assert found.tolist() == pytest.approx(program.tolist())
    agree(lambda t, f, x, v: f.vmap(f.grad(lambda a: custom(t, True)(a, v)))(x), x, v)


def test_what_a_batched_tensor_tells():
    seen = {}

    def look(v):
        seen.update(
            shape=v.shape, dtype=v.dtype, ndim=v.ndim, length=len(v), floating=v.is_floating_point()
        )
        seen["text"] = repr(v)
        return v

    mg.vmap(look)(mg.ones(3, 4, 2))
    assert seen.pop("text").startswith("Batched(level=1, size=3")
    assert seen == {"shape": (4, 2), "dtype": mg.float32, "ndim": 2, "length": 4, "floating": True}
    assert seen["dtype"] is mg.float32
