"""PyTorch still answers as the list says, minigrad rightly, and the document shows the list."""

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad_torch_compat.differential import disagreements
from minigrad_torch_compat.differential.disagreements import KNOWN, Known


def answer(entry: Known, engine: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = entry.program(engine)
        except Exception as error:
            return type(error).__name__
    return found.tolist() if hasattr(found, "tolist") else found


def same(found: Any, expected: Any) -> bool:
    if isinstance(found, str) or isinstance(expected, str):
        return found == expected
    one, other = np.asarray(found), np.asarray(expected)
    # The special functions differ in the ninth of eleven digits.
    digits = len(str(expected).partition(".")[2])
    tolerance = 1e-10 if one.ndim == 0 and digits > 10 else 1e-4
    return one.shape == other.shape and np.allclose(
        one, other, rtol=tolerance, atol=0, equal_nan=True
    )


@pytest.mark.parametrize("entry", KNOWN, ids=[entry.title for entry in KNOWN])
def test_pytorch_answers_as_the_list_says(entry: Known) -> None:
    if entry.theirs is None:
        pytest.skip("differs from run to run")
    found = answer(entry, torch)
    assert same(found, entry.theirs), found


@pytest.mark.parametrize("entry", KNOWN, ids=[entry.title for entry in KNOWN])
def test_minigrad_answers_rightly(entry: Known) -> None:
    found = answer(entry, mg)
    assert same(found, entry.right), found


@pytest.mark.skipif(sys.version_info < (3, 11), reason="one version's document is enough")
def test_the_document_shows_the_list() -> None:
    path = Path(disagreements.__file__).with_name("DISAGREEMENTS.md")
    assert path.read_text(encoding="utf-8") == disagreements.document()
