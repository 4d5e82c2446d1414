"""Datasets of pictures, from files that the tests write."""

import io
import pickle
import struct
import tarfile

import numpy as np
import pytest

pytest.importorskip("PIL")
from PIL import Image

import minigrad as mg
from minigrad.data import DataLoader
from minigrad_torch_compat.torchvision import datasets, transforms
from minigrad_torch_compat.torchvision.datasets import cifar


def write_idx(folder, part, count, classes=10):
    """Write pictures whose upper left pixel is their number, and labels that count up."""
    folder.mkdir(parents=True, exist_ok=True)
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(count) % 256
    labels = (np.arange(count) % classes).astype(np.uint8)
    for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
        head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        (folder / f"{part}-{kind}-ubyte").write_bytes(head + array.tobytes())


@pytest.fixture
def no_shared_folder(monkeypatch):
    monkeypatch.delenv("MINIGRAD_DATA", raising=False)


# --- MNIST and its family -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["MNIST", "FashionMNIST", "KMNIST"])
def test_raw_layout(tmp_path, name, no_shared_folder):
    write_idx(tmp_path / name / "raw", "train", 12)
    write_idx(tmp_path / name / "raw", "t10k", 5)
    kind = getattr(datasets, name)
    train = kind(str(tmp_path), train=True, download=True)  # there is nothing to download
    test = kind(tmp_path, train=False, transform=transforms.ToTensor(), target_transform=str)
    assert (len(train), len(test)) == (12, 5)
    image, label = train[11]
    assert isinstance(image, Image.Image)
    assert (image.mode, image.size, image.getpixel((0, 0)), label) == ("L", (28, 28), 11, 1)
    assert train.data.shape == (12, 28, 28)
    assert train.data.dtype == mg.uint8
    assert train.targets.tolist() == [*range(10), 0, 1]
    tensor, text = test[3]
    assert (tensor.shape, text) == ((1, 28, 28), "3")
    assert tensor[0, 0, 0].item() == pytest.approx(3 / 255)
    assert len(train.classes) == 10
    assert train.class_to_idx[train.classes[4]] == 4


def test_batches(tmp_path, no_shared_folder):
    write_idx(tmp_path / "MNIST" / "raw", "train", 10)
    data = datasets.MNIST(tmp_path, transform=transforms.ToTensor())
    images, labels = next(iter(DataLoader(data, batch_size=4)))
    assert images.shape == (4, 1, 28, 28)
    np.testing.assert_allclose(images[:, 0, 0, 0].numpy() * 255, [0, 1, 2, 3], rtol=1e-6)
    assert labels.tolist() == [0, 1, 2, 3]


def test_as_text(tmp_path, no_shared_folder):
    """Printed as torchvision 0.28 does."""
    write_idx(tmp_path / "MNIST" / "raw", "t10k", 3)
    steps = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1,), (0.3,))])
    data = datasets.MNIST(str(tmp_path), train=False, transform=steps)
    assert repr(data) == (
        "Dataset MNIST\n"
        "    Number of datapoints: 3\n"
        f"    Root location: {tmp_path}\n"
        "    Split: Test\n"
        "    StandardTransform\n"
        "Transform: Compose(\n"
        "               ToTensor()\n"
        "               Normalize(mean=(0.1,), std=(0.3,))\n"
        "           )"
    )


def test_the_shared_folder(tmp_path, monkeypatch):
    shared, root = tmp_path / "shared", tmp_path / "root"
    write_idx(shared, "train", 4)
    write_idx(shared, "t10k", 3)
    monkeypatch.setenv("MINIGRAD_DATA", str(shared))
    assert len(datasets.MNIST(root, download=True)) == 4
    assert not root.exists()
    # The files of Fashion-MNIST have the same names: digits must not pass for clothes.
    with pytest.raises(RuntimeError, match="You can use download=True"):
        datasets.FashionMNIST(root)
    write_idx(shared / "FashionMNIST", "train", 6)
    assert len(datasets.FashionMNIST(root)) == 6
    write_idx(root / "MNIST" / "raw", "train", 2)
    assert len(datasets.MNIST(root)) == 2  # those in root come first


def test_only_test_files(tmp_path, monkeypatch):
    write_idx(tmp_path, "t10k", 10_000)
    monkeypatch.setenv("MINIGRAD_DATA", str(tmp_path))
    with pytest.warns(UserWarning, match="MNIST-10k: images 0-7,999 of the t10k files"):
        assert len(datasets.MNIST("data", download=True)) == 8000
    with pytest.warns(UserWarning, match="8,000-9,999"):
        assert len(datasets.MNIST("data", train=False)) == 2000


def test_missing_files(tmp_path, no_shared_folder):
    with pytest.raises(RuntimeError, match=r"Dataset not found\. You can use download=True"):
        datasets.MNIST(tmp_path)


def test_a_download(tmp_path, no_shared_folder, monkeypatch):
    """Missing files are asked for by their names, with their checksums, for root/NAME/raw."""
    asked = []

    def bring(urls, path, md5, progress=None):
        asked.append((urls[0], path.relative_to(tmp_path).as_posix(), md5))
        write_idx(path.parent, path.name.split("-")[0], 3)

    monkeypatch.setattr("minigrad.data.readers.download", bring)
    assert len(datasets.KMNIST(tmp_path, download=True)) == 3
    url, path, md5 = asked[0]
    assert url == "http://codh.rois.ac.jp/kmnist/dataset/kmnist/train-images-idx3-ubyte.gz"
    assert path == "KMNIST/raw/train-images-idx3-ubyte.gz"
    assert md5 == "bdb82020997e1d708af4cf47b453dcf7"


@pytest.mark.parametrize(("split", "classes"), [
    ("byclass", 62), ("bymerge", 47), ("balanced", 47), ("letters", 27), ("digits", 10),
    ("mnist", 10),
])  # fmt: skip
def test_emnist(tmp_path, split, classes, no_shared_folder):
    write_idx(tmp_path / "EMNIST" / "raw", f"emnist-{split}-train", 70, classes)
    data = datasets.EMNIST(tmp_path, split=split)
    assert len(data.classes) == classes
    assert data.targets.max() == min(classes, 70) - 1
    assert data[5][1] == 5


def test_unknown_split(tmp_path):
    with pytest.raises(ValueError, match="Unknown value 'words' for argument split"):
        datasets.EMNIST(tmp_path, "words")


def test_older_names(tmp_path, no_shared_folder):
    write_idx(tmp_path / "MNIST" / "raw", "train", 3)
    data = datasets.MNIST(tmp_path)
    with pytest.warns(UserWarning, match="renamed data"):
        assert data.train_data is data.data
    with pytest.warns(UserWarning, match="renamed targets"):
        assert data.test_labels is data.targets


# --- CIFAR --------------------------------------------------------------------------------------


def batch(start, count, key="labels"):
    pixels = np.zeros((count, 3 * 32 * 32), np.uint8)
    pixels[:, 1024] = np.arange(start, start + count)  # green, upper left
    labels = [(start + i) % 10 for i in range(count)]
    return {"data": pixels, key: labels}


def write_cifar(folder):
    folder.mkdir(parents=True)
    for i in range(5):
        (folder / f"data_batch_{i + 1}").write_bytes(pickle.dumps(batch(4 * i, 4), protocol=2))
    (folder / "test_batch").write_bytes(pickle.dumps(batch(100, 3), protocol=2))
    names = {"label_names": [f"kind {i}" for i in range(10)]}
    (folder / "batches.meta").write_bytes(pickle.dumps(names, protocol=2))


def test_cifar10(tmp_path, no_shared_folder):
    write_cifar(tmp_path / "cifar-10-batches-py")
    train = datasets.CIFAR10(tmp_path)
    test = datasets.CIFAR10(str(tmp_path), train=False, transform=transforms.ToTensor())
    assert train.data.shape == (20, 32, 32, 3)
    image, label = train[13]
    assert (image.mode, image.getpixel((0, 0)), label) == ("RGB", (0, 13, 0), 3)
    assert train.classes[3] == "kind 3"
    assert train.class_to_idx["kind 7"] == 7
    tensor, _ = test[2]
    assert tensor.shape == (3, 32, 32)
    assert tensor[1, 0, 0].item() == pytest.approx(102 / 255)
    assert "Split: Test" in repr(test)


def test_cifar100(tmp_path, no_shared_folder):
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    (folder / "train").write_bytes(pickle.dumps(batch(0, 6, "fine_labels"), protocol=2))
    (folder / "meta").write_bytes(pickle.dumps({"fine_label_names": ["apple", "bear"]}))
    data = datasets.CIFAR100(tmp_path)
    assert (len(data), data.targets[4], data.classes) == (6, 4, ["apple", "bear"])


def test_pickles_of_python_2(tmp_path):
    """The real files are Python 2's: protocol 2, byte strings, arrays by numpy.core.multiarray."""
    written = (
        b"\x80\x02}q\x00U\x04dataq\x01cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\n"
        b"q\x03K\x00\x85q\x04U\x01bq\x05\x87q\x06Rq\x07(K\x01K\x03\x85q\x08cnumpy\ndtype\nq\t"
        b"U\x02u1q\nK\x00K\x01\x87q\x0bRq\x0c(K\x03U\x01|q\rNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"
        b"K\x00tq\x0eb\x89U\x03\x01\x02\xffq\x0ftq\x10bs."
    )
    path = tmp_path / "batch"
    path.write_bytes(written)
    assert cifar.read_pickle(path)["data"].tolist() == [1, 2, 255]


class Harmful:
    def __reduce__(self):
        return exec, ("raise SystemExit('run by a pickle')",)


@pytest.mark.parametrize("content", [Harmful(), {"data": Harmful()}, np.random.default_rng])
def test_pickles_run_nothing(tmp_path, content):
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps(content, protocol=2))
    with pytest.raises(RuntimeError, match="which is not allowed"):
        cifar.read_pickle(path)
    path.write_bytes(b"\x80\x02}q")
    with pytest.raises(RuntimeError, match="not a pickle of arrays"):
        cifar.read_pickle(path)


def test_a_download_of_cifar(tmp_path, monkeypatch, no_shared_folder):
    """Of an archive only the known files are taken, if their checksums are right."""
    write_cifar(tmp_path / "made" / "cifar-10-batches-py")

    def bring(url, path, md5):
        assert url == "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
        path.parent.mkdir()
        with tarfile.open(path, "w:gz") as archive:
            archive.add(tmp_path / "made" / "cifar-10-batches-py", "cifar-10-batches-py")
            info = tarfile.TarInfo("../outside")
            info.size = 3
            archive.addfile(info, io.BytesIO(b"bad"))
        return path

    monkeypatch.setattr(cifar, "bring", bring)
    with pytest.raises(RuntimeError, match="data_batch_1 in it is damaged"):
        datasets.CIFAR10(tmp_path / "root", download=True)
    monkeypatch.setattr(cifar, "hashlib", AnySum)
    assert len(datasets.CIFAR10(tmp_path / "root2", download=True)) == 20
    assert not (tmp_path / "outside").exists()
    with pytest.raises(RuntimeError, match="Dataset not found or corrupted"):
        datasets.CIFAR10(tmp_path / "root3")


class AnySum:
    """A stand-in for hashlib, which finds what is expected: these are not the real files."""

    expected = iter(
        [md5 for _, md5 in [*datasets.CIFAR10.train_list, *datasets.CIFAR10.test_list]]
        + [datasets.CIFAR10.meta["md5"]]
    )

    @classmethod
    def md5(cls, data, usedforsecurity):
        class Digest:
            def hexdigest(self):
                return next(cls.expected)

        return Digest()


# --- others -------------------------------------------------------------------------------------


LABELS, SUM = [2, 5, 2, 0, 8], 28068


def test_fake_data():
    """Of 0.28: the sum of the first picture's bytes, and the labels of the first five."""
    data = datasets.FakeData(6, (3, 8, 9), transform=transforms.PILToTensor())
    assert [data[i][1] for i in range(5)] == LABELS
    assert int(data[0][0].to(mg.int64).sum()) == SUM
    state = mg.get_rng_state()
    assert mg.equal(data[2][0], data[2][0])
    assert mg.equal(mg.get_rng_state(), state)
    with pytest.raises(IndexError, match="index out of range"):
        data[6]


def make_pictures(root, names):
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 3), number).save(path)


def test_image_folder(tmp_path):
    make_pictures(tmp_path, ["dog/b.png", "dog/a.PNG", "cat/deep/x.bmp", "cat/y.png"])
    (tmp_path / "dog" / "notes.txt").write_text("no picture")
    data = datasets.ImageFolder(tmp_path)
    assert data.classes == ["cat", "dog"]
    assert data.class_to_idx == {"cat": 0, "dog": 1}
    found = [(path.removeprefix(str(tmp_path)), label) for path, label in data.imgs]
    assert found == [
        ("/cat/y.png", 0),
        ("/cat/deep/x.bmp", 0),
        ("/dog/a.PNG", 1),
        ("/dog/b.png", 1),
    ]
    image, label = data[2]
    assert (image.mode, image.size, image.getpixel((0, 0)), label) == ("RGB", (4, 3), (1, 1, 1), 1)
    assert data.targets == [0, 0, 1, 1]
    chosen = datasets.ImageFolder(tmp_path, is_valid_file=lambda path: path.endswith("b.png"),
                                  allow_empty=True)  # fmt: skip
    assert len(chosen) == 1


def test_folders_that_lack_something(tmp_path):
    with pytest.raises(FileNotFoundError, match="Couldn't find any class folder"):
        datasets.ImageFolder(tmp_path)
    make_pictures(tmp_path, ["dog/b.png"])
    (tmp_path / "cat").mkdir()
    with pytest.raises(FileNotFoundError, match=r"classes cat\. Supported extensions are: \.jpg"):
        datasets.ImageFolder(tmp_path)
    with pytest.raises(ValueError, match="Both extensions and is_valid_file"):
        datasets.DatasetFolder(tmp_path, loader=str)


def test_datasets_that_are_not_there():
    with pytest.raises(RuntimeError, match="ImageFolder"):
        datasets.LSUN("lsun", classes=["bedroom_train"])
    with pytest.raises(AttributeError, match=r"minigrad has no torchvision\.datasets\.CelebA"):
        datasets.CelebA
