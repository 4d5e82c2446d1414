"""A DCGAN: one network draws digits, another says which are real; both learn from that.

Run it with ``python -m minigrad.examples.dcgan``; read it in this order:

    game.py      the two networks, and a round of the game between them: all of the mathematics
    training.py  the game as a Trainer, with its callbacks and its checkpoints
    checks.py    the same rounds in PyTorch: do they agree, how long do they take?
    pictures.py  the losses of every round
    command.py   the options, and the story

Source: A. Radford, L. Metz, S. Chintala, Unsupervised Representation Learning with Deep
Convolutional Generative Adversarial Networks, 2016; I. Goodfellow et al., Generative Adversarial
Nets, 2014.
"""
