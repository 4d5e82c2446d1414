"""Hooks around the state of modules: called when and with what PyTorch calls them."""

import numpy as np
import pytest
import torch

import minigrad as mg

ENGINES = [mg, torch]


def network(t):
    t.manual_seed(0)
    inner = t.nn.Sequential(t.nn.Linear(2, 3), t.nn.BatchNorm1d(3))
    return t.nn.Sequential(inner, t.nn.ReLU(), t.nn.Linear(3, 1))


def both(record):
    """Return what a function notes with minigrad, after comparing with PyTorch."""
    found, expected = [], []
    record(mg, found)
    record(torch, expected)
    assert found == expected
    return found


def test_hooks_around_collecting():
    def record(t, log):
        model = network(t)
        for part in (model, model[0], model[2]):
            kind = len(list(part.modules()))
            part.register_state_dict_pre_hook(
                lambda module, prefix, keep, kind=kind: log.append(("before", kind, prefix, keep))
            )
            part.register_state_dict_post_hook(
                lambda module, state, prefix, metadata, kind=kind: log.append(
                    ("after", kind, prefix, sorted(state), metadata["version"])
                )
            )
        log.append(list(model.state_dict()))
        log.append(list(model.state_dict(prefix="net.", keep_vars=True)))

    assert len(both(record)) == 14


def test_a_hook_may_change_what_is_collected():
    model = network(mg)
    model.register_state_dict_post_hook(lambda module, state, prefix, meta: state.pop("2.bias"))
    assert "2.bias" not in model.state_dict()


@pytest.mark.parametrize("public", [True, False])
def test_a_hook_before_loading_renames_entries(public):
    def record(t, log):
        model, other = network(t), network(t)
        state = {name.replace("weight", "kernel"): v + 1 for name, v in other.state_dict().items()}
        keys = sorted(state)

        def rename(state, prefix, metadata, strict, missing, unexpected, errors):
            log.append((prefix, strict, missing, unexpected, errors))
            for name in [n for n in state if n.startswith(prefix) and n.endswith("kernel")]:
                state[name.replace("kernel", "weight")] = state.pop(name)

        if public:
            model.register_load_state_dict_pre_hook(lambda module, *args: rename(*args))
        else:
            model._register_load_state_dict_pre_hook(rename)
        log.append(repr(model.load_state_dict(state)))
        log.append(sorted(state) == keys)
        log.append(np.round(model[2].weight.detach().numpy(), 5).tolist())

    both(record)


def test_a_hook_after_loading_may_forgive():
    def record(t, log):
        model = network(t)
        state = model.state_dict()
        del state["2.bias"]
        with pytest.raises(RuntimeError, match="Missing key"):
            model.load_state_dict(state)

        def forgive(module, incompatible):
            log.append((incompatible.missing_keys[:], incompatible.unexpected_keys[:]))
            incompatible.missing_keys.clear()

        handle = model.register_load_state_dict_post_hook(forgive)
        log.append(tuple(model.load_state_dict(state)))
        handle.remove()
        log.append(tuple(model.load_state_dict(state, strict=False)))

    both(record)


def counter(t):
    class Counter(t.nn.Module):
        def __init__(self):
            super().__init__()
            self.count = 0
            self.inner = t.nn.Linear(1, 1)

        def get_extra_state(self):
            return {"count": self.count}

        def set_extra_state(self, state):
            self.count = state["count"]

    return Counter()


def test_state_that_is_no_tensor():
    def record(t, log):
        source, target = counter(t), counter(t)
        source.count = 5
        state = source.state_dict()
        log.append((list(state), state["_extra_state"]))
        log.append((repr(target.load_state_dict(state)), target.count))
        del state["_extra_state"]
        log.append(tuple(target.load_state_dict(state, strict=False)))

    both(record)


def test_modules_without_it_refuse():
    for t in ENGINES:
        with pytest.raises(RuntimeError, match="should never be called"):
            t.nn.Linear(1, 1).get_extra_state()
        with pytest.raises(RuntimeError, match="should never be called"):
            t.nn.Linear(1, 1).set_extra_state(1)


def test_a_child_with_a_state_of_its_own():
    def record(t, log):
        class Own(t.nn.Linear):
            def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
                found = super().state_dict(
                    destination=destination, prefix=prefix, keep_vars=keep_vars
                )
                found[prefix + "more"] = 1
                return found

        log.append(list(t.nn.Sequential(Own(1, 1), t.nn.Linear(1, 1)).state_dict()))

    both(record)


def test_forward_hooks_that_are_always_called():
    def record(t, log):
        model = t.nn.Linear(2, 2)
        model.register_forward_hook(lambda m, args, out: log.append(out is None), always_call=True)
        model.register_forward_hook(lambda m, args, out: log.append("no"))
        with pytest.raises(RuntimeError):
            model(t.ones(3))
        model(t.ones(2))

    assert both(record) == [True, False, "no"]


def test_converting_and_replacing():
    def record(t, log):
        model = network(t)
        log.append([str(p.dtype).rpartition(".")[2] for p in model.type(t.float64).parameters()])
        model.set_submodule("0.1", t.nn.Identity())
        log.append(str(model[0]))
        log.append(len(list(t.nn.Sequential(*[t.nn.ReLU()] * 2).modules(remove_duplicate=False))))
        log.append([tuple(p.shape) for p in model.to_empty(device="cpu").parameters()])
        log.append(model.share_memory() is model)
        for wrong in (("", t.nn.ReLU()), ("0", 3)):
            with pytest.raises(ValueError, match="module"):
                model.set_submodule(*wrong)
        with pytest.raises(AttributeError):
            model.set_submodule("9.1", t.nn.ReLU())
        with pytest.raises(AttributeError):
            model.set_submodule("9", t.nn.ReLU(), strict=True)

    both(record)
