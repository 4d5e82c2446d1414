"""MAML on sine waves: gradients of gradients through autograd.grad and torch.func, both ways."""

import math
import random
from typing import Dict, List, Tuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
from torch.func import functional_call, grad, hessian, jacrev, vmap

random.seed(0)
np.random.seed(0)
torch.manual_seed(0)


class SineTask:
    def __init__(self):
        self.amplitude = np.random.uniform(0.1, 5.0)
        self.phase = np.random.uniform(0, np.pi)

    def sample(self, n: int = 10) -> Tuple[Tensor, Tensor]:
        x = torch.from_numpy(np.random.uniform(-5, 5, (n, 1))).float()
        return x, self.amplitude * torch.sin(x + self.phase)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.vars = nn.ParameterList()
        for a, b in ((1, 16), (16, 16), (16, 1)):
            w = nn.Parameter(torch.ones(b, a))
            torch.nn.init.kaiming_normal_(w)
            self.vars.append(w)
            self.vars.append(nn.Parameter(torch.zeros(b)))

    def forward(self, x, vars=None):
        if vars is None:
            vars = self.vars
        x = torch.tanh(F.linear(x, vars[0], vars[1]))
        x = torch.tanh(F.linear(x, vars[2], vars[3]))
        return F.linear(x, vars[4], vars[5])


net = Model()
print(net)
meta_optim = torch.optim.Adam(net.parameters(), lr=5e-3)
for iteration in range(12):
    losses_q: List[Tensor] = []
    for _ in range(3):
        task = SineTask()
        x_spt, y_spt = task.sample()
        x_qry, y_qry = task.sample()
        fast_weights = list(net.parameters())
        for k in range(2):
            loss = F.mse_loss(net(x_spt, fast_weights), y_spt)
            grads = torch.autograd.grad(loss, fast_weights, create_graph=True)
            fast_weights = list(map(lambda p: p[1] - 0.01 * p[0], zip(grads, fast_weights)))
        losses_q.append(F.mse_loss(net(x_qry, fast_weights), y_qry))
    meta_loss = torch.stack(losses_q).mean()
    meta_optim.zero_grad()
    meta_loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
    meta_optim.step()
    if iteration % 3 == 0:
        print(iteration, f"{meta_loss.item():.4f}", f"{norm.item():.4f}")

# Reptile: first order only.
inner = Model()
weights_before = {k: v.clone() for k, v in inner.state_dict().items()}
for iteration in range(5):
    before = {k: v.clone() for k, v in inner.state_dict().items()}
    x, y = SineTask().sample()
    for _ in range(5):
        inner.zero_grad()
        loss = ((inner(x) - y) ** 2).mean()
        loss.backward()
        for p in inner.parameters():
            p.data -= 0.02 * p.grad.data
    after = inner.state_dict()
    outer = 0.5 * (1 - iteration / 5)
    inner.load_state_dict({n: before[n] + (after[n] - before[n]) * outer for n in before})
moved = sum((inner.state_dict()[k] - v).pow(2).sum() for k, v in weights_before.items())
print("moved %.5f" % moved.sqrt().item())

# The same by functions of functions.
model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
params: Dict[str, Tensor] = {k: v.detach() for k, v in model.named_parameters()}


def loss_fn(params, x, y):
    return F.mse_loss(functional_call(model, params, (x,)), y)


def adapted(params, x, y):
    grads = grad(loss_fn)(params, x, y)
    return {k: params[k] - 0.05 * g for k, g in grads.items()}


def maml_loss(params, x1, y1, x2, y2):
    return loss_fn(adapted(params, x1, y1), x2, y2)


tasks = [SineTask() for _ in range(4)]
support = [torch.stack(part) for part in zip(*(t.sample(5) for t in tasks))]
query = [torch.stack(part) for part in zip(*(t.sample(5) for t in tasks))]
for step in range(4):
    values = vmap(maml_loss, in_dims=(None, 0, 0, 0, 0))(params, *support, *query)
    g = grad(lambda p: vmap(maml_loss, (None, 0, 0, 0, 0))(p, *support, *query).mean())(params)
    params = {k: v - 0.05 * g[k] for k, v in params.items()}
    print(step, values)
per_sample = vmap(grad(loss_fn), in_dims=(None, 0, 0))(params, support[0][0], support[1][0])
print({k: tuple(v.shape) for k, v in per_sample.items()})
f = lambda x: (x**3).sum() + x.prod()  # noqa: E731
x = torch.tensor([1.0, 2.0, 3.0])
print(hessian(f)(x), jacrev(torch.sin)(x).diagonal(), torch.autograd.functional.hessian(f, x))
x = torch.tensor([1.0, 2.0], requires_grad=True)
(g,) = torch.autograd.grad(x.pow(3).sum(), x, create_graph=True)
(h,) = torch.autograd.grad(g, x, grad_outputs=torch.ones_like(g), retain_graph=True)
print(g, h, math.isclose(h[1].item(), 12))
g.pow(2).sum().backward()
print(x.grad)
