"""A layer as a tensor train: a matrix of 561 numbers, or fewer, and what that costs.

Run it with ``python -m minigrad.examples.tt_layer``; read it in this order:

    command.py      the options, and the chapters in their order
    cutting.py      a matrix as a tensor train, its error when ranks are cut, Oseledets' bound
    states.py       the same trains in physics: the GHZ state has bond dimension 2
    compressing.py  a trained layer compressed, then trained on: accuracy against numbers
    pictures.py     the three plots
"""
