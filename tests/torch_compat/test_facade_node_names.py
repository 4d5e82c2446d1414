"""Nodes bear PyTorch's names: in print, as ``name()``, as the name of their class."""

import platform

import numpy as np
import pytest
import torch

import minigrad_torch_compat as facade

CALLS = """
x + y; x - y; 1 - x; x * 2; 2 / x; x / y; x**2; 2**x; x**y; -x; x.abs(); x.exp(); x.log1p()
x.square(); x.sum(); x.sum(1); x.mean(); x.mean(0); x.prod(); x.prod(1); x.max(); x.max(1)[0]
x.amax(1); x.min(1)[0]; x.var(1); x.std(); x.norm(); x.norm(dim=1); x.view(-1); x.reshape(3, 2)
x.flatten(); x.transpose(0, 1); x.mT; x[None].permute(2, 0, 1); x.unsqueeze(0); x[None].squeeze(0)
x.expand(4, 2, 3); x.clone(); x.double(); x[0]; x[:, 1:]; x[:, 1]; x[0, 1]; x[..., 0]; x[None]; x[i]
x[x > 0]; x @ y.T; x @ y[0]; x[0] @ y[0]; x[None] @ y.T; t.cat([x, y]); t.stack([x, y])
x.split(1)[0]; x.unbind()[1]; t.where(x > 0, x, y); x.clamp(0, 1); x.clamp(min=x)
x.masked_fill(x > 0, 1.0); x.cumsum(0); x.softmax(1); x.log_softmax(1); x.logsumexp(1)
x.topk(1)[0]; x.sort()[0]; x.tril(); x.sigmoid(); x.tanh(); x.relu(); x.clone().mul_(2)
F.linear(x, w); F.linear(x, w, b); F.linear(x[None], w, b); F.relu(x); F.gelu(x); F.leaky_relu(x)
F.softplus(x); F.silu(x); F.logsigmoid(x); F.prelu(x, b[:1]); F.dropout(x); F.mse_loss(x, y)
F.l1_loss(x, y); F.smooth_l1_loss(x, y); F.cross_entropy(x, i); F.nll_loss(x, i)
F.nll_loss(c.log_softmax(1), t.zeros(1, 4, 4, dtype=t.long))
F.binary_cross_entropy(x.sigmoid(), y.sigmoid().detach())
F.binary_cross_entropy_with_logits(x, y.detach()); F.conv2d(c, k); F.conv_transpose2d(c, k)
F.max_pool2d(c, 2); F.avg_pool2d(c, 2); F.max_pool1d(c[0], 2); F.layer_norm(x, (3,))
F.batch_norm(c, None, None, training=True); F.group_norm(c, 1); F.embedding(i, x)
F.pad(x, (1, 1)); F.interpolate(c, scale_factor=2, mode="bilinear"); t.linalg.inv(s)
x.t(); t.t(x); x.swapaxes(0, 1); t.transpose(x, 0, 1); x.movedim(0, 1); x[None].squeeze()
t.squeeze(x[None], 0); t.unsqueeze(x, 1); x.view(1, 2, 3); x.view(2, 1, 3); x.repeat(2, 1)
x.roll(1); x.T
x.gather(1, i[:, None]); x.index_select(0, i); x.take(i); x.masked_select(x > 0); x.amax(); x.amin()
x.index_add(0, i, y); x.scatter_add(0, i[None, :1], y); s.trace(); t.dist(x, y); x.clamp_min(0)
t.bmm(x[None], y.T[None]); t.addmm(b[:2], x, y.T); t.addmv(b[:2], x, y[0]); t.einsum("ij,kj", x, y)
t.tensordot(x, y, 2); x.cumprod(0); t.rot90(x); x.remainder(2); x.fmod(2); x.fmod(y); x.lerp(y, 0.5)
x.sum((0, 1), keepdim=True); t.log_softmax(x, 0); F.softmax(x, dim=0); F.elu(x); F.hardtanh(x)
F.interpolate(c, scale_factor=2); F.interpolate(c[0], scale_factor=2, mode="linear")
F.interpolate(c, size=(3, 3), mode="bicubic"); F.max_pool3d(c[None], 2); F.avg_pool3d(c[None], 2)
F.huber_loss(x, y); F.kl_div(x, y.detach(), reduction="sum")
F.cross_entropy(x, y.detach().softmax(1))
F.scaled_dot_product_attention(c, c, c); t.fft.fft(x); t.linalg.qr(s)[0]; t.linalg.svd(s)[1]
t.nn.RNNCell(3, 2)(x); t.nn.GRUCell(3, 2)(x); t.nn.LSTMCell(3, 2)(x)[0]; t.nn.Dropout()(x)
t.linalg.det(s); t.linalg.solve(s, s); t.complex(x, y).abs(); x.detach().requires_grad_()
"""


def names(t):
    def values(*shape):
        numbers = np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)
        return t.from_numpy(numbers).requires_grad_()

    return {
        "t": t,
        "F": t.nn.functional,
        "x": values(2, 3),
        "y": values(2, 3),
        "w": values(4, 3),
        "b": values(4),
        "c": values(1, 2, 4, 4),
        "k": values(2, 2, 2, 2),
        "s": values(3, 3),
        "i": t.tensor([0, 1]),
    }


@pytest.mark.parametrize("call", CALLS.replace("\n", ";").strip(";").split(";"))
def test_name_of_the_last_node(call):
    found, expected = (eval(call.strip(), names(t)).grad_fn for t in (facade, torch))
    if expected is None:
        assert found is None
        return
    assert found.name() == expected.name()
    assert type(found).__name__ == type(expected).__name__


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("options", [{}, {"batch_first": True}, {"bidirectional": True}])
@pytest.mark.parametrize("double", [False, True])
def test_name_of_a_recurrent_layers_output(kind, options, double):
    if kind == "LSTM" and not double and platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("PyTorch runs it in a library on x86 only")
    found = []
    for t in (facade, torch):
        layer, x = getattr(t.nn, kind)(3, 4, **options), t.ones(4, 2, 3)
        output, hidden = layer.double()(x.double()) if double else layer(x)
        last = hidden[0] if kind == "LSTM" else hidden
        found.append((output.grad_fn.name(), last.grad_fn.name()))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "change",
    ["y[0] = 2", "y.copy_(x)", "y.zero_()", "y[0].add_(1)", "y.fill_(1)", "y.add_(1)", "y.relu_()"],
)
def test_name_after_a_change_in_place(change):
    found = []
    for t in (facade, torch):
        x = t.ones(2, 3, requires_grad=True)
        y = x * 1
        exec(change, {"x": x, "y": y})
        found.append(type(y.grad_fn).__name__)
    assert found[0] == found[1]


def walk(function):
    """Return the names of a graph, as programs that draw it walk it."""
    if function is None:
        return None
    return type(function).__name__, [walk(inner) for inner, _ in function.next_functions]


def test_walking_a_graph():
    graphs = []
    for t in (facade, torch):
        t.manual_seed(0)
        model = t.nn.Sequential(t.nn.Linear(3, 4), t.nn.ReLU(), t.nn.Linear(4, 1))
        loss = ((model(t.ones(2, 3)) - 1) ** 2).mean()
        graphs.append(walk(loss.grad_fn)[1][0][1][0])
        assert repr(loss).endswith("grad_fn=<MeanBackward0>)")
    name, inner = graphs[0]
    assert name == graphs[1][0] == "SubBackward0"
    assert inner[0][0] == graphs[1][1][0][0] == "AddmmBackward0"
    (bias, before, _), (their_bias, theirs, _) = inner[0][1], graphs[1][1][0][1]
    assert bias == their_bias == ("AccumulateGrad", [])
    assert before[0] == theirs[0] == "ReluBackward0"


def test_leaves_and_functions_of_ones_own():
    x = facade.ones(2, requires_grad=True)
    (leaf, _), *_ = (x * 2).grad_fn.next_functions
    assert leaf.name() == "torch::autograd::AccumulateGrad"
    assert leaf.variable is x

    class Double(facade.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

    y = Double.apply(x)
    assert y.grad_fn.name() == type(y.grad_fn).__name__ == "DoubleBackward"
    y.sum().backward()
    assert x.grad.tolist() == [2, 2]
