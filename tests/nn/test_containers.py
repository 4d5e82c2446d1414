"""Containers against PyTorch's: the same names, order, text and errors after the same calls."""

from collections import OrderedDict

import pytest
import torch

import minigrad as mg


def look(module):
    """What a container shows of itself."""
    return (
        repr(module).replace("torch.float32", "float32").replace("torch.FloatTensor", "float32"),
        [name for name, _ in module.named_modules()],
        [name for name, _ in module.named_parameters()],
        list(module.state_dict()),
        len(module),
    )


def named(lib, name):
    """A module that shows its name."""

    class Named(lib.nn.Module):
        def extra_repr(self):
            return name

        def forward(self, x):
            return f"{x}{name}"

    return Named()


STORIES = {}


def story(function):
    STORIES[function.__name__] = function
    return function


@story
def sequential_calls(lib, m):
    row = lib.nn.Sequential(m("a"), m("b"))
    return [row("x"), row[1:]("x"), row[-1]("x"), [c("") for c in row]]


@story
def sequential_slices(lib, m):
    row = lib.nn.Sequential(m("a"), m("b"), m("c"))
    return [row[1:], row[::-1], row[:0], row[-2:-1]]


@story
def sequential_changes(lib, m):
    row = lib.nn.Sequential(m("a"), m("b"))
    row[0] = m("A")
    row[-1] = m("B")
    row.append(m("c")).append(m("d"))
    row.insert(1, m("e"))
    del row[0]
    row.extend([m("f")])
    popped = row.pop(1)
    row += lib.nn.Sequential(m("g"))
    return [row, popped, row + lib.nn.Sequential(m("h"))]


@story
def sequential_deletes_a_slice(lib, m):
    row = lib.nn.Sequential(*map(m, "abcd"))
    del row[1:3]
    return [row]


@story
def list_changes(lib, m):
    row = lib.nn.ModuleList([m("a"), m("a"), m("b"), m("a")])
    row.append(m("c"))
    row.extend(map(m, "dd"))
    row.insert(0, m("z"))
    row += [m("y")]
    last = row.pop(-1)
    del row[1]
    row[0] = m("new")
    return [
        row,
        last,
        row[1:3],
        row + lib.nn.ModuleList([m("x")]),
        row[-1],
        [c("") for c in row],
        lib.nn.ModuleList(),
    ]


@story
def list_of_parameters_below(lib, m):
    row = lib.nn.ModuleList([m("a"), m("a")])
    for child in row:
        child.weight = lib.nn.Parameter(lib.tensor([1.0]))
    return [row]


@story
def dict_changes(lib, m):
    table = lib.nn.ModuleDict({"a": m("a"), "b": m("b")})
    table["c"] = m("c")
    table.update({"a": m("A"), "d": m("d")})
    table.update([("e", m("e"))])
    popped = table.pop("b")
    del table["d"]
    seen = [list(table), list(table.keys()), [v("") for v in table.values()]]
    seen += [[k for k, _ in table.items()], "a" in table, "b" in table, table == table]
    return [popped, table, *seen]


@story
def dict_clears(lib, m):
    table = lib.nn.ModuleDict([("a", m("a"))])
    table.clear()
    return [table, {table: 1}[table]]


@story
def parameter_list(lib, m):
    t = lib.tensor
    row = lib.nn.ParameterList([t([1.0, 2.0]), lib.nn.Parameter(t(3.0))])
    row.append(t([[4.0]]))
    row.extend([t([5.0]), 7])
    row[0] = t([9.0])
    row += [t([6.0])]
    parts = [p.tolist() if hasattr(p, "tolist") else p for p in row]
    return [row, row[1:3], row[-1].tolist(), type(row[0]).__name__, parts]


@story
def parameter_dict(lib, m):
    t = lib.tensor
    table = lib.nn.ParameterDict({"a": t([1.0, 2.0]), "b": lib.nn.Parameter(t([3.0]))})
    table["c"] = t([[4.0]])
    table.update({"a": t([5.0]), "n": 3})
    popped = table.pop("b").tolist()
    seen = [list(table), "b" in table, "a" in table, table.get("z", 5), table["a"].tolist()]
    return [popped, table, *seen, [k for k, _ in table.items()]]


def tell(function, lib):
    found = []
    for value in function(lib, lambda name: named(lib, name)):
        found.append(
            look(value)
            if hasattr(value, "__len__") and hasattr(value, "named_modules")
            else repr(value)
        )
    return found


@pytest.mark.parametrize("name", STORIES)
def test_stories(name) -> None:
    assert tell(STORIES[name], mg) == tell(STORIES[name], torch)


def test_sequential_by_name() -> None:
    for lib in (mg, torch):
        row = lib.nn.Sequential(OrderedDict(one=named(lib, "a"), two=named(lib, "b")))
        assert [name for name, _ in row.named_children()] == ["one", "two"]
        assert [name for name, _ in row[1:].named_children()] == ["two"]
        assert row.one is row[0]
        assert row("x") == "xab"


WRONG = {
    "number in Sequential": lambda lib, m: lib.nn.Sequential(3),
    "class in Sequential": lambda lib, m: lib.nn.Sequential(type(m)),
    "index": lambda lib, m: lib.nn.Sequential(m)[1],
    "negative index": lambda lib, m: lib.nn.ModuleList([m])[-2],
    "set index": lambda lib, m: lib.nn.Sequential(m).__setitem__(1, m),
    "delete index": lambda lib, m: lib.nn.ModuleList([m]).__delitem__(1),
    "empty": lambda lib, m: lib.nn.ModuleList()[0],
    "list of numbers": lambda lib, m: lib.nn.ModuleList([3]),
    "list of a number": lambda lib, m: lib.nn.ModuleList(3),
    "append a number": lambda lib, m: lib.nn.ModuleList().append(3),
    "extend by a number": lambda lib, m: lib.nn.ModuleList().extend(3),
    "call a list": lambda lib, m: lib.nn.ModuleList([m])(1),
    "dict of numbers": lambda lib, m: lib.nn.ModuleDict({"a": 3}),
    "dotted key": lambda lib, m: lib.nn.ModuleDict({"a.b": m}),
    "key taken": lambda lib, m: lib.nn.ModuleDict({"forward": m}),
    "no such key": lambda lib, m: lib.nn.ModuleDict({"a": m})["b"],
    "pop no such key": lambda lib, m: lib.nn.ModuleDict({"a": m}).pop("b"),
    "parameters of a tensor": lambda lib, m: lib.nn.ParameterList().extend(lib.tensor([1.0])),
    "parameter index": lambda lib, m: lib.nn.ParameterList([lib.tensor([1.0])])[1],
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever PyTorch raises
        wrong(torch, named(torch, "a"))
    with pytest.raises(type(expected.value)) as found:
        wrong(mg, named(mg, "a"))
    assert type(found.value) is type(expected.value)


def test_missing_parameter_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="a"):
        mg.nn.ParameterDict()["a"]  # PyTorch raises AttributeError, by accident
