"""The differential tester: any implementation against any other, on inputs found by Hypothesis.

Point it at two callables and a strategy of arguments, and print what it says::

    from minigrad_torch_compat.differential import compare, strategies

    report = compare(my_softmax, torch.softmax, strategies.with_dim())
    print(report)

The candidate may run on minigrad, on PyTorch, on plain NumPy with a gradient written by hand
(``(f, vjp)``, or an object with ``forward`` and ``backward``), or on any framework that a small
adapter speaks for (``engines``). Values are the least of it: each example is compared in a dozen
**aspects** (``aspects``), from dtype and second gradients to views, in-place methods and errors.

What differs is **shrunk** to the smallest call, given a **verdict** (``verdicts``) that finite
differences or more digits support, and written out as a **script** that runs by itself.

minigrad's own operators are specs in a registry (``SPECS``, filled by importing ``specs``), each a
candidate, a reference and a strategy; ``check(spec)`` reports on one.

Read in this order: ``spec`` (what is compared), ``engines`` (who computes), ``examination`` and
``aspects`` (one example), ``closeness`` (how near is near), ``differences`` and ``verdicts`` (what
a difference means), ``search`` and ``check`` (many examples), ``script`` and ``report`` (what you
get to see).
"""

try:
    import hypothesis as _hypothesis
except ImportError as error:
    raise ImportError(
        "the differential tester needs Hypothesis: python -m pip install 'minigrad[test]'"
    ) from error

from . import strategies
from .aspects import ASPECTS, CORE
from .check import against, check, compare, compare_case, spec_of, with_itself
from .engines import Call, Engine, NumpyEngine, Pair, TapeEngine, engine
from .examination import Disagreement
from .report import Finding, OperatorReport, Tally
from .spec import SPECS, Case, Spec, case, register
from .verdicts import VERDICTS

__all__ = [
    "ASPECTS", "CORE", "SPECS", "VERDICTS", "Call", "Case", "Disagreement", "Engine", "Finding",
    "NumpyEngine", "OperatorReport", "Pair", "Spec", "TapeEngine", "Tally", "against", "case",
    "check", "compare", "compare_case", "engine", "register", "spec_of", "strategies",
    "with_itself",
]  # fmt: skip
