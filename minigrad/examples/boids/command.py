"""The program from its first line to its last, and its options."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

import minigrad as mg

from ..common.page import chapter, indented, page, table
from ..common.program import Out, Seed
from . import film, flock, pictures, steering
from .flock import Flight, Rules, Start
from .measures import NEARBY, measure, side_by_side

NAME = "boids"
ALLOWED = 1e-6  # of a gradient's relative error: differences of float64 are good to about 1e-9


def boids(
    out: Out = Path("minigrad-boids"),
    birds: Annotated[int, typer.Option(min=2, max=200, help="In the flock.")] = 40,
    leaders: Annotated[int, typer.Option(min=1, help="Birds that know the target.")] = 5,
    steps: Annotated[int, typer.Option(min=1, help="Of the optimizer.")] = 60,
    seed: Seed = 0,
) -> None:
    """Steer a flock of birds to a target by gradients through 100 steps of its flight."""
    if leaders > birds:
        raise typer.BadParameter(f"{leaders} of {birds} birds", param_hint="--leaders")
    console = page()
    out.mkdir(parents=True, exist_ok=True)
    start = flock.gather(birds, leaders, seed)
    rules = Rules(steering.UNTRAINED)
    before = introduce(console, rules, start)
    chapter(console, 2, "Is the gradient right?")
    console.print(
        f"The derivative of the loss by the logarithm of each number, through {flock.STEPS} steps, "
        "in float64: back through the flight, and by flying again with the number changed a "
        "little:\n"
    )
    right = check_gradient(console, rules, start)
    history = learn(console, rules, start, steps)
    console.print("\nThe gradient once more, with the numbers that were learned:\n")
    right = check_gradient(console, rules, start) and right
    with mg.no_grad():
        after = flock.fly(rules, start, steering.TARGET)
    better = report(console, history, before, after)
    show_files(console, out, history, {"before": before, "after": after}, start)
    if not (right and better):
        console.print("\n[bold red]Something above is not as it should be.[/]")
        raise typer.Exit(1)


def introduce(console: Console, rules: Rules, start: Start) -> Flight:
    """Tell the first chapter; return the flight before anything is learned."""
    chapter(console, 1, "A flock that is left behind")
    birds, leaders = len(start.leads), int(start.leads.sum().item())
    x, y = steering.TARGET.tolist()
    width, height = flock.SIZE
    console.print(
        f"{birds} birds in a field of {width:g} m x {height:g} m. {leaders} of them know a target "
        f"at ({x:g} m, {y:g} m) and fly there. All have three rules: keep apart, fly as the others "
        "fly, stay with them. With numbers in these rules out of thin air, "
        f"{flock.STEPS} steps of {flock.STEP:g} s later:\n"
    )
    with mg.no_grad():
        flight = flock.fly(rules, start, steering.TARGET)
    found = measure(flight)
    console.print(
        f"  the birds are [bold]{found.distance:.1f} m[/] from the target, in the mean; "
        f"{found.arrived} of {birds} are within {NEARBY:g} m.\n"
    )
    console.print(
        "The loss is the mean squared distance of a bird from the target during the last "
        f"{steering.LAST} steps, in units of ({steering.FAR:g} m)², plus a cost for birds in the "
        "same place. It can be differentiated by the five numbers, through every step of the "
        "flight: the limits of speed and acceleration and the walls bend, they do not cut."
    )
    return flight


def check_gradient(console: Console, rules: Rules, start: Start) -> bool:
    """Compare the gradient by the rules with finite differences; return whether they agree."""
    found = steering.compare(rules, start)
    shown = table("number", "value", "unit", "backward", "differences", left=1)
    for name, value, unit, backward, tried in zip(
        rules.NAMES, rules.values().tolist(), rules.UNITS, found.backward, found.tried
    ):
        shown.add_row(name, f"{value:.4f}", unit, f"{backward:+.9f}", f"{tried:+.9f}")
    console.print(indented(shown))
    agrees = found.error <= ALLOWED
    verdict = "[green]agrees[/]" if agrees else "[bold red]DIFFERS[/]"
    console.print(f"\nRelative difference {found.error:.0e}, allowed {ALLOWED:.0e}: {verdict}.")
    return agrees


def learn(console: Console, rules: Rules, start: Start, steps: int) -> list[steering.Moment]:
    """Tell the third chapter: the loss of every step."""
    chapter(console, 3, "The flock learns to follow")
    console.print(f"Adam, learning rate {steering.RATE}, times {steering.DECAY} a step:\n")
    console.print("  step    loss = distance + crowding  separation alignment cohesion  near sight")
    history = []
    begin = time.perf_counter()
    for moment in steering.learn(rules, start, steps):
        s, a, c, near, sight = moment.rules
        console.print(
            f"  {moment.step:4}{moment.loss:8.4f}   {moment.distance:8.4f}   {moment.crowding:8.4f}"
            f"  {s:10.3f} {a:9.3f} {c:8.3f}{near:6.2f}{sight:6.2f}"
        )
        history.append(moment)
    seconds = time.perf_counter() - begin
    console.print(f"\n{seconds:.1f} s, {seconds / len(history):.2f} s for a flight and back.")
    return history


def report(console: Console, history: list[steering.Moment], before: Flight, after: Flight) -> bool:
    """Print both flights beside each other; return whether the second is better, both allowed."""
    first, last = measure(before), measure(after)
    console.print("\nBoth flights; the limits are for all birds at all times:\n")
    console.print(indented(side_by_side(first, last)))
    better = history[-1].loss < history[0].loss
    fine = first.within_limits and last.within_limits
    verdict = "no bird broke a limit." if fine else "[bold red]a limit was broken.[/]"
    console.print(
        f"\nThe loss went from {history[0].loss:.2f} to [bold]{history[-1].loss:.2f}[/]; {verdict}"
    )
    return better and fine


def show_files(
    console: Console,
    folder: Path,
    history: list[steering.Moment],
    flights: dict[str, Flight],
    start: Start,
) -> None:
    """Tell the last chapter: draw everything, and say where it is."""
    chapter(console, 4, "What it looks like")
    files = [
        (pictures.draw_paths(folder / "paths.png", flights, start), "the way of every bird"),
        (pictures.draw_learning(folder / "learning.png", history), "the loss and the numbers"),
        (film.shoot(folder / "flights.gif", flights, start), "the flight before and after"),
    ]
    console.print(f"[bold]{escape(str(folder.resolve()))}[/]", soft_wrap=True)
    shown = table("file", "what it shows")
    for path, content in files:
        shown.add_row(path.name, content)
    console.print(indented(shown))
