"""Word vectors three ways: n-grams, CBOW, and skip-gram with negative sampling (SparseAdam)."""

from collections import Counter

import numpy as np
import torch
import torch.autograd as autograd
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(1)
rng = np.random.RandomState(1)

CONTEXT_SIZE = 2
EMBEDDING_DIM = 10
text = """A river bends where the old stones stand and the river sings where the young
reeds bend and the stones stand where the river sings and the reeds bend""".split()
trigrams = [([text[i], text[i + 1]], text[i + 2]) for i in range(len(text) - 2)]
print(trigrams[:3])
vocab = sorted(set(text))
word_to_ix = {word: i for i, word in enumerate(vocab)}

embeds = nn.Embedding(2, 5)
lookup_tensor = torch.tensor([word_to_ix["A"]], dtype=torch.long)
print(embeds(lookup_tensor))


class NGramLanguageModeler(nn.Module):
    def __init__(self, vocab_size, embedding_dim, context_size):
        super(NGramLanguageModeler, self).__init__()
        self.embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.linear1 = nn.Linear(context_size * embedding_dim, 32)
        self.linear2 = nn.Linear(32, vocab_size)

    def forward(self, inputs):
        embeds = self.embeddings(inputs).view((1, -1))
        out = F.relu(self.linear1(embeds))
        out = self.linear2(out)
        return F.log_softmax(out, dim=1)


losses = []
loss_function = nn.NLLLoss()
model = NGramLanguageModeler(len(vocab), EMBEDDING_DIM, CONTEXT_SIZE)
optimizer = optim.SGD(model.parameters(), lr=0.01)
for epoch in range(6):
    total_loss = torch.Tensor([0])
    for context, target in trigrams:
        context_idxs = torch.LongTensor([word_to_ix[w] for w in context])
        model.zero_grad()
        log_probs = model(autograd.Variable(context_idxs))
        loss = loss_function(
            log_probs, autograd.Variable(torch.tensor([word_to_ix[target]], dtype=torch.long))
        )
        loss.backward()
        optimizer.step()
        total_loss += loss.data
    losses.append(total_loss)
print(losses)
print(model.embeddings.weight[word_to_ix["river"]])


class CBOW(nn.Module):
    def __init__(self, vocab_size, dim):
        super().__init__()
        self.bag = nn.EmbeddingBag(vocab_size, dim, mode="sum")
        self.out = nn.Linear(dim, vocab_size, bias=False)

    def forward(self, contexts):
        return self.out(self.bag(contexts))


contexts = torch.tensor(
    [[word_to_ix[text[i + k]] for k in (-2, -1, 1, 2)] for i in range(2, len(text) - 2)]
)
targets = torch.tensor([word_to_ix[text[i]] for i in range(2, len(text) - 2)])
cbow = CBOW(len(vocab), 8)
optimizer = optim.Adagrad(cbow.parameters(), lr=0.3)
for epoch in range(10):
    optimizer.zero_grad()
    loss = F.cross_entropy(cbow(contexts), targets)
    loss.backward()
    optimizer.step()
print("cbow %.4f" % loss.item(), (cbow(contexts).argmax(1) == targets).float().mean())


class SkipGram(nn.Module):
    def __init__(self, size, dim):
        super(SkipGram, self).__init__()
        self.u_embeddings = nn.Embedding(size, dim, sparse=True)
        self.v_embeddings = nn.Embedding(size, dim, sparse=True)
        initrange = 0.5 / dim
        self.u_embeddings.weight.data.uniform_(-initrange, initrange)
        self.v_embeddings.weight.data.uniform_(-0, 0)

    def forward(self, u_pos, v_pos, v_neg):
        embed_u = self.u_embeddings(u_pos)
        embed_v = self.v_embeddings(v_pos)
        score = torch.mul(embed_u, embed_v)
        score = torch.sum(score, dim=1)
        log_target = F.logsigmoid(score).squeeze()
        neg_embed_v = self.v_embeddings(v_neg)
        neg_score = torch.bmm(neg_embed_v, embed_u.unsqueeze(2)).squeeze(2)
        neg_score = torch.sum(neg_score, dim=1)
        sum_log_sampled = F.logsigmoid(-1 * neg_score).squeeze()
        loss = log_target + sum_log_sampled
        return -1 * loss.sum() / u_pos.size(0)


counts = Counter(text)
powers = np.array([counts[w] for w in vocab]) ** 0.75
table = torch.from_numpy(powers / powers.sum()).float()
pairs = [
    (word_to_ix[text[i]], word_to_ix[text[j]])
    for i in range(len(text))
    for j in range(max(0, i - 2), min(len(text), i + 3))
    if i != j
]
pairs = torch.tensor(pairs)
model = SkipGram(len(vocab), 8)
optimizer = optim.SparseAdam(list(model.parameters()), lr=0.05)
for epoch in range(8):
    order = torch.from_numpy(rng.permutation(len(pairs)))
    for rows in order.split(32):
        centre, around = pairs[rows].t()
        negative = torch.multinomial(table, len(rows) * 3, replacement=True).view(-1, 3)
        optimizer.zero_grad()
        loss = model(centre, around, negative)
        loss.backward()
        optimizer.step()
print("skip-gram %.4f" % loss.item())
vectors = F.normalize(model.u_embeddings.weight.data)
near = (vectors @ vectors[word_to_ix["river"]]).topk(3)
print([vocab[i] for i in near.indices], near.values)
pretrained = nn.Embedding.from_pretrained(vectors, freeze=True)
print(pretrained, pretrained.weight.requires_grad)
