"""The loop: what it computes, what it tells callbacks, and that it resumes to the same bit."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import nn, optim
from minigrad.data import DataLoader, TensorDataset
from minigrad.training import Callback, Checkpoint, EarlyStopping, Schedule, Trainer, accuracy


def dataset(count: int = 50) -> TensorDataset:
    draws = np.random.default_rng(0)
    x = draws.normal(size=(count, 4)).astype(np.float32)
    return TensorDataset(mg.tensor(x), mg.tensor((x.sum(1) > 0).astype(np.int64)))


def trainer(*callbacks, dropout: float = 0.3, kind=Trainer) -> Trainer:
    mg.manual_seed(1)
    model = nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, 2)
    )
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    metrics = {"accuracy": accuracy}
    return kind(model, nn.CrossEntropyLoss(), optimizer, metrics=metrics, callbacks=callbacks)


def weights(model) -> dict[str, np.ndarray]:
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}


def test_trains_as_a_loop_in_pytorch_does() -> None:
    ours = trainer()
    history = ours.fit(DataLoader(dataset(), batch_size=16, shuffle=True), epochs=3)

    torch.manual_seed(1)
    model = torch.nn.Sequential(
        torch.nn.Linear(4, 8),
        torch.nn.BatchNorm1d(8),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.3),
        torch.nn.Linear(8, 2),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    tensors = [torch.tensor(t.numpy()) for t in dataset().tensors]
    data = torch.utils.data.TensorDataset(*tensors)
    loader = torch.utils.data.DataLoader(data, batch_size=16, shuffle=True)
    for row in history:
        losses, correct = [], 0
        for x, y in loader:
            optimizer.zero_grad()
            output = model(x)
            loss = torch.nn.functional.cross_entropy(output, y)
            loss.backward()
            optimizer.step()
            losses += [loss.item()] * len(x)
            correct += int((output.argmax(1) == y).sum())
        assert row["loss"] == pytest.approx(np.mean(losses), abs=1e-5)
        assert row["accuracy"] == pytest.approx(correct / 50)


def test_validation_is_in_evaluation_mode_and_leaves_no_trace() -> None:
    ours = trainer()
    loader = DataLoader(dataset(), batch_size=16)
    (row,) = ours.fit(loader, epochs=1, validation=DataLoader(dataset(), batch_size=7))
    ours.model.eval()
    x, y = dataset().tensors
    expected = nn.functional.cross_entropy(ours.model(x), y).item()
    assert row["validation_loss"] == pytest.approx(expected, rel=1e-5)
    before = weights(ours.model)
    ours.validate(loader)
    assert not ours.model.training  # as it was
    ours.model.train()
    ours.validate(loader)
    assert ours.model.training
    for name, value in weights(ours.model).items():
        np.testing.assert_array_equal(value, before[name])


class Diary(Callback):
    def __init__(self) -> None:
        self.lines = []

    def on_fit_start(self, trainer) -> None:
        self.lines.append("start")

    def on_epoch_start(self, trainer) -> None:
        self.lines.append(f"epoch {trainer.epoch}")

    def on_batch_end(self, trainer, figures) -> None:
        self.lines.append(f"batch {trainer.batch} of step {trainer.step}: {sorted(figures)}")

    def on_epoch_end(self, trainer, figures) -> None:
        self.lines.append(f"end {trainer.epoch}: {sorted(figures)}")

    def on_fit_end(self, trainer) -> None:
        self.lines.append("over")


def test_callbacks_are_told_in_order() -> None:
    diary = Diary()
    loader = DataLoader(dataset(), batch_size=25)
    trainer(diary).fit(loader, epochs=1, validation=loader)
    assert diary.lines == [
        "start",
        "epoch 0",
        "batch 1 of step 1: ['accuracy', 'loss']",
        "batch 2 of step 2: ['accuracy', 'loss']",
        "end 1: ['accuracy', 'loss', 'validation_accuracy', 'validation_loss']",
        "over",
    ]


def test_an_error_reaches_the_caller_after_the_callbacks() -> None:
    diary = Diary()
    ours = trainer(diary)
    with pytest.raises(RuntimeError):
        ours.fit([(mg.ones(2, 3), mg.tensor([0, 1]))], epochs=1)
    assert diary.lines == ["start", "epoch 0", "over"]


def test_an_empty_loader_is_refused() -> None:
    with pytest.raises(ValueError, match="no batch"):
        trainer().fit([], epochs=1)


# --- resumption -------------------------------------------------------------------------------


class Kill(Callback):
    """Ends a training after some step, as a signal would: without a word."""

    last = True

    def __init__(self, step: int) -> None:
        self.step = step

    def on_batch_end(self, trainer, figures) -> None:
        if trainer.step == self.step:
            raise KeyboardInterrupt


def noisy(pair):
    """Augment with numbers from all three sources."""
    import random

    x, y = pair
    return x + np.float32(np.random.normal() * 0.1) + random.random() + mg.rand(4), y


class Noisy(mg.data.Dataset):
    def __init__(self) -> None:
        self.data = dataset()

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, number):
        return noisy(self.data[number])


def loaders():
    return {
        "plain": lambda: DataLoader(dataset(), batch_size=8, shuffle=True),
        "augmented": lambda: DataLoader(Noisy(), batch_size=8, shuffle=True),
        "own generator": lambda: DataLoader(
            dataset(), batch_size=8, shuffle=True, generator=mg.Generator().manual_seed(5)
        ),
        "workers": lambda: DataLoader(Noisy(), batch_size=8, shuffle=True, num_workers=2),
    }


@pytest.mark.parametrize("kind", ["plain", "augmented", "own generator", "workers"])
@pytest.mark.parametrize("step", [3, 7, 10, 14])
def test_resumes_to_the_same_bit(kind, step, tmp_path) -> None:
    import random

    def begin(*more):
        random.seed(2)
        np.random.seed(3)
        ours = trainer()
        schedule = optim.lr_scheduler.CosineAnnealingLR(ours.optimizer, 3)
        checkpoint = Checkpoint(tmp_path, every=2)
        ours.callbacks = [Schedule(schedule), checkpoint, *more]
        return ours, checkpoint.last_path

    whole, _ = begin()
    history = whole.fit(loaders()[kind](), epochs=3)
    expected = weights(whole.model)

    killed, path = begin(Kill(step))
    with pytest.raises(KeyboardInterrupt):
        killed.fit(loaders()[kind](), epochs=3)
    killed.callbacks.pop()
    mg.manual_seed(99)
    random.seed(98)
    np.random.seed(97)
    resumed, _ = begin()
    assert resumed.fit(loaders()[kind](), epochs=3, resume=path) == history
    for name, value in weights(resumed.model).items():
        np.testing.assert_array_equal(value, expected[name])
    assert resumed.step == whole.step


SCRIPT = """
import sys, time
import numpy as np
import minigrad as mg
from minigrad import nn, optim
from minigrad.data import DataLoader, TensorDataset
from minigrad.training import Callback, Checkpoint, Trainer

class Slow(Callback):
    def on_batch_end(self, trainer, figures):
        print(trainer.step, flush=True)
        time.sleep(float(sys.argv[3]))

folder, resume, _ = sys.argv[1:]
mg.manual_seed(0)
x = mg.randn(64, 4)
data = TensorDataset(x, x.sum(1, keepdim=True))
model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.2), nn.Linear(8, 1))
trainer = Trainer(
    model, nn.MSELoss(), optim.Adam(model.parameters()), callbacks=[Slow(), Checkpoint(folder, 1)]
)
trainer.fit(DataLoader(data, 8, shuffle=True), 3, resume=resume or None)
weights = nn.utils.parameters_to_vector(model.parameters())
np.save(folder + "/weights.npy", weights.detach().numpy())
"""


def test_a_killed_process_is_resumed_to_the_same_bit(tmp_path) -> None:
    script = tmp_path / "train.py"
    script.write_text(textwrap.dedent(SCRIPT))

    def start(folder: str, resume: str = "", pause: float = 0.0) -> subprocess.Popen:
        arguments = [str(tmp_path / folder), resume, str(pause)]
        return subprocess.Popen(
            [sys.executable, str(script), *arguments], stdout=subprocess.PIPE, env={**os.environ}
        )

    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()
    with start("whole") as process:
        assert process.wait(60) == 0
    with start("killed", pause=0.02) as process:
        for line in process.stdout:
            if int(line) >= 13:  # in the second epoch
                break
        time.sleep(0.01)  # wherever that is: perhaps in the writing of a checkpoint
        process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "killed" / "weights.npy").exists()
    with start("killed", str(tmp_path / "killed" / "last.safetensors")) as process:
        assert process.wait(60) == 0
    np.testing.assert_array_equal(
        np.load(tmp_path / "killed" / "weights.npy"), np.load(tmp_path / "whole" / "weights.npy")
    )


class TwoOptimizers(Trainer):
    """What a derived class holds is part of its checkpoints."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.critic = nn.Linear(2, 1)
        self.critic_optimizer = optim.SGD(self.critic.parameters(), lr=0.1, momentum=0.9)

    def training_step(self, batch):
        figures = super().training_step(batch)
        self.critic_optimizer.zero_grad()
        score = self.critic(self.model(batch[0]).detach()).mean()
        score.backward()
        self.critic_optimizer.step()
        return {**figures, "score": score}


def test_all_that_has_a_state_is_saved(tmp_path) -> None:
    loader = DataLoader(dataset(), batch_size=16)
    ours = trainer(kind=TwoOptimizers)
    ours.fit(loader, epochs=1)
    ours.save(tmp_path / "a")
    other = trainer(kind=TwoOptimizers)
    other.load(tmp_path / "a")
    np.testing.assert_array_equal(
        other.critic.weight.detach().numpy(), ours.critic.weight.detach().numpy()
    )
    (buffer,) = [other.critic_optimizer.state[other.critic.weight]["momentum_buffer"]]
    assert buffer.abs().sum() > 0
    assert "score" in other.history[0]


def test_checkpoints_of_other_trainings_are_refused(tmp_path) -> None:
    trainer().save(tmp_path / "a")
    with pytest.raises(ValueError, match=r"has .* parts \['loss', 'model', 'optimizer'\]"):
        trainer(kind=TwoOptimizers).load(tmp_path / "a")
    stopping = EarlyStopping("loss")
    with pytest.raises(ValueError, match=r"expected .* parts \['EarlyStopping', 'loss'"):
        trainer(stopping).load(tmp_path / "a")
    trainer(Diary()).load(tmp_path / "a")  # which has no state
