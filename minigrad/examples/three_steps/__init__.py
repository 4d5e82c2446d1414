"""Three steps: the same network learns by hand-written gradients, by autograd, and by modules.

Run it with ``python -m minigrad.examples.three_steps``; read it in this order:

    problem.py        what is to be learned, and where all three steps could start
    by_hand.py        step 1: NumPy, and every derivative written by hand
    with_autograd.py  step 2: the same forward pass; ``backward`` finds the derivatives
    with_modules.py   step 3: a Module keeps the weights, an optimizer changes them
    command.py        the three told one after another, compared, and checked
    pictures.py       the three loss curves, and the curve that was learned
"""
