"""Mutants that no input can tell from the original, with the reason."""

EQUIVALENT: dict[str, str] = {
    "binary_cross_entropy_with_logits: missing un-broadcast": "its operands have one shape",
    "contract: missing un-broadcast": "a label names one size, so that nothing is broadcast",
    "matmul: missing un-broadcast": "of vectors and matrices, nothing is broadcast",
    "soft_cross_entropy: missing un-broadcast": "its operands have one shape",
    "nextafter.x: swapped x and y: lambda g, x, y: where(y == x, 0, g)": "equality is symmetric",
    "pow.y: dropped factor: return where(y.real >= 0, 0, g * -math.inf)": (
        "0 to a negative power is infinite itself"
    ),
}
