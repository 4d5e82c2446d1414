"""The rest of arithmetic: forms of the calls, numbers that are none, in-place forms, refusals."""

import pytest
import torch
from engines import agree, fail

import minigrad as mg

FORMS = [
    *("t.is_nonzero(k)", "t.is_same_size(f, d)", "t.is_signed(u)", "t.is_signed(f)"),
    *(
        "t.addcmul(i, i, i, value=2)",
        "t.addcmul(i, i, i, value=2.5)",
        "t.addcmul(i, f, i)",
    ),
    *("t.addcmul(f, f, t.tensor(2.0), value=0.5)", "f.addcmul(g, d)", "t.addcdiv(i, f, i)"),
    *("f.clone().addcdiv_(f, f, value=2)", "f.clone().addcmul_(f, i)", "f.addcdiv(g, d, value=3)"),
    *("t.rsub(f, 2)", "t.rsub(f, 2, alpha=3)", "t.rsub(i, i, alpha=2)", "t.rsub(f, d)"),
    *("t.float_power(f, 2)", "t.float_power(2, f)", "t.float_power(h, h)", "t.float_power(i, i)"),
    *("d.clone().float_power_(2)", "t.copysign(f, -1)", "t.copysign(i, -1)", "f.copysign(odd[:2])"),
    *("t.copysign(odd, -0.0)", "t.signbit(odd)", "t.signbit(u)", "t.sgn(odd)", "t.fix(odd)"),
    *("t.frexp(odd)", "t.frexp(h)", "t.frexp(x)", "t.frexp(z)", "t.ldexp(h, i)", "t.ldexp(b, b)"),
    *("f.clone().ldexp_(i)", "t.nextafter(odd, odd.flip(0))", "t.nextafter(h, -h)"),
    *("t.heaviside(odd, f[:1])", "t.heaviside(i, k)", "f.heaviside(t.tensor(2.0))"),
    *("t.fmax(odd, odd.flip(0))", "t.fmin(odd, odd.flip(0))", "f.fmax(g)", "t.fmin(i, f)"),
    *("t.hypot(odd, odd.flip(0))", "t.hypot(f, i)", "f.clone().hypot_(f)", "t.sinc(odd)"),
    *("t.sinc(t.tensor(0.0))", "t.deg2rad(i)", "t.rad2deg(odd)", "f.clone().deg2rad_()"),
    *("t.logit(t.tensor([0.0, 0.5, 1, 2, -1]))", "t.logit(t.tensor([0.0, 0.5, 1, 2, -1]), 0.1)"),
    *("t.logit(t.tensor([0.0, 0.5, 1, 2]), eps=0.6)", "t.logit(t.tensor([0.0, 2]), -1)"),
    *("t.logaddexp2(odd, odd)", "t.logaddexp2(h, h)", "f.logaddexp2(d)"),
    *("t.gcd(i, i)", "t.gcd(i, u)", "t.lcm(i, t.tensor(4))", "t.lcm(t.tensor(-4), t.tensor(6))"),
    *("t.gcd(k - k, k - k)", "i.clone().gcd_(n.long())", "i.clone().lcm_(k)"),
    *("i << 2", "1 << i", "i >> 1", "u << 7", "u >> 8", "i << 64", "i >> 64", "i << b", "b << 1"),
    *("op.ilshift(i, 2)", "op.irshift(i, 1)", "i.bitwise_left_shift(2)", "2 >> n"),
    *("i.clone().bitwise_left_shift_(1)", "i.clone().bitwise_right_shift_(k)"),
    *("t.clamp_min(i, 1.5)", "t.clamp_max(i, t.tensor([1.5, 3.0]))", "f.clamp_min(min=0)"),
    *("t.clamp(b, 1, 2)", "t.clamp(f, t.tensor([1.5, 0]), t.tensor([1, 0]))", "odd.clamp(min=0)"),
    *("f.clone().clamp_min_(0)", "f.clone().clamp_max_(g[1])", "t.clamp(odd, max=1)"),
    *("t.isin(i, 3)", "t.isin(3, i)", "t.isin(i, t.tensor([[3.0, 1]]), invert=True)"),
    *("t.isin(odd, odd)", "t.isin(f, z)", "t.isin(z, f)", "t.isin(k, k, assume_unique=True)"),
    *("t.isposinf(odd)", "t.isneginf(odd)", "t.isreal(odd)", "t.isneginf(i)", "f.isreal()"),
    *("f.clone().eq_(f)", "f.clone().ne_(1.5)", "i.clone().lt_(k)", "f.clone().le_(0)"),
    *("f.clone().gt_(0)", "f.clone().ge_(d)", "f.clone().less_(0)", "f.clone().less_equal_(0)"),
    *("f.clone().greater_(0)", "f.clone().greater_equal_(0)", "f.clone().not_equal_(0)"),
    *("b.clone().eq_(b)", "t.greater(f, 0)", "f.less_equal(d)", "f.not_equal(0)", "f.less(i)"),
    *("f.greater_equal(0)", "t.true_divide(i, 2)", "f.clone().true_divide_(2)", "i.positive()"),
    *("f.clone().arcsinh_()", "f.clone().arctan_()", "f.arctan2(d)", "f.clone().arctan2_(f)"),
    *("f.clone().fix_()", "f.clone().sinc_()", "f.sigmoid().logit_(0.2)", "f.arcsinh()"),
    *("t.nan_to_num(odd, nan=3)", "t.nan_to_num(odd, 1, 2, 3)", "t.nan_to_num(i, nan=3)"),
    *("t.round(f, decimals=1)", "t.round(odd * 123, decimals=-1)", "t.pow(i, t.tensor([-1, -2]))"),
    *("t.pow(i, -1.0)", "t.pow(-1, i)", "t.pow(b, True)", "t.pow(b, 2)", "t.pow(True, i)"),
    *("t.allclose(f, f)", "t.isclose(odd, odd, equal_nan=True)", "t.allclose(f, f + 1, 1, 1)"),
    *("t.lerp(f, f, t.tensor([1.0, 2]))", "t.lerp(f, f, s)", "f.lerp(f, 1)", "t.lerp(f, g, 0.3)"),
]


@pytest.mark.parametrize("expression", FORMS)
def test_results_and_dtypes(expression: str) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("t.copysign(odd, -1)", "t.fmax(odd, odd.flip(0))", "t.fmin(odd, odd.flip(0))"),
        *("t.frexp(f)[0]", "t.ldexp(f, k)", "t.nextafter(f, t.tensor([1.5, 0.0]))", "t.sgn(odd)"),
        *("t.logit(t.tensor([0.0, 0.5, 1, 2, -1]) * f[0] / f[0], 0.1)", "t.addcmul(f, h, d)"),
        *("t.addcdiv(f, h, g, value=2)", "f.clone().addcdiv_(f, g[1])", "t.hypot(f, f - f)"),
        *("t.hypot(f - f, f - f)", "t.rsub(f, d, alpha=2)", "t.float_power(f.abs(), d)"),
        *("t.clamp(f, t.tensor([1.5, 0]), t.tensor([1, 0]))", "f.clone().clamp_min_(0)"),
        *("t.remainder(f, d)", "t.fmod(f, d)", "t.div(f, d, rounding_mode='floor')"),
        *("t.sinc(t.stack([f[0], f[1] - f[1]]))", "t.nan_to_num(odd)", "t.lerp(f, g, 0.3)"),
    ],
)
def test_gradients(expression: str) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize("expression", ["f // 2", "t.floor_divide(f, d)", "t.heaviside(f, f)"])
def test_backward_of_what_has_no_derivative_raises(expression: str) -> None:
    for engine in (mg, torch):
        f, d = (engine.tensor(values, requires_grad=True) for values in ([1.5, -2.0], [0.5, 2.0]))
        result = eval(expression, {"t": engine, "f": f, "d": d})
        assert result.requires_grad
        with pytest.raises(RuntimeError, match=r"derivative for .* is not implemented"):
            result.sum().backward()


@pytest.mark.parametrize(
    "expression",
    [
        *("t.addcmul(b, b, b)", "t.addcmul(f, 2, f)", "t.addcdiv(i, i, i)", "t.addcdiv(f, b, b)"),
        *("i.clone().addcmul_(f, f)", "t.rsub(b, b)", "t.rsub(i, i, alpha=2.5)", "t.addcmul(f, f)"),
        *("f.clone().float_power_(2)", "t.float_power(2, 3)", "i.clone().copysign_(f)"),
        *("t.heaviside(i, f)", "t.heaviside(f, 2)", "t.ldexp(f, 2)", "t.frexp(i)", "t.hypot(i, i)"),
        *("t.nextafter(i, i)", "t.nextafter(f, 1)", "t.gcd(b, b)", "t.gcd(i, 2)", "t.lcm(f, f)"),
        *("f << 1", "b << b", "i << 1.5", "h >> 1", "1.5 << i", "op.ilshift(f, 1)", "i << None"),
        *("t.clamp_max(f, None)", "t.clamp(f, 'a')", "t.clamp(f)", "i.clone().clamp_(1.5)"),
        *("t.isin(b, b)", "t.isin(3, 3)", "t.isin(i, True)", "t.isclose(f, i)", "t.isclose(f, 2)"),
        *("t.isclose(f, f, rtol=-1)", "t.positive(b)", "+b", "t.fix(b)", "t.fmax(f, 2)"),
        *("t.logaddexp2(i, i)", "t.lerp(f, d, 2)", "t.lerp(f, f, d)", "t.lerp(i, i, 2)"),
        *("t.lerp(b, f, 0.5)", "t.pow(i, -1)", "t.pow(u, -1)", "t.pow(b, b)", "t.pow(True, b)"),
        *("divmod(f, 2)", "t.round(i, decimals=1)", "t.round(b)", "t.abs(b)", "t.neg(b)", "~f"),
        *("t.bitwise_not(f)", "t.bitwise_and(f, 1)", "f | 1", "t.true_divide(f)", "t.floor(b)"),
        *("t.eq(f, None)", "t.fmod(f, None)", "t.dist(f, 2)", "t.deg2rad('a')"),
    ],
)
def test_refusals(expression: str) -> None:
    fail(expression)
