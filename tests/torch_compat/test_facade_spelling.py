"""What tensors tell under PyTorch's names, and that minigrad is itself again without them."""

import numpy as np

import minigrad as mg
import minigrad_torch_compat as facade
from minigrad_torch_compat import spelling


def test_a_node_that_was_looked_at_is_differentiated_as_ever() -> None:
    x = facade.ones(2, requires_grad=True)
    y = x * x
    z = y.sum()
    assert (y.grad_fn.name(), repr(z.grad_fn)) == ("MulBackward0", "<SumBackward0>")
    assert z.grad_fn.next_functions == ((y.grad_fn, 0),)
    z.backward()
    assert x.grad.tolist() == [2, 2]


def test_removal_leaves_nothing() -> None:
    assert repr(mg.ones(2, 3).shape) == "torch.Size([2, 3])"
    assert str(mg.ones(1).dtype) == "torch.float32"
    spelling.remove()
    x = mg.ones(2, 3, requires_grad=True)
    assert type(x.shape) is tuple
    assert x.dtype is np.dtype("float32")
    assert repr((x * 2).grad_fn) == "<MulBackward>"
    assert mg.Tensor([2.0]).tolist() == [2]
    spelling.install()
    assert repr(x.shape) == "torch.Size([2, 3])"
