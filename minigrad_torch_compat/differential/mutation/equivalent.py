"""Mutants that no input can tell from the original, with the reason."""

EQUIVALENT: dict[str, str] = {}
