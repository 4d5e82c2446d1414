"""The digits, the MNIST files, and batches of them."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad.data import Samples, batches, digits, mnist

REAL = os.environ.get("MINIGRAD_DATA")  # tests/conftest.py points it to the files if they are there


def write_pair(folder: Path, part: str, images: np.ndarray, labels: np.ndarray, gz=False) -> None:
    for kind, array in (("images", images), ("labels", labels)):
        header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        content = header + array.tobytes()
        path = folder / f"{part}-{kind}-idx{array.ndim}-ubyte{'.gz' if gz else ''}"
        path.write_bytes(gzip.compress(content, 1) if gz else content)


def random_pair(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return images, rng.integers(0, 10, count, dtype=np.uint8)


# --- digits -----------------------------------------------------------------------------------


def test_digits_are_scikit_learns_each_once() -> None:
    from sklearn.datasets import load_digits

    found = digits()
    images = np.concatenate([found.train.images.numpy(), found.test.images.numpy()])
    labels = np.concatenate([found.train.labels.numpy(), found.test.labels.numpy()])
    ours = sorted((label, *(image * 16).ravel()) for image, label in zip(images, labels))
    bunch = load_digits()
    theirs = sorted((label, *row) for row, label in zip(bunch.data, bunch.target))
    np.testing.assert_array_equal(ours, theirs)


def test_digits_shapes_and_dtypes() -> None:
    found = digits()
    assert found.train.images.shape == (1437, 1, 8, 8)
    assert found.test.images.shape == (360, 1, 8, 8)
    assert found.test.labels.shape == (360,)
    for samples in (found.train, found.test):
        assert samples.images.dtype == np.float32
        assert samples.labels.dtype == np.int64
        assert samples.images.numpy().min() == 0
        assert samples.images.numpy().max() == 1


def test_digits_split_is_fixed_and_mixed() -> None:
    np.random.seed(5)  # the split must not depend on anybody's seed
    first, again = digits(), digits()
    np.testing.assert_array_equal(first.test.labels.numpy(), again.test.labels.numpy())
    assert first.test.labels.tolist()[:12] == FIRST_TEST_LABELS
    assert np.bincount(first.test.labels.numpy()).min() >= 20  # every digit is examined


FIRST_TEST_LABELS = [7, 9, 4, 7, 0, 2, 6, 1, 3, 1, 3, 7]


# --- MNIST --------------------------------------------------------------------------------------


@pytest.mark.parametrize("gz", [False, True], ids=["plain", "gz"])
def test_all_four_files(tmp_path, gz) -> None:
    train, test = random_pair(7, seed=1), random_pair(5, seed=2)
    write_pair(tmp_path, "train", *train, gz=gz)
    write_pair(tmp_path, "t10k", *test, gz=gz)
    found = mnist(tmp_path)
    assert found.name == "MNIST"
    for samples, (images, labels) in ((found.train, train), (found.test, test)):
        np.testing.assert_array_equal(
            samples.images.numpy(), (images[:, None] / 255).astype(np.float32)
        )
        np.testing.assert_array_equal(samples.labels.numpy(), labels)


def test_t10k_files_alone_are_split_and_it_says_so(tmp_path) -> None:
    images, labels = random_pair(10_000)
    write_pair(tmp_path, "t10k", images, labels)
    found = mnist(str(tmp_path))
    assert found.name == "MNIST-10k"
    assert "images 0-7,999 train, 8,000-9,999 test" in found.source
    np.testing.assert_array_equal(found.train.labels.numpy(), labels[:8000])
    np.testing.assert_array_equal(found.test.labels.numpy(), labels[8000:])
    np.testing.assert_array_equal(
        found.test.images.numpy()[0, 0], (images[8000] / 255).astype(np.float32)
    )


def test_folder_from_the_environment(tmp_path, monkeypatch) -> None:
    write_pair(tmp_path, "train", *random_pair(3))
    write_pair(tmp_path, "t10k", *random_pair(2))
    monkeypatch.setenv("MINIGRAD_DATA", str(tmp_path))
    assert len(mnist().train.labels) == 3


def test_no_folder_given(monkeypatch) -> None:
    monkeypatch.delenv("MINIGRAD_DATA", raising=False)
    with pytest.raises(FileNotFoundError, match="set MINIGRAD_DATA"):
        mnist()


def test_no_such_folder(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere: no such folder"):
        mnist(tmp_path / "nowhere")


def test_empty_folder(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match=r"t10k-images-idx3-ubyte nor .*\.gz is there"):
        mnist(tmp_path)


@pytest.mark.parametrize("missing", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_half_a_training_set_is_no_mnist_10k(tmp_path, missing) -> None:
    write_pair(tmp_path, "train", *random_pair(3))
    write_pair(tmp_path, "t10k", *random_pair(2))
    (tmp_path / missing).unlink()
    with pytest.raises(FileNotFoundError, match=missing):
        mnist(tmp_path)


def test_t10k_files_of_another_size(tmp_path) -> None:
    write_pair(tmp_path, "t10k", *random_pair(9))
    with pytest.raises(ValueError, match="9 images in the t10k files, expected 10000"):
        mnist(tmp_path)


def test_as_many_labels_as_images(tmp_path) -> None:
    images, labels = random_pair(4)
    write_pair(tmp_path, "t10k", images, labels[:3])
    with pytest.raises(ValueError, match="4 t10k images, but 3 labels"):
        mnist(tmp_path)


def test_files_without_images(tmp_path) -> None:
    write_pair(tmp_path, "train", *random_pair(3))
    write_pair(tmp_path, "t10k", *random_pair(0))
    with pytest.raises(ValueError, match="no images in the t10k files"):
        mnist(tmp_path)


def test_images_of_another_size(tmp_path) -> None:
    images, labels = random_pair(2)
    write_pair(tmp_path, "t10k", images[:, :14], labels)
    with pytest.raises(ValueError, match=r"images of \(14, 28\), expected \(28, 28\)"):
        mnist(tmp_path)


def test_labels_that_are_no_digits(tmp_path) -> None:
    images, labels = random_pair(2)
    write_pair(tmp_path, "t10k", images, labels + 10)
    with pytest.raises(
        ValueError, match=r"t10k-labels-idx1-ubyte: a label is 1\d, expected 0 to 9"
    ):
        mnist(tmp_path)


@pytest.mark.skipif(not REAL, reason="MINIGRAD_DATA names no folder of MNIST files")
def test_the_real_files() -> None:
    found = mnist()
    if found.name == "MNIST-10k":
        assert (len(found.train.labels), len(found.test.labels)) == (8000, 2000)
        assert found.train.labels.tolist()[:10] == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
        counts = np.bincount(found.train.labels.numpy()) + np.bincount(found.test.labels.numpy())
        # The published class counts of the 10,000 test images.
        assert counts.tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    else:
        assert (len(found.train.labels), len(found.test.labels)) == (60_000, 10_000)
        assert found.test.labels.tolist()[:10] == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    images = np.concatenate([found.train.images.numpy(), found.test.images.numpy()])
    assert 0.130 < images.mean() < 0.134  # MNIST's well-known 0.13


# --- batches ------------------------------------------------------------------------------------


def numbered(count: int) -> Samples:
    images = np.arange(count, dtype=np.float32).reshape(count, 1, 1, 1)
    return Samples(mg.from_numpy(images), mg.from_numpy(np.arange(count)))


def test_batches_in_order() -> None:
    found = list(batches(numbered(5), 2))
    assert [b.labels.tolist() for b in found] == [[0, 1], [2, 3], [4]]
    assert [b.images.shape for b in found] == [(2, 1, 1, 1), (2, 1, 1, 1), (1, 1, 1, 1)]


def test_shuffled_batches_have_all_samples_with_their_labels() -> None:
    found = list(batches(numbered(50), 8, np.random.default_rng(0)))
    labels = [label for b in found for label in b.labels.tolist()]
    assert labels != list(range(50))
    assert sorted(labels) == list(range(50))
    for b in found:
        assert b.images.numpy().ravel().tolist() == b.labels.tolist()


def test_shuffle_follows_its_generator() -> None:
    rng = np.random.default_rng(3)
    first, second = (next(batches(numbered(50), 8, rng)).labels.tolist() for _ in range(2))
    again = next(batches(numbered(50), 8, np.random.default_rng(3))).labels.tolist()
    assert first == again
    assert first != second  # every epoch has its own order


def test_a_batch_is_a_copy() -> None:
    samples = numbered(4)
    next(batches(samples, 4)).labels.numpy()[:] = 9
    assert samples.labels.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("size", [0, -1])
def test_batch_size_must_be_positive(size) -> None:
    with pytest.raises(ValueError, match=f"batch size must be positive, got {size}"):
        next(batches(numbered(3), size))
