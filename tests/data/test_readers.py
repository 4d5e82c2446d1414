"""Downloads from a server of our own, and the datasets that are read from files."""

import gzip
import hashlib
import http.server
import io
import os
import struct
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad.data import (
    EMNIST,
    KMNIST,
    MNIST,
    DataLoader,
    Digits,
    FashionMNIST,
    Subset,
    digits,
    download,
    transforms,
)

REAL = os.environ.get("MINIGRAD_DATA")


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves ``files``; the server's switches make it break off, or ignore ranges."""

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers.get("Range")))
        content = server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start, wanted = 0, self.headers.get("Range")
        if wanted and server.resumes:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.end_headers()
                return
        self.send_response(206 if start else 200)
        if server.tells_length:
            self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        stop = server.breaks_at if server.breaks_at is not None else len(content)
        self.wfile.write(content[start:stop])

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.files, made.asked, made.breaks_at = {}, [], None
    made.resumes = made.tells_length = True
    made.url = f"http://127.0.0.1:{made.server_port}/"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


CONTENT = bytes(np.random.default_rng(0).integers(0, 256, 200_000, dtype=np.uint8))
MD5 = hashlib.md5(CONTENT).hexdigest()


def parts(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# --- downloads ----------------------------------------------------------------------------------


def test_a_file_arrives_with_its_progress(server, tmp_path):
    server.files["/file"] = CONTENT
    seen = []
    path = download(
        server.url + "file", tmp_path / "new" / "file", MD5, lambda *pair: seen.append(pair)
    )
    assert path.read_bytes() == CONTENT
    assert parts(tmp_path) == ["file"]
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert len(seen) > 2


def test_what_is_there_is_not_asked_for(server, tmp_path):
    (tmp_path / "file").write_bytes(CONTENT)
    download(server.url + "file", tmp_path / "file", MD5)
    assert server.asked == []


def test_a_damaged_file_is_replaced(server, tmp_path):
    server.files["/file"] = CONTENT
    (tmp_path / "file").write_bytes(b"damaged")
    download(server.url + "file", tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_broken_download_is_resumed(server, tmp_path):
    server.files["/file"] = CONTENT
    server.breaks_at = 70_000
    with pytest.raises(OSError, match="ended after 70000 of 200000 bytes"):
        download(server.url + "file", tmp_path / "file", MD5)
    assert parts(tmp_path) == ["file.part"]  # never a file that is half there
    server.breaks_at = None
    seen = []
    download(server.url + "file", tmp_path / "file", MD5, lambda *pair: seen.append(pair))
    assert server.asked[-1] == ("/file", "bytes=70000-")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert seen[0][0] > 70_000
    assert seen[-1] == (200_000, 200_000)


def test_a_server_that_does_not_resume(server, tmp_path):
    server.files["/file"] = CONTENT
    server.resumes = False
    (tmp_path / "file.part").write_bytes(CONTENT[:1000])
    download(server.url + "file", tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize("left", [CONTENT, CONTENT + b"too much"])
def test_nothing_is_missing_but_the_name(server, tmp_path, left):
    server.files["/file"] = CONTENT
    (tmp_path / "file.part").write_bytes(left)
    download(server.url + "file", tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert parts(tmp_path) == ["file"]


def test_another_file_is_not_taken(server, tmp_path):
    server.files["/file"] = b"another"
    with pytest.raises(ValueError, match=f"the file has MD5 .*, expected {MD5}"):
        download(server.url + "file", tmp_path / "file", MD5)
    assert parts(tmp_path) == []


def test_a_length_that_is_not_told(server, tmp_path):
    server.files["/file"] = CONTENT
    server.tells_length = False
    seen = []
    download(server.url + "file", tmp_path / "file", MD5, lambda *pair: seen.append(pair))
    assert seen[-1] == (len(CONTENT), None)


def test_mirrors_one_after_the_other(server, tmp_path):
    server.files["/good/file"] = CONTENT
    server.files["/other/file"] = b"another"
    urls = [server.url + f"{name}/file" for name in ("none", "other", "good")]
    download(urls, tmp_path / "file", MD5)
    assert [path for path, _ in server.asked] == ["/none/file", "/other/file", "/good/file"]
    with pytest.raises(OSError, match=r"(?s)could not download gone:.*none/file: HTTP Error 404"):
        download(urls[:1], tmp_path / "gone", MD5)


def test_nobody_answers(server, tmp_path):
    server.shutdown()
    server.server_close()
    with pytest.raises(OSError, match="could not download file"):
        download(server.url + "file", tmp_path / "file", MD5, timeout=1)


def test_an_interrupted_download_leaves_no_file(server, tmp_path):
    server.files["/file"] = CONTENT

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(server.url + "file", tmp_path / "file", MD5, interrupt)
    assert parts(tmp_path) == ["file.part"]


# --- readers ------------------------------------------------------------------------------------


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def files(part: str, count: int, classes: int = 10, seed: int = 0) -> dict[str, bytes]:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    labels = rng.integers(1, classes, count, dtype=np.uint8)
    return {
        f"{part}-images-idx3-ubyte.gz": gzip.compress(idx(images), 1),
        f"{part}-labels-idx1-ubyte.gz": gzip.compress(idx(labels), 1),
    }


FILES = {**files("train", 7, seed=1), **files("t10k", 5, seed=2)}
IMAGES = np.random.default_rng(1).integers(0, 256, (7, 28, 28), dtype=np.uint8)


def write(folder: Path, found: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (folder / name).write_bytes(content)
    return folder


def served(kind, server, found):
    """The class, with our server as its mirror and the checksums of our files."""
    for name, content in found.items():
        server.files[f"/{name}"] = content
    checksums = {name: hashlib.md5(content).hexdigest() for name, content in found.items()}
    return type(kind.__name__, (kind,), {"mirrors": (server.url,), "checksums": checksums})


@pytest.mark.parametrize("kind", [MNIST, FashionMNIST, KMNIST])
def test_files_in_a_folder(kind, tmp_path):
    write(tmp_path, FILES)
    data = kind(tmp_path)
    assert (len(data), len(kind(tmp_path, train=False))) == (7, 5)
    image, label = data[3]
    np.testing.assert_array_equal(image, IMAGES[3])
    assert (image.dtype, type(label)) == (np.uint8, int)
    assert (data.data.dtype, data.targets.dtype) == (mg.uint8, mg.int64)
    assert len(data.classes) == 10
    assert repr(data) == f"{kind.__name__}(7 pictures, from the files in {tmp_path})"


def test_transforms_are_applied(tmp_path):
    write(tmp_path, FILES)
    data = MNIST(tmp_path, True, transforms.ToTensor(), lambda label: -label)
    image, label = data[2]
    assert image.shape == (1, 28, 28)
    assert image.numpy().max() <= 1
    assert label == -int(data.targets[2])
    (images, labels), *_ = DataLoader(data, 4)
    assert images.shape == (4, 1, 28, 28)
    assert (labels.numpy() <= 0).all()


def test_batches_are_the_same_either_way(tmp_path):
    data = MNIST(write(tmp_path, FILES))
    for dataset in (data, Subset(data, [5, 1, 2])):
        quick = list(DataLoader(dataset, 2))
        slow = list(DataLoader(dataset, 2, collate_fn=lambda b: mg.data.default_collate(b)))
        for one, other in zip(quick, slow):
            for x, y in zip(one, other):
                assert x.dtype == y.dtype
                np.testing.assert_array_equal(x.numpy(), y.numpy())


@pytest.mark.parametrize("kind", [MNIST, FashionMNIST])
def test_download(kind, server, tmp_path):
    ours = served(kind, server, FILES)
    seen = []
    data = ours(tmp_path, download=True, progress=lambda *pair: seen.append(pair))
    np.testing.assert_array_equal(data.data.numpy(), IMAGES)
    assert parts(tmp_path / kind.__name__ / "raw") == sorted(FILES)
    assert len(server.asked) == 4
    assert seen
    assert len(ours(tmp_path, train=False, download=True)) == 5
    assert len(server.asked) == 4  # all there
    assert len(ours(tmp_path)) == 7  # found where it was put


def test_a_download_that_breaks_off_leaves_nothing_to_be_read(server, tmp_path):
    ours = served(MNIST, server, FILES)
    server.breaks_at = 1000
    with pytest.raises(OSError, match="ended after 1000 of"):
        ours(tmp_path, download=True)
    with pytest.raises(FileNotFoundError):
        ours(tmp_path)
    server.breaks_at = None
    assert len(ours(tmp_path, download=True)) == 7


def test_letters_come_out_of_their_archive(server, tmp_path):
    found = {**files("emnist-letters-train", 6, 27), **files("emnist-letters-test", 3, 27, 1)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("gzip/emnist-digits-train-images-idx3-ubyte.gz", b"not wanted")
        for name, content in found.items():
            archive.writestr(f"gzip/{name}", content)
    ours = served(EMNIST, server, {"gzip.zip": packed.getvalue()})
    data = ours(tmp_path, download=True)
    assert (len(data), len(ours(tmp_path, False, download=True))) == (6, 3)
    assert parts(tmp_path) == sorted(found)
    assert len(server.asked) == 1
    assert data.classes[data[0][1]] in "abcdefghijklmnopqrstuvwxyz"


def test_the_official_checksums_are_there():
    """MNIST's are public knowledge; of the test images, the files themselves can be asked."""
    assert MNIST.checksums["t10k-images-idx3-ubyte.gz"] == "9fb629c4189551a2d022fa330f9573f3"
    if REAL:
        for name, md5 in list(MNIST.checksums.items())[2:]:
            path = Path(REAL) / name
            if path.exists():
                assert hashlib.md5(path.read_bytes()).hexdigest() == md5
    sums = [
        md5 for kind in (MNIST, FashionMNIST, KMNIST, EMNIST) for md5 in kind.checksums.values()
    ]
    assert len({*sums}) == 13
    assert all(len(md5) == 32 and int(md5, 16) for md5 in sums)


def test_ten_thousand_are_split_and_it_says_so(tmp_path):
    write(tmp_path, files("t10k", 10_000))
    train, test = MNIST(tmp_path), MNIST(tmp_path, train=False)
    assert (len(train), len(test)) == (8000, 2000)
    assert repr(train).startswith("MNIST(8000 pictures, from MNIST-10k: images 0-7,999 of the t10k")
    assert "8,000-9,999" in repr(test)
    both = np.concatenate([train.data.numpy(), test.data.numpy()])
    full, _ = mg.data.datasets.read_pair(tmp_path, "t10k")
    np.testing.assert_array_equal(both, full)
    with pytest.raises(FileNotFoundError, match="train-images-idx3-ubyte"):
        FashionMNIST(tmp_path)  # of MNIST only


@pytest.mark.skipif(not REAL, reason="MINIGRAD_DATA names no folder of MNIST files")
def test_the_folder_of_the_environment():
    data, whole = MNIST(), mg.data.mnist()
    assert len(data) == len(whole.train.labels)
    images, labels = next(iter(DataLoader(MNIST(transform=transforms.ToTensor()), 50)))
    np.testing.assert_array_equal(images.numpy(), whole.train.images[:50].numpy())
    np.testing.assert_array_equal(labels.numpy(), whole.train.labels[:50].numpy())


def test_no_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("MINIGRAD_DATA", raising=False)
    with pytest.raises(FileNotFoundError, match="KMNIST needs the folder of its files: pass root"):
        KMNIST()
    with pytest.raises(FileNotFoundError, match="neither train-images-idx3-ubyte"):
        MNIST(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train-images-idx3-ubyte.gz", FILES["train-images-idx3-ubyte.gz"][:-9], "damaged gzip"),
        ("train-images-idx3-ubyte.gz", idx(IMAGES)[:-1], "truncated"),
        ("train-images-idx3-ubyte.gz", b"<html>", "wrong magic number"),
        ("train-labels-idx1-ubyte.gz", idx(np.full(7, 10, np.uint8)), "a label is 10, expected"),
        ("train-labels-idx1-ubyte.gz", idx(np.ones(6, np.uint8)), "7 train images, but 6 labels"),
    ],
)
def test_damaged_files_are_named(tmp_path, name, content, message):
    write(tmp_path, {**FILES, name: content})
    with pytest.raises(ValueError, match=message) as caught:
        MNIST(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_digits():
    train, test = Digits(), Digits(train=False)
    assert (len(train), len(test)) == (1437, 360)
    image, label = train[5]
    np.testing.assert_array_equal(image.numpy(), digits().train.images[5].numpy())
    assert label == digits().train.labels[5].item()
    images, labels = next(iter(DataLoader(test, 32, shuffle=True)))
    assert (images.shape, labels.shape) == ((32, 1, 8, 8), (32,))
    changed = Digits(transform=lambda x: 1 - x)
    np.testing.assert_array_equal(changed[5][0].numpy(), 1 - image.numpy())
