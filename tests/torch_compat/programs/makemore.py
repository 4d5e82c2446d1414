"""A lecture: bigram counts, a bigram network, an MLP with batch norm by hand, manual backprop."""

import random

import torch
import torch.nn.functional as F

words = """emma olivia ava isabella sophia charlotte mia amelia harper evelyn abigail emily
elizabeth mila ella avery sofia camila aria scarlett victoria madison luna grace chloe""".split()
chars = sorted(list(set("".join(words))))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
itos = {i: s for s, i in stoi.items()}
vocab_size = len(itos)
print(len(words), min(len(w) for w in words), max(len(w) for w in words), vocab_size)

N = torch.zeros((vocab_size, vocab_size), dtype=torch.int32)
for w in words:
    chs = ["."] + list(w) + ["."]
    for ch1, ch2 in zip(chs, chs[1:]):
        N[stoi[ch1], stoi[ch2]] += 1
print(N[0], N[3, 22 % vocab_size].item(), N.sum(0, keepdims=True).shape)
P = (N + 1).float()
P /= P.sum(1, keepdims=True)
print("%.4f" % P[0].sum(), P.dtype)
g = torch.Generator().manual_seed(2147483647)
p = torch.rand(3, generator=g)
p = p / p.sum()
print(p, torch.multinomial(p, num_samples=20, replacement=True, generator=g))
for i in range(5):
    out = []
    ix = 0
    while True:
        p = P[ix]
        ix = torch.multinomial(p, num_samples=1, replacement=True, generator=g).item()
        out.append(itos[ix])
        if ix == 0:
            break
    print("".join(out))
log_likelihood = 0.0
n = 0
for w in words:
    chs = ["."] + list(w) + ["."]
    for ch1, ch2 in zip(chs, chs[1:]):
        log_likelihood += torch.log(P[stoi[ch1], stoi[ch2]])
        n += 1
print(f"{log_likelihood=}", f"{-log_likelihood / n}")

xs, ys = [], []
for w in words:
    chs = ["."] + list(w) + ["."]
    for ch1, ch2 in zip(chs, chs[1:]):
        xs.append(stoi[ch1])
        ys.append(stoi[ch2])
xs, ys = torch.tensor(xs), torch.tensor(ys)
num = xs.nelement()
g = torch.Generator().manual_seed(2147483647)
W = torch.randn((vocab_size, vocab_size), generator=g, requires_grad=True)
for k in range(10):
    xenc = F.one_hot(xs, num_classes=vocab_size).float()
    logits = xenc @ W
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdims=True)
    loss = -probs[torch.arange(num), ys].log().mean() + 0.01 * (W**2).mean()
    W.grad = None
    loss.backward()
    W.data += -10 * W.grad
    if k % 3 == 0:
        print(loss.item())

block_size = 3


def build_dataset(words):
    X, Y = [], []
    for w in words:
        context = [0] * block_size
        for ch in w + ".":
            ix = stoi[ch]
            X.append(context)
            Y.append(ix)
            context = context[1:] + [ix]
    X = torch.tensor(X)
    Y = torch.tensor(Y)
    print(X.shape, Y.shape)
    return X, Y


random.seed(42)
random.shuffle(words)
n1 = int(0.8 * len(words))
Xtr, Ytr = build_dataset(words[:n1])
Xdev, Ydev = build_dataset(words[n1:])
g = torch.Generator().manual_seed(2147483647)
C = torch.randn((vocab_size, 6), generator=g)
W1 = torch.randn((6 * block_size, 20), generator=g) * (5 / 3) / ((6 * block_size) ** 0.5)
b1 = torch.randn(20, generator=g) * 0.1
W2 = torch.randn((20, vocab_size), generator=g) * 0.1
b2 = torch.randn(vocab_size, generator=g) * 0.1
bngain = torch.randn((1, 20), generator=g) * 0.1 + 1.0
bnbias = torch.randn((1, 20), generator=g) * 0.1
bnmean_running, bnstd_running = torch.zeros((1, 20)), torch.ones((1, 20))
parameters = [C, W1, b1, W2, b2, bngain, bnbias]
print(sum(p.nelement() for p in parameters))
for p in parameters:
    p.requires_grad = True
batch_size = 16
emb = C[Xtr]
print(emb.shape, emb.storage().size(), torch.cat(torch.unbind(emb, 1), 1).shape)


def cmp(s, dt, t):
    maxdiff = (dt - t.grad).abs().max().item()
    print(
        f"{s:15s} | approximate: {str(torch.allclose(dt, t.grad, atol=1e-6)):5s} | {maxdiff < 1e-7}"
    )


lri, lossi, stepi = [], [], []
for i in range(20):
    ix = torch.randint(0, Xtr.shape[0], (batch_size,), generator=g)
    Xb, Yb = Xtr[ix], Ytr[ix]
    emb = C[Xb]
    embcat = emb.view(emb.shape[0], -1)
    hprebn = embcat @ W1 + b1
    bnmeani = 1 / batch_size * hprebn.sum(0, keepdim=True)
    bndiff = hprebn - bnmeani
    bndiff2 = bndiff**2
    bnvar = 1 / (batch_size - 1) * (bndiff2).sum(0, keepdim=True)
    bnvar_inv = (bnvar + 1e-5) ** -0.5
    bnraw = bndiff * bnvar_inv
    hpreact = bngain * bnraw + bnbias
    h = torch.tanh(hpreact)
    logits = h @ W2 + b2
    logit_maxes = logits.max(1, keepdim=True).values
    norm_logits = logits - logit_maxes
    counts = norm_logits.exp()
    counts_sum = counts.sum(1, keepdims=True)
    counts_sum_inv = counts_sum**-1
    probs = counts * counts_sum_inv
    logprobs = probs.log()
    loss = -logprobs[range(batch_size), Yb].mean()
    for p in parameters:
        p.grad = None
    if i == 0:
        chain = [logprobs, probs, counts, logits, h, hpreact, bnraw, bnvar, hprebn, emb]
        for t in chain:
            t.retain_grad()
    loss.backward()
    with torch.no_grad():
        bnmean_running = 0.9 * bnmean_running + 0.1 * bnmeani
        bnstd_running = 0.9 * bnstd_running + 0.1 * bnvar.sqrt()
    if i == 0:
        dlogits = F.softmax(logits, 1)
        dlogits[range(batch_size), Yb] -= 1
        dlogits /= batch_size
        dh = dlogits @ W2.T
        dhpreact = (1.0 - h**2) * dh
        dbnraw = bngain * dhpreact
        dhprebn = (
            bngain
            * bnvar_inv
            / batch_size
            * (
                batch_size * dhpreact
                - dhpreact.sum(0)
                - batch_size / (batch_size - 1) * bnraw * (dhpreact * bnraw).sum(0)
            )
        )
        dembcat = dhprebn @ W1.T
        demb = dembcat.view(emb.shape)
        dC = torch.zeros_like(C)
        for k in range(Xb.shape[0]):
            for j in range(Xb.shape[1]):
                dC[Xb[k, j]] += demb[k, j]
        for s, dt, t in (
            ("logits", dlogits, logits),
            ("h", dh, h),
            ("hpreact", dhpreact, hpreact),
            ("bnraw", dbnraw, bnraw),
            ("hprebn", dhprebn, hprebn),
            ("emb", demb, emb),
            ("C", dC, C),
            ("W2", h.T @ dlogits, W2),
            ("b2", dlogits.sum(0), b2),
        ):
            cmp(s, dt, t)
    lr = 0.1 if i < 10 else 0.01
    for p in parameters:
        p.data += -lr * p.grad
    lossi.append(loss.log10().item())
    if i % 5 == 0:
        print(f"{i:7d}/{20:7d}: {loss.item():.4f}")
print(torch.tensor(lossi).view(-1, 5).mean(1))


@torch.no_grad()
def split_loss(split):
    x, y = {"train": (Xtr, Ytr), "val": (Xdev, Ydev)}[split]
    hprebn = C[x].view(x.shape[0], -1) @ W1 + b1
    hpreact = bngain * (hprebn - bnmean_running) / bnstd_running + bnbias
    loss = F.cross_entropy(torch.tanh(hpreact) @ W2 + b2, y)
    print(split, loss.item())


split_loss("train")
split_loss("val")


# Layers of one's own, in the manner of PyTorch's
class Linear:
    def __init__(self, fan_in, fan_out, bias=True):
        self.weight = torch.randn((fan_in, fan_out), generator=g) / fan_in**0.5
        self.bias = torch.zeros(fan_out) if bias else None

    def __call__(self, x):
        self.out = x @ self.weight
        if self.bias is not None:
            self.out += self.bias
        return self.out

    def parameters(self):
        return [self.weight] + ([] if self.bias is None else [self.bias])


class BatchNorm1d:
    def __init__(self, dim, eps=1e-5, momentum=0.1):
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = torch.ones(dim), torch.zeros(dim)
        self.running_mean, self.running_var = torch.zeros(dim), torch.ones(dim)

    def __call__(self, x):
        if self.training:
            dim = 0 if x.ndim == 2 else (0, 1)
            xmean, xvar = x.mean(dim, keepdim=True), x.var(dim, keepdim=True)
        else:
            xmean, xvar = self.running_mean, self.running_var
        xhat = (x - xmean) / torch.sqrt(xvar + self.eps)
        self.out = self.gamma * xhat + self.beta
        if self.training:
            with torch.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + 0.1 * xmean
                self.running_var = (1 - self.momentum) * self.running_var + 0.1 * xvar
        return self.out

    def parameters(self):
        return [self.gamma, self.beta]


class Tanh:
    def __call__(self, x):
        self.out = torch.tanh(x)
        return self.out

    def parameters(self):
        return []


torch.manual_seed(42)
layers = [Linear(18, 16, bias=False), BatchNorm1d(16), Tanh(), Linear(16, vocab_size)]
with torch.no_grad():
    layers[-1].weight *= 0.1
parameters = [C] + [p for layer in layers for p in layer.parameters()]
for p in parameters:
    p.requires_grad = True
for i in range(5):
    ix = torch.randint(0, Xtr.shape[0], (batch_size,))
    x = C[Xtr[ix]].view(batch_size, -1)
    for layer in layers:
        x = layer(x)
    loss = F.cross_entropy(x, Ytr[ix])
    for layer in layers:
        layer.out.retain_grad()
    for p in parameters:
        p.grad = None
    loss.backward()
    for p in parameters:
        p.data += -0.1 * p.grad
for i, layer in enumerate(layers[:-1]):
    t, dt = layer.out, layer.out.grad
    saturated = (t.abs() > 0.97).float().mean() * 100
    print(i, layer.__class__.__name__, "mean %+.4f, std %.4f" % (t.mean(), t.std()), end=" ")
    print("saturated: %.2f%% grad std %e" % (saturated, dt.std()))
hy, hx = torch.histogram(layers[2].out, density=True, bins=5)
print(hy.detach(), hx.detach())
layers[1].training = False
for _ in range(3):
    out, context = [], [0] * block_size
    while len(out) < 12:
        x = C[torch.tensor([context])].view(1, -1)
        for layer in layers:
            x = layer(x)
        ix = torch.multinomial(F.softmax(x, dim=1), num_samples=1).item()
        context = context[1:] + [ix]
        out.append(ix)
        if ix == 0:
            break
    print("".join(itos[i] for i in out))
