"""Optimizers of one's own, all the stock ones, hooks on modules and tensors, parametrizations."""

import functools
import math

import torch
import torch.nn as nn
import torch.nn.utils.parametrize as parametrize
from torch.nn.utils import parameters_to_vector, spectral_norm, vector_to_parameters, weight_norm
from torch.optim.optimizer import Optimizer


class Lion(Optimizer):
    r"""Evolved sign momentum, after Chen et al. (2023)."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        if not 0.0 <= lr:
            raise ValueError("Invalid learning rate: {}".format(lr))
        defaults = dict(lr=lr, betas=betas, weight_decay=weight_decay)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                p.data.mul_(1 - group["lr"] * group["weight_decay"])
                grad = p.grad
                state = self.state[p]
                if len(state) == 0:
                    state["exp_avg"] = torch.zeros_like(p)
                exp_avg = state["exp_avg"]
                beta1, beta2 = group["betas"]
                update = exp_avg * beta1 + grad * (1 - beta1)
                p.add_(update.sign_(), alpha=-group["lr"])
                exp_avg.mul_(beta2).add_(grad, alpha=1 - beta2)
        return loss


class AdamOfOld(Optimizer):
    """Adam as copied around since 2017."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
        super(AdamOfOld, self).__init__(params, defaults)

    def __setstate__(self, state):
        super(AdamOfOld, self).__setstate__(state)

    def step(self, closure=None):
        loss = None
        if closure is not None:
            loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                grad = p.grad.data
                if grad.is_sparse:
                    raise RuntimeError("AdamOfOld does not support sparse gradients")
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["exp_avg"] = torch.zeros_like(p.data)
                    state["exp_avg_sq"] = torch.zeros_like(p.data)
                exp_avg, exp_avg_sq = state["exp_avg"], state["exp_avg_sq"]
                beta1, beta2 = group["betas"]
                state["step"] += 1
                if group["weight_decay"] != 0:
                    grad = grad.add(p.data, alpha=group["weight_decay"])
                exp_avg.mul_(beta1).add_(grad, alpha=1 - beta1)
                exp_avg_sq.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                denom = exp_avg_sq.sqrt().add_(group["eps"])
                bias_correction1 = 1 - beta1 ** state["step"]
                bias_correction2 = 1 - beta2 ** state["step"]
                step_size = group["lr"] * math.sqrt(bias_correction2) / bias_correction1
                p.data.addcdiv_(exp_avg, denom, value=-step_size)
        return loss


def rosenbrock(w):
    x, y = w
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


OPTIMIZERS = {
    "lion": functools.partial(Lion, lr=0.01, weight_decay=0.1),
    "adam of old": functools.partial(AdamOfOld, lr=0.05, weight_decay=0.01),
    "sgd": functools.partial(torch.optim.SGD, lr=1e-3, momentum=0.9, nesterov=True),
    "adam": functools.partial(torch.optim.Adam, lr=0.05, amsgrad=True),
    "adamw": functools.partial(torch.optim.AdamW, lr=0.05),
    "adamax": functools.partial(torch.optim.Adamax, lr=0.05),
    "nadam": functools.partial(torch.optim.NAdam, lr=0.05),
    "radam": functools.partial(torch.optim.RAdam, lr=0.005),
    "rmsprop": functools.partial(torch.optim.RMSprop, lr=0.01, centered=True, momentum=0.1),
    "rprop": functools.partial(torch.optim.Rprop, lr=0.01),
    "adagrad": functools.partial(torch.optim.Adagrad, lr=0.5),
    "adadelta": functools.partial(torch.optim.Adadelta, lr=1.0),
    "asgd": functools.partial(torch.optim.ASGD, lr=1e-3),
    "lbfgs": functools.partial(torch.optim.LBFGS, line_search_fn="strong_wolfe", max_iter=5),
}
for name, make in OPTIMIZERS.items():
    w = nn.Parameter(torch.tensor([-1.2, 1.0]))
    optimizer = make([w])

    def closure():
        optimizer.zero_grad()
        loss = rosenbrock(w)
        loss.backward()
        return loss

    for _ in range(10 if name == "lbfgs" else 40):
        loss = optimizer.step(closure)
    print(f"{name:12s} {loss.item():.4f}", [round(v, 3) for v in w.tolist()])
print(make([w]))
print(OPTIMIZERS["lion"]([w]))

# Hooks
torch.manual_seed(3)
model = nn.Sequential(
    nn.Conv1d(2, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(20, 3), nn.Softplus()
)
activation = {}


def get_activation(name):
    def hook(model, input, output):
        activation[name] = output.detach()

    return hook


handles = []
for name, module in model.named_modules():
    if isinstance(module, (nn.Conv1d, nn.Linear)):
        handles.append(module.register_forward_hook(get_activation(name)))
gradients = []
model[0].register_full_backward_hook(lambda m, gi, go: gradients.append(go[0].norm().item()))
model[3].register_forward_pre_hook(lambda m, args: (args[0] * 2,))
x = torch.randn(3, 2, 5, requires_grad=True)
out = model(x)
out.sum().backward()
print({name: tuple(value.shape) for name, value in activation.items()}, x.grad.norm())
print(["%.4f" % g for g in gradients], activation["3"][0])
for handle in handles:
    handle.remove()
total = 0
for p in model.parameters():
    total += p.grad.data.norm(2).item() ** 2
print("grad norm %.4f" % total**0.5, nn.utils.clip_grad_norm_(model.parameters(), 1.0))
vector = parameters_to_vector(model.parameters())
vector_to_parameters(vector * 0.5, model.parameters())
print(vector.shape, torch.isclose(parameters_to_vector(model.parameters()), vector / 2).all())
y = x * 3
y.retain_grad()
y.register_hook(lambda g: g.clamp(max=0.1))
y.pow(2).mean().backward()
print(y.grad[0, 0], x.grad[0, 0])

# Normed weights
with torch.no_grad():
    normed = weight_norm(nn.Linear(4, 3), name="weight")
    print(normed, sorted(name for name, _ in normed.named_parameters()), normed.weight_g.flatten())
    spectral = spectral_norm(nn.Linear(4, 3))
    for _ in range(20):
        spectral(torch.randn(2, 4))
    print(torch.linalg.matrix_norm(spectral.weight, 2))


class Symmetric(nn.Module):
    def forward(self, X):
        return X.triu() + X.triu(1).transpose(-1, -2)


layer = nn.Linear(3, 3)
parametrize.register_parametrization(layer, "weight", Symmetric())
print(layer)
print(torch.allclose(layer.weight, layer.weight.T), [n for n, _ in layer.named_parameters()])
ortho = nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
print(torch.dist(ortho.weight.T @ ortho.weight, torch.eye(3)) < 1e-5)
