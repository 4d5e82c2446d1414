"""What a check hands over: scripts that run, bytes that repeat, text, JSON; and its ways in."""

import json
import os
import re
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch
import wrong_operators as wrong
from test_tester import MISTAKES, report_of

import minigrad as mg
from minigrad_torch_compat import differential
from minigrad_torch_compat.differential import (
    Disagreement,
    Engine,
    OperatorReport,
    against,
    compare,
)
from minigrad_torch_compat.differential.strategies import pairs, reals, shapes


def run(script: str) -> list[str]:
    """Run a program in an interpreter of its own; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    return done.stdout.strip().splitlines()


SHOWN = ["sign", "unbroadcast", "copy", "half", "in_place", "crash", "layer", "random"]


def test_the_scripts_show_the_disagreements() -> None:
    scripts, engines = [], []
    for name in SHOWN:
        aspect, verdict = MISTAKES[name][1][:2]
        report = report_of(MISTAKES[name][0], aspects=[aspect])
        (found,) = [f for f in report.findings if (f.aspect, f.verdict) == (aspect, verdict)]
        scripts.append(found.script)
        engines.append([report.candidate, report.reference])
    # One after the other, each in a namespace of its own: importing PyTorch takes its time.
    lines = run(f"{IMPORTABLE}for script in {scripts!r}: exec(script, {{}})")
    for name, sides, ours, theirs in zip(SHOWN, engines, lines[::2], lines[1::2], strict=True):
        (mine, first), (other, second) = (line.split(":", 1) for line in (ours, theirs))
        assert [mine.strip(), other.strip()] == sides
        if name == "random":
            first, second = re.findall(r"\[[^]]*\]", first)
        assert first != second, scripts[SHOWN.index(name)]


# Adapters, and objects that cannot be written out, come from a file that the script must find.
IMPORTABLE = f"import sys; sys.path.insert(0, {os.path.dirname(wrong.__file__)!r})\n"


def test_the_script_writes_out_what_a_function_refers_to() -> None:
    factor = 3.0
    table = {"sin": torch.sin}
    candidate = lambda x: helper(x) * factor  # noqa: E731
    report = compare(candidate, lambda x: table["sin"](x) * 3, reals(), examples=20)
    script = report.findings[0].script
    assert "factor = 3.0" in script
    assert "def helper(x):" in script
    assert "import minigrad as mg" in script


def helper(x):
    return mg.cos(x)


REPEATED = """
import minigrad as mg, torch
from minigrad_torch_compat.differential import compare, strategies
report = compare(mg.exp, torch.expm1, strategies.reals(), examples=30, seed={seed})
print(report.to_json())
"""


def test_the_same_seed_gives_the_same_bytes_whatever_is_loaded() -> None:
    first = run(REPEATED.format(seed=3))
    assert run("import minigrad.nn, json, decimal\n" + REPEATED.format(seed=3)) == first
    here = compare(mg.exp, torch.expm1, reals(), examples=30, seed=3)
    assert here.to_json().splitlines() == first
    assert compare(mg.exp, torch.expm1, reals(), examples=30, seed=4) != here


def test_a_report_survives_json() -> None:
    report = report_of(MISTAKES["sign"][0])
    again = OperatorReport.from_dict(json.loads(report.to_json()))
    assert again == report
    assert str(again) == str(report)


def test_the_text_says_everything() -> None:
    text = str(report_of(MISTAKES["sign"][0], examples=25))
    assert text.startswith("exp_of_wrong_sign: minigrad differs from torch (25 examples, seed 0)")
    assert re.search(r"gradient +\d+ +[1-9]\d* +\d", text)
    assert "BUG in gradient" in text
    assert "finite differences agree with torch" in text
    assert "torch.autograd.grad" in text
    assert "ULPs apart: 0: " in text


def test_failing_raises_and_passing_does_not() -> None:
    compare(mg.exp, torch.exp, reals(), examples=5).raise_if_failed()
    with pytest.raises(Disagreement, match=r"mg\.sin"):
        compare(mg.sin, torch.exp, reals(), examples=5).raise_if_failed()


def test_the_decorator_leaves_the_function_alone() -> None:
    @against(torch.square, reals(), vjp=lambda g, x: 2 * x * g)
    def squared(x):
        return x * x

    assert squared(3) == 9
    assert squared.spec.name == "squared"
    assert squared.check(examples=20).ok
    assert squared.check(examples=20).candidate == "numpy"


def test_interrupts_pass_through() -> None:
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(interrupted, torch.exp, reals(), engine="minigrad", examples=5)


class Doubles(Engine):
    """The smallest adapter: a framework of numbers with a derivative in tow."""

    name = "doubles"

    def tensor(self, array, requires_grad=False):
        return array.tolist() if array.ndim else float(array)

    def array(self, value):
        return np.asarray(value, float)

    def gradients(self, call, weights):
        return [weights[0] * 2 * np.asarray(call.inputs[0], float)]


def test_an_adapter_of_three_methods_will_do() -> None:
    def square(x):
        return x * x

    report = compare(square, torch.square, reals(()), engine=Doubles(), examples=20)
    assert report.aspects["gradient"].status == "passed"
    assert {f.aspect for f in report.findings} == {"float32"}  # which it does not have
    cube = compare(lambda x: x * x * x, torch.pow, reals(()), engine=Doubles(), examples=5)
    assert not cube.ok


def test_a_reference_that_is_wrong_is_found_out() -> None:
    def reference(x):
        return torch.exp(x.detach()) + 0 * x  # the gradient is lost

    report = compare(mg.exp, reference, reals(), examples=20)
    found = next(f for f in report.findings if f.aspect == "gradient")
    assert found.evidence == "finite differences agree with minigrad"


def test_several_ways_of_failing_are_told_apart() -> None:
    """At 0 a convention, elsewhere a mistake: two findings of one aspect."""

    def candidate(x):
        return (x + mg.abs(x)) / 2 + mg.where(x > 1, x - x.detach(), 0 * x)

    report = compare(candidate, torch.relu, reals(), examples=100)
    found = {f.verdict: f for f in report.findings if f.aspect == "gradient"}
    assert set(found) == {"bug", "convention at a kink"}
    assert found["convention at a kink"].case == "candidate(np.array(0.0))"


def test_precision_says_who_is_off() -> None:
    def naive(x):
        return mg.log(mg.sum(mg.exp(x * 8)))

    def careful(x):
        return torch.logsumexp((x * 8).flatten(), 0)

    rounded = compare(
        lambda x: naive(x) + 1e5 - 1e5, careful, reals(shapes(min_side=1)), examples=30
    )
    (found,) = [f for f in rounded.findings if f.aspect == "float32"]
    assert found.verdict == "precision"
    (numbers,) = re.findall(r"is ([\d,]+) and .*?([\d,]+) ULPs", found.evidence)
    candidate, reference = (int(text.replace(",", "")) for text in numbers)
    assert candidate > reference


def test_without_torch_the_tester_works_and_says_what_is_missing() -> None:
    script = """
    import sys
    sys.modules["torch"] = None
    import minigrad as mg
    from minigrad_torch_compat.differential import compare, strategies
    square = (lambda x: x * x, lambda g, x: 2 * g * x)
    print(compare(mg.square, square, strategies.reals(), examples=5, reference_engine="numpy").ok)
    try:
        compare(mg.square, square, strategies.reals(), reference_engine="torch")
    except ImportError as error:
        print(error)
    """
    fine, error = run(textwrap.dedent(script))
    assert fine == "True"
    assert "minigrad[torch]" in error


def test_names_are_public() -> None:
    for name in differential.__all__:
        assert hasattr(differential, name)
    assert pairs  # strategies keep their names in one place


def test_a_function_without_source_leaves_a_place_for_it() -> None:
    scope = {"__name__": "__main__"}
    exec("twice = lambda x: 2 * x", scope)  # as typed at a prompt
    report = compare(scope["twice"], lambda x: x + x + 1, reals(()), examples=5)
    script = report.findings[0].script
    compile(script, "script.py", "exec")
    assert "its source was not found: put it here" in script
