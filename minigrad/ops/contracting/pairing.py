"""In which order to contract many tensors, two at a time: the fewest multiplications.

The order decides everything: ``ni,ia,aj->nj`` costs n i a + n a j one way and i a j + n i j the
other, and a bad order makes intermediate results that need not fit in memory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

EXACT = 8  # up to so many tensors all orders are compared: 3 ** n / 2 joins

Pairs = list[tuple[int, int]]


def best_pairs(terms: Sequence[str], output: str, sizes: Mapping[str, int]) -> Pairs:
    """Return the pairs to contract, by position; each result is appended to the list.

    Args:
        terms: the labels of each tensor.
        output: the labels of the result.
        sizes: the size of each label.
    """
    search = _exact if len(terms) <= EXACT else _greedy
    return search([frozenset(term) for term in terms], frozenset(output), sizes)


def _exact(
    terms: Sequence[frozenset[str]], output: frozenset[str], sizes: Mapping[str, int]
) -> Pairs:
    """Find the cheapest tree by dynamic programming over the sets of tensors (bit masks).

    What a set contracts to, and so the price of joining two sets, does not depend on the order
    inside them. Equal prices are decided by the size of the intermediate results.
    """
    count = len(terms)
    full = (1 << count) - 1
    union = [frozenset[str]()] * (full + 1)
    for mask in range(1, full + 1):
        low = (mask & -mask).bit_length() - 1
        union[mask] = union[mask & (mask - 1)] | terms[low]
    left = [union[mask] & (union[full ^ mask] | output) for mask in range(full + 1)]
    best: dict[int, tuple[int, int]] = {1 << i: (0, 0) for i in range(count)}
    split: dict[int, int] = {}
    for mask in range(1, full + 1):
        if mask in best:
            continue
        low, size = mask & -mask, _size(left[mask], sizes)
        part = (mask - 1) & mask
        while part:
            if part & low:  # each split once: the part that holds the lowest tensor
                (price_a, size_a), (price_b, size_b) = best[part], best[mask ^ part]
                price = price_a + price_b + _size(left[part] | left[mask ^ part], sizes)
                total = (price, size_a + size_b + size)
                if mask not in best or total < best[mask]:
                    best[mask], split[mask] = total, part
            part = (part - 1) & mask
    return _in_order(split, full, count)


def _in_order(split: Mapping[int, int], full: int, count: int) -> Pairs:
    """Return the pairs of a tree of splits, children before parents."""
    pairs: Pairs = []

    def visit(mask: int) -> int:
        if mask not in split:
            return mask.bit_length() - 1
        pairs.append((visit(split[mask]), visit(mask ^ split[mask])))
        return count + len(pairs) - 1

    visit(full)
    return pairs


def _greedy(
    terms: Sequence[frozenset[str]], output: frozenset[str], sizes: Mapping[str, int]
) -> Pairs:
    """Contract the pair that frees the most memory, again and again."""
    live = dict(enumerate(terms))
    pairs: Pairs = []
    while len(live) > 1:

        def freed(pair: tuple[int, int]) -> tuple[int, int]:
            a, b = (live[i] for i in pair)
            grown = _size(_joined(live, pair, output), sizes) - _size(a, sizes) - _size(b, sizes)
            return grown, _size(a | b, sizes)

        pair = min(combinations(live, 2), key=freed)
        joined = _joined(live, pair, output)
        for i in pair:
            del live[i]
        live[len(terms) + len(pairs)] = joined
        pairs.append(pair)
    return pairs


def _joined(
    live: Mapping[int, frozenset[str]], pair: tuple[int, int], output: frozenset[str]
) -> frozenset[str]:
    """Return the labels of a pair's product that someone still needs."""
    others = (labels for i, labels in live.items() if i not in pair)
    return (live[pair[0]] | live[pair[1]]) & output.union(*others)


def _size(labels: frozenset[str], sizes: Mapping[str, int]) -> int:
    return math.prod(sizes[label] for label in labels)
