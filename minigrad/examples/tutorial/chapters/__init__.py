"""The chapters, in the order of reading.

A chapter is a file. Its docstring is the title and the opening words. Every function without
parameters is a snippet: its name is the heading, its docstring the words, its body the code, which
is run as it stands. Classes and functions with parameters are shown whole; later snippets use them.
"""

CHAPTERS = (
    "tensors",
    "shapes",
    "broadcasting",
    "numpy_bridge",
    "devices",
    "gradients",
    "graphs",
    "datasets",
    "layers",
    "training",
    "saving",
)
