"""A program in the style of those in the wild: wrapped modules, distributions, scaled losses.

It prints the same under PyTorch and under minigrad.
"""

import subprocess
import sys

PROGRAM = """
import torch
import torch.distributed as dist
from torch import nn, optim
from torch.distributions import Beta, Categorical, Gamma, Independent, Normal, kl_divergence
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel as DDP
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data.distributed import DistributedSampler

torch.manual_seed(0)
torch.backends.cudnn.benchmark = True
torch.backends.cuda.matmul.allow_tf32 = True
torch.use_deterministic_algorithms(True)
dist.init_process_group("gloo", init_method="file://STORE", rank=0, world_size=1)
device = torch.accelerator.current_accelerator() or torch.device("cpu")


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Linear(20, 16)
        self.mean, self.spread = nn.Linear(16, 3), nn.Linear(16, 3)
        self.decode = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 20))

    def forward(self, x):
        hidden = F.relu(self.encode(x))
        q = Normal(self.mean(hidden), F.softplus(self.spread(hidden)) + 1e-3)
        return self.decode(q.rsample()), q


data = TensorDataset((torch.rand(256, 20) > 0.7).float())
sampler = DistributedSampler(data)
loader = DataLoader(data, batch_size=32, sampler=sampler)
model = DDP(VAE().to(device))
optimizer = optim.Adam(model.parameters(), lr=1e-2)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
prior = Independent(Normal(torch.zeros(3), torch.ones(3)), 1)
for epoch in range(5):
    sampler.set_epoch(epoch)
    total = torch.zeros(())
    for (x,) in loader:
        optimizer.zero_grad()
        with torch.autocast("cpu", enabled=False):
            logits, q = model(x)
            loss = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
            loss = loss + kl_divergence(Independent(q, 1), prior).sum()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), 50.0)
        scaler.step(optimizer)
        scaler.update()
        total += loss.detach()
    dist.all_reduce(total)
    print(f"epoch {epoch}: {total / len(data):.4f} on {dist.get_world_size()}")
print(sorted(model.state_dict())[:2], scaler.get_scale())

# A bandit that learns by REINFORCE.
policy = nn.Linear(1, 4)
optimizer = optim.SGD(policy.parameters(), lr=0.5)
rewards = torch.tensor([0.1, 0.5, 0.2, 0.9])
for _ in range(60):
    chosen = Categorical(logits=policy(torch.ones(8, 1)))
    action = chosen.sample()
    gain = (chosen.log_prob(action) * (rewards[action] - 0.4)).mean()
    loss = -gain - 0.01 * chosen.entropy().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([round(p, 4) for p in F.softmax(policy(torch.ones(1)), -1).tolist()])
print(Gamma(2.0, 3.0).sample((3,)), Beta(0.5, 0.5).sample(), Normal(0.0, 1.0))
dist.destroy_process_group()
"""


def run(script, *args):
    command = [sys.executable, "-W", "ignore", *args, script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_as_with_pytorch(tmp_path):
    script = tmp_path / "program.py"
    script.write_text(PROGRAM.replace("STORE", str(tmp_path / "store")))
    expected = run(str(script))
    found = run(str(script), "-m", "minigrad_torch_compat", "run")
    assert found == expected
    assert "epoch 4" in found
