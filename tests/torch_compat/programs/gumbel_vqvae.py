"""Discrete codes: a Gumbel-softmax autoencoder and a VQ-VAE with a straight-through estimator."""

import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F

torch.manual_seed(10)
temp_min, ANNEAL_RATE = 0.5, 0.03
latent_dim, categorical_dim = 3, 4

DATA = (torch.rand(64, 20) < torch.rand(4, 20)[torch.arange(64) % 4]).float()


def sample_gumbel(shape, eps=1e-20):
    U = torch.rand(shape)
    return -torch.log(-torch.log(U + eps) + eps)


def gumbel_softmax_sample(logits, temperature):
    y = logits + sample_gumbel(logits.size())
    return F.softmax(y / temperature, dim=-1)


def gumbel_softmax(logits, temperature, hard=False):
    y = gumbel_softmax_sample(logits, temperature)
    if not hard:
        return y.view(-1, latent_dim * categorical_dim)
    shape = y.size()
    _, ind = y.max(dim=-1)
    y_hard = torch.zeros_like(y).view(-1, shape[-1])
    y_hard.scatter_(1, ind.view(-1, 1), 1)
    y_hard = y_hard.view(*shape)
    y_hard = (y_hard - y).detach() + y
    return y_hard.view(-1, latent_dim * categorical_dim)


class VAE_gumbel(nn.Module):
    def __init__(self):
        super(VAE_gumbel, self).__init__()
        self.fc1 = nn.Linear(20, 24)
        self.fc3 = nn.Linear(24, latent_dim * categorical_dim)
        self.fc4 = nn.Linear(latent_dim * categorical_dim, 24)
        self.fc6 = nn.Linear(24, 20)
        self.relu, self.sigmoid = nn.ReLU(), nn.Sigmoid()

    def forward(self, x, temp, hard):
        q = self.fc3(self.relu(self.fc1(x)))
        q_y = q.view(q.size(0), latent_dim, categorical_dim)
        z = gumbel_softmax(q_y, temp, hard)
        x_ = self.sigmoid(self.fc6(self.relu(self.fc4(z))))
        return x_, F.softmax(q_y, dim=-1).reshape(*q.size())


def loss_function(recon_x, x, qy):
    BCE = F.binary_cross_entropy(recon_x, x, size_average=False) / x.shape[0]
    log_ratio = torch.log(qy * categorical_dim + 1e-20)
    KLD = torch.sum(qy * log_ratio, dim=-1).mean()
    return BCE + KLD


for hard in (False, True):
    model = VAE_gumbel()
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    temp = 1.0
    for step in range(24):
        x = DATA[torch.randint(64, (16,))]
        optimizer.zero_grad()
        recon, qy = model(x, temp, hard)
        loss = loss_function(recon, x, qy)
        loss.backward()
        optimizer.step()
        if step % 8 == 7:
            temp = np.maximum(temp * np.exp(-ANNEAL_RATE * step), temp_min)
            print("hard" if hard else "soft", step, "%.4f %.4f" % (loss.item(), temp))
    ind = torch.zeros(4, latent_dim).long()
    sample = np.zeros((4 * latent_dim, categorical_dim))
    sample[range(sample.shape[0]), np.random.RandomState(0).choice(categorical_dim, 12)] = 1
    sample = torch.from_numpy(np.float32(np.reshape(sample, [4, latent_dim * categorical_dim])))
    out = torch.sigmoid(model.fc6(F.relu(model.fc4(sample))))
    print(out.detach().numpy().round(3)[0, :6], ind.shape)

logits = torch.randn(3, 4, requires_grad=True)
print(F.gumbel_softmax(logits, tau=0.7), F.gumbel_softmax(logits, hard=True, dim=-1).sum(-1).data)


class VectorQuantizer(nn.Module):
    def __init__(self, num_embeddings, embedding_dim, commitment_cost, decay=None):
        super().__init__()
        self._embedding_dim, self._num_embeddings = embedding_dim, num_embeddings
        self._embedding = nn.Embedding(num_embeddings, embedding_dim)
        self._embedding.weight.data.uniform_(-1 / num_embeddings, 1 / num_embeddings)
        self._commitment_cost, self._decay = commitment_cost, decay
        if decay is not None:
            self.register_buffer("_ema_cluster_size", torch.zeros(num_embeddings))
            self._ema_w = nn.Parameter(torch.Tensor(num_embeddings, embedding_dim))
            self._ema_w.data.normal_()

    def forward(self, inputs):
        inputs = inputs.permute(0, 2, 3, 1).contiguous()
        input_shape = inputs.shape
        flat_input = inputs.view(-1, self._embedding_dim)
        distances = (
            torch.sum(flat_input**2, dim=1, keepdim=True)
            + torch.sum(self._embedding.weight**2, dim=1)
            - 2 * torch.matmul(flat_input, self._embedding.weight.t())
        )
        encoding_indices = torch.argmin(distances, dim=1).unsqueeze(1)
        encodings = torch.zeros(encoding_indices.shape[0], self._num_embeddings)
        encodings.scatter_(1, encoding_indices, 1)
        quantized = torch.matmul(encodings, self._embedding.weight).view(input_shape)
        if self._decay is not None and self.training:
            self._ema_cluster_size = self._ema_cluster_size * self._decay + (
                1 - self._decay
            ) * torch.sum(encodings, 0)
            n = torch.sum(self._ema_cluster_size.data)
            self._ema_cluster_size = (
                (self._ema_cluster_size + 1e-5) / (n + self._num_embeddings * 1e-5) * n
            )
            dw = torch.matmul(encodings.t(), flat_input)
            self._ema_w = nn.Parameter(self._ema_w * self._decay + (1 - self._decay) * dw)
            self._embedding.weight = nn.Parameter(self._ema_w / self._ema_cluster_size.unsqueeze(1))
        e_latent_loss = F.mse_loss(quantized.detach(), inputs)
        loss = self._commitment_cost * e_latent_loss
        if self._decay is None:
            loss = loss + F.mse_loss(quantized, inputs.detach())
        quantized = inputs + (quantized - inputs).detach()
        avg_probs = torch.mean(encodings, dim=0)
        perplexity = torch.exp(-torch.sum(avg_probs * torch.log(avg_probs + 1e-10)))
        return loss, quantized.permute(0, 3, 1, 2).contiguous(), perplexity, encodings


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self._block = nn.Sequential(
            nn.ReLU(False),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.ReLU(True),
            nn.Conv2d(channels, channels, kernel_size=1, bias=False),
        )

    def forward(self, x):
        return x + self._block(x)


class VQVAE(nn.Module):
    def __init__(self, decay):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 6, 4, 2, 1), Residual(6), nn.Conv2d(6, 4, 1))
        self.vq = VectorQuantizer(8, 4, 0.25, decay)
        self.decoder = nn.Sequential(
            nn.Conv2d(4, 6, 3, padding=1), Residual(6), nn.ConvTranspose2d(6, 1, 4, 2, 1)
        )

    def forward(self, x):
        loss, quantized, perplexity, _ = self.vq(self.encoder(x))
        return loss, self.decoder(quantized), perplexity


pictures = torch.sin(torch.arange(8.0) * torch.randn(16, 1, 1)).unsqueeze(1).expand(-1, -1, 8, -1)
variance = pictures.var()
for decay in (None, 0.9):
    model = VQVAE(decay)
    optimizer = optim.Adam(model.parameters(), lr=5e-3, amsgrad=False)
    for step in range(12):
        optimizer.zero_grad()
        vq_loss, recon, perplexity = model(pictures)
        recon_error = F.mse_loss(recon, pictures) / variance
        (recon_error + vq_loss).backward()
        optimizer.step()
        if step % 4 == 3:
            print("recon_error: %.3f perplexity: %.3f" % (recon_error.item(), perplexity.item()))
