"""Hooks around steps, saving and loading: called as PyTorch calls them."""

import copy

import pytest
import torch

import minigrad as mg
from minigrad import optim


def made(lib):
    x = lib.ones(2, requires_grad=True)
    optimizer = (optim if lib is mg else torch.optim).SGD([x], lr=0.5, momentum=0.9)
    x.grad = lib.ones(2)
    return x, optimizer


def calls(lib):
    """What every kind of hook sees, in order."""
    _, optimizer = made(lib)
    log = []

    def arguments(seen):
        return [x is optimizer for x in seen] + [type(x).__name__ for x in seen[1:]]

    def note(name):
        return lambda *seen: log.append((name, len(seen), arguments(seen)))

    optimizer.register_step_pre_hook(note("before"))
    optimizer.register_step_post_hook(note("after"))
    optimizer.register_state_dict_pre_hook(note("saving"))
    optimizer.register_state_dict_post_hook(note("saved"))
    optimizer.register_state_dict_post_hook(note("saved first"), prepend=True)
    optimizer.register_load_state_dict_pre_hook(note("loading"))
    optimizer.register_load_state_dict_post_hook(note("loaded"))
    optimizer.step()
    optimizer.load_state_dict(optimizer.state_dict())
    return log


def test_hooks_are_called_as_in_pytorch() -> None:
    assert calls(mg) == calls(torch)
    assert len(calls(mg)) == 7


@pytest.mark.parametrize("lib", [mg, torch])
def test_hooks_replace(lib) -> None:
    """Arguments of a step and state dicts, in both engines alike."""
    _, optimizer = made(lib)
    seen = []
    optimizer.register_step_pre_hook(lambda o, args, kwargs: ((o, lambda: seen.append(1)), {}))
    optimizer.step()
    assert seen == [1]
    optimizer.register_state_dict_post_hook(lambda o, state: {"state": state["state"]})
    assert optimizer.state_dict().keys() == {"state"}
    saved = {"state": {}, "param_groups": [{"params": [0], "lr": 7.0}]}
    handle = optimizer.register_load_state_dict_pre_hook(lambda o, given: copy.deepcopy(saved))
    optimizer.load_state_dict({"state": {}, "param_groups": []})
    assert optimizer.param_groups[0]["lr"] == 7.0
    handle.remove()
    with pytest.raises(ValueError, match="different number of parameter groups"):
        optimizer.load_state_dict({"state": {}, "param_groups": []})


def test_hooks_surround_the_step_of_a_users_optimizer() -> None:
    class Signs(optim.Optimizer):
        def __init__(self, params) -> None:
            super().__init__(params, {"lr": 0.5})

        def step(self, closure=None):
            with mg.no_grad():
                for group in self.param_groups:
                    for p in group["params"]:
                        p -= group["lr"] * p.grad.sign()
            return "done"

    x = mg.ones(2, requires_grad=True)
    x.grad = mg.tensor([3.0, -2.0])
    optimizer = Signs([x])
    log = []
    optimizer.register_step_pre_hook(lambda *_: log.append(x.tolist()))
    optimizer.register_step_post_hook(lambda *_: log.append(x.tolist()))
    assert optimizer.step() == "done"
    assert log == [[1.0, 1.0], [0.5, 1.5]]


def test_a_copy_has_no_hooks_and_parameters_of_its_own() -> None:
    x, optimizer = made(mg)
    optimizer.register_step_pre_hook(lambda *_: pytest.fail("a hook of the original"))
    twin = copy.deepcopy(optimizer)
    twin.step()
    assert x.tolist() == [1.0, 1.0]
    assert twin.param_groups[0]["params"][0].tolist() == [0.5, 0.5]
