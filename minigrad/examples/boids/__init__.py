"""A flock that is steered by gradients through its own flight.

Run it with ``python -m minigrad.examples.boids``; read it in this order:

    flock.py     the rules, the limits, the simulation
    steering.py  the loss, its gradient checked by trying, the rules learned
    measures.py  what a flight was like, and whether it kept within the limits
    command.py   the options, and the chapters in their order
    pictures.py  the paths before and after, the loss and the rules as they change
    film.py      the flight before and after, as an animation
"""
