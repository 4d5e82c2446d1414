"""Programs of 2017: Variable, volatile-free evaluation, `.data[0]`'s heirs, typed constructors."""

from __future__ import absolute_import, division, print_function

from collections import OrderedDict
from itertools import count

import numpy as np
import torch
import torch.autograd
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Variable
from torch.nn import init

USE_CUDA = torch.cuda.is_available()
FloatTensor = torch.cuda.FloatTensor if USE_CUDA else torch.FloatTensor
LongTensor = torch.cuda.LongTensor if USE_CUDA else torch.LongTensor
dtype = FloatTensor
torch.manual_seed(2017)
if USE_CUDA:
    torch.cuda.manual_seed_all(2017)

# A polynomial is fitted batch by batch, until the loss is small.
POLY_DEGREE = 4
W_target = torch.randn(POLY_DEGREE, 1) * 5
b_target = torch.randn(1) * 5


def make_features(x):
    """Builds features, i.e. a matrix with columns [x, x^2, x^3, x^4]."""
    x = x.unsqueeze(1)
    return torch.cat([x**i for i in range(1, POLY_DEGREE + 1)], 1)


def f(x):
    return x.mm(W_target) + b_target.item()


def poly_desc(W, b):
    result = "y = "
    for i, w in enumerate(W):
        result += "{:+.2f} x^{} ".format(w, i + 1)
    result += "{:+.2f}".format(b[0])
    return result


def get_batch(batch_size=32):
    random = torch.randn(batch_size)
    x = make_features(random)
    y = f(x)
    return Variable(x), Variable(y)


fc = torch.nn.Linear(W_target.size(0), 1)
for batch_idx in count(1):
    batch_x, batch_y = get_batch()
    fc.zero_grad()
    output = F.smooth_l1_loss(fc(batch_x), batch_y)
    loss = output.item()
    output.backward()
    for param in fc.parameters():
        param.data.add_(-0.1 * param.grad)
    if loss < 1e-3 or batch_idx > 60:
        break
print("Loss: {:.6f} after {} batches".format(loss, batch_idx))
print("==> Learned function:\t" + poly_desc(fc.weight.view(-1), fc.bias))
print("==> Actual function:\t" + poly_desc(W_target.view(-1), b_target))


class MLP(nn.Module):
    def __init__(self, sizes=(6, 12, 3)):
        super(MLP, self).__init__()
        layers = OrderedDict()
        for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
            layers["fc%d" % i] = nn.Linear(a, b)
            if i < len(sizes) - 2:
                layers["tanh%d" % i] = nn.Tanh()
        self.layers = nn.Sequential(layers)
        for p in self.parameters():
            if p.dim() > 1:
                init.xavier_uniform(p)

    def forward(self, x):
        return F.log_softmax(self.layers(x))


net = MLP().type(dtype)
print(net)
x = np.random.RandomState(0).randn(30, 6)
y = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0.5)
x, y = Variable(torch.from_numpy(x).type(dtype)), Variable(torch.from_numpy(y).type(LongTensor))
optimizer = torch.optim.SGD(net.parameters(), 0.5, 0.9)
criterion = nn.NLLLoss(size_average=True)
for i in range(20):
    optimizer.zero_grad()
    loss = criterion(net(x), y)
    loss.backward()
    torch.nn.utils.clip_grad_norm(net.parameters(), 0.5)
    optimizer.step()
    if i % 5 == 4:
        print("%3d  %.4f" % (i, loss.data.item()))
pred = net(x).data.max(1)[1]
print("Accuracy: %d/%d" % (pred.eq(y.data).cpu().sum(), len(y)))
print("{:.2f}%".format(100.0 * (pred == y.data).sum() / y.size(0)))

# Old spellings of functions.
t = torch.Tensor([[1, -2], [3, 4]])
print(t.type(), t.long().type(), t.byte().type(), t.numpy().dtype, t.size(0), t.nelement())
print(F.sigmoid(t), F.tanh(t), F.relu(t, inplace=False))
print(torch.Tensor(2, 3).zero_().fill_(7), torch.LongTensor([1, 2]), torch.ByteTensor([1, 0]))
print(t.new([5, 6]), t.new(2).zero_(), t.new_tensor([1.5]), t.new_full((2,), 3))
print(torch.zeros(2).scatter_(0, torch.LongTensor([1]), 9), t.index_select(1, LongTensor([1])))
print(t.gather(1, LongTensor([[0], [1]])), t.masked_select(t > 0), t.nonzero().size())
print(torch.cat((t, t), 1), torch.stack([t, t]).size(), t.sum(1), t.max(0)[0], t.norm(2, 1))
one_hot = torch.FloatTensor(4, 3).zero_()
one_hot.scatter_(1, torch.LongTensor([0, 2, 1, 0]).unsqueeze(1), 1.0)
print(one_hot)
print(torch.addmm(torch.ones(2, 2), t, t), torch.baddbmm(torch.ones(1, 2, 2), t[None], t[None]))
print(t.clamp(-1, 1).cumsum(1), t.clone().mul_(2).sub_(1), t.abs().sqrt().cpu().tolist())
print(torch.is_tensor(t), torch.numel(t), t.is_contiguous(), t.t().is_contiguous(), t.stride())
print(t.expand(2, 2, 2).contiguous().view(-1), t.repeat(1, 2), t.unsqueeze(0).squeeze(0).dim())
v = Variable(torch.ones(2, 2), requires_grad=True)
(v * v).sum().backward()
print(v.grad.data, v.grad, v.data.storage().size(), v.is_leaf)
h = v.register_hook(lambda grad: grad * 2)
v.sum().backward()
h.remove()
print(v.grad)
w = Variable(torch.randn(3), requires_grad=False)
print(w.requires_grad, isinstance(w, Variable), isinstance(w, torch.FloatTensor), type(w))


class MyReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input


z = Variable(t, requires_grad=True)
MyReLU.apply(z).sum().backward()
print(z.grad)
rnn = nn.RNNCell(2, 3)
hx = Variable(torch.zeros(1, 3))
for step in range(3):
    hx = rnn(Variable(t[:1]), hx)
print(hx)
loss_fn = nn.BCELoss(size_average=False)
print(loss_fn(F.sigmoid(hx), Variable(torch.ones(1, 3))))
print(nn.MSELoss(reduce=False)(hx, torch.zeros(1, 3)), nn.L1Loss()(hx, torch.zeros(1, 3)))
print(nn.Softmax()(t), nn.KLDivLoss(reduction="sum")(F.log_softmax(t, 1), F.softmax(-t, 1)))
print(nn.Upsample(scale_factor=2, mode="nearest")(t.view(1, 1, 2, 2)))
print(nn.functional.upsample(t.view(1, 1, 2, 2), size=(3, 3), mode="bilinear"))
print(torch.range(1, 4), torch.arange(0, 1, 0.25), torch.linspace(0, 1, 3), torch.eye(2))
print(torch.ger(torch.arange(3.0), torch.ones(2)), torch.dot(w, w) > 0, torch.mv(t, t[0]))
