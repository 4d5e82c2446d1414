"""The replay page as text: its numbers, its safety, its size. A browser tries it elsewhere."""

import html
import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad.drawing.replaying.frames import frames
from minigrad.drawing.replaying.numbers import answers, numbers
from minigrad.drawing.replaying.orders import diamond, replayed


def trained(data):
    return mg.tensor(data, requires_grad=True)


def words(markup):
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", markup)).split())


def two_uses():
    x = trained([0.5, 1.0])
    h = mg.exp(x)
    return (h * x + h).sum(), {"x": x, "h": h}


def facts(page):
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    return json.loads(found)


# --- the pass ---------------------------------------------------------------------------------


def test_leaves_receive_what_backward_gives(tmp_path):
    (y, names), (z, others) = two_uses(), two_uses()
    path = y.replay(tmp_path / "new" / "out.html", names=names)
    z.backward()
    assert path == tmp_path / "new" / "out.html"
    np.testing.assert_array_equal(names["x"].grad.numpy(), others["x"].grad.numpy())
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()


def test_a_gradient_and_a_graph_that_stays(tmp_path):
    x = trained([1.0, 2.0])
    y = x * x
    y.replay(tmp_path / "a.html", mg.tensor([1.0, 10.0]), retain_graph=True)
    assert x.grad.tolist() == [2.0, 40.0]
    y.backward(mg.tensor([1.0, 1.0]))
    assert x.grad.tolist() == [4.0, 44.0]


def test_hooks_are_called_once(tmp_path):
    y, names = two_uses()
    calls = []
    names["h"].register_hook(lambda g: calls.append(g.tolist()))
    y.replay(tmp_path / "a.html")
    assert calls == [[1.5, 2.0]]


def test_the_wrong_order_is_the_oldest_first():
    replay = diamond(mg.Tensor)
    names = [[step.name for step in done.steps] for done in (replay.true, replay.wrong)]
    assert names[0] == ["AddBackward", "MulBackward", "ExpBackward"]
    assert names[1] == ["AddBackward", "ExpBackward", "MulBackward"]
    e = np.exp(0.5)
    np.testing.assert_allclose(replay.true.leaves[0], e * 2.5)
    np.testing.assert_allclose(replay.wrong.leaves[0], e * 2)  # what comes through mul is lost
    late = [s.to for step in replay.wrong.steps for s in step.contributions if s.late]
    assert late == ["h"]
    assert replay.wrong.steps[0].waiting == ()
    assert replay.wrong.steps[1].waiting == (2,)


def test_order_does_not_matter_in_a_tree():
    x = trained([1.0, 2.0])
    replay = replayed((mg.exp(x) * mg.sin(x)).sum(), None, False, None, 9)
    assert not replay.wrong.loses
    np.testing.assert_array_equal(replay.true.leaves[0], replay.wrong.leaves[0])


def test_several_results_in_both_orders():
    x = trained([[1.0, 2.0], [3.0, 4.0]])
    a, b = mg.unbind(x)
    replay = replayed((mg.exp(a) * b + a).sum(), None, False, None, 9)
    text = words("".join(frame.html for frame in frames(replay, "true")))
    assert "nothing arrived here" not in text
    turns = [step.name for step in replay.wrong.steps]
    assert turns == ["SumBackward", "AddBackward", "UnbindBackward", "MulBackward", "ExpBackward"]
    right = replay.true.leaves[0]
    np.testing.assert_allclose(right, [np.exp([1, 2]) * [3, 4] + 1, np.exp([1, 2])], rtol=1e-6)
    assert not np.array_equal(right, replay.wrong.leaves[0])


def test_errors(tmp_path):
    y, names = two_uses()
    with pytest.raises(ValueError, match=r"has 4 operations, more than max_steps=3"):
        y.replay(tmp_path / "a.html", max_steps=3)
    with pytest.raises(RuntimeError, match="does not require grad"):
        mg.tensor(1.0).replay(tmp_path / "a.html")
    with pytest.raises(RuntimeError, match="only for scalar outputs"):
        (names["x"] * 2.0).replay(tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []
    assert names["x"].grad is None
    y.backward()


def test_no_grad_mode_does_not_matter(tmp_path):
    x = trained(2.0)
    y = x * x
    with mg.no_grad():
        y.replay(tmp_path / "a.html")
    assert x.grad.item() == 4.0


def test_a_leaf_alone(tmp_path):
    x = trained(2.0)
    page = x.replay(tmp_path / "a.html", names={"x": x}).read_text()
    assert "Backward from x" in page
    assert x.grad.item() == 1.0


# --- what it says -----------------------------------------------------------------------------


def test_a_step_in_words():
    y, names = two_uses()
    told = frames(replayed(y, None, False, names, 9), "true")
    first, _, add, mul, exp, last = (words(frame.html) for frame in told)
    assert "The pass starts at sum #4 , with this gradient: 1" in first
    assert "Arrives 1 1 (2,) Goes out" in add
    assert "goes to h = exp #1 : the first to arrive there" in add
    assert "dx = g * y" in mul
    assert "1 1 (2,) + 0.5 1 (2,) = 1.5 2 (2,)" in mul
    assert "Queue The youngest goes next: h = exp #1" in mul
    assert "Saved by the forward pass out 1.649 2.718 (2,)" in exp
    assert "Queue empty" in exp
    assert "x #0 4.122 8.155 (2,)" in last


def test_broadcast_gradients_are_summed_in_sight():
    x, b = trained([1.0, 2.0]), trained(3.0)
    told = frames(replayed((x + b).sum(), None, False, {"b": b}, 9), "true")
    assert "1 1 (2,) → goes to b #1 , summed to the shape () of what was broadcast" in words(
        told[2].html
    )


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.float32([1.5]), "1.5 (1,)"),
        (np.array(2.0), "2"),
        (np.zeros((0, 3)), "empty (0, 3)"),
        (np.arange(9.0), "|g| 14.28 min 0 max 8 (9,)"),  # 9 columns are too many
        (np.arange(4.0).reshape(2, 1, 2), "[0, :, :] 0 1 [1, :, :] 2 3 (2, 1, 2)"),
        (np.array([np.nan, 1.0]), "nan 1 (2,) ⚠ 1 NaN"),
        (np.array([1 + 2j]), "1+2j (1,)"),
        ((1, 2, "same"), "(1, 2, 'same')"),
        (None, "nothing arrived here"),
    ],
)
def test_numbers(array, expected):
    assert words(numbers(array)) == expected


def test_8_by_8_is_a_table_and_9_by_8_a_summary():
    assert numbers(np.zeros((8, 8))).count("<td>") == 64
    assert numbers(np.zeros((9, 8))).count("<td>") == 0


def test_what_a_quiz_asks():
    assert answers(np.float32([[1 / 3, 2]])) == [0.333333343, 2.0]
    assert answers(np.zeros(17)) is None
    assert answers(np.array([np.inf])) is None
    assert answers(np.array([1j])) is None


def test_asked_numbers_are_the_gradients(tmp_path):
    y, names = two_uses()
    data = facts(y.replay(tmp_path / "a.html", names=names).read_text())
    true, wrong = data["passes"]
    assert [frame["node"] for frame in true["frames"]] == [4, 4, 3, 2, 1, None]
    assert [frame["node"] for frame in wrong["frames"]] == [4, 4, 3, 1, 2, None]
    assert [one["numbers"] for one in true["frames"][3]["asked"]] == [
        [0.5, 1.0],
        [pytest.approx(np.exp(0.5)), pytest.approx(np.exp(1.0))],
    ]
    assert true["frames"][3]["edges"] == [2, 1] or true["frames"][3]["edges"] == [1, 2]


# --- the file ---------------------------------------------------------------------------------


def test_hostile_names(tmp_path):
    name = '</script><script>alert(1)</script><!--"&\x00\u2028日本'
    x = trained(2.0)
    page = (x * x).replay(tmp_path / "a.html", names={name: x}).read_text(encoding="utf-8")
    assert "alert(1)</script>" not in page
    assert page.count("<script") == 2
    assert html.escape(name[:20]) in page


def test_it_refers_to_nothing_outside(tmp_path):
    y, names = two_uses()
    page = y.replay(tmp_path / "a.html", names=names).read_text()
    page = page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//\w|@import|url\(|src=", page)
    assert str(Path(__file__).parent) not in page  # nor to the reader's folders


def test_the_fixed_code_is_small():
    folder = files("minigrad.drawing")
    fixed = [folder / "picture.css"]
    fixed += [folder / "replaying" / f"page.{kind}" for kind in ("html", "css", "js")]
    assert sum(len(file.read_bytes()) for file in fixed) < 100_000


def test_these_files_are_shipped():
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    for name in ("picture.css", *(f"replaying/page.{kind}" for kind in ("html", "css", "js"))):
        assert f'"drawing/{name}"' in project


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_same_bytes_in_any_process(tmp_path, seed):
    program = (
        "import minigrad as mg, sys\n"
        "x = mg.tensor([0.5, 1.0], requires_grad=True); h = mg.exp(x); y = (h * x + h).sum()\n"
        "y.replay(sys.argv[1], names={'x': x, 'h': h})\n"
    )
    made = []
    for name, hashes in (("a.html", "1"), ("b.html", seed)):
        environment = {**os.environ, "PYTHONHASHSEED": hashes}
        path = tmp_path / name
        subprocess.run([sys.executable, "-c", program, path], env=environment, check=True)
        made.append(path.read_bytes())
    assert made[0] == made[1]


def test_a_thousand_steps(tmp_path):
    y = x = trained(1.0)
    for _ in range(1000):
        y = y * 1.0
    page = y.replay(tmp_path / "a.html").read_text()
    assert len(facts(page)["passes"][0]["frames"]) == 1002
    assert x.grad.item() == 1.0
