"""The text of derivative rules is that of their source."""

import numpy as np
import pytest

from minigrad.autograd.primitive import PRIMITIVES, Primitive
from minigrad.drawing.formulas import formula, formulas


def entry(forward, joint=None, **rules):
    """A primitive outside the table."""
    return Primitive(forward, rules, joint, False, None)


def test_expressions_of_lambdas():
    assert formula(PRIMITIVES["mul"], "x") == "g * y"
    assert formula(PRIMITIVES["mul"], "y") == "g * x"
    assert formula(PRIMITIVES["div"], "y") == "-g * x / (y * y)"
    assert formulas(PRIMITIVES["exp"]) == {"x": "g * out"}


def test_names_lose_their_underscores():
    rule = lambda g, x: _private(g) * x._attribute  # noqa: E731, F821
    assert formula(entry(lambda x: x, x=rule), "x") == "private(g) * x._attribute"


def test_a_named_rule_is_told_by_its_docstring():
    def rule(g, x):
        """dx = g * cosh(x).

        And why.
        """

    def undocumented(g, x):
        pass

    assert formula(entry(lambda x: x, x=rule), "x") == "g * cosh(x)"
    assert formula(entry(lambda x: x, x=undocumented), "x") == "undocumented(g, x)"


def test_operands_without_a_rule():
    assert formula(PRIMITIVES["gt"], "x") is None
    assert formulas(PRIMITIVES["gt"]) == {}


def test_unknown_operand():
    with pytest.raises(KeyError, match="mul has operands"):
        formula(PRIMITIVES["mul"], "z")


def test_a_lambda_with_a_name_of_its_own():
    rule = lambda g, x: g * x * 2  # noqa: E731

    def forward(x):
        return x

    assert formula(entry(forward, x=rule), "x") == "g * x * 2"


def test_two_alike_lambdas_on_one_line_are_not_guessed():
    def forward(x, y):
        return x

    rules = {"x": lambda g: g, "y": lambda g: -g}
    assert formula(entry(forward, **rules), "x") == "rule(g)"


def test_joint_rules():
    def forward(x, y):
        return x

    def both(g, x, y):
        """dx = g * y, dy = h * x; h is g."""

    pair = entry(forward, joint=lambda g, x, y: (g * y, g * x))
    assert formulas(pair) == {"x": "g * y", "y": "g * x"}
    named = entry(forward, joint=both)
    assert formulas(named) == {"x": "g * y; h is g", "y": "h * x; h is g"}


def test_without_source():
    scope = {}
    exec("def forward(x): return x\nrule = lambda g, x: g * x", scope)
    assert formula(entry(scope["forward"], x=scope["rule"]), "x") == "rule(g, x)"


@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_rule_of_the_table_has_a_text(name):
    primitive = PRIMITIVES[name]
    texts = formulas(primitive)
    with_rules = primitive.joint or {
        operand for operand, rule in zip(primitive.operands, primitive.rules) if rule
    }
    assert primitive.joint or set(texts) == with_rules
    for text in texts.values():
        assert text
        assert not text.startswith("rule(")


def test_text_and_rule_agree():
    g, x, y = (np.array(v) for v in (0.5, 2.0, 3.0))
    for operand, rule in zip("xy", PRIMITIVES["div"].rules, strict=True):
        text = formula(PRIMITIVES["div"], operand)
        arguments = (g, y) if operand == "x" else (g, x, y)
        assert eval(text, {"g": g, "x": x, "y": y}) == rule(*arguments)
