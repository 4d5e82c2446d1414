"""Densities: a mixture density network, affine and spline-free flows, a diffusion model."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import (
    Independent,
    MixtureSameFamily,
    MultivariateNormal,
    Normal,
    TransformedDistribution,
    kl_divergence,
)
from torch.distributions.categorical import Categorical
from torch.distributions.transforms import AffineTransform, TanhTransform

torch.manual_seed(8)
ONEOVERSQRT2PI = 1.0 / math.sqrt(2 * math.pi)


class MDN(nn.Module):
    def __init__(self, in_features, out_features, num_gaussians):
        super(MDN, self).__init__()
        self.in_features, self.out_features = in_features, out_features
        self.num_gaussians = num_gaussians
        self.pi = nn.Sequential(nn.Linear(in_features, num_gaussians), nn.Softmax(dim=1))
        self.sigma = nn.Linear(in_features, out_features * num_gaussians)
        self.mu = nn.Linear(in_features, out_features * num_gaussians)

    def forward(self, minibatch):
        pi = self.pi(minibatch)
        sigma = torch.exp(self.sigma(minibatch))
        sigma = sigma.view(-1, self.num_gaussians, self.out_features)
        mu = self.mu(minibatch)
        mu = mu.view(-1, self.num_gaussians, self.out_features)
        return pi, sigma, mu


def gaussian_probability(sigma, mu, target):
    target = target.unsqueeze(1).expand_as(sigma)
    ret = ONEOVERSQRT2PI * torch.exp(-0.5 * ((target - mu) / sigma) ** 2) / sigma
    return torch.prod(ret, 2)


def mdn_loss(pi, sigma, mu, target):
    prob = pi * gaussian_probability(sigma, mu, target)
    return torch.mean(-torch.log(torch.sum(prob, dim=1)))


def sample(pi, sigma, mu):
    pis = Categorical(pi).sample().view(pi.size(0), 1, 1)
    gaussian_noise = torch.randn((sigma.size(2), sigma.size(0)), requires_grad=False)
    variance_samples = sigma.gather(1, pis).detach().squeeze()
    mean_samples = mu.detach().gather(1, pis).squeeze()
    return (gaussian_noise * variance_samples + mean_samples).transpose(0, 1)


y = torch.rand(80, 1) * 20 - 10
x = torch.sin(0.75 * y) * 7.0 + y * 0.5 + torch.randn(80, 1) * 0.5
model = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), MDN(12, 1, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch in range(40):
    model.zero_grad()
    pi, sigma, mu = model(x)
    loss = mdn_loss(pi, sigma, mu, y)
    loss.backward()
    optimizer.step()
    if epoch % 10 == 9:
        print("mdn %d %.4f" % (epoch, loss.item()))
print(sample(*model(x[:4])).flatten())
mixture = MixtureSameFamily(
    Categorical(pi.detach()), Independent(Normal(mu.detach(), sigma.detach()), 1)
)
print("log prob", -mixture.log_prob(y).mean(), mixture.mean[:2].flatten())


# A flow of affine couplings.
class Coupling(nn.Module):
    def __init__(self, dim, mask):
        super().__init__()
        self.s = nn.Sequential(nn.Linear(dim, 12), nn.LeakyReLU(), nn.Linear(12, dim), nn.Tanh())
        self.t = nn.Sequential(nn.Linear(dim, 12), nn.LeakyReLU(), nn.Linear(12, dim))
        self.register_buffer("mask", mask)

    def forward(self, x):
        kept = x * self.mask
        s = self.s(kept) * (1 - self.mask)
        t = self.t(kept) * (1 - self.mask)
        return kept + (1 - self.mask) * ((x - t) * torch.exp(-s)), -s.sum(dim=1)

    def inverse(self, z):
        kept = z * self.mask
        s, t = self.s(kept) * (1 - self.mask), self.t(kept) * (1 - self.mask)
        return kept + (1 - self.mask) * (z * s.exp() + t)


class RealNVP(nn.Module):
    def __init__(self, layers, prior):
        super().__init__()
        self.prior = prior
        masks = torch.tensor([[0, 1], [1, 0]] * layers).float()
        self.layers = nn.ModuleList([Coupling(2, m) for m in masks])

    def log_prob(self, x):
        log_det = x.new_zeros(x.shape[0])
        for layer in self.layers:
            x, ld = layer(x)
            log_det += ld
        return self.prior.log_prob(x) + log_det

    @torch.no_grad()
    def sample(self, n):
        z = self.prior.sample((n,))
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


theta = torch.rand(128) * math.pi
moons = torch.stack([theta.cos(), theta.sin()], 1) + 0.1 * torch.randn(128, 2)
flow = RealNVP(3, MultivariateNormal(torch.zeros(2), torch.eye(2)))
optimizer = torch.optim.Adam([p for p in flow.parameters() if p.requires_grad], lr=1e-2)
for t in range(20):
    loss = -flow.log_prob(moons).mean()
    optimizer.zero_grad()
    loss.backward(retain_graph=True)
    optimizer.step()
    if t % 5 == 4:
        print("flow iter %s:" % t, "loss = %.3f" % loss)
print(flow.sample(3))
z, _ = flow.layers[0](moons[:2])
print((flow.layers[0].inverse(z) - moons[:2]).abs().max() < 1e-5)


# Diffusion: noise is predicted, and taken away step by step.
T = 20
betas = torch.linspace(1e-3, 0.2, T)
alphas = 1.0 - betas
alphas_cumprod = torch.cumprod(alphas, axis=0)
alphas_cumprod_prev = F.pad(alphas_cumprod[:-1], (1, 0), value=1.0)
posterior_variance = betas * (1.0 - alphas_cumprod_prev) / (1.0 - alphas_cumprod)


def extract(a, t, x_shape):
    out = a.gather(-1, t.cpu())
    return out.reshape(t.shape[0], *((1,) * (len(x_shape) - 1))).to(t.device)


class Denoiser(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.dim = dim
        self.time = nn.Sequential(nn.Linear(dim, dim), nn.SiLU(), nn.Linear(dim, dim))
        self.first, self.last = nn.Linear(2, dim), nn.Linear(dim, 2)

    def embed(self, time):
        half = self.dim // 2
        scale = math.log(10000) / (half - 1)
        embeddings = torch.exp(torch.arange(half, device=time.device) * -scale)
        embeddings = time[:, None] * embeddings[None, :]
        return torch.cat((embeddings.sin(), embeddings.cos()), dim=-1)

    def forward(self, x, t):
        return self.last(F.silu(self.first(x) + self.time(self.embed(t))))


denoise = Denoiser()
optimizer = torch.optim.AdamW(denoise.parameters(), lr=1e-2)
for step in range(40):
    t = torch.randint(0, T, (128,)).long()
    noise = torch.randn_like(moons)
    noisy = extract(alphas_cumprod.sqrt(), t, moons.shape) * moons
    noisy = noisy + extract((1 - alphas_cumprod).sqrt(), t, moons.shape) * noise
    loss = F.smooth_l1_loss(noise, denoise(noisy, t))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10 == 9:
        print("diffusion %.4f" % loss.item())
with torch.no_grad():
    img = torch.randn(4, 2)
    for i in reversed(range(0, T)):
        t = torch.full((4,), i, dtype=torch.long)
        mean = torch.sqrt(1.0 / alphas[i]) * (
            img - betas[i] * denoise(img, t) / torch.sqrt(1 - alphas_cumprod[i])
        )
        img = mean if i == 0 else mean + posterior_variance[i].sqrt() * torch.randn_like(img)
print(img)

p, q = Normal(torch.zeros(2), torch.ones(2)), Normal(torch.tensor([0.5, -1.0]), torch.tensor(2.0))
print(kl_divergence(p, q), q.rsample((2,)).shape, q.cdf(torch.tensor(0.0)), q)
squashed = TransformedDistribution(p, [AffineTransform(0.5, 2.0), TanhTransform(cache_size=1)])
action = squashed.sample()
print(action, squashed.log_prob(action))
