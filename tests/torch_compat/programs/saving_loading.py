"""What the pages on saving and loading show: state dicts, optimizers, checkpoints, warm starts."""

import collections
import io
import os
import pickle

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(0)


class TheModelClass(nn.Module):
    def __init__(self):
        super(TheModelClass, self).__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(6 * 6 * 6, 12)
        self.fc2 = nn.Linear(12, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = x.view(-1, 6 * 6 * 6)
        return self.fc2(F.relu(self.fc1(x)))


model = TheModelClass()
optimizer = optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
print("Model's state_dict:")
for param_tensor in model.state_dict():
    print(param_tensor, "\t", model.state_dict()[param_tensor].size())
print("Optimizer's state_dict:")
for var_name in optimizer.state_dict():
    print(var_name, "\t", optimizer.state_dict()[var_name])
print(nn.Linear(2, 1).state_dict())

x = torch.randn(4, 3, 16, 16)
for epoch in range(2):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), torch.tensor([1, 2, 3, 4]))
    loss.backward()
    optimizer.step()
torch.save(model.state_dict(), "model_weights.pth")
model2 = TheModelClass()
print(model2.load_state_dict(torch.load("model_weights.pth", weights_only=True)))
print(torch.equal(model(x), model2(x)), model2.eval().training)

PATH = "model.pt"
torch.save(
    {
        "epoch": 5,
        "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
        "loss": loss,
        "rng": torch.get_rng_state(),
        "best": float("inf"),
        "history": [(1, 0.5), (2, 0.25)],
    },
    PATH,
)
drawn = torch.rand(2)
checkpoint = torch.load(PATH, weights_only=True)
print(sorted(checkpoint), checkpoint["epoch"], checkpoint["loss"], checkpoint["history"])
optimizer2 = optim.SGD(model2.parameters(), lr=1.0)
optimizer2.load_state_dict(checkpoint["optimizer_state_dict"])
print(optimizer2)
print(optimizer2.state_dict()["state"][3]["momentum_buffer"])
torch.set_rng_state(checkpoint["rng"])
print(torch.equal(torch.rand(2), drawn))
for m, o in ((model, optimizer), (model2, optimizer2)):
    F.cross_entropy(m(x), torch.tensor([1, 2, 3, 4])).backward()
    o.step()
    o.zero_grad()
print((model.fc1.weight - model2.fc1.weight).abs().max().item() == 0)

adam = optim.Adam(model.parameters(), lr=1e-3)
F.cross_entropy(model(x), torch.tensor([1, 2, 3, 4])).backward()
adam.step()
state = adam.state_dict()["state"][5]
print(sorted(state), state["step"], state["exp_avg"][:3], adam.param_groups[0]["betas"])

# Warm starts: renamed keys, missing keys, other shapes, prefixes of DataParallel.
weights = torch.load("model_weights.pth")
renamed = collections.OrderedDict((k.replace("fc2", "head"), v) for k, v in weights.items())
print(model.load_state_dict(renamed, strict=False))
try:
    model.load_state_dict(renamed)
except RuntimeError as error:
    print(error)
parallel = nn.DataParallel(model)
print(list(parallel.state_dict())[:2])
pretrained = {k: v for k, v in weights.items() if k in model.state_dict() and v.size(0) != 10}
model_dict = model.state_dict()
model_dict.update(pretrained)
model.load_state_dict(model_dict)
weights["fc2.bias"] = torch.zeros(3)
try:
    model.load_state_dict(weights)
except RuntimeError as error:
    print(error)

# Whole modules, buffers in memory, tensors that share memory, NumPy.
buffer = io.BytesIO()
torch.save(model, buffer)
buffer.seek(0)
again = torch.load(buffer, weights_only=False)
print(type(again).__name__, torch.equal(again(x), model(x)))
base = torch.arange(6.0)
torch.save([base, base[2:4]], "views.pt")
a, b = torch.load("views.pt")
b.zero_()
print(a, os.path.getsize("views.pt") > 0)
torch.save(torch.tensor([1.5]), "t.pt")
print(torch.load("t.pt", map_location=lambda storage, loc: storage), torch.load("t.pt", "cpu"))
try:
    torch.save({"f": len}, "bad.pt")
    torch.load("bad.pt")
except Exception as error:
    print(type(error).__name__)
np.save("array.npy", model.fc2.weight.detach().numpy())
model.fc2.weight.data.copy_(torch.from_numpy(np.load("array.npy")) * 2)
print(model.fc2.weight.data.div(torch.from_numpy(np.load("array.npy"))).unique())
clone = pickle.loads(pickle.dumps(model.fc2))
print(clone, torch.equal(clone.weight, model.fc2.weight))
model.half().float()
print(next(model.parameters()).dtype, sum(p.numel() * p.element_size() for p in model.parameters()))
