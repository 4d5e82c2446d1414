"""Numbers in words: a GRU encoder and a decoder with attention, teacher forcing, beam of one."""

import random
import re

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(5)
random.seed(5)
SOS_token = 0
EOS_token = 1
MAX_LENGTH = 6
ONES = "zero one two three four five six seven eight nine".split()


class Lang:
    def __init__(self, name):
        self.name = name
        self.word2index = {}
        self.word2count = {}
        self.index2word = {0: "SOS", 1: "EOS"}
        self.n_words = 2

    def addSentence(self, sentence):
        for word in sentence.split(" "):
            if word not in self.word2index:
                self.word2index[word] = self.n_words
                self.word2count[word] = 1
                self.index2word[self.n_words] = word
                self.n_words += 1
            else:
                self.word2count[word] += 1


def normalizeString(s):
    s = re.sub(r"([.!?])", r" \1", s.lower().strip())
    return re.sub(r"[^a-zA-Z0-9.!?]+", r" ", s)


pairs = []
input_lang, output_lang = Lang("digits"), Lang("words")
for n in range(0, 1000, 37):
    digits = " ".join(str(n))
    words = normalizeString(" ".join(ONES[int(d)] for d in reversed(str(n))) + "!")
    pairs.append((digits, words))
    input_lang.addSentence(digits)
    output_lang.addSentence(words)
print(input_lang.n_words, output_lang.n_words, pairs[3])


class EncoderRNN(nn.Module):
    def __init__(self, input_size, hidden_size):
        super(EncoderRNN, self).__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(input_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size)

    def forward(self, input, hidden):
        embedded = self.embedding(input).view(1, 1, -1)
        output = embedded
        output, hidden = self.gru(output, hidden)
        return output, hidden

    def initHidden(self):
        return torch.zeros(1, 1, self.hidden_size, device=device)


class AttnDecoderRNN(nn.Module):
    def __init__(self, hidden_size, output_size, dropout_p=0.1, max_length=MAX_LENGTH):
        super(AttnDecoderRNN, self).__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(output_size, hidden_size)
        self.attn = nn.Linear(self.hidden_size * 2, max_length)
        self.attn_combine = nn.Linear(self.hidden_size * 2, self.hidden_size)
        self.dropout = nn.Dropout(dropout_p)
        self.gru = nn.GRU(self.hidden_size, self.hidden_size)
        self.out = nn.Linear(self.hidden_size, output_size)

    def forward(self, input, hidden, encoder_outputs):
        embedded = self.embedding(input).view(1, 1, -1)
        embedded = self.dropout(embedded)
        attn_weights = F.softmax(self.attn(torch.cat((embedded[0], hidden[0]), 1)), dim=1)
        attn_applied = torch.bmm(attn_weights.unsqueeze(0), encoder_outputs.unsqueeze(0))
        output = torch.cat((embedded[0], attn_applied[0]), 1)
        output = self.attn_combine(output).unsqueeze(0)
        output = F.relu(output)
        output, hidden = self.gru(output, hidden)
        output = F.log_softmax(self.out(output[0]), dim=1)
        return output, hidden, attn_weights


def tensorFromSentence(lang, sentence):
    indexes = [lang.word2index[word] for word in sentence.split(" ")] + [EOS_token]
    return torch.tensor(indexes, dtype=torch.long, device=device).view(-1, 1)


def train(input_tensor, target_tensor, encoder, decoder, optimizers, criterion):
    encoder_hidden = encoder.initHidden()
    for optimizer in optimizers:
        optimizer.zero_grad()
    encoder_outputs = torch.zeros(MAX_LENGTH, encoder.hidden_size, device=device)
    loss = 0
    for ei in range(input_tensor.size(0)):
        encoder_output, encoder_hidden = encoder(input_tensor[ei], encoder_hidden)
        encoder_outputs[ei] = encoder_output[0, 0]
    decoder_input = torch.tensor([[SOS_token]], device=device)
    decoder_hidden = encoder_hidden
    if random.random() < 0.5:
        for di in range(target_tensor.size(0)):
            decoder_output, decoder_hidden, _ = decoder(
                decoder_input, decoder_hidden, encoder_outputs
            )
            loss += criterion(decoder_output, target_tensor[di])
            decoder_input = target_tensor[di]
    else:
        for di in range(target_tensor.size(0)):
            decoder_output, decoder_hidden, _ = decoder(
                decoder_input, decoder_hidden, encoder_outputs
            )
            topv, topi = decoder_output.topk(1)
            decoder_input = topi.squeeze().detach()
            loss += criterion(decoder_output, target_tensor[di])
            if decoder_input.item() == EOS_token:
                break
    loss.backward()
    for optimizer in optimizers:
        optimizer.step()
    return loss.item() / target_tensor.size(0)


def evaluate(encoder, decoder, sentence):
    with torch.no_grad():
        input_tensor = tensorFromSentence(input_lang, sentence)
        encoder_hidden = encoder.initHidden()
        encoder_outputs = torch.zeros(MAX_LENGTH, encoder.hidden_size, device=device)
        for ei in range(input_tensor.size()[0]):
            encoder_output, encoder_hidden = encoder(input_tensor[ei], encoder_hidden)
            encoder_outputs[ei] += encoder_output[0, 0]
        decoder_input = torch.tensor([[SOS_token]], device=device)
        decoder_hidden = encoder_hidden
        decoded_words = []
        decoder_attentions = torch.zeros(MAX_LENGTH, MAX_LENGTH)
        for di in range(MAX_LENGTH):
            decoder_output, decoder_hidden, decoder_attention = decoder(
                decoder_input, decoder_hidden, encoder_outputs
            )
            decoder_attentions[di] = decoder_attention.data
            topv, topi = decoder_output.data.topk(1)
            if topi.item() == EOS_token:
                decoded_words.append("<EOS>")
                break
            decoded_words.append(output_lang.index2word[topi.item()])
            decoder_input = topi.squeeze().detach()
        return decoded_words, decoder_attentions[: di + 1]


encoder1 = EncoderRNN(input_lang.n_words, 24).to(device)
attn_decoder1 = AttnDecoderRNN(24, output_lang.n_words, dropout_p=0.1).to(device)
optimizers = [optim.SGD(m.parameters(), lr=0.05) for m in (encoder1, attn_decoder1)]
criterion = nn.NLLLoss()
total = 0
for iter in range(1, 121):
    digits, words = random.choice(pairs)
    total += train(
        tensorFromSentence(input_lang, digits),
        tensorFromSentence(output_lang, words),
        encoder1,
        attn_decoder1,
        optimizers,
        criterion,
    )
    if iter % 30 == 0:
        print("(%d %d%%) %.4f" % (iter, iter / 120 * 100, total / 30))
        total = 0
encoder1.eval(), attn_decoder1.eval()
for digits, words in pairs[:3]:
    output_words, attentions = evaluate(encoder1, attn_decoder1, digits)
    print(">", digits, "=", words, "<", " ".join(output_words))
print(attentions)


# The same in batches, with attention after Bahdanau.
class BahdanauAttention(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.Wa = nn.Linear(hidden_size, hidden_size)
        self.Ua = nn.Linear(hidden_size, hidden_size)
        self.Va = nn.Linear(hidden_size, 1)

    def forward(self, query, keys):
        scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys)))
        scores = scores.squeeze(2).unsqueeze(1)
        weights = F.softmax(scores, dim=-1)
        return torch.bmm(weights, keys), weights


class Batched(nn.Module):
    def __init__(self, size_in, size_out, hidden):
        super().__init__()
        self.emb_in = nn.Embedding(size_in, hidden, padding_idx=0)
        self.encoder = nn.GRU(hidden, hidden, batch_first=True, bidirectional=False)
        self.emb_out = nn.Embedding(size_out, hidden)
        self.attention = BahdanauAttention(hidden)
        self.decoder = nn.GRU(2 * hidden, hidden, batch_first=True)
        self.out = nn.Linear(hidden, size_out)

    def forward(self, source, target):
        keys, hidden = self.encoder(self.emb_in(source))
        last = torch.empty(source.size(0), 1, dtype=torch.long).fill_(SOS_token)
        outputs = []
        for i in range(target.size(1)):
            query = hidden.permute(1, 0, 2)
            context, _ = self.attention(query, keys)
            output, hidden = self.decoder(torch.cat((self.emb_out(last), context), 2), hidden)
            outputs.append(self.out(output))
            last = target[:, i].unsqueeze(1)
        return F.log_softmax(torch.cat(outputs, dim=1), dim=-1)


source = torch.zeros(len(pairs), MAX_LENGTH, dtype=torch.int64)
target = torch.full((len(pairs), MAX_LENGTH), -100)
for i, (digits, words) in enumerate(pairs):
    a, b = tensorFromSentence(input_lang, digits), tensorFromSentence(output_lang, words)
    source[i, : len(a)] = a[:, 0]
    target[i, : len(b)] = b[:, 0]
model = Batched(input_lang.n_words, output_lang.n_words, 16)
optimizer = optim.Adam(model.parameters(), lr=0.01)
for epoch in range(8):
    optimizer.zero_grad()
    log_probs = model(source, target.clamp(min=0))
    loss = F.nll_loss(log_probs.flatten(0, 1), target.view(-1), ignore_index=-100)
    loss.backward()
    optimizer.step()
    print(epoch, f"{loss.item():.4f}")
