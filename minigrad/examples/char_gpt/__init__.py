"""A small transformer learns to write, character by character.

Run it with ``python -m minigrad.examples.char_gpt``; read it in this order:

    text.py      a text as numbers, windows of it, and what counting pairs of characters predicts
    model.py     the transformer: attention to what was before, and how it writes
    training.py  what is trained with what, and samples on the way
    checks.py    no look ahead, and no opinion before the training
    pictures.py  bits per character over the training
    command.py   the options, and the story

The text, alice.txt, is the beginning of Alice's Adventures in Wonderland: see alice.about.txt.

Source: A. Vaswani et al., Attention is all you need, 2017; A. Radford et al., Improving language
understanding by generative pre-training, 2018 (decoder only).
"""
