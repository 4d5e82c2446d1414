"""Histograms, where rounding decides on the bin."""

import numpy as np
import torch

import minigrad as mg


def test_edges_are_pytorchs_to_the_bit() -> None:
    x = np.array([[0.001, -0.139625], [0.001, 1.28225], [0.001, -2.983375]], np.float32)
    theirs = torch.histogramdd(torch.tensor(x), [2, 3])
    ours = mg.histogramdd(mg.tensor(x), [2, 3])
    np.testing.assert_array_equal(ours.hist.numpy(), theirs.hist.numpy())
    for a, b in zip(ours.bin_edges, theirs.bin_edges):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
