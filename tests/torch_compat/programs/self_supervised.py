"""Contrastive learning, a memory queue, PPO, text bags: losses and habits of several papers."""

import collections
import copy
import math
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Beta, Categorical, Dirichlet, MultivariateNormal, kl
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)


set_seed(7)
data = torch.randn(4, 1, 8)[torch.arange(4).repeat(8)].squeeze(1) + 0.2 * torch.randn(32, 8)
labels = torch.arange(4).repeat(8)


def augment(x):
    return x * (torch.rand_like(x) > 0.2) + 0.1 * torch.randn_like(x)


class NTXent(nn.Module):
    def __init__(self, temperature):
        super().__init__()
        self.temperature = temperature

    def forward(self, z_i, z_j):
        n = z_i.shape[0]
        z = F.normalize(torch.cat((z_i, z_j), dim=0), dim=-1)
        sim = F.cosine_similarity(z.unsqueeze(1), z.unsqueeze(0), dim=2) / self.temperature
        mask = ~torch.eye(2 * n, dtype=bool)
        positives = torch.cat([torch.diag(sim, n), torch.diag(sim, -n)], dim=0)
        denominator = (sim.exp() * mask).sum(1)
        return (-positives + denominator.log()).sum() / (2 * n)


class MoCo(nn.Module):
    def __init__(self, dim=6, K=24, m=0.9, T=0.2):
        super().__init__()
        self.K, self.m, self.T = K, m, T
        self.encoder_q = nn.Sequential(nn.Linear(8, 16), nn.ELU(), nn.Linear(16, dim))
        self.encoder_k = copy.deepcopy(self.encoder_q)
        for param_q, param_k in zip(self.encoder_q.parameters(), self.encoder_k.parameters()):
            param_k.data.copy_(param_q.data)
            param_k.requires_grad = False
        self.register_buffer("queue", torch.randn(dim, K))
        self.queue = nn.functional.normalize(self.queue, dim=0)
        self.register_buffer("queue_ptr", torch.zeros(1, dtype=torch.long))

    @torch.no_grad()
    def _momentum_update_key_encoder(self):
        for param_q, param_k in zip(self.encoder_q.parameters(), self.encoder_k.parameters()):
            param_k.data = param_k.data * self.m + param_q.data * (1.0 - self.m)

    @torch.no_grad()
    def _dequeue_and_enqueue(self, keys):
        ptr = int(self.queue_ptr)
        assert self.K % keys.shape[0] == 0
        self.queue[:, ptr : ptr + keys.shape[0]] = keys.T
        self.queue_ptr[0] = (ptr + keys.shape[0]) % self.K

    def forward(self, im_q, im_k):
        q = nn.functional.normalize(self.encoder_q(im_q), dim=1)
        with torch.no_grad():
            self._momentum_update_key_encoder()
            idx_shuffle = torch.randperm(im_k.shape[0])
            k = nn.functional.normalize(self.encoder_k(im_k[idx_shuffle]), dim=1)
            k = k[torch.argsort(idx_shuffle)]
        l_pos = torch.einsum("nc,nc->n", [q, k]).unsqueeze(-1)
        l_neg = torch.einsum("nc,ck->nk", [q, self.queue.clone().detach()])
        logits = torch.cat([l_pos, l_neg], dim=1)
        logits /= self.T
        self._dequeue_and_enqueue(k)
        return logits, torch.zeros(logits.shape[0], dtype=torch.long)


encoder = nn.Sequential(nn.Linear(8, 16), nn.SELU(), nn.AlphaDropout(0.1), nn.Linear(16, 6))
optimizer = torch.optim.SGD(encoder.parameters(), 0.1, weight_decay=1e-4)
for epoch in range(4):
    loss = NTXent(0.5)(encoder(augment(data)), encoder(augment(data)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("simclr %d %.4f" % (epoch, loss.item()))
moco = MoCo()
optimizer = torch.optim.SGD(filter(lambda p: p.requires_grad, moco.parameters()), 0.2)
for epoch in range(2):
    for rows in torch.randperm(32).chunk(4):
        logits, target = moco(augment(data[rows]), augment(data[rows]))
        loss = F.cross_entropy(logits, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("moco %.4f" % loss.item(), moco.queue_ptr)

# Barlow twins, BYOL, VICReg: losses on normalised batches
z1, z2 = encoder(augment(data)), encoder(augment(data))
bn = nn.BatchNorm1d(6, affine=False)
c = bn(z1).T @ bn(z2) / 32
on_diag = torch.diagonal(c).add_(-1).pow_(2).sum()
off = c.flatten()[:-1].view(5, 7)[:, 1:].flatten()
print("barlow %.4f %.4f" % (on_diag, off.pow(2).sum()))
std = torch.sqrt(z1.var(dim=0) + 1e-4)
print("vicreg %.4f" % torch.mean(F.relu(1 - std)), torch.cov(z1.T).fill_diagonal_(0).sum().shape)
print(
    "byol %.4f" % (2 - 2 * (F.normalize(z1, p=2, dim=-1) * F.normalize(z2, dim=1)).sum(-1)).mean()
)
dist = torch.cdist(z1, z1)
hard = dist.masked_fill(labels[:, None] == labels[None, :], float("inf")).min(1)[0]
far = (dist * (labels[:, None] == labels[None]).float()).amax(dim=1)
print(
    "triplet %.4f" % F.relu(far - hard + 0.3).mean(), F.margin_ranking_loss(hard, far, hard.sign())
)
with torch.no_grad():
    knn = dist.fill_diagonal_(float("inf")).topk(3, largest=False).indices
    votes = torch.zeros(32, 4).scatter_add_(1, labels[knn], torch.ones(32, 3))
    print("knn", (votes.argmax(1) == labels).float().mean())
centres = data[torch.randperm(32)[:4]]
for _ in range(5):
    nearest = torch.cdist(data, centres).argmin(dim=1)
    centres = torch.stack([data[nearest == k].mean(0) for k in range(4)])
print("k-means", nearest.bincount(minlength=4), torch.unique(labels[nearest == 0]))

# PPO with generalised advantages on a walk
policy = nn.ModuleDict({"pi": nn.Linear(5, 2), "v": nn.Linear(5, 1)})
nn.init.orthogonal_(policy["pi"].weight, gain=0.01)
nn.init.constant_(policy["pi"].bias, 0.0)
optimizer = torch.optim.Adam(policy.parameters(), lr=0.03, eps=1e-5)
for update in range(4):
    obs, acts, logps, values, rewards = [], [], [], [], []
    at = 2
    for t in range(32):
        o = torch.eye(5)[at]
        with torch.no_grad():
            dist = Categorical(logits=policy["pi"](o))
            a = dist.sample()
            obs.append(o), acts.append(a), logps.append(dist.log_prob(a))
            values.append(policy["v"](o).squeeze())
        at = min(4, max(0, at + 2 * a.item() - 1))
        rewards.append(float(at == 4))
    values.append(torch.tensor(0.0))
    advantages, last = torch.zeros(32), 0.0
    for t in reversed(range(32)):
        delta = rewards[t] + 0.95 * values[t + 1] - values[t]
        advantages[t] = last = delta + 0.95 * 0.9 * last
    returns = advantages + torch.stack(values[:-1])
    obs, acts, logps = torch.stack(obs), torch.stack(acts), torch.stack(logps)
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    for _ in range(3):
        dist = Categorical(logits=policy["pi"](obs))
        ratio = torch.exp(dist.log_prob(acts) - logps)
        surrogate = torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages)
        v_loss = 0.5 * (policy["v"](obs).view(-1) - returns).pow(2).mean()
        loss = -surrogate.mean() + 0.5 * v_loss - 0.01 * dist.entropy().mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
        optimizer.step()
    print("ppo %d %.1f %.4f" % (update, sum(rewards), loss.item()))
b = Beta(torch.tensor([2.0, 0.5]), torch.tensor([1.0, 3.0]))
print(b.sample(), b.mean, b.entropy(), Dirichlet(torch.ones(3)).sample().sum())
m = MultivariateNormal(torch.zeros(2), torch.tensor([[2.0, 0.5], [0.5, 1.0]]))
print(
    m.sample(),
    m.log_prob(torch.ones(2)),
    kl.kl_divergence(m, MultivariateNormal(torch.ones(2), torch.eye(2))),
)

# Text as bags with offsets, then padded with a mask
sentences = ["good film", "bad bad film", "a good good plot", "awful plot and bad cast"] * 4
targets = [1, 0, 1, 0] * 4
vocab = {w: i for i, w in enumerate(sorted(collections.Counter(" ".join(sentences).split())))}


def collate_batch(batch):
    label_list, text_list, offsets = [], [], [0]
    for label, text in batch:
        label_list.append(label)
        processed = torch.tensor([vocab[w] for w in text.split()], dtype=torch.int64)
        text_list.append(processed)
        offsets.append(processed.size(0))
    offsets = torch.tensor(offsets[:-1]).cumsum(dim=0)
    return torch.tensor(label_list), torch.cat(text_list), offsets


class TextClassificationModel(nn.Module):
    def __init__(self, vocab_size, embed_dim, num_class):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocab_size, embed_dim, sparse=False)
        self.fc = nn.Linear(embed_dim, num_class)
        self.init_weights()

    def init_weights(self):
        initrange = 0.5
        self.embedding.weight.data.uniform_(-initrange, initrange)
        self.fc.weight.data.uniform_(-initrange, initrange)
        self.fc.bias.data.zero_()

    def forward(self, text, offsets):
        return self.fc(self.embedding(text, offsets))


model = TextClassificationModel(len(vocab), 8, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=2.0)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1.0, gamma=0.5)
for epoch in range(3):
    accu, count = 0, 0
    loader = DataLoader(list(zip(targets, sentences)), 4, shuffle=True, collate_fn=collate_batch)
    for label, text, offsets in loader:
        optimizer.zero_grad()
        predicted = model(text, offsets)
        loss = F.cross_entropy(predicted, label)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        accu += (predicted.argmax(1) == label).sum().item()
        count += label.size(0)
    scheduler.step()
    print("| epoch {:3d} | accuracy {:8.3f} | loss {:.4f}".format(epoch, accu / count, loss))
padded = pad_sequence(
    [torch.tensor([vocab[w] for w in s.split()]) + 1 for s in sentences[:4]], True
)
mask = padded.ne(0).unsqueeze(-1).float()
states, _ = nn.GRU(8, 6, batch_first=True, bidirectional=True)(nn.Embedding(20, 8, 0)(padded))
pooled = torch.cat(
    [(states * mask).sum(1) / mask.sum(1), states.masked_fill(mask == 0, -1e9).max(1)[0]], 1
)
print(padded, pooled.shape, "%.4f" % pooled.abs().mean())
conv = nn.ModuleList([nn.Conv1d(12, 5, k, padding=k // 2) for k in (1, 3)])
maps = [F.max_pool1d(F.relu(c(states.transpose(1, 2))), states.size(1)).squeeze(2) for c in conv]
print(torch.cat(maps, 1).sum(1), math.log(len(vocab)))
