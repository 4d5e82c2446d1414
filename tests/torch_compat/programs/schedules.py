"""Distillation, gradient accumulation, and all the usual schedules of the learning rate."""

import copy
import math
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR, AveragedModel, update_bn

warnings.filterwarnings("ignore")
torch.manual_seed(21)
X = torch.randn(96, 8)
Y = ((X[:, 0] * X[:, 1] > 0).long() + (X[:, 2] > 0.3).long()) % 3


class Mlp(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        sizes = [8] + [width] * depth + [3]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.norms = nn.ModuleList([nn.BatchNorm1d(width) for _ in range(depth)])

    def forward(self, x):
        for layer, norm in zip(self.layers, self.norms):
            x = F.gelu(norm(layer(x)))
        return self.layers[-1](x)


def batches(size):
    order = torch.randperm(len(X))
    for i in range(0, len(X), size):
        rows = order[i : i + size]
        yield X[rows], Y[rows]


def fit(model, optimizer, scheduler, epochs, loss_of, accumulate=1):
    for _ in range(epochs):
        total = 0.0
        optimizer.zero_grad()
        for i, (x, y) in enumerate(batches(16)):
            loss = loss_of(model, x, y) / accumulate
            loss.backward()
            total += loss.item()
            if (i + 1) % accumulate == 0:
                nn.utils.clip_grad_value_(model.parameters(), clip_value=1.0)
                optimizer.step()
                optimizer.zero_grad()
        if scheduler is not None:
            scheduler.step()
    return total


def hard(model, x, y):
    return F.cross_entropy(model(x), y)


teacher = Mlp(24, 2)
optimizer = torch.optim.AdamW(teacher.parameters(), lr=1e-2, weight_decay=1e-2)
print("teacher %.4f" % fit(teacher, optimizer, lr_scheduler.StepLR(optimizer, 3), 6, hard))
teacher.eval()
for p in teacher.parameters():
    p.requires_grad_(False)


def soft(model, x, y, T=2.0, weight=0.25):
    with torch.no_grad():
        targets = F.softmax(teacher(x) / T, dim=-1)
    log_probs = F.log_softmax(model(x) / T, dim=-1)
    kl = torch.sum(targets * (targets.log() - log_probs)) / log_probs.size(0) * T**2
    return weight * kl + (1 - weight) * F.cross_entropy(model(x), y)


student = Mlp(6, 1)
start = copy.deepcopy(student.state_dict())
optimizer = torch.optim.SGD(student.parameters(), lr=0.1, momentum=0.9)
print("student %.4f" % fit(student, optimizer, None, 5, soft, accumulate=3))
with torch.no_grad():
    agree = (student.eval()(X).argmax(1) == teacher(X).argmax(1)).float().mean()
print("agreement", agree)

# Schedules: the rates of twelve steps, rounded.
SCHEDULES = {
    "StepLR": lambda o: lr_scheduler.StepLR(o, step_size=4, gamma=0.5),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, milestones=[3, 8], gamma=0.1),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, gamma=0.9),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=6, eta_min=0.001),
    "CosineAnnealingWarmRestarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 3, 2),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.2, total_steps=13),
    "CyclicLR": lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1, step_size_up=3, mode="triangular2"),
    "LinearLR": lambda o: lr_scheduler.LinearLR(o, start_factor=0.2, total_iters=5),
    "ConstantLR": lambda o: lr_scheduler.ConstantLR(o, factor=0.5, total_iters=4),
    "PolynomialLR": lambda o: lr_scheduler.PolynomialLR(o, total_iters=8, power=2.0),
    "MultiplicativeLR": lambda o: lr_scheduler.MultiplicativeLR(o, lambda e: 0.95),
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(
        o, lambda e: min((e + 1) / 4, 0.5 * (1 + math.cos(math.pi * e / 12)))
    ),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o,
        [lr_scheduler.ConstantLR(o, 0.1, 2), lr_scheduler.ExponentialLR(o, 0.8)],
        milestones=[3],
    ),
    "ChainedScheduler": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(o, 0.1, 2), lr_scheduler.ExponentialLR(o, 0.8)]
    ),
}
for name, make in SCHEDULES.items():
    student.load_state_dict(start)
    optimizer = torch.optim.SGD(student.parameters(), lr=0.1, momentum=0.9)
    scheduler = make(optimizer)
    rates = []
    for _ in range(12):
        rates.append(round(scheduler.get_last_lr()[0], 6))
        optimizer.step()
        scheduler.step()
    print(name, rates, scheduler.last_epoch if hasattr(scheduler, "last_epoch") else "")

optimizer = torch.optim.Adam(
    [
        {"params": student.layers.parameters(), "lr": 1e-2},
        {"params": student.norms.parameters(), "weight_decay": 0.1},
    ],
    lr=1e-3,
)
plateau = lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", factor=0.5, patience=1)
for loss in (3.0, 2.0, 2.5, 2.4, 2.3, 1.0, 1.5, 1.6, 1.7):
    plateau.step(loss)
    print([group["lr"] for group in optimizer.param_groups], end=" ")
print()
saved = scheduler.state_dict() and plateau.state_dict()
print(sorted(saved)[:6])

# Averaged weights, and an exponential average of one's own.
student.load_state_dict(start)
student.train()
optimizer = torch.optim.SGD(student.parameters(), lr=0.1)
swa_model = AveragedModel(student)
ema_model = AveragedModel(student, avg_fn=lambda avg, p, n: 0.9 * avg + 0.1 * p)
swa_scheduler = SWALR(optimizer, swa_lr=0.05, anneal_epochs=3)
for epoch in range(4):
    loss = fit(student, optimizer, swa_scheduler, 1, hard)
    swa_model.update_parameters(student)
    ema_model.update_parameters(student)
update_bn([X[i : i + 32] for i in range(0, 96, 32)], swa_model)
with torch.no_grad():
    for model in (student, swa_model, ema_model):
        print("%.4f" % F.cross_entropy(model.eval()(X), Y).item())


class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.count, self.best = patience, 0, None

    def __call__(self, value, model):
        if self.best is None or value < self.best:
            self.best, self.count = value, 0
            torch.save(model.state_dict(), "best.pt")
        else:
            self.count += 1
        return self.count >= self.patience


stopper = EarlyStopping(2)
optimizer = torch.optim.SGD(student.parameters(), lr=0.5, momentum=0.9)
for epoch in range(20):
    student.train()
    fit(student, optimizer, None, 1, hard)
    student.eval()
    with torch.no_grad():
        value = F.cross_entropy(student(X), Y).item()
    if stopper(value, student):
        break
student.load_state_dict(torch.load("best.pt"))
print(epoch, "%.4f %.4f" % (stopper.best, F.cross_entropy(student(X), Y)))
