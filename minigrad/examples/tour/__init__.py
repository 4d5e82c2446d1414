"""The tour: what minigrad does, from one backward pass to a network that reads digits.

Run it with ``minigrad tour`` or ``python -m minigrad.examples.tour``; read it in this order:

    command.py    the options, and the chapters in their order
    backward.py   a graph of four operations, its backward pass step by step, and checks of it
    training.py   a convolutional network, the training loop, the accuracy
    pictures.py   the loss curve and the test images
    board.py      what is on the screen while the network learns
"""
