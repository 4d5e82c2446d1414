"""Mutants that no input can tell from the original, with the reason."""

EQUIVALENT: dict[str, str] = {
    "binary_cross_entropy_with_logits: missing un-broadcast": "its operands have one shape",
    "contract: missing un-broadcast": "a label names one size, so that nothing is broadcast",
    "matmul: missing un-broadcast": "of vectors and matrices, nothing is broadcast",
    "soft_cross_entropy: missing un-broadcast": "its operands have one shape",
    "rnn_relu: missing un-broadcast": "its operands' sizes are checked: nothing is broadcast",
    "nextafter.x: swapped x and y: lambda g, x, y: where(y == x, 0, g)": "equality is symmetric",
    "pow.y: dropped factor: return where(y.real >= 0, 0, g * -math.inf)": (
        "0 to a negative power is infinite itself"
    ),
    **{
        f"spherical_bessel_j0.x: {change}": (
            "the last term of the series: 7e-11 of the value, less than is compared"
        )
        for change in (
            "sign: series = x * (-1 / 3 + square * (1 / 30 + square * (-1 / 840 - "
            "square / 45360)))",
            "dropped term: series = x * (-1 / 3 + square * (1 / 30 + square * (-1 / 840)))",
        )
    },
}
