"""The callbacks, each on a training of a few steps."""

import csv
import io
import itertools
import math

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

import minigrad as mg
from minigrad import nn, optim
from minigrad.training import (
    Checkpoint,
    CSVLog,
    Curves,
    EarlyStopping,
    Progress,
    SampleImages,
    Schedule,
    TensorBoardLog,
    Trainer,
    load_checkpoint,
)
from minigrad.training.callbacks.samples import tiled


def begin(*callbacks, rate: float = 0.1) -> Trainer:
    mg.manual_seed(0)
    model = nn.Linear(2, 1)
    return Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=rate), callbacks=callbacks)


def loader(batches: int = 3):
    draws = np.random.default_rng(0)
    xs = [mg.tensor(draws.normal(size=(4, 2)).astype(np.float32)) for _ in range(batches)]
    return [(x, x.sum(1, keepdim=True)) for x in xs]


class Given(Trainer):
    """A training whose validation losses are given."""

    losses = iter(())

    def validate(self, loader):
        return {"loss": next(self.losses)}


def given(losses, *callbacks) -> Given:
    ours = begin(*callbacks)
    ours.__class__ = Given
    ours.losses = iter(losses)
    return ours


@pytest.mark.parametrize(
    ("losses", "settings", "epochs"),
    [
        ([5, 4, 3, 2, 1, 0], {}, 6),
        ([5, 4, 4, 4, 4, 4], {"patience": 2}, 5),  # the best is the second
        ([5, 4, 6, 3, 4, 4], {"patience": 0}, 3),
        ([5, 4.95, 4.7, 4.65, 4.6, 1], {"patience": 1, "min_delta": 0.2}, 5),
        ([1, 2, 3, 3, 3, 3], {"patience": 1, "mode": "max"}, 5),
        ([5, math.nan, 1, 1, 1, 1], {}, 2),
        ([5, math.inf, 1, 1, 1, 1], {}, 2),
    ],
)
def test_early_stopping(losses, settings, epochs) -> None:
    stopping = EarlyStopping("validation_loss", **settings)
    history = given(losses, stopping).fit(loader(), epochs=6, validation=[1])
    assert len(history) == epochs
    assert (stopping.reason is None) == (epochs == 6)


def test_early_stopping_returns_to_the_best_model() -> None:
    stopping = EarlyStopping("validation_loss", patience=1, restore=True)
    ours = given([3, 1, 2, 2, 2], stopping)
    seen = []

    class Watch(Progress):
        def on_epoch_end(self, trainer, figures):
            seen.append(trainer.model.weight.detach().clone())

    ours.callbacks = [Watch(Console(file=io.StringIO())), stopping]
    ours.fit(loader(), epochs=9, validation=[1])
    assert len(seen) == 4
    assert not mg.equal(seen[1], seen[3])
    assert mg.equal(ours.model.weight.detach(), seen[1])


def test_a_stopped_training_stays_stopped(tmp_path) -> None:
    def both():
        return EarlyStopping("validation_loss", patience=0), Checkpoint(tmp_path)

    ours = given([1, 2, 3, 4], *both())
    assert len(ours.fit(loader(), epochs=4, validation=[1])) == 2
    again = given([0, 0, 0], *both())
    history = again.fit(loader(), 4, validation=[1], resume=tmp_path / "last.safetensors")
    assert len(history) == 2


def test_figures_that_are_not_measured_are_named() -> None:
    with pytest.raises(KeyError, match="no figure 'validation_loss': this training has loss"):
        begin(EarlyStopping()).fit(loader(), epochs=1)
    with pytest.raises(ValueError, match="'min' or 'max', got 'least'"):
        EarlyStopping(mode="least")


def test_checkpoint_keeps_the_best(tmp_path) -> None:
    checkpoint = Checkpoint(tmp_path / "new", monitor="validation_loss")
    given([3, 1, 2], checkpoint).fit(loader(), epochs=3, validation=[1])
    best, last = load_checkpoint(checkpoint.best_path), load_checkpoint(checkpoint.last_path)
    assert (best["position"]["epoch"], last["position"]["epoch"]) == (2, 3)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "best.safetensors",
        "last.safetensors",
    ]


def test_checkpoints_find_all_other_callbacks_done(tmp_path) -> None:
    ours = begin()
    scheduler = optim.lr_scheduler.StepLR(ours.optimizer, 1, gamma=0.5)
    checkpoint = Checkpoint(tmp_path)
    other = Trainer(
        ours.model, ours.loss, ours.optimizer, callbacks=[checkpoint, Schedule(scheduler)]
    )
    other.fit(loader(), epochs=2)
    state = load_checkpoint(checkpoint.last_path)
    assert state["parts"]["Schedule"]["scheduler"]["last_epoch"] == 2
    assert state["parts"]["optimizer"]["param_groups"][0]["lr"] == pytest.approx(0.1 / 4)


@pytest.mark.parametrize(("each", "rate"), [("epoch", 0.1 / 4), ("batch", 0.1 / 64)])
def test_schedule_steps(each, rate) -> None:
    ours = begin()
    ours.callbacks = [Schedule(optim.lr_scheduler.StepLR(ours.optimizer, 1, gamma=0.5), each)]
    ours.fit(loader(3), epochs=2)
    assert ours.optimizer.param_groups[0]["lr"] == pytest.approx(rate)


def test_schedule_on_a_plateau_needs_a_figure() -> None:
    ours = given([1, 1, 1, 1])
    plateau = optim.lr_scheduler.ReduceLROnPlateau(ours.optimizer, patience=0, factor=0.1)
    with pytest.raises(ValueError, match="ReduceLROnPlateau needs a figure"):
        Schedule(plateau)
    ours.callbacks = [Schedule(plateau, monitor="validation_loss")]
    ours.fit(loader(), epochs=2, validation=[1])
    assert ours.optimizer.param_groups[0]["lr"] == pytest.approx(0.01)


def test_csv_has_a_line_for_each_epoch_once(tmp_path) -> None:
    path, checkpoint = tmp_path / "log.csv", Checkpoint(tmp_path)
    begin(CSVLog(path), checkpoint).fit(loader(), epochs=2)
    again = begin(CSVLog(path), Checkpoint(tmp_path))
    history = again.fit(loader(), epochs=3, resume=checkpoint.last_path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert [float(row["loss"]) for row in rows] == [row["loss"] for row in history]


def test_tensorboard_gets_the_figures(tmp_path) -> None:
    from tensorboardX.proto import event_pb2
    from tensorboardX.record_writer import RecordWriter  # noqa: F401  (the format is TFRecord)

    history = begin(TensorBoardLog(tmp_path)).fit(loader(3), epochs=2)
    (file,) = tmp_path.glob("events*")
    data, found = file.read_bytes(), {}
    while data:  # length, checksum, event, checksum
        length = int.from_bytes(data[:8], "little")
        event = event_pb2.Event.FromString(data[12 : 12 + length])
        data = data[16 + length :]
        for value in event.summary.value:
            found.setdefault(value.tag, []).append((event.step, value.simple_value))
    assert [step for step, _ in found["batch/loss"]] == [1, 2, 3, 4, 5, 6]
    expected = [(3, history[0]["loss"]), (6, history[1]["loss"])]
    assert found["epoch/loss"] == [(step, pytest.approx(loss)) for step, loss in expected]
    assert found["learning_rate"][0] == (3, pytest.approx(0.1))


def test_sample_images_are_written_and_animated(tmp_path) -> None:
    shades = itertools.count()

    def make(trainer):
        return mg.full((3, 1, 4, 5), float(next(shades)) - 1)

    begin(SampleImages(make, tmp_path, span=(-1, 1), scale=2)).fit(loader(), epochs=3)
    names = [f"epoch-00{n}.png" for n in (1, 2, 3)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [*names, "epochs.gif"]
    for name, shade in zip(names, (0, 128, 255)):
        pixels = np.asarray(Image.open(tmp_path / name))
        assert pixels.shape == ((2 * 5 - 1) * 2, (2 * 6 - 1) * 2)
        assert pixels[0, 0] == shade
        assert pixels[8, 10] == 0  # between the images
    with Image.open(tmp_path / "epochs.gif") as animation:
        assert animation.n_frames == 3


def test_sample_images_are_made_in_evaluation(tmp_path) -> None:
    seen = []

    def make(trainer):
        seen.append((trainer.model.training, mg.is_grad_enabled()))
        return mg.zeros(1, 1, 2, 2)

    ours = begin(SampleImages(make, tmp_path))
    ours.fit(loader(), epochs=1)
    assert seen == [(False, False)]
    assert ours.model.training


def test_the_animation_leaves_out_pictures_of_another_training(tmp_path) -> None:
    for epochs in (3, 2):
        images = SampleImages(lambda trainer: mg.full((1, 1, 8, 8), trainer.epoch / 4), tmp_path)
        begin(images).fit(loader(), epochs)
    with Image.open(tmp_path / "epochs.gif") as animation:
        assert animation.n_frames == 2


def test_curves_hold_each_step_once_after_a_resumption(tmp_path) -> None:
    whole = Curves()
    begin(whole).fit(loader(), epochs=2)
    assert len(whole.figures["loss"]) == 6
    assert whole.figures["loss"][-1] < whole.figures["loss"][0]
    begin(Curves(), checkpoint := Checkpoint(tmp_path)).fit(loader(), epochs=1)
    resumed = Curves()
    begin(resumed, Checkpoint(tmp_path)).fit(loader(), 2, resume=checkpoint.last_path)
    assert resumed.figures == whole.figures


def test_a_trainer_may_hold_its_callbacks(tmp_path) -> None:
    def held() -> Trainer:
        ours = begin(Curves(), Checkpoint(tmp_path))
        ours.curves, ours.checkpoint = ours.callbacks
        return ours

    first = held()
    first.fit(loader(), epochs=1)
    assert sorted(first.state_dict()["parts"]) == ["Curves", "loss", "model", "optimizer"]
    second = held()
    second.fit(loader(), epochs=2, resume=first.checkpoint.last_path)
    assert len(second.curves.figures["loss"]) == 6


def test_tiles_lie_in_reading_order() -> None:
    images = np.arange(5, dtype=np.uint8).reshape(5, 1, 1, 1) + 1
    np.testing.assert_array_equal(
        tiled(images, columns=3), [[1, 0, 2, 0, 3], [0, 0, 0, 0, 0], [4, 0, 5, 0, 0]]
    )
    assert tiled(np.zeros((4, 3, 2, 2), np.uint8)).shape == (5, 5, 3)


def test_progress_prints_a_line_an_epoch() -> None:
    text = io.StringIO()
    history = begin(Progress(Console(file=text))).fit(loader(), epochs=2)
    first, second = text.getvalue().splitlines()
    assert first.startswith(f"epoch 1/2  loss {history[0]['loss']:.4g}  ")
    assert second.startswith("epoch 2/2")


def test_progress_shows_a_bar_on_a_terminal() -> None:
    text = io.StringIO()
    begin(Progress(Console(file=text, force_terminal=True, width=100))).fit(loader(), epochs=2)
    assert "6/6" in text.getvalue()
    begin(Progress(Console(file=text, force_terminal=True))).fit(iter(loader()), epochs=1)
