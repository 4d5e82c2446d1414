"""Path-SGD: the same function in two networks, and optimizers that do or do not notice.

Run it with ``python -m minigrad.examples.path_sgd``; read it in this order:

    command.py    the options, and the chapters in their order
    networks.py   a network, and another one with the same function: hidden units rescaled
    learning.py   SGD, AdaGrad, Path-SGD; how their rates are chosen; what becomes of both networks
    theorem.py    Path-SGD passes through the same functions from both: to rounding, or exactly
    pictures.py   the curves

Source: B. Neyshabur, R. Salakhutdinov, N. Srebro, Path-SGD: path-normalized optimization in deep
neural networks, 2015.
"""
