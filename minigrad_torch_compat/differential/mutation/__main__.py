"""Print the mutation score of all derivative rules, or of those of the primitives named."""

from __future__ import annotations

import argparse
import sys

from minigrad.autograd import PRIMITIVES

from .. import specs as specs
from .suite import all_mutants, score, survivors


def main() -> None:
    """Alter the rules of the primitives that are named, or of all, and print who was caught."""
    parser = argparse.ArgumentParser(prog="python -m minigrad_torch_compat.differential.mutation")
    parser.add_argument("primitives", nargs="*", help="names; all by default")
    parser.add_argument("--examples", type=int, default=12, help="cases of each spec")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    given = parser.parse_args()
    names = given.primitives or sorted(PRIMITIVES)
    unknown = sorted(set(names) - set(PRIMITIVES))
    if unknown:
        parser.error(f"no primitives: {', '.join(unknown)}")
    result = score(all_mutants(names), examples=given.examples, seed=given.seed, jobs=given.jobs)
    if left := survivors(result):
        print(left)
    print(result)
    sys.exit(bool(result.survived or result.unused))


if __name__ == "__main__":
    main()
