"""The differential tester: every operator against PyTorch, on inputs found by Hypothesis."""

from .compare import Disagreement, compare
from .spec import SPECS, Case, Spec, case, register

__all__ = ["SPECS", "Case", "Disagreement", "Spec", "case", "compare", "register"]
