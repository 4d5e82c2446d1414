"""Small programs of beginners: linear and logistic regression, factors, autoencoders, DQN."""

import random
from collections import deque, namedtuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset

seed = 42
random.seed(seed)
np.random.seed(seed)
torch.manual_seed(seed)
torch.cuda.manual_seed_all(seed)
torch.backends.cudnn.deterministic = True
torch.backends.cudnn.benchmark = False
device = "cuda" if torch.cuda.is_available() else "cpu"
print(f"Using {device} device")

# Linear regression, from NumPy and back
x_train = np.array([[3.3], [4.4], [5.5], [6.71], [6.93], [4.168], [9.779]], dtype=np.float32)
y_train = np.array([[1.7], [2.76], [2.09], [3.19], [1.694], [1.573], [3.366]], dtype=np.float32)
model = nn.Linear(1, 1)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
for epoch in range(60):
    inputs = torch.from_numpy(x_train)
    targets = torch.from_numpy(y_train)
    loss = criterion(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if (epoch + 1) % 20 == 0:
        print("Epoch [{}/{}], Loss: {:.4f}".format(epoch + 1, 60, loss.item()))
predicted = model(torch.from_numpy(x_train)).detach().numpy()
print(predicted.shape, predicted.dtype, predicted.ravel()[:3])
torch.save(model.state_dict(), "model.ckpt")

# Logistic regression
X = np.random.randn(120, 4).astype(np.float32)
labels = (X @ np.array([1, -2, 0.5, 0], dtype=np.float32) > 0).astype(np.float32)


class LogisticRegression(torch.nn.Module):
    def __init__(self):
        super(LogisticRegression, self).__init__()
        self.linear = torch.nn.Linear(4, 1)

    def forward(self, x):
        return F.sigmoid(self.linear(x))


model = LogisticRegression().to(device)
criterion = torch.nn.BCELoss(reduction="mean")
optimizer = optim.SGD(model.parameters(), lr=0.5)
for epoch in range(20):
    y_pred = model(torch.Tensor(X).to(device))
    loss = criterion(y_pred.squeeze(), torch.Tensor(labels).to(device))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 5 == 4:
        acc = (y_pred.squeeze().round() == torch.tensor(labels)).sum().float() / len(labels)
        print(f"Epoch {epoch + 1} | Loss: {loss.item():.4f} | Acc: {acc:.4f}")
for name, param in model.named_parameters():
    if param.requires_grad:
        print(name, param.data)

# Matrix factorisation with biases
users, items = torch.randint(0, 15, (200,)), torch.randint(0, 10, (200,))
ratings = 3 + torch.randn(15)[users] + torch.randn(10)[items]


class MF(nn.Module):
    def __init__(self, num_users, num_items, emb_size=5):
        super(MF, self).__init__()
        self.user_emb = nn.Embedding(num_users, emb_size)
        self.user_bias = nn.Embedding(num_users, 1)
        self.item_emb = nn.Embedding(num_items, emb_size)
        self.item_bias = nn.Embedding(num_items, 1)
        self.user_emb.weight.data.uniform_(0, 0.05)
        self.item_emb.weight.data.uniform_(0, 0.05)
        self.user_bias.weight.data.uniform_(-0.01, 0.01)
        self.item_bias.weight.data.uniform_(-0.01, 0.01)

    def forward(self, u, v):
        U, V = self.user_emb(u), self.item_emb(v)
        b_u, b_v = self.user_bias(u).squeeze(), self.item_bias(v).squeeze()
        return (U * V).sum(1) + b_u + b_v


mf = MF(15, 10)
optimizer = torch.optim.Adam(mf.parameters(), lr=0.1, weight_decay=1e-5)
for i in range(15):
    loss = F.mse_loss(mf(users, items), ratings)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("mf %.4f" % loss.item())

# Autoencoders: dense, sparse with KL, denoising, convolutional
ds = TensorDataset(torch.rand(64, 1, 8, 8))
loader = DataLoader(ds, batch_size=16, shuffle=True)


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.ReLU(True), nn.Conv2d(4, 2, 3, padding=1)
        )
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(2, 4, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(True),
            nn.Conv2d(4, 1, 3, padding=1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        code = self.encoder(x)
        return code, self.decoder(code)


ae = AutoEncoder()
optimizer = torch.optim.Adam(ae.parameters(), lr=1e-2, weight_decay=1e-5)
rho = torch.FloatTensor([0.05]).unsqueeze(0)
for epoch in range(3):
    for (img,) in loader:
        noisy = img * (1 - 0.3) + torch.randn(img.size()) * 0.3
        code, output = ae(noisy)
        rho_hat = torch.sigmoid(code).mean(dim=0, keepdim=True).view(1, -1)
        kl = rho * torch.log(rho / rho_hat) + (1 - rho) * torch.log((1 - rho) / (1 - rho_hat))
        loss = nn.MSELoss()(output, img) + 1e-3 * kl.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("epoch [{}/{}], loss:{:.4f}".format(epoch + 1, 3, loss.data))

# A DQN walks along a corridor
Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))


class ReplayMemory(object):
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)

    def __len__(self):
        return len(self.memory)


class DQN(nn.Module):
    def __init__(self):
        super(DQN, self).__init__()
        self.layer1, self.layer2 = nn.Linear(5, 16), nn.Linear(16, 2)

    def forward(self, x):
        return self.layer2(F.relu(self.layer1(x)))


policy_net, target_net = DQN().to(device), DQN().to(device)
target_net.load_state_dict(policy_net.state_dict())
optimizer = optim.AdamW(policy_net.parameters(), lr=1e-2, amsgrad=True)
memory = ReplayMemory(200)
steps_done = 0
for episode in range(12):
    at, total = 0, 0.0
    state = torch.eye(5)[at].unsqueeze(0)
    for t in range(15):
        eps = 0.05 + 0.85 * np.exp(-1.0 * steps_done / 40)
        steps_done += 1
        if random.random() > eps:
            with torch.no_grad():
                action = policy_net(state).max(1).indices.view(1, 1)
        else:
            action = torch.tensor([[random.randrange(2)]], device=device, dtype=torch.long)
        at = max(0, at + (1 if action.item() == 1 else -1))
        reward = torch.tensor([1.0 if at == 4 else -0.05], device=device)
        total += reward.item()
        next_state = None if at == 4 else torch.eye(5)[at].unsqueeze(0)
        memory.push(state, action, next_state, reward)
        state = next_state
        if len(memory) >= 16:
            batch = Transition(*zip(*memory.sample(16)))
            non_final_mask = torch.tensor(
                tuple(map(lambda s: s is not None, batch.next_state)), dtype=torch.bool
            )
            non_final_next_states = torch.cat([s for s in batch.next_state if s is not None])
            values = policy_net(torch.cat(batch.state)).gather(1, torch.cat(batch.action))
            next_values = torch.zeros(16, device=device)
            with torch.no_grad():
                next_values[non_final_mask] = target_net(non_final_next_states).max(1).values
            expected = next_values * 0.9 + torch.cat(batch.reward)
            loss = nn.SmoothL1Loss()(values, expected.unsqueeze(1))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
            optimizer.step()
        target_dict, policy_dict = target_net.state_dict(), policy_net.state_dict()
        for key in policy_dict:
            target_dict[key] = policy_dict[key] * 0.1 + target_dict[key] * (1 - 0.1)
        target_net.load_state_dict(target_dict)
        if state is None:
            break
    if episode % 3 == 2:
        print("episode %d steps %d return %.2f loss %.4f" % (episode, t + 1, total, loss))
print(policy_net(torch.eye(5)).detach())
