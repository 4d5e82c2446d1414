"""What processes tell each other: of one process, every sum is its own value."""

from __future__ import annotations

import enum
from typing import Any

from minigrad import Tensor, no_grad

from .process_group import current

__all__ = [
    *("ReduceOp", "Work", "all_gather", "all_gather_into_tensor", "all_gather_object"),
    *("all_reduce", "all_to_all", "barrier", "broadcast", "broadcast_object_list", "gather"),
    *("gather_object", "monitored_barrier", "reduce", "reduce_scatter"),
    *("reduce_scatter_tensor", "scatter", "recv", "send"),
]


class ReduceOp(enum.Enum):
    """How values of several processes become one."""

    SUM = 0
    AVG = 1
    PRODUCT = 2
    MIN = 3
    MAX = 4
    BAND = 5
    BOR = 6
    BXOR = 7


class Work:
    """Something that is under way; here it is done."""

    def wait(self, timeout: Any = None) -> bool:
        """Return True."""
        return True

    def is_completed(self) -> bool:
        """Return True."""
        return True


def _only(rank: int, name: str) -> None:
    current()
    if rank not in (0, None):
        raise ValueError(f"the only process has the rank 0, got {name}={rank}")


def _done(async_op: bool) -> Work | None:
    return Work() if async_op else None


def _copied(target: Tensor, source: Tensor) -> None:
    with no_grad():
        target.copy_(source)


def _one(values: Any, name: str) -> Any:
    current()
    if len(values) != 1:
        raise ValueError(f"{name}: expected a list of 1, for the one process; got {len(values)}")
    return values


def barrier(group: Any = None, async_op: bool = False, device_ids: Any = None) -> Work | None:
    """Wait for all processes, who are here."""
    current()
    return _done(async_op)


def monitored_barrier(group: Any = None, timeout: Any = None, wait_all_ranks: bool = False) -> None:
    """Wait for all processes, who are here."""
    current()


def all_reduce(
    tensor: Tensor, op: ReduceOp = ReduceOp.SUM, group: Any = None, async_op: bool = False
) -> Work | None:
    """Combine a tensor of all processes: it stays as it is."""
    current()
    return _done(async_op)


def reduce(
    tensor: Tensor,
    dst: int = 0,
    op: ReduceOp = ReduceOp.SUM,
    group: Any = None,
    async_op: bool = False,
) -> Work | None:
    """Combine a tensor of all processes in one: it stays as it is."""
    _only(dst, "dst")
    return _done(async_op)


def broadcast(
    tensor: Tensor, src: int = 0, group: Any = None, async_op: bool = False
) -> Work | None:
    """Send a tensor to all other processes, of which there are none."""
    _only(src, "src")
    return _done(async_op)


def broadcast_object_list(object_list: list[Any], src: int = 0, *args: Any, **options: Any) -> None:
    """Send objects to all other processes, of which there are none."""
    _only(src, "src")


def all_gather(
    tensor_list: list[Tensor], tensor: Tensor, group: Any = None, async_op: bool = False
) -> Work | None:
    """Copy the tensor of each process to a list of tensors."""
    _copied(_one(tensor_list, "tensor_list")[0], tensor)
    return _done(async_op)


def all_gather_into_tensor(
    output_tensor: Tensor, input_tensor: Tensor, group: Any = None, async_op: bool = False
) -> Work | None:
    """Copy the tensors of all processes to one."""
    current()
    _copied(output_tensor, input_tensor.reshape(output_tensor.shape))
    return _done(async_op)


def all_gather_object(object_list: list[Any], obj: Any, group: Any = None) -> None:
    """Put the object of each process in a list."""
    _one(object_list, "object_list")[0] = obj


def gather(
    tensor: Tensor,
    gather_list: list[Tensor] | None = None,
    dst: int = 0,
    group: Any = None,
    async_op: bool = False,
) -> Work | None:
    """Copy the tensor of each process to a list of tensors in one."""
    _only(dst, "dst")
    _copied(_one(gather_list or [], "gather_list")[0], tensor)
    return _done(async_op)


def gather_object(
    obj: Any, object_gather_list: list[Any] | None = None, dst: int = 0, group: Any = None
) -> None:
    """Put the object of each process in a list in one."""
    _only(dst, "dst")
    _one(object_gather_list or [], "object_gather_list")[0] = obj


def scatter(
    tensor: Tensor,
    scatter_list: list[Tensor] | None = None,
    src: int = 0,
    group: Any = None,
    async_op: bool = False,
) -> Work | None:
    """Copy to each process its tensor of a list."""
    _only(src, "src")
    _copied(tensor, _one(scatter_list or [], "scatter_list")[0])
    return _done(async_op)


def reduce_scatter(
    output: Tensor,
    input_list: list[Tensor],
    op: ReduceOp = ReduceOp.SUM,
    group: Any = None,
    async_op: bool = False,
) -> Work | None:
    """Combine lists of all processes, and copy to each its tensor."""
    _copied(output, _one(input_list, "input_list")[0])
    return _done(async_op)


def reduce_scatter_tensor(
    output: Tensor,
    input: Tensor,
    op: ReduceOp = ReduceOp.SUM,
    group: Any = None,
    async_op: bool = False,
) -> Work | None:
    """Combine tensors of all processes, and copy to each its part."""
    current()
    _copied(output, input.reshape(output.shape))
    return _done(async_op)


def all_to_all(
    output_tensor_list: list[Tensor],
    input_tensor_list: list[Tensor],
    group: Any = None,
    async_op: bool = False,
) -> Work | None:
    """Send each process its tensor of a list."""
    source = _one(input_tensor_list, "input_tensor_list")[0]
    _copied(_one(output_tensor_list, "output_tensor_list")[0], source)
    return _done(async_op)


def send(tensor: Tensor, dst: int, group: Any = None, tag: int = 0) -> None:
    """Refuse: there is no other process."""
    raise RuntimeError(f"torch.distributed.send: there is no other process than 0, got dst={dst}")


def recv(tensor: Tensor, src: int | None = None, group: Any = None, tag: int = 0) -> int:
    """Refuse: there is no other process."""
    raise RuntimeError(f"torch.distributed.recv: there is no other process than 0, got src={src}")
