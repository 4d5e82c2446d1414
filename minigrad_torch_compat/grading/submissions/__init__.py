"""What was handed in: a Python file, a folder or package, a notebook, a zip of one of them.

``prepare(path)`` reads it into memory, and runs nothing: a ``Submission`` is its files, which
modules to import or cells to run, and notes for the report.

Read: ``reading`` (paths to files, with limits), ``entry`` (which file is the one), ``notebooks``,
``text`` (encodings), ``imports`` (what a source imports).
"""

from .imports import Import, forbidden, imports_of
from .prepare import prepare
from .reading import SubmissionError
from .submission import Submission

__all__ = ["Import", "Submission", "SubmissionError", "forbidden", "imports_of", "prepare"]
