"""A damped oscillator, Burgers' equation and an inverse problem by networks; second derivatives."""

import numpy as np
import torch
import torch.nn as nn
from torch.autograd import grad

torch.manual_seed(123)
np.random.seed(123)
torch.set_default_dtype(torch.float64)


class FCN(nn.Module):
    """Defines a standard fully-connected network."""

    def __init__(self, N_INPUT, N_OUTPUT, N_HIDDEN, N_LAYERS):
        super().__init__()
        activation = nn.Tanh
        self.fcs = nn.Sequential(*[nn.Linear(N_INPUT, N_HIDDEN), activation()])
        self.fch = nn.Sequential(
            *[
                nn.Sequential(*[nn.Linear(N_HIDDEN, N_HIDDEN), activation()])
                for _ in range(N_LAYERS - 1)
            ]
        )
        self.fce = nn.Linear(N_HIDDEN, N_OUTPUT)

    def forward(self, x):
        x = self.fcs(x)
        x = self.fch(x)
        x = self.fce(x)
        return x


def oscillator(d, w0, x):
    w = np.sqrt(w0**2 - d**2)
    phi = np.arctan(-d / w)
    A = 1 / (2 * np.cos(phi))
    return torch.exp(-d * x) * 2 * A * torch.cos(phi + w * x)


d, w0 = 2, 10
x = torch.linspace(0, 1, 100).view(-1, 1)
y = oscillator(d, w0, x).view(-1, 1)
x_data, y_data = x[0:50:5], y[0:50:5]
x_physics = torch.linspace(0, 1, 15).view(-1, 1).requires_grad_(True)
mu, k = 2 * d, w0**2
model = FCN(1, 1, 16, 2)
print(model, next(model.parameters()).dtype)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for i in range(40):
    optimizer.zero_grad()
    loss1 = torch.mean((model(x_data) - y_data) ** 2)
    yhp = model(x_physics)
    dx = torch.autograd.grad(yhp, x_physics, torch.ones_like(yhp), create_graph=True)[0]
    dx2 = torch.autograd.grad(dx, x_physics, torch.ones_like(dx), create_graph=True)[0]
    physics = dx2 + mu * dx + k * yhp
    loss2 = (1e-4) * torch.mean(physics**2)
    loss = loss1 + loss2
    loss.backward()
    optimizer.step()
    if (i + 1) % 10 == 0:
        print(i + 1, "%.5f %.5f" % (loss1.item(), loss2.item()))
print("error %.4f" % (model(x).detach() - y).abs().max())


class PhysicsInformedNN:
    """Burgers' equation, with the viscosity to be found."""

    def __init__(self, X, u, layers):
        self.x = torch.tensor(X[:, 0:1], requires_grad=True)
        self.t = torch.tensor(X[:, 1:2], requires_grad=True)
        self.u = torch.tensor(u)
        self.lambda_1 = torch.nn.Parameter(torch.tensor([0.0], requires_grad=True))
        self.lambda_2 = torch.nn.Parameter(torch.tensor([-3.0], requires_grad=True))
        self.dnn = FCN(*layers)
        self.dnn.register_parameter("lambda_1", self.lambda_1)
        self.dnn.register_parameter("lambda_2", self.lambda_2)
        self.optimizer = torch.optim.LBFGS(
            self.dnn.parameters(),
            lr=1.0,
            max_iter=15,
            max_eval=40,
            history_size=50,
            tolerance_grad=1e-5,
            tolerance_change=1.0 * np.finfo(float).eps,
            line_search_fn="strong_wolfe",
        )
        self.iter = 0

    def net_u(self, x, t):
        return self.dnn(torch.cat([x, t], dim=1))

    def net_f(self, x, t):
        u = self.net_u(x, t)
        u_t = grad(u, t, grad_outputs=torch.ones_like(u), retain_graph=True, create_graph=True)[0]
        u_x = grad(u.sum(), x, create_graph=True)[0]
        u_xx = grad(u_x.sum(), x, create_graph=True)[0]
        return u_t + self.lambda_1 * u * u_x - torch.exp(self.lambda_2) * u_xx

    def loss_func(self):
        u_pred = self.net_u(self.x, self.t)
        f_pred = self.net_f(self.x, self.t)
        loss = torch.mean((self.u - u_pred) ** 2) + torch.mean(f_pred**2)
        self.optimizer.zero_grad()
        loss.backward()
        self.iter += 1
        if self.iter % 5 == 0:
            print(
                "Loss: %.5f, l1: %.4f, l2: %.4f"
                % (loss.item(), self.lambda_1.item(), torch.exp(self.lambda_2.detach()).item())
            )
        return loss

    def train(self):
        self.dnn.train()
        self.optimizer.step(self.loss_func)


X = np.random.uniform(-1, 1, (30, 2))
u = -np.sin(np.pi * X[:, :1]) * np.exp(-X[:, 1:])
pinn = PhysicsInformedNN(X, u, [2, 1, 8, 2])
pinn.train()

# A Hamiltonian network, and an ODE integrated through its steps.
H = nn.Sequential(nn.Linear(2, 10), nn.Softplus(), nn.Linear(10, 1))
state = torch.tensor([[1.0, 0.0], [0.5, 0.5]], requires_grad=True)


def field(s):
    (dH,) = torch.autograd.grad(H(s).sum(), s, create_graph=True)
    dq, dp = dH.chunk(2, dim=-1)[::-1]
    return torch.cat([dq, -dp], -1)


s = state
for _ in range(5):
    k1 = field(s)
    k2 = field(s + 0.05 * k1)
    k3 = field(s + 0.05 * k2)
    k4 = field(s + 0.1 * k3)
    s = s + 0.1 / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
(s - state.flip(0)).pow(2).sum().backward()
print(s, state.grad)
print([round(p.grad.abs().sum().item(), 5) for p in H.parameters() if p.grad is not None])
