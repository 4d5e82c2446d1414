"""Datasets and loaders: custom, iterable, mapped, weighted, split, collated; tqdm-like loops."""

import collections
import math

import numpy as np
import torch
from torch.utils.data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    Sampler,
    SequentialSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    random_split,
)

try:
    from tqdm import tqdm
except ImportError:

    def tqdm(iterable, **kwargs):
        return iterable


torch.manual_seed(11)
np.random.seed(11)
Point = collections.namedtuple("Point", ["x", "y"])


class Points(Dataset):
    """A table with a header, as from a file of comma-separated values."""

    def __init__(self, rows, transform=None):
        table = "\n".join("%d,%.3f,%.3f" % (i % 3, i / 7, math.sin(i)) for i in range(rows))
        self.rows = [line.split(",") for line in table.splitlines()]
        self.transform = transform

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, idx):
        if torch.is_tensor(idx):
            idx = idx.tolist()
        kind, x, y = self.rows[idx]
        sample = {"point": np.array([float(x), float(y)], dtype="float32"), "kind": int(kind)}
        return self.transform(sample) if self.transform else sample


class ToTensor(object):
    def __call__(self, sample):
        return {"point": torch.from_numpy(sample["point"]), "kind": sample["kind"]}


dataset = Points(20, transform=ToTensor())
print(dataset[torch.tensor(3)])
loader = DataLoader(dataset, batch_size=6, shuffle=True, num_workers=0, drop_last=True)
print(len(loader))
for i_batch, batch in enumerate(loader):
    print(i_batch, batch["point"].size(), batch["kind"], "%.4f" % batch["point"].sum())

train, valid, test = random_split(dataset, [12, 5, 3])
print(train.indices, list(valid.indices), len(test))
parts = random_split(range(10), [0.5, 0.3, 0.2], generator=torch.Generator().manual_seed(42))
print([list(part) for part in parts])

a, b = TensorDataset(torch.arange(4), torch.ones(4)), TensorDataset(torch.arange(3), torch.zeros(3))
joined = ConcatDataset([a, b])
print(len(joined), joined[5], (a + b)[-1], a[1:3])
print(list(DataLoader(Subset(joined, [6, 0, 2]), batch_size=2)))


def pad(batch):
    """The texts of a batch, padded to the longest."""
    lengths = torch.tensor([len(text) for text, _ in batch])
    padded = torch.zeros(len(batch), int(lengths.max()), dtype=torch.uint8)
    for row, (text, _) in zip(padded, batch):
        row[: len(text)] = torch.tensor(list(text.encode()), dtype=torch.uint8)
    return padded, lengths, torch.FloatTensor([value for _, value in batch])


texts = [("one", 1), ("three", 3), ("seventeen", 17), ("two", 2)]
for padded, lengths, values in DataLoader(texts, batch_size=2, collate_fn=pad):
    print(padded, lengths, values)

labels = np.array([0] * 9 + [1] * 3)
weights = 1.0 / torch.tensor(np.bincount(labels)[labels], dtype=torch.double)
sampler = WeightedRandomSampler(weights, num_samples=12, replacement=True)
print(list(sampler))
print(list(BatchSampler(SequentialSampler(range(7)), batch_size=3, drop_last=False)))
print(list(DataLoader(range(7), sampler=SubsetRandomSampler([1, 3, 5]))))


class Numbers(IterableDataset):
    def __init__(self, start, end):
        super(Numbers).__init__()
        self.start, self.end = start, end

    def __iter__(self):
        assert torch.utils.data.get_worker_info() is None
        return iter(range(self.start, self.end))


print(list(DataLoader(Numbers(3, 8), batch_size=2)))


class EveryOther(Sampler):
    def __init__(self, source):
        self.source = source

    def __iter__(self):
        yield from range(0, len(self.source), 2)

    def __len__(self):
        return (len(self.source) + 1) // 2


loader = DataLoader(dataset, batch_size=4, sampler=EveryOther(dataset))
print(len(loader), [b["kind"].tolist() for b in loader])
print(default_collate([Point(1, 2.5), Point(3, 4.5)]))
print(default_collate([{"a": [1, 2], "b": "x"}, {"a": [3, 4], "b": "y"}]))
print(torch.utils.data.dataloader.default_collate([np.float64(2), np.float64(3)]))

generator = torch.Generator()
generator.manual_seed(0)
loader = DataLoader(range(8), batch_size=3, shuffle=True, generator=generator)
for epoch in range(2):
    print([batch.tolist() for batch in tqdm(loader, disable=True)])
print(torch.initial_seed(), generator.initial_seed())


def seed_worker(worker_id):
    np.random.seed(torch.initial_seed() % 2**32)


if __name__ == "__main__":
    loader = DataLoader(
        dataset, batch_size=8, shuffle=True, num_workers=2, worker_init_fn=seed_worker
    )
    for batch in loader:
        print(batch["kind"].sum(), batch["point"].mean(0))
    X, y = torch.randn(30, 4), torch.randint(0, 2, (30,))
    pbar = tqdm(DataLoader(TensorDataset(X, y), 10, True), desc="train", disable=True)
    model = torch.nn.Linear(4, 2)
    opt = torch.optim.AdamW(model.parameters(), 0.05)
    for xb, yb in pbar:
        loss = torch.nn.functional.cross_entropy(model(xb), yb, label_smoothing=0.1)
        loss.backward()
        opt.step()
        opt.zero_grad()
        print("{:.5f}".format(loss.detach().cpu().numpy()))
