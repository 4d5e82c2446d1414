"""The inner side of the wall: what runs in the process that the submission is given.

Loaded by ``boot`` with numpy and the standard library alone; nothing here knows an expected value.

Read: ``warden`` (starts workers, and ends all that they leave), ``worker`` (a process locks itself
in), ``runner`` (loads the submission, evaluates requests); ``frames`` (what crosses the wall).
"""
