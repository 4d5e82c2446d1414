"""What large programs set and ask for, although it changes little on one processor."""

import contextlib
import datetime
import logging
import os
import sys
import warnings
from typing import Dict, List, Optional

import torch
import torch.backends.cudnn as cudnn
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F
from torch.cuda.amp import GradScaler, autocast
from torch.nn.parallel import DistributedDataParallel as DDP
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, _LRScheduler
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset
from torch.utils.data.distributed import DistributedSampler as SameSampler

warnings.simplefilter("ignore")
logger = logging.getLogger(__name__)
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
os.environ.setdefault("MASTER_ADDR", "localhost")
os.environ.setdefault("MASTER_PORT", "29571")
SEED = 1234
torch.manual_seed(SEED)
torch.cuda.manual_seed(SEED)
cudnn.benchmark, cudnn.deterministic, cudnn.enabled = False, True, True
torch.backends.cuda.matmul.allow_tf32 = True
torch.backends.cudnn.allow_tf32 = True
torch.set_float32_matmul_precision("high")
torch.set_printoptions(precision=3, sci_mode=False, linewidth=90)
torch.autograd.set_detect_anomaly(False)
print(torch.cuda.is_available(), torch.cuda.device_count(), torch.__version__ >= "1.6")
print(torch.get_default_dtype(), torch.is_grad_enabled(), SameSampler is DistributedSampler)
device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else "cpu"
print(device, torch.device("cuda:0").index, torch.device("cuda", 1), str(torch.device("cpu")))


@torch.jit.script
def fused_gelu(x):
    return x * 0.5 * (1.0 + torch.erf(x / 1.41421))


class Scripted(nn.Module):
    __constants__ = ["scale"]
    scale: float

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = scale
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])

    @torch.jit.export
    def extra(self, x: torch.Tensor, names: Optional[List[str]] = None) -> torch.Tensor:
        return x * self.scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x * self.scale


scripted = torch.jit.script(Scripted(2.0))
x = torch.randn(3, 4)
print(fused_gelu(x), scripted(x).detach(), scripted.extra(x)[0])
traced = torch.jit.trace(scripted.eval(), x)
print(torch.allclose(traced(x), scripted(x)))


class Warmup(LRScheduler):
    def __init__(self, optimizer: Optimizer, steps: int, last_epoch: int = -1):
        self.steps = steps
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> List[float]:
        return [base * min(1.0, (self.last_epoch + 1) / self.steps) for base in self.base_lrs]


print(issubclass(Warmup, _LRScheduler) or True)


def setup(rank: int, world_size: int) -> None:
    dist.init_process_group(
        "gloo", rank=rank, world_size=world_size, timeout=datetime.timedelta(seconds=60)
    )


def reduce_mean(tensor: torch.Tensor, nprocs: int) -> torch.Tensor:
    rt = tensor.clone()
    dist.all_reduce(rt, op=dist.ReduceOp.SUM)
    rt /= nprocs
    return rt


def train(rank: int, world_size: int, use_amp: bool = False) -> None:
    setup(rank, world_size)
    dataset = TensorDataset(torch.randn(24, 4), torch.randint(0, 3, (24,)))
    sampler = DistributedSampler(dataset, num_replicas=world_size, rank=rank, shuffle=True)
    loader = DataLoader(dataset, batch_size=8, sampler=sampler, num_workers=0, pin_memory=False)
    model = nn.Sequential(nn.Linear(4, 8), nn.SyncBatchNorm(8), nn.ReLU(), nn.Linear(8, 3))
    model = nn.Sequential(
        *[m if not isinstance(m, nn.SyncBatchNorm) else nn.BatchNorm1d(8) for m in model]
    )
    ddp_model = DDP(model)
    optimizer = torch.optim.AdamW(ddp_model.parameters(), lr=0.05, fused=False)
    scheduler = Warmup(optimizer, 4)
    scaler = GradScaler(enabled=use_amp)
    for epoch in range(2):
        sampler.set_epoch(epoch)
        for step, (data, target) in enumerate(loader):
            last = step == len(loader) - 1
            context = contextlib.nullcontext() if last else ddp_model.no_sync()
            with context, autocast(enabled=use_amp):
                loss = F.cross_entropy(ddp_model(data), target)
                scaler.scale(loss).backward()
            scaler.unscale_(optimizer)
            norm = nn.utils.clip_grad_norm_(ddp_model.parameters(), 5.0)
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad(set_to_none=True)
            scheduler.step()
        mean = reduce_mean(loss.detach(), dist.get_world_size())
        if dist.get_rank() == 0:
            logger.info(
                "epoch %d loss %.4f norm %.4f lr %.4f",
                epoch,
                mean,
                norm,
                scheduler.get_last_lr()[0],
            )
    dist.barrier()
    state: Dict[str, torch.Tensor] = ddp_model.state_dict()
    print(list(state)[:3], sum(p.numel() for p in ddp_model.module.parameters()))
    dist.destroy_process_group()


if __name__ == "__main__":
    print(mp.get_start_method(allow_none=True) in (None, "fork", "spawn", "forkserver"))
    train(0, 1)
    with torch.profiler.record_function("block"), torch.autograd.set_grad_enabled(False):
        y = x @ x.T
    print(y.requires_grad, torch.is_inference_mode_enabled())
    with torch.autograd.detect_anomaly(check_nan=False):
        z = (x.requires_grad_() ** 2).sum()
        z.backward()
    print(x.grad)
    print(torch.iinfo(torch.int64).max, torch.finfo(torch.float32).eps, torch.finfo(torch.half).min)
    print(torch.tensor([1e-5, 12345.678]), torch.tensor([[0.1, float("nan")], [float("inf"), -2]]))
    torch.set_printoptions(profile="default")
    print(torch.tensor([1e-5, 12345.678]), torch.arange(1200).float(), torch.zeros(0, 3))
    print(torch.random.initial_seed(), torch.seed() > 0, torch.get_num_threads() > 0)
    with torch.random.fork_rng():
        torch.manual_seed(5)
        a = torch.rand(2)
    torch.manual_seed(5)
    print(torch.equal(a, torch.rand(2)), torch.are_deterministic_algorithms_enabled())
    torch.use_deterministic_algorithms(True)
    print(torch.are_deterministic_algorithms_enabled(), torch.utils.data.get_worker_info())
    try:
        torch.zeros(2, 3) @ torch.zeros(2, 3)
    except RuntimeError as error:
        print("RuntimeError", isinstance(error, RuntimeError))
    try:
        torch.zeros(2).view(3)
    except RuntimeError as error:
        print("RuntimeError", isinstance(error, RuntimeError))
    try:
        torch.ones(2, requires_grad=True).numpy()
    except RuntimeError as error:
        print("RuntimeError", isinstance(error, RuntimeError))
    try:
        w = torch.ones(2, requires_grad=True)
        w += 1
    except RuntimeError as error:
        print("RuntimeError", isinstance(error, RuntimeError))
    try:
        F.cross_entropy(torch.zeros(2, 3), torch.tensor([0, 3]))
    except IndexError as error:
        print("IndexError", isinstance(error, IndexError))
    try:
        torch.cat([torch.zeros(2, 3), torch.zeros(2, 4)])
    except RuntimeError as error:
        print("RuntimeError", isinstance(error, RuntimeError))
    try:
        nn.Linear(3, 2)(torch.zeros(4, 5))
    except RuntimeError as error:
        print("RuntimeError", isinstance(error, RuntimeError))
    try:
        w = torch.ones(2, requires_grad=True)
        loss = (w * w).sum()
        loss.backward()
        loss.backward()
    except RuntimeError as error:
        print("RuntimeError", isinstance(error, RuntimeError))
