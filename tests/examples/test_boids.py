"""The flock: its rules against a plain loop, its limits, its gradients, what it writes."""

import math
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console

import minigrad as mg
from minigrad.examples.boids import command, flock, steering
from minigrad.examples.boids.flock import Flight, Rules, bounded, fly, gather, lead, walls
from minigrad.examples.boids.measures import measure

COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")  # set by CI services
PLAIN = {name: value for name, value in os.environ.items() if name not in COLOURS}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
FILES = ("flights.gif", "learning.png", "paths.png")


def program(*arguments: str, **environment: str):
    """Run the program with its output going to a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "minigrad.examples.boids", *map(str, arguments)],
        capture_output=True,
        env={**PLAIN, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=120,
    )


def short(folder, **environment: str):
    return program("--birds", 12, "--leaders", 2, "--steps", 4, "--out", folder, **environment)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A short run: the finished process, its text and its folder."""
    folder = tmp_path_factory.mktemp("boids") / "new" / "[bold]"
    done = short(folder)
    return done, done.stdout.decode(), folder


# --- the program ----------------------------------------------------------------------------------


def test_succeeds_quietly_and_leaves_what_it_names(run) -> None:
    done, text, folder = run
    assert (done.returncode, done.stderr) == (0, b"")
    assert CONTROL.findall(text) == []
    assert max(map(len, text.replace(str(folder), "").splitlines())) <= 80
    assert sorted(path.name for path in folder.iterdir()) == list(FILES)
    for name in FILES:
        assert name in text
    assert text.count("agrees") == 2
    assert "no bird broke a limit" in text


def test_prints_the_loss_of_every_step_and_it_falls(run) -> None:
    _, text, _ = run
    rows = re.findall(r"^ +(\d+) +(\d+\.\d{4}) +(\d+\.\d{4}) +(\d\.\d{4}) +", text, re.MULTILINE)
    assert [int(row[0]) for row in rows] == [0, 1, 2, 3, 4]
    losses = np.array([[float(number) for number in row[1:]] for row in rows])
    assert losses[-1, 0] < losses[0, 0]
    np.testing.assert_allclose(losses[:, 0], losses[:, 1] + losses[:, 2], atol=2e-4)


def test_the_animation_moves(run) -> None:
    _, _, folder = run
    with Image.open(folder / "flights.gif") as film:
        assert film.n_frames == 1 + flock.STEPS // 2
        assert film.info["loop"] == 0  # for ever
        first = np.asarray(film.convert("RGB"), dtype=int)
        film.seek(film.n_frames - 1)
        last = np.asarray(film.convert("RGB"), dtype=int)
    assert first.shape == last.shape
    half = first.shape[1] // 2
    for side in (np.s_[:, :half], np.s_[:, half:]):
        assert (np.abs(first[side] - last[side]).sum(axis=-1) > 100).sum() > 200  # birds, tails


def test_same_seed_same_files(run, tmp_path) -> None:
    _, _, folder = run
    assert short(tmp_path, PYTHONHASHSEED="1").returncode == 0
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_more_leaders_than_birds_is_told(tmp_path) -> None:
    done = program("--birds", 3, "--leaders", 4, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "4 of 3 birds" in done.stderr.decode()
    assert not (tmp_path / "out").exists()


def test_a_wrong_gradient_is_told(capsys, monkeypatch) -> None:
    right = steering.compare

    def wrong(rules, start):
        found = right(rules, start)
        return found._replace(backward=found.backward * 1.00001)

    monkeypatch.setattr(steering, "compare", wrong)
    rules, start = Rules(steering.UNTRAINED), gather(5, 1, 0)
    assert not command.check_gradient(Console(width=80), rules, start)
    assert "DIFFERS" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_flock_arrives(seed) -> None:
    start, rules = gather(40, 5, seed), Rules(steering.UNTRAINED)
    history = list(steering.learn(rules, start, 60))
    assert history[-1].loss < history[0].loss / 10
    after = measure(fly(rules, start, steering.TARGET))
    assert after.arrived == 40
    assert after.within_limits


# --- the rules ------------------------------------------------------------------------------------


def by_loops(values, places, velocities):
    """The three rules, bird by bird."""
    s, a, c, r, far = values
    result = np.zeros_like(places)
    for i in range(len(places)):
        weights = []
        for j in range(len(places)):
            offset = places[j] - places[i]
            square = offset @ offset
            result[i] += -s * offset / r * math.exp(-square / (2 * r * r))
            weights.append(math.exp(-square / (2 * far * far)))
        for j, weight in enumerate(weights):
            share = weight / sum(weights)
            result[i] += a * share * (velocities[j] - velocities[i])
            result[i] += c * share * (places[j] - places[i])
    return result


def test_rules_are_those_of_a_plain_loop() -> None:
    random = np.random.default_rng(1)
    places, velocities = 3 * random.standard_normal((2, 7, 2))
    values = [2.0, 0.7, 0.3, 1.5, 4.0]
    found = Rules(values)(mg.tensor(places), mg.tensor(velocities)).detach().numpy()
    np.testing.assert_allclose(found, by_loops(values, places, velocities), rtol=1e-12)


def test_birds_part_align_and_gather() -> None:
    places = mg.tensor([[0.0, 0.0], [1.0, 0.0]], dtype=mg.float64)
    velocities = mg.tensor([[0.0, 1.0], [0.0, -1.0]], dtype=mg.float64)
    tiny = 1e-9
    apart = Rules([1.0, tiny, tiny, 1.0, 1.0])(places, velocities).detach().numpy()
    assert apart[0, 0] < 0 < apart[1, 0]
    aligned = Rules([tiny, 1.0, tiny, 1.0, 1.0])(places, velocities).detach().numpy()
    assert aligned[0, 1] < 0 < aligned[1, 1]
    together = Rules([tiny, tiny, 1.0, 1.0, 1.0])(places, velocities).detach().numpy()
    assert together[0, 0] > 0 > together[1, 0]


def test_a_lonely_bird_has_no_wish_and_a_finite_gradient() -> None:
    rules = Rules(steering.UNTRAINED)
    places = mg.tensor([[0.0, 0.0], [1e6, 0.0]], dtype=mg.float64, requires_grad=True)
    wish = rules(places, mg.zeros(2, 2, dtype=mg.float64))
    np.testing.assert_array_equal(wish.detach().numpy(), np.zeros((2, 2)))
    wish.sum().backward()
    assert np.isfinite(places.grad.numpy()).all()
    assert np.isfinite(rules.logarithms.grad.numpy()).all()


# --- the limits -----------------------------------------------------------------------------------


def test_bounded_is_short_smooth_and_has_the_derivative_it_says() -> None:
    vectors = np.array([[0.0, 0.0], [0.3, -0.4], [30.0, 40.0], [-3e3, 4e3]])
    u = mg.tensor(vectors, requires_grad=True)
    found = bounded(u, 5.0)
    lengths = np.linalg.norm(found.detach().numpy(), axis=1)
    assert (lengths <= 5).all()
    assert lengths[0] == 0
    np.testing.assert_allclose(lengths[1:3], [0.5 / math.sqrt(1.01), 50 / math.sqrt(101)])
    for which, ratio in ((1, 0.01), (2, 100.0), (3, 1e6)):
        along = mg.tensor(vectors[which] / np.linalg.norm(vectors[which]))
        across = mg.tensor([-along[1].item(), along[0].item()], dtype=mg.float64)
        for direction, power in ((along, -1.5), (across, -0.5)):
            (gradient,) = mg.autograd.grad(found[which] @ direction, u, retain_graph=True)
            slope = float(gradient[which] @ direction)
            assert slope == pytest.approx((1 + ratio) ** power, rel=1e-6)  # never zero


def test_walls_push_inwards_and_have_a_gradient_everywhere() -> None:
    width, height = flock.SIZE
    spots = [[0.0, height / 2], [width, height / 2], [width / 2, 0], [width / 2, height]]
    push = walls(mg.tensor(spots, dtype=mg.float64)).numpy()
    strength = flock.WALL_PUSH * math.log1p(math.exp(flock.WALL_DEPTH / flock.WALL_WIDTH))
    expected = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]) * strength
    np.testing.assert_allclose(push, expected, atol=1e-5)
    middle = mg.tensor([[width / 3, height / 3]], dtype=mg.float64, requires_grad=True)
    walls(middle).sum().backward()
    assert (middle.grad.numpy() < 0).all()


def test_leaders_fly_to_the_target_and_stop_there() -> None:
    start = gather(6, 6, seed=2)
    weak = Rules([1e-9, 1e-9, 1e-9, 1.0, 1.0])
    flight = fly(weak, start, steering.TARGET, steps=200)
    away = np.linalg.norm(flight.places[-1].detach().numpy() - steering.TARGET.numpy(), axis=1)
    assert away.max() < 0.5
    assert np.linalg.norm(flight.velocities[-1].detach().numpy(), axis=1).max() < 0.5
    at_target = lead(steering.TARGET, mg.zeros(2, dtype=mg.float64), steering.TARGET)
    np.testing.assert_array_equal(at_target.numpy(), [0, 0])


WILD = ([200.0, 5.0, 3.0, 6.0, 50.0], [20.0, 0.5, 0.3, 30.0, 50.0], [1e4, 0.5, 0.3, 100.0, 50.0])


@pytest.mark.parametrize(("seed", "values"), enumerate(WILD))
def test_no_bird_breaks_a_limit_even_by_wild_rules(seed, values) -> None:
    start = gather(15, 3, seed)
    fast = start._replace(velocities=start.velocities * 2.4)  # up to 9.6 m/s
    with mg.no_grad():
        flight = fly(Rules(values), fast, steering.TARGET, steps=300)
    places, velocities = (part.numpy() for part in flight)
    assert np.linalg.norm(velocities, axis=-1).max() < flock.TOP_SPEED
    turns = np.linalg.norm(np.diff(velocities, axis=0), axis=-1) / flock.STEP
    assert turns.max() < flock.TOP_ACCELERATION
    assert places.min() > 0
    assert (places < flock.SIZE).all()
    np.testing.assert_allclose(np.diff(places, axis=0), flock.STEP * velocities[1:], atol=1e-12)


def test_measures_see_a_broken_limit() -> None:
    places = mg.tensor([[[5.0, 5.0], [8.0, 9.0]]] * 2, dtype=mg.float64)
    still = mg.zeros(2, 2, 2, dtype=mg.float64)
    found = measure(Flight(places, still))
    assert (found.spacing, found.wall, found.within_limits) == (5.0, 5.0, True)
    assert found.distance == pytest.approx((math.hypot(71, 37) + math.hypot(68, 33)) / 2)
    assert found.arrived == 0
    assert not measure(Flight(places - 6, still)).within_limits
    assert not measure(Flight(places, still + 9)).within_limits
    jump = mg.stack([still[0], still[0] + 4])
    assert not measure(Flight(places, jump)).within_limits


# --- loss and gradients ---------------------------------------------------------------------------


def test_loss_by_hand() -> None:
    target = mg.tensor([0.0, 0.0], dtype=mg.float64)
    places = mg.tensor([[[3.0, 4.0], [3.0, 4.0]]] * steering.LAST, dtype=mg.float64)
    found = steering.loss_of(Flight(places, places), target)
    assert found.distance.item() == pytest.approx(25 / steering.FAR**2)
    assert found.crowding.item() == pytest.approx(1)  # one other bird at the same place
    apart = places + mg.tensor([[0.0, 0.0], [0.0, 2.0]], dtype=mg.float64)
    crowding = steering.loss_of(Flight(apart, apart), target).crowding.item()
    assert crowding == pytest.approx(math.exp(-2.0))


@pytest.mark.parametrize("values", [steering.UNTRAINED, (12.0, 3.6, 1.2, 1.4, 55.0)])
def test_gradient_through_a_hundred_steps(values) -> None:
    rules, start = Rules(values), gather(10, 2, seed=4)
    found = steering.compare(rules, start)
    assert found.error < 1e-7
    assert np.abs(found.backward).min() > 1e-6  # every number counts


def test_gradient_is_that_of_pytorch() -> None:
    start = gather(6, 2, seed=5)
    rules = Rules(steering.UNTRAINED)
    loss = (fly(rules, start, steering.TARGET, steps=8).places[-1] ** 2).sum()
    (ours,) = mg.autograd.grad(loss, [rules.logarithms])

    x, v, leads = (torch.tensor(part.numpy()) for part in start)
    logarithms = torch.tensor(rules.logarithms.detach().numpy(), requires_grad=True)
    target, far = torch.tensor(steering.TARGET.numpy()), torch.tensor(flock.SIZE)
    s, a, c, r, sight = logarithms.exp()
    p = v / (1 - v.square().sum(1, keepdim=True) / flock.TOP_SPEED**2).sqrt()
    for _ in range(8):
        offsets = x[None] - x[:, None]
        squares = offsets.square().sum(2)
        weights = torch.softmax(-squares / (2 * sight**2), dim=1)
        crowd = torch.exp(-squares / (2 * r**2))
        force = -s / r * torch.einsum("ij,ijk->ik", crowd, offsets)
        force = force + a * (weights @ v - v) + c * (weights @ x - x)
        way = target - x
        way = way / (1 + way.square().sum(1, keepdim=True) / flock.ARRIVAL**2).sqrt()
        force = force + leads * (flock.CRUISE / flock.ARRIVAL * way - v) / flock.REACTION
        ramp = torch.nn.functional.softplus
        force = force / (1 + force.square().sum(1, keepdim=True) / flock.TOP_WISH**2).sqrt()
        force = (
            force
            - p / flock.SLOWING
            + flock.WALL_PUSH
            * (
                ramp((flock.WALL_DEPTH - x) / flock.WALL_WIDTH)
                - ramp((x - far + flock.WALL_DEPTH) / flock.WALL_WIDTH)
            )
        )
        p = (
            p
            + flock.STEP
            * force
            / (1 + force.square().sum(1, keepdim=True) / flock.TOP_ACCELERATION**2).sqrt()
        )
        v = p / (1 + p.square().sum(1, keepdim=True) / flock.TOP_SPEED**2).sqrt()
        x = x + flock.STEP * v
    (theirs,) = torch.autograd.grad(x.square().sum(), logarithms)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-9)
