"""Files between minigrad and PyTorch, both ways, in both formats."""

from __future__ import annotations

import collections
import io
import pickle
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.serialization import Storage, safe_globals

DTYPES = (
    *("float16", "float32", "float64", "complex64", "complex128", "bool", "uint8"),
    *("int8", "int16", "int32", "int64"),
)
WIDE = ("uint16", "uint32", "uint64")  # PyTorch itself cannot read its old files with these


def saved(obj: Any, engine: Any = mg, **options: Any) -> io.BytesIO:
    file = io.BytesIO()
    engine.save(obj, file, **options)
    file.seek(0)
    return file


def to_torch(obj: Any, **options: Any) -> Any:
    return torch.load(saved(obj, **options), weights_only=True)


def from_torch(obj: Any, **options: Any) -> Any:
    return mg.load(saved(obj, torch, **options))


def values(dtype: str) -> Any:
    return np.random.default_rng(0).integers(0, 2 if dtype == "bool" else 100, (3, 4)).astype(dtype)


OLD = {"_use_new_zipfile_serialization": False}
formats = pytest.mark.parametrize("options", [{}, OLD], ids=["zip", "old"])


@pytest.mark.parametrize("dtype", [*DTYPES, *WIDE])
@formats
def test_every_dtype_both_ways(dtype: str, options: Any) -> None:
    array = values(dtype)
    read = from_torch(torch.tensor(array), **options)
    assert read.dtype == dtype
    assert np.array_equal(read.numpy(), array)
    if dtype in DTYPES or not options:
        written = to_torch(mg.tensor(array), **options)
        assert written.dtype == getattr(torch, dtype)
        assert np.array_equal(written.numpy(), array)
    again = mg.load(saved(mg.tensor(array), **options))
    assert again.dtype == dtype
    assert np.array_equal(again.numpy(), array)


@formats
def test_bfloat16_becomes_float32_exactly(options: Any) -> None:
    theirs = torch.tensor([1.1, -3e38, 1e-40, float("inf"), 0.0]).bfloat16()
    ours = from_torch(theirs, **options)
    assert ours.dtype == np.float32
    assert ours.numpy().tobytes() == theirs.float().numpy().tobytes()


VIEWS = {
    "whole": lambda x: x,
    "transposed": lambda x: x.t(),
    "stepped": lambda x: x[1:, ::2],
    "expanded": lambda x: x[:, :1].expand(3, 5),
    "scalar": lambda x: x[1, 2],
    "empty": lambda x: x[:, 2:2],
    "permuted": lambda x: x.reshape(2, 3, 2).permute(2, 0, 1),
}


@pytest.mark.parametrize("view", VIEWS)
@formats
def test_shapes_and_strides_both_ways(view: str, options: Any) -> None:
    look = VIEWS[view]
    theirs = look(torch.arange(12.0).reshape(3, 4))
    ours = look(mg.arange(12.0).reshape(3, 4))
    read, written = from_torch(theirs, **options), to_torch(ours, **options)
    assert read.shape == tuple(theirs.shape)
    assert read.tolist() == theirs.tolist()
    assert written.tolist() == theirs.tolist()
    if theirs.numel():
        assert read.stride() == theirs.stride()
        assert written.stride() == theirs.stride()


@formats
def test_memory_shared_stays_shared_both_ways(options: Any) -> None:
    for read, x in (
        (from_torch, torch.arange(6.0)),
        (to_torch, mg.arange(6.0)),
        (lambda obj, **o: mg.load(saved(obj, **o)), mg.arange(6.0)),
    ):
        found = read({"all": x, "part": x[2:4], "again": x, "rows": x.reshape(2, 3)}, **options)
        found["part"][0] = 9.0
        assert found["all"].tolist() == [0, 1, 9, 3, 4, 5]
        assert found["rows"].tolist() == [[0, 1, 9], [3, 4, 5]]
        assert found["again"] is found["all"]


@given(st.data())
def test_random_walks_through_one_storage(data: Any) -> None:
    storage = torch.arange(24.0)
    shape = tuple(data.draw(st.lists(st.integers(0, 3), max_size=3)))
    strides = tuple(data.draw(st.integers(0, 4)) for _ in shape)
    offset = data.draw(st.integers(0, 4))
    theirs = torch.as_strided(storage, shape, strides, offset)
    read, beside = from_torch([theirs, storage])
    assert read.shape == shape
    assert read.tolist() == theirs.tolist()
    back = to_torch([read, beside])
    assert back[0].tolist() == theirs.tolist()
    if theirs.numel():
        assert back[0].storage_offset() == offset


def test_arrays_that_pytorch_has_no_strides_for() -> None:
    reverse = mg.Tensor._wrap(np.arange(6.0).reshape(2, 3)[::-1, ::-1])
    gaps = mg.Tensor._wrap(np.arange(6.0)[::2])
    assert to_torch([reverse, gaps])[0].tolist() == [[5, 4, 3], [2, 1, 0]]
    assert to_torch([reverse, gaps])[1].tolist() == [0, 2, 4]
    fortran = mg.Tensor._wrap(np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    assert to_torch(fortran).stride() == (1, 2)


def test_one_memory_as_two_dtypes_is_refused_as_in_pytorch() -> None:
    for engine in (mg, torch):
        z = engine.ones(2, dtype=engine.complex64)
        with pytest.raises(RuntimeError, match="different types"):
            saved([z, z.real], engine)


PLAIN = [
    {1: (2, [3, {4}], b"abc\xff", 2**70, -1.5, None, 1j, True), "é": bytearray(b"x")},
    collections.OrderedDict([("b", 1), ("a", [])]),
    collections.Counter("hello"),
    [(), [], {}, set(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), "", b""],
    [2**31 - 1, -(2**31), 2**63, -(2**63), 255, 256, 65536, float("inf")],
]


@pytest.mark.parametrize("obj", PLAIN, ids=lambda obj: type(obj).__name__)
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@formats
def test_plain_objects_both_ways(obj: Any, protocol: int, options: Any) -> None:
    read = from_torch(obj, pickle_protocol=protocol, **options)
    assert read == obj
    assert type(read) is type(obj)
    if protocol == 2:
        written = to_torch(obj, **options)
        assert written == obj
        assert type(written) is type(obj)
    assert mg.load(saved(obj, pickle_protocol=protocol, **options)) == obj


def test_lists_that_contain_themselves() -> None:
    knot: list[Any] = [1]
    knot.append(knot)
    read = from_torch(knot)
    assert read[0] == 1
    assert read[1] is read
    assert to_torch(knot)[1][1][0] == 1


def test_devices_and_parameters_both_ways() -> None:
    assert from_torch([torch.device("cuda", 1), torch.device("cpu")]) == [
        mg.device("cuda", 1),
        mg.device("cpu"),
    ]
    assert to_torch([mg.device("cuda:1")]) == [torch.device("cuda:1")]
    assert from_torch([torch.float32, torch.Size([2, 3])]) == [np.dtype("float32"), (2, 3)]
    parameter, leaf = from_torch(
        [torch.nn.Parameter(torch.ones(2)), torch.ones(2).requires_grad_()]
    )
    assert type(parameter) is mg.nn.Parameter
    assert parameter.requires_grad
    assert type(leaf) is mg.Tensor
    assert leaf.requires_grad
    assert leaf.is_leaf
    frozen = to_torch(mg.nn.Parameter(mg.ones(2), requires_grad=False))
    assert type(frozen) is torch.nn.Parameter
    assert not frozen.requires_grad
    assert to_torch(mg.ones(2, requires_grad=True) * 2).requires_grad


def test_attributes_of_tensors_both_ways() -> None:
    for read, engine in ((from_torch, torch), (to_torch, mg)):
        tensor, parameter = engine.ones(2), engine.nn.Parameter(engine.ones(2))
        tensor.note, parameter.rank = "a", {"b": 1}
        tensor_read, parameter_read = read([tensor, parameter])
        assert tensor_read.note == "a"
        assert tensor_read.tolist() == [1, 1]
        assert parameter_read.rank == {"b": 1}
        assert parameter_read.requires_grad


# --- modules and optimizers ----------------------------------------------------------------------


def network(engine: Any) -> Any:
    nn = engine.nn
    return nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3)
    )


@pytest.mark.parametrize(("there", "here"), [(torch, mg), (mg, torch)], ids=["to us", "from us"])
@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta"])
def test_training_goes_on_in_the_other_framework(there: Any, here: Any, name: str) -> None:
    options = {"lr": 0.05, **({"momentum": 0.9} if name == "SGD" else {})}
    rng = np.random.default_rng(1)
    batches = rng.normal(size=(6, 5, 1, 4, 4)).astype("float32")

    def train(engine: Any, model: Any, optimizer: Any, data: Any) -> list[float]:
        losses = []
        for batch in data:
            optimizer.zero_grad()
            loss = (model(engine.tensor(batch)) ** 2).mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    model = network(there)
    optimizer = getattr(there.optim, name)(model.parameters(), **options)
    train(there, model, optimizer, batches[:3])
    file = saved({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, there)
    state = here.load(file, weights_only=True)
    other = network(here)
    other_optimizer = getattr(here.optim, name)(other.parameters(), **options)
    assert "All keys matched" in str(other.load_state_dict(state["model"]))
    other_optimizer.load_state_dict(state["optimizer"])
    np.testing.assert_allclose(
        train(here, other, other_optimizer, batches[3:]),
        train(there, model, optimizer, batches[3:]),
        rtol=1e-4,
    )


class Pair:
    def __init__(self, a: Any, b: Any) -> None:
        self.a, self.b = a, b


def test_objects_of_the_program() -> None:
    file = saved(Pair(mg.ones(2), "b"))
    with pytest.raises(pickle.UnpicklingError, match=r"GLOBAL \S*test_serialization\.Pair"):
        mg.load(file)
    file.seek(0)
    read = mg.load(file, weights_only=False)
    assert type(read) is Pair
    assert read.a.tolist() == [1, 1]
    assert read.b == "b"
    file.seek(0)
    with safe_globals([Pair]):
        read = mg.load(file)
    assert type(read) is Pair
    assert read.a.tolist() == [1, 1]
    file.seek(0)
    with pytest.raises(pickle.UnpicklingError):
        mg.load(file)


@formats
def test_whole_modules(options: Any) -> None:
    model = network(mg).eval()
    x = mg.randn(2, 1, 4, 4)
    again = mg.load(saved(model, **options), weights_only=False)
    assert np.array_equal(again(x).detach().numpy(), model(x).detach().numpy())


def test_numpy_arrays_if_they_are_declared_safe_as_in_pytorch() -> None:
    obj = {"array": np.arange(3.0), "number": np.float64(2.5)}
    for engine in (mg, torch):
        file = saved(obj, engine)
        with pytest.raises(pickle.UnpicklingError, match="numpy"):
            engine.load(file, weights_only=True)
        file.seek(0)
        names = [
            np._core.multiarray._reconstruct,
            (np._core.multiarray.scalar, "numpy._core.multiarray.scalar"),
            np.ndarray,
            np.dtype,
            np.dtypes.Float64DType,
        ]
        with engine.serialization.safe_globals(names):
            read = engine.load(file, weights_only=True)
        assert np.array_equal(read["array"], obj["array"])
        assert read["number"] == 2.5
        file.seek(0)
        assert engine.load(file, weights_only=False)["number"] == 2.5


# --- map_location -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "map_location",
    [
        "cpu",
        mg.device("cpu"),
        {"cpu": "cpu", "cuda:0": "cpu"},
        lambda storage, location: storage,
        lambda storage, location: None,
        lambda storage, location: storage.cpu(),
    ],
    ids=["name", "device", "dict", "function", "undecided", "method"],
)
@formats
def test_map_location(map_location: Any, options: Any) -> None:
    read = mg.load(saved(torch.arange(3), torch, **options), map_location)
    assert read.tolist() == [0, 1, 2]
    assert read.device == "cpu"


def on_a_gpu(old: bool = False) -> io.BytesIO:
    """A file as a machine with a GPU writes it."""
    file = saved(mg.arange(3), **(OLD if old else {}))
    content = file.getvalue()
    # The name "cpu" is in the pickle once, by its length; a longer one needs the zip made anew.
    assert content.count(b"X\x03\x00\x00\x00cpu") == 1
    if old:
        return io.BytesIO(content.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0"))
    from zipfile import ZipFile

    changed = io.BytesIO()
    with ZipFile(file) as source, ZipFile(changed, "w") as target:
        for name in source.namelist():
            record = source.read(name)
            target.writestr(name, record.replace(b"\x03\x00\x00\x00cpu", b"\x06\x00\x00\x00cuda:0"))
    changed.seek(0)
    return changed


@pytest.mark.parametrize("old", [False, True])
def test_files_of_machines_with_gpus(old: bool) -> None:
    seen = []

    def place(storage: Storage, location: str) -> Storage:
        seen.append((location, str(storage.device)))
        return storage

    assert mg.load(on_a_gpu(old), map_location="cpu").tolist() == [0, 1, 2]
    assert torch.load(on_a_gpu(old), map_location="cpu").tolist() == [0, 1, 2]
    assert mg.load(on_a_gpu(old), map_location={"cuda:0": "cpu"}).tolist() == [0, 1, 2]
    assert mg.load(on_a_gpu(old), map_location=place).tolist() == [0, 1, 2]
    assert seen == [("cuda:0", "cpu")]


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a GPU")
def test_a_gpu_that_is_not_there() -> None:
    for engine in (mg, torch):
        with pytest.raises(RuntimeError, match="Attempting to deserialize object on a CUDA device"):
            engine.load(on_a_gpu())
    with pytest.raises(RuntimeError, match="don't know how to restore"):
        mg.load(on_a_gpu(), map_location="mps")
    with pytest.raises(TypeError, match="map_location"):
        mg.load(on_a_gpu(), map_location=5)
    with pytest.raises(RuntimeError, match="map_location returned a int"):
        mg.load(on_a_gpu(), map_location=lambda storage, location: 5)
