"""The facade speaks as PyTorch for a whole process: here, for one test at a time."""

import sys

import pytest

from minigrad_torch_compat import spelling

# They would run when imported to look for doctests.
collect_ignore = ["programs"]


def pytest_collection_finish() -> None:
    """Undo what importing the tests did."""
    spelling.remove()


@pytest.fixture(autouse=True)
def _spelled_for_one_test():
    """Install the spelling if the test's file uses the facade, and remove it afterwards."""
    if "minigrad_torch_compat.facade" in sys.modules:
        spelling.install()
    yield
    spelling.remove()
