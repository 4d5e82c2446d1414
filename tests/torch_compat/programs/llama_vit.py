"""Models of the twenties: RMSNorm, rotary embeddings, grouped queries, a cache, patches, experts."""

import functools
import math
from dataclasses import dataclass, field
from typing import List, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class ModelArgs:
    dim: int = 16
    n_layers: int = 2
    n_heads: int = 4
    n_kv_heads: Optional[int] = 2
    vocab_size: int = 29
    hidden_dim: Optional[int] = None
    multiple_of: int = 8
    norm_eps: float = 1e-5
    max_seq_len: int = 16
    betas: Tuple[float, float] = field(default_factory=lambda: (0.9, 0.95))


class RMSNorm(torch.nn.Module):
    def __init__(self, dim: int, eps: float):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def _norm(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)

    def forward(self, x):
        output = self._norm(x.float()).type_as(x)
        return output * self.weight


def precompute_freqs_cis(dim: int, end: int, theta: float = 10000.0):
    freqs = 1.0 / (theta ** (torch.arange(0, dim, 2)[: (dim // 2)].float() / dim))
    t = torch.arange(end, device=freqs.device)
    freqs = torch.outer(t, freqs).float()
    return torch.polar(torch.ones_like(freqs), freqs)


def apply_rotary_emb(xq: Tensor, xk: Tensor, freqs_cis: Tensor) -> Tuple[Tensor, Tensor]:
    xq_ = torch.view_as_complex(xq.float().reshape(*xq.shape[:-1], -1, 2))
    xk_ = torch.view_as_complex(xk.float().reshape(*xk.shape[:-1], -1, 2))
    freqs_cis = freqs_cis.view(1, xq_.shape[1], 1, xq_.shape[-1])
    xq_out = torch.view_as_real(xq_ * freqs_cis).flatten(3)
    xk_out = torch.view_as_real(xk_ * freqs_cis).flatten(3)
    return xq_out.type_as(xq), xk_out.type_as(xk)


def repeat_kv(x: Tensor, n_rep: int) -> Tensor:
    bs, slen, n_kv_heads, head_dim = x.shape
    if n_rep == 1:
        return x
    return (
        x[:, :, :, None, :]
        .expand(bs, slen, n_kv_heads, n_rep, head_dim)
        .reshape(bs, slen, n_kv_heads * n_rep, head_dim)
    )


class Attention(nn.Module):
    def __init__(self, args: ModelArgs):
        super().__init__()
        self.n_kv_heads = args.n_heads if args.n_kv_heads is None else args.n_kv_heads
        self.n_heads, self.n_rep = args.n_heads, args.n_heads // self.n_kv_heads
        self.head_dim = args.dim // args.n_heads
        self.wq = nn.Linear(args.dim, args.n_heads * self.head_dim, bias=False)
        self.wk = nn.Linear(args.dim, self.n_kv_heads * self.head_dim, bias=False)
        self.wv = nn.Linear(args.dim, self.n_kv_heads * self.head_dim, bias=False)
        self.wo = nn.Linear(args.n_heads * self.head_dim, args.dim, bias=False)
        self.cache: Optional[Tuple[Tensor, Tensor]] = None

    def forward(self, x: Tensor, start: int, freqs_cis: Tensor, use_cache: bool) -> Tensor:
        bsz, seqlen, _ = x.shape
        xq, xk, xv = self.wq(x), self.wk(x), self.wv(x)
        xq = xq.view(bsz, seqlen, self.n_heads, self.head_dim)
        xk = xk.view(bsz, seqlen, self.n_kv_heads, self.head_dim)
        xv = xv.view(bsz, seqlen, self.n_kv_heads, self.head_dim)
        xq, xk = apply_rotary_emb(xq, xk, freqs_cis)
        if use_cache:
            if start:
                xk = torch.cat((self.cache[0], xk), dim=1)
                xv = torch.cat((self.cache[1], xv), dim=1)
            self.cache = (xk, xv)
        keys, values = repeat_kv(xk, self.n_rep), repeat_kv(xv, self.n_rep)
        xq, keys, values = (t.transpose(1, 2) for t in (xq, keys, values))
        scores = torch.matmul(xq, keys.transpose(2, 3)) / math.sqrt(self.head_dim)
        if seqlen > 1:
            mask = torch.full((seqlen, seqlen), float("-inf"), device=x.device)
            mask = torch.triu(mask, diagonal=1)
            scores = scores + mask
        scores = F.softmax(scores.float(), dim=-1).type_as(xq)
        output = torch.matmul(scores, values)
        return self.wo(output.transpose(1, 2).contiguous().view(bsz, seqlen, -1))


class FeedForward(nn.Module):
    def __init__(self, dim: int, hidden_dim: Optional[int], multiple_of: int):
        super().__init__()
        if hidden_dim is None:
            hidden_dim = int(2 * 4 * dim / 3)
            hidden_dim = multiple_of * ((hidden_dim + multiple_of - 1) // multiple_of)
        self.w1 = nn.Linear(dim, hidden_dim, bias=False)
        self.w2 = nn.Linear(hidden_dim, dim, bias=False)
        self.w3 = nn.Linear(dim, hidden_dim, bias=False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class Experts(nn.Module):
    """The two best of several networks for each token."""

    def __init__(self, dim: int, count: int, args: ModelArgs):
        super().__init__()
        self.gate = nn.Linear(dim, count, bias=False)
        self.experts = nn.ModuleList(
            [FeedForward(dim, None, args.multiple_of) for _ in range(count)]
        )

    def forward(self, x):
        flat = x.view(-1, x.shape[-1])
        weights, selected = torch.topk(self.gate(flat), 2)
        weights = F.softmax(weights, dim=1, dtype=torch.float).to(flat.dtype)
        results = torch.zeros_like(flat)
        for i, expert in enumerate(self.experts):
            rows, nth = torch.where(selected == i)
            if rows.numel() == 0:
                continue
            results[rows] += weights[rows, nth, None] * expert(flat[rows])
        return results.view_as(x)


class Transformer(nn.Module):
    def __init__(self, args: ModelArgs):
        super().__init__()
        self.args = args
        self.tok_embeddings = nn.Embedding(args.vocab_size, args.dim)
        self.layers = torch.nn.ModuleList()
        for layer_id in range(args.n_layers):
            feed = (
                Experts(args.dim, 3, args)
                if layer_id
                else FeedForward(args.dim, args.hidden_dim, args.multiple_of)
            )
            self.layers.append(
                nn.ModuleDict(
                    {
                        "attention": Attention(args),
                        "feed_forward": feed,
                        "attention_norm": RMSNorm(args.dim, eps=args.norm_eps),
                        "ffn_norm": nn.RMSNorm(args.dim, eps=args.norm_eps),
                    }
                )
            )
        self.norm = RMSNorm(args.dim, eps=args.norm_eps)
        self.output = nn.Linear(args.dim, args.vocab_size, bias=False)
        self.output.weight = self.tok_embeddings.weight
        freqs_cis = precompute_freqs_cis(args.dim // args.n_heads, args.max_seq_len * 2)
        self.register_buffer("freqs_cis", freqs_cis, persistent=False)
        self.apply(functools.partial(self._init_weights, std=0.05))

    @staticmethod
    def _init_weights(module: nn.Module, std: float) -> None:
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.trunc_normal_(module.weight, mean=0.0, std=std, a=-3 * std, b=3 * std)

    def forward(self, tokens: Tensor, start: int = 0, use_cache: bool = False) -> Tensor:
        _, seqlen = tokens.shape
        h = self.tok_embeddings(tokens)
        freqs_cis = self.freqs_cis[start : start + seqlen]
        for layer in self.layers:
            attended = layer["attention"](layer["attention_norm"](h), start, freqs_cis, use_cache)
            h = h + attended
            h = h + layer["feed_forward"](layer["ffn_norm"](h))
        return self.output(self.norm(h)).float()


def sample_top_p(probs: Tensor, p: float) -> Tensor:
    probs_sort, probs_idx = torch.sort(probs, dim=-1, descending=True)
    probs_sum = torch.cumsum(probs_sort, dim=-1)
    mask = probs_sum - probs_sort > p
    probs_sort[mask] = 0.0
    probs_sort.div_(probs_sort.sum(dim=-1, keepdim=True))
    next_token = torch.multinomial(probs_sort, num_samples=1)
    return torch.gather(probs_idx, -1, next_token)


torch.manual_seed(3407)
args = ModelArgs()
model = Transformer(args)
print(model.layers[1]["feed_forward"].experts[0])
print("params", sum(p.numel() for p in set(model.parameters())), list(model.state_dict())[-2:])
text = torch.arange(120).view(6, 20).remainder(7).mul(3).add(1)
decay = [p for p in model.parameters() if p.dim() >= 2]
no_decay = [p for p in model.parameters() if p.dim() < 2]
optimizer = torch.optim.AdamW(
    [{"params": decay, "weight_decay": 0.1}, {"params": no_decay, "weight_decay": 0.0}],
    lr=1e-2,
    betas=args.betas,
)


def get_lr(it, warmup=3, total=12, lr=1e-2, least=1e-3):
    if it < warmup:
        return lr * (it + 1) / warmup
    ratio = (it - warmup) / (total - warmup)
    return least + 0.5 * (1.0 + math.cos(math.pi * ratio)) * (lr - least)


for it in range(12):
    for group in optimizer.param_groups:
        group["lr"] = get_lr(it)
    optimizer.zero_grad(set_to_none=True)
    for micro in text.chunk(2):
        starts = torch.randint(0, 4, (len(micro),))
        x = torch.stack([row[s : s + 15] for row, s in zip(micro, starts)])
        y = torch.stack([row[s + 1 : s + 16] for row, s in zip(micro, starts)])
        logits = model(x)
        loss = F.cross_entropy(logits.view(-1, logits.size(-1)), y.reshape(-1)) / 2
        loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
    optimizer.step()
    if it % 4 == 3:
        print(f"step {it} | loss {2 * loss.item():.4f} | norm {norm:.4f}")

model.eval()
with torch.inference_mode():
    prompt = text[:2, :4]
    tokens = prompt
    logits = model(prompt, 0, use_cache=True)
    for pos in range(4, 12):
        probs = torch.softmax(logits[:, -1] / 0.7, dim=-1)
        tokens = torch.cat([tokens, sample_top_p(probs, 0.9)], dim=1)
        logits = model(tokens[:, -1:], pos, use_cache=True)
    print(tokens)
    again = model(tokens)[:, -1]
    print(torch.allclose(again, logits[:, -1], atol=1e-5), again[0, :5])


class Output(NamedTuple):
    logits: Tensor
    attentions: List[Tensor]


class PatchEmbed(nn.Module):
    def __init__(self, img_size=8, patch_size=4, in_chans=3, embed_dim=16):
        super().__init__()
        self.n_patches = (img_size // patch_size) ** 2
        self.proj = nn.Conv2d(in_chans, embed_dim, kernel_size=patch_size, stride=patch_size)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class DropPath(nn.Module):
    def __init__(self, drop_prob: float = 0.0):
        super().__init__()
        self.drop_prob = drop_prob

    def forward(self, x):
        if self.drop_prob == 0.0 or not self.training:
            return x
        keep_prob = 1 - self.drop_prob
        shape = (x.shape[0],) + (1,) * (x.ndim - 1)
        random_tensor = x.new_empty(shape).bernoulli_(keep_prob)
        return x * random_tensor.div_(keep_prob)


class VisionTransformer(nn.Module):
    def __init__(self, dim=16, heads=2, classes=4):
        super().__init__()
        self.patch_embed = PatchEmbed(embed_dim=dim)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + self.patch_embed.n_patches, dim))
        self.norm1, self.norm2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
        self.qkv, self.proj = nn.Linear(dim, dim * 3), nn.Linear(dim, dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))
        self.drop_path, self.heads = DropPath(0.2), heads
        self.head = nn.Linear(dim, classes)
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        nn.init.normal_(self.cls_token, std=1e-6)

    def attend(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        attn = torch.einsum("bhid,bhjd->bhij", q, k) * (C // self.heads) ** -0.5
        attn = attn.softmax(dim=-1)
        return self.proj((attn @ v).transpose(1, 2).reshape(B, N, C)), attn

    def forward(self, x) -> Output:
        x = self.patch_embed(x)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1) + self.pos_embed
        y, attn = self.attend(self.norm1(x))
        x = x + self.drop_path(y)
        x = x + self.drop_path(self.mlp(self.norm2(x)))
        return Output(self.head(x[:, 0]), [attn])


vit = VisionTransformer()
images = torch.randn(16, 3, 8, 8)
labels = torch.arange(16) % 4
images += labels.view(-1, 1, 1, 1) * 0.5
lam = 0.7
optimizer = torch.optim.AdamW(vit.parameters(), lr=3e-3)
for step in range(8):
    rolled = torch.roll(images, 1, dims=0)
    mixed = lam * images + (1 - lam) * rolled.flip(-1)
    out = vit(mixed).logits
    loss = lam * F.cross_entropy(out, labels) + (1 - lam) * F.cross_entropy(out, labels.roll(1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 2:
        print("vit", step, f"{loss.item():.4f}")
vit.eval()
result = vit(images)
print(result.attentions[0].shape, (result.logits.argmax(-1) == labels).float().mean().item())
print(torch.topk(result.logits.softmax(-1)[0], k=2))
