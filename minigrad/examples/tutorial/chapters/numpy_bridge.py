"""The bridge to NumPy.

Arrays become tensors and tensors become arrays. Some ways over the bridge copy the numbers, others
share them: it matters which.
"""

import numpy as np

import minigrad as mg


def shared_from_an_array() -> None:
    """`from_numpy` shares the memory: what is done to one is done to the other."""
    array = np.zeros(3)
    tensor = mg.from_numpy(array)
    array[0] = 1
    tensor[2] = 5
    print(array)
    print(tensor)


def shared_with_an_array() -> None:
    """`numpy` shares it in the other direction."""
    tensor = mg.ones(3)
    array = tensor.numpy()
    tensor.mul_(10)
    print(array)
    print(np.shares_memory(array, tensor.numpy()))


def copied() -> None:
    """`mg.tensor` copies, so the two go their own ways; `clone` copies a tensor."""
    array = np.zeros(3)
    tensor = mg.tensor(array)
    array[0] = 1
    print(array, tensor)


def types_are_kept() -> None:
    """NumPy computes in float64 where networks mostly use float32: convert, if that is meant."""
    tensor = mg.from_numpy(np.array([0.5, 1.5]))
    print(tensor.dtype)
    print(tensor.float().dtype)


def tensors_with_a_gradient() -> None:
    """NumPy knows nothing of gradients. `detach` says that none is wanted from here on."""
    x = mg.ones(2, requires_grad=True)
    try:
        x.numpy()
    except RuntimeError as error:
        print(error)
    print(x.detach().numpy())
