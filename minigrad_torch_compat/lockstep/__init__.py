"""The lock-step mode: a program under PyTorch and under minigrad, compared call by call.

``python -m minigrad_torch_compat diff SCRIPT.py`` runs the program twice, in processes of their
own, and names the first call, gradient or step at which the two part.

    child      one run: the engine is chosen, the seed set, the program started
    wrapping   puts a recorder around the public names of ``torch``, the same under both engines
    recording  what is noted of a call; gradients come from hooks on its results
    summary    what is kept of a tensor: hash, statistics, some values
    records    the file of a run, a line for each event
    aligning   pairs the events of two files
    judging    how far apart two numbers may be
    comparing  walks the pairs up to the first finding
    terminal, page    the report
"""
