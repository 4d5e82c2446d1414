"""torch.distributed, nn.parallel and the sampler of parts, for one process."""

import pytest
import torch
from torch.utils.data.distributed import DistributedSampler as TorchSampler

import minigrad as mg
import minigrad_torch_compat.distributed as dist
from minigrad import nn
from minigrad_torch_compat.nn.parallel import DataParallel, DistributedDataParallel, data_parallel
from minigrad_torch_compat.utils.data.distributed import DistributedSampler


@pytest.fixture
def group(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.delenv("RANK", raising=False)
    dist.init_process_group(backend="gloo")
    yield
    if dist.is_initialized():
        dist.destroy_process_group()


def test_one_process(group):
    assert dist.is_available()
    assert dist.is_initialized()
    assert (dist.get_rank(), dist.get_world_size(), dist.get_backend()) == (0, 1, "gloo")
    x = mg.tensor([1.0, 2.0])
    assert dist.all_reduce(x) is None
    assert dist.all_reduce(x, dist.ReduceOp.MAX, async_op=True).wait()
    dist.broadcast(x, src=0)
    dist.barrier()
    assert x.tolist() == [1, 2]
    found = [mg.zeros(2)]
    dist.all_gather(found, x)
    assert found[0].tolist() == [1, 2]
    objects = [None]
    dist.all_gather_object(objects, {"loss": 3})
    assert objects == [{"loss": 3}]
    part = mg.zeros(2)
    dist.scatter(part, [x])
    assert part.tolist() == [1, 2]
    dist.destroy_process_group()
    assert not dist.is_initialized()


def test_before_and_after(group):
    with pytest.raises(ValueError, match="default process group twice"):
        dist.init_process_group("gloo")
    dist.destroy_process_group()
    for call in (dist.get_rank, dist.barrier, dist.get_world_size, dist.destroy_process_group):
        with pytest.raises(ValueError, match="has not been initialized"):
            call()


def test_more_processes_are_refused(group, monkeypatch):
    with pytest.raises(RuntimeError, match="no other process"):
        dist.send(mg.ones(2), dst=1)
    with pytest.raises(ValueError, match="rank 0, got src=1"):
        dist.broadcast(mg.ones(2), src=1)
    with pytest.raises(ValueError, match="expected a list of 1"):
        dist.all_gather([mg.ones(2), mg.ones(2)], mg.ones(2))
    dist.destroy_process_group()
    with pytest.raises(RuntimeError, match="world_size=4 and rank=2, expected 1"):
        dist.init_process_group("nccl", world_size=4, rank=2)
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(RuntimeError, match="one process: got world_size=2"):
        dist.init_process_group("nccl")
    assert not dist.is_initialized()


@pytest.mark.parametrize("wrapper", [DataParallel, DistributedDataParallel])
def test_wrapped_modules(group, wrapper):
    inner = nn.Linear(3, 2)
    model = wrapper(inner, device_ids=None)
    x = mg.ones(4, 3)
    assert mg.equal(model(x), inner(x))
    assert list(model.state_dict()) == ["module.weight", "module.bias"]
    model(x).sum().backward()
    assert inner.weight.grad.tolist() == [[4.0] * 3] * 2
    assert mg.equal(data_parallel(inner, x), inner(x))


def test_averaging_can_be_put_off(group):
    model = DistributedDataParallel(nn.Linear(3, 2))
    with model.no_sync():
        assert not model.require_backward_grad_sync
        model(mg.ones(1, 3)).sum().backward()
    assert model.require_backward_grad_sync
    assert model.module.bias.grad.tolist() == [1, 1]


def test_wrapping_needs_a_group_and_parameters(group):
    with pytest.raises(RuntimeError, match="doesn't have any parameter"):
        DistributedDataParallel(nn.ReLU())
    dist.destroy_process_group()
    with pytest.raises(ValueError, match="has not been initialized"):
        DistributedDataParallel(nn.Linear(1, 1))


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(("count", "parts"), [(10, 3), (9, 3), (2, 5), (7, 1)])
def test_parts_of_a_dataset(count, parts, shuffle, drop_last):
    if drop_last and count < parts:
        pytest.skip("PyTorch's own sampler fails")
    for rank in range(parts):
        given = (range(count), parts, rank, shuffle, 3, drop_last)
        ours, theirs = DistributedSampler(*given), TorchSampler(*given)
        for epoch in (0, 1):
            ours.set_epoch(epoch)
            theirs.set_epoch(epoch)
            assert list(ours) == list(theirs)
        assert len(ours) == len(theirs)
    with pytest.raises(ValueError, match="Invalid rank"):
        DistributedSampler(range(3), 2, 2)


def test_torch_itself_has_these_names():
    """What this facade offers is what programs may ask for."""
    names = set(dist.process_group.__all__) | set(dist.collectives.__all__)
    assert sorted(name for name in names if not hasattr(torch.distributed, name)) == []
