"""Devices.

A tensor lives in the memory of the processor, `cpu`, or in that of a graphics card, `cuda`. The
program is the same for both; only the tensors have to be in the same place.
"""

import minigrad as mg


def where_a_tensor_lives() -> None:
    """On the processor, unless something else is said. `to` moves it, if it has to move."""
    x = mg.ones(2)
    print(x.device)
    print(x.to("cpu") is x)


def a_card_if_there_is_one() -> None:
    """To name a device is free; to put a tensor there needs one, and CuPy to speak to it.

    A program that should run everywhere asks once, and uses what it found from there on. What
    follows was printed on the machine that ran this tutorial.
    """
    device = "cuda"
    try:
        mg.ones(1, device=device)
    except mg.DeviceError as error:
        print(error)
        device = "cpu"
    x = mg.ones(2, 3, device=device)
    weight = mg.ones(3, 4, device=device)
    print((x @ weight).device)


def back_to_the_processor() -> None:
    """NumPy reads the processor's memory only: `cpu` brings a tensor there, wherever it was."""
    x = mg.ones(2)
    print(x.cpu().numpy())
