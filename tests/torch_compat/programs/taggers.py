"""Part-of-speech tags: an LSTM sentence by sentence, a BiLSTM over packed batches, a CRF."""

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
)

torch.manual_seed(1)

lstm = nn.LSTM(3, 3)
inputs = [torch.randn(1, 3) for _ in range(5)]
hidden = (torch.randn(1, 1, 3), torch.randn(1, 1, 3))
for i in inputs:
    out, hidden = lstm(i.view(1, 1, -1), hidden)
inputs = torch.cat(inputs).view(len(inputs), 1, -1)
hidden = (torch.randn(1, 1, 3), torch.randn(1, 1, 3))
out, hidden = lstm(inputs, hidden)
print(out)
print(hidden)


def prepare_sequence(seq, to_ix):
    idxs = [to_ix[w] for w in seq]
    return torch.tensor(idxs, dtype=torch.long)


training_data = [
    ("The cat drank the milk".split(), ["DET", "NN", "V", "DET", "NN"]),
    ("Nobody saw that bird".split(), ["NN", "V", "DET", "NN"]),
    ("Birds sing".split(), ["NN", "V"]),
    ("The old bird saw the cat".split(), ["DET", "ADJ", "NN", "V", "DET", "NN"]),
]
word_to_ix = {"<pad>": 0}
for sent, tags in training_data:
    for word in sent:
        word_to_ix.setdefault(word, len(word_to_ix))
tag_to_ix = {"DET": 0, "NN": 1, "V": 2, "ADJ": 3}
print(word_to_ix)


class LSTMTagger(nn.Module):
    def __init__(self, embedding_dim, hidden_dim, vocab_size, tagset_size):
        super(LSTMTagger, self).__init__()
        self.hidden_dim = hidden_dim
        self.word_embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim)
        self.hidden2tag = nn.Linear(hidden_dim, tagset_size)

    def forward(self, sentence):
        embeds = self.word_embeddings(sentence)
        lstm_out, _ = self.lstm(embeds.view(len(sentence), 1, -1))
        tag_space = self.hidden2tag(lstm_out.view(len(sentence), -1))
        return F.log_softmax(tag_space, dim=1)


model = LSTMTagger(6, 6, len(word_to_ix), len(tag_to_ix))
loss_function = nn.NLLLoss()
optimizer = optim.SGD(model.parameters(), lr=0.1)
with torch.no_grad():
    print(model(prepare_sequence(training_data[0][0], word_to_ix)))
for epoch in range(15):
    for sentence, tags in training_data:
        model.zero_grad()
        tag_scores = model(prepare_sequence(sentence, word_to_ix))
        loss = loss_function(tag_scores, prepare_sequence(tags, tag_to_ix))
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(model(prepare_sequence(training_data[0][0], word_to_ix)).exp(), loss)


class BiLSTM(nn.Module):
    def __init__(self, vocab, emb=8, hidden=6, layers=2, tags=4):
        super().__init__()
        self.embedding = nn.Embedding(vocab, emb, padding_idx=0)
        self.lstm = nn.LSTM(
            emb, hidden, num_layers=layers, bidirectional=True, batch_first=True, dropout=0.2
        )
        self.fc = nn.Linear(2 * hidden, tags)

    def forward(self, text, lengths):
        packed = pack_padded_sequence(self.embedding(text), lengths, batch_first=True)
        assert isinstance(packed, PackedSequence)
        self.lstm.flatten_parameters()
        packed_out, (h_n, c_n) = self.lstm(packed)
        output, out_lengths = pad_packed_sequence(packed_out, batch_first=True)
        sentence = torch.cat((h_n[-2, :, :], h_n[-1, :, :]), dim=1)
        return self.fc(output), sentence, out_lengths


data = sorted(training_data, key=lambda pair: len(pair[0]), reverse=True)
text = pad_sequence([prepare_sequence(s, word_to_ix) for s, _ in data], batch_first=True)
tags = pad_sequence(
    [prepare_sequence(t, tag_to_ix) for _, t in data], batch_first=True, padding_value=-1
)
lengths = torch.tensor([len(s) for s, _ in data])
print(text, tags, lengths)
net = BiLSTM(len(word_to_ix))
criterion = nn.CrossEntropyLoss(ignore_index=-1)
optimizer = optim.Adam(net.parameters(), lr=0.02)
for epoch in range(6):
    optimizer.zero_grad()
    scores, sentence, out_lengths = net(text, lengths)
    loss = criterion(scores.transpose(1, 2), tags)
    loss.backward()
    print(f"{loss.item():.4f}", f"{net.embedding.weight.grad[0].abs().sum():.1f}")
    optimizer.step()
print(sentence.shape, out_lengths)
mask = tags != -1
net.eval()
predicted = net(text, lengths)[0].argmax(-1)
print("accuracy {:.3f}".format((predicted[mask] == tags[mask]).float().mean().item()))
packed = pack_sequence([torch.tensor([1.0, 2, 3]), torch.tensor([4.0, 5]), torch.tensor([6.0])])
print(packed)
print(
    pack_padded_sequence(
        torch.arange(6.0).view(2, 3), [1, 3], batch_first=True, enforce_sorted=False
    )
)


# A CRF on top, as in the tutorial of 2017: the forward algorithm, step by step.
def log_sum_exp(vec):
    max_score = vec[0, vec.max(1)[1].item()]
    max_score_broadcast = max_score.view(1, -1).expand(1, vec.size()[1])
    return max_score + torch.log(torch.sum(torch.exp(vec - max_score_broadcast)))


class CRF(nn.Module):
    def __init__(self, tags):
        super(CRF, self).__init__()
        self.start, self.stop, self.size = tags, tags + 1, tags + 2
        self.transitions = nn.Parameter(torch.randn(self.size, self.size))
        self.transitions.data[self.start, :] = -10000
        self.transitions.data[:, self.stop] = -10000

    def forward_algorithm(self, feats):
        init_alphas = torch.full((1, self.size), -10000.0)
        init_alphas[0][self.start] = 0.0
        forward_var = init_alphas
        for feat in feats:
            alphas_t = []
            for next_tag in range(self.size):
                emit_score = feat[next_tag].view(1, -1).expand(1, self.size)
                trans_score = self.transitions[next_tag].view(1, -1)
                next_tag_var = forward_var + trans_score + emit_score
                alphas_t.append(log_sum_exp(next_tag_var).view(1))
            forward_var = torch.cat(alphas_t).view(1, -1)
        return log_sum_exp(forward_var + self.transitions[self.stop])

    def score(self, feats, tags):
        score = torch.zeros(1)
        tags = torch.cat([torch.tensor([self.start], dtype=torch.long), tags])
        for i, feat in enumerate(feats):
            score = score + self.transitions[tags[i + 1], tags[i]] + feat[tags[i + 1]]
        return score + self.transitions[self.stop, tags[-1]]

    def decode(self, feats):
        backpointers = []
        forward_var = torch.full((1, self.size), -10000.0)
        forward_var[0][self.start] = 0
        for feat in feats:
            scores = forward_var + self.transitions
            best, ids = torch.max(scores, 1)
            forward_var = (best + feat).view(1, -1)
            backpointers.append(ids.tolist())
        path_score, best_tag = (forward_var + self.transitions[self.stop]).max(1)
        path = [best_tag.item()]
        for ids in reversed(backpointers):
            path.append(ids[path[-1]])
        path.pop()
        path.reverse()
        return path_score[0], path


crf = CRF(4)
emissions = nn.Linear(len(word_to_ix), 6)
optimizer = optim.SGD(list(crf.parameters()) + list(emissions.parameters()), lr=0.2)
for epoch in range(4):
    for sentence, tags in training_data:
        one_hot = F.one_hot(prepare_sequence(sentence, word_to_ix), len(word_to_ix)).float()
        feats = emissions(one_hot)
        gold = prepare_sequence(tags, tag_to_ix)
        loss = crf.forward_algorithm(feats) - crf.score(feats, gold)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("crf {:.4f}".format(loss.item()))
print(crf.decode(feats))
