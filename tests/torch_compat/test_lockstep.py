"""``diff`` finds mistakes that are planted in minigrad, at their lines, and nothing elsewhere."""

# ruff: noqa: F811 - fixtures that are imported

import pytest
from lockstep_runs import against, command, known  # noqa: F401

pytest.importorskip("torch")

TRAINING = """\
import torch
import torch.nn as nn
import torch.nn.functional as F

x, y = torch.randn(32, 6), torch.randint(0, 3, (32,))
gain = torch.ones(6, requires_grad=True)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 8)
        self.rest = nn.Sequential(nn.Sigmoid(), nn.Linear(8, 3))

    def forward(self, x):
        hidden = torch.tanh(self.first(x * gain))
        return self.rest(hidden)


net = Net()
optimizer = torch.optim.SGD([*net.parameters(), gain], lr=0.1, momentum=0.9)
for step in range(4):
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
    print(step, f"{loss.item():.4f}")
"""

RULE = """
from minigrad.autograd import PRIMITIVES
entry = PRIMITIVES["{name}"]
right = entry.rules[0]
entry.rules = (lambda g, {saved}: {factor} * right(g, {saved}), *entry.rules[1:])
"""


def line_of(program, part):
    """Return the number of the line that contains a text."""
    (found,) = [i for i, line in enumerate(program.splitlines(), 1) if part in line]
    return found


def test_a_training_agrees(command, tmp_path):
    code, shown, report = command(TRAINING, "--html", "page.html")
    assert code == 0, shown
    assert "The runs agree" in shown
    assert report["finding"] is None
    # Each step: product, first, tanh, rest, net, cross_entropy, backward, step, item; zero_grad is
    # the optimizer's. Before them: randn, randint, ones.
    assert report["counts"]["calls"] == 3 + 4 * 9
    assert report["counts"]["steps"] == 4
    # Of product, first, tanh, rest, loss; of four parameters and the gain.
    assert report["counts"]["gradients"] == 4 * (5 + 5)
    assert report["counts"]["worst"]["tanh"][1] < 1e-6
    assert (tmp_path / ".minigrad/diff/program/torch.out").read_text().startswith("0 ")
    page = (tmp_path / "page.html").read_text()
    assert "The runs agree" in page
    assert "http" not in page


def test_a_wrong_derivative_is_found_at_its_line(against):
    code, shown, report = against(TRAINING, RULE.format(name="tanh", saved="out", factor=0.99))
    finding = report["finding"]
    assert code == 1
    assert finding["kind"] == "gradient"
    assert finding["call"] == "tanh"
    assert finding["site"]["line"] == line_of(TRAINING, "torch.tanh")
    assert "torch.tanh(self.first(x * gain))" in shown
    assert "gradient of the result of nn.Linear (Net.first)" in shown
    error = finding["pairs"][0]["verdict"]["error"]
    assert error == pytest.approx(0.01, rel=0.2)


def test_a_wrong_derivative_for_a_leaf_is_found(against):
    setup = """
        from minigrad.autograd import PRIMITIVES
        entry = PRIMITIVES["mul"]
        right = entry.rules[1]
        entry.rules = (entry.rules[0], lambda g, x: 1.01 * right(g, x))
    """
    code, shown, report = against(TRAINING, setup)
    assert code == 1
    assert report["finding"]["call"] == "Tensor.__mul__"
    assert report["finding"]["site"]["line"] == line_of(TRAINING, "torch.tanh")
    assert "the gradient of gain" in shown


def test_a_wrong_derivative_within_a_layer_is_found(against):
    setup = RULE.format(name="sigmoid", saved="out", factor=1.01)
    code, _, report = against(TRAINING, setup)
    assert code == 1
    assert report["finding"]["call"] == "nn.Sequential (Net.rest)"
    assert report["finding"]["site"]["line"] == line_of(TRAINING, "self.rest(hidden)")


def test_a_wrong_result_is_found_at_its_line_with_inputs(against):
    setup = """
        import minigrad_torch_compat as torch
        right = torch.tanh
        torch.tanh = lambda x: right(x) * 1.001
    """
    code, shown, report = against(TRAINING, setup)
    finding = report["finding"]
    assert code == 1
    assert (finding["kind"], finding["call"]) == ("value", "tanh")
    assert finding["site"]["line"] == line_of(TRAINING, "torch.tanh")
    assert [pair["label"] for pair in finding["pairs"]] == ["result", "input 0"]
    assert finding["pairs"][0]["verdict"]["error"] == pytest.approx(1e-3, rel=0.05)
    assert finding["number"] == 6
    assert "float32 (32, 8)" in shown


def test_a_single_wrong_element_is_found(against):
    program = "import torch\nx = torch.rand(400, 500)\ny = x.exp()\nprint(y.shape)\n"
    setup = """
        import torch
        right = torch.Tensor.exp
        def wrong(x):
            y = right(x)
            y[123, 45] = 0.5
            return y
        torch.Tensor.exp = wrong
    """
    code, _, report = against(program, setup)
    assert code == 1
    assert report["finding"]["site"]["line"] == 3


def test_a_wrong_layer_within_a_layer_is_named(against):
    setup = """
        import torch
        right = torch.nn.Sigmoid.forward
        torch.nn.Sigmoid.forward = lambda self, x: right(self, x) + 0.01
    """
    code, _, report = against(TRAINING, setup)
    assert code == 1
    assert report["finding"]["call"] == "nn.Sigmoid (Net.rest.0)"


def test_a_wrong_step_is_found(against):
    setup = """
        import torch
        right = torch.optim.SGD.__init__
        def wrong(self, params, lr, **options):
            right(self, params, lr=lr * 1.1, **options)
        torch.optim.SGD.__init__ = wrong
    """
    code, shown, report = against(TRAINING, setup)
    assert code == 1
    assert report["finding"]["kind"] == "step"
    assert report["finding"]["site"]["line"] == line_of(TRAINING, "optimizer.step()")
    assert report["counts"]["steps"] == 1
    assert "their gradients agreed" in shown


@pytest.mark.parametrize(
    ("change", "kind"),
    [("y.double()", "dtype"), ("y.T", "shape"), ("y.detach()", "requires_grad")],
)
def test_results_of_another_kind(against, change, kind):
    program = "import torch\nx = torch.rand(2, 3, requires_grad=True)\ny = x.exp()\nprint(1)\n"
    setup = f"""
        import torch
        right = torch.Tensor.exp
        def wrong(x):
            y = right(x)
            return {change}
        torch.Tensor.exp = wrong
    """
    code, _, report = against(program, setup)
    assert (code, report["finding"]["kind"]) == (1, kind)
    assert report["finding"]["site"]["line"] == 3
