"""Grading implementations of autograd engines that were handed in.

From the ground up: ``submissions`` (what was handed in), ``wall`` (running it apart from everything
that it must not see or touch).
"""
