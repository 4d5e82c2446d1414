"""Pictures from files and into files, by what Pillow reads and writes."""

import numpy as np
import pytest

pytest.importorskip("PIL")
from PIL import Image

import minigrad as mg
from minigrad_torch_compat.torchvision import io

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)


def test_read_as_it_is_and_converted(tmp_path):
    path = tmp_path / "x.png"
    Image.fromarray(PIXELS).save(path)
    found = io.read_image(str(path))
    assert found.dtype == mg.uint8
    np.testing.assert_array_equal(found.numpy(), PIXELS.transpose(2, 0, 1))
    grey = io.read_image(path, mode=io.ImageReadMode.GRAY)
    np.testing.assert_array_equal(grey[0].numpy(), np.asarray(Image.fromarray(PIXELS).convert("L")))
    assert io.read_image(path, "RGB_ALPHA").shape == (4, 5, 7)
    assert mg.equal(io.decode_image(io.read_file(path)), found)


def test_written(tmp_path):
    planes = mg.tensor(PIXELS.transpose(2, 0, 1).copy())
    io.write_png(planes, tmp_path / "new" / "x.png")
    assert mg.equal(io.read_image(tmp_path / "new" / "x.png"), planes)
    io.write_jpeg(planes[:1], tmp_path / "x.jpg", quality=100)
    with Image.open(tmp_path / "x.jpg") as picture:
        assert picture.mode == "L"


def test_no_picture(tmp_path):
    (tmp_path / "x.png").write_text("hello")
    with pytest.raises(RuntimeError, match="cannot decode the picture"):
        io.read_image(tmp_path / "x.png")
    with pytest.raises(FileNotFoundError):
        io.read_image(tmp_path / "y.png")
    with pytest.raises(AttributeError, match=r"no torchvision\.io\.read_video"):
        io.read_video
